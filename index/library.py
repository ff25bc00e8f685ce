"""Changing an index: documents are added, replaced and removed, and what has been embedded is never embedded again.

A change writes new segments, then replaces the manifest in one step, then deletes what nobody needs any more. Until
that step the folder is the index as it was. What a change has embedded lies in `building/` meanwhile, under a digest
of the text and the model, so that after an interruption the next try goes on from there.

Small segments are put together as they become many, each at least twice as large as the one behind it, up to 32,768
rows (`index/writer.py`): so a document costs what it costs itself, and a share of a merge that only copies.
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
    """Something to add, read when its turn comes."""

    origin: str
    """Where it comes from, as a digest or any word: what comes from there again takes its place. Empty: it is ours,
    and takes the place of what is ours of its name."""
    label: str
    """What to call it where it cannot be read."""
    read: Callable[[], Source]
    """Raises SourceError."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one document."""

    name: str
    """In the index; what it was called where it was refused."""
    what: Literal["added", "replaced", "unchanged", "refused", "removed"]
    passages: int
    reason: str
    """A sentence: why it was refused, or why it has another name. Mostly empty."""
    error: SourceError | None = None
    """What it was refused for, which says it in Chinese, too."""


@dataclass(frozen=True, slots=True)
class _New:
    """A document that is to be written."""

    stored: StoredDocument
    change: Change | None
    """None for one that the index had before."""


class Library:
    """The index in a folder, for changing it. One process at a time may."""

    def __init__(self, folder: Path, embedder: Callable[[], Embedder], *, progress: bool = False) -> None:
        """`embedder` is called when something has to be embedded, and only then. `progress`: a bar on stderr."""
        self.folder = folder
        self._open_embedder = embedder
        self._progress = progress

    def add(self, incoming: Iterable[NewDocument]) -> Iterator[Change]:
        """Add documents, and yield what became of each, once it is in the index or will never be.

        A document that cannot be read is refused, and the others go on. An index of an older format or another model
        is built anew on the way, from the documents that it has. Raises StoreError or EmbedderError.
        """
        with locked(self.folder):
            writer = self._continued()
            taking = _Taking(writer)
            first: list[_New | Change] = []
            for item in taking.take(incoming):
                if isinstance(item, Change):
                    first.append(item)
                    continue
                first.append(item)
                if taking.count > 1:
                    break  # a collection: whatever comes now
            if not any(isinstance(item, _New) for item in first):
                yield from (item for item in first if isinstance(item, Change))
                return
            embedder = self._open_embedder()
            again: list[tuple[Source, str]] = []
            with_context = _has_context(taking.passages)
            kept = [record for record in writer.documents if record.id not in writer.dropped]
            if not writer.fits(embedder) or (writer.with_context != with_context and kept):
                again = [sources.fetch_with_origin(self.folder, record.id) for record in kept]
                writer = writer.anew(embedder, reuse=True)
            writer.with_context = with_context
            before = (_New(StoredDocument.of(source, origin), None) for source, origin in again)
            yield from self._write(writer, embedder, itertools.chain(before, first, taking.rest()), hold=len(again))

    def remove(self, names: Sequence[str]) -> list[Change]:
        """Remove documents: their bytes, words and vectors leave the folder.

        Raises StoreError if there is no document of one of the names, or the folder cannot be written; then nothing is
        removed.
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
            if writer.with_context != with_context and kept:  # one is left, and it is small
                embedder = self._open_embedder()
                source, origin = sources.fetch_with_origin(self.folder, kept[0].id)
                writer = writer.anew(embedder, reuse=True)
                writer.with_context = with_context
                [*self._write(writer, embedder, [_New(StoredDocument.of(source, origin), None)], hold=1)]
            else:
                writer.with_context = with_context
                try:
                    writer.commit()
                except OSError as error:
                    raise cannot_write(self.folder, error) from error
            return [Change(name, "removed", records[name].passages, "") for name in dict.fromkeys(names)]

    def describe(self, name: str, supplied: Sequence[CitationFields]) -> None:
        """Keep what a person says of a document's works, in place of what was said before. Embeds nothing.

        Raises SourceError for a date that is none, StoreError if there is no document of that name.
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
        """Make an index of these documents (with their origins) in place of what is there, and embed all of them.

        Raises SourceError for an edition that does not fit, StoreError or EmbedderError.
        """
        with locked(self.folder):
            self._write_all(sources, reuse=False)

    def refresh(self, current: Callable[[Source, str], Source] = lambda source, _: source) -> None:
        """Build the index again from the documents that it has; vectors that still fit are not made again.

        `current` may give another text for a stored one, by its origin. Raises as `replace_all` does.
        """
        with locked(self.folder):
            stored = [(current(source, origin), origin) for source, origin in sources.all_stored(self.folder)]
            self._write_all(stored, reuse=True)

    def _write_all(self, sources: Sequence[tuple[Source, str]], *, reuse: bool) -> None:
        embedder = self._open_embedder()
        names: set[str] = set()
        new = []
        for source, origin in sources:
            named = _named(source, _free(source.name, names))
            names.add(named.name)
            new.append((named, origin))
        # An edition that does not fit is told before anything is written.
        passages = [len(parse_source(source).passages) for source, _ in new]
        writer = IndexWriter.open(self.folder).anew(embedder, reuse=reuse)
        writer.with_context = _has_context(passages)
        items = (_New(StoredDocument.of(source, origin), None) for source, origin in new)
        [*self._write(writer, embedder, items, hold=len(new))]

    def _continued(self) -> IndexWriter:
        """Return the index as it is, to be changed; a draft of its documents alone where it cannot go on."""
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
        self, writer: IndexWriter, embedder: Embedder, items: Iterable[_New | Change], *, hold: int
    ) -> Iterator[Change]:
        """Write documents. The first `hold` become the index together: without them it would lose some."""
        changes: list[Change] = []
        try:
            writer.begin(embedder, progress=self._progress)
            for item in items:
                if isinstance(item, Change):
                    changes.append(item)
                    continue
                rows = list(chunks_of(item.stored.document, with_context=writer.with_context))
                if hold <= 0 and not writer.has_room(len(rows)):
                    writer.commit(more=True)
                    yield from changes
                    changes = []
                writer.add(item.stored, rows, outline_of(item.stored.document, rows))
                hold -= item.change is None
                if item.change is not None:
                    changes.append(item.change)
            writer.commit()
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        yield from changes


class _Taking:
    """Reads what is to be added, and decides what each is to the index."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer = writer
        self._known = {_identity(record.origin, record.name): record.id for record in writer.documents}
        self._names = {record.id: record.name for record in writer.documents}
        self._passages = {record.id: record.passages for record in writer.documents}
        self._source: Iterator[NewDocument] = iter(())

    @property
    def count(self) -> int:
        """How many documents the index will have."""
        return len(self._names)

    @property
    def passages(self) -> list[int]:
        """How many passages each of them has, as far as they were taken."""
        return [self._passages[identity] for identity in self._names]

    def take(self, incoming: Iterable[NewDocument]) -> Iterator[_New | Change]:
        self._source = iter(incoming)
        yield from self.rest()

    def rest(self) -> Iterator[_New | Change]:
        """Yield what has not been taken yet."""
        for one in self._source:
            try:
                source = one.read()
                yield self._judge(one.label, source, one.origin)
            except SourceError as error:
                yield Change(one.label, "refused", 0, str(error), error)

    def _judge(self, label: str, source: Source, origin: str) -> _New | Change:
        identity = _identity(origin, source.name)
        before = self._known.get(identity)
        name = self._names[before] if before else _free(source.name, set(self._names.values()))
        named = _named(source, name)
        new = sources.document_id(named)
        if new == before:
            return Change(name, "unchanged", self._passages[new], "")
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
        return _New(stored, Change(name, "replaced" if before else "added", passages, "" if before else renamed))


def _has_context(passages: Sequence[int]) -> bool:
    """Say whether titles stand before the rows of an index, by the passages that each of its documents has."""
    return len(passages) > 1 or sum(passages) > INDEX.large_document


def _unknown(folder: Path, name: str) -> StoreError:
    return StoreError(index_messages.NO_DOCUMENT.format(name=name), folder)


def _identity(origin: str, name: str) -> tuple[str, str]:
    return ("origin", origin) if origin else ("name", name)


def _free(name: str, taken: set[str]) -> str:
    """Return the name, or name-2, name-3 … where it is taken."""
    return next(one for one in itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2))) if one not in taken)


def _named(source: Source, name: str) -> Source:
    return source if source.name == name else dataclasses.replace(source, name=name)
