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

    def beginnings(self, texts: Iterable[str]) -> dict[str, int]:
        """Return the position of each key that one of the texts begins with, by the key. The keys are UTF-8.

        They are looked for one character after the other, and no further than some key goes on like the text.
        """
        width = self.keys.dtype.itemsize
        found: dict[str, int] = {}
        length, going = 1, set(texts) - {""}
        while going:
            parts = {part.encode(): part for part in {text[:length] for text in going}}
            sought = [part for part in parts if len(part) <= width]
            places = np.searchsorted(self.keys, np.array(sought, self.keys.dtype))
            keys = self.keys[np.minimum(places, len(self.keys) - 1)].tolist()
            alive = set()
            for part, place, key in zip(sought, places.tolist(), keys, strict=True):
                if key == part:
                    found[parts[part]] = place
                if key.startswith(part) or part.endswith(b"\0"):  # numpy pads with NUL
                    alive.add(parts[part])
            going = {text for text in going if len(text) > length and text[:length] in alive}
            length += 1
        return found
