"""`manifest.json`: what an index folder holds, and how to tell that it is whole.

{
  "format": 2,
  "model": {"name": "e5-small-q4", "fingerprint": "…", "dimension": 384},
  "passages": 88,
  "documents": [{"name": "sco-2021", "sha256": "…", "edition": true, "passages": 88}],
  "files": {"vectors.faiss": {"bytes": 135213, "sha256": "…"}, …},
  "checksum": "SHA-256 of this file's JSON, keys sorted, without this line"
}
"""

from __future__ import annotations

import hashlib
import json
import shlex
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale

FORMAT = 2
"""Counts up whenever an older program could misread the folder."""
MANIFEST = "manifest.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Model(_Record):
    """The embedder that made the vectors."""

    name: str
    fingerprint: str
    dimension: int


class DocumentRecord(_Record):
    """A document of the index. Its bytes are in `documents/`, under its place in the list."""

    name: str
    sha256: str
    edition: bool
    """An edition file was used, and is stored beside the bytes."""
    passages: int


class FileRecord(_Record):
    """A file of the folder."""

    bytes: int
    sha256: str


class Manifest(_Record):
    """The contents of an index folder."""

    format: int
    model: Model
    passages: int
    documents: tuple[DocumentRecord, ...]
    files: dict[str, FileRecord]

    def write(self, folder: Path) -> None:
        """Write `manifest.json`, which makes the folder an index."""
        record = self.model_dump(mode="json")
        record["checksum"] = _checksum(record)
        (folder / MANIFEST).write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read `manifest.json`. Raises IndexNotFound, IndexStale (another format) or IndexCorrupt (altered)."""
        path = folder / MANIFEST
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise IndexNotFound(
                f"{folder}: there is no index here. {rebuild(folder).replace('Rebuild', 'Build')}"
            ) from error
        except OSError as error:
            raise IndexCorrupt(f"{path}: cannot be read ({error.strerror}). {rebuild(folder)}") from error
        try:
            record = json.loads(data)
        except ValueError as error:
            raise IndexCorrupt(f"{path}: is truncated or altered (not JSON). {rebuild(folder)}") from error
        found = record.get("format") if isinstance(record, dict) else None
        if isinstance(found, int) and found != FORMAT:
            raise IndexStale(
                f"{folder}: the index has format {found}, and this program reads {FORMAT}. {rebuild(folder)}"
            )
        if not isinstance(record, dict) or record.pop("checksum", None) != _checksum(record):
            raise IndexCorrupt(f"{path}: was altered (its checksum differs). {rebuild(folder)}")
        try:
            return cls.model_validate(record)
        except ValidationError as error:
            raise IndexCorrupt(f"{path}: {error.errors()[0]['msg']}. {rebuild(folder)}") from error


def rebuild(folder: Path) -> str:
    """Return the sentence that says how to mend an index."""
    return f"Rebuild it: python -m qa index build --index {shlex.quote(str(folder))}"


def file_record(path: Path) -> FileRecord:
    """Measure a file. Raises OSError."""
    with path.open("rb") as file:
        return FileRecord(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def _checksum(record: object) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
