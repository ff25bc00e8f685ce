"""The words of a question, with their ranges in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.text.normalise import normalised, simplified
from corpus.text.scripts import has_han, has_rare
from qa.question.word_segmenter import tagged

_LATIN = re.compile(r"[A-Za-z][A-Za-z'’\-]*[A-Za-z]|\d[\d,.]*\d|\d")


def _words_of(name: str) -> frozenset[str]:
    return frozenset((Path(__file__).parent / "data" / name).read_text(encoding="utf-8").split())


ENGLISH_STOP = _words_of("stop_en.txt")
"""English words that name no topic."""
CHINESE_STOP = _words_of("stop_zh.txt")
"""Chinese words that name no topic."""
_KEEP = re.compile(r"^(n|nr|ns|nt|nz|nrt|nrfg|ng|vn|j|eng|an|nl|nw)$")
ASKING = re.compile("[哪几啥谁]|什么|怎么|多少")
"""A word that asks."""
_ASKS_FOR_WORDS = re.compile(
    rf"{ASKING.pattern}|如何|怎样|何[时地人处]|(?:^|\W)(?:who|what|when|where|why|how)\b", re.IGNORECASE
)
_GIVES_THE_ANSWERS = re.compile(
    r"还是|吗\W*$|是否|能否|可否|有无|(?P<verb>\w)[不没](?P=verb)|\bor\b|^\W*(?:is|are|was|were|do|does|did|can|may|must)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int
    kind: str
    """jieba's part of speech; `en` for a Latin word, `num` for a number."""


def asks_for_words(question: str) -> bool:
    """Return whether a question asks for words that it does not have itself: 谁守钟, but not 可以吗."""
    spelt = normalised(question)
    return bool(_ASKS_FOR_WORDS.search(spelt)) and not _GIVES_THE_ANSWERS.search(spelt)


@lru_cache(maxsize=256)  # one question is read several times
def words(question: str) -> tuple[Word, ...]:
    """Return every word of the question with its range."""
    if not has_han(question):
        return tuple(
            Word(match[0], match.start(), match.end(), "num" if match[0][0].isdigit() else "en")
            for match in _LATIN.finditer(question)
        )
    found: list[Word] = []
    at = 0
    for word, kind in tagged(simplified(question)):
        start, end = at, at + len(word)
        before = found[-1] if found else None
        if before and _belong_together(before, word, kind):
            found[-1] = Word(question[before.start : end], before.start, end, "n")
        else:
            found.append(Word(question[start:end], start, end, "n" if has_rare(word) else kind))
        at = end
    return tuple(found)


def _belong_together(before: Word, word: str, kind: str) -> bool:
    """Return whether a rare character and its neighbour are one word: 王𠮷, 䲟鱼."""
    if has_rare(word):
        return has_rare(before.text) or (len(before.text) == 1 and before.kind.startswith("n"))
    return has_rare(before.text) and len(word) == 1 and kind.startswith("n")


def content_words(question: str) -> list[Word]:
    """Return the content words: nouns, names and numbers that a passage with the answer would mention."""
    found = []
    for word in words(question):
        if word.kind == "en":
            if word.text.lower() not in ENGLISH_STOP and len(word.text) > 2:
                found.append(word)
        elif word.kind == "num" or (
            simplified(word.text) not in CHINESE_STOP
            and _KEEP.match(word.kind)
            and (len(word.text) > 1 or has_rare(word.text))
            and not ASKING.search(word.text)
        ):
            found.append(word)
    return found
