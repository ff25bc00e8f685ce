"""Finds pairs of quotation marks of any style in a paragraph: the outermost pairs, and marks that nothing closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

STRAIGHT = '"＂'
CLOSING: Mapping[str, str] = MappingProxyType(
    {
        **dict(zip("“‟‘「『﹁﹃«‹", "””’」』﹂﹄»›", strict=True)),
        "„": "”“‟",
        "‚": "’‘",
    }
)
"""The marks that may close each opening one; in German “ closes „."""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """The quotation marks of a text."""

    pairs: tuple[tuple[int, int], ...]
    """The positions of both marks of each outermost pair, in order."""
    opened: tuple[int, ...]
    """The positions of opening marks that nothing closes."""
    closing: frozenset[str]
    """Closing marks that close nothing."""


def find_marks(text: str) -> MarkedText:
    """Return the quotation marks of a text. What an unclosed mark opens does not hide the pairs after it."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    closing: set[str] = set()
    for at, character in enumerate(text):
        if character not in _MARKS or _is_apostrophe(text, at):
            continue
        row = _closed_by(text, opened, character)
        if row is not None:
            pairs.append((opened[row], at))
            del opened[row:]
        elif character in CLOSING or (character in STRAIGHT and not text[max(at - 1, 0) : at].isdigit()):
            opened.append(at)  # after a digit, a straight mark stands for inches
        elif character not in STRAIGHT:
            closing.add(character)
    outermost: list[tuple[int, int]] = []
    for pair in sorted(pairs):
        if not outermost or pair[0] > outermost[-1][1]:
            outermost.append(pair)
    return MarkedText(tuple(outermost), tuple(opened), frozenset(closing))


def _closed_by(text: str, opened: Sequence[int], character: str) -> int | None:
    """Return which of the open marks a character closes: the last one that it may close."""
    for row in range(len(opened) - 1, max(len(opened) - _DEPTH, 0) - 1, -1):
        mark = text[opened[row]]
        if character in CLOSING.get(mark, mark):
            return row
    return None


def _is_apostrophe(text: str, at: int) -> bool:
    """Return whether a mark stands within a word, or for what a word lacks at its beginning: don’t, ’90s."""
    if text[at] not in "’‘":
        return False
    before, after = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    is_within = _is_latin(before) and _is_latin(after)
    return is_within or (text[at] == "’" and after.isdigit() and not before.isalnum())


def _is_latin(character: str) -> bool:
    return character.isalpha() and character < "\u2e80"


_MARKS = frozenset(STRAIGHT + "".join(CLOSING) + "".join(CLOSING.values()))
_DEPTH = len(_MARKS)
"""How deep marks are looked for: deeper ones than there are kinds of marks belong to no writing."""
