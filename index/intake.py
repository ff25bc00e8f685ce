"""Reads the documents to add, and compares each with the index: new, replaced, unchanged or refused."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.bibliography.edition import CitationFields
from corpus.document import Document
from corpus.errors import IndexCorrupt, SourceError
from corpus.source import Source
from index.manifest import DocumentRecord
from index.origin import Origin
from index.storage import sources
from index.storage.database import Database
from index.storage.sources import StoredDocument
from index.writer import IndexWriter


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to add. It is read when its turn comes."""

    origin: str
    """Where it comes from, as `str` of an `Origin`; a document from the same place replaces it. If it is empty, as for
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
    what: Literal["added", "replaced", "unchanged", "refused", "removed", "moved"]
    passages: int
    reason: str
    """Why it was refused, or why it got another name, in a sentence. Usually empty."""
    error: SourceError | None = None
    """The error for which it was refused, with the Chinese sentence."""


@dataclass(frozen=True, slots=True)
class ToWrite:
    """A parsed document to write."""

    stored: StoredDocument
    change: DocumentChange | None
    """None for a document that was in the index before."""


class Intake:
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

    def take(self, documents: Iterable[NewDocument]) -> Iterator[ToWrite | DocumentChange]:
        self._source = iter(documents)
        yield from self.rest()

    def rest(self) -> Iterator[ToWrite | DocumentChange]:
        """Yield the documents that have not been read yet."""
        for one in self._source:
            try:
                source = one.read()
                yield self._judge(one.label, source, one.origin)
            except SourceError as error:
                yield DocumentChange(one.label, "refused", 0, str(error), error)

    def _judge(self, label: str, source: Source, origin: str) -> ToWrite | DocumentChange:
        identity = _identity(origin, source.name)
        before = self._known.get(identity)
        name = self._names[before] if before else free_name(source.name, set(self._names.values()))
        named = source_named(source, name)
        new = sources.document_id(named)
        if before:
            supplied, is_whole = self._stored_of(before)
            named = dataclasses.replace(named, supplied=supplied)
            if new == before and not is_whole:  # the same document heals itself
                stored = StoredDocument.of(named, origin, self._parse)
                healed = store_again(self._writer.database, stored, keeps_staged=True)
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
        return ToWrite(
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


def store_again(database: Database, stored: StoredDocument, *, keeps_staged: bool = False) -> DocumentRecord:
    """Replace the blobs of a document that the index has, and return its record. Its rows stay as they are."""
    manifest = database.contents()
    records = list(manifest.documents)
    number = next(n for n, one in enumerate(records) if one.id == stored.id)
    record, blobs = sources.record_of(stored, records[number].rows)
    records[number] = record
    works = {stored.id: stored.works()}
    database.commit(manifest.with_documents(records), blobs, works, keeps_staged=keeps_staged)
    return record


def _identity(origin: str, name: str) -> tuple[str, str]:
    place = Origin.parse(origin).place
    return ("origin", place) if place else ("name", name)


def free_name(name: str, taken: set[str]) -> str:
    """Return the name, or name-2, name-3 … if it is taken."""
    return next(one for one in itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2))) if one not in taken)


def source_named(source: Source, name: str) -> Source:
    return source if source.name == name else dataclasses.replace(source, name=name)
