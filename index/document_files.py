"""Writes the documents of an index out as files, byte for byte as they came."""

from __future__ import annotations

import json
from pathlib import Path

from pathvalidate import sanitize_filename

from corpus.errors import IndexStale, StoreError
from corpus.formats import ENDINGS
from corpus.source import Source
from index import index_messages
from index.backends import open_store
from index.location import Location
from index.storage import sources
from index.storage.lock import cannot_write
from index.storage.older_folder import OlderFolder

LIST = "documents.jsonl"
"""The file that lists the others, an object a line."""


def export(folder: Location, to: Path) -> tuple[int, list[str]]:
    """Write the documents of an index to a new or empty folder; return their number and the names of the damaged ones.

    An edition file is written beside its text. `documents.jsonl` has the name, the SHA-256, the supplied fields and the
    works of each. Raises StoreError, IndexCorrupt.
    """
    try:
        with open_store(folder) as database:
            stored, damaged = sources.all_stored(database)
            works = {record.name: database.works(record.id) for record in database.contents().documents}
    except IndexStale:
        older = OlderFolder.read(folder) if isinstance(folder, Path) else None
        if older is None:
            raise
        stored, damaged, works = older.documents, older.damaged, {}
    try:
        to.mkdir(parents=True, exist_ok=True)
        if any(to.iterdir()):
            raise StoreError(index_messages.EXPORT_NEEDS_EMPTY_FOLDER.format(folder=to))
        taken = {LIST}
        with (to / LIST).open("x", encoding="ascii") as listed:
            for source, _ in stored:
                file = _file_name(source, taken)
                (to / file).write_bytes(source.data)
                if source.edition is not None:
                    edition = source.edition.encode("utf-8", "surrogatepass")
                    (to / file).with_suffix(".toml").write_bytes(edition)
                supplied = json.loads(sources.source_json(source, "")).get("supplied", [])
                entry = {"name": source.name, "file": file, "sha256": source.sha256, "supplied": supplied}
                listed.write(json.dumps({**entry, "works": works.get(source.name, [])}) + "\n")
    except OSError as error:
        raise cannot_write(to, error) from error
    return len(stored), damaged


def _file_name(source: Source, taken: set[str]) -> str:
    """Return a file name that every system takes and no other document has, and note it as taken."""
    named = source.name.encode("utf-8", "replace").decode()
    stem = sanitize_filename(named, replacement_text="_", platform="universal", max_len=60).strip(". ") or "document"
    ending = ENDINGS.get(source.format, ".txt")
    number, found = 1, stem
    while {f"{found}{ending}".lower(), f"{found}.toml".lower()} & taken:
        number += 1
        found = f"{stem}-{number}"
    taken |= {f"{found}{ending}".lower(), f"{found}.toml".lower()}
    return f"{found}{ending}"
