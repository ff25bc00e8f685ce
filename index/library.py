"""Changes an index: adds, replaces and removes documents. A chunk is embedded only once.

A change writes new segments, commits them with the documents in one transaction, then deletes files that are no longer
needed. Until the commit, the folder is the old index. Meanwhile the new vectors are stored in `building/`, keyed by a
digest of text and model, so that the next attempt reuses them after an interruption.

The law of changes: after anything whatever, each document that was added and not removed by name is there, whole, or an
error names what is damaged and says what to do. What cannot be read is never taken for empty, and never deleted.

Small segments are merged, up to 32,768 rows, so that each is at least twice as large as the next one
(`index/writer.py`). A merge copies vectors and embeds nothing, so the cost of adding a document hardly depends on the
size of the index.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.bibliography.edition import CitationFields
from corpus.document import Document
from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, SourceError, StoreError
from corpus.message import Message
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.chunks import chunks_of, outline_of
from index.encoders.base import Embedder
from index.encoders.centering import CommonComponents
from index.index_settings import INDEX
from index.manifest import DocumentRecord, Manifest, repair
from index.repair import Salvaged, salvage
from index.storage import sources
from index.storage.database import DATABASE, Database, damaged_file, digest_of, newest_aside, set_aside
from index.storage.lock import cannot_write, locked
from index.storage.older_folder import OlderFolder, refuse_other_manifest
from index.storage.segment import Segment
from index.storage.sources import StoredDocument
from index.writer import IndexWriter


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to add. It is read when its turn comes."""

    origin: str
    """A digest or other id of where it comes from; a document with the same origin replaces it. If it is empty, as for
    the shipped text, the document of the same name without an origin is replaced."""
    label: str
    """Its name in the error if it cannot be read."""
    read: Callable[[], Source]
    """Raises SourceError."""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """The outcome for one document of a change."""

    name: str
    """Its name in the index; its label if it was refused."""
    what: Literal["added", "replaced", "unchanged", "refused", "removed"]
    passages: int
    reason: str
    """Why it was refused, or why it got another name, in a sentence. Usually empty."""
    error: SourceError | None = None
    """The error for which it was refused, with the Chinese sentence."""


@dataclass(frozen=True, slots=True)
class _ToWrite:
    """A parsed document to write."""

    stored: StoredDocument
    change: DocumentChange | None
    """None for a document that was in the index before."""


class Library:
    """An index folder, for changing it. One process at a time may change a folder."""

    def __init__(
        self,
        folder: Path,
        embedder: Callable[[], Embedder],
        *,
        progress: bool = False,
        parse: Callable[[Source], Document] = parse_source,
    ) -> None:
        """`embedder` opens the model; it is called only if something must be embedded. `progress`: a bar on stderr.

        `parse` parses a new document; it may do so in another process.
        """
        self.folder = folder
        self._open_embedder = embedder
        self._progress = progress
        self._parse = parse

    def add(self, documents: Iterable[NewDocument]) -> Iterator[DocumentChange]:
        """Add documents, and yield the outcome for each once it is written or refused.

        A document that cannot be read is refused; the others are added. An index of an older format or another model
        is first rebuilt from its documents. Raises StoreError or EmbedderError.
        """
        with self._locked() as database:
            writer = self._continued(database)
            intake = _Intake(writer, self._parse)
            first: list[_ToWrite | DocumentChange] = []
            for item in intake.take(documents):
                if isinstance(item, DocumentChange):
                    first.append(item)
                    continue
                first.append(item)
                if intake.count > 1:
                    break  # several documents: context is on, whatever follows
            if not any(isinstance(item, _ToWrite) for item in first):
                yield from (item for item in first if isinstance(item, DocumentChange))
                return
            embedder = self._open_embedder()
            again: list[tuple[Source, str]] = []
            with_context = _has_context(intake.passages)
            kept = [record for record in writer.documents if record.id not in writer.dropped]
            if not writer.fits(embedder) or (writer.with_context != with_context and kept):
                again = [(sources.fetch(database, record), record.origin) for record in kept]
                dropped = writer.dropped
                writer = IndexWriter.anew(database, database.contents(), embedder)
                writer.dropped = dropped
            writer.with_context = with_context
            before = (_ToWrite(StoredDocument.of(source, origin), None) for source, origin in again)
            yield from self._write(writer, embedder, itertools.chain(before, first, intake.rest()), hold=len(again))

    def remove(self, names: Sequence[str]) -> list[DocumentChange]:
        """Remove documents with their bytes, words and vectors from the folder.

        Raises StoreError if one of the names has no document or the folder cannot be written; then nothing is removed.
        """
        with self._locked() as database:
            writer = self._continued(database)
            records = {record.name: record for record in writer.documents}
            for name in names:
                if name not in records:
                    raise _unknown(self.folder, name)
            writer.dropped |= {records[name].id for name in names}
            kept = [record for record in writer.documents if record.id not in writer.dropped]
            with_context = _has_context([record.passages for record in kept])
            if writer.with_context != with_context and kept:  # one small document is left
                embedder = self._open_embedder()
                stored = StoredDocument.of(sources.fetch(database, kept[0]), kept[0].origin)
                writer = IndexWriter.anew(database, database.contents(), embedder)
                writer.with_context = with_context
                [*self._write(writer, embedder, [_ToWrite(stored, None)], hold=1)]
            else:
                writer.with_context = with_context
                writer.commit()
            return [DocumentChange(name, "removed", records[name].passages, "") for name in dict.fromkeys(names)]

    def describe(self, name: str, supplied: Sequence[CitationFields]) -> None:
        """Store the citation fields that a person supplies for a document, replacing earlier ones. Embeds nothing.

        Raises SourceError for an invalid date, StoreError if there is no document with that name.
        """
        with self._locked() as database:
            manifest = database.contents()
            number = next((n for n, one in enumerate(manifest.documents) if one.name == name), None)
            if number is None:
                raise _unknown(self.folder, name)
            record = manifest.documents[number]
            described = dataclasses.replace(sources.fetch(database, record), supplied=tuple(supplied))
            _store_again(database, StoredDocument(record.id, described, parse_source(described), record.origin))

    def replace_all(self, sources: Sequence[tuple[Source, str]]) -> None:
        """Replace the index by one of these (source, origin) pairs, and embed all of them.

        Raises SourceError for an edition that does not fit, StoreError or EmbedderError.
        """
        with self._locked() as database:
            older = OlderFolder.read(self.folder)
            self._write_all(database, sources, None)
            if older:
                older.delete()

    def refresh(
        self, current: Callable[[Source, str], Source] = lambda source, _: source, *, reuse: bool = True
    ) -> None:
        """Rebuild the index from its own documents. `reuse`: vectors that still fit are taken over.

        `current` takes a stored source and its origin, and may return a newer source. Raises as `replace_all` does, and
        IndexCorrupt if a document is damaged; then nothing has changed.
        """
        with self._locked() as database:
            self._rebuild(database, current, reuse=reuse)

    def repair(self) -> list[Message]:
        """Put right what can be put right; return a sentence for each thing that was done or cannot be done.

        A damaged database is written again from what can be read of it, and kept beside the new one. Damaged segments
        are made again. Nothing else may have the index open in this process. Raises StoreError, EmbedderError.
        """
        try:
            with locked(self.folder):
                return [*self._repair_documents(), *self._repair_segments()] or [index_messages.NOTHING_TO_REPAIR]
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def _repair_documents(self) -> list[Message]:
        older = OlderFolder.read(self.folder)
        try:
            with Database.open(self.folder, write=True) as database:
                database.contents()
                database.check()
                if not sources.all_stored(database)[1]:
                    return []
        except IndexStale:
            if older is None or not older.damaged:
                return []
        except IndexCorrupt:
            older = None
        if older is None:
            path = damaged_file(self.folder)
            salvaged = salvage(path)
            if not salvaged.documents:
                raise IndexCorrupt(index_messages.DATABASE_UNREADABLE.format(path=path))
            if path.name == DATABASE:  # else a repair was cut off after this
                set_aside(self.folder)
        else:
            salvaged = Salvaged(older.documents, lost=older.damaged)
        with Database.create(self.folder, repairs=True) as database:
            if salvaged.common is not None:
                database.stage({digest_of(salvaged.common): salvaged.common})
            self._write_all(database, salvaged.documents, older or salvaged.manifest)
        aside = older.set_aside() if older else newest_aside(self.folder)
        said = [index_messages.REPAIRED_DATABASE.format(path=aside)]
        said += [index_messages.REREAD.format(name=name) for name in salvaged.reread]
        return said + [index_messages.LOST.format(name=name) for name in salvaged.lost]

    def _repair_segments(self) -> list[Message]:
        with Database.open(self.folder, write=True) as database:
            manifest = database.contents()
            try:
                for record in manifest.segments:
                    Segment.open(self.folder, record, manifest.model.dimension, checked=math.inf)
                CommonComponents.loads(database.blob(manifest.common))
                return []
            except (IndexCorrupt, ValueError, KeyError):
                stored, damaged = sources.all_stored(database)
                self._refuse_damaged(damaged)
                self._write_all(database, stored, manifest)
                return [index_messages.REPAIRED_SEGMENTS]

    @contextmanager
    def _locked(self) -> Iterator[Database]:
        """Lock the folder, and open its database for writing."""
        try:
            with locked(self.folder), Database.create(self.folder) as database:
                yield database
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def _rebuild(
        self,
        database: Database,
        current: Callable[[Source, str], Source] = lambda source, _: source,
        *,
        reuse: bool = True,
    ) -> None:
        older = OlderFolder.read(self.folder)
        before: Manifest | OlderFolder | None = older
        stored, damaged = (older.documents, older.damaged) if older else ([], [])
        with suppress(IndexNotFound, IndexStale):  # there are no contents yet
            before = database.contents()
            stored, damaged = sources.all_stored(database)
        if before is None:
            refuse_other_manifest(self.folder)
        self._refuse_damaged(damaged)
        again = [(current(source, origin), origin) for source, origin in stored]
        self._write_all(database, again, before if reuse else None)
        if older:
            self._finish_migration(database, older)

    def _write_all(
        self, database: Database, stored: Sequence[tuple[Source, str]], before: Manifest | OlderFolder | None
    ) -> None:
        """Write an index of these documents alone. `before`: has vectors to reuse."""
        embedder = self._open_embedder()
        names: set[str] = set()
        new = []
        for source, origin in stored:
            named = _renamed(source, _free_name(source.name, names))
            names.add(named.name)
            new.append((named, origin))
            if source.edition is not None:
                parse_source(named)  # raises, if it does not fit, before anything is written
        writer = IndexWriter.anew(database, before, embedder)
        writer.with_context = len(new) > 1 or _has_context([len(parse_source(source).passages) for source, _ in new])
        items = (_ToWrite(StoredDocument.of(source, origin), None) for source, origin in new)
        [*self._write(writer, embedder, items, hold=len(new))]

    def _finish_migration(self, database: Database, older: OlderFolder) -> None:
        """Delete the files of an older format, once each document has been read from the database.

        Raises IndexCorrupt if one is damaged or missing there; then its files stay.
        """
        records = {record.name: record for record in database.contents().documents}
        digests = {record.sha256 for record in records.values()}
        names = [*older.damaged, *(source.name for source, _ in older.documents)]  # damaged: half deleted
        # An older program wrote these after the migration. What has no origin may have been replaced by it.
        others = [source.name for source, origin in older.documents if origin and source.sha256 not in digests]
        if missing := [name for name in names if name not in records or name in others]:
            message = index_messages.OLDER_DOCUMENTS_BESIDE
            raise IndexCorrupt(message.format(folder=self.folder, names=_listed(missing)))
        damaged = []
        for name in names:
            try:
                sources.fetch(database, records[name])
            except IndexCorrupt:
                damaged.append(name)
        self._refuse_damaged(damaged)
        older.delete()

    def _refuse_damaged(self, names: Sequence[str]) -> None:
        if names:
            message = index_messages.SOURCES_DAMAGED
            raise IndexCorrupt(message.format(folder=self.folder, names=_listed(names), remedy=repair(self.folder)))

    def _continued(self, database: Database) -> IndexWriter:
        """Return a writer of the index as it is. An index of an older format or program is first rebuilt."""
        older = OlderFolder.read(self.folder)
        try:
            manifest = database.contents()
        except (IndexNotFound, IndexStale):
            if older is None:
                refuse_other_manifest(self.folder)
                return IndexWriter(database)
            self._rebuild(database)
            return IndexWriter.open(database, database.contents())
        if older:
            self._finish_migration(database, older)  # it was cut off
        if manifest.outdated():
            self._rebuild(database)
            manifest = database.contents()
        return IndexWriter.open(database, manifest)

    def _write(
        self, writer: IndexWriter, embedder: Embedder, items: Iterable[_ToWrite | DocumentChange], *, hold: int
    ) -> Iterator[DocumentChange]:
        """Write documents. The first `hold` are committed together: they were in the index before."""
        changes: list[DocumentChange] = []
        writer.begin(embedder, progress=self._progress)
        for item in items:
            if isinstance(item, DocumentChange):
                changes.append(item)
                continue
            chunks = list(chunks_of(item.stored.document, with_context=writer.with_context))
            if hold <= 0 and not writer.has_room(len(chunks)):
                writer.commit(more=True)
                yield from changes
                changes = []
            writer.add(item.stored, chunks, outline_of(item.stored.document, chunks))
            hold -= item.change is None
            if item.change is not None:
                changes.append(item.change)
        writer.commit()
        yield from changes


class _Intake:
    """Reads the documents to add and compares each with the index: new, replaced, unchanged or refused."""

    def __init__(self, writer: IndexWriter, parse: Callable[[Source], Document]) -> None:
        self._writer = writer
        self._parse = parse
        self._dropped = writer.dropped
        self._supplied: dict[str, tuple[CitationFields, ...]] = {}
        self._known = {_identity(record.origin, record.name): record.id for record in writer.documents}
        self._names = {record.id: record.name for record in writer.documents}
        self._passages = {record.id: record.passages for record in writer.documents}
        self._source: Iterator[NewDocument] = iter(())

    @property
    def count(self) -> int:
        """The number of documents that the index will have."""
        return len(self._names)

    @property
    def passages(self) -> list[int]:
        """The number of passages of each document read so far."""
        return [self._passages[identity] for identity in self._names]

    def take(self, documents: Iterable[NewDocument]) -> Iterator[_ToWrite | DocumentChange]:
        self._source = iter(documents)
        yield from self.rest()

    def rest(self) -> Iterator[_ToWrite | DocumentChange]:
        """Yield the documents that have not been read yet."""
        for one in self._source:
            try:
                source = one.read()
                yield self._judge(one.label, source, one.origin)
            except SourceError as error:
                yield DocumentChange(one.label, "refused", 0, str(error), error)

    def _judge(self, label: str, source: Source, origin: str) -> _ToWrite | DocumentChange:
        identity = _identity(origin, source.name)
        before = self._known.get(identity)
        name = self._names[before] if before else _free_name(source.name, set(self._names.values()))
        named = _renamed(source, name)
        new = sources.document_id(named)
        if before:
            supplied, is_whole = self._stored_of(before)
            named = dataclasses.replace(named, supplied=supplied)
            if new == before and not is_whole:  # the same document heals itself
                stored = StoredDocument.of(named, origin, self._parse)
                healed = _store_again(self._writer.database, stored, keeps_staged=True)
                self._writer.documents = [healed if one.id == new else one for one in self._writer.documents]
                return DocumentChange(name, "replaced", self._passages[new], "")
        if new == before:
            return DocumentChange(name, "unchanged", self._passages[new], "")
        stored = StoredDocument.of(named, origin, self._parse)
        self._supplied[new] = named.supplied
        if before:
            del self._names[before]
            self._dropped.add(before)
        passages = len(stored.document.passages)
        self._known[identity], self._names[new], self._passages[new] = new, name, passages
        renamed = f"{label}: the name {source.name} is taken, so it is called {name}." if name != source.name else ""
        return _ToWrite(
            stored, DocumentChange(name, "replaced" if before else "added", passages, "" if before else renamed)
        )

    def _stored_of(self, identity: str) -> tuple[tuple[CitationFields, ...], bool]:
        """Return the fields that a person supplied for a document, and whether it is whole."""
        if identity in self._supplied:  # it was read just now
            return self._supplied[identity], True
        record = next(one for one in self._writer.documents if one.id == identity)
        try:
            return sources.fetch(self._writer.database, record).supplied, True
        except IndexCorrupt:
            return sources.fetch_supplied(self._writer.database, record), False


def _store_again(database: Database, stored: StoredDocument, *, keeps_staged: bool = False) -> DocumentRecord:
    """Replace the blobs of a document that the index has, and return its record. Its rows stay as they are."""
    manifest = database.contents()
    records = list(manifest.documents)
    number = next(n for n, one in enumerate(records) if one.id == stored.id)
    record, blobs = sources.record_of(stored, records[number].rows)
    records[number] = record
    works = {stored.id: stored.works()}
    database.commit(manifest.with_documents(records), blobs, works, keeps_staged=keeps_staged)
    return record


def _has_context(passages: Sequence[int]) -> bool:
    """Return whether chunks get their context, from the number of passages of each document."""
    return len(passages) > 1 or sum(passages) > INDEX.large_document


def _listed(names: Sequence[str]) -> Message:
    return Message(zh="、".join(names), en=", ".join(names))


def _unknown(folder: Path, name: str) -> StoreError:
    return StoreError(index_messages.NO_DOCUMENT.format(name=name), folder)


def _identity(origin: str, name: str) -> tuple[str, str]:
    return ("origin", origin) if origin else ("name", name)


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name, or name-2, name-3 … if it is taken."""
    return next(one for one in itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2))) if one not in taken)


def _renamed(source: Source, name: str) -> Source:
    return source if source.name == name else dataclasses.replace(source, name=name)
