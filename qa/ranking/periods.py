"""The year of each work, and the years that each section speaks of, for the rows of an index."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.text.normalise import normalised, years_in
from index.backend import AnyIndex
from qa.question.asked_years import period_of
from qa.question.editions import named_editions, names_edition


class Periods:
    """The years of works and sections. The outline is read on first use: few questions name a year."""

    def __init__(self, index: AnyIndex) -> None:
        self._index = index

    @cached_property
    def _columns(self) -> npt.NDArray[np.int16]:
        """Shape (4, rows): see `of`."""
        columns = np.zeros((4, len(self._index.passages)), np.int16)
        outline = self._index.outline
        own, work = 0, slice(0)
        for heading in outline:
            rows = slice(heading.first, heading.end)
            if heading.level == 0:
                own = _year_in(heading.label) or _year_in(heading.words)
                work = rows
                columns[0, rows], columns[3, rows] = own, 1
            elif heading.first < heading.end and (period := period_of(heading.label, own)):
                columns[1, rows], columns[2, rows] = period
                columns[3, work] = 0
        return columns

    def of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
        """Return shape (4, rows): the year of the work, the first and the last year of the section (0 if unknown), and
        1 if no section of the work says of which year it is.
        """
        return self._columns[:, rows]

    @cached_property
    def _works(self) -> npt.NDArray[np.int64]:
        """Shape (works,): the place of each work in the outline, of those with rows."""
        outline = self._index.outline
        return np.array([place for place, one in enumerate(outline) if not one.level and one.first < one.end], np.int64)

    @cached_property
    def _first_rows(self) -> npt.NDArray[np.int64]:
        """Shape (works,): the first row of each work."""
        return np.array([self._index.outline[int(place)].first for place in self._works], np.int64)

    def of_other_editions(self, question: str, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return shape (rows,): whether a row is in a work other than the edition that the question names."""
        if not len(rows) or not names_edition(question):
            return np.zeros(len(rows), bool)
        works = self._works[np.searchsorted(self._first_rows, rows, "right") - 1]
        named = named_editions(question, self._index.outline, np.unique(works).tolist(), any_year=False)
        return ~np.isin(works, list(named))


def _year_in(text: str) -> int:
    """Return the first year in some words; 0 for none."""
    years = years_in(normalised(text.replace("_", " ")))
    return years[0][0] if years else 0
