"""An index of an older format is taken over whole; nothing is embedded again, and nothing is lost."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import IndexCorrupt, IndexStale, QAError
from corpus.source import Source
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from index.storage import database_file
from index.storage.database import read_manifest
from index.storage.older_folder import OlderFolder
from index.storage.sources import document_id, source_json
from qa.engine import Engine
from qa.qa_settings import Settings
from tests.fakes import CharacterEmbedder
from tests.index.stored import sql

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


def _answers(folder: Path, embedder: CharacterEmbedder, recorded: Any) -> list[dict[str, Any]]:
    engine = Engine(Index.open(folder), embedder, Settings())
    found = []
    for one in recorded["replies"]:
        reply, (_, ranked) = engine.ask(one["question"]), engine.judge(one["question"])
        ids = [engine.index.passages[row][1].id for row in ranked.rows.tolist()]
        scores = [round(score, 5) for score in ranked.scores.tolist()]
        found.append({"question": one["question"], "reply": type(reply).__name__, "passages": ids, "scores": scores})
    return found


def _new() -> NewDocument:
    return NewDocument("c", "雾.txt", lambda: Source.from_file("雾.txt", "大雾停渡。".encode(), None))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_reading_an_older_format_says_what_to_do_and_changes_nothing(folder: Path) -> None:
    before = _contents(folder)
    with pytest.raises(IndexStale, match="older format"):
        Index.open(folder)
    assert _contents(folder) == before


def test_a_rebuild_takes_it_over(folder: Path, embedder: CharacterEmbedder, recorded: Any) -> None:
    """It answers like an index built from its documents now, and the files of the old format are gone."""
    older = OlderFolder.read(folder)
    assert older is not None
    Library(folder, lambda: embedder).refresh()

    # That program encoded titles together with the words under them. They are encoded apart now.
    assert "渡口 渡口管理办法\n" in embedder.embedded
    index = Index.open(folder)
    index.verify()
    assert [record.id for record in index.manifest.documents] == _IDS
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "index.sqlite", "segments"]
    fresh = folder.parent / "fresh"
    Library(fresh, lambda: embedder).replace_all([(source, "") for source, _ in older.documents])
    answers = _answers(folder, embedder, recorded)
    assert _answers(fresh, embedder, recorded) == answers
    assert [sorted(one["passages"]) for one in answers] == [sorted(one["passages"]) for one in recorded["replies"]]


def test_a_change_takes_it_over_first(folder: Path, embedder: CharacterEmbedder) -> None:
    (change,) = Library(folder, lambda: embedder).add([_new()])

    assert change.what == "added"
    assert embedder.embedded[-2:] == ["雾\n", "大雾停渡。"]
    assert [record.id for record in read_manifest(folder).documents][:2] == _IDS


@pytest.mark.parametrize("manifest", ["", "{}", '{"format": 3}', "[]", '{"documents": 1}', "[" * 100_000])
def test_a_damaged_manifest_loses_no_document(folder: Path, embedder: CharacterEmbedder, manifest: str) -> None:
    """The folder holds each document completely; vectors are made again."""
    (folder / "manifest.json").write_text(manifest)
    Library(folder, lambda: embedder).refresh()

    assert sorted(record.id for record in Index.open(folder).manifest.documents) == sorted(_IDS)


def test_a_lost_manifest_loses_no_document(folder: Path, embedder: CharacterEmbedder) -> None:
    (folder / "manifest.json").unlink()
    (folder / ".lock").touch()
    [*Library(folder, lambda: embedder).add([_new()])]

    assert {record.id for record in Index.open(folder).manifest.documents} > {*_IDS}


def test_altered_vectors_are_made_again(folder: Path, embedder: CharacterEmbedder) -> None:
    path = next(folder.glob("segments/*/vectors.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    Library(folder, lambda: embedder).refresh()

    assert embedder.embedded
    Index.open(folder).verify()


def test_a_damaged_document_stops_it_and_a_repair_keeps_the_old_files(
    folder: Path, embedder: CharacterEmbedder
) -> None:
    """Nothing is deleted because it could not be read."""
    damaged = folder / "documents" / f"{_IDS[1]}.bin"
    damaged.write_bytes(b"x")
    before = _contents(folder)
    with pytest.raises(IndexCorrupt, match="the stored text of notice is damaged"):
        Library(folder, lambda: embedder).refresh()
    with pytest.raises(IndexCorrupt, match="the stored text of notice is damaged"):
        [*Library(folder, lambda: embedder).add([_new()])]
    after = _contents(folder)
    assert {name: after.get(name) for name in before} == before

    said = [message.en for message in Library(folder, lambda: embedder).repair().said]
    assert said[1:] == ["notice is damaged beyond repair, and is no longer in the index. Add it again."]
    (aside,) = folder.glob("damaged-*")
    assert (aside / "documents" / f"{_IDS[1]}.bin").read_bytes() == b"x"
    index = Index.open(folder)
    index.verify()
    assert [record.id for record in index.manifest.documents] == _IDS[:1]


def test_what_was_cut_off_before_the_old_files_were_deleted_goes_on(
    folder: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until each document has been read from the database, the old files stay."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(OlderFolder, "delete", _interrupted)
        Library(folder, lambda: embedder).refresh()
    assert (folder / "documents" / f"{_IDS[1]}.bin").exists()
    lost = folder.parent / "lost"
    shutil.copytree(folder, lost)
    [*Library(folder, lambda: embedder).add([_new()])]
    assert not (folder / "manifest.json").exists()
    assert len(read_manifest(folder).documents) == 3

    sql(lost, "UPDATE blobs SET data = CAST('x' AS BLOB)")
    with pytest.raises(IndexCorrupt, match="the stored text of"):
        [*Library(lost, lambda: embedder).add([_new()])]
    assert (lost / "documents" / f"{_IDS[1]}.bin").exists()


def test_texts_that_an_older_program_left_after_the_migration_are_not_deleted(
    folder: Path, embedder: CharacterEmbedder
) -> None:
    """One has the name of a document of the index, but another text."""
    Library(folder, lambda: embedder).refresh()
    left = Source.from_bytes("渡口", "另一篇。".encode(), None)
    stem = folder / "documents" / document_id(left)
    stem.parent.mkdir()
    stem.with_suffix(".bin").write_bytes(left.data)
    stem.with_suffix(".json").write_bytes(source_json(left, "another origin"))
    (folder / "manifest.json").write_text(json.dumps({"documents": [{"id": stem.name, "name": left.name}]}))

    for change in (
        lambda: Library(folder, lambda: embedder).refresh(),
        lambda: [*Library(folder, lambda: embedder).add([_new()])],
    ):
        with pytest.raises(IndexCorrupt, match="left texts here that are not in this index: 渡口"):
            change()
    assert stem.with_suffix(".bin").read_bytes() == left.data
    moved = folder.parent / "moved"
    moved.mkdir()
    for name in ("manifest.json", "documents"):
        (folder / name).rename(moved / name)
    Library(moved, lambda: embedder).refresh()
    assert [document.text for document in Index.open(moved).documents] == ["另一篇。"]


@pytest.mark.parametrize("manifest", ["", '{"name": "a program of another kind"}', '{"documents": ["readme"]}'])
def test_a_manifest_that_lists_no_documents_is_not_deleted(
    tmp_path: Path, embedder: CharacterEmbedder, manifest: str
) -> None:
    """A folder of another program may have such a file, and format 2 named its documents there alone."""
    (tmp_path / "manifest.json").write_text(manifest)
    before = _contents(tmp_path)
    for _ in range(2):
        for change in (
            lambda: Library(tmp_path, lambda: embedder).refresh(),
            lambda: [*Library(tmp_path, lambda: embedder).add([_new()])],
        ):
            with pytest.raises(IndexCorrupt):
                change()
        after = _contents(tmp_path)
        assert {name: after.get(name) for name in before} == before
        (tmp_path / "documents").mkdir(exist_ok=True)
        (tmp_path / "documents" / "0.txt").write_text("大雾停渡。")
        before = _contents(tmp_path)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["documents", "manifest.json", "segments", "documents/{0}.bin", "documents/{0}.json"])
def test_no_link_of_a_stranger_is_followed(folder: Path, embedder: CharacterEmbedder, name: str) -> None:
    """Nothing outside is read into the index, deleted or overwritten."""
    path, outside = folder / name.format(_IDS[0]), folder.parent / "outside"
    path.rename(outside)
    path.symlink_to(outside)
    before = _contents(outside) if outside.is_dir() else outside.read_bytes()
    for change in (
        lambda: Library(folder, lambda: embedder).refresh(),
        lambda: [*Library(folder, lambda: embedder).add([_new()])],
    ):
        with pytest.raises(IndexCorrupt):
            change()
    assert (_contents(outside) if outside.is_dir() else outside.read_bytes()) == before


def test_a_step_in_sql_is_run_once_by_the_next_change(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then, a reader says that the format is older; one that fails leaves the old format."""
    [*Library(tmp_path / "i", lambda: embedder).add([_new()])]
    added = database_file.SCHEMA[-1].replace("scores TEXT NOT NULL", "scores TEXT NOT NULL, at TEXT")
    step = ("ALTER TABLE null_scores ADD COLUMN at TEXT",)
    monkeypatch.setattr(database_file, "FORMAT", database_file.FORMAT + 1)
    monkeypatch.setattr(database_file, "SCHEMA", (*database_file.SCHEMA[:-1], added))
    with pytest.raises(IndexStale, match="older format"):
        Index.open(tmp_path / "i")
    monkeypatch.setattr(database_file, "STEPS", {database_file.FORMAT - 1: (*step, "nonsense")})
    with pytest.raises(QAError):
        Library(tmp_path / "i", lambda: embedder).refresh()
    assert sql(tmp_path / "i", "PRAGMA user_version") == [(database_file.FORMAT - 1,)]
    monkeypatch.setattr(database_file, "STEPS", {database_file.FORMAT - 1: step})
    Library(tmp_path / "i", lambda: embedder).describe("雾", ())

    assert sql(tmp_path / "i", "PRAGMA user_version") == [(database_file.FORMAT,)]
    Index.open(tmp_path / "i").verify()


def test_each_format_has_a_step_to_the_next() -> None:
    assert sorted(database_file.STEPS) == [*range(database_file.FIRST, database_file.FORMAT)]
