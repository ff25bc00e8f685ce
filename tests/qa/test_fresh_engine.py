"""An opened engine answers from the newest state, and each reply from one state, whoever changes the index."""

from __future__ import annotations

import gc
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import StoreError
from corpus.source import Source
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import ANSWERS, Settings
from qa.ranking.null_scores import measure_null_scores
from qa.ranking.other_script import Measured
from qa.reply import Answer, NotFound, Reply
from qa.service.fresh_engine import FreshEngine
from tests.fakes import CharacterEmbedder

_EMBEDDER = CharacterEmbedder("甲乙丙丁戊己庚辛壬癸")


def _new(name: str, text: str) -> NewDocument:
    return NewDocument(name, name, lambda: Source.from_bytes(name, text.encode(), None))


def _library(folder: Path) -> Library:
    return Library(folder, lambda: _EMBEDDER)


@pytest.fixture
def engine(tmp_path: Path) -> FreshEngine:
    [*_library(tmp_path / "i").add([_new("a", "甲乙丙。"), _new("b", "丁戊己。")])]
    return FreshEngine(Engine(Index.open(tmp_path / "i"), _EMBEDDER, Settings()))


def _quotes(reply: Reply) -> list[str]:
    assert isinstance(reply, Answer | NotFound)
    return [hit.citation.text for hit in (reply.hits if isinstance(reply, Answer) else reply.near)]


def test_the_next_question_sees_what_another_process_changed(engine: FreshEngine, tmp_path: Path) -> None:
    assert _quotes(engine.ask("甲乙丙"))[0] == "甲乙丙。"
    [*_library(tmp_path / "i").add([_new("c", "甲乙丙丁戊。")])]
    _library(tmp_path / "i").remove(["a"])

    assert _quotes(engine.ask("甲乙丙"))[0] == "甲乙丙丁戊。"
    assert [entry.name for entry in engine.catalog.entries] == ["b", "c"]
    assert engine.version == 1


def test_a_question_begun_before_a_removal_is_asked_again_of_the_new_state(
    engine: FreshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document that it would have quoted is removed while it is ranked."""
    ask = Engine.ask
    removed: list[object] = []

    def slow(self: Engine, *arguments: object, **named: object) -> Reply:
        if not removed:
            removed.extend(_library(tmp_path / "i").remove(["a"]))
        return ask(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "ask", slow)
    assert _quotes(engine.ask("甲乙丙")) == ["丁戊己。"]


def test_a_state_that_cannot_be_opened_is_named_and_the_catalog_stays(engine: FreshEngine, tmp_path: Path) -> None:
    opened = {segment.record.id for segment in Index.open(tmp_path / "i").segments}
    [*_library(tmp_path / "i").add([_new("c", "庚辛。")])]
    files = (tmp_path / "i" / "segments").glob("*/texts.bin")
    new = next(path for path in files if path.parent.name not in opened)
    new.rename(tmp_path / "away")
    with pytest.raises(StoreError, match=r"texts\.bin"):
        engine.ask("甲乙丙")
    assert [entry.name for entry in engine.catalog.entries] == ["a", "b"]
    (tmp_path / "away").rename(new)

    assert _quotes(engine.ask("庚辛"))[0] == "庚辛。"


def test_many_changes_while_many_ask(engine: FreshEngine, tmp_path: Path) -> None:
    """Each change adds a pair of documents or removes one: no reply has half of a pair, and no file stays open."""
    done = threading.Event()

    def ask(_: int) -> int:
        asked = 0
        while not done.is_set() or not asked:
            quotes = {quote for quote in _quotes(engine.ask("庚辛壬癸")) if "庚" in quote or "癸" in quote}
            assert len(quotes) in (0, 2), quotes
            asked += 1
        return asked

    files = Path("/proc/self/fd")
    gc.collect()
    before = len(os.listdir(files)) if files.exists() else 0  # noqa: PTH208
    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask, number) for number in range(3)]
        try:
            for number in range(12):
                pair = [_new(f"x{number}", f"庚辛{'甲' * number}。"), _new(f"y{number}", f"壬癸{'甲' * number}。")]
                [*_library(tmp_path / "i").add(pair)]
                _library(tmp_path / "i").remove([f"x{number}", f"y{number}"])
        finally:
            done.set()
        assert all(one.result() for one in asking)
    engine.ask("甲")
    assert not files.exists() or len(os.listdir(files)) <= before + 2  # noqa: PTH208
    assert len([*(tmp_path / "i" / "segments").iterdir()]) <= 3


def test_large_index_answers_at_once_after_a_small_change_and_then_as_one_built_anew(
    engine: FreshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the null scores from before, until a thread has measured its own; then the replies are asked again."""
    may_measure = threading.Event()

    def measure(*arguments: Any) -> Measured:
        assert may_measure.wait(60)
        return measure_null_scores(*arguments)

    monkeypatch.setitem(vars(ANSWERS), "lending_rows", 3)
    monkeypatch.setitem(vars(ANSWERS), "lending_change", 0.4)
    engine.ask("甲乙丙")
    before = engine.engine._measured
    monkeypatch.setattr("qa.engine.measure_null_scores", measure)
    [*_library(tmp_path / "i").add([_new("c", "甲乙丙丁戊。")])]
    first = engine.ask("甲乙丙")
    assert engine._engine.is_lent
    assert engine._engine._measured == before
    assert _quotes(first)[0] == "甲乙丙。"

    may_measure.set()
    while engine._is_measuring:
        threading.Event().wait(0.01)
    [*_library(tmp_path / "anew").add([_new("a", "甲乙丙。"), _new("b", "丁戊己。"), _new("c", "甲乙丙丁戊。")])]
    anew = Engine(Index.open(tmp_path / "anew"), _EMBEDDER, Settings())
    assert engine._engine._measured == anew._measured != before
    assert engine.ask("甲乙丙") == anew.ask("甲乙丙")
    assert engine.ask("甲乙丙") is not first


def test_null_scores_are_lent_to_a_large_and_nearly_equal_index_alone(
    engine: FreshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to a small one, nor after a change of more rows, nor before any were measured."""
    library, change = _library(tmp_path / "i"), [_new("c", "甲乙丙丁戊。")]
    engine.ask("甲乙丙")
    [*library.add(change)]
    assert not engine.engine.is_lent  # small

    monkeypatch.setitem(vars(ANSWERS), "lending_rows", 1)
    monkeypatch.setitem(vars(ANSWERS), "lending_change", 0.4)
    library.remove(["c"])
    assert not engine.engine.is_lent  # nothing was asked, so nothing was measured
    engine.ask("甲乙丙")
    library.remove(["a"])
    assert not engine.engine.is_lent  # half of its rows
