"""The contents of an index: its documents and segments, the model and the versions that made it.

`index/storage/database.py` stores them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import stat
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from corpus.configuration import changed
from corpus.errors import IndexCorrupt, IndexStale
from corpus.message import Message
from corpus.parse import PARSER_VERSION
from index import index_messages
from index.chunks import CHUNKER_VERSION
from index.location import MilvusAddress

Id = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{16}\z")]
"""Names a folder, so nothing else may stand there."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Model(_Record):
    """The embedder that made the vectors."""

    name: str
    fingerprint: str
    dimension: int


class DocumentRecord(_Record):
    """A document of the index. Documents are in row order. `sha256` and what follows it name blobs by their SHA-256."""

    id: Id
    """A digest of its name and everything that was read."""
    name: str
    """The user's name for it; unique in the index."""
    title: str
    """Its name and the titles of its works: they distinguish it from other documents."""
    origin: str
    """Where it came from (`index/origin.py`); a document from the same place replaces it. Empty: its name identifies
    it."""
    passages: int
    rows: int
    """The number of its chunks: at least one for each passage (`index/chunks.py`)."""
    bytes: int
    """The size of its file."""
    sha256: str
    """Its file, byte for byte."""
    text: str
    """Its text in UTF-8; the same blob as the file where they are equal."""
    source: str
    """The JSON of the other fields of its `Source` (`index/storage/sources.py`)."""
    parsed: str
    """The JSON of the parsed document (`corpus/document_json.py`)."""

    @property
    def blobs(self) -> tuple[str, ...]:
        """The digests of its blobs."""
        return (self.sha256, self.text, self.source, self.parsed)


class FileRecord(_Record):
    """A file of a segment."""

    bytes: int
    sha256: str


class SegmentRecord(_Record):
    """Some consecutive rows, in a folder of their own."""

    id: Id
    documents: tuple[str, ...]
    """Ids of the documents with rows in it, in order; also those in between that have no rows."""
    rows: int
    files: dict[str, FileRecord]
    """By name."""


class Shortlist(_Record):
    """How many rows the codes must preselect in a large index (`index/search/dense.py`)."""

    rows: int
    """The rows of the index when this was measured."""
    size: int
    recall: float
    """0 to 1: the share of the 50 closest rows that the preselection keeps, over the everyday questions."""


class Manifest(_Record):
    """The contents of an index."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    parser_version: int
    """`corpus.parse.PARSER_VERSION` of the program that wrote it; 0: the program had no version."""
    chunker_version: int
    """`index.chunks.CHUNKER_VERSION`, likewise."""
    settings: dict[str, Any]
    """The changed settings with which the documents were parsed and cut, by section.name."""
    model: Model
    common: str
    """The blob of the common components of the model's vectors (`index/encoders/centering.py`)."""
    with_context: bool
    """Whether the model and BM25 read title and section path before each chunk: there are several documents, or a large
    one."""
    shortlist: Shortlist | None
    documents: tuple[DocumentRecord, ...]
    segments: tuple[SegmentRecord, ...]

    @property
    def passages(self) -> int:
        return sum(document.passages for document in self.documents)

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self.segments)

    def with_documents(self, documents: Sequence[DocumentRecord]) -> Manifest:
        """Return the same contents with other records of the documents."""
        fields = {name: getattr(self, name) for name in Manifest.model_fields}
        return Manifest.model_validate({**fields, "documents": tuple(documents)})

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the whole manifest."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()

    def outdated(self) -> list[str]:
        """Return each version or setting that differs now and changes the rows, old and new. Usually empty."""
        versions: dict[str, tuple[object, object]] = {
            "parser": (self.parser_version, PARSER_VERSION),
            "chunker": (self.chunker_version, CHUNKER_VERSION),
        }
        settings = changed("parser", "chunks")
        for name in sorted({*self.settings, *settings}):
            versions[name] = self.settings.get(name, "default"), settings.get(name, "default")
        return [f"{name} {before}, now {now}" for name, (before, now) in versions.items() if before != now]


def check_model(manifest: Manifest, where: object, name: str, fingerprint: str) -> None:
    """Raise IndexStale if another model than this one made the vectors of the index `where`."""
    model = manifest.model
    if (model.name, model.fingerprint) != (name, fingerprint):
        found, expected = f"{model.name} {model.fingerprint[:8]}", f"{name} {fingerprint[:8]}"
        message = index_messages.OTHER_MODEL
        raise IndexStale(message.format(found=found, expected=expected, remedy=rebuild(where)), where)


def rebuild(folder: object) -> Message:
    """Return the sentence that tells how to make an index again that is whole, but of another version."""
    if isinstance(folder, MilvusAddress):  # others ask it, so it is not rebuilt under them
        return index_messages.NEW_COLLECTION.format(folder=shlex.quote(str(folder)))
    return index_messages.REBUILD.format(folder=shlex.quote(str(folder)))


def repair(folder: object) -> Message:
    """Return the sentence that tells how to repair a damaged index."""
    if isinstance(folder, MilvusAddress):
        return index_messages.ADD_AGAIN
    return index_messages.REPAIR.format(folder=shlex.quote(str(folder)))


def file_record(path: Path) -> FileRecord:
    """Return the size and digest of a file. Raises OSError."""
    with path.open("rb") as file:
        return FileRecord(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def check_file(folder: Path, path: Path, record: FileRecord, *, whole: bool) -> None:
    """Check a file of an index folder: its size and, if `whole`, its SHA-256. A link is never followed.

    Raises IndexCorrupt if it is missing, a link or another file, OSError if it cannot be read.
    """
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        message = index_messages.CANNOT_BE_READ
        raise IndexCorrupt(message.format(path=path, reason=error.strerror, remedy=repair(folder))) from error
    if not stat.S_ISREG(found.st_mode):
        raise IndexCorrupt(index_messages.NO_PLAIN_FILE.format(path=path, remedy=repair(folder)))
    if found.st_size != record.bytes:
        message = index_messages.OTHER_SIZE
        remedy = repair(folder)
        raise IndexCorrupt(message.format(path=path, found=found.st_size, expected=record.bytes, remedy=remedy))
    if whole and file_record(path).sha256 != record.sha256:
        raise IndexCorrupt(index_messages.ALTERED.format(path=path, remedy=repair(folder)))
