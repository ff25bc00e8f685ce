"""Documents and their parts. All parts are positions in `Document.text`; none of them holds text of its own."""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from corpus.message import Message

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range [start, end) of code points in `Document.text`.

    >>> span = Span(2, 4)
    >>> "一二三四五"[span.start : span.end], len(span)
    ('三四', 2)
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start


def cut(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the spans of the source for characters [start, end) of the concatenated spans.

    >>> cut([Span(10, 13), Span(20, 25)], 1, 5)
    (Span(start=11, end=13), Span(start=20, end=22))
    """
    pieces, offset = [], 0
    for span in spans:
        first, last = max(start - offset, 0), min(end - offset, len(span))
        if first < last:
            pieces.append(Span(span.start + first, span.start + last))
        offset += len(span)
    return tuple(pieces)


def cut_all(spans: Sequence[Span], ranges: Iterable[tuple[int, int]]) -> list[tuple[Span, ...]]:
    """Return `cut(spans, start, end)` for each of some ascending ranges, in one pass over the spans."""
    out: list[tuple[Span, ...]] = []
    index = offset = 0
    for start, end in ranges:
        while index < len(spans) and offset + len(spans[index]) <= start:
            offset += len(spans[index])
            index += 1
        last, reach = index, offset
        while last < len(spans) and reach < end:
            reach += len(spans[last])
            last += 1
        out.append(cut(spans[index:last], start - offset, end - offset))
    return out


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the punctuation and blanks after it. The sentences of a passage tile it."""

    spans: tuple[Span, ...]
    """One span; several if the source breaks the sentence."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. A section of level 0 is a work."""

    label: str
    """Its name in citations: the slice `title_span` without line breaks, or the words that the edition supplies."""
    title_span: Span | None
    """Where the title stands in the source; None if it is supplied."""
    level: int
    """0 for a work, 1 for its sections, 2 for theirs, and so on."""
    parent: Section | None
    """The section around it; None for a work."""
    is_run_in: bool
    """The title is the opening words of the section's first passage, and lies inside it."""

    @property
    def work(self) -> Section:
        """The section of level 0 around this one, or itself."""
        return self if self.parent is None else self.parent.work

    @property
    def path(self) -> tuple[Section, ...]:
        """The sections from below the work down to this one; empty for a work."""
        return () if self.parent is None else (*self.parent.path, self)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: what is embedded, ranked and cited."""

    id: str
    """16 hex digits: a hash of the document's name, the passage's text and its occurrence number."""
    spans: tuple[Span, ...]
    """In reading order; several if the source breaks the paragraph."""
    ends: tuple[int, ...]
    """Offsets in its own text at which its sentences end; the last one is its length."""
    section: Section
    """The innermost section that contains it."""
    paragraph: int
    """1 for the first paragraph directly in its section; 0 for the title block of a work."""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, made at each access: a long text has more sentences than anything else."""
        return tuple(map(Sentence, cut_all(self.spans, pairwise((0, *self.ends)))))


@dataclass(frozen=True, slots=True)
class NonBody:
    """Source text that the reader shows, and that is neither heading nor passage."""

    span: Span
    kind: Literal["salutation", "pointer", "contents", "chrome", "markup"]
    """`salutation`: names who is addressed (各位同事！). `pointer`: a note of the publication (（下转第五版）).
    `contents`: a table of contents. `chrome`: boilerplate of a web page (【字号：, 来源：, 打印).
    `markup`: markup of the format (##, <br>)."""


Block = Section | Passage | NonBody

Kind = Literal["speech", "report", "law", "official", "newspaper", "article", "book", "webpage", "document"]
"""The kind of a work. `official`: a declaration, notice or resolution. `newspaper`: an article in a known newspaper.
`document`: another kind, or unknown."""


@dataclass(frozen=True, slots=True)
class SourcedValue:
    """A value of the metadata of a work: words of the source, or supplied words."""

    text: str
    spans: tuple[Span, ...]
    """The slices of the source whose concatenation is `text` (for a title, without line breaks, as in `Section.label`).
    Empty if it is supplied by an edition, a person or a file's properties. Citations show supplied values in 〔 〕."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day, a month or a year. Raises ValueError if the calendar has no such day.

    >>> str(Date(2021, 9, 17, ())), str(Date(2021, 9, None, ()))
    ('2021-09-17', '2021-09')
    """

    year: int
    month: int | None
    day: int | None
    """None if the month is None."""
    spans: tuple[Span, ...]
    """The slices of the source that state it; empty if it is supplied."""

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError(f"a day needs a month: {self.day}")
        datetime.date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    def __str__(self) -> str:
        """Return `2021-09-17`, `2021-09` or `2021`."""
        rest = "".join(f"-{part:02}" for part in (self.month, self.day) if part is not None)
        return f"{self.year:04}{rest}"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The bibliographic data of a work. Unknown values are None, never a guess.

    `corpus.bibliography.metadata_fields` has a row for each field except `kind`, with its names in files and citations.
    """

    kind: Kind
    title: SourcedValue
    subtitle: SourcedValue | None = None
    """Without the dash before it."""
    authors: tuple[SourcedValue, ...] = ()
    """The persons or bodies that wrote, spoke or issued it, in order."""
    translators: tuple[SourcedValue, ...] = ()
    date: Date | None = None
    """The date on which it was spoken, adopted or issued; of a newspaper article, on which it was printed."""
    number: SourcedValue | None = None
    """Number of an official document (文号)."""
    publication: SourcedValue | None = None
    """The newspaper or journal."""
    volume: SourcedValue | None = None
    issue: SourcedValue | None = None
    edition: SourcedValue | None = None
    """`2`, or words (修订版)."""
    publisher: SourcedValue | None = None
    place: SourcedValue | None = None
    """Where it was published; of a speech or an official document, where it was given."""
    page: SourcedValue | None = None
    """A page or a range of pages in the publication, not in the file."""
    doi: SourcedValue | None = None
    url: SourcedValue | None = None
    accessed: Date | None = None
    """The date on which it was read at its URL."""
    language: SourcedValue | None = None
    """A language tag: `en`, `zh-CN`."""


@dataclass(frozen=True, slots=True)
class ParserWarning:
    """A place at which the rules of the parser were not sure."""

    span: Span
    message: Message
    """One sentence that says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the format names, such as a row of a sheet or the time of a subtitle."""

    span: Span
    label: str
    """`Sheet1!A5:H5`, `00:01:05`: as programs that open the file write it, the same in each language."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the source. Each row with words is a passage: a line with tabs or, in Markdown, bars in it."""

    heads: int
    """How many of its first rows are its head; 0 if it has none."""
    rows: tuple[tuple[Span | None, ...], ...]
    """The words of the cell in each column of each row; None for an empty one. A merged cell stands in each row and
    column that it covers, and its words in the line of its first row."""

    def own(self, row: int) -> tuple[Span, ...]:
        """Return the words of the cells that begin in a row, in the order of the columns."""
        above = self.rows[row - 1] if row else ()
        return tuple(dict.fromkeys(cell for cell in self.rows[row] if cell is not None and cell not in above))

    def merged(self, row: int) -> tuple[Span, ...]:
        """Return the words of the cells that begin in a row above and cover this one too, as they are ordered there."""
        if not row:
            return ()
        head = {cell for before in self.rows[: self.heads] for cell in before}
        here = {cell for cell in self.rows[row] if cell is not None and cell in self.rows[row - 1]} - head
        return tuple(sorted(cell for cell in here if cell is not None))


@dataclass(frozen=True)
class Document:
    """A text and what was found in it."""

    name: str
    """The name that the user gave it; never used as a path."""
    text: str
    """The decoded source, every character of it."""
    sha256: str
    """Hash of the source's bytes, as `sha256sum` prints it."""
    blocks: tuple[Block, ...]
    """Sections, passages and non-body text in reading order. A section stands before its contents."""
    metadata: tuple[Metadata, ...] = ()
    """One for each work, in the order of `works`."""
    warnings: tuple[ParserWarning, ...] = ()
    """In the order of the source."""
    pages: tuple[int, ...] = ()
    """Offsets at which pages 1, 2, … begin; empty if the format has no pages."""
    page_labels: tuple[str, ...] = ()
    """The printed number of each page (`iv`, `7`), as the file states it; empty if it does not."""
    places: tuple[Place, ...] = ()
    """In the order of the source, disjoint."""
    recognised: tuple[Span, ...] = ()
    """What optical character recognition read from a picture, which remains the source; in order, disjoint."""
    doubtful: tuple[Span, ...] = ()
    """Characters of `recognised` that the recogniser was not sure of; in order, disjoint."""
    tables: tuple[Table, ...] = ()
    """In the order of the source."""

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Section))

    @cached_property
    def works(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.parent is None)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Passage))

    @cached_property
    def _section_indices(self) -> dict[int, int]:
        return {id(block): index for index, block in enumerate(self.blocks) if isinstance(block, Section)}

    def blocks_after(self, section: Section, most: int) -> tuple[Block, ...]:
        """Return the blocks after a section's title, at most `most` of them."""
        start = self._section_indices[id(section)] + 1
        return self.blocks[start : start + most]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @cached_property
    def _metadata_of(self) -> dict[int, Metadata]:
        """By the identity of each work, because two works may have equal titles."""
        return {id(work): metadata for work, metadata in zip(self.works, self.metadata, strict=False)}

    def about(self, work: Section) -> Metadata:
        """Return the metadata of a work of this document; only its title if no metadata was read."""
        if metadata := self._metadata_of.get(id(work)):
            return metadata
        title = SourcedValue(work.label, (work.title_span,) if work.title_span else ())
        return Metadata("document", title)

    def quote(self, spans: Iterable[Span]) -> str:
        """Return the concatenated slices of the source. Every quotation is made by this function."""
        return "".join(self.text[span.start : span.end] for span in spans)

    def line(self, offset: int) -> int:
        """Return the number, from 1, of the line of the file that holds code point `offset`."""
        return bisect.bisect_right(self._line_starts, offset)

    def line_span(self, number: int) -> Span | None:
        """Return line `number` (from 1) without the blanks at its ends; None if it has no text."""
        if not 1 <= number <= len(self._line_starts):
            return None
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        line = self.text[start:end]
        start += len(line) - len(line.lstrip())
        return Span(start, start + len(line.strip())) if line.strip() else None

    def page(self, offset: int) -> int | None:
        """Return the number, from 1, of the page that holds code point `offset`; None if there are no pages."""
        return max(bisect.bisect_right(self.pages, offset), 1) if self.pages else None

    def page_label(self, page: int) -> str:
        """Return the printed number of page `page` (from 1); the empty string if the file states none."""
        return self.page_labels[page - 1] if page <= len(self.page_labels) else ""

    def places_of(self, spans: Iterable[Span]) -> tuple[Place, ...]:
        """Return the places that the spans touch, in the order of the spans."""
        found: dict[int, Place] = {}
        for span in spans:
            index = bisect.bisect_right(self._place_starts, span.start) - 1
            for at in range(max(index, 0), len(self.places)):
                if self.places[at].span.start >= span.end:
                    break
                if self.places[at].span.end > span.start:
                    found[at] = self.places[at]
        return tuple(found.values())

    def row_at(self, offset: int) -> tuple[Table, int] | None:
        """Return the table and the number of its row whose words begin at an offset; None if none does."""
        return self._table_rows.get(offset)

    @cached_property
    def _table_rows(self) -> dict[int, tuple[Table, int]]:
        return {row: (table, number) for table in self.tables for number, row in _row_starts(table)}

    def is_recognised(self, spans: Iterable[Span]) -> bool:
        """Return whether a part of the spans was read from a picture, which then is the source."""
        return any(_overlapping(self.recognised, span) for span in spans)

    def doubtful_in(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Return the parts of the spans that the recogniser was not sure of."""
        return tuple(
            Span(max(one.start, span.start), min(one.end, span.end))
            for span in spans
            for one in _overlapping(self.doubtful, span)
        )

    @cached_property
    def _place_starts(self) -> list[int]:
        return [place.span.start for place in self.places]

    def lines(self, spans: Sequence[Span]) -> tuple[int, int]:
        """Return the numbers of the first and the last line that the spans touch."""
        return self.line(min(span.start for span in spans)), self.line(max(span.end for span in spans) - 1)


def _row_starts(table: Table) -> Iterator[tuple[int, int]]:
    """Yield each row that has words of its own with the offset at which they begin."""
    for number in range(len(table.rows)):
        if own := table.own(number):
            yield number, own[0].start


def _overlapping(spans: Sequence[Span], with_: Span) -> Sequence[Span]:
    """Return those of some ordered, disjoint spans that share characters with one."""
    first = bisect.bisect_right(spans, with_.start, key=lambda one: one.end)
    return spans[first : bisect.bisect_left(spans, with_.end, lo=first, key=lambda one: one.start)]
