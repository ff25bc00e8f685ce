"""Changes an index: adds, replaces and removes documents. A chunk is embedded only once.

A change writes new segments, then replaces the manifest in one step, then deletes files that are no longer needed.
Until the manifest is replaced, the folder is the old index. Meanwhile the new vectors are stored in `building/`, keyed
by a digest of text and model, so that the next attempt reuses them after an interruption.

Small segments are merged, up to 32,768 rows, so that each is at least twice as large as the next one
(`index/writer.py`). A merge copies vectors and embeds nothing, so the cost of adding a document hardly depends on the
size of the index.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.bibliography.edition import CitationFields
from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, SourceError, StoreError
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.chunks import chunks_of, outline_of
from index.encoders.base import Embedder
from index.index_settings import INDEX
from index.manifest import Manifest, file_record
from index.storage import sources
from index.storage.lock import cannot_write, locked
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

    def __init__(self, folder: Path, embedder: Callable[[], Embedder], *, progress: bool = False) -> None:
        """`embedder` opens the model; it is called only if something must be embedded. `progress`: a bar on stderr."""
        self.folder = folder
        self._open_embedder = embedder
        self._progress = progress

    def add(self, documents: Iterable[NewDocument]) -> Iterator[DocumentChange]:
        """Add documents, and yield the outcome for each once it is written or refused.

        A document that cannot be read is refused; the others are added. An index of an older format or another model
        is first rebuilt from its documents. Raises StoreError or EmbedderError.
        """
        with locked(self.folder):
            writer = self._continued()
            intake = _Intake(writer)
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
                again = [sources.fetch_with_origin(self.folder, record.id) for record in kept]
                writer = writer.restarted(embedder, reuse=True)
            writer.with_context = with_context
            before = (_ToWrite(StoredDocument.of(source, origin), None) for source, origin in again)
            yield from self._write(writer, embedder, itertools.chain(before, first, intake.rest()), hold=len(again))

    def remove(self, names: Sequence[str]) -> list[DocumentChange]:
        """Remove documents with their bytes, words and vectors from the folder.

        Raises StoreError if one of the names has no document or the folder cannot be written; then nothing is removed.
        """
        with locked(self.folder):
            writer = self._continued()
            records = {record.name: record for record in writer.documents}
            for name in names:
                if name not in records:
                    raise _unknown(self.folder, name)
            writer.dropped |= {records[name].id for name in names}
            kept = [record for record in writer.documents if record.id not in writer.dropped]
            with_context = _has_context([record.passages for record in kept])
            if writer.with_context != with_context and kept:  # one small document is left
                embedder = self._open_embedder()
                source, origin = sources.fetch_with_origin(self.folder, kept[0].id)
                writer = writer.restarted(embedder, reuse=True)
                writer.with_context = with_context
                [*self._write(writer, embedder, [_ToWrite(StoredDocument.of(source, origin), None)], hold=1)]
            else:
                writer.with_context = with_context
                try:
                    writer.commit()
                except OSError as error:
                    raise cannot_write(self.folder, error) from error
            return [DocumentChange(name, "removed", records[name].passages, "") for name in dict.fromkeys(names)]

    def describe(self, name: str, supplied: Sequence[CitationFields]) -> None:
        """Store the citation fields that a person supplies for a document, replacing earlier ones. Embeds nothing.

        Raises SourceError for an invalid date, StoreError if there is no document with that name.
        """
        with locked(self.folder):
            manifest = Manifest.read(self.folder)
            record = next((one for one in manifest.documents if one.name == name), None)
            if record is None:
                raise _unknown(self.folder, name)
            source, origin = sources.fetch_with_origin(self.folder, record.id)
            described = dataclasses.replace(source, supplied=tuple(supplied))
            parse_source(described)
            try:
                file = sources.describe(self.folder, described, origin)
                files = manifest.files | {file: file_record(self.folder / file)}
                manifest.model_copy(update={"files": files}).write(self.folder)
            except OSError as error:
                raise cannot_write(self.folder, error) from error

    def replace_all(self, sources: Sequence[tuple[Source, str]]) -> None:
        """Replace the index by one of these (source, origin) pairs, and embed all of them.

        Raises SourceError for an edition that does not fit, StoreError or EmbedderError.
        """
        with locked(self.folder):
            self._write_all(sources, reuse=False)

    def refresh(self, current: Callable[[Source, str], Source] = lambda source, _: source) -> None:
        """Rebuild the index from its own documents; vectors that still fit are reused.

        `current` takes a stored source and its origin, and may return a newer source. Raises as `replace_all` does.
        """
        with locked(self.folder):
            stored = [(current(source, origin), origin) for source, origin in sources.all_stored(self.folder)]
            self._write_all(stored, reuse=True)

    def _write_all(self, sources: Sequence[tuple[Source, str]], *, reuse: bool) -> None:
        embedder = self._open_embedder()
        names: set[str] = set()
        new = []
        for source, origin in sources:
            named = _renamed(source, _free_name(source.name, names))
            names.add(named.name)
            new.append((named, origin))
        # Raises for an edition that does not fit before anything is written.
        passages = [len(parse_source(source).passages) for source, _ in new]
        writer = IndexWriter.open(self.folder).restarted(embedder, reuse=reuse)
        writer.with_context = _has_context(passages)
        items = (_ToWrite(StoredDocument.of(source, origin), None) for source, origin in new)
        [*self._write(writer, embedder, items, hold=len(new))]

    def _continued(self) -> IndexWriter:
        """Return a writer of the index as it is. An index that cannot be continued is first rebuilt."""
        try:
            manifest = Manifest.read(self.folder)
        except IndexNotFound:
            return IndexWriter.open(self.folder)
        except (IndexStale, IndexCorrupt):
            manifest = None
        if manifest is None or manifest.outdated():
            self._write_all(sources.all_stored(self.folder), reuse=True)
        return IndexWriter.open(self.folder)

    def _write(
        self, writer: IndexWriter, embedder: Embedder, items: Iterable[_ToWrite | DocumentChange], *, hold: int
    ) -> Iterator[DocumentChange]:
        """Write documents. The first `hold` are committed together: they were in the index before."""
        changes: list[DocumentChange] = []
        try:
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
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        yield from changes


class _Intake:
    """Reads the documents to add and compares each with the index: new, replaced, unchanged or refused."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer = writer
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
        if new == before:
            return DocumentChange(name, "unchanged", self._passages[new], "")
        if before:
            supplied = sources.fetch(self._writer.folder, before).supplied
            named = dataclasses.replace(named, supplied=supplied)
        stored = StoredDocument(new, named, parse_source(named), origin)
        if before:
            del self._names[before]
            self._writer.dropped.add(before)
        passages = len(stored.document.passages)
        self._known[identity], self._names[new], self._passages[new] = new, name, passages
        renamed = f"{label}: the name {source.name} is taken, so it is called {name}." if name != source.name else ""
        return _ToWrite(
            stored, DocumentChange(name, "replaced" if before else "added", passages, "" if before else renamed)
        )


def _has_context(passages: Sequence[int]) -> bool:
    """Return whether chunks get their context, from the number of passages of each document."""
    return len(passages) > 1 or sum(passages) > INDEX.large_document


def _unknown(folder: Path, name: str) -> StoreError:
    return StoreError(index_messages.NO_DOCUMENT.format(name=name), folder)


def _identity(origin: str, name: str) -> tuple[str, str]:
    return ("origin", origin) if origin else ("name", name)


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name, or name-2, name-3 … if it is taken."""
    return next(one for one in itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2))) if one not in taken)


def _renamed(source: Source, name: str) -> Source:
    return source if source.name == name else dataclasses.replace(source, name=name)
