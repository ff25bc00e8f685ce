"""Libraries of users: each in a folder of its own, read by the models of the shared one."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import ANSWERS, Settings
from qa.reply import all_hits
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from qa.service.own_libraries import OwnLibraries, OwnLibrary
from tests.fakes import CharacterEmbedder


@pytest.fixture
def shared(tmp_path: Path) -> BackgroundEngine:
    embedder = CharacterEmbedder("第一条二猫狗船鱼肉吃水。？什么")
    index = Index.build(tmp_path / "shared", [Source.from_bytes("共", "第一条 船吃水。".encode(), None)], embedder)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
    engine.start()
    assert engine.wait(10)
    return engine


def _add(library: OwnLibrary, name: str, text: str) -> None:
    assert library.jobs is not None
    assert library.engine.wait(10)
    number = library.jobs.add(name, io.BytesIO(text.encode()))
    for _ in range(1000):
        progress = library.jobs.progress(number)
        assert progress is not None
        if progress.stage == "done":
            return
        assert progress.stage != "failed", progress.error
        time.sleep(0.01)
    raise AssertionError("the change took too long")


def _names(library: OwnLibrary) -> list[str]:
    assert library.engine.wait(10)
    return [entry.name for entry in library.engine.catalog.entries]


def test_what_one_adds_no_other_sees(shared: BackgroundEngine, tmp_path: Path) -> None:
    libraries = OwnLibraries(shared, IndexJobs(shared))
    one, other = libraries.at(tmp_path / "users" / "one"), libraries.at(tmp_path / "users" / "other")
    _add(one, "猫.txt", "第一条 猫吃鱼。")
    assert (_names(one), _names(other), [entry.name for entry in shared.catalog.entries]) == (["猫"], [], ["共"])
    reply = one.engine.ask("猫吃什么？")
    assert {hit.citation.document.name for hit in all_hits(reply)} == {"猫"}


def test_a_library_that_was_forgotten_opens_again_as_it_was(
    shared: BackgroundEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(ANSWERS), "open_libraries", 1)
    libraries = OwnLibraries(shared, IndexJobs(shared))
    first = libraries.at(tmp_path / "users" / "one")
    assert libraries.at(tmp_path / "users" / "one") is first
    _add(first, "猫.txt", "第一条 猫吃鱼。")
    libraries.at(tmp_path / "users" / "other")
    again = libraries.at(tmp_path / "users" / "one")
    assert again is not first
    assert _names(again) == ["猫"]


def test_where_nobody_may_change_the_shared_one_nobody_changes_others(shared: BackgroundEngine, tmp_path: Path) -> None:
    assert OwnLibraries(shared, None).at(tmp_path / "users" / "one").jobs is None


def test_a_full_library_takes_no_more_and_keeps_what_it_has(
    shared: BackgroundEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has already may come again: nothing is added by that. Other libraries have room of their own."""
    first, second = "第一条 猫吃鱼。", "第二条 狗吃肉。"
    monkeypatch.setitem(vars(ANSWERS), "own_library", len((first + second).encode()) - 1)
    libraries = OwnLibraries(shared, IndexJobs(shared))
    one, other = libraries.at(tmp_path / "users" / "one"), libraries.at(tmp_path / "users" / "other")
    _add(one, "猫.txt", first)
    with pytest.raises(AssertionError, match="移除"):
        _add(one, "狗.txt", second)
    _add(one, "猫.txt", first)
    assert _names(one) == ["猫"]
    _add(other, "狗.txt", second)
    assert one.jobs is not None
    one.jobs.remove("猫")
    _add(one, "狗.txt", second)
    assert _names(one) == ["狗"]
