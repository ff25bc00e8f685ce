import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import qa.service.bootstrap
from corpus.document import Document, Span
from corpus.errors import QAError
from corpus.message import Message
from corpus.parse import parse
from qa.cli import main
from qa.evaluate import Metric, Question, Report, evaluate, read_questions, report_as_json
from qa.reply import Answer, Citation, Grade, Hit, NotFound, Rejected, Reply

# The passages are its lines: 第1行 to 第6行.
_TEXT = "第一句。\n第二句：三百 亿。\n第三句。\n第四句。\n第五句。\n第六句。\n"


@pytest.fixture(scope="module")
def document() -> Document:
    """Six passages, one a line."""
    document = parse(_TEXT, name="d")
    assert [document.lines(passage.spans) for passage in document.passages] == [(line, line) for line in range(1, 7)]
    return document


@dataclass
class Scripted:
    """Answers a question with the lines that stand after it: "?132" gives lines 1, 3 and 2."""

    document: Document
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """`~` before the question: not found; `!` before it: rejected; `*` after it: a missing term.

        `/`: what follows comes after the answer. `?` twice: it may answer. `=` before a line: its first two characters
        are marked as the answer.
        """
        self.asked.append((question, list(history)))
        doubtful = question.startswith("??")
        hits, near = (self._hits(part, doubtful) for part in f"{question}/".split("/")[:2])
        missing = ("词",) if question.endswith("*") else ()
        if question.startswith("!"):
            return Rejected(question, Message(zh="不。", en="No."))
        if question.startswith("~"):
            return NotFound(question, None, missing, hits)
        return Answer(question, None, missing, hits, near)

    def _hits(self, lines: str, doubtful: bool) -> tuple[Hit, ...]:
        hits = []
        for before, line in pairwise(f" {lines}"):
            if line.isdigit():
                passage = self.document.passages[int(line) - 1]
                start = passage.spans[0].start
                answer = (Span(start, start + 2),) if before == "=" else ()
                grade: Grade = "may_answer" if doubtful else "answers"
                hits.append(Hit(Citation(self.document, passage), passage.sentences[0], (), 0.9, answer, grade))
        return tuple(hits)


def _report(document: Document, *entries: dict[str, Any]) -> Report:
    return evaluate(Scripted(document), _read(*entries))


def _read(*entries: dict[str, Any]) -> list[Question]:
    return read_questions([json.dumps(entry) for entry in entries], name="q.jsonl")


def _values(metrics: Sequence[Metric]) -> dict[str, float | None]:
    return {metric.name: metric.value for metric in metrics}


def test_the_place_of_the_first_right_passage_counts(document: Document) -> None:
    """Right first, right third, missed: (1 + 1/3 + 0) / 3 is 4/9."""
    report = _report(
        document,
        {"question": "?123", "lines": [1]},
        {"question": "?123", "lines": [3]},
        {"question": "?123", "lines": [6]},
    )
    values = _values(report.metrics)

    assert values["hit@1"] == pytest.approx(1 / 3)
    assert values["hit@3"] == values["hit@5"] == pytest.approx(2 / 3)
    assert values["MRR"] == pytest.approx(4 / 9)
    assert values["answered"] == 1
    assert values["false answer"] is None
    assert [(miss.question.id, miss.rank) for miss in report.misses] == [(2, 3), (3, None)]


def test_the_nearest_passages_of_a_not_found_are_ranked_too(document: Document) -> None:
    """Retrieval is judged apart from answering; the question is a miss all the same."""
    report = _report(document, {"question": "~12", "lines": [1]})
    values = _values(report.metrics)

    assert (values["hit@1"], values["answered"]) == (1, 0)
    assert [(miss.status, miss.rank) for miss in report.misses] == [("not_found", 1)]


def test_what_comes_after_an_answer_is_ranked_too(document: Document) -> None:
    """One passage answers, and the right one is the second of those after it: the third of all."""
    values = _values(_report(document, {"question": "?1/23", "lines": [3]}).metrics)

    assert (values["hit@1"], values["hit@3"]) == (0, 1)
    assert values["MRR"] == pytest.approx(1 / 3)


def test_an_answer_is_sure_where_it_is_said_that_its_first_hit_answers(document: Document) -> None:
    """Of two answered with an answer one is sure, and of three answered without one, two are."""
    report = _report(
        document,
        {"question": "?1", "lines": [1]},
        {"question": "??1", "lines": [1]},
        {"question": "~1", "lines": [1]},
        {"question": "?1"},
        {"question": "?2"},
        {"question": "??1"},
        {"question": "~1"},
    )
    values = _values(report.metrics)

    assert values["answered"] == pytest.approx(2 / 3)
    assert values["answered for sure"] == pytest.approx(1 / 3)
    assert (values["false answer"], values["false answer for sure"]) == (0.75, 0.5)


def test_marked_words_are_right_where_they_name_an_answer_string(document: Document) -> None:
    """第三 is a part of 第三句; 第二 is none of 三百; nothing is marked; not answered, and so not counted."""
    report = _report(
        document,
        {"question": "?=3", "answers": ["無", "第三句"]},
        {"question": "?=2", "answers": ["三百"]},
        {"question": "?3", "answers": ["第三"]},
        {"question": "~=3", "answers": ["第三"]},
        {"question": "?=3", "lines": [3]},
    )
    metric = {one.name: one for one in report.metrics}["answer words"]

    assert metric.n == 3
    assert metric.value == pytest.approx(1 / 3)


def test_more_than_five_passages_are_not_looked_at(document: Document) -> None:
    """The sixth is right."""
    values = _values(_report(document, {"question": "?123456", "lines": [6]}).metrics)

    assert (values["hit@5"], values["MRR"]) == (0, 0)


def test_where_there_is_no_answer_an_answer_is_false(document: Document) -> None:
    """Answered, answered with a warning, not found, rejected: two of four, one of them without a warning."""
    report = _report(
        document,
        {"question": "?1", "lines": []},
        {"question": "?1*"},
        {"question": "~1"},
        {"question": "!"},
    )
    values = _values(report.metrics)

    assert (values["false answer"], values["false answer, no warning"]) == (0.5, 0.25)
    assert values["hit@1"] is values["answered"] is None
    assert [miss.question.id for miss in report.misses] == [1, 2]


def test_a_warning_on_an_answerable_question_is_needless(document: Document) -> None:
    """One of two, whatever the status."""
    report = _report(document, {"question": "~1*", "lines": [1]}, {"question": "?1", "lines": [1]})

    assert _values(report.metrics)["needless warning"] == 0.5


def test_kinds_are_measured_apart(document: Document) -> None:
    """In the order in which they come; a question without a kind is in none."""
    report = _report(
        document,
        {"question": "?1", "lines": [1], "kind": "b"},
        {"question": "?1", "lines": [2], "kind": "a"},
        {"question": "?1", "lines": [2]},
    )

    assert [(kind, _values(some)["hit@1"]) for kind, some in report.by_kind.items()] == [("b", 1), ("a", 0)]
    assert _values(report.metrics)["hit@1"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("gold", "right"),
    [
        ({"lines": [2]}, True),
        ({"lines": [2], "document": "d"}, True),
        ({"lines": [2], "document": "e"}, False),
        ({"answers": ["無", "３００億", "三百億"]}, True),
        ({"answers": ["第三句"]}, False),
        ({"passages": ["no such id"]}, False),
    ],
)
def test_what_is_right(document: Document, gold: dict[str, Any], right: bool) -> None:
    """Lines, in their document; answer strings in any width or script, blanks aside: the source has 三百 亿."""
    assert (_report(document, {"question": "?2", **gold}).misses == ()) == right


def test_a_passage_id_is_right(document: Document) -> None:
    """The id as the JSON of a hit has it."""
    assert not _report(document, {"question": "?2", "passages": [document.passages[1].id]}).misses


def test_a_passage_within_a_hit_is_right(document: Document) -> None:
    """A hit of the first and the second passage, which is cited as the first."""
    first, second, third = document.passages[:3]
    whole = replace(first, spans=first.spans + second.spans, ends=(*first.ends, first.ends[-1] + second.ends[-1]))
    hit = Hit(Citation(document, whole), whole.sentences[0], (), 0.9)

    rights = [_read({"question": "?", "passages": [one.id]})[0].accepts(hit) for one in (first, second, third)]
    assert rights == [True, True, False]


def test_every_line_of_a_passage_counts(shipped: Document) -> None:
    """Lines 79 and 81 of the shipped text are one paragraph; 80, between them, is not in it."""
    passage = next(one for one in shipped.passages if shipped.lines(one.spans) == (79, 81))
    hit = Hit(Citation(shipped, passage), passage.sentences[0], (), 0.9)

    accepts = [_read({"question": "?", "lines": [line]})[0].accepts(hit) for line in (78, 79, 80, 81, 82)]
    assert accepts == [False, True, False, True, False]


def test_the_turns_before_the_last_are_history(document: Document) -> None:
    """And the last one is the question."""
    engine = Scripted(document)
    evaluate(engine, _read({"turns": ["一", "二", "?1"], "lines": [1]}, {"question": "?2", "lines": [2]}))

    assert engine.asked == [("?1", ["一", "二"]), ("?2", [])]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no JSON object"),
        ("{}", '"question"'),
        ('{"question": 1}', '"question"'),
        ('{"question": "?", "turns": ["?"]}', '"question"'),
        ('{"turns": []}', '"turns"'),
        ('{"question": "?", "lines": [0]}', '"lines"'),
        ('{"question": "?", "lines": [true]}', '"lines"'),
        ('{"question": "?", "lines": 3}', '"lines"'),
        ('{"question": "?", "passages": [3]}', '"passages"'),
        ('{"question": "?", "answers": "x"}', '"answers"'),
        ('{"question": "?", "answers": ["\\u3000"]}', "blank"),
        ('{"question": "?", "kind": 3}', '"kind"'),
        ('{"id": [], "question": "?"}', '"id"'),
    ],
)
def test_a_bad_line_is_named(line: str, what: str) -> None:
    """By its number in the file, with what is wrong."""
    with pytest.raises(QAError, match=r"^q.jsonl: line 3 is no question \(.*" + what):
        read_questions(['{"question": "?"}', "", line], name="q.jsonl")


def test_a_file_without_questions_is_refused() -> None:
    """Metrics over nothing would look like a failure of the engine."""
    with pytest.raises(QAError, match="there are no questions"):
        read_questions(["", " "], name="q.jsonl")


def test_the_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    """Ten of twenty: near 0.5 ± 2 · √(0.25 / 20) = 0.28 to 0.72."""
    metric = Metric.mean("m", [0.0, 1.0] * 10)

    assert metric == Metric.mean("m", [0.0, 1.0] * 10)
    assert (metric.n, metric.value) == (20, 0.5)
    assert metric.low == pytest.approx(0.28, abs=0.05)
    assert metric.high == pytest.approx(0.72, abs=0.05)


def test_a_miss_says_what_came_instead(document: Document) -> None:
    """The first passage's citation and opening words."""
    record = report_as_json(
        _report(document, {"id": "a", "kind": "k", "turns": ["一", "~12*"], "lines": [2], "answers": ["二"]})
    )

    assert record["misses"] == [
        {
            "id": "a",
            "kind": "k",
            "history": ["一"],
            "question": "~12*",
            "gold": {"lines": [2], "answers": ["二"]},
            "status": "not_found",
            "rank": 2,
            "missing_terms": ["词"],
            "first": {"citation": "〔d〕 · 第1段（第1行）", "text": "第一句。"},
        }
    ]


@pytest.fixture
def run(document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `evaluate` on a file of these lines; give the exit code, stdout, stderr and the settings of the engine."""
    opened = []

    def open_engine(folder: Path | None, model: str, settings: Any, reranker: str | None) -> Scripted:
        opened.append((folder, model, settings.top))
        return Scripted(document)

    def run(lines: str, *argv: str) -> tuple[int, str, str, list[Any]]:
        path = tmp_path / "问题.jsonl"
        path.write_bytes(lines.encode())
        monkeypatch.setattr(qa.service.bootstrap, "open_engine", open_engine)
        code = main(["evaluate", str(path), *argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err, opened

    return run


_FILE = (
    '\ufeff{"id": "a", "question": "?12", "kind": "fact", "lines": [1]}\r\n'
    '{"id": "b", "question": "?12", "kind": "fact", "lines": [2]}\r\n\r\n'
    '{"id": "c", "question": "?3*", "kind": "near_miss", "lines": []}\r\n'
)


def test_the_command_prints_metrics_and_misses(run: Any) -> None:
    """As text, one block a kind, then the misses; stdout has nothing else, and stderr nothing at all."""
    code, out, err, opened = run(_FILE, "--index", "folder", "--model", "m")

    assert (code, err) == (0, "")
    assert opened == [(Path("folder"), "m", 5)]
    assert out.startswith("all\n  hit@1                     0.500 [0.000, 1.000]  n=2\n")
    assert "\nnear_miss\n  false answer              1.000 [1.000, 1.000]  n=1\n" in out
    assert '\nb ?12\n  gold: {"lines": [2]}\n  answered, right at 2; first: 〔d〕 · 第1段（第1行） 第一句。…\n' in out
    assert out.endswith("\n  gold: no answer\n  answered; first: 〔d〕 · 第3段（第3行） 第三句。…\n  missing: 词\n")


def test_the_command_prints_one_json_object(run: Any) -> None:
    """With the same figures."""
    code, out, err, _ = run(_FILE, "--json")
    record = json.loads(out)

    assert (code, err, out.count("\n")) == (0, "", 1)
    assert list(record) == ["metrics", "by_kind", "misses"]
    assert record["metrics"]["hit@1"] == {"n": 2, "value": 0.5, "low": 0.0, "high": 1.0}
    assert record["metrics"]["MRR"]["value"] == 0.75
    assert record["by_kind"]["near_miss"]["hit@1"] == {"n": 0, "value": None, "low": None, "high": None}
    assert [miss["id"] for miss in record["misses"]] == ["b", "c"]


def test_a_bad_file_fails_before_the_engine_is_opened(run: Any) -> None:
    """Exit 1, one line on stderr that names the line; no time is lost on a model."""
    code, out, err, opened = run('{"question": "?1"}\nnonsense\n')

    assert (code, out, opened) == (1, "", [])
    assert err.count("\n") == 1
    assert "line 2 is no question (no JSON)" in err
