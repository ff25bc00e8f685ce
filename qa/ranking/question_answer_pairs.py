"""Questions and their answers in a text: the entries of a FAQ (问：… 答：…, Q: … A: …, How do I join?)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.text.fold import fold
from corpus.text.sentences import split_sentences
from qa.qa_settings import UNITS
from qa.ranking.surroundings import Surroundings

_MARKED = re.compile(
    r"[*_>\s]*[【\[(]?\s*(?:问题?|問題?|提问|提問|Q|Question)\s*\d*\s*[】\])]?\s*[:.、】\]]\s*\S", re.IGNORECASE
)
_QUOTES = "“‘「『\"'"


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and its answer: indices of passages of some surroundings."""

    question: int
    """-1 if the question is the heading."""
    end: int
    """Where the answer ends. It begins after the question, and is empty if nothing answers."""
    is_sure: bool
    """The question is marked as one or a heading, or one of several. Otherwise it may be rhetorical, and the answer is
    one paragraph."""


def entry_of(passages: Surroundings) -> Entry | None:
    """Return the entry that the passage at `passages.at` is part of, as the question or in the answer."""
    at = passages.at
    asked = [index for index in range(len(passages)) if is_question(passages, index)]
    if passages.is_start and passages.heading.parent is not None and _is_asked(passages):
        asked.insert(0, -1)
    before = [index for index in asked if index <= at]
    if not before:
        return None
    question, following = before[-1], [index for index in asked if index > at]
    is_sure = question < 0 or _is_marked(passages.opening(question)) or _are_regular(asked)
    if following:
        end = following[0]
    elif question < 0 or _is_marked(passages.opening(question)):
        end = _end_of_block(passages, question)
    else:  # the last answer has no more paragraphs than the longest before it
        longest = max((b - a for a, b in pairwise(asked)), default=2)
        end = min(_end_of_block(passages, question), question + longest)
        while question + 1 < end < len(passages) and passages.is_apart(question + 1) and not passages.is_apart(end):
            end += 1  # lines of one block
    return Entry(question, end, is_sure) if at < end else None


def _are_regular(asked: Sequence[int]) -> bool:
    """Return whether questions follow each other as in a FAQ, rather than here and there in a text."""
    return len(asked) > 1 and asked[-1] - asked[0] <= UNITS.answer_paragraphs * (len(asked) - 1)


def _end_of_block(passages: Surroundings, question: int) -> int:
    """Return where the last answer ends: at an empty line, if there is none between question and answer."""
    first = question + 1
    if 0 < first < len(passages) and not passages.is_apart(first):
        return next((index for index in range(first + 1, len(passages)) if passages.is_apart(index)), len(passages))
    return len(passages)


def is_question(passages: Surroundings, index: int) -> bool:
    """Return whether a passage is a question and nothing else."""
    if passages.size(index, index + 1) > UNITS.question:
        return False
    opening = passages.opening(index)
    if _is_marked(opening):
        return True
    asks = passages.last_character(index) == "?" and opening[:1] not in _QUOTES
    return asks and _is_one_sentence(passages.text(index))


def _is_one_sentence(text: str) -> bool:
    return sum(any(map(str.isalpha, text[start:end])) for start, end in split_sentences(text)) == 1


def _is_marked(text: str) -> bool:
    return bool(_MARKED.match(text))


def _is_asked(passages: Surroundings) -> bool:
    """Return whether the heading is a question."""
    label = fold(passages.heading.label, spread=False).text.rstrip("*_ ")
    return label.endswith("?") or _is_marked(label)
