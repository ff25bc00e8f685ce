"""Finds the works that a question names: 宪法第三十七条, 2018年政府工作报告的第二部分, "Article 19 of the …"."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from corpus.text.normalise import normalised
from corpus.text.scripts import has_han
from index.chunks import Heading
from index.search.bm25_terms import terms
from qa.qa_settings import QUESTION
from qa.question.words import ENGLISH_STOP, words

_LITTLE = frozenset(["p", "c", "d", "r", "f", "x", "uj", "ul", "ud", "y"])
"""jieba's tags of prepositions, conjunctions and other function words: 根据宪法 names 宪法."""


def title_words(headings: Sequence[Heading], work: int) -> str:
    """Return what a work says of itself: title, document name, title block, and a line before its first section."""
    heading, following = headings[work], headings[work + 1 : work + 2]
    opens = [one.before for one in following if one.parent == work and one.first <= heading.first + QUESTION.title_rows]
    return " ".join([heading.label, heading.words, *opens])


def titled_works(headings: Sequence[Heading], name: str) -> set[int]:
    """Return the works whose title or title block contains most of a name; empty if none contains enough.

    Character pairs, words and numbers weigh more if they are rare among the works. Several works may match equally
    well, such as editions of one law.
    """
    wanted = _terms(name)
    held = {
        row: _terms(title_words(headings, row)) & wanted for row, heading in enumerate(headings) if heading.level == 0
    }
    frequency = Counter(term for own in held.values() for term in own)
    weight = {term: math.log((len(held) + 1) / max(frequency[term], 1)) for term in wanted}
    scores = {row: math.fsum(weight[term] for term in own) for row, own in held.items()}
    best = max(scores.values(), default=0.0)
    if best < QUESTION.named_share * math.fsum(weight.values()) or not best:
        return set()
    return {row for row, score in scores.items() if math.isclose(score, best)}


@lru_cache(maxsize=1 << 13)  # titles, which each question that may name a work is held against
def _terms(text: str) -> frozenset[str]:
    """Return pairs of ideographs, Latin words and numbers; no single ideographs, and no function words (根据, of)."""
    said = normalised(text).replace("_", " ")
    if has_han(said):
        said = "".join(" " if word.kind in _LITTLE else word.text for word in words(said))
    return frozenset(term for term in terms(said) if len(term) > 1 and term not in ENGLISH_STOP)


def works_with(headings: Sequence[Heading], name: str) -> set[int]:
    """Return the works whose title or title block contains nearly all words, and all numbers, of a name."""
    said = re.sub(r"(?<=\d)年", " ", normalised(name))
    wanted = _terms(" ".join(word.text for word in words(said) if word.kind not in _LITTLE) if has_han(said) else said)
    numbers = {term for term in wanted if term.isdigit()}
    found = set()
    for row, heading in enumerate(headings):
        if wanted and heading.level == 0:
            own = _terms(heading.label + " " + heading.words)
            if numbers <= own and len(wanted & own) >= QUESTION.called_share * len(wanted):
                found.add(row)
    return found
