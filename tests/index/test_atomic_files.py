"""What has a name is whole, whatever happens while it is written."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from index import atomic_files
from index.atomic_files import build_folder, replacing, write_atomically


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    write_atomically(path, b"first")
    write_atomically(path, b"second \xff\r\n")
    assert path.read_bytes() == b"second \xff\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_read_meanwhile_is_never_half_of_one(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b"old")
    with replacing(path) as beside:
        beside.write_bytes(b"n")
        assert path.read_bytes() == b"old"
        assert beside.parent == tmp_path
    assert path.read_bytes() == b"n"


@pytest.mark.parametrize("step", ["_sync", "_replace"])
def test_what_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic_files, step, full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_and_its_folder_are_on_the_disk_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes before the name, the name before the call returns."""
    synced: list[tuple[str, bool]] = []
    path = tmp_path / "record.json"

    def fsync(number: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file"
        synced.append((kind, path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_atomically(path, b"new")
    assert synced == [("file", False), ("folder", True)]


def test_where_a_folder_cannot_be_synced_the_file_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    write_atomically(tmp_path / "record.json", b"new")
    monkeypatch.undo()
    assert (tmp_path / "record.json").read_bytes() == b"new"


def test_a_folder_has_its_name_once_it_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "made"

    def write(beside: Path) -> None:
        assert not folder.exists()
        (beside / "in").mkdir()
        (beside / "in" / "one").write_bytes(b"1")

    build_folder(folder, write)
    assert (folder / "in" / "one").read_bytes() == b"1"
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def write(beside: Path) -> None:
        (beside / "one").write_bytes(b"1")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        build_folder(tmp_path / "made", write)
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_left_goes_and_what_another_builds_stays(tmp_path: Path) -> None:
    dead, living = tmp_path / ".building-dead", tmp_path / ".building-living"
    for folder in (dead, living):
        folder.mkdir()
    os.utime(dead, (time.time() - 7200,) * 2)
    build_folder(tmp_path / "made", lambda beside: None)
    assert {path.name for path in tmp_path.iterdir()} == {".building-living", "made"}


def test_the_folder_of_a_quicker_process_stays(tmp_path: Path) -> None:
    folder = tmp_path / "made"

    def write(beside: Path) -> None:
        folder.mkdir()
        (folder / "theirs").touch()
        (beside / "ours").touch()

    build_folder(folder, write)
    assert [path.name for path in folder.iterdir()] == ["theirs"]
