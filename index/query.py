"""The query of a search: the question, preceded by the earlier questions that it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """One or more texts that are searched together, and the weight of each."""

    texts: tuple[str, ...]
    """Earlier questions, the oldest first, then the question itself."""
    weights: tuple[float, ...]
    """The weight of each text, 0 to 1; the question itself has weight 1."""

    def __post_init__(self) -> None:
        """Raises ValueError if there is not one weight for each text, or the last one is not 1."""
        if len(self.texts) != len(self.weights) or self.weights[-1:] != (1.0,):
            raise ValueError(f"one weight for each text, the last one 1: {self.texts!r}, {self.weights!r}")

    @classmethod
    def of(cls, question: str) -> WeightedQuery:
        """Return a question that depends on no other."""
        return cls((question,), (1.0,))

    @property
    def question(self) -> str:
        """The question itself, without the earlier ones."""
        return self.texts[-1]

    @property
    def text(self) -> str:
        """All texts in one, for a model that reads no weights."""
        return " ".join(self.texts)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Yield each text with its weight."""
        return zip(self.texts, self.weights, strict=True)
