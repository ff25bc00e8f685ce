"""Keeps an index in step with a folder: files that are added, changed, moved or removed.

Nothing is removed because it cannot be read. A file is read when it has not changed for a while, so that a half-written
one waits; a document is removed when its file was missing twice, some time apart, in a folder that could be read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from watchfiles import watch

from index.intake import DocumentChange, NewDocument
from index.location import Location
from index.manifest import DocumentRecord
from index.origin import Origin, digest_of_place
from qa import qa_messages
from qa.qa_settings import FOLDERS
from qa.service.folder_files import Listing, list_files
from qa.service.folder_sync import FileToAdd, FolderSync, Stored, distinct, file_to_add

_Signature = tuple[int, int, int]
"""Size, time of the last change and inode: a file of which these stay is taken for unchanged."""


class FolderWatch:
    """Follows one folder."""

    def __init__(
        self, root: Path, index_folder: Location, sync: FolderSync, *, before: Sequence[NewDocument] = ()
    ) -> None:
        """`before`: documents to add first, where there is no index yet."""
        self._root = root.resolve()
        self._index_folder = index_folder
        self._sync = sync
        self._before = [*before]
        self._known: dict[str, _Signature] = {}
        """The files that were read or refused, by place."""
        self._missed: dict[str, float] = {}
        """When the file of a document was first missing, by the document's id."""
        self._empty_looks = 0
        """How many times in turn the folder had no file."""
        self.is_settled = False
        """Whether nothing is left to do until a file changes."""

    def run(self, said: Callable[[str], None]) -> Iterator[DocumentChange]:
        """Yield each change of the index, without end. `said` gets sentences for the person.

        Raises StoreError, EmbedderError.
        """
        looked = 0.0
        for is_sign in self._signs(said):
            if is_sign or not self.is_settled or time.monotonic() - looked >= FOLDERS.looked_through_every:
                looked = time.monotonic()
                yield from self.look(said)

    def look(self, said: Callable[[str], None] = lambda _: None) -> Iterator[DocumentChange]:
        """Look through the folder once, and yield each change of the index."""
        listing = list_files(self._root)
        files = distinct(map(file_to_add, listing.files))
        signatures = {file.place: _signature(Path(file.label)) for file in files}
        changed = [file for file in files if self._known.get(file.place) != signatures[file.place]]
        ready = [file for file in changed if _is_whole(signatures[file.place])]
        self.is_settled = len(ready) == len(changed)
        yield from self._add(ready, signatures, files, listing)
        yield from self._remove({file.place for file in files}, listing, said)

    def _add(
        self,
        ready: Sequence[FileToAdd],
        signatures: dict[str, _Signature],
        files: Sequence[FileToAdd],
        listing: Listing,
    ) -> Iterator[DocumentChange]:
        if not ready and not self._before:
            return
        roots = () if listing.unreadable else (digest_of_place(str(self._root)),)
        present = {file.place for file in files}
        before, self._before = self._before, []
        for change in self._sync.add(ready, roots, before=before, present=present):
            if change.what == "refused":
                yield self._refused(change, ready)
            elif change.what != "unchanged":
                yield change
        for file in ready:
            if _signature(Path(file.label)) == signatures[file.place]:  # else it was written to meanwhile
                self._known[file.place] = signatures[file.place]
            else:
                self.is_settled = False

    def _refused(self, change: DocumentChange, files: Sequence[FileToAdd]) -> DocumentChange:
        """Return the outcome for a file that cannot be read; it says so where the text as it was before stays."""
        with Stored(self._index_folder) as stored:
            if all(file.label != change.name or stored.at(file.place) is None for file in files):
                return change
        return replace(change, reason=qa_messages.KEPT_AS_IT_WAS.format(reason=change.reason).en)

    def _remove(self, present: set[str], listing: Listing, said: Callable[[str], None]) -> Iterator[DocumentChange]:
        """Remove the documents whose files have been gone from the folder for a while."""
        with Stored(self._index_folder) as stored:
            own = stored.of_folders([digest_of_place(str(self._root))])
        unreadable = {digest_of_place(str(folder.resolve())) for folder, _ in listing.unreadable}
        gone = [record for record in own if _is_gone(record, present, unreadable)]
        if own and not listing.files:
            if self._empty_looks == 1:  # not at once: a file that is saved may be gone for a moment
                said(qa_messages.WATCH_KEEPS.format(path=self._root, count=len(own)).bilingual)
            self.is_settled = self.is_settled and self._empty_looks > 0
            self._empty_looks += 1
            return
        self._empty_looks = 0
        now = time.monotonic()
        self._missed = {record.id: self._missed.get(record.id, now) for record in gone}
        due = [record for record in gone if now - self._missed[record.id] >= FOLDERS.settled_after]
        if len(due) < len(gone):
            self.is_settled = False
        if due:
            yield from self._sync.remove([record.name for record in due])
            for record in due:
                self._known.pop(Origin.parse(record.origin).place, None)

    def _signs(self, said: Callable[[str], None]) -> Iterator[bool]:
        """Yield at once, then about every second, whether the system reports a change."""
        yield True
        polls = None
        while True:
            try:
                seconds = max(int(FOLDERS.settled_after * 1000), 1)
                for changes in watch(
                    self._root, watch_filter=None, rust_timeout=seconds, yield_on_timeout=True, force_polling=polls
                ):
                    yield bool(changes)
            except (OSError, RuntimeError) as error:  # no inotify, none left, or the folder is gone for now
                if polls is None:
                    said(qa_messages.WATCH_BY_POLLING.format(reason=error).bilingual)
                polls = True
                time.sleep(FOLDERS.settled_after)
                yield True


def _signature(file: Path) -> _Signature:
    """Return what changes when a file does; zeros if it cannot be looked at, which reading says."""
    try:
        status = os.stat(file)  # noqa: PTH116 (a name need not be a valid path)
    except (OSError, ValueError):
        return (0, 0, 0)
    return status.st_size, status.st_mtime_ns, status.st_ino


def _is_whole(signature: _Signature) -> bool:
    """Return whether a file was last changed some time ago. What a clock puts into the future counts, too."""
    return abs(time.time() - signature[1] / 1e9) >= FOLDERS.settled_after


def _is_gone(record: DocumentRecord, present: set[str], unreadable: set[str]) -> bool:
    origin = Origin.parse(record.origin)
    return origin.place not in present and unreadable.isdisjoint(origin.folders)
