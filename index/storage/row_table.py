"""The records of all rows of an index, over its segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from index.storage.segment import ROW, Segment


class RowTable:
    """Finds the segment and the record of each row."""

    def __init__(self, segments: Sequence[Segment], numbers: Mapping[str, int]) -> None:
        """`numbers`: the number of each document in the manifest's list, by its id."""
        self.segments = tuple(segments)
        self.firsts = np.cumsum([0, *(segment.record.rows for segment in segments)])
        """The first row of each segment, and the number of rows."""
        self._numbers = [np.array([numbers[one] for one in s.record.documents], np.uint32) for s in segments]

    def records(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.void]:
        """Return records of type `ROW` for some rows, with `document` as a number in the manifest's list."""
        found = np.zeros(len(rows), ROW)
        owners = self.owners(rows)
        for owner in np.unique(owners):
            mine = owners == owner
            own = self.segments[owner].table[rows[mine] - self.firsts[owner]]
            own["document"] = self._numbers[owner][own["document"]]
            found[mine] = own
        return found

    def cited(self, row: int) -> tuple[int, int]:
        """Return the number of the document of a row, and the number of its passage in it."""
        owner, local = self._where(row)
        record = self.segments[owner].table[local]
        return int(self._numbers[owner][record["document"]]), int(record["passage"])

    def owners(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the number of the segment of each row."""
        return np.searchsorted(self.firsts, rows, side="right") - 1

    def place(self, row: int) -> tuple[Segment, int]:
        """Return the segment of a row, and the row's number in it."""
        owner, local = self._where(row)
        return self.segments[owner], local

    def _where(self, row: int) -> tuple[int, int]:
        """Return the number of the segment of a row, and the row's number in it."""
        owner = int(np.searchsorted(self.firsts, row, side="right")) - 1
        return owner, row - int(self.firsts[owner])
