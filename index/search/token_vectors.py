"""Token vectors on disk: int8, a record for each token, read for the candidates of a question only.

`tokens.bin` holds the records of all rows in row order. They are read and not memory-mapped, so that they do not stay
in the memory of the process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoders.base import Encoded
from index.encoders.centering import Centering

VECTORS_VERSION = 4
"""Raise it when the same text and model give other vectors or token records than before. Old ones are not reused then.

The keys of chunks begin with it. It starts at 4, because the keys of index format 4 began with the format's number and
are still valid.
"""
Records = npt.NDArray[np.void]
"""Shape (tokens,), of `record_type`."""


def record_type(dimension: int) -> np.dtype[np.void]:
    """Return the record type of a token. Its vector is `values` × `scale`.

    `start` and `end` are its half-open range in the words of its chunk, below 0 in the context before them. `sentence`
    counts from the first sentence of the chunk.
    """
    places = [("scale", "<f4"), ("start", "<i4"), ("end", "<i4"), ("sentence", "<i4")]
    return np.dtype([*places, ("values", "i1", (dimension,))])


def pack(encoded: Encoded, centering: Centering, contexts: Sequence[int], ends: Sequence[Sequence[int]]) -> Records:
    """Return the records of some chunks, concatenated.

    `contexts`: the length of each chunk's context in characters; `ends`: the ends of its sentences in its words.
    """
    vectors = centering.center(encoded.hidden)
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), np.finfo(np.float32).tiny) / 127
    records: Records = np.zeros(len(vectors), record_type(len(centering.mean)))
    records["values"] = np.rint(vectors / scales[:, None])
    records["scale"] = scales
    before = np.repeat(np.array(contexts, np.int32), np.diff(encoded.starts))
    records["start"], records["end"] = encoded.offsets[:, 0] - before, encoded.offsets[:, 1] - before
    for row, places in enumerate(ends):
        own = slice(encoded.starts[row], encoded.starts[row + 1])
        # The context counts with the first sentence.
        records["sentence"][own] = np.searchsorted(places[:-1], records["start"][own], side="right")
    return records


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
    """Shape (rows,): the end of each row's tokens; the next row's tokens begin there."""
    _handle: _Handle

    @classmethod
    def open(cls, path: Path, dimension: int, ends: npt.NDArray[np.uint64]) -> TokenFile:
        """Raises OSError."""
        return cls(path, record_type(dimension), ends, _Handle(path))

    def bounds(self, first: int, last: int) -> tuple[int, int]:
        """Return the start and end of the records of rows `first` to `last`, both included."""
        return int(self.ends[first - 1]) if first else 0, int(self.ends[last])

    def read_rows(self, rows: npt.NDArray[np.int64]) -> tuple[list[Records], npt.NDArray[np.int64]]:
        """Return the records of one or more rows, in their order, and the number of records of each.

        Consecutive rows are read at once. Raises as `read` does.
        """
        ends = self.ends[rows].astype(np.int64)
        starts = np.where(rows > 0, self.ends[rows - 1], 0).astype(np.int64)
        cuts = np.flatnonzero(starts[1:] != ends[:-1])
        runs = zip(starts[np.r_[0, cuts + 1]].tolist(), ends[np.r_[cuts, -1]].tolist(), strict=True)
        return [self.read(start, end) for start, end in runs], ends - starts

    def read(self, start: int, end: int) -> Records:
        """Return records [start, end). Raises OSError, or EOFError if the file is shorter."""
        size = self.kind.itemsize
        data = self._handle.read((end - start) * size, start * size)
        if len(data) != (end - start) * size:
            raise EOFError(f"{self.path} ends before record {end}")
        return np.frombuffer(data, self.kind)


@dataclass(frozen=True, slots=True)
class TokenRows:
    """The tokens of some rows, in row order."""

    values: npt.NDArray[np.int8]
    """Shape (tokens, dimension), not contiguous."""
    scales: npt.NDArray[np.float32]
    """Shape (tokens,): a token's vector is its `values` × its scale."""
    offsets: npt.NDArray[np.int32]
    """Shape (tokens, 2): half-open ranges in the text of the passage; below 0 in the context before it."""
    sentences: npt.NDArray[np.int64]
    """Shape (tokens,): the number of the token's sentence in its passage."""
    counts: npt.NDArray[np.int64]
    """Shape (rows,): the number of tokens of each row."""

    @classmethod
    def join(
        cls,
        parts: Sequence[Records],
        counts: npt.NDArray[np.int64],
        starts: npt.NDArray[np.int32],
        sentences: npt.NDArray[np.int32],
    ) -> TokenRows:
        """`parts`: the records of the rows in one or more arrays, which may hold any number of rows.

        For each row: its number of tokens, the offset of its chunk in its passage, and its first sentence.
        """
        records = parts[0] if len(parts) == 1 else np.concatenate(parts)
        offsets = np.stack([records["start"], records["end"]], axis=1)
        offsets += np.where(offsets[:, :1] >= 0, np.repeat(starts, counts)[:, None], 0).astype(np.int32)
        return cls(
            records["values"],
            np.ascontiguousarray(records["scale"]),
            offsets,
            records["sentence"].astype(np.int64) + np.repeat(sentences, counts),
            counts,
        )

    def of_row(self, number: int) -> TokenRows:
        """Return the tokens of one of the rows, given by its place among them."""
        end = int(self.counts[: number + 1].sum())
        own = slice(end - int(self.counts[number]), end)
        counts = self.counts[number : number + 1]
        return TokenRows(self.values[own], self.scales[own], self.offsets[own], self.sentences[own], counts)
