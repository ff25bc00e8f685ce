"""Puts the row that the question names before others of its table: 麦市站 is a cell of one row, and a part of 麦市北站.

Vectors and character pairs of the two are nearly the same, so that only whole cells tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Document, Passage
from corpus.table_rows import row_of
from corpus.text.normalise import normalised


def named_rows_first(numbers: Sequence[int], passages: Sequence[tuple[Document, Passage]], question: str) -> list[int]:
    """Return the numbers of passages with the rows of each table in the order of how much of them the question names.

    Rows of a table share the places that they have; equal ones keep their order, and other passages their places.
    `passages`: those with the numbers, in the same order.
    """
    places: dict[int, list[int]] = {}  # by the table's identity: a hash would read all of its cells
    named: dict[int, int] = {}
    for place, (document, passage) in enumerate(passages):
        if row := row_of(document, passage):
            table, line = row
            places.setdefault(id(table), []).append(place)
            cells = (*table.own(line), *table.merged(line)) if line >= table.heads else ()
            named[place] = _named([document.text[cell.start : cell.end] for cell in cells], normalised(question))
    ordered = list(numbers)
    for some in places.values():
        for place, best in zip(some, sorted(some, key=lambda one: -named[one]), strict=True):
            ordered[place] = numbers[best]
    return ordered


def _named(cells: Sequence[str], question: str) -> int:
    """Return how many characters of a normalised question are those of whole cells. One character names nothing."""
    reached: set[int] = set()
    for cell in {" ".join(normalised(one).split()) for one in cells}:
        if len(cell) > 1 and any(map(str.isalnum, cell)):
            # A number or a Latin word counts as a whole one: 12 is no part of 2012.
            before = r"(?<![a-z\d.,])" if cell[0].isascii() else ""
            after = r"(?![a-z\d]|[.,]\d)" if cell[-1].isascii() else ""
            pattern = before + re.escape(cell) + after
            for match in re.finditer(pattern, question):
                reached.update(range(*match.span()))
    return len(reached)
