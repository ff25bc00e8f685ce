"""A reply is remembered while the documents are the same; who asks the same at the same time shares it."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.source import Source
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.output.json_records import reply_as_json
from qa.qa_settings import ANSWERS, Settings
from qa.reply import NotFound, Reply
from qa.service.fresh_engine import FreshEngine
from qa.service.reply_cache import ReplyCache, asked
from tests.fakes import CharacterEmbedder

_EMBEDDER = CharacterEmbedder("甲乙丙丁戊己庚辛壬癸")


def _new(name: str, text: str) -> NewDocument:
    return NewDocument(name, name, lambda: Source.from_bytes(name, text.encode(), None))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "i", lambda: _EMBEDDER)
    [*library.add([_new("a", "甲乙丙。\n\n丁戊己。"), _new("b", "甲乙丁。")])]
    return library


@pytest.fixture
def engine(library: Library, tmp_path: Path) -> FreshEngine:
    return FreshEngine(Engine(Index.open(tmp_path / "i"), _EMBEDDER, Settings()))


def _count_asking(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    ask, counted = Engine.ask, []

    def counting(self: Engine, question: str, *arguments: object, **named: object) -> Reply:
        counted.append(question)
        return ask(self, question, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "ask", counting)
    return counted


def test_the_same_question_is_computed_once_until_the_documents_change(
    engine: FreshEngine, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = _count_asking(monkeypatch)
    first = engine.ask("甲乙丙")
    assert engine.ask("甲乙丙") is first
    assert counted == ["甲乙丙"]

    library.remove(["a"])
    assert engine.ask("甲乙丙") != first
    assert counted == ["甲乙丙"] * 2


def test_what_a_reply_depends_on_makes_another_question(engine: FreshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = _count_asking(monkeypatch)
    for _ in range(2):
        engine.ask("甲乙丙")
        engine.ask("甲乙丙", ["丁戊"])
        engine.ask("甲乙丙", documents=["b"])
        engine.ask("甲乙丙 ")
        engine.ask("甲乙丙", ["丁戊"], alone=True)
        engine.ask("甲乙丙", ["己"], alone=True)  # the questions before are not read

    assert len(counted) == 5


def test_it_says_what_it_knows_of_the_newest_state_alone(engine: FreshEngine, library: Library) -> None:
    assert not engine.knows("甲乙丙")
    engine.ask("甲乙丙", ["丁戊"], alone=True)
    assert engine.knows("甲乙丙", ["己"], alone=True)
    assert not engine.knows("甲乙丙", ["己"])
    library.remove(["a"])
    assert not engine.knows("甲乙丙")
    engine.ask("甲乙丙")
    assert engine.knows("甲乙丙")


def test_who_asks_at_the_same_time_shares_one_reply_and_no_error() -> None:
    cache, begun, free = ReplyCache(), threading.Event(), threading.Event()
    counted: list[int] = []
    reply = NotFound("甲", None, (), ())

    def ask() -> Reply:
        counted.append(1)
        begun.set()
        assert free.wait(30)
        if len(counted) == 1:
            raise ZeroDivisionError
        return reply

    what = asked("甲", (), (), False)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(cache.get, what, ask)
        assert begun.wait(30)
        others = [pool.submit(cache.get, what, ask) for _ in range(3)]
        free.set()
        assert isinstance(first.exception(), ZeroDivisionError)
        assert [other.result() for other in others] == [reply] * 3
    assert cache.get(what, ask) is reply


def test_the_questions_asked_last_are_remembered() -> None:
    cache = ReplyCache()

    def get(number: int) -> None:
        question = f"question {number}"
        cache.get(asked(question, (), (), False), lambda: NotFound(question, None, (), ()))

    for number in range(ANSWERS.remembered + 1):
        get(number)
        get(0)
    whats = [asked(f"question {number}", (), (), False) for number in range(ANSWERS.remembered + 1)]
    assert [number for number, what in enumerate(whats) if cache.known(what)] == [0, *range(2, ANSWERS.remembered + 1)]


def test_replies_over_long_documents_are_forgotten(engine: FreshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two documents have 11 and 4 characters; a reply holds the documents that it quotes."""
    monkeypatch.setattr("qa.service.reply_cache.INDEX", type("Few", (), {"kept_characters": 10}))
    short = engine.ask("甲乙丁", documents=["b"])
    assert engine.ask("甲乙丁", documents=["b"]) is short
    long = engine.ask("丁戊己", documents=["a"])
    assert engine.ask("丁戊己", documents=["a"]) is not long


def test_replies_under_32_threads_are_those_of_asking_alone(engine: FreshEngine, library: Library) -> None:
    """Documents come and go meanwhile, which no question asks for."""
    questions = [first + second + third for first in "甲乙丙" for second in "丁戊己" for third in "甲丁庚"]
    alone = {question: engine.ask(question, documents=["a", "b"]) for question in questions}
    engine._state = engine._engine, ReplyCache()
    asking: list[tuple[str, Future[Reply]]] = []
    with ThreadPoolExecutor(32) as pool:
        for number in range(8):
            asking += [(question, pool.submit(engine.ask, question, documents=["a", "b"])) for question in questions]
            [*library.add([_new(f"x{number}", "壬癸。")])]
            asking += [(question, pool.submit(engine.ask, question, documents=["a", "b"])) for question in questions]
            library.remove([f"x{number}"])
        replies = [(alone[question], one.result()) for question, one in asking]
    assert len(replies) == 16 * 27
    assert all(_shown(reply) == _shown(expected) for expected, reply in replies)
    assert engine.version > 0


def _shown(reply: Reply) -> object:
    record = reply_as_json(reply, None)
    return [(hit["text"], hit["spans"], hit["best_sentence"]) for hit in record["hits"] + record["near"]]
