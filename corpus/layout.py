"""Layout: what the reader of a format finds and the text alone does not show, such as headings and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from corpus.document import ParserWarning, Place, Span, Table


@dataclass(frozen=True, slots=True)
class KnownHeading:
    """A span of the extracted text that the format marks as a heading."""

    span: Span
    level: int
    """1 for the outermost, as in `<h1>` or “Heading 1”."""


@dataclass(frozen=True, slots=True)
class KnownNonBody:
    """A span of whole lines that the format shows to be non-body (`corpus.document.NonBody`)."""

    span: Span
    kind: Literal["chrome", "contents"]
    """`chrome`: navigation, a running head, a page number. `contents`: a table of contents."""


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line that optical character recognition read from a picture of a page."""

    span: Span
    page: int
    """Number of the page, from 1."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom edge on the page, as fractions of its width and height, from its top left corner."""


def _as_stored(warning: ParserWarning) -> dict[str, Any]:
    span, message = warning.span, warning.message
    return {"span": {"start": span.start, "end": span.end}, "zh": message.zh, "en": message.en}


def _from_stored(warning: Any) -> Any:
    if isinstance(warning, dict) and "message" not in warning:
        return {"span": warning.get("span"), "message": {key: warning.get(key) for key in ("zh", "en")}}
    return warning


_Warning = Annotated[ParserWarning, BeforeValidator(_from_stored), PlainSerializer(_as_stored)]
"""Stored with both wordings beside the span, as in the indexes that exist."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of an extracted text, whose characters the offsets count. All fields are in ascending order."""

    headings: tuple[KnownHeading, ...] = ()
    """The rules also find numbered headings below these."""
    non_body: Annotated[tuple[KnownNonBody, ...], Field(alias="matter")] = ()
    """Stored as `matter`, the name in existing indexes, because document ids are hashes of the stored form."""
    wholes: tuple[Span, ...] = ()
    """Paragraphs that contain line ends: tables, code."""
    joins: tuple[int, ...] = ()
    """Offsets of lines that continue the paragraph before them, which the end of a page or column cut."""
    notes: tuple[Span, ...] = ()
    """Footnotes, between a paragraph and the lines that continue it on the next page."""
    pages: tuple[int, ...] = ()
    """Offsets at which pages 1, 2, … begin; empty if the format has no pages."""
    page_labels: tuple[str, ...] = ()
    """The printed number of each page; empty if the file does not state them."""
    places: tuple[Place, ...] = ()
    """Rows of a sheet, times: places with the names that the format gives them. Disjoint."""
    recognised: tuple[RecognisedLine, ...] = ()
    """Lines that were read from pictures. Disjoint."""
    doubtful: tuple[Span, ...] = ()
    """Characters of recognised lines that the recogniser was not sure of. Disjoint."""
    tables: tuple[Table, ...] = ()
    """Their rows with words are `wholes`."""
    warnings: Annotated[tuple[_Warning, ...], Field(alias="doubts")] = ()
    """Stored as `doubts`, for the same reason."""
    whole_paragraphs: bool = False
    """Each line of the text is a whole paragraph (DOCX, HTML): lines are not joined."""
    is_untitled: bool = False
    """The first heading is not the title of the file, but the first of several parts, such as the sheets of a workbook.
    The file's own metadata or its name title it."""
