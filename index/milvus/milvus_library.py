"""Changes an index on a Milvus server. Any number of processes may do so at once, and none waits for another.

There are no transactions, so each step is right whatever another process does meanwhile:

- the key of a row is made of the content, so two processes that add the same document write the same rows;
- what a cut-off change has written is not written or embedded again;
- the record of a document comes last: until then no reader sees the document;
- after it is written, of the documents from one place the one added last stays, and of two with one name the second
  gets another name. Each writer looks for itself, after its own record: the last of them sees all.

Titles always stand before the chunks (`Manifest.with_context`), as in a folder of several documents.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from tqdm import tqdm

from corpus.bibliography.edition import CitationFields
from corpus.document import Document
from corpus.errors import IndexCorrupt, IndexNotFound, SourceError, StoreError
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.chunks import Chunk, chunks_of, outline_of
from index.encoders.base import Embedder
from index.encoders.centering import CommonComponents, center
from index.encoders.labels_apart import encode_chunks
from index.index_settings import MILVUS
from index.intake import DocumentChange, NewDocument, source_named
from index.location import MilvusAddress
from index.manifest import Model, check_model, rebuild
from index.milvus.bm25_sparse import counted, row_vector
from index.milvus.milvus_client import Record, connection
from index.milvus.milvus_rows import key_of, packed
from index.milvus.milvus_store import (
    Claim,
    MilvusStore,
    StoredRecord,
    check_versions,
    create,
    describe_now,
    stored_values,
    tell_change,
)
from index.milvus.pieces import Value, in_batches
from index.origin import Origin
from index.search.token_vectors import pack
from index.storage import sources
from index.storage.database import digest_of
from index.storage.sources import StoredDocument, fetch


@dataclass(frozen=True, slots=True)
class _Placed:
    """A document under the name that it gets, and what it replaces."""

    source: Source
    before: StoredRecord | None
    renamed: bool


class MilvusLibrary:
    """A Milvus collection, for changing it."""

    def __init__(
        self,
        address: MilvusAddress,
        embedder: Callable[[], Embedder],
        *,
        progress: bool = False,
        parse: Callable[[Source], Document] = parse_source,
    ) -> None:
        """The arguments are those of `Library`."""
        self.address = address
        self._open_embedder = embedder
        self._progress = progress
        self._parse = parse
        self._server = connection(address)

    def add(self, documents: Iterable[NewDocument]) -> Iterator[DocumentChange]:
        """Add documents, and yield the outcome for each once it is written or refused. Raises as `Library.add`."""
        store = self._store_or_none()
        for one in documents:
            try:
                source = one.read()
                change, store = self._add(store, source, one.origin, one.label)
                yield change
            except SourceError as error:
                yield DocumentChange(one.label, "refused", 0, str(error), error)

    def remove(self, names: Sequence[str]) -> list[DocumentChange]:
        """Remove documents. Raises StoreError if one of the names has no document; then nothing is removed."""
        store = MilvusStore.open(self.address)
        found = {stored.record.name: stored for stored in store.catalogue.documents}
        for name in names:
            if name not in found:
                raise StoreError(index_messages.NO_DOCUMENT.format(name=name), self.address)
        gone = [found[name] for name in dict.fromkeys(names)]
        self._drop(store, [stored.record.id for stored in gone])
        return [DocumentChange(one.record.name, "removed", one.record.passages, "") for one in gone]

    def describe(self, name: str, supplied: Sequence[CitationFields]) -> None:
        """Store the citation fields that a person supplies for a document. Raises as `Library.describe`."""
        store = MilvusStore.open(self.address)
        stored = next((one for one in store.catalogue.documents if one.record.name == name), None)
        if stored is None:
            raise StoreError(index_messages.NO_DOCUMENT.format(name=name), self.address)
        described = dataclasses.replace(fetch(store, stored.record), supplied=tuple(supplied))
        document = StoredDocument(stored.record.id, described, parse_source(described), stored.record.origin)
        self._write_record(store, document, stored.record.rows, stored.added)
        tell_change(store.pieces)

    def relocate(self, origins: Mapping[str, str]) -> None:
        """Note where documents come from now: the origin by the document's id. Raises StoreError."""
        store = MilvusStore.open(self.address)
        moved = False
        for stored in store.catalogue.documents:
            record = stored.record
            if (origin := origins.get(record.id, record.origin)) != record.origin:
                rest = sources.with_origin(store.blob(record.source), origin)
                record = record.model_copy(update={"origin": origin, "source": digest_of(rest)})
                values, last = stored_values(stored.model_copy(update={"record": record}), {record.source: rest})
                store.pieces.put(values)
                store.pieces.put([last])
                moved = True
        if moved:
            tell_change(store.pieces)

    def replace_all(self, sources: Sequence[tuple[Source, str]]) -> None:
        """Replace the index by one of these (source, origin) pairs. Raises as `Library.replace_all`."""
        self._store_or_none() or self._created()
        store = MilvusStore.open(self.address)
        self._drop(store, [stored.record.id for stored in store.catalogue.documents])
        new = [NewDocument(origin, source.name, lambda source=source: source) for source, origin in sources]  # type: ignore[misc]
        for change in self.add(new):
            if change.error is not None:
                raise change.error

    def refresh(
        self, current: Callable[[Source, str], Source] = lambda source, _: source, *, reuse: bool = True
    ) -> None:
        """Raise StoreError: other processes ask this index, so it is not rebuilt under them."""
        remedy = rebuild(self.address)
        raise StoreError(remedy, self.address)

    def _store_or_none(self) -> MilvusStore | None:
        """Return the documents that are there. Raises IndexStale for those of another version."""
        try:
            store = MilvusStore.open_to_add(self.address)
        except IndexNotFound:
            return None
        check_versions(self.address, store.contents())
        return store

    def _created(self) -> MilvusStore:
        """Create the index, unless it is there, and open it. Raises StoreError, EmbedderError."""
        embedder = self._open_embedder()
        common = CommonComponents.measure(embedder).dumps()
        model = Model(name=embedder.name, fingerprint=embedder.fingerprint, dimension=embedder.dimension)
        create(self.address, describe_now(model, common), common)
        return MilvusStore.open_to_add(self.address)

    def _add(
        self, store: MilvusStore | None, source: Source, origin: str, label: str
    ) -> tuple[DocumentChange, MilvusStore]:
        store = store or self._created()
        placed = _place(store, source, origin)
        before, new = placed.before, sources.document_id(placed.source)
        if before is not None and before.record.id == new and self._is_whole(store, before):
            self._settle_place(store, _identity(origin, source.name))  # a worker may have been ended before it did
            return DocumentChange(before.record.name, "unchanged", before.record.passages, ""), store
        stored = StoredDocument.of(placed.source, origin, self._parse)
        passages = len(stored.document.passages)
        self._write(store, stored)
        name = self._settled(store, stored)
        reason = f"{label}: the name {source.name} is taken, so it is called {name}." if name != source.name else ""
        is_new = before is None
        return DocumentChange(name, "added" if is_new else "replaced", passages, reason if is_new else ""), store

    def _write(self, store: MilvusStore, stored: StoredDocument) -> None:
        """Write a document: what is missing of its rows, then its blobs, then its record."""
        chunks = list(chunks_of(stored.document, with_context=True))
        there = self._written(store, stored.id)
        missing = [number for number in range(len(chunks)) if key_of(stored.id, number) not in there]
        if missing:
            self._embed(store, stored, chunks, missing)
        self._write_record(store, stored, len(chunks), time.time_ns())
        tell_change(store.pieces)

    def _written(self, store: MilvusStore, identity: str) -> set[str]:
        """Return the keys of the rows of a document that are there with their token vectors."""
        condition = f'document == "{identity}"'
        rows = {row["pk"] for row in self._server.select(self.address.collection, condition, ["pk"])}
        tokens = self._server.select(store.pieces.collection, f'owner == "{identity}" and kind == "whole"', ["pk"])
        whole = {row["pk"].removeprefix("whole:").removesuffix("/0") for row in tokens}
        return rows & whole

    def _embed(self, store: MilvusStore, stored: StoredDocument, chunks: Sequence[Chunk], missing: list[int]) -> None:
        """Embed chunks, and write them batch by batch: the token vectors, then the rows, then that they are whole."""
        embedder = self._open_embedder()
        check_model(store.contents(), self.address, embedder.name, embedder.fingerprint)
        components = CommonComponents.loads(store.blob(store.contents().common))
        texts = [chunks[number].text for number in missing]
        done = 0
        with tqdm(
            total=sum(map(len, texts)),
            desc=stored.source.name[:20],
            unit=" characters",
            unit_scale=True,
            disable=None if self._progress else True,
        ) as bar:
            for batch in encode_chunks(embedder, texts, [chunks[number].labels for number in missing]):
                some = missing[done : done + len(batch.vectors)]
                own = [chunks[number] for number in some]
                records = pack(batch, components.tokens, [one.context for one in own], [one.ends for one in own])
                vectors = center(components.passage_mean, batch.vectors)
                keys = [key_of(stored.id, number) for number in some]
                tokens = [
                    Value(f"tokens:{key}", "tokens", stored.id, records[start:end].tobytes(), is_packed=False)
                    for key, start, end in zip(keys, batch.starts[:-1], batch.starts[1:], strict=True)
                ]
                store.pieces.put(tokens)
                rows = (
                    _row(key, stored.id, chunk, vector.astype(np.float16).astype(np.float32).tolist(), value)
                    for key, chunk, vector, value in zip(keys, own, vectors, tokens, strict=True)
                )
                for some_rows in in_batches(rows):
                    self._server.put(self.address.collection, some_rows)
                store.pieces.put(Value(f"whole:{key}", "whole", stored.id, b"", is_packed=False) for key in keys)
                bar.update(sum(len(one.text) for one in own))
                done += len(some)

    def _write_record(self, store: MilvusStore, stored: StoredDocument, rows: int, added: int) -> None:
        record, blobs = sources.record_of(stored, rows)
        chunks = list(chunks_of(stored.document, with_context=True))
        outline = json.dumps([astuple(one) for one in outline_of(stored.document, chunks)]).encode("ascii")
        whole = StoredRecord(record=record, added=added, outline=digest_of(outline), works=stored.works())
        values, last = stored_values(whole, {**blobs, whole.outline: outline})
        store.pieces.put(values)
        store.pieces.put([last])

    def _settled(self, store: MilvusStore, stored: StoredDocument) -> str:
        """Settle what other processes added meanwhile, and return the document's name: see the head of this module."""
        self._settle_place(store, _identity(stored.origin, stored.source.name))
        named = store.claiming(Claim("name", stored.source.name))
        if len(named) > 1 and any(one.record.id == stored.id for one in named):
            mark = next(mark for mark in _marks(stored.origin, stored.id) if not stored.source.name.endswith(mark))
            again = source_named(stored.source, stored.source.name + mark)
            self._write(store, StoredDocument.of(again, stored.origin, self._parse))
            self._drop(store, [stored.id])
            return again.name
        return stored.source.name

    def _settle_place(self, store: MilvusStore, identity: Claim) -> None:
        """Of the documents from one place, keep the one that was added last."""
        if before := _of_identity(store, identity)[:-1]:
            self._drop(store, [one.record.id for one in before])

    def _is_whole(self, store: MilvusStore, stored: StoredRecord) -> bool:
        """Return whether a document and all its rows can be read."""
        try:
            fetch(store, stored.record)
        except IndexCorrupt:
            return False
        return len(self._written(store, stored.record.id)) >= stored.record.rows

    def _drop(self, store: MilvusStore, identities: Sequence[str]) -> None:
        """Remove documents: the records first, so that no reader sees a part of one."""
        if not identities:
            return
        for identity in identities:
            store.pieces.delete(owner=identity, kinds=["document"])
        tell_change(store.pieces)
        for identity in identities:
            self._server.delete(self.address.collection, f'document == "{identity}"')
            store.pieces.delete(owner=identity)


def _row(key: str, identity: str, chunk: Chunk, vector: list[float], tokens: Value) -> Record:
    counts = counted(chunk.text)
    text = packed(chunk.text)
    if len(text) > MILVUS.longest_text:
        raise SourceError(index_messages.ROW_TOO_LONG, identity)
    names = ("passage", "start", "sentence", "context", "section", "around", "year")
    return {
        "pk": key,
        "document": identity,
        "passage_id": f"{chunk.passage_id:016x}",
        "text": text,
        "vector": vector,
        "terms": row_vector(counts),
        "terms_count": counts.total(),
        "pieces": len(list(tokens.rows())),
        **{name: int(getattr(chunk, name)) for name in names},
    }


def _place(store: MilvusStore, source: Source, origin: str) -> _Placed:
    """Return the document under the name that is free for it, with the supplied fields of the one that it replaces."""
    there = _of_identity(store, _identity(origin, source.name))
    before = there[-1] if there else None
    if before is not None:
        try:
            supplied = fetch(store, before.record).supplied
        except IndexCorrupt:
            supplied = sources.fetch_supplied(store, before.record)
        return _Placed(dataclasses.replace(source_named(source, before.record.name), supplied=supplied), before, False)
    names = itertools.chain([source.name], (f"{source.name}{mark}" for mark in _marks(origin, source.sha256)))
    name = next(one for one in names if not store.claiming(Claim("name", one)))
    return _Placed(source_named(source, name), None, name != source.name)


def _marks(origin: str, otherwise: str) -> Iterator[str]:
    """Yield what may stand after a name that is taken: of the place, so that two processes choose differently."""
    digest = Origin.parse(origin).place or otherwise
    yield from (f"-{digest[:length]}" for length in range(4, len(digest) + 1))


def _identity(origin: str, name: str) -> Claim:
    """Return what makes two files one document: the place, or the name of what has none."""
    place = Origin.parse(origin).place
    return Claim("place", place) if place else Claim("name", name)


def _of_identity(store: MilvusStore, identity: Claim) -> list[StoredRecord]:
    """Return the documents of a place, or those of a name that have no place, in the order in which they were added."""
    return [one for one in store.claiming(identity) if _identity(one.record.origin, one.record.name) == identity]
