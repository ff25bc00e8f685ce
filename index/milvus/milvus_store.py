"""The documents of an index on a Milvus server: what `index/storage/database.py` is to a folder.

The collection NAME_documents holds values under names (`index/milvus/pieces.py`):

manifest              the model, the versions and the format; written when the index is created
state                 a random word, another one after each change: it tells a reader that its catalogue is old
document:ID           the record of a document, with the number of its rows; written last, when all else is there
claim:DIGEST:ID       empty: the document has the name or the place of this digest, by which adding looks it up
blob:ID:SHA256        the document's file, text, other fields, parsed form and outline
tokens:ID-CHUNK       the token vectors of a row
common, null:KEY      the common components of the model's vectors; null scores

There is no transaction. A change writes what others cannot see, then the record, then another state.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.configuration import changed
from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, StoreError
from corpus.parse import PARSER_VERSION
from index import index_messages
from index.chunks import CHUNKER_VERSION
from index.location import MilvusAddress
from index.manifest import DocumentRecord, Manifest, Model, rebuild
from index.milvus.milvus_client import MilvusConnection, connection
from index.milvus.pieces import FIELDS, LOOKED_UP, Pieces, Value
from index.origin import Origin
from index.storage.database import digest_of

FORMAT = 1
"""Of the collections. Raise it when a program of before cannot read them, or their rows are made otherwise."""
ROW_TEXTS = ("pk", "document", "passage_id", "text")
ROW_NUMBERS = ("passage", "start", "sentence", "context", "section", "around", "year", "terms_count", "pieces")


class Description(BaseModel):
    """What the manifest of a collection says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    parser_version: int
    chunker_version: int
    settings: dict[str, Any]
    model: Model
    common: str
    """The SHA-256 of the common components."""


class StoredRecord(BaseModel):
    """The record of a document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record: DocumentRecord
    added: int
    """Nanoseconds since 1970, by the clock of the worker that added it. Documents are in this order."""
    outline: str
    """The SHA-256 of the JSON of its sections."""
    works: str
    """JSON of the metadata of its works."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A name, or a place that a document comes from: what one document of an index may have at a time."""

    what: Literal["name", "place"]
    value: str

    @property
    def kind(self) -> str:
        """The kind of the values that look it up."""
        return f"claim:{hashlib.sha256(f'{self.what} {self.value}'.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def claims_of(record: DocumentRecord) -> tuple[Claim, ...]:
    """Return what a document has: its name, and its place if it has one."""
    place = Origin.parse(record.origin).place
    return Claim("name", record.name), *([Claim("place", place)] if place else [])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The documents of an index at one time, in row order."""

    state: str
    description: Description
    documents: tuple[StoredRecord, ...]

    def manifest(self) -> Manifest:
        """Return the same as a manifest, which has no segments."""
        one = self.description
        return Manifest(
            parser_version=one.parser_version,
            chunker_version=one.chunker_version,
            settings=one.settings,
            model=one.model,
            common=one.common,
            with_context=True,
            shortlist=None,
            documents=tuple(stored.record for stored in self.documents),
            segments=(),
        )


class MilvusStore:
    """The documents on a server, in the state in which they were opened. Safe to share between threads."""

    def __init__(self, server: MilvusConnection, pieces: Pieces, catalogue: Catalogue) -> None:
        self._server = server
        self.pieces = pieces
        self.catalogue = catalogue
        self._manifest = catalogue.manifest()
        self._stored: dict[str, StoredRecord] = {}
        self._owners: dict[str, str] = {}
        self._know(catalogue.documents)

    @classmethod
    def open(cls, address: MilvusAddress) -> Self:
        """Read the catalogue. Raises IndexNotFound, IndexStale (of another format), StoreError, IndexUnreachable."""
        pieces = _pieces_of(address)
        return cls(connection(address), pieces, read_catalogue(address, pieces))

    @classmethod
    def open_to_add(cls, address: MilvusAddress) -> Self:
        """Read no records: they are looked up by `claiming`, so that adding does not slow down as the index grows."""
        pieces = _pieces_of(address)
        found = _described(address, pieces)
        return cls(
            connection(address), pieces, Catalogue(_state(found), read_description(address, found["manifest"]), ())
        )

    def claiming(self, claim: Claim) -> list[StoredRecord]:
        """Return the records that have a name or a place now, in the order in which they were added."""
        owners = self.pieces.owners(claim.kind)
        found = self.pieces.read([f"document:{owner}" for owner in owners])
        records = [_record(self.folder, data) for data in found.values()]
        self._know(records)
        return sorted((one for one in records if claim in claims_of(one.record)), key=_order)

    def _know(self, records: Sequence[StoredRecord]) -> None:
        for stored in reversed(records):
            self._stored[stored.record.id] = stored
            self._owners |= dict.fromkeys((*stored.record.blobs, stored.outline), stored.record.id)

    @property
    def folder(self) -> MilvusAddress:
        return self._server.address

    def close(self) -> None:
        """Do nothing: the connection stays, and serves the next one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def contents(self) -> Manifest:
        """Return the documents of this state."""
        return self._manifest

    def is_current(self, checksum: str) -> bool:
        """Return whether nothing has changed since it was opened. Raises IndexUnreachable."""
        return _state(self.pieces.read(["state"])) == self.catalogue.state

    def blob(self, sha256: str) -> bytes:
        """Return a blob of a document of this state. Raises IndexCorrupt if it is missing or altered."""
        owner = self._owners.get(sha256, "")
        name = f"blob:{owner}:{sha256}" if owner else "common"
        data = self.pieces.read([name]).get(name)
        if data is None or digest_of(data) != sha256:
            record = self._stored[owner].record.name if owner else name
            raise IndexCorrupt(index_messages.PIECES_MISSING.format(name=record), self.folder)
        return data

    def outlines(self) -> dict[str, bytes]:
        """Return the JSON of the sections of each document, by its id; without those that are missing."""
        names = {f"blob:{one.record.id}:{one.outline}": one.record.id for one in self.catalogue.documents}
        return {names[name]: data for name, data in self.pieces.read([*names]).items()}

    def null_scores(self, key: str) -> str | None:
        """Return the null scores with this key; None if there are none."""
        found = self.pieces.read([f"null:{key}"]).get(f"null:{key}")
        return None if found is None else found.decode("utf-8", "replace")

    def keep_null_scores(self, key: str, scores: str) -> None:
        """Store null scores. They belong to the documents of this state, which the key names."""
        self.pieces.put([Value(f"null:{key}", "null", "", scores.encode())])

    def works(self, document: str) -> Any:
        """Return the JSON value of the works of a document."""
        return json.loads(self._stored[document].works)

    def all_works(self) -> list[tuple[str, str]]:
        """Return the id of each document and the JSON of its works."""
        return [(one.record.id, one.works) for one in self.catalogue.documents]


def _pieces_of(address: MilvusAddress) -> Pieces:
    """Return the collection of documents. Raises IndexNotFound if there is none."""
    pieces = Pieces(connection(address), address.collections[1])
    if not connection(address).has(pieces.collection):
        raise IndexNotFound(index_messages.NO_COLLECTION.format(folder=address), address)
    return pieces


def read_catalogue(address: MilvusAddress, pieces: Pieces) -> Catalogue:
    """Read the documents as they are now: the state first, so that a change meanwhile makes it an old one.

    Raises IndexNotFound, IndexStale, StoreError.
    """
    found = _described(address, pieces)
    description = read_description(address, found["manifest"])
    documents = sorted((_record(address, data) for data in pieces.of_kind("document").values()), key=_order)
    return Catalogue(_state(found), description, tuple(documents))


def _described(address: MilvusAddress, pieces: Pieces) -> dict[str, bytes]:
    found = pieces.read(["manifest", "state"])
    if "manifest" not in found:
        raise IndexNotFound(index_messages.NO_COLLECTION.format(folder=address), address)
    return found


def _record(address: MilvusAddress, data: bytes) -> StoredRecord:
    try:
        return StoredRecord.model_validate_json(data)
    except ValidationError as error:
        message = index_messages.PIECES_MISSING
        raise IndexCorrupt(message.format(name=str(error).partition("\n")[0]), address) from error


def _order(stored: StoredRecord) -> tuple[int, str]:
    return stored.added, stored.record.id


def read_description(address: MilvusAddress, data: bytes) -> Description:
    """Raises IndexStale for another format, StoreError for something else under this name."""
    try:
        record = json.loads(data)
        found = record["format"]
        if found == FORMAT:
            return Description.model_validate(record)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StoreError(index_messages.FOREIGN_COLLECTION, address) from error
    message = index_messages.OTHER_COLLECTION_FORMAT
    raise IndexStale(message.format(found=found, expected=FORMAT, remedy=rebuild(address)), address)


def check_versions(address: MilvusAddress, manifest: Manifest) -> None:
    """Raise IndexStale if another version of the program cut the documents."""
    if outdated := manifest.outdated():
        versions = "; ".join(outdated)
        remedy = rebuild(address)
        raise IndexStale(index_messages.OTHER_PROGRAM.format(versions=versions, remedy=remedy), address)


def describe_now(model: Model, common: bytes) -> Description:
    """Return what this program writes into a new collection."""
    return Description(
        format=FORMAT,
        parser_version=PARSER_VERSION,
        chunker_version=CHUNKER_VERSION,
        settings=changed("parser", "chunks"),
        model=model,
        common=digest_of(common),
    )


def create(address: MilvusAddress, description: Description, common: bytes) -> None:
    """Create the collections and write the manifest; what another process has created meanwhile stays.

    Raises StoreError, also if a collection of this name holds something else.
    """
    server = connection(address)
    pieces = Pieces(server, address.collections[1])
    server.create(address.collection, ROW_TEXTS, ("document", "passage_id"), ROW_NUMBERS, description.model.dimension)
    server.create(pieces.collection, FIELDS, LOOKED_UP, (), 0)
    for collection, names in (
        (address.collection, {*ROW_TEXTS, *ROW_NUMBERS, "vector"}),
        (pieces.collection, {*FIELDS}),
    ):
        if not names <= {*server.fields(collection)}:
            raise StoreError(index_messages.FOREIGN_COLLECTION, address)
    found = server.fields(address.collection)["vector"]
    if found != description.model.dimension:
        message = index_messages.OTHER_DIMENSION
        name, expected = description.model.name, description.model.dimension
        raise StoreError(message.format(found=found, name=name, expected=expected), address)
    if "manifest" not in pieces.read(["manifest"]):
        manifest = description.model_dump_json().encode()
        pieces.put([Value("common", "common", "", common), Value("manifest", "manifest", "", manifest)])


def tell_change(pieces: Pieces) -> None:
    """Tell readers that something has changed."""
    pieces.put([Value("state", "state", "", secrets.token_hex(16).encode(), is_packed=False)])


def stored_values(record: StoredRecord, blobs: Mapping[str, bytes]) -> tuple[list[Value], Value]:
    """Return the values of a document: its blobs, and the record, which is written after them."""
    owner = record.record.id
    claims = (claim.kind for claim in claims_of(record.record))
    return (
        [
            *(Value(f"blob:{owner}:{digest}", "blob", owner, data) for digest, data in blobs.items()),
            *(Value(f"{kind}:{owner}", kind, owner, b"", is_packed=False) for kind in claims),
        ],
        Value(f"document:{owner}", "document", owner, record.model_dump_json().encode()),
    )


def _state(found: Mapping[str, bytes]) -> str:
    return found.get("state", b"").decode("ascii", "replace")
