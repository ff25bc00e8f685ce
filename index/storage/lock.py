"""The folder of an index: locking it, refusing a foreign folder, deleting files that are no longer needed."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.errors import StoreError
from index import index_messages
from index.manifest import Manifest
from index.storage.database_file import DATABASE, OLDER_MANIFEST, check_plain
from index.storage.segment import BUILDING, SEGMENTS

_LOCK = ".lock"
_ID = re.compile(r"[0-9a-f]{16}")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the index against changes by other processes. Raises StoreError if it is locked or cannot be locked.

    The system releases the lock when the process ends, however it ends.
    """
    from filelock import FileLock, Timeout  # here: nothing is locked for a question

    refuse_foreign(folder)
    check_plain(folder, _LOCK)
    # The file stays: before there is a database, it marks the folder as an index. The lock belongs to no thread: the
    # generator of an abandoned change may be closed by another thread.
    lock = FileLock(folder / _LOCK, blocking=False, mode=0o600, thread_local=False, preserve_lock_file=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise StoreError(index_messages.LOCKED, folder) from error
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def cannot_write(folder: Path, error: OSError) -> StoreError:
    """Return the error for an index folder that cannot be written."""
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return StoreError(index_messages.TOO_MANY_OPEN_FILES, folder)
    return StoreError(index_messages.CANNOT_BE_WRITTEN.format(folder=folder, reason=error.strerror))


def cannot_read(folder: Path, error: OSError) -> StoreError:
    """Return the error for an index folder that cannot be read."""
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return StoreError(index_messages.TOO_MANY_OPEN_FILES, folder)
    return StoreError(index_messages.FOLDER_CANNOT_BE_READ.format(folder=folder, reason=error.strerror or error))


def refuse_foreign(folder: Path) -> None:
    """Raise StoreError for a folder that holds something other than an index, or cannot be read."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise StoreError(index_messages.NOT_A_FOLDER.format(folder=folder))
    try:
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    except OSError as error:
        message = index_messages.FOLDER_CANNOT_BE_READ
        raise StoreError(message.format(folder=folder, reason=error.strerror)) from error
    if names and not names & {DATABASE, OLDER_MANIFEST, _LOCK}:
        raise StoreError(index_messages.FOREIGN_FILES.format(folder=folder))
    for name in (SEGMENTS, BUILDING):
        check_plain(folder, name, is_folder=True)


def clear(folder: Path, manifest: Manifest) -> None:
    """Delete what is left of earlier states and unfinished changes; only folders with names of ours.

    Call it after a commit: what the new manifest does not name, nothing names.
    """
    live = {segment.id for segment in manifest.segments}
    segments = [path for path in (folder / SEGMENTS).glob("*") if _ID.fullmatch(path.name) and path.name not in live]
    for path in [*segments, folder / BUILDING]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):  # it is empty if the last document was removed
        (folder / SEGMENTS).rmdir()
