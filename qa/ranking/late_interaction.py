"""Late interaction over an encoder's token vectors (Khattab and Zaharia, ColBERT, 2020), with BM25 beside it.

    score = interaction + 0.5 · lexical + 0.25 · interaction of the best sentence − 0.02 · log tokens
            + 0.4 · (interaction of the section − interaction) + what `features` add
    interaction = Σ weight(question token) · its best cosine among the passage's tokens

Nothing is trained: token vectors are the encoder's centered last hidden states. The weight of a question token is its
surprisal by the tokenizer's own unigram model, so that common tokens such as 吗 and "the" count little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.document import Span, cut
from corpus.text.numerals import HAN_DIGITS
from corpus.text.scripts import has_han
from index.backend import AnyIndex, Candidates, Found, Rows
from index.encoders.base import Embedder, Encoded, Vectors
from index.encoders.centering import Centering
from index.query import WeightedQuery
from index.search.token_vectors import TokenRows
from qa.qa_settings import ANSWERS, RANKING
from qa.question.english_names import glosses
from qa.ranking import features
from qa.ranking.features import Titles
from qa.ranking.other_script import Others

_PARTS_OF_WORDS = (
    re.compile(r"[\d.,%:×⁰¹²³⁴-⁹⁻-]"),
    re.compile(rf"[{HAN_DIGITS}十百千万亿两]"),
    re.compile(r"[A-Za-z]"),
)
"""What numbers (6655-0192, 10:30, 3,500, 2×10⁵), Chinese numerals and Latin words are made of."""


@dataclass(frozen=True, slots=True)
class Query:
    """An encoded weighted query."""

    weighted: WeightedQuery
    encoded: Encoded
    """The texts of the query in their order. Each is encoded alone, so that none changes another one's vectors."""
    vectors: Vectors
    """Shape (tokens, dimension), rows of length 1: the centered vectors of the tokens of all texts."""
    weights: Vectors
    """Shape (tokens,), with sum 1."""

    @classmethod
    def of(cls, weighted: WeightedQuery, encoded: Encoded, centering: Centering, embedder: Embedder) -> Query:
        """Weight and center the tokens of `encoded`, the encoded texts of the query in their order."""
        weights = np.maximum(embedder.surprisal(encoded.token_ids) - RANKING.common, RANKING.least)
        for factor, start, end in zip(weighted.weights, encoded.starts[:-1], encoded.starts[1:], strict=True):
            weights[start:end] *= factor / max(float(weights[start:end].sum()), 1e-9)
        weights = (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
        return cls(weighted, encoded, centering.center(encoded.hidden), weights)

    @property
    def lexical(self) -> WeightedQuery:
        """The query for BM25, in which an English text is followed by the Chinese names of its names."""
        texts = (" ".join([text, *(chinese for _, chinese in glosses(text))]) for text in self.weighted.texts)
        return WeightedQuery(tuple(texts), self.weighted.weights)

    def best_match(self, ranked: Ranked, start: int, end: int) -> float:
        """Return how well the best passage matches the range [start, end) of the question itself.

        The result is the weighted mean cosine of the range's tokens, -1 to 1; 1 if the range has no token.
        """
        inside = self._inside(start, end)
        weights = self.weights[inside]
        if not weights.sum() or not ranked.best.size:
            return 1.0
        return float((weights @ ranked.best[inside]).max() / weights.sum())

    def weight(self, start: int, end: int) -> float:
        """Return the weight of the range [start, end) of the question itself, 0 to 1."""
        return float(self.weights[self._inside(start, end)].sum())

    def _inside(self, start: int, end: int) -> npt.NDArray[np.bool_]:
        """Return shape (tokens,): whether a token is in the range [start, end) of the question itself."""
        offsets = self.encoded.offsets
        inside = (offsets[:, 0] < end) & (offsets[:, 1] > start)
        inside[: self.encoded.starts[-2]] = False  # tokens of earlier questions
        return np.asarray(inside, np.bool_)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Passages in the order of their scores, the highest first."""

    rows: npt.NDArray[np.int64]
    """Shape (passages,): their rows in the index."""
    known: Rows
    """The index's columns of those rows, read once for each question."""
    scores: Vectors
    """Shape (passages,): about 0 to 1.8, higher is closer."""
    best: Vectors
    """Shape (query tokens, passages): the highest cosine of each token among the passage's tokens."""
    sentences: npt.NDArray[np.int64]
    """Shape (passages,): the number of each passage's best sentence."""
    all_tokens: TokenRows
    """The tokens of all candidates, in the order in which they were read: once for each question."""
    places: npt.NDArray[np.int64]
    """Shape (passages,): the place of each passage's row in `all_tokens`."""

    def tokens(self, number: int) -> TokenRows:
        """Return the tokens of one of the passages."""
        return self.all_tokens.of_row(int(self.places[number]))

    def reorder(self, order: npt.NDArray[np.int64], scores: Vectors) -> Ranked:
        """Return the passages in another order with other scores."""
        best, sentences, places = self.best[:, order], self.sentences[order], self.places[order]
        return Ranked(self.rows[order], self.known.take(order), scores[order], best, sentences, self.all_tokens, places)


def rank(
    query: Query,
    index: AnyIndex,
    titles: Titles,
    limit: int,
    within: npt.NDArray[np.int64] | None = None,
    others: Others | None = None,
    share: Callable[[npt.NDArray[np.int64]], float] | None = None,
) -> Ranked:
    """Search candidates, score them, and return the ranked passages. `limit`: rows from each of the two searches.

    `within`: the rows to search, ascending; None for all rows of the index. `others`: where it has rows in two
    scripts; those in the other script than the question's are searched apart, else none of them would be found.
    `share`: what returns the share of some rows that are no copies of others of them; for the copies, more come in.
    """
    lexical = query.lexical
    most = limit * ANSWERS.most_copies if share else limit
    found = [index.search(lexical, query.encoded, most, within)]
    if others is not None and len(apart := others.rows(within)):
        found.append(index.search(lexical, query.encoded, most, apart))
    rows = _best(found, limit)
    if share and (own := share(rows)) < 1:
        rows = _best(found, round(min(limit / own, most)))
    ranked = rank_rows(query, Candidates(rows, index.lexical.at(lexical, rows)), index)
    scores = ranked.scores + _from_section(query, ranked)
    scores += features.of_rows(query.weighted, lexical, ranked.rows, ranked.known, index, titles)
    if others is not None:
        scores = others.level(ranked.rows, scores)
    order = np.lexsort((ranked.rows, -scores))
    scores[order] += features.of_first(query.weighted, ranked.rows[order], index)
    return ranked.reorder(np.lexsort((ranked.rows, -scores)), scores)


def _best(found: Sequence[Found], limit: int) -> npt.NDArray[np.int64]:
    """Return the first `limit` rows of each search, ascending."""
    return np.unique(np.concatenate([one.best(limit) for one in found]))


def _from_section(query: Query, ranked: Ranked) -> Vectors:
    """Return shape (passages,): what a passage gains from the other candidates of its section, if that is short."""
    sections = ranked.known.sections
    order = np.argsort(sections, kind="stable")
    heads = np.flatnonzero(np.r_[True, np.diff(sections[order]) != 0]) if len(order) else order
    if not len(ranked.best) or len(heads) == len(order):
        return np.zeros(len(order), np.float32)
    together = query.weights @ np.maximum.reduceat(ranked.best[:, order], heads, axis=1)
    gained = np.zeros(len(order), np.float32)
    gained[order] = np.repeat(together, np.diff(np.r_[heads, len(order)]))
    gained -= query.weights @ ranked.best
    gained[ranked.known.section_lengths > RANKING.section_length] = 0
    return np.float32(RANKING.section_support) * gained


def rank_rows(query: Query, candidates: Candidates, index: AnyIndex) -> Ranked:
    """Score the candidates by token vectors and BM25. A passage has the score of its best chunk."""
    rows = candidates.rows
    known = index.rows(rows)
    tokens = index.tokens(rows)
    counts = tokens.counts
    places = np.arange(len(rows))
    if not len(rows) or not len(query.vectors) or not len(tokens.values):
        # There is no token to compare (？？？), so the order is that of BM25, which usually finds nothing either.
        shape = (len(query.vectors), len(rows))
        none = np.zeros(len(rows), np.int64)
        return _of_passages(Ranked(rows, known, candidates.lexical, np.zeros(shape, np.float32), none, tokens, places))
    # Tokens × question, turned, is faster than question × tokens: BLAS then packs the few vectors, not the many.
    cosines = np.ascontiguousarray((tokens.values.astype(np.float32) @ query.vectors.T).T)
    cosines *= tokens.scales
    owners = np.repeat(places, counts)
    sentence_of = tokens.sentences

    best = np.full((len(query.vectors), len(rows)), -1.0, np.float32)
    heads = (np.cumsum(counts) - counts)[counts > 0]
    best[:, counts > 0] = np.maximum.reduceat(cosines, heads, axis=1)
    cuts = np.flatnonzero(np.r_[True, (np.diff(sentence_of) != 0) | (np.diff(owners) != 0)])
    each = query.weights @ np.maximum.reduceat(cosines, cuts, axis=1)
    by_sentence = np.full(len(rows), -1.0, np.float32)
    np.maximum.at(by_sentence, owners[cuts], each)
    sentences = np.zeros(len(rows), np.int64)
    with_context = tokens.offsets[:, 0] < 0
    if with_context.any():  # the context adds to the first sentence's score, but must not make it the best sentence
        cosines[:, with_context] = -1.0
        each = query.weights @ np.maximum.reduceat(cosines, cuts, axis=1)
    top = np.full(len(rows), -np.inf, np.float32)
    np.maximum.at(top, owners[cuts], each)
    winners = np.flatnonzero(each == top[owners[cuts]])[::-1]  # the first of equals is written last
    sentences[owners[cuts][winners]] = sentence_of[cuts][winners]

    length = np.log(np.clip(counts, 5, RANKING.longest))
    scores = query.weights @ best + RANKING.bm25 * candidates.lexical
    scores = (scores + RANKING.sentence * by_sentence - RANKING.length * length).astype(np.float32)
    return _of_passages(Ranked(rows, known, scores, best, sentences, tokens, places))


def _of_passages(scored: Ranked) -> Ranked:
    """Sort the scored rows, and keep the best chunk of each passage."""
    order = np.lexsort((scored.rows, -scored.scores))
    _, first = np.unique(scored.known.passages[order], return_index=True)
    order = order[np.sort(first)]
    return scored.reorder(order, scored.scores)


def matched_spans(query: Query, ranked: Ranked, number: int, index: AnyIndex) -> tuple[Span, ...]:
    """Return the words of one of the passages that match the more important words of the question, in order.

    Numbers and Latin words are taken whole. A single ideograph is left out, because it means too little.
    """
    document, passage = index.passages[int(ranked.rows[number])]
    tokens = ranked.tokens(number)
    if not len(tokens.values) or not len(query.vectors):
        return ()
    offsets = tokens.offsets
    cosines = query.vectors @ tokens.values.astype(np.float32).T * tokens.scales
    cosines[:, offsets[:, 0] < 0] = -1.0  # the context before the passage is not part of it
    tops = cosines.argmax(axis=1)
    text = document.quote(passage.spans)
    crosses = has_han(text) != any(map(has_han, query.weighted.texts))
    bar = RANKING.matched_across if crosses else RANKING.matched
    reached = cosines[np.arange(len(tops)), tops] >= bar
    share = min(RANKING.matched_share, 0.5 / len(query.weights))  # in a long question each token has a small share
    ranges = [whole_words(text, *map(int, offsets[top])) for top in tops[reached & (query.weights >= share)]]
    merged = [(start, end) for start, end in _merge(ranges) if end - start > 1 or text[start:end].isdigit()]
    return tuple(span for start, end in merged for span in cut(passage.spans, start, end))


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend a range to the whole numbers and Latin words at its ends."""
    for part in _PARTS_OF_WORDS:
        if start < end and part.match(text[start]) and text[start].isalnum():
            while start and part.match(text[start - 1]):
                start -= 1
            while not text[start].isalnum():
                start += 1
        if start < end and part.match(text[end - 1]) and text[end - 1].isalnum():
            while end < len(text) and part.match(text[end]):
                end += 1
            while not text[end - 1].isalnum() and text[end - 1] != "%":
                end -= 1
    return start, end


def _merge(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge ranges that touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(ranges)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
