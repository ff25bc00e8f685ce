"""The text that a reader extracts from a file, and the writer that collects it line by line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS, PDF
from corpus.document import ParserWarning, Place, Span, Table
from corpus.errors import SourceError
from corpus.formats.table_cells import Cell, head_of, lay_out, words_of
from corpus.grammar.enumerators import heading_enumerator
from corpus.layout import KnownHeading, KnownNonBody, Layout, RecognisedLine
from corpus.message import Message
from corpus.text.fold import bare


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text that was extracted from a file. Quotations are slices of it."""

    text: str
    layout: Layout
    properties: CitationFields | None
    """The file's own metadata; None if it has none."""


class TextWriter:
    """Collects the lines of a text with their layout."""

    def __init__(self, name: str) -> None:
        """`name` is the name of the file in errors."""
        self.name = name
        self.length = 0
        """Number of characters written so far, which is the offset of the next line."""
        self._parts: list[str] = []
        self._headings: list[KnownHeading] = []
        self._non_body: list[KnownNonBody] = []
        self._wholes: list[Span] = []
        self._joins: list[int] = []
        self._notes: list[Span] = []
        self._pages: list[int] = []
        self._page_labels: list[str] = []
        self._places: list[Place] = []
        self._recognised: list[RecognisedLine] = []
        self._doubtful: list[Span] = []
        self._tables: list[Table] = []
        """Where the last row ended that `row` wrote."""
        self._warnings: list[ParserWarning] = []

    def line(self, text: str, *, level: int = 0, non_body: Literal["", "chrome", "contents"] = "") -> Span | None:
        """Write a line, or several with line ends between them. A blank text makes an empty line.

        `level` is the level of a heading, 0 for other lines. Return the span of the words; None if there are none.
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
        """Write lines that make up one paragraph."""
        span = self.line(text)
        if span and "\n" in text.strip():
            self._wholes.append(span)

    def rows(self, rows: Sequence[Sequence[str]]) -> Span | None:
        """Write rows without a head as one paragraph, with tabs between their cells.

        Return its span; None if all cells are empty.
        """
        self.gap()
        start, text = self.length, "\n".join("\t".join(cells).rstrip("\t") for cells in rows)
        if not self.line(text):
            return None
        self._wholes.append(Span(start, start + len(text)))
        return self._wholes[-1]

    def note(self, text: str) -> Span | None:
        """Write a footnote, and return its span. The line after it may continue the paragraph before it."""
        if span := self.line(text):
            self._notes.append(span)
        return span

    def table(
        self, rows: Sequence[Sequence[Cell]], heads: int | None = None, *, goes_on: bool = False
    ) -> list[Span | None]:
        """Write a table, each row as a paragraph on one line with tabs between its columns.

        A merged cell stands in its first row and column; the others that it covers are empty. `heads`: how many rows
        are the head; None if the format does not say. `goes_on`: the rows continue the table before them. Return the
        span of each row; None for one without words of its own.
        """
        grid = lay_out(rows)
        heads = head_of(grid) if heads is None else min(heads, len(grid))
        if not goes_on:
            self.gap()
        places: dict[int, Span] = {}
        spans = [self._write_row(row, places) for row in grid]
        found = [tuple(places.get(id(cell)) for cell in row) for row, span in zip(grid, spans, strict=True) if span]
        if goes_on and self._tables:
            last = self._tables.pop()
            self._tables.append(Table(last.heads, (*last.rows, *found)))
        elif found:
            self._tables.append(Table(min(heads, len(found)), tuple(found)))
        self.gap()
        return spans

    def _write_row(self, row: Sequence[Cell | None], places: dict[int, Span]) -> Span | None:
        """Write a row, and add the places of its cells by their identity. Return its span, if it has words."""
        start = self.length
        words: list[str] = []
        for cell in row:
            text = "" if cell is None or id(cell) in places else words_of(cell)
            if cell is not None and text:
                at = start + sum(map(len, words)) + len(words)
                places[id(cell)] = Span(at, at + len(text))
            words.append(text)
        span = self.line("\t".join(words).rstrip("\t"))  # empty cells at its end are no text
        if span:
            self._wholes.append(span)
        return span

    def gap(self) -> None:
        """Write an empty line, unless the text is empty or already ends with one."""
        if self._parts and self._parts[-1] != "\n":
            self._write("\n")

    def join(self) -> None:
        """Record that the next line continues the paragraph before it."""
        self._joins.append(self.length)

    @property
    def has_headings(self) -> bool:
        return bool(self._headings)

    def page(self, label: str = "") -> None:
        """Begin a page. `label` is its printed number, if the file states it."""
        self._pages.append(self.length)
        self._page_labels.append(label)

    @property
    def page_count(self) -> int:
        """Number of the pages begun so far, which is the number of the last one."""
        return len(self._pages)

    def since(self, offset: int) -> str:
        """Return what was written from an offset on, at which a line began."""
        parts: list[str] = []
        left = self.length - offset
        for part in reversed(self._parts):
            if left <= 0:
                break
            parts.append(part)
            left -= len(part)
        return "".join(reversed(parts))

    def place(self, span: Span, label: str) -> None:
        """Record the name that the format gives to the place of a span: `Sheet1!A5:H5`, `00:01:05`."""
        self._places.append(Place(span, label))

    def recognised(self, line: RecognisedLine, doubtful: Iterable[Span] = ()) -> None:
        """Record where a line that was read from a picture stands on it, and which characters are doubtful."""
        self._recognised.append(line)
        self._doubtful += doubtful

    def mark_headings(self, entries: Iterable[tuple[int, str, int]], *, near: int, by_size: bool = False) -> None:
        """Make headings of the lines that a table of contents names: (offset, title, level) of each entry.

        The heading is the first of the `near` lines after the offset that equals the title, with or without its number,
        blanks aside. If that line is a heading already, it gets the level of the entry. `by_size`: the headings so far
        are lines that are set large, of which a title page has several; before the first of some entries, only the
        first such line stays.
        """
        found = {heading.span: heading.level for heading in self._headings}
        named: list[Span] = []
        non_body = {part.span.start for part in self._non_body}
        # All lines are read once, because many entries may point at one place.
        starts: list[int] = []
        titled: dict[str, list[tuple[int, Span]]] = {}
        start = 0
        for number, line in enumerate("".join(self._parts).splitlines(keepends=True)):
            starts.append(start)
            begin, words = start + len(line) - len(line.lstrip()), line.strip()
            if words and begin not in non_body:
                place = number, Span(begin, begin + len(words))
                for title in _titles(words):
                    titled.setdefault(title, []).append(place)
            start += len(line)
        for at, title, level in entries:
            first = bisect_left(starts, at)
            lines = titled.get("".join(title.split()), [])
            index = bisect_left(lines, first, key=lambda one: one[0])
            if index < len(lines) and lines[index][0] < first + 2 * near and lines[index][1].end <= at + 500 * near:
                found[lines[index][1]] = level
                named.append(lines[index][1])
        if by_size and len(named) > 2:
            for span in [span for span in sorted(found) if span < min(named)][1:]:
                del found[span]
        self._headings = [KnownHeading(span, found[span]) for span in sorted(found)]

    def warn(self, span: Span, message: Message) -> None:
        self._warnings.append(ParserWarning(span, message))

    def finish(
        self, properties: CitationFields | None, *, whole_paragraphs: bool = True, is_untitled: bool = False
    ) -> Extracted:
        """Return the text with its layout. Raises SourceError if no words were written."""
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
                notes=tuple(self._notes),
                pages=tuple(self._pages),
                page_labels=tuple(self._page_labels) if any(self._page_labels) else (),
                places=tuple(self._places),
                recognised=tuple(self._recognised),
                doubtful=tuple(self._doubtful),
                tables=tuple(self._tables),
                warnings=tuple(self._warnings),
                whole_paragraphs=whole_paragraphs,
                is_untitled=is_untitled,
            ),
            properties,
        )

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)
        if self.length > FORMATS.most_characters:
            raise SourceError(corpus_messages.TOO_MANY_CHARACTERS.format(most=FORMATS.most_characters), self.name)


def _titles(line: str) -> set[str]:
    """Return what an entry of a table of contents may call a line: all of it, or what follows its number."""
    mark = heading_enumerator(line) if len(line) <= PDF.longest_heading else None
    return {title for title in (bare(line), bare(line[mark.end :]) if mark else "") if title}
