"""Late interaction over an encoder's token vectors (Khattab and Zaharia, ColBERT, 2020), with BM25 beside it.

    score = interaction + 0.5 · lexical + 0.25 · interaction of the best sentence − 0.02 · log tokens
            + 0.2 · title + 0.2 · dictionary
    interaction = Σ weight(question token) · its best cosine among the passage's tokens

Nothing is trained: token vectors are the encoder's last hidden states less what all text shares. A question token
weighs what it is rare in general, by the tokenizer's own unigram model, so that 吗 and the count for little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from corpus.model import Span, cut
from index.embed import Embedder, Encoded, Vectors
from index.normalise import HAN, normalised, terms
from index.store import Candidates, Index
from index.tokens import Background
from qa.dictionary import translations
from qa.gloss import glosses


@dataclass(frozen=True, slots=True)
class Weights:
    """Chosen on XQuAD, CMRC, DRCD and our own questions together: docs/quality.md."""

    lexical: float = 0.5
    sentence: float = 0.25
    title: float = 0.2
    dictionary: float = 0.2
    length: float = 0.02
    longest: int = 64
    """Tokens; longer passages are no likelier to match by chance than this."""
    common: float = 8.0
    """Nats of surprisal; a token as common as this, or more, weighs `least`."""
    least: float = 0.1
    matched: float = 0.5
    """Cosine from which a token of the passage counts as matched."""
    matched_across: float = 0.4
    """The same, where question and passage are in different scripts."""
    matched_share: float = 0.02
    """Tokens of the question that weigh less match nothing."""


WEIGHTS = Weights()
_NO_TERM = "\0\0"
"""No text has this term: its weight is the highest."""
_WORD = re.compile(r"[\d.,]*\d%?|[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read once."""

    parts: tuple[tuple[str, float], ...]
    """The question, after those that it leans on; and what each counts. The last counts 1."""
    encoded: Encoded
    """The parts, each a text of its own: what one is about must not colour the words of another."""
    vectors: Vectors
    """Shape (tokens, dimension), rows of length 1: their tokens less the background."""
    weights: Vectors
    """Shape (tokens,), their sum is 1."""

    @classmethod
    def read(
        cls, parts: tuple[tuple[str, float], ...], encoded: Encoded, background: Background, embedder: Embedder
    ) -> Asked:
        """`encoded` holds the parts alone, in their order."""
        weights = np.maximum(embedder.surprisal(encoded.token_ids) - WEIGHTS.common, WEIGHTS.least)
        for (_, counts), start, end in zip(parts, encoded.starts[:-1], encoded.starts[1:], strict=True):
            weights[start:end] *= counts / max(float(weights[start:end].sum()), 1e-9)
        weights = (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
        return cls(parts, encoded, background.less(encoded.hidden), weights)

    @property
    def lexical_parts(self) -> tuple[tuple[str, float], ...]:
        """The parts as BM25 reads them: with the Chinese of the names in an English one."""
        return tuple(
            (" ".join([text, *(chinese for _, chinese in glosses(text))]), counts) for text, counts in self.parts
        )


@dataclass(frozen=True, slots=True)
class Ranked:
    """Passages in the order of their scores, the best first."""

    rows: npt.NDArray[np.int64]
    """Shape (passages,): their rows in the index."""
    scores: Vectors
    """Shape (passages,): about 0 to 1.8, higher is closer."""
    best: Vectors
    """Shape (question tokens, passages): each token's best cosine."""
    sentences: npt.NDArray[np.int64]
    """Shape (passages,): the sentence of each that matches best."""

    def reorder(self, order: npt.NDArray[np.int64], scores: Vectors) -> Ranked:
        """Return the passages in another order, with other scores."""
        return Ranked(self.rows[order], scores[order], self.best[:, order], self.sentences[order])


class Titles:
    """The titles of a collection: they tell near-duplicate documents apart (82 reports, one a year and province)."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def _weights(self) -> tuple[list[frozenset[str]], dict[str, float]]:
        """The terms of each title, and what each of them weighs."""
        titles = [frozenset(terms(record.title)) for record in self._index.manifest.documents]
        frequency = Counter(term for title in titles for term in title)
        return titles, {term: math.log(len(titles) / count) for term, count in frequency.items()}

    def shares(self, parts: Sequence[tuple[str, float]], rows: npt.NDArray[np.int64]) -> Vectors:
        """Return for each row, 0 to 1, how much of what the question takes from titles is in its document's.

        What stands in all titles counts nothing; so in a single document all are 0.
        """
        titles, weights = self._weights
        asked = {term: weights.get(term, 0.0) for text, _ in parts for term in terms(text)}
        total = sum(asked.values())
        if total <= 0:
            return np.zeros(len(rows), np.float32)
        documents, places = np.unique(self._index.document_of(rows), return_inverse=True)
        each = [sum(weight for term, weight in asked.items() if term in titles[number]) / total for number in documents]
        return np.array(each, np.float32)[places]


def spelt(parts: Sequence[tuple[str, float]], rows: npt.NDArray[np.int64], index: Index) -> Vectors:
    """Return shape (rows,), 0 to 1: how much of an English question the passages spell in Chinese.

    A word counts as much as it is rare in the index, in the translation that is most common there; one that the index
    never has counts half. All are 0 for a question in Chinese.
    """
    asked = [(translations(text), counts) for text, counts in parts]
    reached = np.zeros(len(rows), np.float32)
    if not any(found for found, _ in asked) or not len(rows):
        return reached
    texts: list[str] = []  # read once a word may stand in them: in an English text none does
    unknown = index.lexical.weight(_NO_TERM)
    for found, counts in asked:
        share, total = np.zeros(len(rows), np.float32), 0.0
        for _, words in found:
            # A word is as rare as the rarest of its pairs of characters.
            rarity = {word: max(index.lexical.weight(pair) for pair in map("".join, pairwise(word))) for word in words}
            known = {word: weight for word, weight in rarity.items() if weight < unknown}
            weight = min(known.values(), default=unknown / 2)
            total += weight
            if not known:
                continue
            texts = texts or [normalised(index.text(int(row))) for row in rows]
            share += np.array([weight if any(word in text for word in known) else 0.0 for text in texts], np.float32)
        reached += np.float32(counts / max(total, 1e-9)) * share
    return reached / np.float32(sum(counts for _, counts in asked))


def rank(asked: Asked, index: Index, titles: Titles, limit: int, within: npt.NDArray[np.int64] | None = None) -> Ranked:
    """Find about `limit` candidates, among all rows or those `within`, and score them."""
    parts = asked.lexical_parts
    candidates = index.search(parts, asked.encoded, limit, within)
    ranked = rank_rows(asked, candidates, index)
    scores = ranked.scores + WEIGHTS.title * titles.shares(parts, ranked.rows)
    scores += WEIGHTS.dictionary * spelt(asked.parts, ranked.rows, index)
    return ranked.reorder(np.lexsort((ranked.rows, -scores)), scores)


def rank_rows(asked: Asked, candidates: Candidates, index: Index) -> Ranked:
    """Score the candidates; of the windows of one passage the best stands for it. Reads no other token vectors."""
    rows = candidates.rows
    tokens = index.tokens(rows)
    counts = tokens.counts
    if not len(rows) or not len(asked.vectors) or not len(tokens.values):
        # Nothing to compare (？？？): the order of BM25, which mostly has nothing to say either.
        shape = (len(asked.vectors), len(rows))
        none = np.zeros(len(rows), np.int64)
        return _of_passages(Ranked(rows, candidates.lexical, np.zeros(shape, np.float32), none), index)
    cosines = asked.vectors @ tokens.values.astype(np.float32).T
    cosines *= tokens.scales
    owners = np.repeat(np.arange(len(rows)), counts)
    sentence_of = tokens.sentences

    best = np.full((len(asked.vectors), len(rows)), -1.0, np.float32)
    heads = (np.cumsum(counts) - counts)[counts > 0]
    best[:, counts > 0] = np.maximum.reduceat(cosines, heads, axis=1)
    cuts = np.flatnonzero(np.r_[True, (np.diff(sentence_of) != 0) | (np.diff(owners) != 0)])
    each = asked.weights @ np.maximum.reduceat(cosines, cuts, axis=1)
    by_sentence = np.full(len(rows), -1.0, np.float32)
    np.maximum.at(by_sentence, owners[cuts], each)
    sentences = np.zeros(len(rows), np.int64)
    titled = tokens.offsets[:, 0] < 0
    if titled.any():  # a title scores with the first sentence, but is no reason to call that one the best
        cosines[:, titled] = -1.0
        each = asked.weights @ np.maximum.reduceat(cosines, cuts, axis=1)
    top = np.full(len(rows), -np.inf, np.float32)
    np.maximum.at(top, owners[cuts], each)
    winners = np.flatnonzero(each == top[owners[cuts]])[::-1]  # the first of equals is written last
    sentences[owners[cuts][winners]] = sentence_of[cuts][winners]

    length = np.log(np.clip(counts, 5, WEIGHTS.longest))
    scores = asked.weights @ best + WEIGHTS.lexical * candidates.lexical
    scores = (scores + WEIGHTS.sentence * by_sentence - WEIGHTS.length * length).astype(np.float32)
    return _of_passages(Ranked(rows, scores, best, sentences), index)


def _of_passages(scored: Ranked, index: Index) -> Ranked:
    """Put scored rows in order, and keep of each passage only the best of its windows."""
    order = np.lexsort((scored.rows, -scored.scores))
    _, first = np.unique(index.passage_of(scored.rows[order]), return_index=True)
    order = order[np.sort(first)]
    return scored.reorder(order, scored.scores)


def matched_spans(asked: Asked, row: int, index: Index) -> tuple[Span, ...]:
    """Return the words of a passage that match the question's weightier words, in order.

    Numbers and Latin words are taken whole; one ideograph alone says nothing and is left out.
    """
    document, passage = index.passages[row]
    tokens = index.tokens(np.array([row]))
    if not len(tokens.values) or not len(asked.vectors):
        return ()
    offsets = tokens.offsets
    cosines = asked.vectors @ tokens.values.astype(np.float32).T * tokens.scales
    cosines[:, offsets[:, 0] < 0] = -1.0  # a title before the passage is not in it
    tops = cosines.argmax(axis=1)
    text = document.quote(passage.spans)
    crosses = bool(HAN.search(text)) != any(HAN.search(part) for part, _ in asked.parts)
    bar = WEIGHTS.matched_across if crosses else WEIGHTS.matched
    reached = cosines[np.arange(len(tops)), tops] >= bar
    share = min(WEIGHTS.matched_share, 0.5 / len(asked.weights))  # in a long question every word has a small share
    ranges = [_whole(text, *map(int, offsets[top])) for top in tops[reached & (asked.weights >= share)]]
    merged = [(start, end) for start, end in _merge(ranges) if end - start > 1 or text[start:end].isdigit()]
    return tuple(span for start, end in merged for span in cut(passage.spans, start, end))


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the number or Latin word that a range lies in."""
    for word in _WORD.finditer(text):
        if word.start() < end and start < word.end():
            start, end = min(start, word.start()), max(end, word.end())
    return start, end


def _merge(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(ranges)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
