"""What the process that reads files and its parent say to each other: messages of several byte strings, no pickle.

A message is the number of its parts (1 byte), their lengths (8 bytes each) and the parts. The first part is a JSON
object. A hostile file may take over a library in C and with it the process, so the parent believes nothing that comes
back: it limits the lengths before it reads, and checks every field.
"""

from __future__ import annotations

import codecs
import dataclasses
import json
from typing import IO, Any

from pydantic import TypeAdapter

from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS, READING
from corpus.formats import READABLE
from corpus.layout import Layout
from corpus.source import Source


class TooLong(Exception):
    """A message is longer than allowed."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Rest:
    """The fields of a source that reading finds beside the text."""

    encoding: str
    format: str
    layout: Layout | None
    properties: CitationFields | None


_REST = TypeAdapter(_Rest)


def send(stream: IO[bytes], header: dict[str, Any], *parts: bytes) -> None:
    """Write a message. Raises OSError if nobody reads it any more."""
    all_parts = (json.dumps(header).encode(), *parts)
    stream.write(bytes([len(all_parts)]))
    stream.write(b"".join(len(part).to_bytes(8) for part in all_parts))
    for part in all_parts:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return the header and the other parts of the next message.

    Raises EOFError at the end of the stream, TooLong for more than `most` bytes, ValueError if the header is no JSON
    object.
    """
    (count,) = _exactly(stream, 1)
    lengths = [int.from_bytes(_exactly(stream, 8)) for _ in range(count)]
    if sum(lengths) > most:
        raise TooLong
    parts = [_exactly(stream, length) for length in lengths]
    try:
        header = json.loads(parts[0])
    except (IndexError, RecursionError) as error:
        raise ValueError("a message has no header") from error
    if not isinstance(header, dict):
        raise ValueError("the header of a message is no object")
    return header, parts[1:]


def page_message(page: int, pages: int) -> dict[str, Any]:
    """Return the header of the message that a page is being recognised. It is no reply: a reply follows."""
    return {"status": "page", "page": page, "pages": pages}


def page_of(header: dict[str, Any]) -> tuple[int, int] | None:
    """Return what `page_message` says: page and pages; None for a reply. Raises ValueError if it makes no sense."""
    if header.get("status") != "page":
        return None
    page, pages = header.get("page"), header.get("pages")
    if type(page) is not int or type(pages) is not int or not 1 <= page <= pages <= FORMATS.most_pages:
        raise ValueError("a page is recognised that is not there")
    return page, pages


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def seconds_for(size: int) -> int:
    """Return how long a request of `size` bytes may take."""
    return READING.seconds + size * READING.seconds_per_megabyte // 1_000_000


def utf8(text: str) -> bytes:
    """Return a text in UTF-8, in which lone surrogates keep their number."""
    return text.encode("utf-8", "surrogatepass")


def from_utf8(data: bytes) -> str:
    """Return the text that `utf8` wrote. Raises ValueError for other bytes."""
    return data.decode("utf-8", "surrogatepass")


def rest_record(source: Source) -> dict[str, Any]:
    """Return what reading found in a file beside its text."""
    rest = _Rest(source.encoding, source.format, source.layout, source.properties)
    record: dict[str, Any] = _REST.dump_python(rest, mode="json", by_alias=True)
    return record


def source_of(record: dict[str, Any], text: str, *, name: str, data: bytes, edition: str | None) -> Source:
    """Return the source of a text and what `rest_record` wrote. Raises ValueError for anything that makes no sense."""
    rest = _REST.validate_python(record)
    if rest.format not in READABLE.values():
        raise ValueError(f"there is no format {rest.format!r}")
    try:
        codecs.lookup(rest.encoding)
    except LookupError as error:
        raise ValueError(f"there is no encoding {rest.encoding!r}") from error
    if rest.layout is not None:
        _check_layout(rest.layout, len(text))
    return Source(name, data, edition, text, rest.encoding, rest.layout, rest.format, rest.properties)


def _check_layout(layout: Layout, size: int) -> None:
    """Raise ValueError if a place of the layout lies outside the text."""
    spans = [
        *layout.wholes,
        *(heading.span for heading in layout.headings),
        *(part.span for part in layout.non_body),
        *(warning.span for warning in layout.warnings),
        *(place.span for place in layout.places),
        *(line.span for line in layout.recognised),
        *layout.doubtful,
        *(cell for table in layout.tables for row in table.rows for cell in row if cell is not None),
    ]
    if any(span.end > size for span in spans):
        raise ValueError("a span of the layout lies outside the text")
    if any(not 0 <= offset <= size for offset in (*layout.joins, *layout.pages)):
        raise ValueError("an offset of the layout lies outside the text")
    if any(not 0 <= table.heads <= len(table.rows) for table in layout.tables):
        raise ValueError("a table has more rows in its head than it has")
    if len(layout.page_labels) not in (0, len(layout.pages)):
        raise ValueError("there are not as many page labels as pages")
    if any(not 1 <= line.page <= len(layout.pages) for line in layout.recognised):
        raise ValueError("a recognised line stands on a page that is not there")
