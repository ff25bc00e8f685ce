"""Changes that were cut off, and damage that no statement of SQL notices. `tests/faults` found each of these."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import IndexCorrupt, IndexNotFound, StoreError
from corpus.source import Source
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from index.storage.database import Database, read_manifest
from index.storage.database_file import DATABASE
from index.storage.older_folder import OlderFolder
from index.storage.segment import Segment
from tests.fakes import CharacterEmbedder

_OLDER = Path(__file__).parents[1] / "faults" / "index-format-6.zip"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of 甲 and 乙, in two segments."""
    for name, text in (("甲", "甲。\n甲乙。\n甲丙。\n甲丁。"), ("丙", "丙。"), ("乙", "乙。")):
        _add(tmp_path / "i", name, text)
    return tmp_path / "i"


def _library(folder: Path) -> Library:
    return Library(folder, lambda: CharacterEmbedder("甲乙丙丁"))


def _add(folder: Path, name: str, text: str) -> list[str]:
    new = NewDocument(name, name, lambda: Source.from_bytes(name, text.encode(), None))
    return [change.what for change in _library(folder).add([new])]


def _names(folder: Path) -> list[str]:
    index = Index.open(folder)
    index.verify()
    return [document.name for document in index.documents]


def test_a_first_change_that_is_cut_off_before_its_commit_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its segment is there already, but no text is lost with the database: it never held any."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "commit", fail)
        with pytest.raises(StoreError, match="No space left"):
            _add(tmp_path / "i", "甲", "甲。")
    assert [*(tmp_path / "i" / "segments").iterdir()]
    with pytest.raises(IndexNotFound):
        Index.open(tmp_path / "i")

    assert _add(tmp_path / "i", "乙", "乙。") == ["added"]
    assert _names(tmp_path / "i") == ["乙"]


def test_a_document_that_the_damaged_tree_of_ids_lacks_is_not_removed_halfway(folder: Path) -> None:
    """SQLite finds no row with the id, deletes none and raises nothing."""
    (identity,) = [record.id for record in read_manifest(folder).documents if record.name == "乙"]
    path = folder / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_documents_1'"
        start = (connection.execute(query).fetchone()[0] - 1) * 4096
    data = bytearray(path.read_bytes())
    data[data.index(identity.encode(), start, start + 4096)] ^= 1
    path.write_bytes(data)

    with pytest.raises(IndexCorrupt, match="verify --repair"):
        _library(folder).remove(["乙"])
    assert [record.name for record in read_manifest(folder).documents] == ["甲", "丙", "乙"]
    _library(folder).repair()
    assert _names(folder) == ["甲", "丙", "乙"]


@pytest.mark.parametrize("cut", ["create", "_write_all"])
def test_a_repair_that_is_cut_off_is_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch, cut: str) -> None:
    """The damaged database was set aside, and the new one is not there or empty; nothing may be added to that."""
    with (folder / DATABASE).open("r+b") as file:
        file.write(bytes(16))

    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Database if cut == "create" else Library, cut, fail)
        with pytest.raises(StoreError, match="Input/output error"):
            _library(folder).repair()
    assert (folder / f"{DATABASE}.damaged-1").exists()
    with pytest.raises(IndexCorrupt, match=r"repair was cut off.*verify --repair"):
        _add(folder, "丁", "丁。")

    _library(folder).repair()
    assert _names(folder) == ["甲", "丙", "乙"]
    assert _add(folder, "丁", "丁。") == ["added"]


def test_a_migration_that_is_cut_off_while_the_older_files_are_deleted_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of them is damaged, but the database has every document."""
    with zipfile.ZipFile(_OLDER) as packed:
        packed.extractall(tmp_path / "i")

    def delete(older: OlderFolder) -> None:
        min((older.folder / "documents").glob("*.bin")).unlink()
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(OlderFolder, "delete", delete)
        with pytest.raises(StoreError):
            _library(tmp_path / "i").refresh()

    assert _add(tmp_path / "i", "丁", "丁。") == ["added"]
    assert _names(tmp_path / "i") == ["a", "b", "c", "d", "丁"]
    assert not (tmp_path / "i" / "documents").exists()


def test_an_index_is_opened_while_a_segment_of_its_old_state_is_deleted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new state is opened, not the error raised."""
    opened: list[Any] = []
    whole = Segment.open

    def open_later(*arguments: Any, **options: Any) -> Segment:
        if not opened:
            opened.append(arguments)
            monkeypatch.setattr(Segment, "open", whole)
            _library(folder).remove(["乙"])
            raise FileNotFoundError(2, "No such file or directory")
        return whole(*arguments, **options)

    monkeypatch.setattr(Segment, "open", open_later)
    assert [document.name for document in Index.open(folder).documents] == ["甲", "丙"]


def test_a_database_with_another_name_is_read_and_not_changed(folder: Path, tmp_path: Path) -> None:
    """As in a copy made by `cp -al`; with a copy of its own it can be changed."""
    other = tmp_path / "backup.sqlite"
    other.hardlink_to(folder / DATABASE)
    before = other.read_bytes()

    with pytest.raises(StoreError, match="another name"):
        _library(folder).remove(["乙"])
    assert _names(folder) == ["甲", "丙", "乙"]
    assert other.read_bytes() == before
    shutil.copy2(other, folder / "copy")
    (folder / "copy").replace(folder / DATABASE)
    _library(folder).remove(["乙"])
    assert _names(folder) == ["甲", "丙"]


def test_an_invalid_value_is_damage_only_where_a_file_was_altered(folder: Path) -> None:
    """OpenBLAS reports some that are in no number. The first one has every byte checked."""
    index = Index.open(folder)
    with index.damage_named():
        found = np.float32(np.inf) - np.float32(np.inf)
    assert np.isnan(found)

    index = Index.open(folder)
    path = next((folder / "segments").glob("*/vectors.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(IndexCorrupt, match=r"vectors\.npy"), index.damage_named():
        found = np.float32(np.inf) - np.float32(np.inf)
