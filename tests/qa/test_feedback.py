"""Feedback as test questions: a line claims what the reader said, and `evaluate` reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import QAError
from qa.evaluate import read_questions
from qa.service.feedback import default_file, keep


def test_each_verdict_is_a_question_that_evaluate_reads(tmp_path: Path) -> None:
    file = tmp_path / "new" / "feedback.jsonl"
    keep("right", "甲？", (), passages=["a1", "a2"], document="sco-2021", file=file)
    keep("wrong", "那乙呢？", ("甲？",), passages=["b1"], document="sco-2021", file=file)
    keep("none", "丙\n？\ud800", (), passages=[], document=None, file=file)

    right, wrong, none = read_questions(file.read_text("utf-8").splitlines(), name=file.name)
    assert (right.turns, right.document) == (("甲？",), "sco-2021")
    assert right.passages == frozenset({"a1", "a2"})
    assert wrong.turns == ("甲？", "那乙呢？")
    assert wrong.passages == frozenset({"b1"})
    assert (none.turns, none.is_answerable) == (("丙\n？?",), False)
    assert len({right.id, wrong.id, none.id}) == 3
    assert [q.kind for q in (right, wrong, none)] == [
        "feedback: right",
        "feedback: wrong passage",
        "feedback: should be not found",
    ]


@pytest.mark.parametrize(
    ("verdict", "passages"), [("right", []), ("wrong", []), ("none", ["a1"]), ("other", ["a1"]), ("", [])]
)
def test_no_line_claims_what_nobody_said(tmp_path: Path, verdict: str, passages: list[str]) -> None:
    """“Wrong passage” alone would be read as “there is no answer”."""
    file = tmp_path / "feedback.jsonl"
    with pytest.raises(QAError):
        keep(verdict, "甲？", (), passages=passages, document=None, file=file)
    assert not file.exists()


def test_lines_are_added_and_each_is_one_json_object(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    lines = [keep("none", f"第{n}问", (), passages=[], document=None, file=file) for n in range(3)]
    assert file.read_text("utf-8").splitlines() == lines
    assert [json.loads(line)["question"] for line in lines] == ["第0问", "第1问", "第2问"]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(QAError, match="cannot be written"):
        keep("none", "甲？", (), passages=[], document=None, file=tmp_path / "file" / "feedback.jsonl")


def test_feedback_is_kept_in_the_user_s_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_file() == tmp_path / "yuanwen" / "feedback.jsonl"
