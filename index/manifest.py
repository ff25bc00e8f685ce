"""`manifest.json`: the contents of an index folder, with digests to check that it is complete.

{
  "format": 6,
  "parser_version": 1,
  "chunker_version": 1,
  "settings": {},
  "model": {"name": "e5-small-q4", "fingerprint": "…", "dimension": 384},
  "with_context": false,
  "documents": [{"id": "…", "name": "sco-2021", "title": "…", "sha256": "…", "origin": "…", "passages": 88, …}],
  "segments": [{"id": "…", "documents": ["…"], "rows": 88}],
  "shortlist": null,
  "files": {"background-….npz": {"bytes": 613890, "sha256": "…"}, …},
  "checksum": "SHA-256 of this file's JSON, keys sorted, without this line"
}
"""

from __future__ import annotations

import hashlib
import json
import shlex
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.configuration import changed
from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, QAError
from corpus.message import Message
from corpus.parse import PARSER_VERSION
from index import index_messages
from index.atomic_files import write_atomically
from index.chunks import CHUNKER_VERSION
from index.migrations import STEPS, migrate

FORMAT = 6
"""Raised when an older program could misread the folder. `index/migrations.py` then gets a step."""
MANIFEST = "manifest.json"
BACKGROUND = "background-"
"""Prefix of the file of common components; each new file gets another name."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Model(_Record):
    """The embedder that made the vectors."""

    name: str
    fingerprint: str
    dimension: int


class DocumentRecord(_Record):
    """A document of the index. Documents are in row order; `index/storage/sources.py` stores their bytes by id."""

    id: str
    """16 hex digits: a digest of its name and everything that was read."""
    name: str
    """The user's name for it; unique in the index."""
    title: str
    """Its name and the titles of its works: they distinguish it from other documents."""
    sha256: str
    """Of the bytes as they were read."""
    origin: str
    """Digest of where it came from; a document with the same origin replaces it. Empty: its name identifies it."""
    passages: int
    rows: int
    """The number of its chunks: at least one for each passage (`index/chunks.py`)."""


class SegmentRecord(_Record):
    """Some consecutive rows, in a folder of their own."""

    id: str
    documents: tuple[str, ...]
    """Ids of the documents with rows in it, in order; also those in between that have no rows."""
    rows: int


class Shortlist(_Record):
    """How many rows the 1-bit codes must preselect in a large index (`index/search/dense.py`)."""

    rows: int
    """The rows of the index when this was measured."""
    size: int
    recall: float
    """0 to 1: the share of the 50 closest rows that the preselection keeps, over the everyday questions."""


class FileRecord(_Record):
    """A file of the folder."""

    bytes: int
    sha256: str


class Manifest(_Record):
    """The contents of an index folder."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    format: int
    parser_version: int
    """`corpus.parse.PARSER_VERSION` of the program that wrote it; 0: the program had no version."""
    chunker_version: int
    """`index.chunks.CHUNKER_VERSION`, likewise."""
    settings: dict[str, Any] = {}
    """The changed settings with which the documents were parsed and cut, by section.name."""
    model: Model
    with_context: bool
    """Whether the model and BM25 read title and section path before each chunk: there are several documents, or a large
    one."""
    documents: tuple[DocumentRecord, ...]
    segments: tuple[SegmentRecord, ...]
    shortlist: Shortlist | None
    files: dict[str, FileRecord]

    @property
    def passages(self) -> int:
        return sum(document.passages for document in self.documents)

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self.segments)

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of everything else in the manifest."""
        return _checksum(self.model_dump(mode="json"))

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

    def write(self, folder: Path) -> None:
        """Replace `manifest.json` in one step. The files that it names are the index from then on.

        A manifest of an older format is kept as `manifest.FORMAT.json`. Raises OSError.
        """
        _keep_older(folder)
        record = {**self.model_dump(mode="json"), "checksum": self.checksum}
        written = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        write_atomically(folder / MANIFEST, written.encode("utf-8", "surrogatepass"))

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read `manifest.json`, of this format or of one that `index/migrations.py` can migrate.

        Raises IndexNotFound, IndexStale (another format) or IndexCorrupt (altered).
        """
        path = folder / MANIFEST
        record = read_record(folder)
        found = record.get("format") if isinstance(record, dict) else None
        if isinstance(found, int) and found != FORMAT and found not in STEPS:
            message = index_messages.OTHER_FORMAT
            raise IndexStale(message.format(found=found, expected=FORMAT, remedy=rebuild(folder)), folder)
        if not isinstance(record, dict) or record.pop("checksum", None) != _checksum(record):
            raise IndexCorrupt(index_messages.MANIFEST_ALTERED.format(path=path, remedy=rebuild(folder)))
        try:
            return cls.model_validate(migrate(record, FORMAT))
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise IndexCorrupt(
                index_messages.MANIFEST_INVALID.format(path=path, reason=reason, remedy=rebuild(folder))
            ) from error


def _keep_older(folder: Path) -> None:
    """Keep a copy of a manifest that was migrated. Raises OSError."""
    with suppress(QAError):
        record = read_record(folder)
        found = record.get("format") if isinstance(record, dict) else None
        if found in STEPS:
            path = folder / MANIFEST
            write_atomically(path.with_suffix(f".{found}.json"), path.read_bytes())


def read_record(folder: Path) -> Any:
    """Return the JSON of `manifest.json`, of any format. Raises IndexNotFound or IndexCorrupt."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        remedy = index_messages.BUILD.format(folder=shlex.quote(str(folder)))
        raise IndexNotFound(index_messages.NO_INDEX.format(folder=folder, remedy=remedy)) from error
    except OSError as error:
        message = index_messages.CANNOT_BE_READ
        raise IndexCorrupt(message.format(path=path, reason=error.strerror, remedy=rebuild(folder))) from error
    try:
        return json.loads(data)
    except ValueError as error:
        raise IndexCorrupt(index_messages.NOT_JSON.format(path=path, remedy=rebuild(folder))) from error


def background_of(manifest: Manifest) -> str:
    """Return the name of the file of common components. Raises ValueError if there is none."""
    for name in manifest.files:
        if name.startswith(BACKGROUND):
            return name
    raise ValueError("no background")


def rebuild(folder: Path) -> Message:
    """Return the sentence that tells how to repair an index."""
    return index_messages.REBUILD.format(folder=shlex.quote(str(folder)))


def record_of(data: bytes) -> FileRecord:
    """Return the size and digest of data that will become a file."""
    return FileRecord(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def file_record(path: Path) -> FileRecord:
    """Return the size and digest of a file. Raises OSError."""
    with path.open("rb") as file:
        return FileRecord(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def check_file(folder: Path, name: str, record: FileRecord, *, whole: bool) -> None:
    """Raise IndexCorrupt if a file is missing or has another size or, if `whole`, another SHA-256."""
    path = folder / name
    try:
        found = file_record(path) if whole else FileRecord(bytes=path.stat().st_size, sha256="")
    except OSError as error:
        message = index_messages.CANNOT_BE_READ
        raise IndexCorrupt(message.format(path=path, reason=error.strerror, remedy=rebuild(folder))) from error
    if found.bytes != record.bytes:
        message = index_messages.OTHER_SIZE
        raise IndexCorrupt(message.format(path=path, found=found.bytes, expected=record.bytes, remedy=rebuild(folder)))
    if whole and found.sha256 != record.sha256:
        raise IndexCorrupt(index_messages.ALTERED.format(path=path, remedy=rebuild(folder)))


def _checksum(record: object) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
