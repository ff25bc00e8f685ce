"""The reader: reads the best passages with the question, and says whether each answers, and with which words.

It is a small transformer over the token vectors that the index keeps (`training/reader.py` trains it), so that no text
is encoded again. Its weights fit one model's vectors; an index of another model is asked without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
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
from qa.question.words import Word, asks_for_words, content_words, words
from qa.ranking.late_interaction import Query, Ranked, whole_words
from qa.ranking.reader_inputs import PASSAGE, Side, inputs, spellings
from qa.ranking.reader_network import network_for

_DIVIDES = re.compile(r"\t|(?<!\\)\|")
"""What divides the cells of a table's row: a tab; in Markdown a bar."""
_TITLE = re.compile(r"《[^《》\n]+》")
_CLAUSE_ENDS = re.compile(r"[，。！？；：、;!?()（）\n]|[,:](?!\d)")
"""Marks that no word and no number has in it."""


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
    sentences: npt.NDArray[np.int64]
    """Shape (tokens,): the number of the sentence that each is in, counted in the passage."""


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
        says_new = _says_new(asked, query.weighted.question)
        # For each shape that it has met, OpenVINO keeps what it compiled: a gigabyte if each length is another one.
        batches = [inputs(asked, [sides[number] for number in group], READER.step) for group in groups]
        logits, coverage = np.zeros(len(sides), np.float32), np.zeros(len(sides), np.float32)
        found = {}
        for group, batch, (own, ends) in zip(groups, batches, self._network(batches), strict=True):
            logits[group], coverage[group] = own, batch.globals[:, 1]
            for at, number in enumerate(group):
                start = batch.starts[at]
                one = passages[number]
                segments, is_best = batch.segments[at, start:], one.sentences == ranked.sentences[number]
                is_new = np.array([*map(says_new, one.side.spellings)], np.bool_)
                if best := _best_range(ends[at, start:], segments, one.offsets, one.cells, is_new, is_best):
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
        is_head = not index.manifest.with_context or _DIVIDES.search(own)
        if is_head or any(word in normalised(line) for word in told):
            kept |= is_context & (there[:, 0] >= at) & (there[:, 0] < at + len(line))
        at += len(line)
    values, scales, there = tokens.values[kept], tokens.scales[kept], there[kept]
    cells = np.searchsorted([match.end() - 1 for match in _DIVIDES.finditer(text)], there[:, 0])
    vectors = values.astype(np.float32) * scales[:, None]
    side = Side(vectors, spellings(text, there), scales, is_context[kept])
    return _Passage(side, tokens.offsets[kept], cells, tokens.sentences[kept])


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


def _says_new(asked: Side, question: str) -> Callable[[Hashable], bool]:
    """Return what tells whether a token, by its spelling, says what the question does not, if that asks for words.

    Ideographs are looked for in the whole question, because the tokenizer cuts them differently in each text.
    """
    if not asks_for_words(question):
        return lambda spelling: True
    said, own = "".join(map(str, asked.spellings)), frozenset(asked.spellings)

    @cache
    def says_new(spelling: Hashable) -> bool:
        spelt = str(spelling)
        return any(map(str.isalnum, spelt)) and spelt not in (said if has_han(spelt) else own)

    return says_new


def _best_range(
    ends: Vectors,
    segments: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int32],
    cells: npt.NDArray[np.int64],
    is_new: npt.NDArray[np.bool_],
    is_best: npt.NDArray[np.bool_],
) -> AnswerRange | None:
    """Return the range of characters with the highest sum of start and end logit; None without one.

    It lies in one of the cells, and has one of the tokens that are new. Of a passage with several sentences it lies in
    the one that matches the question best: late interaction knows better which that is than the reader does.
    """
    own = np.flatnonzero(segments[: len(offsets)] == PASSAGE)
    if not len(own):
        return None
    logits = np.ascontiguousarray(ends[own].T)
    logits -= logits.max(axis=1, keepdims=True)
    starts, stops = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    new = np.zeros(len(own) + 1, np.int64)
    np.cumsum(is_new[own], out=new[1:])
    for some in (np.flatnonzero(is_best[own]), np.arange(len(own))):
        sums = starts[some, None] + stops[None, some]
        far = some[None, :] - some[:, None]
        is_across = cells[own[some], None] != cells[None, own[some]]
        is_empty = new[None, some + 1] == new[some, None]
        sums[(far < 0) | (far >= READER.longest_answer) | is_across | is_empty] = -np.inf
        if np.isfinite(sums).any():
            first, last = np.unravel_index(int(sums.argmax()), sums.shape)
            place = int(offsets[own[some[first]], 0]), int(offsets[own[some[last]], 1])
            return AnswerRange(*place, float(np.exp(sums[first, last])))
    return None


def answer_spans(spans: Sequence[Span], answer: AnswerRange | None, text: str, *, answers: bool) -> tuple[Span, ...]:
    """Return the words that answer as spans of the document. `spans` and `text`: of the passage.

    `answers`: whether the passage is said to answer. Of one that only may, words that are not sure are left out.
    """
    if answer is None or not (answers or answer.probability >= READER.sure_answer):
        return ()
    return tuple(cut(spans, *_whole(text, answer.start, answer.end)))


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend a range to the whole words, titles and numbers at its ends, a number with its unit: 三十座, 《山中志》.

    The segmenter knows the words and most units. A single character after a number is one too, if it is a noun.
    """
    start, end = whole_words(text, start, end)
    first = max((match.end() for match in _CLAUSE_ENDS.finditer(text, 0, start)), default=0)
    behind = _CLAUSE_ENDS.search(text, end)
    pieces: list[tuple[int, int, Word]] = []
    for word in words(text[first : behind.start() if behind else len(text)]):
        goes_on = pieces and _goes_on(pieces[-1][2], word)
        at = pieces.pop()[0] if goes_on else first + word.start
        pieces.append((at, first + word.end, word))
    for at, stop, _ in pieces:
        start = at if at < start < stop else start
        end = stop if at < end < stop else end
    start, end = whole_words(text, start, end)  # the segmenter cuts 3,500 in three
    for title in _TITLE.finditer(text):
        if title.start() < start and end < title.end():
            return title.start() + 1, title.end() - 1
        start = title.start() if title.start() < start < title.end() else start
        end = title.end() if title.start() < end < title.end() else end
    return start, end


def _goes_on(before: Word, word: Word) -> bool:
    """Return whether a word is the rest or the unit of the number that the one before it ends."""
    is_number = before.kind in ("m", "x", "num") and before.text[-1].isnumeric() and before.end == word.start
    return is_number and (word.kind in ("m", "q") or (len(word.text) == 1 and word.kind.startswith("n")))
