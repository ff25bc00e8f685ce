"""A sorted, memory-mapped table of byte strings on disk. A look-up is a binary search.

One .npy file holds the keys, as bytes of equal length, sorted. Values are in arrays of their own, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class SortedTable:
    """The keys. Make one with `open`."""

    keys: npt.NDArray[np.bytes_]
    """Shape (keys,), ascending."""

    @staticmethod
    def write(path: Path, keys: Sequence[bytes]) -> npt.NDArray[np.int64]:
        """Write the file and return the sorting order for the values. No key may end in NUL. Raises OSError."""
        array = np.array(keys, np.bytes_)
        order: npt.NDArray[np.int64] = np.argsort(array, kind="stable")
        np.save(path, array[order], allow_pickle=False)
        return order

    @classmethod
    def open(cls, path: Path) -> SortedTable:
        """Map what `write` wrote. Raises OSError or ValueError."""
        return cls(np.load(path, mmap_mode="r", allow_pickle=False))

    def place(self, key: bytes) -> int | None:
        """Return the position of a key; None if it is not in the table."""
        if len(key) > self.keys.dtype.itemsize:  # numpy would copy the table with entries as long as the key
            return None
        place = int(self.keys.searchsorted(np.bytes_(key)))
        return place if place < len(self.keys) and self.keys[place] == key else None

    def places(self, keys: Iterable[bytes]) -> dict[bytes, int]:
        """Return the positions of those keys that are in the table, in the order given."""
        width = self.keys.dtype.itemsize
        known = [key for key in keys if len(key) <= width and not key.endswith(b"\0")]  # numpy pads with NUL
        sought = np.array(known, self.keys.dtype)
        places = np.minimum(np.searchsorted(self.keys, sought), len(self.keys) - 1)
        return {known[at]: int(places[at]) for at in np.flatnonzero(self.keys[places] == sought)}
