"""Bytes to the exact text: every character of the file stays where it is, line ends included."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Self

from corpus.edition import Particulars
from corpus.encoding import decode
from corpus.errors import SourceError
from corpus.layout import Layout

SHIPPED = Path(__file__).parent / "texts" / "sco-2021.txt"
"""The text that comes with the product; its edition file stands beside it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read, with its edition file."""

    name: str
    """The file's name without its ending."""
    data: bytes
    """The file's bytes."""
    edition: str | None
    """The text of the edition file (TOML), if there is one."""
    text: str
    """The decoded bytes, unchanged; of a format that is no plain text, what its reader extracted."""
    encoding: str = "utf-8"
    """Of the bytes, as Python names it."""
    layout: Layout | None = None
    """What a reader of the format knew of headings and pages."""
    supplied: tuple[Particulars, ...] = ()
    """What a person says of its works, in their order: not part of what the file is, and it may change."""

    @property
    def sha256(self) -> str:
        """Of the bytes, as `sha256sum` prints it."""
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def from_bytes(cls, name: str, data: bytes, edition: str | None) -> Self:
        """Decode `data`. Raises SourceError if it is not text."""
        decoded = decode(data, name=name)
        return cls(name, data, edition, decoded.text, decoded.encoding)

    @classmethod
    def from_file(cls, filename: str, data: bytes, edition: str | None) -> Self:
        """Read the bytes of a file. `filename` is only a name, never a path. Raises SourceError if it is not text."""
        return cls.from_bytes(PurePath(filename).stem, data, edition)


def load(path: Path) -> Source:
    """Read a text file, and the edition file (.toml) beside it if there is one.

    Raises SourceError if one of them cannot be read or is not text.
    """
    sidecar = path.with_suffix(".toml")
    edition = decode(_read(sidecar), name=sidecar.name).text if sidecar.is_file() else None
    return Source.from_file(path.name, _read(path), edition)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}). Check the path and its permissions.") from error
