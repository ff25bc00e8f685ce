"""Salvages the documents of a damaged database.

Blobs are looked for in each page of the file, whatever the tables' trees are worth: a blob is whole if it has its
digest, and the JSON of a source names the blobs of its document. The text of a document whose file alone is whole is
read again. The layout of pages and cells is that of https://sqlite.org/fileformat2.html, sections 1.6 and 2.1.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import SourceError
from corpus.formats import ENDINGS
from corpus.source import Source
from index.manifest import Manifest, SegmentRecord
from index.storage.database import digest_of
from index.storage.sources import source_from

_is_digest = re.compile("[0-9a-f]{64}").fullmatch
_PAGE = 4096
"""Bytes of a page: SQLite's default, which the program does not change."""
_LEAF = b"\x0d"
"""The first byte of a page that holds rows."""


@dataclass(slots=True)
class Salvaged:
    """What could be read."""

    documents: list[tuple[Source, str]] = field(default_factory=list)
    """Each with its origin, in order."""
    reread: list[str] = field(default_factory=list)
    """The names of those whose text was read again from their files."""
    lost: list[str] = field(default_factory=list)
    """The names of those that cannot be read; where a name is lost too, the beginning of the document's id."""
    manifest: Manifest | None = None
    """Model, common components and segments, without documents; None if they cannot be read."""
    common: bytes | None = None


def salvage(path: Path) -> Salvaged:
    """Read what can be read of a database. Nothing is written. Raises nothing."""
    found = Salvaged()
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    except sqlite3.Error:
        return found
    with closing(connection):
        connection.text_factory = lambda data: data.decode("utf-8", "surrogatepass")
        rows = {str(row["id"]): row for row in _rows(connection, "documents")}
        contents = next(_rows(connection, "contents"), {})
        segments = [*_rows(connection, "segments")]
    ordered = sorted(rows.values(), key=lambda row: (str(type(row["position"])), row["position"]))
    blobs = dict(_blobs(path))
    for row in ordered:
        _salvage_document(row, blobs, found)
    known = {source.name for source, _ in found.documents} | {*found.lost}
    for data in blobs.values():  # documents whose rows are lost
        rest = _json(data)
        if _is_source(rest) and rest["name"] not in known:
            row = {"name": rest["name"], "sha256": rest["sha256"], "text": rest["text_sha256"]}
            _salvage_document({**row, "source": digest_of(data), "origin": rest.get("origin"), "id": ""}, blobs, found)
    with suppress(ValueError, KeyError, TypeError):
        contents = {name: value for name, value in contents.items() if name not in ("one", "checksum")}
        for name in ("settings", "model"):
            contents[name] = json.loads(contents[name])
        some = [_segment(row) for row in segments]
        found.manifest = Manifest.model_validate(
            {**contents, "shortlist": None, "documents": [], "segments": [one for one in some if one]}
        )
        found.common = blobs.get(found.manifest.common)
    return found


def _salvage_document(row: dict[str, Any], blobs: dict[str, bytes], found: Salvaged) -> None:
    name = row["name"] if isinstance(row["name"], str) else str(row["id"])
    data, text, rest = (blobs.get(str(row[column])) for column in ("sha256", "text", "source"))
    value = _json(rest) if rest is not None else None
    fields = value if isinstance(value, dict) else {}
    origin = row["origin"] if isinstance(row["origin"], str) else ""
    if data is None:
        found.lost.append(name)
        return
    if text is not None and fields:
        with suppress(ValueError):
            found.documents.append((source_from(data, text, fields)[0], origin))
            return
    edition = fields.get("edition")
    try:
        ending = ENDINGS.get(str(fields.get("format")), "")
        again = Source.from_file(f"{name}{ending}", data, edition if isinstance(edition, str) else None)
    except SourceError:
        found.lost.append(name)
        return
    with suppress(ValueError):
        again = replace(again, name=name, supplied=source_from(b"", b"", fields)[0].supplied)
    found.documents.append((again, origin))
    found.reread.append(name)


def _is_source(value: Any) -> bool:
    """Return whether a JSON value is that of a source, rather than a document that is JSON itself."""
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return False
    digests = value.get("sha256"), value.get("text_sha256")
    return all(isinstance(one, str) and _is_digest(one) for one in digests)


def _segment(row: dict[str, Any]) -> SegmentRecord | None:
    try:
        documents, files = json.loads(row["documents"]), json.loads(row["files"])
        return SegmentRecord.model_validate(
            {"id": row["id"], "rows": row["rows"], "documents": documents, "files": files}
        )
    except (ValueError, KeyError, TypeError):
        return None


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows before the first damaged page of a table, then those after the last one."""
    seen: set[int] = set()
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.Error, UnicodeDecodeError):
            cursor = connection.execute(f"SELECT rowid AS number, * FROM {table} NOT INDEXED ORDER BY rowid {order}")
            names = [column[0] for column in cursor.description]
            for values in cursor:
                row = dict(zip(names, values, strict=True))
                number = row.pop("number")
                if number in seen:
                    break
                seen.add(number)
                yield row


def _blobs(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each blob of a database, by its digest, from the leaves of whatever tables the file holds."""
    data = path.read_bytes()
    for start in range(0, len(data), _PAGE):
        head = start + (100 if start == 0 else 0)  # the file's own header comes first
        if data[head : head + 1] != _LEAF:
            continue
        count = int.from_bytes(data[head + 3 : head + 5])
        for number in range(min(count, _PAGE // 4)):
            at = head + 8 + 2 * number
            record = _record(data, start, int.from_bytes(data[at : at + 2]))
            if record and digest_of(record[1]) == record[0]:
                yield record


def _record(data: bytes, page: int, offset: int) -> tuple[str, bytes] | None:
    """Return the digest and the blob of a cell; None if it is no row of the table of blobs."""
    size, at = _varint(data, page + offset)
    if size > len(data):
        return None  # pages that name each other would never end
    _, at = _varint(data, at)  # the row's number
    most, least = _PAGE - 35, (_PAGE - 12) * 32 // 255 - 23
    local = size
    if size > most:
        local = least + (size - least) % (_PAGE - 4)
        local = local if local <= most else least
    parts = [data[at : at + local]]
    following = int.from_bytes(data[at + local : at + local + 4]) if local < size else 0
    missing = size - local
    while missing > 0 and 0 < following <= len(data) // _PAGE:
        start = (following - 1) * _PAGE
        parts.append(data[start + 4 : start + min(_PAGE, 4 + missing)])
        missing -= _PAGE - 4
        following = int.from_bytes(data[start : start + 4])
    payload = b"".join(parts)
    length, at = _varint(payload, 0)
    text, at = _varint(payload, at)
    blob, at = _varint(payload, at)
    if at != length or text != 13 + 2 * 64 or blob < 12 or blob % 2:
        return None
    return payload[at : at + 64].decode("ascii", "replace"), payload[at + 64 : at + 64 + (blob - 12) // 2]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, and the offset behind it."""
    value = 0
    for byte in data[at : at + 8]:
        value, at = value << 7 | byte & 127, at + 1
        if byte < 128:
            break
    return value, at


def _json(data: bytes) -> Any:
    try:
        return json.loads(data) if data[:1] == b"{" else None
    except (ValueError, RecursionError):
        return None
