"""Token vectors on disk: a record for each token, read for the candidates of a question only.

A file holds the records of all rows in row order. They are read and not memory-mapped, so that they do not stay in the
memory of the process. There are two forms: 8 bits a component, as `pack` makes them, and in large segments 3 bits
(`small_record_type`). Neither needs training, so segments can be merged and split.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders.base import Encoded
from index.encoders.centering import Centering
from index.index_settings import INDEX

VECTORS_VERSION = 4
"""Raise it when the same text and model give other vectors or token records than before. Old ones are not reused then.

The keys of chunks begin with it. It starts at 4, because the keys of index format 4 began with the format's number and
are still valid.
"""
Records = npt.NDArray[np.void]
"""Shape (tokens,), of `record_type` or `small_record_type`."""
TOKENS, SMALL_TOKENS = "tokens.bin", "tokens-3bit.bin"
"""The names of files of the two forms."""
_BITS = np.arange(256)[:, None]
_LOW = (2 * (_BITS >> np.arange(0, 8, 2) & 3) - 7).astype(np.int8).view(np.uint32)[:, 0]
_HIGH = (8 * (_BITS >> np.arange(8) & 1)).astype(np.int8).view(np.uint64)[:, 0]
"""What each byte of `low` and `high` adds to the values of four and of eight components."""


def record_type(dimension: int) -> np.dtype[np.void]:
    """Return the record type of a token. Its vector is `values` × `scale`.

    `start` and `end` are its half-open range in the words of its chunk, below 0 in the context before them. `sentence`
    counts from the first sentence of the chunk.
    """
    places = [("scale", "<f4"), ("start", "<i4"), ("end", "<i4"), ("sentence", "<i4")]
    return np.dtype([*places, ("values", "i1", (dimension,))])


def small_record_type(dimension: int) -> np.dtype[np.void]:
    """Return the record type of a token in 3 bits a component, two in `low` and one in `high`.

    Its vector is `scale` × (2 × the level − 7). `length` is `end` − `start`; all else as in `record_type`.
    """
    places = [("scale", "<f2"), ("start", "<i4"), ("length", "<u2"), ("sentence", "<u2")]
    return np.dtype([*places, ("low", "u1", (dimension // 4,)), ("high", "u1", (dimension // 8,))])


def form_of(rows: int, dimension: int) -> str:
    """Return the name of the file for the tokens of a segment of so many rows."""
    return SMALL_TOKENS if rows >= INDEX.small_token_rows and dimension % 8 == 0 else TOKENS


def kind_of(name: str, dimension: int) -> np.dtype[np.void]:
    """Return the record type of a file of this name."""
    return small_record_type(dimension) if name == SMALL_TOKENS else record_type(dimension)


def as_form(records: Records, kind: np.dtype[np.void]) -> Records:
    """Return records in one of the two forms. What was in 3 bits once is the same in 3 bits again."""
    if records.dtype == kind:
        return records
    made: Records = np.zeros(len(records), kind)
    values, scales = vectors_of(records)
    offsets = offsets_of(records)
    made["start"] = offsets[:, 0]
    if "values" in (kind.names or ()):
        made["values"], made["scale"], made["end"], made["sentence"] = (
            values,
            scales,
            offsets[:, 1],
            records["sentence"],
        )
        return made
    levels, made["scale"] = _in_levels(values, scales)
    made["length"] = np.clip(offsets[:, 1] - offsets[:, 0], 0, np.iinfo(np.uint16).max)
    made["sentence"] = np.minimum(records["sentence"], np.iinfo(np.uint16).max)
    by_four = (levels & 3).reshape(len(levels), levels.shape[1] // 4, 4) << np.arange(0, 8, 2, dtype=np.uint8)
    made["low"] = np.bitwise_or.reduce(by_four, axis=2)
    made["high"] = np.packbits(levels >> 2, axis=1, bitorder="little")
    return made


def _in_levels(
    values: npt.NDArray[np.int8], scales: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Return the level of each component, 0 to 7, and the scales of the vectors.

    The scale makes the product of a vector with itself in 3 bits that with itself in 8, so that cosines stay as large.
    """
    wide = values.astype(np.float32)
    step = np.float32(INDEX.token_step) * np.sqrt((wide**2).mean(axis=1, keepdims=True))
    levels = np.clip(np.floor(wide / np.maximum(step, np.finfo(np.float32).tiny)), -4, 3).astype(np.int8) + np.int8(4)
    before = np.abs(values).max(axis=1, initial=0) <= 7  # in 8 bits the greatest is 127
    levels[before] = (values[before] + np.int8(7)) >> 1
    there = 2 * levels - np.int8(7)
    products = np.maximum((there * wide).sum(axis=1), np.finfo(np.float32).tiny)
    scales = np.where(before, scales, scales * (wide**2).sum(axis=1) / products)
    return levels.astype(np.uint8), scales


def vectors_of(records: Records) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Return the values, shape (tokens, dimension), and scales, shape (tokens,), of records of either form."""
    scales = records["scale"].astype(np.float32)
    if "values" in (records.dtype.names or ()):
        return records["values"], scales
    # Three calls for all components: bytes are looked up, not shifted.
    values = _LOW[records["low"]].view(np.int8)
    values += _HIGH[records["high"]].view(np.int8)
    return values, scales


def offsets_of(records: Records) -> npt.NDArray[np.int32]:
    """Return shape (tokens, 2): start and end of each token, of records of either form."""
    start = records["start"]
    end = records["end"] if "end" in (records.dtype.names or ()) else start + records["length"].astype(np.int32)
    return np.stack([start, end], axis=1)


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
        """The name of the file says in which form its records are. Raises OSError."""
        return cls(path, kind_of(path.name, dimension), ends, _Handle(path))

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


def _together(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


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
        alike = [[*some] for _, some in groupby(parts, key=lambda part: part.dtype)]
        joined = [some[0] if len(some) == 1 else np.concatenate(some) for some in alike]
        values, scales = zip(*map(vectors_of, joined), strict=True)
        offsets = _together([offsets_of(records) for records in joined])
        offsets += np.where(offsets[:, :1] >= 0, np.repeat(starts, counts)[:, None], 0).astype(np.int32)
        own = _together([records["sentence"].astype(np.int64) for records in joined])
        return cls(_together(values), _together(scales), offsets, own + np.repeat(sentences, counts), counts)

    def of_row(self, number: int) -> TokenRows:
        """Return the tokens of one of the rows, given by its place among them."""
        end = int(self.counts[: number + 1].sum())
        own = slice(end - int(self.counts[number]), end)
        counts = self.counts[number : number + 1]
        return TokenRows(self.values[own], self.scales[own], self.offsets[own], self.sentences[own], counts)
