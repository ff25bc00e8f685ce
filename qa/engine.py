"""A question in, a reply out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.document import Document
from corpus.errors import QAError
from corpus.text.normalise import HAN, normalised
from index.catalog import Catalog
from index.chunks import Heading
from index.encoders.base import Embedder
from index.encoders.centering import questions
from index.searcher import Candidates, Index
from qa.question.answer_type import AnswerTypes
from qa.question.followup import Reading, understand
from qa.question.glossary import spelt_out
from qa.question.section_reference import SectionReference
from qa.question.smalltalk import small_talk
from qa.question.words import Word
from qa.ranking.confidence import Evidence, NullScores, calibration
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, Ranked, matched_spans, rank, rank_rows
from qa.ranking.null_scores import cached_null_scores
from qa.ranking.unmatched_words import SearchableText, UnmatchedWord
from qa.reply import Answer, Citation, Hit, NotFound, Rejected, Reply
from qa.settings import Settings

# What no keyboard types into a question, and what cannot be written as UTF-8. Line ends and tabs are pasted in.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PLACED = 0.9
"""How sure it is that a passage of the section that a question points at is meant."""
_SAMPLE = 300
"""Passages that say what kind of text this is, at least, where there are so many."""
_TURNS = 8
"""Earlier questions that a question may lean on, one on the other, at most."""
_BEFORE = (0.1, 0.03, 0.03)
"""What the hits of the question before gain for a question that has no topic of its own, in scores."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The documents that are asked."""

    names: tuple[str, ...]
    """Empty: all of them."""
    rows: npt.NDArray[np.int64] | None
    """Theirs, ascending; None for all."""
    outline: Sequence[Heading]
    text: SearchableText


class Engine:
    """Answers questions over one index. Safe to share between threads."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        """Raises IndexStale if another model made the index."""
        index.check_embedder(embedder)
        self.index = index
        self.settings = settings
        self._embedder = embedder
        self._titles = Titles(index)
        self._all = _Scope((), None, index.outline, SearchableText(index.lexical, index.text, self._headings_of))

    @property
    def documents(self) -> Sequence[Document]:
        """The documents of the index, each parsed when it is asked for."""
        return self.index.documents

    @property
    def catalog(self) -> Catalog:
        """They, with what is known of them unparsed."""
        return Catalog.of_index(self.index)

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    def _headings_of(self) -> Iterator[str]:
        yield from (record.title for record in self.index.manifest.documents)
        yield from (heading.label for heading in self.index.outline)

    def _scope(self, names: Collection[str]) -> _Scope:
        """Return the documents of these names, all for none. Raises QAError where there is none of a name."""
        if not names:
            return self._all
        records = self.index.manifest.documents
        if unknown := [name for name in names if all(record.name != name for record in records)]:
            raise QAError(
                f"There is no document {unknown[0]!r} to ask. See what there is: python -m qa index list",
                f"这里没有文本“{unknown[0]}”，请换一份。",
            )
        numbers = [number for number, record in enumerate(records) if record.name in names]
        rows, outline = self.index.rows_of(numbers), self.index.outline.of(numbers)
        headings = [records[number].title for number in numbers] + [heading.label for heading in outline]
        text = SearchableText(self.index.lexical, self.index.text, lambda: headings, rows)
        return _Scope(tuple(names), rows, outline, text)

    # What follows is read or measured when a question first needs it: a large index opens at once.

    @cached_property
    def _sample(self) -> list[str]:
        """Passages from all over the index, normalised."""
        return [normalised(text) for text in self.index.sample(_SAMPLE)]

    @cached_property
    def _kinds(self) -> AnswerTypes:
        return AnswerTypes(self._sample)

    @cached_property
    def _is_han(self) -> bool:
        return _is_han("\n".join(self._sample))

    @cached_property
    def _null_scores(self) -> dict[bool, NullScores]:
        return cached_null_scores(self.index, self.settings, self._measure_null_scores)

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = ()) -> Reply:
        """Return what the text says. Never raises because of the question.

        `history`: the questions asked before, the oldest first. `documents`: names of those to look in, all for none.
        Raises QAError if there is none of such a name.
        """
        scope = self._scope(documents)
        if rejected := self._reject(question):
            return rejected
        reading = understand(question, history[-_TURNS:], scope.outline)
        query = self._read(reading.parts)
        if reading.asks_who_said_it and len(rows := self._title_block(reading, scope)):
            return self._answer_from(rows, question, reading, query)
        if reading.place and len(rows := self._rows_in(reading.place, scope)):
            return self._answer_from(rows, question, reading, query, by_match=bool(reading.place.rest))
        ranked = rank(query, self.index, self._titles, self.settings.candidates, scope.rows)
        if reading.is_bare:
            ranked = self._prefer(ranked, reading, scope)
        missing = self._missing(question, query, ranked, scope)
        terms = tuple(word.text for word in missing)
        if not len(ranked.rows):
            return NotFound(question, reading.understood_as, terms, ())
        evidence = self._evidence(question, ranked, missing)
        answerable = calibration().answerable(evidence)
        hits = self._hits(query, ranked, answerable)
        if answerable >= calibration().bar(evidence):
            return Answer(question, reading.understood_as, terms, hits)
        return NotFound(question, reading.understood_as, terms, hits)

    def judge(self, question: str, without: Collection[int] = ()) -> tuple[Evidence, Ranked]:
        """Return what speaks for an answer to a single question, and the passages; for fitting the confidence.

        `without`: rows that are taken out, to see what is said of a text that does not answer.
        """
        query = self._read(((question, 1.0),))
        others = np.setdiff1d(np.arange(self.index.lexical.size), list(without)) if without else None
        ranked = rank(query, self.index, self._titles, self.settings.candidates, others)
        return self._evidence(question, ranked, self._missing(question, query, ranked, self._all)), ranked

    def _read(self, parts: tuple[tuple[str, float], ...]) -> Query:
        encoded = self._embedder.encode_questions(
            [spelt_out(text, self._all.text.passages_contain) for text, _ in parts]
        )
        return Query.read(parts, encoded, self.index.common.tokens, self._embedder)

    def _answer_from(
        self, rows: npt.NDArray[np.int64], question: str, reading: Reading, query: Query, *, by_match: bool = False
    ) -> Answer:
        """Answer with passages that the question points at, in reading order or by how they match."""
        ranked = rank_rows(query, Candidates(rows, self.index.lexical.at(query.lexical_parts, rows)), self.index)
        if not by_match:
            ranked = ranked.reorder(np.argsort(ranked.rows), ranked.scores)
        hits = tuple(
            self._hit(query, ranked, number, _PLACED) for number in range(min(self.settings.top, len(ranked.rows)))
        )
        return Answer(question, reading.understood_as, (), hits)

    def _title_block(self, reading: Reading, scope: _Scope) -> npt.NDArray[np.int64]:
        """Return the row of the title block of the work that answered the question before; none where it has none."""
        match self._before(reading, scope):
            case Answer(hits=(first, *_)):
                document, passage = first.citation.document, first.citation.passage
                block = next((p for p in document.passages if p.section is passage.section.work), None)
                row = self.index.row_of(block.id) if block and not block.paragraph else None
                return np.array([] if row is None else [row], np.int64)
            case _:
                return np.zeros(0, np.int64)

    def _before(self, reading: Reading, scope: _Scope) -> Reply:
        """Return the reply to the question that this one leans on."""
        *history, last = reading.before
        return self.ask(last, history, documents=scope.names)

    def _prefer(self, ranked: Ranked, reading: Reading, scope: _Scope) -> Ranked:
        """Put forward what answered the question before: 为什么？ asks about that very passage."""
        before = self._before(reading, scope)
        if not isinstance(before, Answer):
            return ranked
        rows = np.array([self.index.row_of(hit.citation.passage.id) or 0 for hit in before.hits], np.int64)
        bonus = dict(zip(self.index.passage_of(rows).tolist(), _BEFORE, strict=False))
        gained = [bonus.get(passage, 0.0) for passage in self.index.passage_of(ranked.rows).tolist()]
        scores = ranked.scores + np.array(gained, np.float32)
        return ranked.reorder(np.lexsort((ranked.rows, -scores)), scores)

    def _rows_in(self, place: SectionReference, scope: _Scope) -> npt.NDArray[np.int64]:
        """Return the rows of the passages that stand in a section, or of the one paragraph that is asked for."""
        wanted = scope.outline[place.section]
        rows: list[int] = list(range(wanted.first, wanted.end))
        if place.opening:
            rows = self._before_sections(rows) or rows
        if place.paragraph is not None:
            passages = self.index.passage_of(np.array(rows, np.int64))
            each = list(dict.fromkeys(passages.tolist()))
            number = place.paragraph if place.paragraph < 0 else place.paragraph - 1
            one = each[number] if -len(each) <= number < len(each) else None
            rows = [row for row, passage in zip(rows, passages, strict=True) if passage == one]
        return np.array(rows, np.int64)

    def _before_sections(self, rows: Sequence[int]) -> list[int]:
        """Return the paragraphs of a work that stand before its first section."""
        found = []
        for row in rows:
            _, passage = self.index.passages[row]
            if passage.section.path:
                break
            if passage.paragraph:
                found.append(row)
        return found

    def _missing(self, question: str, query: Query, ranked: Ranked, scope: _Scope) -> list[UnmatchedWord]:
        start, offsets = query.encoded.starts[-2], query.encoded.offsets

        def match(word: Word) -> float:
            """The word's best match among the candidates; 1 for a word that the model does not read."""
            inside = (offsets[:, 0] < word.end) & (offsets[:, 1] > word.start)
            inside[:start] = False  # those are tokens of earlier questions
            weights = query.weights[inside]
            if not weights.sum() or not ranked.best.size:
                return 1.0
            return float((weights @ ranked.best[inside]).max() / weights.sum())

        return scope.text.unmatched_words(question, match)

    def _evidence(self, question: str, ranked: Ranked, missing: Sequence[UnmatchedWord]) -> Evidence:
        cross = self._crosses(question)
        document, passage = self.index.passages[ranked.rows[0]]
        return Evidence(
            score=float(ranked.scores[0]),
            null=self._null_scores[cross],
            cross=cross,
            missing_name=any(word.is_name for word in missing),
            missing_word=any(not word.is_name for word in missing),
            wrong_kind=self._kinds.lacks(document.quote(passage.spans), question),
        )

    def _hits(self, query: Query, ranked: Ranked, answerable: float) -> tuple[Hit, ...]:
        shown = min(self.settings.top, len(ranked.rows))
        # Each is judged by its lead on the others, and the next one after those that are shown is such another.
        confidences = calibration().of_hits(answerable, [float(score) for score in ranked.scores[: max(shown, 5)]])
        return tuple(self._hit(query, ranked, number, confidences[number]) for number in range(shown))

    def _hit(self, query: Query, ranked: Ranked, number: int, confidence: float) -> Hit:
        row = int(ranked.rows[number])
        document, passage = self.index.passages[row]
        sentence = passage.sentences[ranked.sentences[number]]
        return Hit(Citation(document, passage), sentence, matched_spans(query, row, self.index), confidence)

    def _crosses(self, question: str) -> bool:
        """Whether the question is in another script than the text."""
        return bool(HAN.search(question)) != self._is_han

    def _measure_null_scores(self) -> dict[bool, NullScores]:
        """Ask the everyday questions: what they reach in this text, by whether they cross scripts."""
        common = self.index.common
        best: dict[bool, list[float]] = {False: [], True: []}
        for number, question in enumerate(questions()):
            query = Query.read(((question, 1.0),), common.questions.text(number), common.tokens, self._embedder)
            scores = rank(query, self.index, self._titles, self.settings.candidates).scores
            best[self._crosses(question)].append(float(scores[0]) if len(scores) else 0.0)
        return {cross: NullScores(float(np.mean(scores)), float(np.std(scores))) for cross, scores in best.items()}

    def _reject(self, question: str) -> Rejected | None:
        longest = self.settings.longest_question
        if not question.strip():
            return Rejected(question, "问题是空的，请输入一个问题。", "The question is empty: type one.")
        if len(question) > longest:
            return Rejected(
                question,
                f"问题有 {len(question)} 个字符，最多 {longest} 个，请缩短后再问。",
                f"The question has {len(question)} characters, more than {longest}: shorten it.",
            )
        if match := _CONTROL.search(question):
            place, code = match.start() + 1, f"U+{ord(match.group()):04X}"
            return Rejected(
                question,
                f"问题的第 {place} 个字符是控制字符（{code}），请删去后再问。",
                f"Character {place} of the question is a control character ({code}): delete it.",
            )
        if words := small_talk(question):
            return Rejected(question, *words)
        return None


def _is_han(text: str) -> bool:
    """Whether a text is mostly Chinese."""
    letters = sum(map(str.isalpha, text[:20000]))
    return len(HAN.findall(text[:20000])) * 2 > letters
