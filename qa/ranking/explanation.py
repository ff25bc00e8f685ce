"""Why a passage ranks where it does, exactly: late interaction is a sum over the tokens of the question.

    interaction = Σ weight(token) · its best cosine among the passage's tokens

Tokens are pieces of words. A word's share is the sum over its tokens, divided by the interaction. So the shares of all
words add up to 1, and to the very number by which the passage was ranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.document import Document, Passage, Span, cut
from corpus.text.scripts import has_han, has_rare
from index.backend import AnyIndex
from index.encoders.base import Vectors
from index.search.token_vectors import TokenRows
from qa.qa_settings import RANKING
from qa.question.words import ASKING, CHINESE_STOP, ENGLISH_STOP, Word, words
from qa.ranking.late_interaction import Query, Ranked, whole_words


@dataclass(frozen=True, slots=True)
class WordShare:
    """A word of the question in the interaction of a passage."""

    text: str
    """As the question was read: an acronym that no text has is written out."""
    share: float
    """Of the interaction. The shares of all words add up to 1; that of a word unlike all of the passage is below 0."""
    matched: tuple[tuple[Span, ...], ...]
    """The words of the passage that are most like it, the likest first, each as slices of the source; empty where none
    is like enough to be called a match."""
    in_heading: bool
    """Whether what is most like it stands in the title or the headings above the passage, and not in the passage."""
    is_topic: bool
    """Whether it is a word of which it is worth telling what it matched, unlike 的, "the" or a single character."""
    is_earlier: bool
    """Whether it comes from a question before, which this one depends on."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The interaction of a question and a passage, by the words of the question."""

    document: Document
    passage: Passage
    interaction: float
    """The weighted sum of the best cosines, −1 to 1: the part of the score that compares meanings."""
    words: tuple[WordShare, ...]
    """All words of the question that have tokens, the one with the largest share first."""


def explain(query: Query, asked: Sequence[str], ranked: Ranked, number: int, index: AnyIndex) -> Explanation | None:
    """Return the explanation of one of the ranked passages; None where nothing of the question is like it.

    `asked`: the texts of the query as they were encoded.
    """
    document, passage = index.passages[int(ranked.rows[number])]
    tokens = ranked.tokens(number)
    contributions = query.weights * ranked.best[:, number]
    interaction = float(contributions.sum(dtype=np.float64))
    if interaction <= 0 or not len(tokens.values):
        return None
    found = _Passage(document, passage, tokens, query.vectors @ tokens.values.astype(np.float32).T * tokens.scales)
    bar = _bar(asked, found.text)
    shares = [
        WordShare(
            word.text,
            float(contributions[own].sum(dtype=np.float64)) / interaction,
            found.matched(own[np.argsort(-contributions[own], kind="stable")], bar) if _is_topic(word) else (),
            _is_topic(word) and found.is_in_heading(own, bar),
            _is_topic(word),
            is_earlier,
        )
        for word, own, is_earlier in _words_with_tokens(query, asked)
    ]
    return Explanation(document, passage, interaction, tuple(sorted(shares, key=lambda one: -one.share)))


def _bar(asked: Sequence[str], text: str) -> float:
    """Return the cosine from which a token counts as matched: the one that underlines words in a card."""
    crosses = has_han(text) != any(map(has_han, asked))
    return RANKING.matched_across if crosses else RANKING.matched


def _is_topic(word: Word) -> bool:
    """Return whether it is worth telling what matches a word. A single character means too little, as in a card."""
    if word.text.isdigit() or has_rare(word.text):
        return True
    is_asking = word.text.lower() in ENGLISH_STOP or word.text in CHINESE_STOP or ASKING.search(word.text)
    return len(word.text) > 1 and not is_asking


def _words_with_tokens(query: Query, asked: Sequence[str]) -> Iterator[tuple[Word, npt.NDArray[np.int64], bool]]:
    """Yield the words of the texts of a query, the numbers of their tokens, and whether the text is an earlier one.

    Each token is counted once: with the word in which it begins; what begins in no word is a word of its own.
    """
    starts = query.encoded.starts
    for text, first, end in zip(asked, starts[:-1], starts[1:], strict=True):
        ranges = words(text)
        own: dict[tuple[int, int], list[int]] = {}
        known = {(word.start, word.end): word for word in ranges}
        for token in range(int(first), int(end)):
            start, stop = map(int, query.encoded.offsets[token])
            place = next(((a, b) for a, b in known if a < stop and start < b), (start, stop))
            known.setdefault(place, Word(text[start:stop], start, stop, "x"))
            own.setdefault(place, []).append(token)
        for place, numbers in own.items():
            yield known[place], np.array(numbers, np.int64), int(end) < len(query.weights)


@dataclass(frozen=True)
class _Passage:
    """A passage whose tokens are compared with those of a question."""

    document: Document
    passage: Passage
    tokens: TokenRows
    cosines: Vectors
    """Shape (tokens of the question, tokens of the passage)."""

    @property
    def text(self) -> str:
        return self.document.quote(self.passage.spans)

    def is_in_heading(self, own: npt.NDArray[np.int64], bar: float) -> bool:
        """Return whether what a word matches stands in the headings before the passage, and nowhere in it."""
        inside = self.tokens.offsets[:, 0] >= 0
        matches = self.cosines[own] >= bar
        return bool(matches[:, ~inside].any() and not matches[:, inside].any())

    def matched(self, own: npt.NDArray[np.int64], bar: float) -> tuple[tuple[Span, ...], ...]:
        """Return the words of the passage that the tokens of a word match best, as slices of the source."""
        offsets = self.tokens.offsets
        here = np.where(offsets[:, 0] < 0, -1.0, self.cosines[own])  # what stands before it is not part of it
        tops = here.argmax(axis=1)
        found: dict[str, tuple[Span, ...]] = {}  # each word once
        for row, top in zip(here, tops, strict=True):
            if row[top] >= bar:
                start, end = self._word_at(*map(int, offsets[top]))
                found.setdefault(self.text[start:end], cut(self.passage.spans, start, end))
        return tuple(found.values())

    def _word_at(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the word around a token, as the segmenter cuts the sentence that it stands in."""
        text, first = self.text, 0
        for sentence in self.passage.sentences:
            size = sum(map(len, sentence.spans))
            if start < first + size:
                break
            first += size
        there = [
            word for word in words(text[first : first + size]) if first + word.start < end and start < first + word.end
        ]
        told = [word for word in there if _is_topic(word)] or there
        if not told:
            return whole_words(text, start, end)
        return first + told[0].start, first + told[-1].end
