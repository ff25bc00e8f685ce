"""Changes an index: adds, replaces and removes documents. A chunk is embedded only once.

A change writes new segments, commits them with the documents in one transaction, then deletes files that are no longer
needed. Until the commit, the folder is the old index. Meanwhile the new vectors are stored in `building/`, keyed by a
digest of text and model, so that the next attempt reuses them after an interruption.

The law of changes: after anything whatever, each document that was added and not removed by name is there, whole, or an
error names what is damaged and says what to do. What cannot be read is never taken for empty, and never deleted.

Small segments are merged, up to 65,536 rows, so that each is at least twice as large as the next one
(`index/writer.py`). A merge copies vectors and embeds nothing, so the cost of adding a document hardly depends on the
size of the index.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from corpus.bibliography.edition import CitationFields
from corpus.document import Document
from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, StoreError
from corpus.message import Message
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.chunks import chunks_of, outline_of
from index.encoders.base import Embedder
from index.encoders.centering import CommonComponents
from index.index_settings import INDEX
from index.intake import DocumentChange, Intake, NewDocument, ToWrite, free_name, source_named, store_again
from index.manifest import Manifest, repair
from index.repair import Salvaged, salvage
from index.storage import sources
from index.storage.database import Database, digest_of
from index.storage.database_file import DATABASE, damaged_file, newest_aside, set_aside
from index.storage.lock import cannot_write, locked
from index.storage.older_folder import OlderFolder, refuse_other_manifest
from index.storage.segment import Segment
from index.storage.sources import StoredDocument
from index.writer import IndexWriter


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did."""

    said: list[Message]
    """A sentence for each thing that was done or cannot be done."""
    lost: list[str]
    """The names of the documents that could not be kept."""


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
            intake = Intake(writer, self._parse)
            first: list[ToWrite | DocumentChange] = []
            for item in intake.take(documents):
                if isinstance(item, DocumentChange):
                    first.append(item)
                    continue
                first.append(item)
                if intake.count > 1:
                    break  # several documents: context is on, whatever follows
            if not any(isinstance(item, ToWrite) for item in first):
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
            before = (ToWrite(StoredDocument.of(source, origin), None) for source, origin in again)
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
                [*self._write(writer, embedder, [ToWrite(stored, None)], hold=1)]
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
            store_again(database, StoredDocument(record.id, described, parse_source(described), record.origin))

    def relocate(self, origins: Mapping[str, str]) -> None:
        """Note where documents come from now: the origin by the document's id. Embeds nothing.

        An id without a document is passed over. Raises StoreError.
        """
        with self._locked() as database:
            manifest = database.contents()
            blobs: dict[str, bytes] = {}
            records = []
            for record in manifest.documents:
                if (origin := origins.get(record.id, record.origin)) != record.origin:
                    rest = sources.with_origin(database.blob(record.source), origin)
                    blobs[digest_of(rest)] = rest
                    record = record.model_copy(update={"origin": origin, "source": digest_of(rest)})
                records.append(record)
            if blobs:
                database.commit(manifest.with_documents(records), blobs, {})

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

    def repair(self) -> Repaired:
        """Put right what can be put right.

        A damaged database is written again from what can be read of it, and kept beside the new one. Damaged segments
        are made again. Nothing else may have the index open in this process. Raises StoreError, EmbedderError.
        """
        try:
            with locked(self.folder):
                repaired = self._repair_documents()
                said = [*repaired.said, *self._repair_segments()] or [index_messages.NOTHING_TO_REPAIR]
                return Repaired(said, repaired.lost)
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def _repair_documents(self) -> Repaired:
        older = OlderFolder.read(self.folder)
        try:
            with Database.open(self.folder, write=True) as database:
                database.contents()
                database.check()
                if not sources.all_stored(database)[1]:
                    return Repaired([], [])
        except IndexStale:
            if older is None or not older.damaged:
                return Repaired([], [])
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
        said += [index_messages.LOST.format(name=name) for name in salvaged.lost]
        return Repaired(said, salvaged.lost)

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
            named = source_named(source, free_name(source.name, names))
            names.add(named.name)
            new.append((named, origin))
            if source.edition is not None:
                parse_source(named)  # raises, if it does not fit, before anything is written
        writer = IndexWriter.anew(database, before, embedder)
        writer.with_context = len(new) > 1 or _has_context([len(parse_source(source).passages) for source, _ in new])
        items = (ToWrite(StoredDocument.of(source, origin), None) for source, origin in new)
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
        self, writer: IndexWriter, embedder: Embedder, items: Iterable[ToWrite | DocumentChange], *, hold: int
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


def _has_context(passages: Sequence[int]) -> bool:
    """Return whether chunks get their context, from the number of passages of each document."""
    return len(passages) > 1 or sum(passages) > INDEX.large_document


def _listed(names: Sequence[str]) -> Message:
    return Message(zh="、".join(names), en=", ".join(names))


def _unknown(folder: Path, name: str) -> StoreError:
    return StoreError(index_messages.NO_DOCUMENT.format(name=name), folder)
