"""The database of an index, `index.sqlite`: whatever must not be lost, in one SQLite file.

It holds the documents, as they came and as text, and names the segments that belong to the index. A change is one
transaction, so the folder is the old index or the new one. Vectors, postings and token vectors stay files of their own
(`index/storage/segment.py`), with their digests here.

Blobs are stored under their SHA-256, never change, and are checked whenever they are read. So a reader that opened an
earlier state gets the blobs of that state or an error, never those of another one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, StoreError
from index import index_messages
from index.manifest import DocumentRecord, Manifest
from index.storage.database_file import (
    APPLICATION,
    DATABASE,
    FORMAT,
    SCHEMA,
    check_schema,
    connect,
    damaged,
    error_of,
    is_cut_off,
    is_empty,
    is_there,
    migrate,
    missing,
    named_errors,
    refuse_hard_link,
)

_DOCUMENT = tuple(DocumentRecord.model_fields)
_BLOB_COLUMNS = ("sha256", "text", "source", "parsed")


def digest_of(data: bytes) -> str:
    """Return the name of a blob: its SHA-256 in hex digits."""
    return hashlib.sha256(data).hexdigest()


class Database:
    """An open database. Safe to share between threads; close it. Make one with `open` or `create`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._lock = threading.RLock()
        self._inode = os.lstat(folder / DATABASE).st_ino
        self._version = self._data_version()
        self._read: tuple[Any] | None = None
        """The checksum of the contents that were read first or written last; None in it where there were none."""

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> Self:
        """Open the database of an index folder. A reader writes nothing, unless a change was cut off: it undoes that.

        Raises IndexNotFound, IndexStale (an older format), IndexCorrupt, or StoreError if it cannot be read.
        """
        path = folder / DATABASE
        if not is_there(folder):
            raise missing(folder)
        if write:
            refuse_hard_link(path)
        for mode in ("rw",) if write else ("ro", "rw"):
            try:
                return cls._connected(folder, path, mode)
            except sqlite3.Error as error:
                if mode == "ro" and is_cut_off(error):
                    continue
                raise error_of(folder, error) from error
        raise AssertionError

    @classmethod
    def create(cls, folder: Path, *, repairs: bool = False) -> Self:
        """Open the database of a folder for writing; create one in a folder without an index of this format.

        `repairs`: create one also where a database was set aside or lost. Raises as `open`.
        """
        try:
            return cls.open(folder, write=True)
        except (IndexNotFound, IndexStale):
            pass
        except IndexCorrupt:
            if not repairs or (is_there(folder) and not is_empty(folder)):
                raise
        path = folder / DATABASE
        with named_errors(folder):
            connection = connect(path, "rwc")
            try:
                # Both before the first table. Freed pages are overwritten and given back: a removed text is gone.
                connection.execute("PRAGMA auto_vacuum = FULL")
                connection.execute("BEGIN IMMEDIATE")
                if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
                    for statement in SCHEMA:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {APPLICATION}")
                    connection.execute(f"PRAGMA user_version = {FORMAT}")
                connection.execute("COMMIT")
            finally:
                connection.close()
        return cls.open(folder, write=True)

    @classmethod
    def _connected(cls, folder: Path, path: Path, mode: str) -> Self:
        connection = connect(path, mode)
        try:
            if mode == "rw":
                migrate(connection)
            check_schema(folder, connection)
            return cls(folder, connection)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the file. Calling it again does nothing."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with suppress(AttributeError):  # opening failed
            self.close()

    # Reading

    def contents(self) -> Manifest:
        """Return the contents of the index.

        Raises IndexNotFound if the first change has not been committed yet, IndexCorrupt if they were altered.
        """
        with self._lock, named_errors(self.folder), self._transaction("DEFERRED"):
            row = self._row("SELECT * FROM contents")
            self._read = self._read or (row and row["checksum"],)
            documents = self._rows(f"SELECT {', '.join(_DOCUMENT)} FROM documents ORDER BY position")
            segments = self._rows("SELECT id, rows, documents, files FROM segments ORDER BY position")
        if row is None:
            if documents or segments:
                raise damaged(self.folder, "there are no contents")
            raise missing(self.folder, has_tables=True)
        try:
            del row["one"]
            checksum = row.pop("checksum")
            for name in ("settings", "model", "shortlist"):
                row[name] = json.loads(row[name])
            for segment in segments:
                segment["documents"], segment["files"] = json.loads(segment["documents"]), json.loads(segment["files"])
            manifest = Manifest.model_validate({**row, "documents": documents, "segments": segments})
        except (ValueError, TypeError, KeyError, RecursionError, ValidationError) as error:
            raise damaged(self.folder, str(error).partition("\n")[0]) from error
        if manifest.checksum != checksum:
            raise damaged(self.folder, "its checksum differs")
        return manifest

    def blob(self, sha256: str) -> bytes:
        """Return a blob. Raises IndexCorrupt if it is missing or altered."""
        with self._lock, named_errors(self.folder):
            row = self._connection.execute("SELECT data FROM blobs WHERE sha256 = ?", [sha256]).fetchone()
        if row is None or not isinstance(row[0], bytes):
            raise damaged(self.folder, f"{sha256[:16]} is missing")
        if digest_of(row[0]) != sha256:
            raise damaged(self.folder, f"{sha256[:16]} was altered")
        data: bytes = row[0]
        return data

    def is_current(self, checksum: str) -> bool:
        """Return whether the contents are still those with this checksum. It costs some microseconds."""
        with self._lock, named_errors(self.folder):
            if not self._is_same_file():
                return False
            try:
                version = self._data_version()
            except sqlite3.Error as error:
                if not is_cut_off(error):
                    raise
                self.open(self.folder).close()  # undoes a change that was cut off since this was opened
                version = self._data_version()
            if version == self._version:
                return True
            row = self._connection.execute("SELECT checksum FROM contents").fetchone()
            if row is None or row[0] != checksum:
                return False
            self._version = version  # only null scores were written
            return True

    def null_scores(self, key: str) -> str | None:
        """Return the null scores with this key; None if there are none."""
        with self._lock, named_errors(self.folder):
            row = self._connection.execute("SELECT scores FROM null_scores WHERE key = ?", [key]).fetchone()
        return row[0] if row and isinstance(row[0], str) else None

    def works(self, document: str) -> Any:
        """Return the JSON value that `commit` stored for the works of a document. Raises IndexCorrupt."""
        with self._lock, named_errors(self.folder):
            row = self._connection.execute("SELECT works FROM documents WHERE id = ?", [document]).fetchone()
        try:
            return json.loads(row[0])
        except (TypeError, ValueError, RecursionError) as error:
            raise damaged(self.folder, f"the works of {document}") from error

    def all_works(self) -> list[tuple[str, str]]:
        """Return what `commit` stored for the works of each document: its id and the JSON, which nobody has read."""
        with self._lock, named_errors(self.folder):
            rows = self._connection.execute("SELECT id, works FROM documents").fetchall()
        return [(identity, works) for identity, works in rows if isinstance(works, str)]

    def check(self) -> None:
        """Check the structure of the file and every blob. Raises IndexCorrupt."""
        with self._lock, named_errors(self.folder):
            for pragma in ("integrity_check", "foreign_key_check"):
                row = self._connection.execute(f"PRAGMA {pragma}").fetchone()
                if row and row[0] != "ok":
                    raise damaged(self.folder, str(row[0]).partition("\n")[0])
            names = [row[0] for row in self._connection.execute("SELECT sha256 FROM blobs")]
        for name in names:
            self.blob(str(name))

    # Writing

    def stage(self, blobs: Mapping[str, bytes]) -> None:
        """Store blobs before the change that needs them is committed. Another commit deletes what nothing names.

        Raises StoreError.
        """
        with self._lock, named_errors(self.folder), self._transaction("IMMEDIATE"):
            self._put(blobs)

    def commit(
        self,
        manifest: Manifest,
        blobs: Mapping[str, bytes],
        works: Mapping[str, str],
        *,
        keeps_staged: bool = False,
    ) -> None:
        """Replace the contents in one transaction, and delete the blobs that nothing names any more.

        `works`: JSON of the works of new and changed documents, by id. `keeps_staged`: another change is under way, so
        blobs without a name stay. Raises StoreError; then nothing has changed. That is also raised if another process
        has changed the contents since they were read, which happens where the file of the lock was deleted.
        """
        with self._lock, named_errors(self.folder), self._transaction("IMMEDIATE"):
            if self._read is not None and self._stored_checksum() != self._read[0]:
                raise StoreError(index_messages.LOCKED, self.folder)
            self._put(blobs)
            self._put_documents(manifest, works)
            self._connection.execute("DELETE FROM segments")
            self._connection.executemany(
                "INSERT INTO segments (id, position, rows, documents, files) VALUES (?, ?, ?, ?, ?)",
                [
                    (one.id, number, one.rows, json.dumps(one.documents), json.dumps(one.model_dump()["files"]))
                    for number, one in enumerate(manifest.segments)
                ],
            )
            shortlist = manifest.shortlist and manifest.shortlist.model_dump()
            row = (
                *(1, manifest.parser_version, manifest.chunker_version, json.dumps(manifest.settings)),
                *(json.dumps(manifest.model.model_dump()), manifest.common, int(manifest.with_context)),
                *(json.dumps(shortlist), manifest.checksum),
            )
            self._connection.execute("DELETE FROM contents")
            self._connection.execute("INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._connection.execute("DELETE FROM null_scores")
            named = " UNION ".join(f"SELECT {column} FROM documents" for column in _BLOB_COLUMNS)
            if not keeps_staged:
                self._connection.execute(
                    f"DELETE FROM blobs WHERE sha256 NOT IN ({named} UNION SELECT common FROM contents)"
                )
            # Where the tree by ids is damaged, a statement finds no row with an id, and raises nothing.
            query = f"SELECT {', '.join(_DOCUMENT)} FROM documents NOT INDEXED ORDER BY position"
            if [*self._connection.execute(query)] != [_row_of(one) for one in manifest.documents]:
                raise damaged(self.folder, "its tables do not fit each other")
        self._read = (manifest.checksum,)

    def keep_null_scores(self, key: str, scores: str, *, checksum: str) -> None:
        """Store null scores, unless the contents have changed meanwhile. Raises StoreError."""
        with self._lock, named_errors(self.folder), self._transaction("IMMEDIATE"):
            row = self._connection.execute("SELECT checksum FROM contents").fetchone()
            if row == (checksum,):
                self._connection.execute("DELETE FROM null_scores")
                self._connection.execute("INSERT INTO null_scores VALUES (?, ?)", [key, scores])

    def _put(self, blobs: Mapping[str, bytes]) -> None:
        # A damaged blob of that name is replaced.
        update = "DO UPDATE SET data = excluded.data WHERE data IS NOT excluded.data"
        self._connection.executemany(f"INSERT INTO blobs VALUES (?, ?) ON CONFLICT {update}", blobs.items())

    def _put_documents(self, manifest: Manifest, works: Mapping[str, str]) -> None:
        before = {row[0]: row for row in self._connection.execute(f"SELECT {', '.join(_DOCUMENT)} FROM documents")}
        kept = {one.id for one in manifest.documents}
        gone = [(identity,) for identity in before if identity not in kept]
        self._connection.executemany("DELETE FROM documents WHERE id = ?", gone)
        # Names may hold lone surrogates, which sqlite3 takes as bytes alone.
        values = ", ".join("CAST(? AS TEXT)" if name in ("name", "title") else "?" for name in _DOCUMENT)
        insert = f"INSERT INTO documents ({', '.join(_DOCUMENT)}, position, works) VALUES ({values}, ?, ?)"
        update = f"UPDATE documents SET ({', '.join(_DOCUMENT)}) = ({values}) WHERE id = ?"
        positions = {one.id: number for number, one in enumerate(manifest.documents)}
        for one in manifest.documents:
            row = _row_of(one)
            stored = [
                _utf8(value) if name in ("name", "title") else value for name, value in zip(_DOCUMENT, row, strict=True)
            ]
            if one.id not in before:
                self._connection.execute(insert, [*stored, positions[one.id], works[one.id]])
                continue
            if before[one.id] != row:
                self._connection.execute(update, [*stored, one.id])
            if one.id in works:
                self._connection.execute("UPDATE documents SET works = ? WHERE id = ?", [works[one.id], one.id])
        self._connection.executemany(
            "UPDATE documents SET position = ? WHERE id = ? AND position <> ?",
            [(number, identity, number) for identity, number in positions.items()],
        )

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        self._connection.execute(f"BEGIN {kind}")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _rows(self, query: str) -> list[dict[str, Any]]:
        cursor = self._connection.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _row(self, query: str) -> dict[str, Any] | None:
        return next(iter(self._rows(query)), None)

    def _stored_checksum(self) -> Any:
        row = self._connection.execute("SELECT checksum FROM contents").fetchone()
        return row and row[0]

    def _data_version(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _is_same_file(self) -> bool:
        try:
            return os.lstat(self.folder / DATABASE).st_ino == self._inode
        except OSError:
            return False


def read_manifest(folder: Path) -> Manifest:
    """Return the contents of an index folder. Raises as `Database.open` and `Database.contents`."""
    with Database.open(folder) as database:
        return database.contents()


def _row_of(record: DocumentRecord) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in _DOCUMENT)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
