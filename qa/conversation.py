"""A question within a conversation. Each of its texts is encoded once, and each earlier question is answered once.

A `Turn` and a `QueryEncoder` live for one call of `Engine.ask`. They store nothing for the next call, so there is no
cache to limit, to lock, or to empty when the index changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.encoders.base import Embedder, Encoded
from index.query import WeightedQuery
from index.searcher import Index
from qa.qa_settings import ANSWERS
from qa.question.english_names import spelt_out
from qa.question.followup import Interpretation, interpret
from qa.ranking.late_interaction import Query, Ranked
from qa.reply import Answer, Hit, Reply
from qa.scope import Scope


class QueryEncoder:
    """Encodes queries, and each text only once."""

    def __init__(self, index: Index, embedder: Embedder, contains: Callable[[str], bool]) -> None:
        """`contains`: whether a passage contains a normalised word. An acronym that none contains is written out."""
        self._index = index
        self._embedder = embedder
        self._contains = contains
        self._encoded: dict[str, Encoded] = {}

    def encode(self, weighted: WeightedQuery) -> Query:
        """Return the encoded query. Raises EmbedderError."""
        texts = [text for text in dict.fromkeys(weighted.texts) if text not in self._encoded]
        if texts:
            encoded = self._embedder.encode_questions([spelt_out(text, self._contains) for text in texts])
            self._encoded |= {text: encoded.text(number) for number, text in enumerate(texts)}
        encoded = Encoded.join([self._encoded[text] for text in weighted.texts])
        return Query.of(weighted, encoded, self._index.common.tokens, self._embedder)


@dataclass(frozen=True)
class Turn:
    """One question of a conversation. Interpretation, encoding and the previous answer are computed on first use."""

    question: str
    history: Sequence[str]
    """The questions before it, the oldest first."""
    scope: Scope
    encoder: QueryEncoder
    answer: Callable[[Turn], Reply]
    """Answers any turn: called for the previous one."""

    @cached_property
    def interpretation(self) -> Interpretation:
        return interpret(self.question, self.history[-ANSWERS.turns :], self.scope.outline)

    @cached_property
    def query(self) -> Query:
        """The encoded question, with the earlier questions that it depends on."""
        return self.encoder.encode(self.interpretation.query)

    @cached_property
    def previous_hits(self) -> tuple[Hit, ...]:
        """The hits of the previous question, if this one depends on it, the surest first; empty if it had no answer."""
        if not self.interpretation.earlier:
            return ()
        *history, question = self.interpretation.earlier
        reply = self.answer(Turn(question, history, self.scope, self.encoder, self.answer))
        return reply.hits if isinstance(reply, Answer) else ()

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
        rows = [row for hit in self.previous_hits if (row := index.row_of(hit.citation.passage.id)) is not None]
        gains = dict(
            zip(index.rows(np.array(rows, np.int64)).passages.tolist(), ANSWERS.gain_of_earlier_hits, strict=False)
        )
        gained = [gains.get(passage, 0.0) for passage in ranked.known.passages.tolist()]
        scores = ranked.scores + np.array(gained, np.float32)
        return ranked.reorder(np.lexsort((ranked.rows, -scores)), scores)
