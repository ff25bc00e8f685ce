"""Finds the files of a folder that may be texts: no leftovers of programs, no pipes, no folder twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from index.storage.database_file import DATABASE

_LEFTOVERS = (
    "~$*", "*~", "*.bak", "*.tmp", "*.temp", "*.swp", "*.part", "*.crdownload", "*.lock", "desktop.ini", "thumbs.db",
    "*.ini", "*.cfg", "*.conf", "*.json", "*.yaml", "*.yml", "*.toml",
)  # fmt: skip
"""Files in folders that are no texts: what Office, editors and browsers leave, and settings; edition files too."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder and its subfolders, as they were at one time."""

    files: list[Path] = field(default_factory=list)
    """In order."""
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    """Folders that cannot be read, each with the system's reason."""


def list_files(root: Path) -> Listing:
    """Return the files in a folder and its subfolders, without hidden files and leftovers of programs.

    Links to folders are followed, each folder once, wherever they lead. The folder of an index is passed over.
    """
    found = Listing()
    found.files.extend(_files(root, found, set()))
    return found


def _files(folder: Path, found: Listing, visited: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        status = os.stat(folder)  # noqa: PTH116 (a folder of a stranger's may have any name)
        with os.scandir(folder) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError as error:
        found.unreadable.append((folder, error.strerror or str(error)))
        return
    if (status.st_dev, status.st_ino) in visited or any(entry.name == DATABASE for entry in entries):
        return
    visited.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if _is(entry, folder=True):
            yield from _files(folder / entry.name, found, visited)
        elif _is(entry, folder=False) and not any(fnmatch(entry.name.lower(), pattern) for pattern in _LEFTOVERS):
            yield folder / entry.name


def _is(entry: os.DirEntry[str], *, folder: bool) -> bool:
    """Return whether an entry is, or leads to, a folder or a plain file. A broken or circular link is neither."""
    try:
        return entry.is_dir() if folder else entry.is_file()
    except OSError:
        return False
