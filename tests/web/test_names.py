"""Names on the page: new ones are cleaned, and an old index with a bad one answers every request."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.source import Source
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.fakes import CharacterEmbedder
from web.api.desk import Desk
from web.html.page import page_html

EMBEDDER = CharacterEmbedder("第一条猫应当吃鱼狗二三四")
BAD = ["坏\ud800名", "坏\udfff\ud83d名", "a\x1b[31m\u202e\0b", "\r\n"]
"""As older versions stored them."""

Call = Callable[..., dict[str, Any]]


def _stored(name: str, text: str) -> NewDocument:
    return NewDocument(repr(name), "x", lambda: Source.from_bytes(name, text.encode(), None))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    documents = [_stored(name, f"第一条 猫应当吃{'鱼' * (n + 1)}。") for n, name in enumerate([*BAD, "好"])]
    assert len(list(Library(tmp_path / "i", lambda: EMBEDDER).add(documents))) == len(documents)
    return Engine(Index.open(tmp_path / "i"), EMBEDDER, Settings())


@pytest.fixture
def desk(engine: Engine) -> Desk:
    background = BackgroundEngine(engine.catalog, lambda: engine)
    background.start()
    assert background.wait(20)
    return Desk(background, jobs=IndexJobs(background))


@pytest.fixture
def call(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Call:
    """Ask the desk; whatever comes back can be sent, and nothing went wrong on the way."""

    def call(kind: str, **fields: object) -> dict[str, Any]:
        answer = desk.call({"kind": kind, **fields})
        json.dumps(answer, ensure_ascii=False).encode()
        assert "Traceback" not in capsys.readouterr().err
        return answer

    return call


def _done(call: Call, change: int) -> dict[str, Any]:
    for _ in range(400):
        progress = call("progress", change=change)
        if progress["stage"] in ("done", "failed"):
            return progress
        time.sleep(0.05)
    raise AssertionError("the change does not end")


def test_every_request_is_answered_and_every_document_can_be_reached(call: Call) -> None:
    """By the name that the page has of it."""
    names = call("texts")["names"]
    assert names == ["坏\ufffd名", "坏\ufffd\ufffd名", "a\x1b[31m\u202e\ufffdb", "\r\n", "好"]
    for number, name in enumerate(names):
        source = call("source", document=name)
        assert source["name"] == name
        assert f"吃{'鱼' * (number + 1)}。" in source["html"]
        assert "data-work" in call("about", document=name)["html"]
        asked = call("ask", question="猫应当吃鱼", documents=[name])["html"]
        quoted = {html.unescape(one) for one in re.findall(r'<blockquote[^>]* data-document="([^"]*)"', asked)}
        assert {one.replace("\0", "\ufffd") for one in quoted} == {name}  # as a browser reads U+0000
        passage = re.search(r'data-passage="(\w+)"', asked)
        assert passage is not None
        assert call("passage", p=passage[1]) == {"document": name, "version": 0}
        for form in ("own", "bibtex", "markdown"):
            assert call("cite", passage=passage[1], form=form)["text"]
        assert call("cites", passages=[passage[1]])["cites"]
    assert 'data-verdict="exact"' in call("check", text="猫应当吃鱼")["html"]


@pytest.mark.parametrize("form", ["own", "bibtex", "ris", "csl-json", "gbt7714", "text", "markdown"])
def test_conversations_about_them_can_be_exported(call: Call, form: str) -> None:
    turns = [{"question": "猫应当吃鱼", "documents": [name]} for name in call("texts")["names"]]
    markdown = base64.b64decode(call("export", format="markdown", form=form, turns=turns)["data"]).decode()
    assert re.search("坏.名", markdown)
    word = zipfile.ZipFile(io.BytesIO(base64.b64decode(call("export", format="docx", form=form, turns=turns)["data"])))
    assert re.search("坏.名", word.read("word/document.xml").decode())


def test_they_can_be_described_and_removed(call: Call) -> None:
    for name in call("texts")["names"]:
        change = call("describe", document=name, works=[{"title": "题"}])["change"]
        assert _done(call, change)["stage"] == "done"
        assert _done(call, call("remove", document=name)["change"])["stage"] == "done"
    assert call("texts")["names"] == []


def test_the_page_itself_can_be_sent(engine: Engine) -> None:
    page_html(engine.catalog, version=0).encode()


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("坏\ud800\u202e名\x1b.txt", "坏\ufffd名"),
        ("\ud800.txt", "\ufffd"),
        ("..\\..\\甲\u200b.txt", "甲"),
        (".txt", "txt"),
        ("字" * 200 + ".txt", "字" * 85),
        ("\x00\u3164.txt", "text"),
        ("a" * 300 + ".md", "a" * 255),
    ],
)
def test_the_name_of_an_upload_is_cleaned(call: Call, desk: Desk, filename: str, name: str) -> None:
    data = "第一条 狗二。".encode()
    change = desk.upload(filename, io.BytesIO(data), len(data))["change"]
    assert _done(call, change)["name"] == name
    assert call("texts")["names"][-1] == name


def test_a_refused_upload_with_a_bad_name_is_said(call: Call, desk: Desk) -> None:
    change = desk.upload("坏\udc80.pdf", io.BytesIO(b"abc"), 3)["change"]
    progress = _done(call, change)
    assert (progress["stage"], progress["name"]) == ("failed", "坏\ufffd.pdf")


def test_what_a_person_supplies_has_no_control_characters(call: Call) -> None:
    works = [{"title": "题\ud800\x1b[31m\x9b目", "publisher": "\x00\ud800"}]
    assert _done(call, call("describe", document="好", works=works)["change"])["stage"] == "done"
    about = call("about", document="好")["html"]
    assert 'value="题[31m目"' in about
    assert "\ufffd" not in about
