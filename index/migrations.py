"""Migrates the manifest of an older format, so that vectors are kept.

A step takes the JSON of format n, without its checksum, and returns that of format n + 1. Reading an index applies the
steps in memory; the next change writes the result and keeps the old file beside it (`index/manifest.py`). If there is
no step, the index is rebuilt from its documents (`index/library.py`).

A change of the format needs a step here, or a comment why there is none, and a case in tests/index/test_migrations.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Record = dict[str, Any]

_COUNTED_FROM = {"e256ee40def09229": 1}
"""Digests of programs whose parser and chunker give what version 1 gives."""


def _with_context(record: Record) -> Record:
    """4 → 5: rename `titled` to `with_context`."""
    titled = record.pop("titled")
    return {**record, "with_context": titled}


def _versions(record: Record) -> Record:
    """5 → 6: replace the digest of the program by version numbers; 0, an unknown one, means: parse again."""
    version = _COUNTED_FROM.get(record.pop("program"), 0)
    return {**record, "parser_version": version, "chunker_version": version}


STEPS: dict[int, Callable[[Record], Record]] = {4: _with_context, 5: _versions}
"""The steps by the format that they start from."""


def migrate(record: Record, target: int) -> Record | None:
    """Return the record in format `target`; None if a step is missing or the record lacks what a step needs."""
    format_ = record.get("format")
    record = dict(record)
    while format_ != target:
        if not isinstance(format_, int) or format_ not in STEPS:
            return None
        try:
            record = STEPS[format_](record)
        except (KeyError, TypeError, ValueError):
            return None
        format_ += 1
        record["format"] = format_
    return record
