"""Stand-ins that a reader can compute by eye."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.embed import Vectors


class CharacterEmbedder:
    """One dimension a character of `alphabet`: how often the text has it. Other characters do not count."""

    def __init__(self, alphabet: str, *, fingerprint: str = "0123456789abcdef") -> None:
        self.name = "characters"
        self.fingerprint = fingerprint
        self.dimension = len(alphabet)
        self._alphabet = alphabet

    def embed_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        counts = np.array([[text.count(character) for character in self._alphabet] for text in texts], np.float32)
        counts = counts.reshape(len(texts), self.dimension)
        lengths = np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)
        vectors: Vectors = counts / lengths
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)
