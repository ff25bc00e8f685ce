"""Looks into the database of an index, and damages it, behind the program's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from index.storage.database_file import DATABASE


def sql(folder: Path, statement: str, *values: object) -> list[Any]:
    """Run a statement without any check, and return the rows."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        return connection.execute(statement, values).fetchall()


def damage_blob(folder: Path, name: str, column: str) -> None:
    """Alter the first byte of a blob of a document."""
    altered = "CAST(x'00' || substr(data, 2) AS BLOB)"
    own = f"(SELECT {column} FROM documents WHERE name = ?)"
    sql(folder, f"UPDATE blobs SET data = {altered} WHERE sha256 = {own}", name)
