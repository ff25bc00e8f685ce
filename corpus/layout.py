"""What a reader of a file format knows and text alone does not show: headings, pages, where paragraphs end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from corpus.document import ParserWarning, Span


@dataclass(frozen=True, slots=True)
class KnownHeading:
    """A stretch of the extracted text that the format calls a heading."""

    span: Span
    level: int
    """1 for the outermost, as in `<h1>` or “Heading 1”."""


@dataclass(frozen=True, slots=True)
class KnownNonBody:
    """A stretch of whole lines that is not the text: see `corpus.document.NonBody`."""

    span: Span
    kind: Literal["chrome", "contents"]
    """`chrome`: navigation, a running head, a page number. `contents`: a table of contents."""


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
    """Handed to `parse` with the extracted text; offsets count its characters. All parts are in ascending order."""

    headings: tuple[KnownHeading, ...] = ()
    """Rules still find numbered headings below them."""
    non_body: Annotated[tuple[KnownNonBody, ...], Field(alias="matter")] = ()
    """Stored as `matter`: its name in the indexes that exist, of which document ids are made."""
    wholes: tuple[Span, ...] = ()
    """Each is one paragraph though lines end inside it: a table, code."""
    joins: tuple[int, ...] = ()
    """Where a line begins that goes on with the paragraph before it, which a page or column cut."""
    pages: tuple[int, ...] = ()
    """Where page 1, 2, … begin; empty where the format has no pages."""
    warnings: Annotated[tuple[_Warning, ...], Field(alias="doubts")] = ()
    """Stored as `doubts`, for the same reason."""
    whole_paragraphs: bool = False
    """Each line of the text is a whole paragraph (DOCX, HTML): lines are not joined."""
