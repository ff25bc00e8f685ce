"""Bytes to the exact text: every character of the file stays where it is, line ends included."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from corpus.errors import SourceError

# The signature says how to read the file; it is not a character of the text.
_SIGNATURES = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose signature it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


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
    """The decoded bytes, unchanged."""

    @property
    def sha256(self) -> str:
        """Of the bytes, as `sha256sum` prints it."""
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def from_bytes(cls, name: str, data: bytes, edition: str | None) -> Self:
        """Decode `data`. Raises SourceError if it is not Unicode text."""
        return cls(name, data, edition, decode(data, name=name))


def decode(data: bytes, *, name: str) -> str:
    """Return the text of `data`: UTF-8, or UTF-16 and UTF-32 with a signature.

    Raises SourceError with the place of the first byte that does not fit.
    """
    signature, encoding = next((pair for pair in _SIGNATURES if data.startswith(pair[0])), (b"", "utf-8"))
    try:
        return data.removeprefix(signature).decode(encoding)
    except UnicodeDecodeError as error:
        place = len(signature) + error.start
        line = data.count(b"\n", 0, place) + 1
        raise SourceError(
            f"{name}: byte {place} (line {line}) is not {encoding.upper()}. Save the file as UTF-8 and try again."
        ) from error


def load(path: Path) -> Source:
    """Read a text file, and the edition file (.toml) beside it if there is one.

    Raises SourceError if one of them cannot be read or is not Unicode text.
    """
    sidecar = path.with_suffix(".toml")
    edition = decode(_read(sidecar), name=sidecar.name) if sidecar.is_file() else None
    return Source.from_bytes(path.stem, _read(path), edition)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}). Check the path and its permissions.") from error
