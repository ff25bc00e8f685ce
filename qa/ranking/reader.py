"""The reader: reads the best passages with the question, and says whether each answers, and with which words.

It is a small transformer over the token vectors that the index keeps (`training/reader.py` trains it), so that no text
is encoded again. Its weights fit one model's vectors; an index of another model is asked without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.document import Span, cut
from corpus.text.normalise import normalised
from corpus.text.scripts import has_han
from index.backend import AnyIndex
from index.encoders.base import Vectors
from index.encoders.openvino_reader import Network
from index.search.token_vectors import TokenRows
from qa.qa_settings import READER
from qa.question.english_names import glosses
from qa.question.words import asks_for_words, content_words, words
from qa.ranking.late_interaction import Query, Ranked, whole_words
from qa.ranking.reader_inputs import PASSAGE, Side, inputs, spellings
from qa.ranking.reader_network import network_for


class AnswerRange(NamedTuple):
    """The words of a passage that answer, if it does, as a range in its text."""

    start: int
    end: int
    probability: float
    """That they begin here and end here, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of some passages."""

    logits: Vectors
    """Shape (passages,): of the probability that the passage answers."""
    answers: Mapping[int, AnswerRange]
    """By row. A row without words is missing."""
    coverage: Vectors
    """Shape (passages,), 0 to 1: the weight of the question's words that passage or headings have, spelt so."""


@cache
def reader_for(embedder_name: str) -> Reader | None:
    """Return the reader for the vectors of a model; None if there is none."""
    network = network_for(embedder_name)
    return None if network is None else Reader(network)


class _Passage(NamedTuple):
    """What is read of a passage."""

    side: Side
    offsets: npt.NDArray[np.int32]
    """Shape (tokens, 2): see `TokenRows.offsets`."""
    cells: npt.NDArray[np.int64]
    """Shape (tokens,): the number of the cell that each is in, if it is the row of a table."""


class Reader:
    """Reads passages. Calls from several threads run one after the other."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def read(self, query: Query, ranked: Ranked, count: int, index: AnyIndex) -> Reading:
        """Read the first passages."""
        asked = _question(query)
        tokens = (ranked.tokens(number) for number in range(min(count, len(ranked.rows))))
        names = _words(query)
        passages = [_passage(row, one, index, names) for row, one in zip(ranked.rows.tolist(), tokens, strict=False)]
        sides = [passage.side for passage in passages]
        groups = halves([len(side.vectors) for side in sides])
        # For each shape that it has met, OpenVINO keeps what it compiled: a gigabyte if each length is another one.
        batches = [inputs(asked, [sides[number] for number in group], READER.step) for group in groups]
        logits, coverage = np.zeros(len(sides), np.float32), np.zeros(len(sides), np.float32)
        found = {}
        for group, batch, (own, ends) in zip(groups, batches, self._network(batches), strict=True):
            logits[group], coverage[group] = own, batch.globals[:, 1]
            for at, number in enumerate(group):
                start = batch.starts[at]
                one = passages[number]
                is_new = _is_new(one.side, asked, query.weighted.question)
                if best := _best_range(ends[at, start:], batch.segments[at, start:], one.offsets, one.cells, is_new):
                    found[int(ranked.rows[number])] = best
        return Reading(logits, found, coverage)


def halves(lengths: Sequence[int]) -> list[list[int]]:
    """Return the places of the shorter and of the longer passages, which are read beside each other.

    All passages of one batch take as long as its longest, so both halves take about the same time.
    """
    order = np.argsort(lengths, kind="stable").tolist()
    if len(order) < 2:
        return [order] if order else []
    longest = lengths[order[-1]]
    costs = [max(count * lengths[order[count - 1]], (len(order) - count) * longest) for count in range(1, len(order))]
    count = 1 + int(np.argmin(costs))
    return [order[:count], order[count:]]


def _passage(row: int, tokens: TokenRows, index: AnyIndex, asked: Sequence[str]) -> _Passage:
    """Return a passage behind those lines of its title and headings that have a word of `asked` that it lacks itself.

    The other lines tell nothing about it, but make the reader less sure: it reads a passage of one text among others
    as it reads the only text. The row of a table keeps the head of the table.
    """
    text, there = index.embedded(row, tokens.offsets)
    is_context = tokens.offsets[:, 0] < 0
    kept = ~is_context
    own = index.text(row)
    spelt = normalised(own) if is_context.any() else ""
    told = [word for word in asked if word not in spelt]
    at = 0
    for line in text[: len(text) - len(own)].splitlines(keepends=True):
        is_head = not index.manifest.with_context or "\t" in own
        if is_head or any(word in normalised(line) for word in told):
            kept |= is_context & (there[:, 0] >= at) & (there[:, 0] < at + len(line))
        at += len(line)
    values, scales, there = tokens.values[kept], tokens.scales[kept], there[kept]
    cells = np.searchsorted([at for at, character in enumerate(text) if character == "\t"], there[:, 0])
    vectors = values.astype(np.float32) * scales[:, None]
    return _Passage(Side(vectors, spellings(text, there), scales, is_context[kept]), tokens.offsets[kept], cells)


def _words(query: Query) -> list[str]:
    """Return the words of the question that a title or heading may have: nouns, names and numbers, spelt alike."""
    texts = [*query.weighted.texts, *(chinese for text in query.weighted.texts for _, chinese in glosses(text))]
    numbers = (word for text in texts for word in words(text) if any(map(str.isdigit, word.text)))
    return [normalised(word.text) for word in chain(numbers, *map(content_words, texts))]


def _question(query: Query) -> Side:
    """Return the tokens of the question, after those of the earlier questions that it depends on.

    Of more than the reader can read, the last ones: they are those of the question itself.
    """
    encoded = query.encoded
    spelt = [
        spelling
        for text, (start, end) in zip(query.weighted.texts, pairwise(encoded.starts.tolist()), strict=True)
        for spelling in spellings(text, encoded.offsets[start:end])
    ]
    every = Side(query.vectors, spelt, query.weights, np.zeros(len(spelt), np.bool_))
    return every.last(READER.longest_question) if len(spelt) > READER.longest_question else every


def _is_new(passage: Side, asked: Side, question: str) -> npt.NDArray[np.bool_]:
    """Return shape (tokens,): whether a token says what the question does not, if the question asks for words.

    Ideographs are looked for in the whole question, because the tokenizer cuts them differently in each text.
    """
    if not asks_for_words(question):
        return np.ones(len(passage.spellings), np.bool_)
    said, own = "".join(map(str, asked.spellings)), frozenset(asked.spellings)
    spelt = map(str, passage.spellings)
    return np.array(
        [any(map(str.isalnum, one)) and one not in (said if has_han(one) else own) for one in spelt], np.bool_
    )


def _best_range(
    ends: Vectors,
    segments: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int32],
    cells: npt.NDArray[np.int64],
    is_new: npt.NDArray[np.bool_],
) -> AnswerRange | None:
    """Return the range of characters with the highest sum of start and end logit; None without one.

    It lies in one of the cells, and has one of the tokens that are new.
    """
    own = np.flatnonzero(segments[: len(offsets)] == PASSAGE)
    if not len(own):
        return None
    starts, stops = (logits - np.log(np.exp(logits - logits.max()).sum()) - logits.max() for logits in ends[own].T)
    sums = starts[:, None] + stops[None, :]
    far = np.arange(len(own))[None, :] - np.arange(len(own))[:, None]
    is_across = cells[own][:, None] != cells[own][None, :]
    new = np.r_[0, np.cumsum(is_new[own])]
    is_empty = new[None, 1:] == new[:-1, None]
    sums[(far < 0) | (far >= READER.longest_answer) | is_across | is_empty] = -np.inf
    if not np.isfinite(sums).any():
        return None
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    probability = float(np.exp(sums[first, last]))
    return AnswerRange(int(offsets[own[first], 0]), int(offsets[own[last], 1]), probability)


def answer_spans(spans: Sequence[Span], answer: AnswerRange | None, text: str, *, answers: bool) -> tuple[Span, ...]:
    """Return the words that answer as spans of the document. `spans` and `text`: of the passage.

    Numbers and Latin words are taken whole. `answers`: whether the passage is said to answer. Of one that only may,
    words that are not sure are left out.
    """
    if answer is None or not (answers or answer.probability >= READER.sure_answer):
        return ()
    return tuple(cut(spans, *whole_words(text, answer.start, answer.end)))
