"""Folds source text for the grammar: to half width, radicals to characters, without blanks that only spread them.

Folded text is never shown. Each of its characters maps to its place in the source text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.text.radicals import AS_CHARACTERS
from corpus.text.scripts import IDEOGRAPHS, han_count

_WIDTH: dict[int, int | str] = {
    **{full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)},
    0x3000: 0x20,
    0xA0: 0x20,
    0x2015: 0x2014,
    0x2500: 0x2014,
    0xFE30: 0x3A,
    0x2236: 0x3A,
    **AS_CHARACTERS,
}
_SPREAD = re.compile(rf"(?<=[{IDEOGRAPHS}])[ \u3000](?=[{IDEOGRAPHS}])")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Folded:
    """Text in half width."""

    text: str
    offsets: Sequence[int] | None
    """Offset of each character in the original; None if all offsets are the same."""

    def end(self, index: int) -> int:
        """Return the offset in the original that corresponds to the end `index`, which may be the length."""
        if self.offsets is None:
            return index
        return self.offsets[index - 1] + 1 if index else 0

    def start(self, index: int) -> int:
        """Return the offset in the original of the character at `index`."""
        return index if self.offsets is None else self.offsets[index]


def fold(text: str, *, spread: bool) -> Folded:
    """Return `text` in half width. `spread`: blanks stand between all characters and are left out."""
    narrow = text.translate(_WIDTH)
    if not spread:
        return Folded(narrow, None)
    offsets = [offset for offset, character in enumerate(narrow) if not character.isspace()]
    return Folded("".join(narrow[offset] for offset in offsets), offsets)


def is_spread(text: str) -> bool:
    """Return whether blanks stand between most ideographs, as some converters leave them."""
    ideographs = han_count(text)
    return ideographs >= 20 and sum(1 for _ in _SPREAD.finditer(text)) > 0.4 * ideographs


def bare(text: str) -> str:
    """Return folded text without blanks, for comparing lines."""
    return _BLANK.sub("", text)
