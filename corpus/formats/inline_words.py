"""Collects the words of a line of markup, in which parts may be raised, lowered or parts of a fraction."""

from __future__ import annotations

from typing import Literal

from corpus.text.raised import fraction, lowered, raised

Role = Literal["raised", "lowered", "numerator", "denominator"]


class InlineWords:
    """The words so far, and which parts are still open."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._open: list[tuple[Role, int]] = []
        self._numerators: list[str] = []

    def add(self, words: str) -> None:
        self._words.append(words)

    def open(self, role: Role) -> None:
        """Begin a part."""
        self._open.append((role, len(self._words)))

    def close(self) -> None:
        """End the part that began last, and write it on the line. A denominator ends its fraction."""
        role, start = self._open.pop()
        words = "".join(self._words[start:])
        del self._words[start:]
        if role == "numerator":
            self._numerators.append(words)
        elif role == "denominator":
            self.add(fraction(self._numerators.pop() if self._numerators else "", words))
        else:
            self.add(raised(words) if role == "raised" else lowered(words))

    def take(self) -> str:
        """Return the words, and begin again. A part that is open goes on; what it has so far is written as it is."""
        words = "".join([*self._words, *self._numerators])
        self._words.clear()
        self._numerators.clear()
        self._open = [(role, 0) for role, _ in self._open]
        return words
