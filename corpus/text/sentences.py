"""Splits paragraphs into sentences."""

from __future__ import annotations

import re

from corpus.text.scripts import IDEOGRAPHS

_STOP = re.compile(rf"(?:[。！？；!?;…]|\.(?=\s|$|[”’\"')）\]])|(?<=[{IDEOGRAPHS}])．)+[”’」』）)\]\"']*\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:No|Nos|Art|Arts|Sec|Ch|Chap|Fig|Figs|Eq|Vol|vol|pp?|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Gen|Col|Sen|Rep|Gov"
    r"|Inc|Ltd|Co|Corp|vs|cf|etc|al|approx|ca|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|ed|eds)"
    r"|\b(?:[A-Za-z]\.)+[A-Za-z]|\b[A-Z])\.\s*$"
)
"""An abbreviation, whose full stop may not end a sentence."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as ranges that tile it, each with its closing punctuation and blanks."""
    ranges, start = [], 0
    for match in _STOP.finditer(text):
        end = match.end()
        if end < len(text) and _goes_on(text, match):
            continue
        ranges.append((start, end))
        start = end
    if start < len(text):
        ranges.append((start, len(text)))
    return ranges


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Return whether a full stop ends an abbreviation or an item number rather than a sentence."""
    if match.group().rstrip() != ".":
        return False
    following = text[match.end() : match.end() + 1]
    before = text[max(match.start() - 24, 0) : match.start()] + ". "
    if following.islower():
        return True
    return bool(_ABBREVIATION.search(before)) or bool(re.search(r"(?:^|[。.!?;]\s+)\d{1,3}\. $", before))
