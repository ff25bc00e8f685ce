"""Bytes to the exact text: every character of the file stays where it is, line ends included.

Of a format that is no plain text, the text is what its reader extracts (`corpus/formats/`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Self

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats import READABLE as READABLE
from corpus.formats import extract, format_of, refuse_binary
from corpus.formats.frontmatter import front_matter
from corpus.layout import Layout
from corpus.text.encoding import decode

SHIPPED = Path(__file__).parent / "texts" / "sco-2021.txt"
"""The text that comes with the product; its edition file stands beside it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read, with its edition file.

    All that `parse_source` needs is in here: an index stores the fields (`data` as bytes, `text` in UTF-8, the rest as
    JSON, by pydantic's `TypeAdapter(Source)`, by alias) and never extracts a second time, so that offsets stay what
    they were when a library that reads the format changes its mind.
    """

    name: str
    """The file's name without its ending."""
    data: bytes
    """The file's bytes, of whatever format."""
    edition: str | None
    """The text of the edition file (TOML), if there is one."""
    text: str
    """The decoded bytes, unchanged; of a format that is no plain text, what its reader extracted."""
    encoding: str = "utf-8"
    """Of the bytes, as Python names it; of no meaning where the format is no plain text."""
    layout: Layout | None = None
    """What a reader of the format knew of headings and pages."""
    format: str = "text"
    """One of the values of `READABLE`."""
    properties: CitationFields | None = None
    """What the file says of itself: title, authors, date, publisher."""
    supplied: tuple[CitationFields, ...] = ()
    """What a person says of its works, in their order: not part of what the file is, and it may change."""

    @property
    def sha256(self) -> str:
        """Of the bytes, as `sha256sum` prints it."""
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def from_bytes(cls, name: str, data: bytes, edition: str | None) -> Self:
        """Decode `data` as plain text. Raises SourceError if it is not text."""
        decoded = decode(data, name=name)
        properties = front_matter(decoded.text)
        return cls(name, data, edition, decoded.text, decoded.encoding, properties=properties)

    @classmethod
    def from_file(cls, filename: str, data: bytes, edition: str | None) -> Self:
        """Read the bytes of a file of any format, told by its name's ending and by what it begins with.

        `filename` is only a name, never a path. Raises SourceError, with its reason, for what cannot be read.
        """
        name = PurePath(filename).stem
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


def load(path: Path) -> Source:
    """Read a file of a format in `READABLE`, and the edition file (.toml) beside it if there is one.

    A file of another ending is read as text where it is text. Raises SourceError if one of them cannot be read.
    """
    sidecar = path.with_suffix(".toml")
    edition = decode(_read(sidecar), name=sidecar.name).text if sidecar.is_file() and sidecar != path else None
    return Source.from_file(path.name, _read(path), edition)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > FORMATS.most_bytes:
            raise SourceError(corpus_messages.TOO_MANY_BYTES.format(size=size, most=FORMATS.most_bytes), path)
        return path.read_bytes()
    except OSError as error:
        raise SourceError(corpus_messages.CANNOT_BE_READ.format(reason=error.strerror), path) from error
