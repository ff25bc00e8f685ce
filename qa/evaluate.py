"""Measures the answers on a question file: one JSON object a line.

{"id", "question" | "turns", "document"?, "kind"?, "lines": […] | "passages": […] | "answers": […]}

A hit is right if a line of its passage is in `lines`, its passage's id is in `passages` (or the id of a passage that it
is made of), or its text contains one of `answers`, ignoring width, case, script and blanks. If `document` is given, the
hit must be in that document. All three lists are empty if the text has no answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from tqdm import tqdm

from corpus.errors import QAError
from corpus.message import Message
from corpus.text.normalise import normalised
from qa import qa_messages
from qa.citations.slices import members
from qa.qa_settings import EVALUATION
from qa.reply import Answer, Citation, Hit, NotFound, Rejected, Reply, all_hits
from qa.service.feedback import FEEDBACK_ID

_SEED = 0
_SHAPE = '{"id": …, "question": "…", "lines": […]}'
"""The shape of a line, for messages."""


class _WrongQuestion(ValueError):
    """A line of the file is not a valid question."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


class Asks(Protocol):
    """The object that is measured, such as an `Engine`."""

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """Return the reply to a question, given the earlier questions."""


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a question file."""

    id: str | int
    """The id in the file, or the number of the line."""
    turns: tuple[str, ...]
    """The questions of a conversation; the last one is measured."""
    kind: str | None
    document: str | None
    """The name of the document that answers; None for any."""
    lines: frozenset[int]
    """Line numbers, from 1."""
    passages: frozenset[str]
    answers: tuple[str, ...]

    @property
    def is_answerable(self) -> bool:
        return bool(self.lines or self.passages or self.answers)

    @property
    def gold(self) -> dict[str, list[Any]]:
        """The expected lines, passages or answers, as in the file."""
        named: dict[str, list[Any]] = {
            "lines": sorted(self.lines),
            "passages": sorted(self.passages),
            "answers": list(self.answers),
        }
        return {name: values for name, values in named.items() if values}

    def accepts(self, hit: Hit) -> bool:
        """Return whether a hit or a copy that it names is right."""
        return any(map(self._accepts, (hit.citation, *hit.copies)))

    def _accepts(self, citation: Citation) -> bool:
        document, passage = citation.document, citation.passage
        if self.document not in (None, document.name):
            return False
        lines = {
            line for span in passage.spans for line in range(document.line(span.start), document.line(span.end - 1) + 1)
        }
        text = _folded(citation.text)
        return (
            bool(lines & self.lines)
            or passage.id in self.passages
            or any(own.id in self.passages for own in members(document, passage))
            or any(_folded(answer) in text for answer in self.answers)
        )

    def is_named_by(self, words: str) -> bool:
        """Return whether words name one of `answers`: one contains the other, ignoring width, case, script, blanks."""
        text = _folded(words)
        return bool(text) and any(_folded(answer) in text or text in _folded(answer) for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a question."""

    question: Question
    status: str
    """`answered`, `not_found` or `rejected`."""
    unmatched_words: tuple[str, ...]
    first: Hit | None
    """The first hit, or the nearest passage if the question was not answered."""
    rank: int | None
    """The rank, from 1, of the first right passage among the hits and then the nearest passages; None for none."""

    @property
    def is_answered(self) -> bool:
        return self.status == "answered"

    @property
    def is_answered_surely(self) -> bool:
        """Whether it is said of the first hit that it answers, and not that it may."""
        return self.is_answered and self.first is not None and self.first.grade == "answers"

    @property
    def answer_words(self) -> str:
        """The words that are marked as the answer in the first hit."""
        return self.first.citation.document.quote(self.first.answer) if self.is_answered and self.first else ""

    @property
    def is_miss(self) -> bool:
        """Whether the first passage is wrong or missing, or an unanswerable question was answered."""
        if self.question.is_answerable:
            return not (self.is_answered and self.rank == 1)
        return self.is_answered


@dataclass(frozen=True, slots=True)
class Metric:
    """A mean over questions, with its 95 % bootstrap interval."""

    name: str
    n: int
    """The number of questions."""
    value: float | None
    """0 to 1. It and the bounds are None if n is 0."""
    low: float | None
    high: float | None

    @classmethod
    def mean(cls, name: str, values: Sequence[float]) -> Metric:
        """Return the mean of `values` and its percentile interval, computed with a fixed seed."""
        if not values:
            return cls(name, 0, None, None, None)
        array = np.array(values, np.float64)
        picks = np.random.default_rng(_SEED).integers(0, len(array), (EVALUATION.resamples, len(array)))
        low, high = np.percentile(array[picks].mean(axis=1), (2.5, 97.5))
        return cls(name, len(array), float(array.mean()), float(low), float(high))

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]" if self.n else "–"


@dataclass(frozen=True, slots=True)
class Report:
    """The metrics and outcomes of an evaluation."""

    metrics: tuple[Metric, ...]
    by_kind: dict[str, tuple[Metric, ...]]
    """Metrics by kind, in the order of the file; empty if no question has a kind."""
    misses: tuple[Outcome, ...]


def read_questions(
    lines: Iterable[str], *, name: str, warn: Callable[[Message], object] = lambda _: None
) -> list[Question]:
    """Return the questions in a file's lines, without blank lines. Raises QAError with the number of a wrong line.

    A line of feedback whose writing was cut off is no mistake of a person's: `warn` is called with a sentence that
    gives its number, and the line is left out.
    """
    questions = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line), number))
            except (ValueError, RecursionError) as error:
                if not isinstance(error, _WrongQuestion) and _is_cut_off(line):
                    warn(qa_messages.LINE_CUT_OFF.format(name=name, line=number))
                    continue
                what = error.message if isinstance(error, _WrongQuestion) else qa_messages.NOT_JSON
                message = qa_messages.WRONG_QUESTION.format(line=number, what=what, shape=_SHAPE)
                raise QAError(message, name) from error
    if not questions:
        raise QAError(qa_messages.NO_QUESTIONS, name)
    return questions


def _is_cut_off(line: str) -> bool:
    """Return whether a line that is no JSON is the beginning of a line of feedback, or what a disk left of one."""
    rest, begins = line.strip("\0\r"), json.dumps({"id": FEEDBACK_ID})[:-2]
    return not rest or rest.startswith(begins) or (len(rest) > 1 and begins.startswith(rest))


def evaluate(engine: Asks, questions: Sequence[Question]) -> Report:
    """Ask all questions, with a bar on stderr if that is a terminal.

    `engine` should find `EVALUATION.top` passages, hits and nearest ones together, for each.
    """
    outcomes = [_outcome(engine, question) for question in tqdm(questions, unit="", disable=None)]
    kinds = dict.fromkeys(question.kind for question in questions if question.kind is not None)
    return Report(
        metrics(outcomes),
        {kind: metrics([one for one in outcomes if one.question.kind == kind]) for kind in kinds},
        tuple(one for one in outcomes if one.is_miss),
    )


def metrics(outcomes: Sequence[Outcome]) -> tuple[Metric, ...]:
    """Return the metrics of these questions alone."""
    answerable = [one for one in outcomes if one.question.is_answerable]
    others = [one for one in outcomes if not one.question.is_answerable]
    named = [one for one in answerable if one.question.answers and one.is_answered]
    return (
        *ranking([one.rank for one in answerable]),
        Metric.mean("answered", [one.is_answered for one in answerable]),
        Metric.mean("answered for sure", [one.is_answered_surely for one in answerable]),
        Metric.mean("answer words", [one.question.is_named_by(one.answer_words) for one in named]),
        Metric.mean("needless warning", [bool(one.unmatched_words) for one in answerable]),
        Metric.mean("false answer", [one.is_answered for one in others]),
        Metric.mean("false answer for sure", [one.is_answered_surely for one in others]),
        Metric.mean("false answer, no warning", [one.is_answered and not one.unmatched_words for one in others]),
    )


def ranking(ranks: Sequence[int | None]) -> tuple[Metric, ...]:
    """Return hit@1, hit@3, hit@5 and MRR from the rank of the first right passage of each question; None for none."""
    hits = [
        Metric.mean(f"hit@{limit}", [rank is not None and rank <= limit for rank in ranks])
        for limit in (1, 3, EVALUATION.top)
    ]
    return (*hits, Metric.mean("MRR", [0.0 if rank is None or rank > EVALUATION.top else 1 / rank for rank in ranks]))


def report_as_json(report: Report) -> dict[str, Any]:
    """Return the report as one JSON object."""
    return {
        "metrics": _by_name(report.metrics),
        "by_kind": {kind: _by_name(some) for kind, some in report.by_kind.items()},
        "misses": [_miss_as_json(miss) for miss in report.misses],
    }


def render_report(report: Report) -> str:
    """Return the report for a terminal: each metric's mean, its interval, and its number of questions."""
    blocks = [_block("all", report.metrics), *(_block(kind, some) for kind, some in report.by_kind.items())]
    for miss in report.misses:
        record = _miss_as_json(miss)
        first = f"{record['first']['citation']} {record['first']['text']}…" if record["first"] else "–"
        gold = json.dumps(record["gold"], ensure_ascii=False) if record["gold"] else "no answer"
        missing = f"\n  missing: {'、'.join(miss.unmatched_words)}" if miss.unmatched_words else ""
        rank = f", right at {miss.rank}" if miss.rank else ""
        blocks.append(
            f"{miss.question.id} {' › '.join(miss.question.turns)}\n"
            f"  gold: {gold}\n  {miss.status}{rank}; first: {first}{missing}\n"
        )
    return "\n".join(blocks)


def _by_name(some: Sequence[Metric]) -> dict[str, dict[str, Any]]:
    return {one.name: {key: value for key, value in asdict(one).items() if key != "name"} for one in some}


def _block(title: str, some: Sequence[Metric]) -> str:
    return f"{title}\n" + "".join(f"  {one.name:25} {one}  n={one.n}\n" for one in some if one.n)


def _miss_as_json(miss: Outcome) -> dict[str, Any]:
    *history, question = miss.question.turns
    first = None
    if miss.first is not None:
        first = {"citation": str(miss.first.citation), "text": miss.first.citation.text[: EVALUATION.shown]}
    return {
        "id": miss.question.id,
        "kind": miss.question.kind,
        "history": history,
        "question": question,
        "gold": miss.question.gold,
        "status": miss.status,
        "rank": miss.rank,
        "missing_terms": list(miss.unmatched_words),
        "first": first,
    }


def _outcome(engine: Asks, question: Question) -> Outcome:
    *history, last = question.turns
    reply = engine.ask(last, history)
    match reply:
        case Answer(_, _, unmatched_words):
            status = "answered"
        case NotFound(_, _, unmatched_words):
            status = "not_found"
        case Rejected():
            status, unmatched_words = "rejected", ()
    # Retrieval is measured separately from answering: the nearest passages count too, also those after an answer.
    hits = all_hits(reply)
    rank = next((place for place, hit in enumerate(hits[: EVALUATION.top], start=1) if question.accepts(hit)), None)
    return Outcome(question, status, unmatched_words, hits[0] if hits else None, rank)


def _folded(text: str) -> str:
    """Return the text in one spelling, without blanks."""
    return "".join(normalised(text).split())


def _question(entry: Any, number: int) -> Question:
    """Read one line. Raises _WrongQuestion with what is wrong."""
    if not isinstance(entry, dict):
        raise _WrongQuestion(qa_messages.NO_OBJECT)
    turns = [entry["question"]] if "question" in entry else entry.get("turns")
    if ("question" in entry) == ("turns" in entry) or not turns or not _are(str, turns):
        raise _WrongQuestion(qa_messages.NO_TURNS)
    named = {name: entry.get(name) or [] for name in ("lines", "passages", "answers")}
    if not _are(int, named["lines"]) or min(named["lines"], default=1) < 1:
        raise _WrongQuestion(qa_messages.WRONG_LINES)
    if not _are(str, named["passages"]) or not _are(str, named["answers"]):
        raise _WrongQuestion(qa_messages.WRONG_TEXTS)
    if not all(map(_folded, named["answers"])):
        raise _WrongQuestion(qa_messages.BLANK_ANSWER)
    kind, document, name = entry.get("kind"), entry.get("document"), entry.get("id")
    if not isinstance(kind, str | None) or not isinstance(document, str | None):
        raise _WrongQuestion(qa_messages.WRONG_KIND)
    if not isinstance(name, str | int | None):
        raise _WrongQuestion(qa_messages.WRONG_ID)
    return Question(
        id=number if name is None else name,
        turns=tuple(turns),
        kind=kind,
        document=document,
        lines=frozenset(named["lines"]),
        passages=frozenset(named["passages"]),
        answers=tuple(named["answers"]),
    )


def _are(kind: type, values: Any) -> bool:
    """Return whether `values` is a list of this type. True is not a number."""
    return isinstance(values, list) and all(type(value) is kind for value in values)
