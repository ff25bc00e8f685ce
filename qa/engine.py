"""The engine: interprets a question, searches, ranks, and decides whether the documents answer it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache, partial

import numpy as np
import numpy.typing as npt

from corpus.document import Document, Passage
from corpus.text.scripts import has_han
from index.backend import AnyIndex, Candidates
from index.catalog import Catalog
from index.encoders.base import Embedder
from index.manifest import Manifest
from index.query import WeightedQuery
from qa.conversation import QueryEncoder, Turn
from qa.qa_settings import ANSWERS, READER, Settings
from qa.question.asked_section import asked_section
from qa.question.validation import reject
from qa.ranking.citable_units import unit_of
from qa.ranking.confidence import Evidence, calibration
from qa.ranking.copies import Copied, Copies
from qa.ranking.explanation import Explanation, explain
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, Ranked, matched_spans, rank, rank_rows
from qa.ranking.named_cells import cell_under_named_head, named_rows_first
from qa.ranking.null_scores import Lent, cached_null_scores, is_like, measure_null_scores
from qa.ranking.other_script import Measured, Others
from qa.ranking.reader import Reading, answer_spans, reader_for
from qa.ranking.reranker import Reranker, rerank
from qa.ranking.unmatched_words import SearchableText, UnmatchedWord
from qa.reply import Answer, Citation, Grade, Hit, NotFound, Rejected, Reply
from qa.scope import Scope
from qa.text_overview import Overview, overview


class Engine:
    """Answers questions over one index. Safe to share between threads."""

    def __init__(
        self,
        index: AnyIndex,
        embedder: Embedder,
        settings: Settings,
        reranker: Reranker | None = None,
        *,
        replaced: Engine | None = None,
    ) -> None:
        """`reranker` orders the best candidates again. `replaced`: the engine over an earlier state of the index, which
        may lend its null scores until `measure` is called. Raises IndexStale if another model made the index.
        """
        index.check_embedder(embedder)
        self.index = index
        self.embedder = embedder
        self.settings = settings
        self.reranker = reranker
        self._titles = Titles(index)
        self._reader = reader_for(embedder.name)
        self._everything = Scope.of(index)
        # Of a large library some of which is asked, a scope takes longer than the search: a conversation has few.
        self._scope_of = lru_cache(maxsize=4)(partial(Scope.of, index))
        self._copies = Copies(index)
        self._lent = replaced._lend(index.manifest) if replaced else None

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
            scope = self._scope_of(tuple(documents)) if documents else self._everything
            return self._answer(Turn(question, history, scope, self._query_encoder(), self._answer))

    def explain(
        self,
        question: str,
        passages: Sequence[str],
        history: Sequence[str] = (),
        *,
        documents: Collection[str] = (),
        alone: bool = False,
    ) -> Explanation | None:
        """Return why one of some passages, given by their ids, ranks where it does: of the one that scores best.

        None where the question points at a place of the text, so that no words were weighed. The other arguments, and
        what it raises, are those of `ask`.
        """
        history = [before for before in history if len(before) <= self.settings.longest_question and not alone]
        with self.index.damage_named():
            scope = self._scope_of(tuple(documents)) if documents else self._everything
            turn = Turn(question, history, scope, self._query_encoder(), self._answer)
            rows = self.index.rows_of_passages(passages)
            if not len(rows) or reject(question, longest=self.settings.longest_question) or self._placed(turn):
                return None
            query = turn.query
            lexical = self.index.lexical.at(query.lexical, rows)
            ranked = rank_rows(query, Candidates(rows, lexical), self.index)
            return explain(query, [turn.encoder.read_as(text) for text in query.weighted.texts], ranked, 0, self.index)

    def judge(self, question: str, without: Collection[int] = ()) -> tuple[Evidence, Ranked]:
        """Return the evidence about the best passages for a question without history, and the ranked passages.

        It is used to fit the confidence. `without`: rows to leave out, to get the evidence of a text that does not
        answer.
        """
        query = self._query_encoder().encode(WeightedQuery.of(question))
        within = np.setdiff1d(np.arange(self.index.lexical.size), list(without)) if without else None
        others = self._others(question)
        ranked = rank(query, self.index, self._titles, self.settings.candidates, within, others)
        return self._evidence(query, ranked, self._unmatched(query, ranked, self._everything)), ranked

    def _query_encoder(self) -> QueryEncoder:
        return QueryEncoder(self.index, self.embedder, self._everything.text.passages_contain)

    def _answer(self, turn: Turn) -> Reply:
        if rejected := reject(turn.question, longest=self.settings.longest_question):
            return rejected
        if placed := self._placed(turn):
            return placed
        interpretation, query, scope = turn.interpretation, turn.query, turn.scope
        ranked = turn.without_shown(self._ranked(query, scope))
        if interpretation.is_bare:
            ranked = turn.prefer_previous_hits(ranked)
        ranked, copied = self._copies.collapse(ranked, scope.rows)
        preferred, understood_as = turn.preferred(ranked)
        unmatched = self._unmatched(query, ranked, scope)
        missing = scope.missing_section(interpretation.asked)
        terms = (missing,) if missing else tuple(word.text for word in _in_all(unmatched))
        if not len(ranked.rows):
            return _not_found(turn, understood_as, terms, ())
        answering, near = self._hits(turn, ranked, self._evidence(query, ranked, unmatched), preferred, copied)
        if missing or (answering and terms and asked_section(interpretation.asked, scope.outline)):
            answering, near = (), (*answering, *near)[: self.settings.top]  # no other section answers
        if answering:
            return Answer(turn.question, understood_as, terms, answering, near)
        return _not_found(turn, understood_as, terms, near)

    def _placed(self, turn: Turn) -> Reply | None:
        """Return the reply to a question that points at a place of the text; None to one that is to be searched."""
        interpretation, scope = turn.interpretation, turn.scope
        if interpretation.asks_who_said_it and len(rows := turn.title_block()):
            return self._answer_with(rows, turn)
        if about := overview(turn):
            return self._overview(about, turn)
        reference = interpretation.section_reference
        if interpretation.goes_on == "on" or (interpretation.goes_on and reference):
            if len(rows := turn.following(self.settings.top)):
                return self._answer_with(rows, turn)
            return _not_found(turn, interpretation.understood_as, (), ())
        if reference and len(rows := scope.rows_of(reference)):
            is_whole = reference.paragraph is None
            if reference.rest and is_whole and (asked_of := self._asked_of(rows, turn)):
                return asked_of
            return self._answer_with(rows, turn, with_units=is_whole)
        return None

    def _overview(self, about: Overview, turn: Turn) -> Answer | Rejected:
        if not len(about.rows):
            return Rejected(turn.question, about.message, about.headings)
        answer = self._answer_with(about.rows, dataclasses.replace(turn, history=()), with_units=True)
        return dataclasses.replace(answer, message=about.message, headings=about.headings)

    def _asked_of(self, rows: npt.NDArray[np.int64], turn: Turn) -> Answer | NotFound | None:
        """Return the reply to a question about something in a section, whose rows these are: 第三章的罚款是多少？

        No other section answers it. Where none of the passages is likely to and the texts have all its words, the
        section itself is the answer: None.
        """
        limit = self.settings.candidates
        if len(rows) > ANSWERS.most_copies * limit:  # 第二条的期限 of a thousand laws
            rows = self.index.search(turn.query.lexical, turn.query.encoded, limit, rows).best(limit)
        ranked, copied = self._ranked_among(rows, turn)
        query, understood_as = turn.query, turn.interpretation.understood_as
        if (others := self._others(query.weighted.question)) is not None:
            scores = others.level(ranked.rows, ranked.scores)
            ranked = ranked.reorder(np.lexsort((ranked.rows, -scores)), scores)
        unmatched = self._unmatched(query, ranked, turn.scope)
        terms = tuple(word.text for word in _in_all(unmatched))
        answering, near = self._hits(turn, ranked, self._evidence(query, ranked, unmatched), None, copied)
        if answering:
            return Answer(turn.question, understood_as, terms, answering, near)
        return _not_found(turn, understood_as, terms, near) if terms else None

    def _ranked_among(self, rows: npt.NDArray[np.int64], turn: Turn) -> tuple[Ranked, Copied]:
        candidates = Candidates(rows, self.index.lexical.at(turn.query.lexical, rows))
        return self._copies.collapse(rank_rows(turn.query, candidates, self.index), turn.scope.rows)

    def _answer_with(self, rows: npt.NDArray[np.int64], turn: Turn, *, with_units: bool = False) -> Answer:
        """Answer with the passages that a question refers to, in the order of the text.

        `with_units`: passages that answer together are one hit; else each is one, because the question points at this
        very passage.
        """
        some = turn.scope.taking_turns(rows)[: ANSWERS.most_copies * ANSWERS.placed]  # no more are shown without copies
        ranked, copied = self._ranked_among(np.sort(rows[some]), turn)
        shown = turn.scope.taking_turns(ranked.rows)[: ANSWERS.placed]
        ranked = ranked.reorder(shown[np.argsort(ranked.rows[shown])], ranked.scores)
        known: set[str] = set()
        hits: list[Hit] = []
        for number in range(len(ranked.rows)):
            hit = self._placed_hit(turn.query, ranked, number, known, with_units=with_units)
            if hit is not None:
                hits += self._with_copies(hit, copied[int(ranked.rows[number])], with_units=with_units)
        return Answer(turn.question, turn.interpretation.understood_as, (), tuple(hits))

    def _ranked(self, query: Query, scope: Scope) -> Ranked:
        """Return the ranked passages of a scope. Where copies are among them, others come in for these."""
        within, others = self._copies.searched(scope.rows), self._others(query.weighted.question)
        share = self._copies.share if len(self.index.manifest.documents) > 1 else None
        return rank(query, self.index, self._titles, self.settings.candidates, within, others, share)

    def _with_copies(self, hit: Hit, copies: Sequence[int], *, with_units: bool = True) -> list[Hit]:
        """Return the hit with its copies, in these rows; then the hits of those among them that quote other words.

        A list may have other items in a copy that was edited.
        """
        words = "".join(hit.citation.text.split())
        same: list[Citation] = []
        others: list[Hit] = []
        for row in copies:
            document, passage = self.index.passages[row]
            unit = unit_of(document, passage) if with_units else None
            citation = Citation(document, unit.passage if unit else passage)
            if "".join(citation.text.split()) == words:
                same.append(citation)
            else:
                sentence = citation.passage.sentences[-1]
                others.append(
                    dataclasses.replace(hit, citation=citation, best_sentence=sentence, matched=(), answer=())
                )
        return [dataclasses.replace(hit, copies=tuple(same)), *others]

    def _unmatched(self, query: Query, ranked: Ranked, scope: Scope) -> dict[bool, list[UnmatchedWord]]:
        """Return the words that the documents lack: for the rows of each script that are ranked, whether Chinese."""
        measured = self._measured
        if len(measured) == 1:
            return dict.fromkeys(measured, self._unmatched_words(query, ranked, scope.text))
        in_han = self.index.in_han[ranked.rows]
        return {
            script: self._unmatched_words(
                query,
                ranked.reorder(np.flatnonzero(in_han == script), ranked.scores),
                self._texts[script] if scope is self._everything else scope.text_in(self.index.in_han == script),
            )
            for script in np.unique(in_han).tolist()
        }

    def _unmatched_words(self, query: Query, ranked: Ranked, text: SearchableText) -> list[UnmatchedWord]:
        return text.unmatched_words(
            query.weighted.question, lambda word: query.best_match(ranked, word.start, word.end)
        )

    def _evidence(self, query: Query, ranked: Ranked, unmatched: Mapping[bool, Sequence[UnmatchedWord]]) -> Evidence:
        best = slice(READER.most)
        asked_in_han, measured = has_han(query.weighted.question), self._measured
        rows = ranked.rows[best]
        is_cross: bool | npt.NDArray[np.bool_]
        if len(measured) == 1:
            ((script, nulls),) = measured.items()
            in_han, is_cross = np.full(len(rows), script), asked_in_han != script
            null_scores = nulls[is_cross]
        else:
            in_han = self.index.in_han[rows]
            is_cross, null_scores = in_han != asked_in_han, measured[asked_in_han][False]
        words = [unmatched.get(script, ()) for script in in_han.tolist()]
        names = np.array([sum(word.is_name for word in some) for some in words], np.int64)
        evidence = Evidence(
            scores=ranked.scores[best],
            null_scores=null_scores,
            interaction=query.weights @ ranked.best[:, best],
            reading=None,
            is_cross=is_cross,
            unmatched_names=names,
            unmatched_words=np.array([*map(len, words)], np.int64) - names,
            unmatched_weight=np.array([sum(query.weight(one.start, one.end) for one in some) for some in words]),
            question_tokens=len(query.weights),
        )
        if not self._reader:
            return evidence
        count = calibration().worth_reading(evidence)
        return evidence.read(self._reader.read(query, ranked, count, self.index))

    def _hits(
        self, turn: Turn, ranked: Ranked, evidence: Evidence, preferred: int | None, copied: Copied
    ) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """Return the passages that answer or may answer, the surest first, and the nearest others.

        Passages that answer together are one hit. A reranker decides the order, or `preferred`, the row that goes
        before others that may answer. The probabilities stay with the places: they are not calibrated for these.
        """
        sure = calibration()
        probabilities = sure.probabilities(evidence)
        order = np.argsort(-probabilities, kind="stable")
        count, numbers = len(order), order.tolist()
        if self.reranker:
            question = turn.interpretation.query.text
            ranked = rerank(ranked, question, self.index, self.reranker, self.settings.reranked)
            numbers = list(range(count))
        else:
            likely = [number for number in numbers if probabilities[number] >= sure.may_answer]
            passages = [self.index.passages[int(ranked.rows[number])] for number in likely]
            numbers[: len(likely)] = named_rows_first(likely, passages, turn.query.weighted.question)
        if preferred is not None and not self.reranker:
            first = [number for number in numbers if ranked.rows[number] == preferred]
            if first and probabilities[first[0]] >= sure.may_answer:
                numbers = [*first, *(number for number in numbers if number not in first)]
        answering: list[Hit] = []
        near: list[Hit] = []
        shown: set[str] = set()
        for number, confidence in zip(numbers, probabilities[order].tolist(), strict=True):
            is_near = confidence < sure.may_answer
            if is_near and len(near) == self.settings.top:
                break
            row = int(ranked.rows[number])
            document, passage = self.index.passages[row]
            unit = unit_of(document, passage)
            if unit is None or passage.id in shown or unit.passage.id in shown:
                continue
            shown |= {passage.id, unit.passage.id, *(member.id for member in unit.members)}
            if unit.passage.id != passage.id:  # a question, whose answer is cited
                number = self._number_of(unit.passage, ranked, count)
            hit = self._hit(turn.query, ranked, number, Citation(document, unit.passage), confidence, evidence.reading)
            (near if is_near else answering).extend(self._with_copies(hit, copied[row]))
        return tuple(answering), tuple(near)

    def _number_of(self, passage: Passage, ranked: Ranked, count: int) -> int | None:
        """Return the number of a passage among the first `count` ranked ones."""
        ids = (self.index.passages[int(row)][1].id for row in ranked.rows[:count])
        return next((number for number, one in enumerate(ids) if one == passage.id), None)

    def _placed_hit(
        self, query: Query, ranked: Ranked, number: int, shown: set[str], *, with_units: bool
    ) -> Hit | None:
        """Return a hit of a section that the question points at; None if it is shown already."""
        document, passage = self.index.passages[int(ranked.rows[number])]
        unit = unit_of(document, passage) if with_units else None
        cited = unit.passage if unit else passage
        if passage.id in shown or cited.id in shown:
            return None
        shown |= {passage.id, cited.id, *(member.id for member in (unit.members if unit else ()))}
        return self._hit(query, ranked, number, Citation(document, cited), ANSWERS.placed_confidence, None)

    def _hit(
        self,
        query: Query,
        ranked: Ranked,
        number: int | None,
        citation: Citation,
        confidence: float,
        reading: Reading | None,
    ) -> Hit:
        """Return the hit of a ranked passage. `citation`: of the passage with all that answers together with it.

        `number`: None if what is cited was not ranked itself.
        """
        grade: Grade = "answers" if confidence >= calibration().answers else "may_answer"
        if number is None:
            return Hit(citation, citation.passage.sentences[-1], (), confidence, (), grade)
        row = int(ranked.rows[number])
        _, passage = self.index.passages[row]
        place = reading.answers.get(row) if reading else None
        quote = citation.document.quote(passage.spans)
        answer = answer_spans(passage.spans, place, quote, answers=grade == "answers")
        if answer and (cell := cell_under_named_head(citation.document, passage, query.weighted.question)):
            answer = (cell,)
        sentence = passage.sentences[ranked.sentences[number]]
        return Hit(citation, sentence, matched_spans(query, ranked, number, self.index), confidence, answer, grade)

    # The following are read or measured when a question first needs them, so that a large index opens at once.

    def _others(self, question: str) -> Others | None:
        """Return which rows are in the other script than the question; None where all rows are in one script."""
        measured = self._measured
        return Others.of(self.index, question, measured) if len(measured) > 1 else None

    @cached_property
    def _texts(self) -> dict[bool, SearchableText]:
        """The words of all rows in Chinese, and of all others."""
        return {script: self._everything.text_in(self.index.in_han == script) for script in (True, False)}

    @property
    def is_lent(self) -> bool:
        """Whether the null scores are still those of the engine that this one replaced."""
        return self._lent is not None

    def measure(self) -> None:
        """Measure the index's own null scores, with which each question from then on is answered."""
        try:
            _ = self._own_null_scores
        finally:
            self._lent = None

    def _lend(self, newer: Manifest) -> Lent | None:
        """Return the null scores for a newer state of the index, if it is large and differs little."""
        lent = self._lent or ("_own_null_scores" in vars(self) and (self._own_null_scores, self.index.manifest))
        return lent if lent and is_like(lent[1], newer) else None

    @property
    def _measured(self) -> Measured:
        lent = self._lent
        return lent[0] if lent else self._own_null_scores

    @cached_property
    def _own_null_scores(self) -> Measured:
        return cached_null_scores(
            self.index,
            self.settings,
            lambda: measure_null_scores(self.index, self.embedder, self._titles, self.settings),
        )


def _in_all(unmatched: Mapping[bool, Sequence[UnmatchedWord]]) -> list[UnmatchedWord]:
    """Return the words that the documents lack in either script."""
    first, *rest = unmatched.values() if unmatched else [()]
    there = [{(word.start, word.end) for word in words} for words in rest]
    return [word for word in first if all((word.start, word.end) in places for places in there)]


def _not_found(turn: Turn, understood_as: str | None, terms: tuple[str, ...], near: tuple[Hit, ...]) -> NotFound:
    rows = turn.scope.rows
    in_some = rows is not None and len(rows) < turn.scope.index.lexical.size
    return NotFound(turn.question, understood_as, terms, near, in_some)
