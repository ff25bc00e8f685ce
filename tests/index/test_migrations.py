"""Migrating an index of an older format embeds nothing again and loses nothing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import IndexCorrupt, IndexStale
from corpus.source import Source
from index.chunks import CHUNKER_VERSION
from index.library import Library, NewDocument
from index.manifest import FORMAT, Manifest, _checksum
from index.migrations import STEPS, migrate
from index.searcher import Index
from index.storage.sources import all_stored
from qa.engine import Engine
from qa.qa_settings import Settings
from tests.fakes import CharacterEmbedder

_GOLDEN = Path(__file__).parents[1] / "golden"
"""`index-format-4.zip` was made by the last program that wrote format 4; the JSON beside it says what that answered."""
_IDS = ["c2baf110ed0b49b2", "dfa70c7c7ffc207f"]


@pytest.fixture
def recorded() -> Any:
    return json.loads((_GOLDEN / "index-format-4.json").read_text(encoding="utf-8"))


@pytest.fixture
def embedder(recorded: Any) -> CharacterEmbedder:
    """The one that made it."""
    return CharacterEmbedder(recorded["alphabet"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with zipfile.ZipFile(_GOLDEN / "index-format-4.zip") as packed:
        packed.extractall(tmp_path / "i")
    return tmp_path / "i"


@pytest.fixture
def first_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parser and chunker as they were then."""
    for name in ("PARSER_VERSION", "CHUNKER_VERSION"):
        for module in ("manifest", "writer"):
            monkeypatch.setattr(f"index.{module}.{name}", 1)


def _change(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest, and make its checksum right."""
    path = folder / "manifest.json"
    record = json.loads(path.read_bytes())
    del record["checksum"]
    change(record)
    path.write_text(json.dumps({**record, "checksum": _checksum(record)}), encoding="utf-8")


def _contents(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob(pattern) if path.is_file()}


def _answers(folder: Path, embedder: CharacterEmbedder, recorded: Any) -> list[dict[str, Any]]:
    engine = Engine(Index.open(folder), embedder, Settings())
    found = []
    for one in recorded["replies"]:
        reply, (_, ranked) = engine.ask(one["question"]), engine.judge(one["question"])
        ids = [engine.index.passages[row][1].id for row in ranked.rows.tolist()]
        scores = [round(score, 5) for score in ranked.scores.tolist()]
        found.append({"question": one["question"], "reply": type(reply).__name__, "passages": ids, "scores": scores})
    return found


@pytest.mark.usefixtures("first_versions")
def test_an_index_of_format_4_opens_as_it_is(folder: Path, embedder: CharacterEmbedder, recorded: Any) -> None:
    """It answers like an index built from its documents now. Reading writes only the null scores."""
    before = {
        **_contents(folder, "manifest*"),
        **_contents(folder, "segments/**/*"),
        **_contents(folder, "documents/*"),
    }
    answers = _answers(folder, embedder, recorded)
    index = Index.open(folder)

    assert [record.id for record in index.manifest.documents] == _IDS
    assert index.manifest.format == FORMAT
    assert index.manifest.with_context
    index.verify()
    assert embedder.embedded == []
    after = {**_contents(folder, "manifest*"), **_contents(folder, "segments/**/*"), **_contents(folder, "documents/*")}
    assert after == before

    fresh = folder.parent / "fresh"
    sources = [(source, "") for source, _ in all_stored(folder)]
    Library(fresh, lambda: embedder).replace_all(sources)
    assert _answers(fresh, embedder, recorded) == answers
    assert [sorted(one["passages"]) for one in answers] == [sorted(one["passages"]) for one in recorded["replies"]]


@pytest.mark.usefixtures("first_versions")
def test_a_change_writes_this_format_and_keeps_the_old_manifest(folder: Path, embedder: CharacterEmbedder) -> None:
    old = (folder / "manifest.json").read_bytes()
    new = NewDocument("c", "雾.txt", lambda: Source.from_file("雾.txt", "大雾停渡。".encode(), None))
    (change,) = Library(folder, lambda: embedder).add([new])

    assert change.what == "added"
    assert embedder.embedded == ["雾\n大雾停渡。"]
    assert (folder / "manifest.4.json").read_bytes() == old
    assert json.loads((folder / "manifest.json").read_bytes())["format"] == FORMAT
    assert [record.id for record in Manifest.read(folder).documents][:2] == _IDS


def test_an_unknown_program_is_parsed_again_and_not_embedded(folder: Path, embedder: CharacterEmbedder) -> None:
    """Nobody knows what another program cut."""
    _change(folder, lambda record: record.update(program="0123456789abcdef"))
    with pytest.raises(IndexStale, match=rf"parser 0, now \d+; chunker 0, now {CHUNKER_VERSION}"):
        Index.open(folder)
    Library(folder, lambda: embedder).refresh()

    assert embedder.embedded == []
    assert [record.id for record in Index.open(folder).manifest.documents] == _IDS


def test_what_cannot_be_migrated_is_built_again_from_its_documents(folder: Path, embedder: CharacterEmbedder) -> None:
    """And loses none of them."""
    _change(folder, lambda record: record.pop("titled"))
    documents = _contents(folder, "documents/*")
    with pytest.raises(IndexCorrupt):
        Index.open(folder)
    assert _contents(folder, "documents/*") == documents
    Library(folder, lambda: embedder).refresh()

    assert [record.id for record in Index.open(folder).manifest.documents] == _IDS
    assert sum(text.startswith(("渡口\n", "渡口 ", "notice ")) for text in embedder.embedded) == 7


def test_an_altered_manifest_of_format_4_is_not_migrated(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"titled": true', '"titled": false'), "utf-8")
    before = _contents(folder, "**/*")

    with pytest.raises(IndexCorrupt, match="checksum"):
        Index.open(folder)
    assert _contents(folder, "**/*") == before


def test_each_format_has_a_step_to_the_next() -> None:
    assert sorted(STEPS) == list(range(4, FORMAT))


def test_the_steps_one_by_one() -> None:
    record = {"format": 4, "program": "x", "titled": False, "documents": []}

    assert migrate(record, 5) == {"format": 5, "program": "x", "with_context": False, "documents": []}
    assert migrate(record, 6) == {
        **{"format": 6, "with_context": False, "documents": []},
        **{"parser_version": 0, "chunker_version": 0},
    }
    assert record["titled"] is False


@pytest.mark.parametrize("record", [{}, {"format": 3}, {"format": 99}, {"format": "4"}, {"format": 4}, {"format": 5}])
def test_there_is_no_way_from_here(record: dict[str, Any]) -> None:
    assert migrate(record, 6) is None
