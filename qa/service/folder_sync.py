"""Adds files and folders to an index, a few files at a time: what is read, then written, is there for good.

The index is locked only while something is written. A file whose bytes were read before is not read again; a file that
was moved in its folder is known again by its bytes.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tqdm import tqdm

from corpus.bibliography.edition import CitationFields
from corpus.document import Document
from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, SourceError, StoreError
from corpus.parse import PARSER_VERSION, add_metadata
from corpus.source import Source, read_bytes, read_stream
from corpus.text.document_name import document_name
from index import index_messages
from index.backend import AnyLibrary, AnyStore
from index.backends import open_library, open_store
from index.encoders.base import Embedder
from index.intake import DocumentChange, NewDocument
from index.location import Location
from index.manifest import DocumentRecord
from index.origin import Origin, digest_of_content, digest_of_place
from index.storage import sources
from qa import qa_messages
from qa.qa_settings import FOLDERS
from qa.service.folder_files import list_files

if TYPE_CHECKING:
    from corpus.reading_process import ReadingProcess

_NUMBERED = re.compile(r"-\d+$")


@dataclasses.dataclass(frozen=True, slots=True)
class FileToAdd:
    """A file, or stdin."""

    label: str
    """What it is called in messages."""
    read: Callable[[], tuple[bytes, str | None]]
    """Returns its bytes and the text of its edition file. Raises SourceError."""
    filename: str
    """Its own name, whose ending tells its format."""
    name: str
    """The name of its document."""
    place: str
    folders: tuple[str, ...]
    folder_name: str = ""
    """Both as in `Origin`."""


def file_to_add(file: Path, name: str | None = None) -> FileToAdd:
    """Return a file to add. `name`: of its document, where it is not that of the file."""
    resolved = _resolved(file)
    folders = () if resolved is None else tuple(digest_of_place(str(folder)) for folder in resolved.parents)
    place = digest_of_place(ascii(file) if resolved is None else str(resolved))
    called = document_name(name or file.stem)
    within = "" if resolved is None else document_name(resolved.parent.name, otherwise="")
    return FileToAdd(str(file), partial(read_bytes, file), file.name, called, place, folders, within)


def stdin_to_add(name: str | None = None) -> FileToAdd:
    """Return stdin as a file to add."""
    called = document_name(name or "", otherwise="stdin")

    def read() -> tuple[bytes, None]:
        return read_stream(sys.stdin.buffer, called), None

    return FileToAdd(called, read, called, called, digest_of_place(f"-{called}"), ())


def files_at(paths: Iterable[str], name: str | None = None) -> tuple[list[FileToAdd], list[DocumentChange], set[str]]:
    """Return the files at some paths, a refusal for each folder that cannot be read, and the digests of the folders.

    `-` is stdin.
    """
    files: list[FileToAdd] = []
    refused: list[DocumentChange] = []
    folders: set[str] = set()
    for path in paths:
        root = Path(path)
        found = [stdin_to_add(name)] if path == "-" else []
        if path != "-" and os.path.isdir(root):  # noqa: PTH112 (Path raises for a long name)
            listing = list_files(root)
            found = [file_to_add(file) for file in listing.files]
            refused += [_unreadable(folder, reason) for folder, reason in listing.unreadable]
            if not listing.unreadable and (resolved := _resolved(root)) is not None:
                folders.add(digest_of_place(str(resolved)))
        elif path != "-":
            found = [file_to_add(root, name)]
        files += found
    return distinct(files), refused, folders


def distinct(files: Iterable[FileToAdd]) -> list[FileToAdd]:
    """Return each file once: links may lead to one several times."""
    found: dict[str, FileToAdd] = {}
    for file in files:
        found.setdefault(file.place, file)
    return [*found.values()]


def _resolved(file: Path) -> Path | None:
    """Return the full path; None for what cannot be a path, which reading refuses."""
    try:
        return file.resolve()
    except (OSError, RuntimeError, ValueError):
        return None


def _unreadable(folder: Path, reason: str) -> DocumentChange:
    error = SourceError(qa_messages.FOLDER_UNREADABLE.format(reason=reason), folder)
    return DocumentChange(str(folder), "refused", 0, str(error), error)


def _say_warnings(label: str, document: Document) -> None:
    """Print on stderr where the reader of a file was not sure."""
    for warning in document.warnings[: FOLDERS.told_warnings]:
        place = document.places_of((warning.span,))
        where = place[0].label if place else f"{document.line(warning.span.start)}"
        tqdm.write(f"{label}:{where}: {warning.message.bilingual}", file=sys.stderr)
    rest = len(document.warnings) - FOLDERS.told_warnings
    if rest > 0:
        tqdm.write(f"{label}: {qa_messages.MORE_WARNINGS.format(count=rest).bilingual}", file=sys.stderr)


def _say_page(name: str, page: int, pages: int) -> None:
    """Print to a terminal which page of a file is recognised, over the line of the page before."""
    if sys.stderr.isatty():
        words = qa_messages.PAGE_RECOGNISED.format(page=page, pages=pages).bilingual
        shown = "".join(one if one.isprintable() else "?" for one in name)
        sys.stderr.write(f"\r{shown}: {words}{chr(10) if page == pages else ''}")
        sys.stderr.flush()


class FolderSync:
    """Brings files into an index."""

    def __init__(
        self, folder: Location, reading: ReadingProcess, embedder: Callable[[], Embedder], *, progress: bool = False
    ) -> None:
        """`folder`: of the index. `reading` reads and parses the files. `progress`: bars on stderr."""
        self._folder = folder
        self._reading = reading
        self._progress = progress
        self._parsed: dict[tuple[str, str, str | None], Document] = {}
        self._open: Embedder | None = None
        self._open_embedder = embedder
        self._has_written = False

    def add(
        self,
        files: Sequence[FileToAdd],
        folders: Iterable[str] = (),
        *,
        before: Sequence[NewDocument] = (),
        present: Collection[str] = (),
    ) -> Iterator[DocumentChange]:
        """Add files, and yield the outcome for each once it is written or refused, in their order.

        `folders`: digests of folders all of whose files are among these or at the places `present`: a document from
        another place in one of them has been moved, if its bytes are found. `before`: documents to add before the
        files. Raises StoreError, EmbedderError.
        """
        batch = _Batch([*before])
        with (
            Stored(self._folder) as stored,
            tqdm(total=len(files), desc="reading", unit=" files", disable=None if self._progress else True) as bar,
        ):
            gone = stored.gone(folders, {*present, *(file.place for file in files)})
            for file in files:
                bar.set_postfix_str(file.filename[-30:])
                self._take(file, stored, gone, batch)
                bar.update()
                if batch.is_full:
                    yield from self._write(batch)
                    batch = _Batch([])
        yield from self._write(batch)

    def remove(self, names: Sequence[str]) -> list[DocumentChange]:
        """Remove documents. Raises StoreError, EmbedderError."""
        return self._patiently(lambda: self._library().remove(names))

    def _take(self, file: FileToAdd, stored: Stored, gone: dict[str, list[DocumentRecord]], batch: _Batch) -> None:
        """Put a file into the batch: as it is known already, or read."""
        try:
            data, edition = file.read()
            beside = None if edition is None else edition.encode("utf-8", "surrogatepass")
            content = digest_of_content(PARSER_VERSION, (data, beside))
            origin = str(Origin(file.place, content, file.folders, file.folder_name))
            record = stored.at(file.place)
            if record is not None and Origin.parse(record.origin).content == content and stored.is_whole(record):
                batch.items.append(DocumentChange(record.name, "unchanged", record.passages, ""))
                if record.origin != origin:
                    batch.origins[record.id] = origin
                return
            moved = None if record is not None else _taken(gone.get(content, []), file.name, stored)
            if moved is not None and file.name in _names(moved):
                batch.items.append(DocumentChange(moved.name, "moved", moved.passages, ""))
                batch.origins[moved.id] = origin
                return
            source = self._reading.read(file.filename, data, edition, tell=partial(_say_page, file.filename))
            source = dataclasses.replace(source, name=file.name)
            if moved is not None:  # its name, of which the ids of its passages are made, follows that of the file
                source = dataclasses.replace(source, supplied=stored.supplied(moved))
                batch.renamed[origin] = moved.name
            document = self._reading.parse(source)
            self._parsed[_key(source)] = document
            _say_warnings(file.label, document)
            batch.bytes += len(data)
            batch.items.append(NewDocument(origin, file.label, lambda: source))
            batch.read += 1
        except SourceError as error:
            batch.items.append(DocumentChange(file.label, "refused", 0, str(error), error))

    def _write(self, batch: _Batch) -> Iterator[DocumentChange]:
        """Write a batch, and yield the outcomes in their order."""
        new = [item for item in batch.items if isinstance(item, NewDocument)]
        written = self._patiently(lambda: [*self._library().add(new)]) if new else []
        self._parsed.clear()
        origins = dict(batch.origins)
        if any(change.what == "unchanged" for change in written):
            with Stored(self._folder) as stored:
                origins |= stored.other_origins(new)
        if origins:
            self._patiently(lambda: self._library().relocate(origins))
        if batch.renamed:
            self.remove([*batch.renamed.values()])
        changes = iter(
            dataclasses.replace(change, what="moved") if one.origin in batch.renamed else change
            for one, change in zip(new, written, strict=True)
        )
        yield from (next(changes) if isinstance(item, NewDocument) else item for item in batch.items)

    def _patiently(self, change: Callable[[], list[DocumentChange] | None]) -> list[DocumentChange]:
        """Make a change. After the first one, wait while another process makes its own. Raises StoreError."""
        until = time.monotonic() + FOLDERS.patience
        while True:
            try:
                done = change()
                self._has_written = True
                return done or []
            except StoreError as error:
                if error.message != index_messages.LOCKED or not self._has_written or time.monotonic() > until:
                    raise
                time.sleep(FOLDERS.pause)

    def _library(self) -> AnyLibrary:
        return open_library(self._folder, self._embedder, parse=self._parse, progress=self._progress)

    def _embedder(self) -> Embedder:
        self._open = self._open or self._open_embedder()
        return self._open

    def _parse(self, source: Source) -> Document:
        document = self._parsed.get(_key(source))
        # Without one, it got another name.
        return self._reading.parse(source) if document is None else add_metadata(document, source)


class _Batch:
    """What is written together."""

    def __init__(self, before: Sequence[NewDocument]) -> None:
        self.items: list[NewDocument | DocumentChange] = [*before]
        self.origins: dict[str, str] = {}
        """New origins of documents that stay, by id."""
        self.renamed: dict[str, str] = {}
        """The names of documents that get another one, by their new origin."""
        self.bytes = 0
        self.read = 0
        """Files."""
        self._began = time.monotonic()

    @property
    def is_full(self) -> bool:
        is_late = time.monotonic() - self._began > FOLDERS.seconds_at_once and self.read > 1
        is_large = self.bytes > FOLDERS.bytes_at_once
        return is_late or is_large or len(self.items) >= FOLDERS.files_at_once


class Stored:
    """The documents of an index, by where they came from, as they were at one time."""

    def __init__(self, folder: Location) -> None:
        self._database: AnyStore | None = None
        self._records: tuple[DocumentRecord, ...] = ()
        with suppress(IndexNotFound, IndexStale):  # adding builds it
            self._database = open_store(folder)
            self._records = self._database.contents().documents
        self._by_place = {place: one for one in self._records if (place := Origin.parse(one.origin).place)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is not None:
            self._database.close()

    def at(self, place: str) -> DocumentRecord | None:
        """Return the document from a place."""
        return self._by_place.get(place)

    def gone(self, folders: Iterable[str], places: set[str]) -> dict[str, list[DocumentRecord]]:
        """Return the documents from these folders that are at none of these places, by their content."""
        found: dict[str, list[DocumentRecord]] = defaultdict(list)
        for record in self.of_folders(folders):
            origin = Origin.parse(record.origin)
            if origin.place not in places:
                found[origin.content].append(record)
        return found

    def of_folders(self, folders: Iterable[str]) -> list[DocumentRecord]:
        """Return the documents that came from these folders."""
        roots = set(folders)
        return [record for record in self._records if not roots.isdisjoint(Origin.parse(record.origin).folders)]

    def other_origins(self, new: Iterable[NewDocument]) -> dict[str, str]:
        """Return the origins, by id, of the documents that an earlier version kept less of."""
        origins = ((one.origin, self.at(Origin.parse(one.origin).place)) for one in new)
        return {record.id: origin for origin, record in origins if record is not None and record.origin != origin}

    def supplied(self, record: DocumentRecord) -> tuple[CitationFields, ...]:
        """Return the fields that a person supplied for a document that is whole."""
        assert self._database is not None
        return sources.fetch(self._database, record).supplied

    def is_whole(self, record: DocumentRecord) -> bool:
        """Return whether a document can be read from the index. One that cannot is read again from its file."""
        if self._database is None:
            return False
        try:
            sources.fetch(self._database, record)
        except IndexCorrupt:
            return False
        return True


def _taken(records: list[DocumentRecord], name: str, stored: Stored) -> DocumentRecord | None:
    """Take out and return a document, if possible one that may be of a file with this name."""
    whole = [record for record in records if stored.is_whole(record)]
    found = next((record for record in whole if name in _names(record)), whole[0] if whole else None)
    if found is not None:
        records.remove(found)
    return found


def _names(record: DocumentRecord) -> tuple[str, str]:
    """Return the names that the file of a document may have: 报告-2 may be a second 报告."""
    return record.name, _NUMBERED.sub("", record.name)


def _key(source: Source) -> tuple[str, str, str | None]:
    return source.name, source.sha256, source.edition
