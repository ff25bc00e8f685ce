"""The file of the database: opening it, its tables, the journal beside it, and the errors that say what is wrong.

A folder may come from a stranger: a link is not followed, a database with other tables, triggers or views is refused,
and so is a journal that names another file, which SQLite would delete.
"""

from __future__ import annotations

import itertools
import os
import shlex
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, StoreError
from index import index_messages
from index.index_settings import INDEX
from index.manifest import repair

DATABASE = "index.sqlite"
FORMAT = 9
"""SQLite's `user_version`. Formats 2 to 6 had a `manifest.json` (`index/storage/older_folder.py`). In format 7 segments
had no numbers in 8 and 16 bits and no shared token records, and until format 8 vectors had codes of 1 bit."""
STEPS: dict[int, tuple[str, ...]] = {7: (), 8: ()}
"""SQL statements that lead from one format to the next, by the format that they start from. The next change of an index
runs them in one transaction; without any, the older format is read as it is. A change of `SCHEMA` needs a step here and
a case in tests/index/test_migrations.py."""
FIRST = 7
OLDER_MANIFEST = "manifest.json"
APPLICATION = int.from_bytes(b"Ywen")
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
_ASIDE = f"{DATABASE}.damaged-"
_BESIDE = (f"{DATABASE}-journal", f"{DATABASE}-wal", f"{DATABASE}-shm")

SCHEMA = (
    "CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL)",
    """CREATE TABLE documents (
 id TEXT PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, origin TEXT NOT NULL,
 passages INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
 sha256 TEXT NOT NULL REFERENCES blobs, text TEXT NOT NULL REFERENCES blobs,
 source TEXT NOT NULL REFERENCES blobs, parsed TEXT NOT NULL REFERENCES blobs,
 works TEXT NOT NULL)""",
    """CREATE TABLE segments (
 id TEXT PRIMARY KEY, position INTEGER NOT NULL, rows INTEGER NOT NULL,
 documents TEXT NOT NULL, files TEXT NOT NULL)""",
    """CREATE TABLE contents (
 one INTEGER PRIMARY KEY CHECK (one = 1), parser_version INTEGER NOT NULL, chunker_version INTEGER NOT NULL,
 settings TEXT NOT NULL, model TEXT NOT NULL, common TEXT NOT NULL REFERENCES blobs, with_context INTEGER NOT NULL,
 shortlist TEXT NOT NULL, checksum TEXT NOT NULL)""",
    "CREATE TABLE null_scores (key TEXT PRIMARY KEY, scores TEXT NOT NULL)",
)
"""`works`: the metadata of the document's works. Columns with lists or objects hold JSON."""


def damaged_file(folder: Path) -> Path:
    """Return the database to salvage. Raises IndexCorrupt if there is none.

    It is the one that was set aside last if there is no other, or if the other is what a repair began to write.
    """
    aside = newest_aside(folder)
    if is_there(folder) and not (aside and is_empty(folder)):
        return folder / DATABASE
    if aside is None:
        raise IndexCorrupt(index_messages.DATABASE_MISSING.format(path=folder / DATABASE))
    return aside


def is_empty(folder: Path) -> bool:
    """Return whether nothing was committed to the database but, perhaps, its tables."""
    try:
        with closing(connect(folder / DATABASE, "rw")) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
            if not found:
                return not application
            queries = (f"SELECT 1 FROM {table}" for table in ("contents", "documents", "segments"))
            return found == {*SCHEMA} and not any(connection.execute(query).fetchone() for query in queries)
    except sqlite3.Error:
        return False


def set_aside(folder: Path) -> None:
    """Rename a damaged database, if there is one, with its journal, so that another can be written. Raises OSError."""
    number = next(n for n in itertools.count(1) if not os.path.lexists(folder / f"{_ASIDE}{n}"))
    for name in (*_BESIDE, DATABASE):
        if os.path.lexists(folder / name):
            (folder / name).rename(folder / f"{_ASIDE}{number}{name.removeprefix(DATABASE)}")


def newest_aside(folder: Path) -> Path | None:
    """Return the path of the database that was set aside last; None if there is none."""
    numbers = [path.name.removeprefix(_ASIDE) for path in folder.glob(f"{_ASIDE}*")]
    newest = max((int(number) for number in numbers if number.isdecimal()), default=None)
    return None if newest is None else folder / f"{_ASIDE}{newest}"


@contextmanager
def named_errors(folder: Path) -> Iterator[None]:
    """Raise SQLite's errors as errors that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise error_of(folder, error) from error


def error_of(folder: Path, error: sqlite3.Error) -> StoreError:
    """Return the error that says what to do about one of SQLite's."""
    name = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(index_messages.LOCKED, folder)
    if name.startswith("SQLITE_TOOBIG"):
        return StoreError(index_messages.DOCUMENT_TOO_LARGE, folder)
    if name.startswith("SQLITE_CANTOPEN") and len(os.fsencode((folder / DATABASE).absolute())) > INDEX.longest_path:
        return StoreError(index_messages.PATH_TOO_LONG.format(folder=folder, most=INDEX.longest_path))
    if name.startswith(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(index_messages.CANNOT_BE_WRITTEN.format(folder=folder, reason=error))
    if name.startswith("SQLITE_NOMEM"):
        return StoreError(index_messages.NO_MEMORY.format(folder=folder))
    return damaged(folder, str(error))


def is_cut_off(error: sqlite3.Error) -> bool:
    """Return whether a reader found a change that was cut off, which it cannot undo."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY_ROLLBACK"


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a database file. `mode`: ro, rw, or rwc to create it. Raises sqlite3.Error."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=INDEX.database_patience
    )
    try:
        # EXTRA syncs the folder, too, when a change is done: only then are the files of the old state deleted.
        writing = ("foreign_keys = ON", "secure_delete = ON", "synchronous = EXTRA") if mode != "ro" else ()
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", *writing):
            connection.execute(f"PRAGMA {pragma}")
        connection.text_factory = partial(bytes.decode, encoding="utf-8", errors="surrogatepass")
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database of an older format to this one, in one transaction."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION or version not in STEPS:
        return
    connection.execute("BEGIN IMMEDIATE")
    for number in range(version, FORMAT):
        for statement in STEPS[number]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")  # closing the connection after an error undoes all of it


def check_schema(folder: Path, connection: sqlite3.Connection) -> None:
    """Raise IndexCorrupt or StoreError for a database that this program did not write."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    if not found and not application:
        raise missing(folder)  # creating it was cut off
    if application == APPLICATION and version > FORMAT:
        raise StoreError(index_messages.NEWER_FORMAT.format(found=version, expected=FORMAT), folder)
    if application == APPLICATION and version >= FIRST and any(STEPS.get(one, True) for one in range(version, FORMAT)):
        raise IndexStale(index_messages.OLDER_FORMAT, folder)
    if application != APPLICATION or version < FIRST or found != {*SCHEMA}:
        raise damaged(folder, "its tables are others")


def is_there(folder: Path) -> bool:
    """Return whether there is a database.

    Raises IndexCorrupt for a link and for a journal of a stranger's making, StoreError if that cannot be found out.
    """
    for name in (DATABASE, *_BESIDE):
        if check_plain(folder, name) and name != DATABASE:
            refuse_hard_link(folder / name)  # SQLite writes what stands beside the database, for readers too
    try:
        with suppress(FileNotFoundError), open(folder / _BESIDE[0], "rb") as journal:  # noqa: PTH123
            journal.seek(max(0, os.fstat(journal.fileno()).st_size - len(_JOURNAL_MAGIC)))
            if journal.read() == _JOURNAL_MAGIC:
                raise damaged(folder, "its journal names another file")
        return os.lstat(folder / DATABASE).st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreError(index_messages.FOLDER_CANNOT_BE_READ.format(folder=folder, reason=error.strerror)) from error


def refuse_hard_link(path: Path) -> None:
    """Raise StoreError if a file has another name, too: a change would alter that."""
    with suppress(FileNotFoundError):  # another process has deleted its journal meanwhile
        if os.lstat(path).st_nlink > 1:
            raise StoreError(index_messages.HARD_LINK.format(path=shlex.quote(str(path))))


def check_plain(folder: Path, name: str, *, is_folder: bool = False) -> bool:
    """Return whether something of this name is in an index folder.

    Raises IndexCorrupt if it is a link or anything else than a plain file or, if `is_folder`, a folder; StoreError if
    that cannot be found out.
    """
    path = folder / name
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreError(index_messages.FOLDER_CANNOT_BE_READ.format(folder=folder, reason=error.strerror)) from error
    if not (stat.S_ISDIR(mode) if is_folder else stat.S_ISREG(mode)):
        raise IndexCorrupt(index_messages.NO_PLAIN_FILE.format(path=path, remedy=index_messages.MOVE_AWAY))
    return True


def missing(folder: Path, *, has_tables: bool = False) -> StoreError:
    """Return the error for a folder without a database: there is no index, an older one, or its database is lost.

    `has_tables`: there is a database, whose first change was cut off.
    """
    if check_plain(folder, OLDER_MANIFEST) or _has_entries(folder / "documents"):
        return IndexStale(index_messages.OLDER_FORMAT, folder)
    if newest_aside(folder):
        return damaged(folder, "its repair was cut off")
    if _has_entries(folder / "segments") and not has_tables:
        return IndexCorrupt(index_messages.DATABASE_MISSING.format(path=folder / DATABASE))
    remedy = index_messages.BUILD.format(folder=shlex.quote(str(folder)))
    return IndexNotFound(index_messages.NO_INDEX.format(folder=folder, remedy=remedy))


def _has_entries(folder: Path) -> bool:
    try:
        return folder.is_symlink() or any(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def damaged(folder: Path, reason: str) -> IndexCorrupt:
    message = index_messages.DATABASE_DAMAGED
    return IndexCorrupt(message.format(path=folder / DATABASE, reason=reason, remedy=repair(folder)))
