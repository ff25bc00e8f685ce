"""The reader: reads the best passages with the question, and says whether each answers, and with which words.

It is a small transformer over the token vectors that the index keeps (`training/reader.py` trains it), so that no text
is encoded again. Its weights fit one model's vectors; an index of another model is asked without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.document import Span, cut
from index.encoders.base import Vectors
from index.encoders.e5_weights import BUNDLED_NAME, model_folder
from index.encoders.openvino_reader import ReaderNetwork
from index.searcher import Index
from qa.qa_settings import READER
from qa.ranking.late_interaction import Query
from qa.ranking.reader_inputs import PASSAGE, Side, bounds, inputs, spellings

WEIGHTS = Path(__file__).parent / f"reader-{BUNDLED_NAME}.npz"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of some passages."""

    logits: Vectors
    """Shape (passages,): of the probability that the passage answers."""
    answers: Mapping[int, tuple[int, int]]
    """By row: the words that answer, if the passage does, as a range in its text. A row without words is missing."""
    coverage: Vectors
    """Shape (passages,), 0 to 1: the weight of the question's words that the passage has, spelt so."""


@cache
def reader_for(embedder_name: str) -> Reader | None:
    """Return the reader for the vectors of a model; None if there is none."""
    if embedder_name != BUNDLED_NAME or not WEIGHTS.is_file():
        return None
    return Reader(ReaderNetwork.open(WEIGHTS, model_folder("reader")))


class Reader:
    """Reads passages. Calls from several threads run one after the other."""

    def __init__(self, network: ReaderNetwork) -> None:
        self._network = network

    def read(self, query: Query, rows: npt.NDArray[np.int64], index: Index) -> Reading:
        """Read some rows. Raises OSError."""
        asked = _question(query)
        tokens = index.tokens(rows)
        sides, places = [], []
        for row, (start, end) in zip(rows.tolist(), bounds(tokens.counts), strict=True):
            offsets = tokens.offsets[start:end]
            text, there = index.embedded(row, offsets)
            vectors = tokens.values[start:end].astype(np.float32) * tokens.scales[start:end, None]
            sides.append(Side(vectors, spellings(text, there), tokens.scales[start:end], offsets[:, 0] < 0))
            places.append(offsets)
        read = inputs(asked, sides)
        logits, ends = self._network(
            read.vectors, read.features, read.globals, read.segments, read.positions, read.mask
        )
        found = {}
        for number, (row, offsets) in enumerate(zip(rows.tolist(), places, strict=True)):
            start = read.starts[number]
            if best := _best_range(ends[number, start:], read.segments[number, start:], offsets):
                found[row] = best
        return Reading(logits, found, read.globals[:, 1])


def _question(query: Query) -> Side:
    """Return the tokens of the question, after those of the earlier questions that it depends on."""
    encoded = query.encoded
    words = [
        spelling
        for text, (start, end) in zip(query.weighted.texts, pairwise(encoded.starts.tolist()), strict=True)
        for spelling in spellings(text, encoded.offsets[start:end])
    ]
    return Side(query.vectors, words, query.weights, np.zeros(len(words), np.bool_))


def _best_range(
    ends: Vectors, segments: npt.NDArray[np.int64], offsets: npt.NDArray[np.int32]
) -> tuple[int, int] | None:
    """Return the range of characters with the highest sum of start and end logit; None without tokens."""
    own = np.flatnonzero(segments[: len(offsets)] == PASSAGE)
    if not len(own):
        return None
    starts, stops = ends[own, 0], ends[own, 1]
    sums = starts[:, None] + stops[None, :]
    far = np.arange(len(own))[None, :] - np.arange(len(own))[:, None]
    sums[(far < 0) | (far >= READER.longest_answer)] = -np.inf
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    return int(offsets[own[first], 0]), int(offsets[own[last], 1])


def answer_spans(spans: Sequence[Span], answer: tuple[int, int] | None) -> tuple[Span, ...]:
    """Return the words that answer as spans of the document. `spans`: those of the passage."""
    return tuple(cut(spans, *answer)) if answer else ()
