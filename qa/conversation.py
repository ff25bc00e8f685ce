"""A question within a conversation. Each text is encoded once, and an earlier question is answered once, if at all.

A `Turn` and a `QueryEncoder` live for one call of `Engine.ask`. They store nothing for the next call, so there is no
cache to limit, to lock, or to empty when the index changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt

from corpus.document import Passage
from corpus.text.normalise import normalised
from index.backend import AnyIndex
from index.encoders.base import Embedder, Encoded
from index.query import WeightedQuery
from qa.citations.slices import members
from qa.qa_settings import ANSWERS, FOLLOW_UPS
from qa.question.english_names import spelt_out
from qa.question.followup import (
    Interpretation,
    earlier_questions,
    gives_no_topic,
    interpret,
    leans_on_topics,
    stands_alone,
)
from qa.question.named_concepts import in_words_of_texts
from qa.question.words import content_words
from qa.ranking.late_interaction import Query, Ranked
from qa.reply import Answer, Hit, Reply
from qa.scope import Scope


class QueryEncoder:
    """Encodes queries, and each text only once."""

    def __init__(self, index: AnyIndex, embedder: Embedder, contains: Callable[[str], bool]) -> None:
        """`contains`: whether a passage contains a normalised word. An acronym that none contains is written out,
        and a named concept is read as a Chinese passage has it.
        """
        self._index = index
        self._embedder = embedder
        self._contains = contains
        self._encoded: dict[str, Encoded] = {}

    def read_as(self, text: str) -> str:
        """Return what is encoded in place of a text."""
        return in_words_of_texts(spelt_out(text, self._contains), self._contains)

    def encode(self, weighted: WeightedQuery) -> Query:
        """Return the encoded query. Raises EmbedderError."""
        texts = [text for text in dict.fromkeys(weighted.texts) if text not in self._encoded]
        if texts:
            encoded = self._embedder.encode_questions([self.read_as(text) for text in texts])
            self._encoded |= {text: encoded.text(number) for number, text in enumerate(texts)}
        encoded = Encoded.join([self._encoded[text] for text in weighted.texts])
        return Query.of(weighted, encoded, self._index.common.tokens, self._embedder)


@dataclass(frozen=True)
class Turn:
    """One question of a conversation. What it needs of the earlier ones is computed on first use, and once."""

    question: str
    history: Sequence[str]
    """The questions before it, the oldest first."""
    scope: Scope
    encoder: QueryEncoder
    answer: Callable[[Turn], Reply]
    """Answers any turn: called for the earlier ones that it depends on."""

    @cached_property
    def interpretation(self) -> Interpretation:
        """How the question is read. Of an earlier question without an answer, only the text that it named is kept."""
        outline = self.scope.outline
        before = next(self._leant_on(), None)
        if before is None or stands_alone(self.question, before.question, outline):
            return interpret(self.question, (), outline)
        kept = (turn for turn in self._leant_on() if turn._hits or turn.interpretation.text)
        turns = islice(kept, earlier_questions(self.question))
        return interpret(self.question, [turn.interpretation for turn in turns], outline)

    @cached_property
    def query(self) -> Query:
        """The encoded question, with the earlier questions that it depends on."""
        return self.encoder.encode(self.interpretation.query)

    @cached_property
    def previous_hits(self) -> tuple[Hit, ...]:
        """The hits of the question before, if this one depends on it, the surest first; empty if it had no answer."""
        previous = next(self._answered(), None) if self.interpretation.understood_as is not None else None
        return previous._hits if previous else ()

    @cached_property
    def shown(self) -> tuple[Hit, ...]:
        """The hits that a question for more leaves out: those of the question before, and what that one left out."""
        previous = next(self._answered(), None) if self.interpretation.goes_on else None
        return (*previous.shown, *previous._hits) if previous else ()

    @cached_property
    def _before(self) -> Turn | None:
        if not self.history:
            return None
        *history, question = self.history[-ANSWERS.turns :]
        return Turn(question, history, self.scope, self.encoder, self.answer)

    def _earlier(self) -> Iterator[Turn]:
        """Yield the earlier questions, the latest first."""
        turn = self._before
        while turn is not None:
            yield turn
            turn = turn._before

    def _leant_on(self) -> Iterator[Turn]:
        """Yield the earlier questions that this one may depend on: none that gives it no topic, if it has one."""
        needs_topic = leans_on_topics(self.question)
        return (turn for turn in self._earlier() if not (needs_topic and gives_no_topic(turn.question)))

    def _answered(self) -> Iterator[Turn]:
        """Yield the earlier questions that were answered, the latest first."""
        return (turn for turn in self._earlier() if turn._hits)

    def _with_topic(self) -> Iterator[Turn]:
        """Yield the earlier questions that were answered and that have a topic."""
        return (turn for turn in self._answered() if not gives_no_topic(turn.question))

    @cached_property
    def _hits(self) -> tuple[Hit, ...]:
        reply = self.answer(self)
        return reply.hits if isinstance(reply, Answer) else ()

    def following(self, most: int) -> npt.NDArray[np.int64]:
        """Return the rows of the paragraphs that follow the first hit before, without those shown.

        They are those left of its section; if there are none, those after it in the work. Shape (rows,), in the order
        of the text, at most `most`; empty at the end of the work.
        """
        if not self.previous_hits:
            return np.zeros(0, np.int64)
        index, first = self.scope.index, self.previous_hits[0].citation
        shown = {passage.id for passage in _passages_of(self.shown)}
        passages = first.document.passages
        at = next(number for number, passage in enumerate(passages) if passage.id == first.passage.id)
        left = [
            passage
            for passage in passages[at + 1 :]
            if passage.section.work is first.passage.section.work and passage.paragraph and passage.id not in shown
        ]
        here = [passage for passage in left if passage.section is first.passage.section]
        rows = (index.row_of(passage.id) for passage in (here or left)[:most])
        return np.array([row for row in rows if row is not None], np.int64)

    def without_shown(self, ranked: Ranked) -> Ranked:
        """Leave out the passages that a question for more has seen."""
        if not self.shown:
            return ranked
        passages = self.scope.index.rows(self._rows(_passages_of(self.shown))).passages
        kept = np.flatnonzero(~np.isin(ranked.known.passages, passages))
        return ranked.reorder(kept, ranked.scores)

    def _rows(self, passages: Iterable[Passage]) -> npt.NDArray[np.int64]:
        rows = (self.scope.index.row_of(passage.id) for passage in passages)
        return np.array([row for row in rows if row is not None], np.int64)

    def preferred(self, ranked: Ranked) -> tuple[int | None, str | None]:
        """Return the row that goes before the others, if any, and how the question was understood.

        Where a question stands alone and several passages answer it about equally well (实习生什么时候报名？ has an
        answer for each laboratory), the one with most words of the question before is first, if that was answered.
        """
        understood_as = self.interpretation.understood_as
        if understood_as is not None or self._before is None or not len(ranked.scores):
            return None, understood_as
        near = np.flatnonzero(ranked.scores >= ranked.scores[0] - FOLLOW_UPS.tie)
        if len(near) < 2 or (previous := next(self._with_topic(), None)) is None:
            return None, None
        asked, own = previous.interpretation.asked, normalised(self.question)
        said = [word for word in map(normalised, (word.text for word in content_words(asked))) if word not in own]
        has = [sum(word in text for word in said) for text in map(self._text_with_headings, ranked.rows[near])]
        best = int(np.argmax(has))
        if has[best] == has[0]:
            return None, None
        return int(ranked.rows[near[best]]), f"{asked} → {self.question}"

    def _text_with_headings(self, row: int) -> str:
        document, passage = self.scope.index.passages[int(row)]
        headings = (section.label for section in passage.section.path)
        return normalised("\n".join((*headings, document.quote(passage.spans))))

    def title_block(self) -> npt.NDArray[np.int64]:
        """Return the row of the title block of the work that answered the previous question; empty without one."""
        for hit in self.previous_hits[:1]:
            document, passage = hit.citation.document, hit.citation.passage
            block = next((p for p in document.passages if p.section is passage.section.work), None)
            row = self.scope.index.row_of(block.id) if block and not block.paragraph else None
            if row is not None:
                return np.array([row], np.int64)
        return np.zeros(0, np.int64)

    def prefer_previous_hits(self, ranked: Ranked) -> Ranked:
        """Raise the scores of passages that answered the previous question: 为什么？ asks about those passages."""
        if not self.previous_hits:
            return ranked
        index = self.scope.index
        passages = index.rows(self._rows(hit.citation.passage for hit in self.previous_hits)).passages
        gains = dict(zip(passages.tolist(), ANSWERS.gain_of_earlier_hits, strict=False))
        gained = [gains.get(passage, 0.0) for passage in ranked.known.passages.tolist()]
        scores = ranked.scores + np.array(gained, np.float32)
        return ranked.reorder(np.lexsort((ranked.rows, -scores)), scores)


def _passages_of(hits: Iterable[Hit]) -> Iterator[Passage]:
    """Yield all passages of some hits and of their copies."""
    for hit in hits:
        for citation in (hit.citation, *hit.copies):
            yield from members(citation.document, citation.passage)
