"""Stores parsed documents, in `documents/ID.parts` (`corpus/document_json.py`)."""

from __future__ import annotations

from pathlib import Path

from corpus import document_json
from corpus.document import Document
from corpus.errors import IndexCorrupt
from corpus.source import Source
from index import index_messages
from index.atomic_files import write_atomically
from index.manifest import FileRecord, check_file, rebuild, record_of
from index.storage.sources import DOCUMENTS


def keep(folder: Path, identity: str, document: Document) -> dict[str, FileRecord]:
    """Store a parsed document; return its file by the name relative to the index folder. Raises OSError."""
    written = document_json.dumps(document)
    write_atomically(folder / _name(identity), written)
    return {_name(identity): record_of(written)}


def read(folder: Path, identity: str, source: Source, files: dict[str, FileRecord]) -> Document:
    """Return the parsed document of a source; equal to the result of `parse_source`.

    `files`: the manifest's. Raises IndexCorrupt if the file is missing or altered.
    """
    name = _name(identity)
    try:
        check_file(folder, name, files[name], whole=True)
        return document_json.loads((folder / name).read_bytes(), source)
    except (OSError, ValueError, KeyError) as error:
        message = index_messages.CANNOT_BE_READ
        raise IndexCorrupt(message.format(path=folder / name, reason=error, remedy=rebuild(folder))) from error


def _name(identity: str) -> str:
    return f"{DOCUMENTS}/{identity}.parts"
