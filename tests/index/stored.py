"""Looks into the database of an index, and damages it, behind the program's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from index.manifest import Manifest, file_record
from index.search import postings
from index.search.token_file import FORMS, SMALL_TOKENS, TOKENS
from index.search.token_vectors import as_form, small_record_type
from index.storage.database import Database
from index.storage.database_file import DATABASE
from index.storage.segment import SEGMENTS, Segment


def sql(folder: Path, statement: str, *values: object) -> list[Any]:
    """Run a statement without any check, and return the rows."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        return connection.execute(statement, values).fetchall()


def damage_blob(folder: Path, name: str, column: str) -> None:
    """Alter the first byte of a blob of a document."""
    altered = "CAST(x'00' || substr(data, 2) AS BLOB)"
    own = f"(SELECT {column} FROM documents WHERE name = ?)"
    sql(folder, f"UPDATE blobs SET data = {altered} WHERE sha256 = {own}", name)


def make_format_7(folder: Path) -> None:
    """Write the segments of an index as the last program of format 7 wrote them: wider numbers, and nothing shared."""
    with Database.open(folder, write=True) as database:
        manifest = database.contents()
        segments = []
        for record in manifest.segments:
            segment = Segment.open(folder, record, manifest.model.dimension)
            own = _as_in_format_7(segment, folder / SEGMENTS / record.id, manifest.model.dimension)
            segments.append(
                record.model_copy(update={"files": {name: file_record(own / name) for name in _names(own)}})
            )
        fields = {name: getattr(manifest, name) for name in Manifest.model_fields}
        database.commit(Manifest.model_validate({**fields, "segments": tuple(segments)}), {}, {})
    sql(folder, "PRAGMA user_version = 7")


def _as_in_format_7(segment: Segment, folder: Path, dimension: int) -> Path:
    store_of = segment.vector_store
    parts = [*store_of.tokens.blocks(0, len(store_of.table) - 1)] if len(store_of.table) else []
    table, terms = np.array(store_of.table), segment.postings
    arrays = {
        "rows.npy": table,
        **dict(zip(postings.FILES, (terms.hashes, terms.starts, terms.rows, terms.counts), strict=True)),
    }
    wide = dict(zip(postings.FILES, (np.uint64, np.int64, np.int32, np.uint16), strict=True))
    table["tokens"] = np.cumsum([count for _, counts in parts for count in counts])
    arrays = {name: np.array(values, wide.get(name)) for name, values in arrays.items()}
    is_large = store_of.tokens.path.name != TOKENS
    records = [as_form(read, small_record_type(dimension)) if is_large else read for read, _ in parts]
    for name in {name for form in FORMS for name in form}:
        (folder / name).unlink(missing_ok=True)
    (folder / (SMALL_TOKENS if is_large else TOKENS)).write_bytes(b"".join(read.tobytes() for read in records))
    for name, values in arrays.items():
        (folder / name).unlink()  # the segment has the old one open
        np.save(folder / name, values, allow_pickle=False)
    return folder


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
