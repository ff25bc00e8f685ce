"""Questions and their answers in a text: the entries of a FAQ (问：… 答：…, Q: … A: …, How do I join?)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.text.sentences import split_sentences
from qa.qa_settings import UNITS
from qa.ranking.surroundings import Surroundings

_MARKED = re.compile(
    r"[*_>\s]*[【\[(]?\s*(?:问题?|問題?|提问|提問|Q|Question)\s*\d*\s*[】\])]?\s*[:.、】\]]\s*\S", re.IGNORECASE
)
_ANSWER = re.compile(r"[*_>\s]*[【\[(]?\s*(?:答案?|回答|A|Answer)\s*\d*\s*[】\])]?\s*[:.、】\]]", re.IGNORECASE)
_QUOTES = "“‘「『\"'"


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and its answer: indices of passages of some surroundings."""

    question: int
    end: int
    """Where the answer ends. It begins after the question, and is empty if nothing answers."""
    is_sure: bool
    """The question is marked as one or a heading, or one of several. Otherwise it may be rhetorical, and the answer is
    one paragraph."""


def entry_of(passages: Surroundings) -> Entry | None:
    """Return the entry that the passage at `passages.at` is part of, as the question or in the answer."""
    at = passages.at
    asked = [index for index in range(len(passages)) if is_question(passages, index)]
    before = [index for index in asked if index <= at]
    if not before:
        return None
    question, following = before[-1], [index for index in asked if index > at]
    is_marked = question < passages.first or _is_marked(passages.opening(question))
    is_sure = is_marked or _are_regular(asked)
    end = following[0] if following else _end_of_last(passages, asked, is_marked=is_marked)
    return Entry(question, end, is_sure) if at < end else None


def _are_regular(asked: Sequence[int]) -> bool:
    """Return whether questions follow each other as in a FAQ, rather than here and there in a text."""
    return len(asked) > 1 and asked[-1] - asked[0] <= UNITS.answer_paragraphs * (len(asked) - 1)


def _end_of_last(passages: Surroundings, asked: Sequence[int], *, is_marked: bool) -> int:
    """Return where the answer to the last question ends.

    It ends at an empty line, if there is none between question and answer. Otherwise the answer to a question that
    is not marked as one has no more paragraphs than the longest before it, and the lines of its last block.
    """
    first, end = asked[-1] + 1, len(passages)
    if first < end and not passages.is_apart(first):
        apart = next((index for index in range(first + 1, end) if passages.is_apart(index)), None)
        if apart is not None:
            return apart
    if is_marked or first >= end:
        return end
    limited = min(end, asked[-1] + max((b - a for a, b in pairwise(asked)), default=2))
    while first < limited < end and passages.is_apart(first) and not passages.is_apart(limited):
        limited += 1
    return limited


def is_question(passages: Surroundings, index: int) -> bool:
    """Return whether a passage is a question and nothing else.

    It is one sentence that ends with a question mark; or it is marked as a question, and ends with one or has an answer
    marked as such (问：…？ 答：…). Q1: may also begin what happened in a quarter.
    """
    if passages.size(index, index + 1) > UNITS.question:
        return False
    opening, asks = passages.opening(index), passages.last_character(index) == "?"
    if _is_marked(opening):
        return asks or (index + 1 < len(passages) and bool(_ANSWER.match(passages.opening(index + 1))))
    return asks and opening[:1] not in _QUOTES and _is_one_sentence(passages.text(index))


def _is_one_sentence(text: str) -> bool:
    return sum(any(map(str.isalpha, text[start:end])) for start, end in split_sentences(text)) == 1


def _is_marked(text: str) -> bool:
    return bool(_MARKED.match(text))
