"""Copies: passages with the same words at the same place of the same work, in several documents.

A folder often holds a text several times: under another name, in another format, in a subfolder. Such a passage is one
hit, which names the others, so that copies push no other passage out. An edition is no copy, also where its words are
the same: its title, its title block or the name of its document says otherwise (`corpus/text/edition_marks.py`).
A passage that occurs twice in one document stays two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.text.edition_marks import marks
from index.backend import AnyIndex
from index.row_sets import are_in
from qa.question.work_names import title_words
from qa.ranking.late_interaction import Ranked

Copied = Mapping[int, tuple[int, ...]]
"""The rows of the copies of a passage, in row order, by its row."""


class Copies:
    """The copies in an index. Documents of exactly the same text are known at once, others when they are found."""

    def __init__(self, index: AnyIndex) -> None:
        self._index = index
        self._read: dict[int, str] = {}

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        """Shape (documents + 1,): the first row of each document, and the number of rows."""
        return np.cumsum([0, *(record.rows for record in self._index.manifest.documents)], dtype=np.int64)

    @cached_property
    def _groups(self) -> list[list[int]]:
        """The numbers of documents of exactly the same text, cut in as many rows; only groups of several."""
        groups: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number, record in enumerate(self._index.manifest.documents):
            groups[record.text, record.rows].append(number)
        return [numbers for numbers in groups.values() if len(numbers) > 1]

    @cached_property
    def _group_of(self) -> dict[int, list[int]]:
        return {number: group for group in self._groups for number in group}

    @cached_property
    def _works(self) -> tuple[npt.NDArray[np.int64], list[int]]:
        """The first row of each work that has rows, and its number in the outline."""
        places = [number for number, one in enumerate(self._index.outline) if not one.level and one.first < one.end]
        return np.array([self._index.outline[number].first for number in places], np.int64), places

    def searched(self, rows: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64] | None:
        """Return the rows to search: those given (None for all) without those of further copies of one text.

        Copies of which each is named as another edition stay.
        """
        return self._searched(rows) if rows is not None else self._all_searched

    @cached_property
    def _all_searched(self) -> npt.NDArray[np.int64] | None:
        return self._searched(None)

    def _searched(self, rows: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64] | None:
        if not self._groups:
            return rows
        # The documents that have some of the rows: between the cuts of those that have none is nothing.
        cuts = self._ends if rows is None else rows.searchsorted(self._ends)
        owned = frozenset(np.flatnonzero(np.diff(cuts)).tolist())
        left_out: list[int] = []
        for group in self._groups:
            known = set()
            for number in group:
                if number not in owned:
                    continue
                own = marks(self._index.manifest.documents[number].name)
                if own in known:
                    left_out.append(number)
                known.add(own)
        if not left_out:
            return rows
        rows = np.arange(self._ends[-1], dtype=np.int64) if rows is None else rows
        stays = np.ones(len(rows), bool)
        for number in left_out:
            stays[cuts[number] : cuts[number + 1]] = False
        return rows[stays]

    def share(self, rows: npt.NDArray[np.int64]) -> float:
        """Return the share of these rows that are no copies of others of them; 1 for no rows."""
        return len(self._collapsed(rows)) / len(rows) if len(rows) else 1.0

    def collapse(self, ranked: Ranked, scope: npt.NDArray[np.int64] | None) -> tuple[Ranked, Copied]:
        """Leave out each passage that is a copy of one before it, and return the copies of those that stay.

        `scope`: the rows that may be named, ascending; None for all.
        """
        found = self._collapsed(ranked.rows)
        copied = {row: self._with_exact(row, others, scope) for row, others in found.items()}
        if len(found) == len(ranked.rows):
            return ranked, copied
        kept = np.flatnonzero(np.isin(ranked.rows, list(found)))
        return ranked.reorder(kept, ranked.scores), copied

    def _collapsed(self, rows: npt.NDArray[np.int64]) -> dict[int, list[int]]:
        """Return the rows that stay, in their order, each with the rows that are its copies."""
        if len(self._index.manifest.documents) < 2:
            return {row: [] for row in rows.tolist()}
        keys = self._keys(rows)
        documents = dict(zip(rows.tolist(), self._documents(rows).tolist(), strict=True))
        found: dict[int, list[int]] = {}
        first: dict[Hashable, int] = {}
        for row in rows.tolist():
            owners = (first[key] for key in keys[row] if key in first)
            owner = next((one for one in owners if documents[one] != documents[row]), None)
            if owner is None:
                found[row] = []
            else:
                found[owner].append(row)
            for key in keys[row]:
                first.setdefault(key, row if owner is None else owner)
        return found

    def _keys(self, rows: npt.NDArray[np.int64]) -> dict[int, list[Hashable]]:
        """Return what the copies of each row share: its words and place, or the whole text and its place in that."""
        keys: dict[int, list[Hashable]] = {}
        occurrences: Counter[Hashable] = Counter()
        found: list[tuple[int, int, int, tuple[str, ...]]] = []
        owners: dict[tuple[str, ...], set[int]] = defaultdict(set)
        order = np.argsort(rows, kind="stable")
        ordered = rows[order]
        columns = (ordered, self._documents(ordered), *self._chunks(ordered))
        for row, number, start, end in zip(*(column.tolist() for column in columns), strict=True):
            words = tuple(self._words(chunk, number) for chunk in range(start, end))
            owners[words].add(number)
            found.append((row, number, start, words))
        for row, number, start, words in found:
            occurrences[number, words] += 1
            edition = self._edition(row) if len(owners[words]) > 1 else None  # reads the outline
            keys[row] = [(occurrences[number, words], words, edition)]
            if number in self._group_of:
                keys[row].append((self._index.manifest.documents[number].text, start - int(self._ends[number])))
        return keys

    def _chunks(self, rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the first row of the passage of each row, and the row after its last one."""
        own = self._index.rows(rows).passages
        ends = []
        for step, limit in ((-1, 0), (1, int(self._ends[-1]) - 1)):
            reached = rows.copy()
            while True:
                following = np.clip(reached + step, 0, int(self._ends[-1]) - 1)
                goes_on = (reached != limit) & (self._index.rows(following).passages == own)
                if not goes_on.any():
                    break
                reached[goes_on] += step
            ends.append(reached)
        return ends[0], ends[1] + 1

    def _words(self, row: int, number: int) -> str:
        """Return the titles above a row and its words, without blanks and without the name of its document.

        Each candidate is asked for twice: to see whether there are copies, and when they are left out.
        """
        if (known := self._read.get(row)) is not None:
            return known
        if len(self._read) >= 4096:
            self._read.clear()
        name = self._index.manifest.documents[number].name
        words = self._index.text(row, with_context=True)
        if self._index.manifest.with_context:
            words = words.removeprefix(name)  # the title, where there is none in the text
        self._read[row] = found = "".join(words.split())
        return found

    def _edition(self, row: int) -> frozenset[tuple[str, str]]:
        first, places = self._works
        place = places[int(np.searchsorted(first, row, "right")) - 1]
        return marks(title_words(self._index.outline, place))

    def _with_exact(self, row: int, others: Collection[int], scope: npt.NDArray[np.int64] | None) -> tuple[int, ...]:
        """Return the copies of a row: those that were found, and those of documents of the same text."""
        if not others and not self._group_of:
            return ()
        found = {*others, *(one for own in (row, *others) for one in self._exact(own))}
        if scope is not None:
            some = np.array(sorted(found), np.int64)
            found = {*some[are_in(some, scope)].tolist()}
        return tuple(sorted(found - {row}))

    def _exact(self, row: int) -> Iterator[int]:
        (number,) = self._documents(np.array([row], np.int64)).tolist()
        place = row - int(self._ends[number])
        yield from (int(self._ends[other]) + place for other in self._group_of.get(number, ()) if other != number)

    def _documents(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return shape (rows,): the number of the document of each row."""
        return np.searchsorted(self._ends, rows, "right").astype(np.int64) - 1
