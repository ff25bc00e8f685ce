"""Atomic writing of files and folders.

A file or folder is written under a random name in the same folder, synced to the disk, and then renamed. After a crash,
a full disk or a power cut, the old content is complete or the new content is complete.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.index_settings import INDEX


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to a new file or replace an existing one. Raises OSError; then the file is unchanged."""
    with replacing(path) as beside:
        beside.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the path of an empty temporary file, which replaces `path` when the body ends.

    If the body raises, nothing is replaced. Raises OSError.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    beside.open("xb").close()
    try:
        yield beside
        _sync(beside)
        _replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def build_folder(folder: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary folder, then rename it to `folder`. Raises OSError.

    If another process has made `folder` meanwhile, that one stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for abandoned in folder.parent.glob(".building-*"):
        with suppress(FileNotFoundError):  # another process has renamed it meanwhile
            if time.time() - abandoned.stat().st_mtime > INDEX.abandoned_after:
                shutil.rmtree(abandoned, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        write(beside)
        sync_tree(beside)
        try:
            beside.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process has made the same folder first
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    sync_folder(folder.parent)


def sync_tree(folder: Path) -> None:
    """Sync a folder to the disk with all its files. Raises OSError."""
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
        else:
            sync_folder(path)
    sync_folder(folder)


def _sync(path: Path) -> None:
    with path.open("r+b") as file:  # Windows writes out only what is open for writing
        os.fsync(file.fileno())


def _replace(beside: Path, path: Path) -> None:
    for _ in range(INDEX.replace_tries if os.name == "nt" else 0):
        with suppress(PermissionError):
            beside.replace(path)
            return
        time.sleep(INDEX.replace_pause)
    beside.replace(path)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk, if the system can. Windows and some network disks cannot.

    The file itself is complete either way.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
