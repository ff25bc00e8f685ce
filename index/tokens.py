"""Token vectors of all passages on disk: int8, memory-mapped, read only for the candidates.

tokens.values.npy    (tokens, dimension) int8: a vector is value × its row's scale
tokens.scales.npy    (tokens,) float32
tokens.offsets.npy   (tokens, 2) int32: where the token stands in its passage's text, half-open
tokens.starts.npy    (passages + 1,) int64: where the tokens of each passage begin
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embed import Encoded, Vectors, unit_rows

_NAMES = ("values", "scales", "offsets", "starts")


@dataclass(frozen=True, slots=True)
class Background:
    """What all token vectors of one model share, whatever the text says. It says nothing, and is taken away.

    The mean, and the few directions in which they vary most (Mu and Viswanath, "All-but-the-Top", 2018).
    """

    mean: Vectors
    """Shape (dimension,)."""
    directions: Vectors
    """Shape (any number, dimension), orthonormal."""

    def less(self, hidden: npt.NDArray[np.floating]) -> Vectors:
        """Return shape (tokens, dimension), rows of length 1: hidden states less what they share."""
        centred = hidden.astype(np.float32) - self.mean
        centred -= (centred @ self.directions.T) @ self.directions
        return unit_rows(centred)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The token vectors of passages, row after row."""

    values: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]

    @classmethod
    def pack(cls, batches: Iterable[Encoded], background: Background) -> Tokens:
        """Compress batches as they come, so that no more than one of them is held in full."""
        # They begin empty: a document without passages gives no batch.
        values = [np.zeros((0, len(background.mean)), np.int8)]
        scales, offsets = [np.zeros(0, np.float32)], [np.zeros((0, 2), np.int32)]
        counts = [np.zeros(1, np.int64)]
        for batch in batches:
            vectors = background.less(batch.hidden)
            scale = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), np.finfo(np.float32).tiny) / 127
            values.append(np.rint(vectors / scale[:, None]).astype(np.int8))
            scales.append(scale.astype(np.float32))
            offsets.append(batch.offsets)
            counts.append(np.diff(batch.starts))
        return cls(
            np.concatenate(values),
            np.concatenate(scales),
            np.concatenate(offsets),
            np.cumsum(np.concatenate(counts)),
        )

    def write(self, folder: Path) -> None:
        """Write the four files. Raises OSError."""
        for name in _NAMES:
            np.save(folder / f"tokens.{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Tokens:
        """Open what `write` wrote, memory-mapped. Raises OSError or ValueError."""
        return cls(*(np.load(folder / f"tokens.{name}.npy", mmap_mode="r", allow_pickle=False) for name in _NAMES))

    def rows(self, rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the places of the tokens of passages `rows`, one after the other, and how many each passage has."""
        starts, counts = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
        return places, counts
