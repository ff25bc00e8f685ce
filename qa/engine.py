"""The engine: interprets a question, searches, ranks, and decides whether the documents answer it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.document import Document
from corpus.text.normalise import normalised
from corpus.text.scripts import has_han, is_mostly_han
from index.catalog import Catalog
from index.encoders.base import Embedder
from index.query import WeightedQuery
from index.searcher import Candidates, Index
from qa.conversation import QueryEncoder, Turn
from qa.qa_settings import ANSWERS, Settings
from qa.question.answer_type import AnswerTypes
from qa.question.validation import reject
from qa.ranking.confidence import Evidence, NullScores, calibration
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, Ranked, matched_spans, rank, rank_rows
from qa.ranking.null_scores import cached_null_scores, measure_null_scores
from qa.ranking.unmatched_words import UnmatchedWord
from qa.reply import Answer, Citation, Hit, NotFound, Reply
from qa.scope import Scope


class Engine:
    """Answers questions over one index. Safe to share between threads."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        """Raises IndexStale if another model made the index."""
        index.check_embedder(embedder)
        self.index = index
        self.embedder = embedder
        self.settings = settings
        self._titles = Titles(index)
        self._everything = Scope.of(index)

    @property
    def documents(self) -> Sequence[Document]:
        """The documents of the index, each read on first use."""
        return self.index.documents

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog of the documents: names and sizes, without parsing them."""
        return Catalog.of_index(self.index)

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply:
        """Return the reply to a question. No question makes it raise.

        `history`: the questions asked before, the oldest first; one that is too long was not answered and does not
        count. `documents`: names of the documents to search; empty for all. `alone`: read the question without those
        before it. Raises QAError if a name has no document, EmbedderError if the model cannot be run, IndexCorrupt.
        """
        history = [before for before in history if len(before) <= self.settings.longest_question and not alone]
        with self.index.damage_named():
            scope = Scope.of(self.index, documents) if documents else self._everything
            return self._answer(Turn(question, history, scope, self._query_encoder(), self._answer))

    def judge(self, question: str, without: Collection[int] = ()) -> tuple[Evidence, Ranked]:
        """Return the evidence that the index answers a question without history, and the ranked passages.

        It is used to fit the confidence. `without`: rows to leave out, to get the evidence of a text that does not
        answer.
        """
        query = self._query_encoder().encode(WeightedQuery.of(question))
        others = np.setdiff1d(np.arange(self.index.lexical.size), list(without)) if without else None
        ranked = rank(query, self.index, self._titles, self.settings.candidates, others)
        return self._evidence(question, ranked, self._unmatched_words(query, ranked, self._everything)), ranked

    def _query_encoder(self) -> QueryEncoder:
        return QueryEncoder(self.index, self.embedder, self._everything.text.passages_contain)

    def _answer(self, turn: Turn) -> Reply:
        if rejected := reject(turn.question, longest=self.settings.longest_question):
            return rejected
        interpretation, query, scope = turn.interpretation, turn.query, turn.scope
        if interpretation.asks_who_said_it and len(rows := turn.title_block()):
            return self._answer_with(rows, turn)
        reference = interpretation.section_reference
        if interpretation.goes_on == "on" or (interpretation.goes_on and reference):
            if len(rows := turn.following(self.settings.top)):
                return self._answer_with(rows, turn)
            return NotFound(turn.question, interpretation.understood_as, (), ())
        if reference and len(rows := scope.rows_of(reference)):
            return self._answer_with(rows, turn, by_score=bool(reference.rest))
        ranked = turn.without_shown(rank(query, self.index, self._titles, self.settings.candidates, scope.rows))
        if interpretation.is_bare:
            ranked = turn.prefer_previous_hits(ranked)
        ranked, understood_as = turn.settled(ranked)
        unmatched = self._unmatched_words(query, ranked, scope)
        terms = tuple(word.text for word in unmatched)
        if not len(ranked.rows):
            return NotFound(turn.question, understood_as, terms, ())
        evidence = self._evidence(interpretation.asked, ranked, unmatched)
        answerable = calibration().answerable(evidence)
        hits = self._hits(query, ranked, answerable)
        if answerable >= calibration().bar(evidence):
            return Answer(turn.question, understood_as, terms, hits)
        return NotFound(turn.question, understood_as, terms, hits)

    def _answer_with(self, rows: npt.NDArray[np.int64], turn: Turn, *, by_score: bool = False) -> Answer:
        """Answer with the passages that a question refers to, in the order of the text or by score."""
        candidates = Candidates(rows, self.index.lexical.at(turn.query.lexical, rows))
        ranked = rank_rows(turn.query, candidates, self.index)
        if not by_score:
            ranked = ranked.reorder(np.argsort(ranked.rows), ranked.scores)
        shown = min(self.settings.top, len(ranked.rows))
        hits = tuple(self._hit(turn.query, ranked, number, ANSWERS.placed_confidence) for number in range(shown))
        return Answer(turn.question, turn.interpretation.understood_as, (), hits)

    def _unmatched_words(self, query: Query, ranked: Ranked, scope: Scope) -> list[UnmatchedWord]:
        return scope.text.unmatched_words(
            query.weighted.question, lambda word: query.best_match(ranked, word.start, word.end)
        )

    def _evidence(self, question: str, ranked: Ranked, unmatched: Sequence[UnmatchedWord]) -> Evidence:
        cross = self._crosses(question)
        document, passage = self.index.passages[ranked.rows[0]]
        return Evidence(
            score=float(ranked.scores[0]),
            null_scores=self._null_scores[cross],
            cross=cross,
            unmatched_name=any(word.is_name for word in unmatched),
            unmatched_word=any(not word.is_name for word in unmatched),
            wrong_answer_type=self._answer_types.lacks(document.quote(passage.spans), question),
        )

    def _hits(self, query: Query, ranked: Ranked, answerable: float) -> tuple[Hit, ...]:
        shown = min(self.settings.top, len(ranked.rows))
        # A confidence depends on the lead over the other scores, so it is computed over more hits than are shown.
        confidences = calibration().of_hits(answerable, [float(score) for score in ranked.scores[: max(shown, 5)]])
        return tuple(self._hit(query, ranked, number, confidences[number]) for number in range(shown))

    def _hit(self, query: Query, ranked: Ranked, number: int, confidence: float) -> Hit:
        row = int(ranked.rows[number])
        document, passage = self.index.passages[row]
        sentence = passage.sentences[ranked.sentences[number]]
        return Hit(Citation(document, passage), sentence, matched_spans(query, row, self.index), confidence)

    # The following are read or measured when a question first needs them, so that a large index opens at once.

    @cached_property
    def _sample(self) -> list[str]:
        """Normalised chunks, evenly spread over the index."""
        return [normalised(text) for text in self.index.sample(ANSWERS.sample)]

    @cached_property
    def _answer_types(self) -> AnswerTypes:
        return AnswerTypes(self._sample)

    @cached_property
    def _is_han(self) -> bool:
        return is_mostly_han("\n".join(self._sample)[:20000])

    def _crosses(self, question: str) -> bool:
        """Return whether the question is in another script than the index."""
        return has_han(question) != self._is_han

    @cached_property
    def _null_scores(self) -> dict[bool, NullScores]:
        return cached_null_scores(
            self.index,
            self.settings,
            lambda: measure_null_scores(self.index, self.embedder, self._titles, self.settings, self._crosses),
        )
