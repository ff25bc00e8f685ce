"""Feedback as test questions: a line claims what the reader said, and `evaluate` reads it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.errors import QAError
from corpus.message import Message
from qa.evaluate import read_questions
from qa.qa_settings import FEEDBACK
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


def _none(file: Path, question: str = "甲？", history: Sequence[str] = ()) -> str:
    return keep("none", question, history, passages=[], document=None, file=file)


@pytest.mark.parametrize("left", [2, 7, 30, -1])
def test_a_line_that_a_crash_cut_off_does_not_take_the_next_one_with_it(tmp_path: Path, left: int) -> None:
    """`evaluate` names it and reads the others; where only the line end is missing, the line is whole."""
    file = tmp_path / "feedback.jsonl"
    _none(file, "一？")
    whole = file.read_bytes()
    _none(file, "二？")
    second = file.read_bytes()[len(whole) :]
    file.write_bytes(whole + second[:left])
    _none(file, "三？")

    said: list[Message] = []
    read = read_questions(file.read_text("utf-8", "surrogateescape").split("\n"), name="f", warn=said.append)
    cut = left > 0
    assert [question.turns[0] for question in read] == (["一？", "三？"] if cut else ["一？", "二？", "三？"])
    assert [message.en for message in said] == (
        ["f: line 2 was cut off while it was written, and is left out."] if cut else []
    )


def test_zeros_that_a_power_cut_left_are_named_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_bytes(b"\0" * 40)
    _none(file)
    said: list[Message] = []
    assert len(read_questions(file.read_text().split("\n"), name="f", warn=said.append)) == len(said) == 1


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a line was written before the disk was full; the next one is whole again."""
    file = tmp_path / "feedback.jsonl"
    _none(file)
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(QAError, match="No space left on device"):
        patch.setattr(os, "fsync", full)
        _none(file)
    assert file.read_bytes() == before
    _none(file)
    assert len(file.read_text().splitlines()) == 2


def test_processes_write_one_line_after_the_other(tmp_path: Path) -> None:
    """Six at once, forty lines each, long ones: each line is whole."""
    file = tmp_path / "feedback.jsonl"
    code = (
        "import sys; from pathlib import Path; from qa.service.feedback import keep\n"
        "for n in range(40): keep('none', f'{sys.argv[2]}-{n}', ['问' * 9000], passages=[], document=None,"
        " file=Path(sys.argv[1]))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(file), str(n)]) for n in range(6)]
    assert [one.wait(120) for one in running] == [0] * 6
    asked = [json.loads(line)["turns"][-1] for line in file.read_text("utf-8").splitlines()]
    assert sorted(asked) == sorted(f"{process}-{n}" for process in range(6) for n in range(40))


def test_a_line_is_not_longer_than_the_setting_says(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    with pytest.raises(QAError, match=rf"more than {FEEDBACK.longest:,}, and was not kept"):
        _none(file, "甲？", ["问" * (FEEDBACK.longest // 3)])
    assert not file.exists()


def test_who_waits_too_long_for_another_process_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "feedback.jsonl"
    monkeypatch.setitem(vars(FEEDBACK), "patience", 0.1)
    with FileLock(tmp_path / "feedback.jsonl.lock"), pytest.raises(QAError, match="another process keeps it locked"):
        _none(file)
