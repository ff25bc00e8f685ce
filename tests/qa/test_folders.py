"""Folders as they are: leftovers, pipes, links that lead round, moved files, ten thousand files, and a watched one."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import qa.service.folder_watch
from corpus.bibliography.edition import CitationFields, Value
from corpus.document import Document
from corpus.errors import SourceError, StoreError
from corpus.parse import parse_source
from corpus.source import Source, load
from index import index_messages
from index.library import Library
from index.manifest import DocumentRecord
from index.origin import Origin
from index.storage import sources
from index.storage.database import Database, read_manifest
from index.storage.lock import locked
from qa.qa_settings import FOLDERS
from qa.service.folder_files import list_files
from qa.service.folder_sync import FolderSync, files_at
from qa.service.folder_watch import FolderWatch
from tests.fakes import CharacterEmbedder


class _Reading:
    """Reads in this process, and counts."""

    def __init__(self) -> None:
        self.read_files: list[str] = []

    def read(self, filename: str, data: bytes, edition: str | None, *, tell: object = None) -> Source:
        self.read_files.append(filename)
        return Source.from_file(filename, data, edition)

    def parse(self, source: Source) -> Document:
        return parse_source(source)


class _World:
    """A folder, an index, and what brings the one into the other."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "文件"
        self.root.mkdir()
        self.index = folder / "i"
        self.embedder = CharacterEmbedder("甲乙丙丁戊己庚辛壬癸")
        self.reading = _Reading()
        self.sync = FolderSync(self.index, self.reading, lambda: self.embedder)  # type: ignore[arg-type]

    def write(self, path: str, text: str = "甲乙丙。") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def add(self, *paths: Path) -> list[tuple[str, str]]:
        files, refused, folders = files_at(map(str, paths or (self.root,)))
        return [(one.what, one.name) for one in (*refused, *self.sync.add(files, folders))]

    def records(self) -> dict[str, DocumentRecord]:
        return {record.name: record for record in read_manifest(self.index).documents}


@pytest.fixture
def world(tmp_path: Path) -> _World:
    return _World(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.timeout(60)
def test_only_plain_files_are_found_and_no_folder_twice(world: _World) -> None:
    """A pipe would hang; links lead round, nowhere, and to files of the folder; an index is no text."""
    root = world.root
    for path in ("a.txt", "深/b.txt", "~$a.docx", ".隐藏/c.txt", "索引/texts.txt", "索引/index.sqlite"):
        world.write(path)
    os.mkfifo(root / "管道.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(root)  # the path of a socket is short
        listening.bind("s.txt")
    (root / "深" / "上").symlink_to(root)
    (root / "圈").symlink_to(root / "圈")
    (root / "断.txt").symlink_to(root / "没有.txt")
    (root / "同.txt").symlink_to(root / "a.txt")

    assert [str(file.relative_to(root)) for file in list_files(root).files] == ["a.txt", "同.txt", "深/b.txt"]
    assert world.add() == [("added", "a"), ("added", "b")]
    with pytest.raises(SourceError, match="no plain file"):
        load(root / "管道.txt")


def test_the_name_of_the_innermost_folder_is_kept_and_no_path(world: _World) -> None:
    """Texts that were added before get it when their folder is added again."""
    world.write("规章\n二/甲.txt")
    world.add()
    record = world.records()["甲"]
    assert Origin.parse(record.origin).folder_name == "规章 二"
    assert world.root.name not in record.origin
    earlier = "\n".join(line for line in record.origin.split("\n") if not line.startswith("="))
    Library(world.index, lambda: world.embedder).relocate({record.id: earlier})
    assert Origin.parse(world.records()["甲"].origin).folder_name == ""
    assert world.add() == [("unchanged", "甲")]
    assert world.records()["甲"].origin == record.origin


@pytest.mark.skipif(os.name == "nt", reason="names of files are Unicode")
def test_a_name_that_is_no_utf8_is_added(world: _World) -> None:
    with open(os.fsencode(world.root) + b"/\xb1\xa8.txt", "wb") as file:  # noqa: PTH123 (bytes)
        file.write("甲。".encode())

    ((what, name),) = world.add()
    assert (what, name) == ("added", "\ufffd\ufffd")


def test_a_folder_that_cannot_be_read_is_named_and_the_others_are_added(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For root no folder is unreadable: the system's answer is made up."""
    closed = world.write("关/b.txt").parent
    world.write("a.txt")
    scandir = os.scandir

    def refusing(folder: Any) -> Any:
        if not isinstance(folder, int) and Path(folder) == closed:
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    assert world.add() == [("refused", str(closed)), ("added", "a")]


def test_files_of_one_name_stay_apart(world: _World) -> None:
    for path in ("甲/报告.txt", "乙/报告.txt", "乙/报告.md"):
        world.write(path, f"{path}。")

    assert sorted(world.add()) == [("added", "报告"), ("added", "报告-2"), ("added", "报告-3")]
    assert {what for what, _ in world.add()} == {"unchanged"}


def test_unchanged_files_are_not_read_again(world: _World) -> None:
    """Nor are those of a library that kept less of their origin, from the second time on."""
    for number in range(5):
        world.write(f"{number}.txt", f"{'甲' * (number + 1)}。")
    world.add()
    older = {record.id: Origin.parse(record.origin).place for record in world.records().values()}
    Library(world.index, lambda: world.embedder).relocate(older)
    world.reading.read_files.clear()

    assert {what for what, _ in world.add()} == {"unchanged"}
    assert len(world.reading.read_files) == 5
    world.write("3.txt", "癸。")
    assert [what for what, _ in world.add()] == ["unchanged"] * 3 + ["replaced", "unchanged"]
    assert world.reading.read_files[5:] == ["3.txt"]


def test_a_damaged_document_is_read_again_from_its_unchanged_file(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("a.txt")
    world.add()
    with Database.open(world.index, write=True) as database, database._transaction("IMMEDIATE"):
        database._connection.execute("UPDATE blobs SET data = X'00' WHERE sha256 = (SELECT sha256 FROM documents)")

    assert world.add() == [("replaced", "a")]
    assert world.add() == [("unchanged", "a")]


def test_a_moved_file_is_known_again(world: _World) -> None:
    """The document stays as it is, with what a person said of it: nothing is read, embedded or added."""
    file = world.write("旧/报告.txt", "甲乙丙。\n丁戊己。\n")
    world.write("b.txt", "庚辛。\n")
    world.add()
    Library(world.index, lambda: world.embedder).describe("报告", [CitationFields(authors=(Value(supplied="某人"),))])
    before = world.records()["报告"]
    world.reading.read_files.clear()
    world.embedder.embedded.clear()
    (world.root / "新").mkdir()
    file.rename(world.root / "新" / "报告.txt")

    assert sorted(world.add()) == [("moved", "报告"), ("unchanged", "b")]
    after = world.records()["报告"]
    assert (after.id, after.rows) == (before.id, before.rows)
    assert (world.reading.read_files, world.embedder.embedded) == ([], [])
    with Database.open(world.index) as database:
        assert sources.fetch(database, after).supplied[0].authors[0].supplied == "某人"
    assert sorted(world.add()) == [("unchanged", "b"), ("unchanged", "报告")]


def test_the_name_of_a_document_follows_that_of_its_file(world: _World) -> None:
    """Its old name is gone, what a person said of it stays."""
    file = world.write("草稿.txt", "甲乙丙。\n丁戊己。\n")
    world.add()
    Library(world.index, lambda: world.embedder).describe("草稿", [CitationFields(authors=(Value(supplied="某人"),))])
    file.rename(world.root / "定稿.txt")

    assert world.add() == [("moved", "定稿")]
    assert list(world.records()) == ["定稿"]
    with Database.open(world.index) as database:
        assert sources.fetch(database, world.records()["定稿"]).supplied[0].authors[0].supplied == "某人"


def test_a_copy_is_no_move(world: _World, tmp_path: Path) -> None:
    """Its first file is still there, or it came from elsewhere."""
    file = world.write("a.txt")
    elsewhere = tmp_path / "别处" / "c.txt"
    elsewhere.parent.mkdir()
    elsewhere.write_text("丁。")
    world.add(world.root, elsewhere)
    elsewhere.rename(world.root / "c.txt")
    shutil.copy(file, world.root / "b.txt")

    assert sorted(world.add()) == [("added", "b"), ("added", "c-2"), ("unchanged", "a")]


def test_what_was_written_stays_when_adding_is_interrupted(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(FOLDERS), "files_at_once", 2)
    for number in range(5):
        world.write(f"{number}.txt", f"{'甲' * (number + 1)}。")
    read = world.reading.read

    def interrupted(filename: str, data: bytes, edition: str | None, *, tell: object = None) -> Source:
        if filename == "4.txt":
            raise KeyboardInterrupt
        return read(filename, data, edition)

    monkeypatch.setattr(world.reading, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.add()
    assert list(world.records()) == ["0", "1", "2", "3"]
    monkeypatch.setattr(world.reading, "read", read)
    world.reading.read_files.clear()

    assert [what for what, _ in world.add()] == ["unchanged"] * 4 + ["added"]
    assert world.reading.read_files == ["4.txt"]


def test_the_index_is_free_while_a_file_is_read(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("a.txt")
    world.write("b.txt", "丁。")
    parse = world.reading.parse

    def slow(source: Source) -> Document:
        with locked(world.index):  # raises, if it is locked
            return parse(source)

    monkeypatch.setattr(world.reading, "parse", slow)
    assert world.add() == [("added", "a"), ("added", "b")]


def test_adding_waits_for_another_change_once_it_has_begun(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("a.txt")
    with locked(world.index), pytest.raises(StoreError, match=index_messages.LOCKED.en):
        world.add()
    world.add()
    world.write("b.txt", "丁。")
    held = locked(world.index)
    held.__enter__()
    monkeypatch.setattr(time, "sleep", lambda _: held.__exit__(None, None, None))

    assert world.add() == [("unchanged", "a"), ("added", "b")]


# A watched folder. Each look is what a sign of the system or a second brings.


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time pass, as the watch sees it."""
    passed = [0.0]
    now, since = time.time, time.monotonic

    class Clock:
        time = staticmethod(lambda: now() + passed[0])
        monotonic = staticmethod(lambda: since() + passed[0])

    monkeypatch.setattr(qa.service.folder_watch, "time", Clock)

    def pass_by(seconds: float) -> None:
        passed[0] += seconds

    return pass_by


@pytest.fixture
def look(world: _World, clock: Callable[[float], None]) -> Callable[[], list[tuple[str, str]]]:
    """Let two seconds pass, look, and return the changes."""
    watch = FolderWatch(world.root, world.index, world.sync)
    said: list[str] = []

    def once() -> list[tuple[str, str]]:
        clock(2)
        return [(change.what, change.name) for change in watch.look(said.append)] + [("said", one) for one in said]

    return once


def test_a_watched_folder_is_kept_in_step(world: _World, look: Callable[[], list[tuple[str, str]]]) -> None:
    a, b = world.write("a.txt"), world.write("子/b.txt", "丁戊。")
    assert look() == [("added", "a"), ("added", "b")]
    assert look() == []
    a.write_text("己庚辛。")
    b.rename(world.root / "b.txt")
    assert sorted(look()) == [("moved", "b"), ("replaced", "a")]
    a.unlink()
    assert look() == []  # perhaps an editor saves it just now
    assert look() == [("removed", "a")]
    assert look() == []


def test_a_document_from_elsewhere_is_never_removed(
    world: _World, tmp_path: Path, look: Callable[[], list[tuple[str, str]]]
) -> None:
    elsewhere = tmp_path / "c.txt"
    elsewhere.write_text("丁。")
    world.write("a.txt")
    world.add(elsewhere)
    elsewhere.unlink()
    look()
    look()

    assert list(world.records()) == ["c", "a"]


def test_a_half_written_file_waits(world: _World, clock: Callable[[float], None]) -> None:
    watch = FolderWatch(world.root, world.index, world.sync)
    world.write("a.txt")
    assert [*watch.look()] == []
    assert not watch.is_settled
    clock(2)
    assert [change.what for change in watch.look()] == ["added"]
    assert watch.is_settled


def test_the_text_as_it_was_stays_while_its_file_cannot_be_read(
    world: _World, look: Callable[[], list[tuple[str, str]]]
) -> None:
    file = world.write("a.txt")
    look()
    file.write_bytes(b"\xff\xfe\xfd")
    assert look() == [("refused", str(file))]
    assert look() == []  # it is said once
    assert list(world.records()) == ["a"]
    file.write_text("丁戊己。")
    assert look() == [("replaced", "a")]


def test_a_folder_that_is_gone_or_empty_takes_no_text_with_it(
    world: _World, look: Callable[[], list[tuple[str, str]]]
) -> None:
    """A disk that is not mounted looks like that."""
    world.write("a.txt")
    look()
    shutil.rmtree(world.root)
    assert [[what for what, _ in look()] for _ in range(3)] == [[], ["said"], ["said"]]  # `said` is not emptied
    world.root.mkdir()
    look()
    assert list(world.records()) == ["a"]


def test_what_an_editor_leaves_while_it_saves_is_no_text(
    world: _World, look: Callable[[], list[tuple[str, str]]]
) -> None:
    """Office's owner files, and a save by renaming: the file is gone for a moment."""
    file = world.write("a.txt")
    look()
    world.write("~$a.docx")
    world.write(".a.txt.swp")
    file.rename(world.root / "a.txt~")
    assert look() == []
    world.write("a.txt", "丁戊己。")
    assert look() == [("replaced", "a")]


def test_a_watch_sees_a_change_by_itself(world: _World) -> None:
    """With the system's signs, in real time."""
    world.write("a.txt")
    running: Iterator[Any] = FolderWatch(world.root, world.index, world.sync).run(lambda _: None)
    assert next(running).what == "added"
    world.write("b.txt", "丁。")
    assert next(running).name == "b"
    running.close()  # type: ignore[attr-defined]
