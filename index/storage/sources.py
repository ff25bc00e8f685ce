"""Documents as the database stores them: their blobs, and a `Source` made of them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from corpus import document_json
from corpus.bibliography.edition import CitationFields
from corpus.document import Document, Metadata
from corpus.errors import IndexCorrupt, IndexStale
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.chunks import title_of
from index.manifest import DocumentRecord, Manifest, rebuild, repair
from index.storage.database import digest_of

_SOURCE = TypeAdapter(Source)
_WORKS = TypeAdapter(tuple[Metadata, ...])


class DocumentStore(Protocol):
    """Where the documents of an index are read from: its database, or the server's."""

    @property
    def folder(self) -> object:
        """The index, as errors name it."""
        ...

    def blob(self, sha256: str, /) -> bytes:
        """Return a blob. Raises IndexCorrupt if it is missing or altered."""
        ...

    def is_current(self, checksum: str, /) -> bool:
        """Return whether the contents are still those with this checksum."""
        ...

    def null_scores(self, key: str, /) -> str | None:
        """Return the null scores with this key; None if there are none."""
        ...

    def works(self, document: str, /) -> Any:
        """Return the JSON value of the works of a document, by its id."""
        ...

    def all_works(self) -> list[tuple[str, str]]:
        """Return the id of each document and the JSON of its works."""
        ...


class StoredContents(DocumentStore, Protocol):
    """A store that says what is in it."""

    def contents(self) -> Manifest: ...


def document_id(source: Source) -> str:
    """Return 16 hex digits, a digest of everything that was read. Another name, byte or edition gives another id.

    Supplied citation fields do not count. Nor does a field that a later version of the program adds, while it has its
    default: an update must find the documents that an older version stored.
    """
    rest = _SOURCE.dump_python(
        source, mode="json", exclude={"data", "text", "supplied"}, exclude_defaults=True, by_alias=True
    )
    digest = hashlib.sha256(json.dumps(rest, sort_keys=True).encode())
    digest.update(source.sha256.encode())
    digest.update(hashlib.sha256(_utf8(source.text)).digest())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the index stores it: its id, source, parsed document and origin."""

    id: str
    source: Source
    document: Document
    origin: str

    @classmethod
    def of(cls, source: Source, origin: str, parse: Callable[[Source], Document] = parse_source) -> StoredDocument:
        """Parse a source. Raises SourceError if its edition file does not fit."""
        return cls(document_id(source), source, parse(source), origin)

    def blobs(self) -> tuple[bytes, bytes, bytes, bytes]:
        """Return the file, the text, the other fields of the source and the parsed document."""
        data, text = self.source.data, _utf8(self.source.text)
        rest = source_json(self.source, self.origin)
        return data, data if text == data else text, rest, document_json.dumps(self.document)

    def works(self) -> str:
        """Return the metadata of the document's works as JSON."""
        return json.dumps(_WORKS.dump_python(self.document.metadata, mode="json", exclude_defaults=True))


def record_of(stored: StoredDocument, rows: int) -> tuple[DocumentRecord, dict[str, bytes]]:
    """Return what the manifest says about a document, and its blobs by digest. `rows`: the number of its chunks."""
    parts = stored.blobs()
    data, text, rest, parsed = digests = [digest_of(part) for part in parts]
    blobs = dict(zip(digests, parts, strict=True))
    document = stored.document
    record = DocumentRecord(
        id=stored.id,
        name=document.name,
        title=title_of(document),
        origin=stored.origin,
        passages=len(document.passages),
        rows=rows,
        bytes=len(stored.source.data),
        sha256=data,
        text=text,
        source=rest,
        parsed=parsed,
    )
    return record, blobs


def source_json(source: Source, origin: str) -> bytes:
    """Return the JSON of everything but a source's bytes and text; their digests let a lost record be made again."""
    rest = _SOURCE.dump_python(source, mode="json", exclude={"data", "text"}, by_alias=True)
    digests = {"sha256": source.sha256, "text_sha256": digest_of(_utf8(source.text))}
    return json.dumps({**rest, **digests, "origin": origin}).encode("ascii")


def with_origin(rest: bytes, origin: str) -> bytes:
    """Return the JSON that `source_json` made, with another origin."""
    return json.dumps({**json.loads(rest), "origin": origin}).encode("ascii")


def source_from(data: bytes, text: bytes, rest: dict[str, Any]) -> tuple[Source, str]:
    """Return the source and its origin. Raises ValueError if they make none."""
    rest = {name: value for name, value in rest.items() if name not in ("sha256", "text_sha256", "proof")}
    try:
        origin = rest.pop("origin")
        return _SOURCE.validate_python({**rest, "data": data, "text": text.decode("utf-8", "surrogatepass")}), origin
    except (KeyError, TypeError, AttributeError, RecursionError, ValidationError) as error:
        raise ValueError(str(error)) from error


def check_source(manifest: Manifest, where: object, source: Source) -> None:
    """Raise IndexStale if the index `where` has another version of this shipped text or of its edition."""
    for stored in manifest.documents:
        if not stored.origin and stored.name == source.name and stored.id != document_id(source):
            message = index_messages.OTHER_SOURCE
            raise IndexStale(message.format(name=source.name, remedy=rebuild(where)), where)


def fetch(database: DocumentStore, record: DocumentRecord) -> Source:
    """Return a stored source. Raises IndexCorrupt if it cannot be read or was altered."""
    try:
        data, text = database.blob(record.sha256), database.blob(record.text)
        source, _ = source_from(data, text, json.loads(database.blob(record.source)))
        if document_id(source) == record.id:
            return source
    except (ValueError, RecursionError):
        pass
    except IndexCorrupt as error:
        raise _damaged(database, record) from error
    raise _damaged(database, record)


def fetch_supplied(database: DocumentStore, record: DocumentRecord) -> tuple[CitationFields, ...]:
    """Return the fields that a person supplied for a document whose file or text is damaged; none if they are, too."""
    try:
        return source_from(b"", b"", json.loads(database.blob(record.source)))[0].supplied
    except (ValueError, RecursionError, IndexCorrupt):
        return ()


def fetch_document(database: DocumentStore, record: DocumentRecord) -> Document:
    """Return a stored document, equal to the result of `parse_source`. Raises IndexCorrupt as `fetch`."""
    source = fetch(database, record)
    try:
        return document_json.loads(database.blob(record.parsed), source)
    except (ValueError, IndexCorrupt):
        return parse_source(source)  # the source is intact: parse it again


def works_of(database: DocumentStore) -> dict[str, tuple[Metadata, ...]]:
    """Return the metadata of the works of each document, by its id; no document is read or parsed.

    What cannot be read is left out: a list goes without it. Raises StoreError if the file cannot be read.
    """
    found: dict[str, tuple[Metadata, ...]] = {}
    for identity, works in database.all_works():
        with suppress(ValueError, RecursionError):
            found[identity] = _WORKS.validate_json(works)
    return found


def all_stored(database: StoredContents) -> tuple[list[tuple[Source, str]], list[str]]:
    """Return the intact sources, each with its origin, in order, and the names of the damaged documents.

    They are of one state: where another process has changed the index meanwhile, they are read again.
    """
    manifest = database.contents()
    while True:
        found: list[tuple[Source, str]] = []
        damaged: list[str] = []
        for record in manifest.documents:
            try:
                found.append((fetch(database, record), record.origin))
            except IndexCorrupt:
                damaged.append(record.name)
        before, manifest = manifest, database.contents() if damaged else manifest
        if manifest == before:
            return found, damaged


def _damaged(database: DocumentStore, record: DocumentRecord) -> IndexCorrupt:
    message = index_messages.SOURCE_DAMAGED
    return IndexCorrupt(message.format(folder=database.folder, name=record.name, remedy=repair(database.folder)))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
