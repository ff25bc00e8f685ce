"""The vectors of tokens: a record for each, in 8 bits a component, as `pack` makes them, or in 3.

Neither form needs training, so segments can be merged and split. `index/search/token_file.py` keeps them on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
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
"""Shape (tokens,), of `record_type`, `small_record_type` or `smallest_record_type`."""
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
    return _in_three_bits(dimension, "<i4", "<u2", "<u2")


def smallest_record_type(dimension: int) -> np.dtype[np.void]:
    """Return `small_record_type` with numbers that hold the places of all usual tokens (`fits`)."""
    return _in_three_bits(dimension, "<i2", "u1", "u1")


def _in_three_bits(dimension: int, start: str, length: str, sentence: str) -> np.dtype[np.void]:
    places = [("scale", "<f2"), ("start", start), ("length", length), ("sentence", sentence)]
    return np.dtype([*places, ("low", "u1", (dimension // 4,)), ("high", "u1", (dimension // 8,))])


def fits(records: Records, kind: np.dtype[np.void]) -> bool:
    """Return whether a record type of 3 bits holds the places of some tokens."""
    start, end = offsets_of(records).T
    return all(
        np.iinfo(kind[name]).min <= int(values.min(initial=0))
        and int(values.max(initial=0)) <= np.iinfo(kind[name]).max
        for name, values in (("start", start), ("length", end - start), ("sentence", records["sentence"]))
    )


def as_form(records: Records, kind: np.dtype[np.void]) -> Records:
    """Return records as another type, whose numbers they fit. What was in 3 bits once is the same in 3 bits again."""
    if records.dtype == kind:
        return records
    made: Records = np.zeros(len(records), kind)
    offsets = offsets_of(records)
    made["start"] = offsets[:, 0]
    if "values" in (kind.names or ()):
        made["values"], made["scale"] = vectors_of(records)
        made["end"], made["sentence"] = offsets[:, 1], records["sentence"]
        return made
    made["length"] = np.clip(offsets[:, 1] - offsets[:, 0], 0, np.iinfo(kind["length"]).max)
    made["sentence"] = np.minimum(records["sentence"].astype(np.int32), np.iinfo(kind["sentence"]).max)
    if "low" in (records.dtype.names or ()):
        made["scale"], made["low"], made["high"] = records["scale"], records["low"], records["high"]
        return made
    levels, made["scale"] = _in_levels(*vectors_of(records))
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
    """Return the values, shape (tokens, dimension), and scales, shape (tokens,), of records of any type."""
    scales = records["scale"].astype(np.float32)
    if "values" in (records.dtype.names or ()):
        return records["values"], scales
    # Three calls for all components: bytes are looked up, not shifted.
    values = _LOW[records["low"]].view(np.int8)
    values += _HIGH[records["high"]].view(np.int8)
    return values, scales


def offsets_of(records: Records) -> npt.NDArray[np.int32]:
    """Return shape (tokens, 2): start and end of each token, of records of any type."""
    start = records["start"].astype(np.int32)
    end = records["end"] if "end" in (records.dtype.names or ()) else start + records["length"]
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
