"""The inverted index of one segment: four memory-mapped arrays.

terms.hashes.npy   (terms,) uint64: a 64-bit hash of each term, ascending; the terms themselves are not stored
terms.starts.npy   (terms + 1,) uint32: the start of each term's postings
terms.rows.npy     (postings,) uint16: the rows that have a term, ascending for each term
terms.counts.npy   (postings,) uint8: the frequency of the term in the row

An array with greater numbers, or of an older program, has the wider type of `_KINDS`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.mapped_arrays import map_array
from index.search.bm25_terms import terms

_NAMES = ("hashes", "starts", "rows", "counts")
FILES = tuple(f"terms.{name}.npy" for name in _NAMES)
_KINDS: tuple[tuple[type[np.integer[Any]], ...], ...] = (
    (np.uint64,),
    (np.uint32, np.int64),
    (np.uint16, np.int32),
    (np.uint8, np.uint16),
)
"""The types of each array on disk, the narrowest first."""
_MOST = np.iinfo(np.uint16).max


def hash_of(term: str) -> int:
    """Return the 64-bit hash of a term, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of some rows. Those of a file have its types, others the widest."""

    hashes: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64 | np.uint32]
    rows: npt.NDArray[np.int32 | np.uint16]
    counts: npt.NDArray[np.uint16 | np.uint8]

    @classmethod
    def of(cls, texts: Iterable[str]) -> tuple[Postings, npt.NDArray[np.int32]]:
        """Count the terms of texts, a row each. Return also the number of terms of each row."""
        numbers: dict[str, int] = {}
        term_of: list[int] = []
        rows: list[int] = []
        counts: list[int] = []
        lengths: list[int] = []
        for row, text in enumerate(texts):
            found = Counter(terms(text))
            lengths.append(found.total())
            for term, count in found.items():
                term_of.append(numbers.setdefault(term, len(numbers)))
                rows.append(row)
                counts.append(min(count, _MOST))
        hashes = np.array([hash_of(term) for term in numbers], np.uint64)
        order = np.argsort(hashes)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        by_term = place[np.array(term_of, np.int64)]
        sorting = np.argsort(by_term, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(by_term, minlength=len(order)))]).astype(np.int64)
        one = cls(hashes[order], starts, np.array(rows, np.int32)[sorting], np.array(counts, np.uint16)[sorting])
        return one, np.array(lengths, np.int32)

    @classmethod
    def join(cls, parts: Sequence[tuple[Postings, npt.NDArray[np.bool_]]]) -> Postings:
        """Concatenate segments. Each keeps the rows of its mask, which are renumbered."""
        kept, first = [], 0
        for postings, mask in parts:
            numbers = (np.cumsum(mask) - 1 + first).astype(np.int32)
            first += int(mask.sum())
            term = np.repeat(np.arange(len(postings.hashes)), np.diff(postings.starts))
            stay = mask[postings.rows]
            kept.append((postings.hashes, term[stay], numbers[postings.rows[stay]], postings.counts[stay]))
        # A term of removed rows only is removed too.
        used = [hashes[np.bincount(term, minlength=len(hashes)) > 0] for hashes, term, _, _ in kept]
        hashes = np.unique(np.concatenate([np.zeros(0, np.uint64), *used]))
        sizes = np.zeros(len(hashes) + 1, np.int64)
        placed = []
        for own, term, rows, counts in kept:
            at = np.searchsorted(hashes, own)[term]
            placed.append((at, rows, counts))
            sizes[1:] += np.bincount(at, minlength=len(hashes))
        starts = np.cumsum(sizes)
        free = starts[:-1].copy()
        all_rows, all_counts = np.zeros(starts[-1], np.int32), np.zeros(starts[-1], np.uint16)
        for at, rows, counts in placed:
            here = np.bincount(at, minlength=len(hashes))
            within = np.arange(len(at)) - np.repeat(np.cumsum(here) - here, here)
            to = free[at] + within
            all_rows[to], all_counts[to] = rows, counts
            free += here
        return cls(hashes, starts, all_rows, all_counts)

    def write(self, folder: Path) -> None:
        """Write the four files. Raises OSError."""
        for name, file, kinds in zip(_NAMES, FILES, _KINDS, strict=True):
            values = getattr(self, name)
            most = int(values.max(initial=0))
            kind = next((kind for kind in kinds if most <= np.iinfo(kind).max), kinds[-1])
            np.save(folder / file, values.astype(kind, copy=False), allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Postings:
        """Map the files that `write` wrote. Raises OSError or ValueError."""
        opened = cls(*(map_array(folder / file, *kinds) for file, kinds in zip(FILES, _KINDS, strict=True)))
        sizes = len(opened.starts), len(opened.rows), len(opened.counts)
        if sizes != (len(opened.hashes) + 1, int(opened.starts[-1]), int(opened.starts[-1])):
            raise ValueError("the files of the terms do not fit each other")
        return opened

    def find(self, hashes: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the start and end of each term's postings; they are equal for a term that no row has."""
        if not len(self.hashes):
            return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.int64)
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        known = self.hashes[places] == hashes
        starts = np.where(known, self.starts[places], 0).astype(np.int64)
        return starts, np.where(known, self.starts[places + 1], starts).astype(np.int64)
