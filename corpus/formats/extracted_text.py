"""What a reader makes of a file, and the hand that writes it down line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS
from corpus.document import ParserWarning, Span
from corpus.errors import SourceError
from corpus.layout import KnownHeading, KnownNonBody, Layout
from corpus.message import Message


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file that is no plain text. Quotes are slices of it."""

    text: str
    layout: Layout
    properties: CitationFields | None
    """What the file says of itself, apart from its text; None if nothing."""


class TextWriter:
    """Writes lines and keeps what the format knows of each."""

    def __init__(self, name: str) -> None:
        """`name` is what errors call the file."""
        self.name = name
        self.length = 0
        """Characters written so far: where the next line begins."""
        self._parts: list[str] = []
        self._headings: list[KnownHeading] = []
        self._non_body: list[KnownNonBody] = []
        self._wholes: list[Span] = []
        self._joins: list[int] = []
        self._pages: list[int] = []
        self._warnings: list[ParserWarning] = []

    def line(self, text: str, *, level: int = 0, non_body: Literal["", "chrome", "contents"] = "") -> Span | None:
        """Write a line, or several with line ends between them; blank ones make an empty line.

        `level` is that of a heading. Return where the words stand, None if there are none.
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        words = text.strip()
        if not words:
            self.gap()
            return None
        start = self.length + len(text) - len(text.lstrip())
        span = Span(start, start + len(words))
        self._write(text + "\n")
        if non_body:
            self._non_body.append(KnownNonBody(span, non_body))
        elif level:
            self._headings.append(KnownHeading(span, level))
        return span

    def whole(self, text: str) -> None:
        """Write lines that are one paragraph."""
        span = self.line(text)
        if span and "\n" in text.strip():
            self._wholes.append(span)

    def table(self, rows: list[list[str]]) -> None:
        """Write a table: a line a row, a tab between cells, so that nothing but blanks is added to its words."""
        lines = [line for row in rows if (line := "\t".join(" ".join(cell.split("\n")) for cell in row)).strip()]
        self.gap()
        for first in range(0, len(lines), FORMATS.table_rows):
            self.whole("\n".join(lines[first : first + FORMATS.table_rows]))
        self.gap()

    def gap(self) -> None:
        """Leave an empty line, unless there is one or nothing stands before it."""
        if self._parts and self._parts[-1] != "\n":
            self._write("\n")

    def join(self) -> None:
        """Say that the next line goes on with the paragraph before."""
        self._joins.append(self.length)

    @property
    def has_headings(self) -> bool:
        return bool(self._headings)

    def page(self) -> None:
        """Begin a page."""
        self._pages.append(self.length)

    def mark_headings(self, places: Iterable[tuple[int, str, int]], *, near: int) -> None:
        """Make headings of lines that a table of contents names: offset, title and level of each entry.

        A title counts where one of the `near` lines after its offset is just that; a heading there gets the level.
        """
        text = "".join(self._parts)
        found = {heading.span: heading.level for heading in self._headings}
        non_body = {place.span.start for place in self._non_body}
        for at, title, level in places:
            start = at
            for line in text[at : at + 500 * near].splitlines(keepends=True)[: 2 * near]:
                words = line.strip()
                begin = start + len(line) - len(line.lstrip())
                if words and "".join(words.split()) == "".join(title.split()) and begin not in non_body:
                    found[Span(begin, begin + len(words))] = level
                    break
                start += len(line)
        self._headings = [KnownHeading(span, found[span]) for span in sorted(found)]

    def warn(self, span: Span, message: Message) -> None:
        self._warnings.append(ParserWarning(span, message))

    def finish(self, properties: CitationFields | None, *, whole_paragraphs: bool = True) -> Extracted:
        """Return all of it. Raises SourceError if no word was written."""
        text = "".join(self._parts)
        if not text.strip():
            raise SourceError(corpus_messages.NO_TEXT, self.name)
        return Extracted(
            text,
            Layout(
                headings=tuple(self._headings),
                non_body=tuple(self._non_body),
                wholes=tuple(self._wholes),
                joins=tuple(self._joins),
                pages=tuple(self._pages),
                warnings=tuple(self._warnings),
                whole_paragraphs=whole_paragraphs,
            ),
            properties,
        )

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)
        if self.length > FORMATS.most_characters:
            raise SourceError(corpus_messages.TOO_MANY_CHARACTERS.format(most=FORMATS.most_characters), self.name)
