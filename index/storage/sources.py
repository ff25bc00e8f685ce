"""Stores the sources of an index, in `documents/`. Files are named by an id, never by the document's name.

ID.bin    the bytes of the file
ID.text   the text in UTF-8, unless it equals the bytes (another encoding, another format)
ID.json   the rest of the `Source`: its name, its edition file, its origin, and the citation fields that a person
          supplies. It holds its own digest (`proof`), because a person may change these fields at any time, and the
          power may fail before the manifest is written.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from corpus.document import Document
from corpus.errors import IndexCorrupt, QAError
from corpus.message import Message
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.atomic_files import write_atomically
from index.manifest import FileRecord, read_record, rebuild, record_of

DOCUMENTS = "documents"
_SOURCE = TypeAdapter(Source)


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
    def of(cls, source: Source, origin: str) -> StoredDocument:
        """Parse a source. Raises SourceError if its edition file does not fit."""
        return cls(document_id(source), source, parse_source(source), origin)


def keep(folder: Path, stored: StoredDocument) -> dict[str, FileRecord]:
    """Store the source of a document; return its files by name relative to the index folder. Raises OSError."""
    source = stored.source
    (folder / DOCUMENTS).mkdir(parents=True, exist_ok=True)
    stem = f"{DOCUMENTS}/{stored.id}"
    contents = {f"{stem}.bin": source.data}
    if (text := _utf8(source.text)) != source.data:
        contents[f"{stem}.text"] = text
    contents[f"{stem}.json"] = _record(source, stored.origin)
    for name, data in contents.items():
        write_atomically(folder / name, data)
    return {name: record_of(data) for name, data in contents.items()}


def describe(folder: Path, source: Source, origin: str) -> str:
    """Store the supplied citation fields of a source in one step; return the file's name. Raises OSError."""
    name = f"{DOCUMENTS}/{document_id(source)}.json"
    write_atomically(folder / name, _record(source, origin))
    return name


def fetch(folder: Path, identity: str) -> Source:
    """Return a stored source. Raises IndexCorrupt if it cannot be read or was altered."""
    return fetch_with_origin(folder, identity)[0]


def fetch_with_origin(folder: Path, identity: str) -> tuple[Source, str]:
    """Return a stored source and its origin. Raises IndexCorrupt as `fetch` does."""
    path = folder / DOCUMENTS / f"{identity}.bin"
    try:
        data = path.read_bytes()
        rest = json.loads(path.with_suffix(".json").read_bytes().decode("utf-8", "surrogatepass"))
        text = path.with_suffix(".text")
        utf8 = text.read_bytes() if text.exists() else data
        is_proved = rest.pop("proof", None) in (None, _proof(rest))  # an older version wrote no digest
        origin = rest.pop("origin")
        source = _SOURCE.validate_python({**rest, "data": data, "text": utf8.decode("utf-8", "surrogatepass")})
    except OSError as error:
        message = index_messages.SOURCE_CANNOT_BE_READ
        raise IndexCorrupt(message.format(path=path, reason=error.strerror, remedy=rebuild(folder))) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError) as error:
        raise IndexCorrupt(index_messages.SOURCE_MALFORMED.format(path=path, remedy=rebuild(folder))) from error
    if document_id(source) != identity or not is_proved:
        raise IndexCorrupt(index_messages.SOURCE_ALTERED.format(path=path, remedy=rebuild(folder)))
    return source, origin


def stored(folder: Path) -> tuple[list[tuple[Source, str]], list[str]]:
    """Return the intact sources of a folder, each with its origin, and the names of the damaged ones.

    The index may have this format or an older one. The order is the manifest's, if it can be read.
    """
    try:
        record = read_record(folder)
    except QAError:
        record = None
    entries = record.get("documents") if isinstance(record, dict) else None
    listed: list[Any] = entries if isinstance(entries, list) else []
    found: list[tuple[Source, str]] = []
    lost: list[str] = []
    for number, entry in enumerate(listed):
        if isinstance(entry, dict) and "id" not in entry:
            source = _older(folder, number, entry)
            if source is None:
                lost.append(str(entry.get("name")))
            else:
                found.append((source, ""))
    known = [entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    in_order = {entry["id"]: str(entry.get("name")) for entry in known}
    there = sorted(path.stem for path in (folder / DOCUMENTS).glob("*.bin"))
    for identity, name in (in_order or dict(zip(there, there, strict=True))).items():
        try:
            found.append(fetch_with_origin(folder, identity))
        except QAError:
            lost.append(name)
    return found, lost


def all_stored(folder: Path) -> list[tuple[Source, str]]:
    """Return every source of a folder, with its origin. Raises IndexCorrupt if one is damaged."""
    found, lost = stored(folder)
    if lost:
        names = Message(zh="、".join(lost), en=", ".join(lost))
        message = index_messages.SOURCES_DAMAGED
        raise IndexCorrupt(message.format(folder=folder, names=names, remedy=rebuild(folder)))
    return found


def _older(folder: Path, number: int, entry: dict[str, Any]) -> Source | None:
    """Return a document of format 2: `documents/0.txt`, and `0.toml` if it has an edition."""
    path = folder / DOCUMENTS / f"{number}.txt"
    try:
        edition = path.with_suffix(".toml").read_bytes().decode() if entry.get("edition") else None
        return Source.from_bytes(str(entry.get("name")), path.read_bytes(), edition)
    except (OSError, QAError, ValueError):
        return None


def _rest(source: Source) -> dict[str, Any]:
    """Return the JSON record of a source: everything but its bytes and its text."""
    rest: dict[str, Any] = _SOURCE.dump_python(source, mode="json", exclude={"data", "text"}, by_alias=True)
    return rest


def _record(source: Source, origin: str) -> bytes:
    record = {**_rest(source), "origin": origin}
    written = json.dumps({**record, "proof": _proof(record)}, ensure_ascii=False, indent=1)
    return written.encode("utf-8", "surrogatepass")


def _proof(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
