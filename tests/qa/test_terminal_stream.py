"""A terminal obeys nothing that a document, a name, a question or a path carries: it is shown, on stdout and stderr."""

from __future__ import annotations

import io
import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import app
import qa.service.bootstrap
from corpus.source import Source
from index.intake import NewDocument
from index.library import Library
from qa.citations.forms import FORMS
from qa.cli import main
from qa.output.terminal_stream import ShownControls, controls_shown
from tests.fakes import CharacterEmbedder

Run = Callable[..., tuple[int, str, str]]

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TITLE = "红色\x1b[31m标题\u202e的\x9b条例"
SENTENCE = "上海合作组织\x1b]0;owned\x07秘书处\x9b2J设在\x7f北京\u202e。"
TEXT = f"{TITLE}\n\n第一条 {SENTENCE}\n第二条 各国\x08\x08享有平等\u2066权利。\n"
NAME = "坏\ud800名\x1b[2J\0"
"""As an index may have it that was made before names were cleaned."""
SHOWN = "上海合作组织^[]0;owned^G秘书处<U+009B>2J设在^?北京<U+202E>。"


@pytest.fixture
def run(
    tmp_path: Path, characters: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command over an index of one hostile document; give the exit code, stdout and stderr."""
    monkeypatch.setattr("index.encoders.registry.open_embedder", lambda _: characters)
    monkeypatch.setattr("qa.doctor.open_embedder", lambda _: characters)
    monkeypatch.setattr(qa.service.bootstrap, "open_embedder", lambda _: characters)
    folder = tmp_path / "index"
    document = NewDocument("x", "bad", lambda: Source.from_bytes(NAME, TEXT.encode(), None))
    assert [change.what for change in Library(folder, lambda: characters).add([document])] == ["added"]

    def run(*argv: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass"))))
        try:
            code = main([*argv, "--index", str(folder)])
        except SystemExit as error:
            code = int(str(error.code))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("form", FORMS)
def test_a_quote_and_its_citation_are_shown(run: Run, form: str) -> None:
    code, out, err = run("ask", "上海合作组织秘书处设在北京", "--cite", form)
    assert code == 0
    assert OBEYED.search(out + err) is None
    if form == "own":
        assert SHOWN in out


def test_raw_gives_the_characters_themselves(run: Run) -> None:
    """`ask` and `check`; stderr stays as it is."""
    _, out, _ = run("ask", "上海合作组织秘书处设在北京", "--raw")
    assert SENTENCE in out
    _, out, _ = run("check", SENTENCE[:-2], "--raw")
    assert "\x1b[31m" in out


def test_json_holds_every_character_in_escapes(run: Run) -> None:
    """The same JSON as before: quotes stay to the letter."""
    _, out, _ = run("ask", "上海合作组织秘书处设在北京", "--json")
    assert OBEYED.search(out) is None
    reply = json.loads(out)
    hit = next(hit for hit in (*reply["hits"], *reply["near"]) if "秘书处" in hit["text"])
    assert SENTENCE in hit["text"]
    assert hit["document"] == NAME
    _, out, _ = run("check", "--json", SENTENCE)
    assert OBEYED.search(out) is None
    assert json.loads(out)["quote"] == SENTENCE


@pytest.mark.parametrize(
    ("argv", "stdin"),
    [
        (["ask"], "上海合作组织\n\x1b[31m\x9b\n\ud800\n各国享有\u202e平等权利\n"),
        (["ask", "\x1b]0;x\x07\u202e"], ""),
        (["ask", "上海", "--document", "\x1b[2J\u202e"], ""),
        (["check", SENTENCE.replace("北京", "南京")], ""),
        (["check", "\x9b31m完全没有的\u202e一句话"], ""),
        (["index", "list"], ""),
        (["index", "verify"], ""),
        (["index", "build"], ""),
        (["index", "remove", "\x1b[2J没有\u202e"], ""),
        (["index", "add", "/none/\x1b[2J\u202e.txt", "/none/\ud8ff\0.txt"], ""),
        (["index", "add", "-", "--name", "\x1b[2J\u202e"], "\x1b[31m甲。"),
        (["evaluate", "-"], '{"id": "\\u001b\\u202e", "question": "上海合作组织", "answers": ["\\u009b甲"]}'),
        (["evaluate", "-"], '{"question": "\\u001b"'),
        (["evaluate", "\x1b[2J\u202e.jsonl"], ""),
        (["doctor"], ""),
        (["sing\x1b[2J\x9b\u202e"], ""),
        (["ask", "--top", "\x1b[2J"], ""),
        (["ask", "?", "--\x1b[2J\u202e"], ""),
    ],
)
def test_no_command_lets_a_control_through(run: Run, argv: list[str], stdin: str) -> None:
    _, out, err = run(*argv, stdin=stdin)
    assert out + err
    assert OBEYED.search(out + err) is None


def test_a_bad_name_can_be_asked_and_removed_as_the_list_prints_it(run: Run) -> None:
    _, out, _ = run("index", "list")
    name = out.split("\t")[0]
    assert name == "坏\\ud800名\\x1b[2J\\x00"
    code, out, _ = run("ask", "上海合作组织秘书处设在北京", "--document", name)
    assert (code, SHOWN in out) == (0, True)
    assert run("index", "remove", name)[:2] == (0, f"removed\t{name}\t3\n")


def test_a_draft_of_an_edition_is_toml_whatever_the_text_has(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8", newline="")
    assert main(["edition", str(tmp_path / "a.txt"), "--print"]) == 0
    out = capsys.readouterr().out
    assert OBEYED.search(out) is None
    assert tomllib.loads(out)["works"]


def test_the_page_s_server_shows_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--index", str(tmp_path / "\x1b[2J\u202e")]) == 1
    err = capsys.readouterr().err
    assert "^[[2J<U+202E>" in err
    assert OBEYED.search(err) is None


def test_the_streams_are_what_they_were_afterwards(run: Run) -> None:
    before = sys.stdout, sys.stderr
    run("index", "list")
    run("sing")
    assert (sys.stdout, sys.stderr) == before


def test_a_progress_bar_still_returns_to_the_beginning_of_its_line() -> None:
    """It begins what it writes with a carriage return; anywhere else one could overwrite what stands there."""
    out = io.StringIO()
    stream = ShownControls(out)
    stream.write("\r 50%")
    stream.writelines(["\rfine\rwrong\x1b[K", "\n"])
    assert out.getvalue() == "\r 50%\rfine^Mwrong^[[K\n"


def test_the_gate_stands_once(capsys: pytest.CaptureFixture[str]) -> None:
    with controls_shown(), controls_shown():
        sys.stdout.write("\x1b\n")
        sys.stderr.write("\x9b\n")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("^[\n", "<U+009B>\n")
