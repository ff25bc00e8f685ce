"""An embedder that reports how far it is, for the progress of a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from index.encoders.base import Embedder, Encoded, Vectors


class CountingEmbedder:
    """An embedder that reports the share of its texts that are encoded."""

    def __init__(self, embedder: Embedder, tell: Callable[[float], None]) -> None:
        """What `tell` raises ends the encoding."""
        self._embedder = embedder
        self._tell = tell

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        done = 0
        for batch in self._embedder.encode_passages(texts, progress=progress):
            done += len(batch.vectors)
            self._tell(done / max(len(texts), 1))
            yield batch

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return self._embedder.encode_questions(texts)

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._embedder.surprisal(token_ids)
