"""The folder of an index: locking it, refusing a foreign folder, deleting files that are no longer needed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import StoreError
from index import index_messages
from index.atomic_files import UNFINISHED
from index.manifest import BACKGROUND, MANIFEST, Manifest
from index.storage.segment import SEGMENTS
from index.storage.sources import DOCUMENTS

BUILDING = "building"
"""The folder for vectors of an unfinished change."""
_LOCK = ".lock"
_OLDER = (
    *("passages.txt", "vectors.faiss", "bm25", "background.npz"),
    *("tokens.values.npy", "tokens.scales.npy", "tokens.offsets.npy", "tokens.starts.npy"),
)
"""Files and folders of format 2 beside its manifest."""
_OURS = re.compile(r"[0-9a-f]{16}\.(?:bin|text|json|parts)|\d+\.(?:txt|toml)")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the index against changes by other processes. Raises StoreError if it is locked or cannot be locked.

    The system releases the lock when the process ends, however it ends.
    """
    refuse_foreign(folder)
    # The file stays: before there is a manifest, it marks the folder as an index. The lock belongs to no thread: the
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
    return StoreError(index_messages.CANNOT_BE_WRITTEN.format(folder=folder, reason=error.strerror))


def refuse_foreign(folder: Path) -> None:
    """Raise StoreError for a folder that holds something other than an index."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise StoreError(index_messages.NOT_A_FOLDER.format(folder=folder))
    if folder.is_dir() and any(folder.iterdir()) and not any((folder / name).exists() for name in (MANIFEST, _LOCK)):
        raise StoreError(index_messages.FOREIGN_FILES.format(folder=folder))


def clear(folder: Path, manifest: Manifest) -> None:
    """Delete files that the manifest does not name; only files with names of ours."""
    documents = [path for path in (folder / DOCUMENTS).glob("*") if _OURS.fullmatch(path.name)]
    unfinished = [*(folder / DOCUMENTS).glob(".*"), *folder.glob(f".{MANIFEST}.*")]
    documents += [path for path in unfinished if UNFINISHED.fullmatch(path.name)]
    for path in [*documents, *folder.glob(f"{BACKGROUND}*.npz")]:
        if path.relative_to(folder).as_posix() not in manifest.files:
            _delete(path)
    live = {segment.id for segment in manifest.segments}
    for path in [*(folder / SEGMENTS).glob("*"), *(folder / name for name in _OLDER), folder / BUILDING]:
        if path.name not in live and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else _delete(path)


def _delete(path: Path) -> None:
    """Delete a file. On Windows an open file stays; a later change deletes it."""
    with suppress(OSError):
        path.unlink()
