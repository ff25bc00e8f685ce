"""Version numbers mean what they say: other output needs another number, and the test says which."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import EmbedderError
from corpus.message import Message
from index.encoders.base import Embedder
from tests import renew_golden, versions
from tests.versions import CHUNKER, GOLDENS, PARSER, Golden, Number, golden_of_model


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)
def test_the_output_is_that_of_the_version(golden: Golden) -> None:
    problem = golden.problem(golden.stored(), golden.measure())
    assert problem is None, problem


@pytest.mark.model
def test_the_scores_with_the_real_model_are_those_of_the_version(real_embedder: Embedder) -> None:
    golden = golden_of_model(real_embedder)
    problem = golden.problem(golden.stored(), golden.measure())
    assert problem is None, problem


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(versions, "FOLDER", tmp_path)
    return tmp_path


def _golden(output: Any, *, parser: int = 3, chunker: int = 7) -> Golden:
    numbers = (dataclasses.replace(PARSER, value=parser), dataclasses.replace(CHUNKER, value=chunker))
    return Golden("chunker", numbers, lambda: output, tolerance=0.01)


def test_other_output_names_the_number_its_file_and_the_command(folder: Path) -> None:
    _golden({"a": ["甲", "乙"]}).write({"a": ["甲", "乙"]})
    changed = _golden(None)
    problem = changed.problem(changed.stored(), {"a": ["甲", "丙"]})

    assert problem is not None
    assert "differs at /a/1: '乙' was, '丙' is" in problem
    assert "raise CHUNKER_VERSION in index/chunks.py to 8, and run: python -m tests.renew_golden" in problem


def test_renewing_is_refused_until_a_number_is_raised(folder: Path) -> None:
    _golden(None).write(["甲"])
    with pytest.raises(ValueError, match="raise CHUNKER_VERSION"):
        _golden(None).write(["乙"])
    assert _golden(None).stored()["output"] == ["甲"]

    assert _golden(None, chunker=8).write(["乙"])
    assert _golden(None, chunker=8).stored() == {
        "versions": {"PARSER_VERSION": 3, "CHUNKER_VERSION": 8},
        "output": ["乙"],
    }


def test_a_raised_parser_may_change_what_the_chunker_gives(folder: Path) -> None:
    """Its chunks are of other passages; the parser's number already makes the index cut them again."""
    _golden(None).write(["甲"])
    assert _golden(None, parser=4).write(["乙"])


def test_a_number_never_falls(folder: Path) -> None:
    _golden(None, parser=4).write(["甲"])
    with pytest.raises(ValueError, match="Numbers only rise"):
        _golden(None, parser=3).write(["乙"])


def test_a_raised_number_needs_its_golden(folder: Path) -> None:
    _golden(None).write(["甲"])
    raised = _golden(None, chunker=8)
    problem = raised.problem(raised.stored(), ["甲"])
    assert problem == ("chunker.json is of PARSER_VERSION 3, CHUNKER_VERSION 7. Run: python -m tests.renew_golden")


def test_scores_may_be_off_by_the_tolerance(folder: Path) -> None:
    _golden(None).write([{"score": 0.5}])
    same = _golden(None)
    assert same.problem(same.stored(), [{"score": 0.509}]) is None
    assert same.problem(same.stored(), [{"score": 0.511}]) is not None


def test_the_script_writes_nothing_where_one_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def embedder(_: str) -> None:
        raise EmbedderError(Message(zh="缺少模型。", en="The model is missing."))

    number = Number("N", "n.py", 1)
    first, second = Golden("first", (number,), lambda: ["甲"]), Golden("second", (number,), lambda: ["乙"])
    second.write(["丙"])
    monkeypatch.setattr(renew_golden, "GOLDENS", (first, second))
    monkeypatch.setattr(renew_golden, "open_embedder", embedder)

    assert renew_golden.main() == 1
    assert "raise N in n.py to 2" in capsys.readouterr().err
    assert not first.path.exists()
