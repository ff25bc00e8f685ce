"""The text that a reader extracts from a file, and the writer that collects it line by line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS, PDF
from corpus.document import ParserWarning, Place, Span
from corpus.errors import SourceError
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
        """Write rows of a table as one paragraph, with tabs between their cells, also at the ends of its lines.

        Return its span; None if all cells are empty.
        """
        self.gap()
        start, text = self.length, "\n".join("\t".join(cells) for cells in rows)
        if not self.line(text):
            return None
        self._wholes.append(Span(start, start + len(text)))
        return self._wholes[-1]

    def note(self, text: str) -> Span | None:
        """Write a footnote, and return its span. The line after it may continue the paragraph before it."""
        if span := self.line(text):
            self._notes.append(span)
        return span

    def table(self, rows: list[list[str]]) -> None:
        """Write a table, one line for each row with tabs between its cells. This adds only blanks to the words."""
        lines = [line for row in rows if (line := "\t".join(" ".join(cell.split("\n")) for cell in row)).strip()]
        self.gap()
        for first in range(0, len(lines), FORMATS.table_rows):
            self.whole("\n".join(lines[first : first + FORMATS.table_rows]))
        self.gap()

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
