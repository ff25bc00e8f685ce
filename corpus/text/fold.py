"""A reading copy of source text for the grammar: one width, and no blanks that only spread characters.

The copy is never shown. Every character of it knows where it stands in what it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.text.scripts import IDEOGRAPHS, han_count

_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x2015: 0x2014,
    0x2500: 0x2014,
    0xFE30: 0x3A,
    0x2236: 0x3A,
}
_SPREAD = re.compile(rf"(?<=[{IDEOGRAPHS}])[ \u3000](?=[{IDEOGRAPHS}])")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Folded:
    """Text in half width."""

    text: str
    places: Sequence[int] | None
    """Where each character stood; None where all stayed in their places."""

    def place(self, index: int) -> int:
        """Return where the character before `index` ends in the original, for an end; `index` may be the length."""
        if self.places is None:
            return index
        return self.places[index - 1] + 1 if index else 0

    def start(self, index: int) -> int:
        """Return where the character at `index` stands in the original."""
        return index if self.places is None else self.places[index]


def fold(text: str, *, spread: bool) -> Folded:
    """Return `text` in half width; `spread` says that blanks stand between all characters and mean nothing."""
    narrow = text.translate(_WIDTH)
    if not spread:
        return Folded(narrow, None)
    places = [place for place, character in enumerate(narrow) if not character.isspace()]
    return Folded("".join(narrow[place] for place in places), places)


def is_spread(text: str) -> bool:
    """Say whether blanks stand between most ideographs, as some converters leave them."""
    ideographs = han_count(text)
    return ideographs >= 20 and sum(1 for _ in _SPREAD.finditer(text)) > 0.4 * ideographs


def bare(text: str) -> str:
    """Return folded text without any blank, to compare lines by."""
    return _BLANK.sub("", text)
