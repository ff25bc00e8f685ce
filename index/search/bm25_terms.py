"""The terms that BM25 counts: characters and their pairs, Latin words, numbers by their value."""

from __future__ import annotations

import re

from corpus.text.normalise import normalised, numbers
from corpus.text.scripts import HAN, IDEOGRAPHS

_PIECE = re.compile(rf"[a-z]+(?:['’][a-z]+)?|\d+(?:\.\d+)?|[{IDEOGRAPHS}]+")


def terms(text: str) -> list[str]:
    """Return what BM25 counts: characters and their pairs, Latin words and numbers whole.

    A number adds its value (#300) and its value with the character after it (#300亿 → #30000000000, #2021年), beside
    the characters themselves, so that 三百亿 meets 300亿 and 统一 is still a word.

    >>> terms("GDP增长")
    ['gdp', '增', '长', '增长']
    >>> terms("300亿")[-1] == terms("三百亿")[-1]
    True
    """
    text = normalised(text)
    found: list[str] = []
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece[0] > "\u3000":
            found += piece
            found += (piece[i : i + 2] for i in range(len(piece) - 1))
        elif not piece[0].isdigit():
            found.append(piece)
    for _, end, value in numbers(text):
        found.append(f"#{value}")
        if HAN.match(text, end):
            found.append(f"#{value}{text[end]}")
    return found
