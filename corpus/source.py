"""Reads files as text. Plain text keeps every character of the file in its place, line ends included.

Other formats have a reader, which extracts the text (`corpus/formats/`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Self

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats import READABLE as READABLE
from corpus.formats import extract, format_of, refuse_binary
from corpus.formats.frontmatter import front_matter
from corpus.layout import Layout
from corpus.text.document_name import document_name
from corpus.text.encoding import decode

SHIPPED = Path(__file__).parent / "texts" / "sco-2021.txt"
"""The text that is shipped with the product, with its edition file beside it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read, with its edition file.

    It holds all that `parse_source` needs. An index stores the fields (`data` as bytes, `text` in UTF-8, the rest as
    JSON, by pydantic's `TypeAdapter(Source)`, by alias) and never extracts the text again, so that an update of a
    library that reads the format changes no offset.
    """

    name: str
    """The file's name without its extension, as `corpus.text.document_name` makes it."""
    data: bytes
    """The file's bytes, of whatever format."""
    edition: str | None
    """The text of the edition file (TOML), if there is one."""
    text: str
    """The decoded bytes, unchanged; for a format other than plain text, the text that its reader extracted."""
    encoding: str = "utf-8"
    """Python's name of the encoding of plain text; without meaning for other formats."""
    layout: Layout | None = None
    """What the reader of the format found beside the text, such as headings and pages."""
    format: str = "text"
    """One of the values of `READABLE`."""
    properties: CitationFields | None = None
    """The file's own metadata: title, authors, date, publisher."""
    supplied: tuple[CitationFields, ...] = ()
    """The metadata that a person supplied, in the order of its works. It may change, as it is not part of the file."""

    @property
    def sha256(self) -> str:
        """Hash of the bytes, as `sha256sum` prints it."""
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def from_bytes(cls, name: str, data: bytes, edition: str | None) -> Self:
        """Decode `data` as plain text. Raises SourceError if it is not text."""
        decoded = decode(data, name=name)
        properties = front_matter(decoded.text)
        return cls(name, data, edition, decoded.text, decoded.encoding, properties=properties)

    @classmethod
    def from_file(cls, filename: str, data: bytes, edition: str | None) -> Self:
        """Read the bytes of a file of any format, which its first bytes and the extension of its name show.

        `filename` is only a name, never a path. Raises SourceError, with the reason, if it cannot be read.
        """
        name = name_of(filename)
        form = format_of(filename, data)
        if form in ("text", "markdown"):
            decoded = decode(data, name=filename)
            refuse_binary(decoded.text, filename)
            if not decoded.text.strip():
                raise SourceError(corpus_messages.NO_TEXT, filename)
            return cls(
                name,
                data,
                edition,
                decoded.text,
                decoded.encoding,
                format=form,
                properties=front_matter(decoded.text),
            )
        extracted = extract(form, data, name=filename)
        return cls(
            name,
            data,
            edition,
            extracted.text,
            layout=extracted.layout,
            format=form,
            properties=extracted.properties,
        )


def name_of(filename: str) -> str:
    """Return the name of the document in a file of this name."""
    return document_name(PurePath(filename).stem)


def load(path: Path) -> Source:
    """Read a file of a format in `READABLE`, and the edition file (.toml) beside it if there is one.

    A file with another extension is read if it is text. Raises SourceError if one of the files cannot be read.
    """
    return Source.from_file(path.name, *read_bytes(path))


def read_bytes(path: Path) -> tuple[bytes, str | None]:
    """Return the bytes of a file, and the text of the edition file beside it if there is one. Raises SourceError."""
    data = _read(path)
    sidecar = path.with_suffix(".toml")
    try:
        has_edition = sidecar.is_file() and sidecar != path
    except OSError:  # with .toml, the name is longer than the system allows
        has_edition = False
    return data, decode(_read(sidecar), name=sidecar.name).text if has_edition else None


def read_stream(stream: IO[bytes], name: object) -> bytes:
    """Return all bytes of a stream. Raises SourceError if there are more than a file may have."""
    parts: list[bytes] = []
    size = 0
    while part := stream.read(1 << 20):
        parts.append(part)
        size += len(part)
        if size > FORMATS.most_bytes:
            raise SourceError(corpus_messages.TOO_MANY_BYTES.format(most=FORMATS.most_bytes), name)
    return b"".join(parts)


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise SourceError(corpus_messages.NO_PLAIN_FILE, path)  # opening a pipe would wait for its other end
        with path.open("rb") as stream:
            return read_stream(stream, path)
    except OSError as error:
        raise SourceError(corpus_messages.CANNOT_BE_READ.format(reason=error.strerror), path) from error
    except ValueError as error:  # a NUL or a lone surrogate, which no path can hold
        raise SourceError(corpus_messages.CANNOT_BE_READ.format(reason=error), path) from error
