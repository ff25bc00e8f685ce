"""The content words of a question and where they stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.text.normalise import HAN, simplified
from qa.question.word_segmenter import tagged

_LATIN = re.compile(r"[A-Za-z][A-Za-z'’\-]*[A-Za-z]|\d[\d,.]*\d|\d")


def _words_of(name: str) -> frozenset[str]:
    return frozenset((Path(__file__).parent / "data" / name).read_text(encoding="utf-8").split())


ENGLISH_STOP = _words_of("stop_en.txt")
"""English words that name no topic."""
CHINESE_STOP = _words_of("stop_zh.txt")
"""Chinese words that name no topic."""
_KEEP = re.compile(r"^(n|nr|ns|nt|nz|nrt|nrfg|ng|vn|j|eng|an|nl|nw)$")
_ASKING = re.compile("[哪几啥谁]|什么|怎么|多少")


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int
    kind: str
    """jieba's part of speech; `en` for a Latin word, `num` for a number."""


@lru_cache(maxsize=256)  # one question is read several times
def words(question: str) -> tuple[Word, ...]:
    """Return every word of the question with its place."""
    if not HAN.search(question):
        return tuple(
            Word(match[0], match.start(), match.end(), "num" if match[0][0].isdigit() else "en")
            for match in _LATIN.finditer(question)
        )
    found = []
    at = 0
    for word, kind in tagged(simplified(question)):
        found.append(Word(question[at : at + len(word)], at, at + len(word), kind))
        at += len(word)
    return tuple(found)


def content_words(question: str) -> list[Word]:
    """Return the nouns, names and numbers that a text that answers would speak of."""
    found = []
    for word in words(question):
        if word.kind == "en":
            if word.text.lower() not in ENGLISH_STOP and len(word.text) > 2:
                found.append(word)
        elif word.kind == "num" or (
            simplified(word.text) not in CHINESE_STOP
            and _KEEP.match(word.kind)
            and len(word.text) > 1
            and not _ASKING.search(word.text)
        ):
            found.append(word)
    return found
