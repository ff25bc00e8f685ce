"""The inputs of the reader: the tokens of a question and of a passage, and how well each matches the other side.

`qa/ranking/reader.py` reads passages with them, and `training/reader.py` trains on them, so both see the same numbers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from corpus.text.normalise import normalised
from index.encoders.base import Vectors
from qa.qa_settings import READER

FEATURES = ("best cosine", "best weighted cosine", "same spelling", "weight")
"""Of each token: its best cosine among the tokens of the other side, the best one weighted by the question's token,
whether the other side has a token of the same spelling, and for a question's token its weight times their number."""
GLOBALS = ("interaction", "weight of the same spelling", "log tokens of the question", "log tokens of the passage")
"""Of each pair."""
FIRST, QUESTION, CONTEXT, PASSAGE = range(4)
"""The segments: the token whose output is the verdict, the question, the title and headings, the passage."""


@dataclass(frozen=True, slots=True)
class Side:
    """The tokens of a question or of a passage."""

    vectors: Vectors
    """Shape (tokens, dimension), rows of length 1: centered."""
    spellings: Sequence[Hashable]
    """Of each token, without case, in Simplified characters."""
    weights: Vectors
    """Shape (tokens,), of a question: the weight of each token, with sum 1. Of a passage: anything."""
    is_context: npt.NDArray[np.bool_]
    """Shape (tokens,): whether a token of a passage stands in the title and headings before it."""

    def last(self, count: int) -> Side:
        """Return the last tokens, whose weights make up the whole."""
        weights = self.weights[-count:]
        weights = weights / max(float(weights.sum()), 1e-9)
        return Side(self.vectors[-count:], self.spellings[-count:], weights, self.is_context[-count:])

    def first(self, count: int) -> Side:
        """Return the first tokens."""
        return Side(self.vectors[:count], self.spellings[:count], self.weights[:count], self.is_context[:count])


@dataclass(frozen=True, slots=True)
class Inputs:
    """Some pairs of one question and a passage, padded to one length: a pair's token 0 is the verdict's."""

    vectors: Vectors
    """Shape (pairs, tokens, dimension)."""
    features: Vectors
    """Shape (pairs, tokens, features)."""
    globals: Vectors
    """Shape (pairs, features of a pair)."""
    segments: npt.NDArray[np.int64]
    """Shape (pairs, tokens)."""
    positions: npt.NDArray[np.int64]
    """Shape (pairs, tokens): from 0 in each segment; context and passage share theirs."""
    mask: npt.NDArray[np.bool_]
    """Shape (pairs, tokens): whether there is a token."""
    starts: npt.NDArray[np.int64]
    """Shape (pairs,): where the passage's tokens begin."""


def spellings(text: str, offsets: npt.NDArray[np.integer]) -> list[str]:
    """Return the spelling of each token, given by its range in the text, for comparison only."""
    return [_spelling(text[max(start, 0) : end]) for start, end in offsets.tolist()]


@lru_cache(maxsize=1 << 16)
def _spelling(token: str) -> str:
    return normalised(token).strip()


def inputs(question: Side, passages: Sequence[Side], step: int = 1) -> Inputs:
    """Return the pairs of a question and each of the passages. Long ones are cut off.

    `step`: tokens; pairs are padded to a multiple of it.
    """
    question = question.first(READER.longest_question)
    passages = [passage.first(READER.longest_passage) for passage in passages]
    asked = len(question.vectors)
    starts = 1 + asked
    length = starts + max((len(passage.vectors) for passage in passages), default=0)
    length = -(-length // step) * step
    shape = (len(passages), length)
    vectors = np.zeros((*shape, question.vectors.shape[1]), np.float32)
    features = np.zeros((*shape, len(FEATURES)), np.float32)
    whole = np.zeros((len(passages), len(GLOBALS)), np.float32)
    segments, positions = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    mask = np.zeros(shape, np.bool_)
    relative = question.weights * np.float32(asked)
    own = frozenset(question.spellings)
    vectors[:, 1:starts] = question.vectors
    segments[:, 1:starts], positions[:, 1:starts] = QUESTION, np.arange(asked)
    for row, passage in enumerate(passages):
        count = len(passage.vectors)
        there = slice(starts, starts + count)
        mask[row, : starts + count] = True
        vectors[row, there] = passage.vectors
        segments[row, there] = np.where(passage.is_context, CONTEXT, PASSAGE)
        positions[row, there] = np.arange(count)
        features[row, 1:starts, 3] = relative
        whole[row, 2:] = np.log1p(asked), np.log1p(count)
        if not asked or not count:
            continue
        cosines = question.vectors @ passage.vectors.T
        theirs = frozenset(passage.spellings)
        same = np.array([spelling in theirs for spelling in question.spellings], np.float32)
        features[row, 1:starts, 0] = best = cosines.max(axis=1)
        features[row, 1:starts, 1] = best * relative
        features[row, 1:starts, 2] = same
        features[row, there, 0] = cosines.max(axis=0)
        features[row, there, 1] = (cosines * relative[:, None]).max(axis=0)
        features[row, there, 2] = [spelling in own for spelling in passage.spellings]
        whole[row, :2] = question.weights @ best, question.weights @ same
    return Inputs(vectors, features, whole, segments, positions, mask, np.full(len(passages), starts))
