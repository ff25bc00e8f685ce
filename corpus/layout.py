"""What a reader of a file format knows and text alone does not show: headings, pages, where paragraphs end."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.model import Span


@dataclass(frozen=True, slots=True)
class KnownHeading:
    """A stretch of the extracted text that the format calls a heading."""

    span: Span
    level: int
    """1 for the outermost, as in `<h1>` or “Heading 1”."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Handed to `parse` with the extracted text; offsets count its characters."""

    headings: tuple[KnownHeading, ...] = ()
    """In order. Rules still find numbered headings below them."""
    pages: tuple[int, ...] = ()
    """Where page 1, 2, … begin, ascending; empty where the format has no pages."""
    whole_paragraphs: bool = False
    """Each line of the text is a whole paragraph (DOCX, HTML): lines are not joined."""
