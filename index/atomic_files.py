"""Writing files so that what has a name is whole, whatever happens meanwhile.

A file or folder is written beside its place, in the same folder and under a name that nobody can foresee, and renamed
once it is on the disk. After a crash, a full disk or a power cut there is what was there before, or all of the new.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.index_settings import INDEX

UNFINISHED = re.compile(r"\..+\.[0-9a-f]{16}\.new")
"""What a file is called while it is written."""


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` in the place of a file, or of none. Raises OSError; then the file is as it was."""
    with replacing(path) as beside:
        beside.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of an empty file to be written, which then takes the place of `path`.

    Nothing is replaced where the body raises. Raises OSError.
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
    _sync_folder(path.parent)


def build_folder(folder: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a folder beside `folder` and rename it: what has the name is whole. Raises OSError.

    Where another process was quicker, its folder stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for abandoned in folder.parent.glob(".building-*"):
        with suppress(FileNotFoundError):  # another process finished it meanwhile
            if time.time() - abandoned.stat().st_mtime > INDEX.abandoned_after:
                shutil.rmtree(abandoned, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        write(beside)
        for path in beside.rglob("*"):
            if path.is_file():
                _sync(path)
        try:
            beside.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was quicker, and its folder is as good
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _sync_folder(folder.parent)


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


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder written out, where the system can: Windows opens no folder, some network disks refuse.

    The file itself is whole either way.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
