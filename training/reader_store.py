"""Encodes the texts that the reader trains on, once, and keeps them: int8 token vectors, as an index does."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders.base import Embedder, Encoded
from index.encoders.centering import CommonComponents, center
from qa.ranking.reader_inputs import spellings


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts."""

    values: npt.NDArray[np.int8]
    """Shape (tokens, dimension)."""
    scales: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.int32]
    spelt: npt.NDArray[np.int32]
    """Shape (tokens,): a number for each token's spelling."""
    surprisal: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]
    """Shape (texts + 1,)."""
    pooled: npt.NDArray[np.float32]
    """Shape (texts, dimension)."""

    @classmethod
    def encode(cls, texts: Sequence[str], embedder: Embedder, common: CommonComponents, *, questions: bool) -> Texts:
        """Return the texts in their order."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        parts: dict[int, tuple[npt.NDArray[Any], ...]] = {}
        for first in range(0, len(order), 512):
            numbers = order[first : first + 512]
            some = [texts[number] for number in numbers]
            batches = [embedder.encode_questions(some)] if questions else list(embedder.encode_passages(some))
            mean = common.question_mean if questions else common.passage_mean
            for number, one in zip(numbers, _each(batches), strict=True):
                vectors = common.tokens.center(one.hidden)
                scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), np.finfo(np.float32).tiny) / 127
                parts[number] = (
                    np.rint(vectors / scales[:, None]).astype(np.int8),
                    scales.astype(np.float32),
                    one.offsets.astype(np.int32),
                    _numbers(spellings(texts[number], one.offsets)),
                    embedder.surprisal(one.token_ids),
                    center(mean, one.vectors)[0],
                )
            sys.stderr.write(f"\r{min(first + 512, len(order))} of {len(order)}")
        sys.stderr.write("\n")
        columns = [[parts[number][at] for number in range(len(texts))] for at in range(6)]
        starts = np.cumsum([0, *(len(scales) for scales in columns[1])], dtype=np.int64)
        values, scales, offsets, spelt, surprisal = (np.concatenate(column) for column in columns[:5])
        return cls(values, scales, offsets, spelt, surprisal, starts, np.stack(columns[5]))

    def save(self, path: Path) -> None:
        np.savez(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> Texts:
        with np.load(path) as file:
            return cls(*(file[name] for name in cls.__slots__))

    def tokens(self, number: int) -> slice:
        return slice(int(self.starts[number]), int(self.starts[number + 1]))


def _each(batches: Iterable[Encoded]) -> Iterable[Encoded]:
    for batch in batches:
        for number in range(len(batch.starts) - 1):
            yield batch.text(number)


def _numbers(spelt: Iterable[str]) -> npt.NDArray[np.int32]:
    """Return a number for each spelling, which takes less room."""
    return np.array([zlib.crc32(spelling.encode()) & 0x7FFFFFFF for spelling in spelt], np.int32)
