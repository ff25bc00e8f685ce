"""Token vectors on disk: the records of all rows of a segment in row order, read for the candidates of a question only.

They are read and not memory-mapped, so that they do not stay in the memory of the process. There are three forms:

tokens.bin               8 bits a component (`record_type`)
tokens-3bit-shared.bin   in a large segment: 3 bits (`smallest_record_type`), and what a row has in common with another
                         before it is there once. Rows of a section begin with the same title and headings, which are
                         encoded apart (index/encoders/labels_apart.py): their records are equal to the last bit.
tokens.shares.npy        beside it, a record for each row (`SHARE`)
tokens-3bit.bin          3 bits with wider numbers (`small_record_type`), nothing shared: in a large segment where a
                         token's place is beyond the numbers of the other, and of older programs
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.index_settings import INDEX
from index.mapped_arrays import map_array
from index.search.token_vectors import (
    Records,
    as_form,
    fits,
    offsets_of,
    record_type,
    small_record_type,
    smallest_record_type,
)

TOKENS, SMALL_TOKENS, SHARED_TOKENS, SHARES = (
    "tokens.bin",
    "tokens-3bit.bin",
    "tokens-3bit-shared.bin",
    "tokens.shares.npy",
)
FORMS = ((TOKENS,), (SMALL_TOKENS,), (SHARED_TOKENS, SHARES))
"""The files of each form."""
SHARE = np.dtype([("start", "<u4"), ("count", "<u2")])
"""The records with which a row begins and that stand with another row: from `start` on, `count` of them, often none."""
_TYPES = {TOKENS: record_type, SMALL_TOKENS: small_record_type, SHARED_TOKENS: smallest_record_type}
Integers = npt.NDArray[np.int64]
Block = tuple[Records, Integers]
"""The records of some rows, and the number of each row's."""


class _Handle:
    """An open file, closed when nothing refers to it any more."""

    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))  # else Windows converts line ends
        self._turn = threading.Lock()

    def read(self, size: int, start: int) -> bytes:
        """Return `size` bytes from byte `start` on; fewer at the end of the file. Thread-safe. Raises OSError."""
        if hasattr(os, "pread"):
            return os.pread(self.number, size, start)
        with self._turn:  # Windows has no pread
            os.lseek(self.number, start, os.SEEK_SET)
            return os.read(self.number, size)

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)


@dataclass(frozen=True, slots=True)
class TokenFile:
    """The records of one file. Make one with `open`."""

    path: Path
    kind: np.dtype[np.void]
    ends: npt.NDArray[np.uint64]
    """Shape (rows,): the end of each row's own tokens; the next row's own tokens begin there."""
    shares: npt.NDArray[np.void] | None
    """Shape (rows,), of `SHARE`; None where each row has all of its tokens."""
    _handle: _Handle

    @classmethod
    def open(cls, path: Path, dimension: int, ends: npt.NDArray[np.uint64]) -> TokenFile:
        """The name of the file says which form it has. Raises OSError, or ValueError if the files do not fit."""
        kind = _TYPES[path.name](dimension)
        shares = map_array(path.parent / SHARES, SHARE) if path.name == SHARED_TOKENS else None
        wanted = int(ends[-1]) * kind.itemsize if len(ends) else 0
        if path.stat().st_size != wanted or (shares is not None and len(shares) != len(ends)):
            raise ValueError("the files of the tokens do not fit each other")
        return cls(path, kind, ends, shares, _Handle(path))

    def read_rows(self, rows: Integers) -> Block:
        """Return the records of one or more rows, in their order, and the number of records of each.

        Consecutive rows are read at once. Raises as `read` does.
        """
        ends = self.ends[rows].astype(np.int64)
        starts = np.where(rows > 0, self.ends[rows - 1], 0).astype(np.int64)
        cuts = np.flatnonzero(starts[1:] != ends[:-1])
        runs = zip(starts[np.r_[0, cuts + 1]].tolist(), ends[np.r_[cuts, -1]].tolist(), strict=True)
        own = [self.read(start, end) for start, end in runs]
        counts = ends - starts
        if self.shares is not None and (shares := self.shares[rows])["count"].any():
            own = self._with_shares(own, counts, shares)
            counts += shares["count"]
        return np.frombuffer(b"".join(own), self.kind), counts

    def _with_shares(self, own: list[bytes], counts: Integers, shares: npt.NDArray[np.void]) -> list[bytes]:
        """Return the bytes of rows out of the bytes of their own records, so many for each row, and what they share."""
        size, numbers = self.kind.itemsize, shares["count"].astype(np.int64)
        places, which = np.unique(shares["start"], return_inverse=True)
        most = np.zeros(len(places), np.int64)
        np.maximum.at(most, which, numbers)
        shared = [
            self.read(start, start + number) for start, number in zip(places.tolist(), most.tolist(), strict=True)
        ]
        whole = b"".join(own)
        parts: list[bytes] = []
        start = 0
        lengths, ends = (numbers * size).tolist(), (np.cumsum(counts) * size).tolist()
        for place, length, end in zip(which.tolist(), lengths, ends, strict=True):
            parts += shared[place][:length], whole[start:end]
            start = end
        return parts

    def blocks(self, first: int, last: int) -> Iterator[Block]:
        """Yield the records of rows `first` to `last`, both included, some rows at a time. Raises as `read` does."""
        rows = np.arange(first, last + 1)
        sizes = np.diff(self.ends[rows].astype(np.int64), prepend=int(self.ends[first - 1]) if first else 0)
        if self.shares is not None:
            sizes = sizes + self.shares["count"][rows]
        number = np.cumsum(sizes * self.kind.itemsize) // INDEX.copied_at_once
        for some in np.split(rows, np.flatnonzero(np.diff(number)) + 1):
            yield self.read_rows(some)

    def read(self, start: int, end: int) -> bytes:
        """Return records [start, end) of the file. Raises OSError, or EOFError if it is shorter."""
        size = self.kind.itemsize
        data = self._handle.read((end - start) * size, start * size)
        if len(data) != (end - start) * size:
            raise EOFError(f"{self.path} ends before record {end}")
        return data


def write_tokens(folder: Path, blocks: Callable[[], Iterator[Block]], rows: int, dimension: int) -> Integers:
    """Write the tokens of so many rows, in the form for a segment of that size; return the ends of the rows.

    `blocks` may be called twice. Raises OSError.
    """
    if rows < INDEX.small_token_rows or dimension % 8:
        return _write(folder / TOKENS, blocks(), record_type(dimension))
    try:
        return _write_shared(folder, blocks(), smallest_record_type(dimension))
    except OverflowError:
        (folder / SHARED_TOKENS).unlink()
        return _write(folder / SMALL_TOKENS, blocks(), small_record_type(dimension))


def _write(path: Path, blocks: Iterator[Block], kind: np.dtype[np.void]) -> Integers:
    counted = [np.zeros(0, np.int64)]
    with path.open("wb") as file:
        for records, counts in blocks:
            file.write(as_form(records, kind).tobytes())
            counted.append(counts)
    return np.cumsum(np.concatenate(counted))


def _write_shared(folder: Path, blocks: Iterator[Block], kind: np.dtype[np.void]) -> Integers:
    """Raise OverflowError if a number of a token or of a share is too great for its type."""
    common = _Common(kind)
    counted, shares = [np.zeros(0, np.int64)], [np.zeros(0, SHARE)]
    with (folder / SHARED_TOKENS).open("wb") as file:
        for records, counts in blocks:
            if not fits(records, kind):
                raise OverflowError
            small = as_form(records, kind)
            of_rows, is_own = common.take(small, counts)
            file.write(small[is_own].tobytes())
            counted.append(counts - of_rows["count"])
            shares.append(of_rows)
    np.save(folder / SHARES, np.concatenate(shares), allow_pickle=False)
    return np.cumsum(np.concatenate(counted))


class _Common:
    """Finds what each row has in common with an earlier one, which is in the file whole."""

    def __init__(self, kind: np.dtype[np.void]) -> None:
        self._whole = self._last = np.zeros((0, kind.itemsize), np.uint8)
        """Of that row, and of the last one: the records in the context before its words."""
        self._start = 0
        """The place of that row in the file."""
        self._written = 0

    def take(self, records: Records, counts: Integers) -> tuple[npt.NDArray[np.void], npt.NDArray[np.bool_]]:
        """Return shape (rows,), of `SHARE`, and shape (records,): which ones are to be written."""
        raw = records.view(np.uint8).reshape(len(records), records.dtype.itemsize)
        before = np.concatenate([[0], np.cumsum(offsets_of(records)[:, 0] < 0)])
        is_own = np.ones(len(records), np.bool_)
        shares = []
        start = 0
        for end in np.cumsum(counts).tolist():
            context = raw[start : start + int(before[end] - before[start])]
            same = _same(context, self._whole)
            if len(context) and (not same or _same(context, self._last) > same):
                same, self._whole, self._start = 0, context.copy(), self._written
            is_own[start : start + same] = False
            shares.append((self._start if same else 0, same))
            self._written += end - start - same
            self._last, start = context, end
        self._last = self._last.copy()  # the block is let go
        return np.array(shares, SHARE), is_own


def _same(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> int:
    """Return how many records two rows have in common at their beginning."""
    most = min(len(one), len(other))
    if one[:most].tobytes() == other[:most].tobytes():
        return most
    return int((one[:most] != other[:most]).any(axis=1).argmax())
