"""Reads the text of an OpenDocument body: paragraphs, headings, lists and tables in order, notes after their paragraph.

Left out are deleted and hidden text, comments, pictures, formulas, ruby text and bullets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from corpus import corpus_messages
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats.extracted_text import TextWriter
from corpus.formats.inline_words import InlineWords
from corpus.formats.merged_cells import Cells, MergedRange, as_rows
from corpus.formats.odf_styles import TEXT, ListCounter, Styles, integer
from corpus.formats.table_cells import Cell, only_lays_out

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_SKIPPED = frozenset(
    {
        *(f"{TEXT}{tag}" for tag in ("tracked-changes", "ruby-text", "note-citation", "hidden-text", "list-header")),
        *(f"{OFFICE}{tag}" for tag in ("annotation", "forms", "event-listeners")),
        *(f"{_SVG}title", f"{_SVG}desc", f"{DRAW}object", f"{DRAW}object-ole"),
    }
)
_WHITE = re.compile(r"[ \t\r\n]+")
_CHARACTERS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n", f"{TEXT}soft-hyphen": "\u00ad"}


class BodyReader:
    """Writes the blocks of a body, a cell, a box or a slide."""

    def __init__(self, styles: Styles, writer: TextWriter) -> None:
        self._styles = styles
        self._writer = writer
        self._numbers = ListCounter(styles)
        self.name = writer.name

    def blocks(self, parent: etree._Element, depth: int = 0) -> None:
        """Write everything in an element, also in sections, indexes and frames."""
        self._refuse_depth(depth)
        for block in parent:
            if block.tag in _SKIPPED or not isinstance(block.tag, str):
                continue
            if block.tag in (f"{TEXT}p", f"{TEXT}h"):
                self._paragraph(block, "", depth)
            elif block.tag == f"{TEXT}list":
                self._list(block, "", "", 1, depth)
            elif block.tag == f"{TABLE}table":
                self._table(block, depth)
            elif block.tag == f"{TEXT}table-of-content":
                self._contents(block)
            else:
                self.blocks(block, depth + 1)

    def _refuse_depth(self, depth: int) -> None:
        if depth > FORMATS.odf_depth:
            raise SourceError(corpus_messages.NESTED_GROUPS.format(most=FORMATS.odf_depth), self.name)

    def _contents(self, index: etree._Element) -> None:
        for paragraph in index.iter(f"{TEXT}p"):
            self._writer.line(self.words(paragraph), non_body="contents")

    def _paragraph(self, paragraph: etree._Element, number: str, depth: int) -> None:
        style = paragraph.get(f"{TEXT}style-name")
        if self._styles.is_hidden("paragraph", style):
            return
        inside = _Inside()
        text = self._read(paragraph, inside)
        level = 0
        if paragraph.tag == f"{TEXT}h":
            level = integer(paragraph.get(f"{TEXT}outline-level"), 1)
            is_counted = paragraph.get(f"{TEXT}is-list-header") != "true" and bool(text.strip())
            number = number or (self._numbers.heading(level) if is_counted else "")
        elif self._styles.is_title(style):
            level = 1
        else:
            level = self._styles.level(style)
        if text.strip():
            self._line(number + text.strip(), level)
        for box in inside.boxes:
            self.blocks(box, depth + 1)
        for note in inside.notes:
            for body in note.iterfind(f"{TEXT}note-body"):
                for words in map(self.words, body.iter(f"{TEXT}p")):
                    self._writer.note(words)

    def _line(self, text: str, level: int) -> None:
        if level:
            self._writer.line(" ".join(text.split("\n")), level=level)
            return
        for line in text.split("\n"):
            self._writer.line(line)

    def _list(self, element: etree._Element, style: str, key: str, level: int, depth: int) -> None:
        """Write a list at a level from 1. `style` and `key` are those of the list around it."""
        self._refuse_depth(depth)
        style = element.get(f"{TEXT}style-name") or style
        key = self._numbers.begin(element, style, key)
        for item in element.iterfind(f"{TEXT}list-item"):
            number = ""
            if any(child.tag in (f"{TEXT}p", f"{TEXT}h") for child in item):
                number = self._numbers.item(key, style, level, item.get(f"{TEXT}start-value"))
            for child in item:
                if child.tag == f"{TEXT}list":
                    self._list(child, style, key, level + 1, depth + 1)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    self._paragraph(child, number, depth)
                    number = ""

    def _table(self, table: etree._Element, depth: int) -> None:
        cells = [cell for cell in table.iter(f"{TABLE}table-cell") if _nearest_table(cell) is table]
        is_data = not only_lays_out(cells, f"{TABLE}table-cell") and not any(
            True for tag in (f"{TEXT}note", f"{DRAW}text-box") for _ in table.iter(tag)
        )
        if is_data and len(cells) > 1 and all(len(self.cell(one)) <= FORMATS.docx_longest_cell for one in cells):
            self._writer.table(self._rows(table))
            return
        for cell in cells:
            self.blocks(cell, depth + 1)

    def _rows(self, table: etree._Element) -> list[list[Cell]]:
        cells: Cells = {}
        merged: list[MergedRange] = []
        for cell in grid(table, self):
            cells.setdefault(cell.row, {})[cell.column] = cell.text
            merged += [cell.merged] if cell.merged else []
        return as_rows(cells, merged)

    def cell(self, cell: etree._Element) -> str:
        """Return the words of a cell on one line."""
        paragraphs = (block for block in cell.iter(f"{TEXT}p", f"{TEXT}h") if not _is_skipped(block, cell))
        return " ".join(filter(None, (" ".join(self.words(one).split()) for one in paragraphs)))

    def words(self, paragraph: etree._Element) -> str:
        """Return the words of a paragraph."""
        return self._read(paragraph, _Inside())

    def _read(self, paragraph: etree._Element, inside: _Inside) -> str:
        words = InlineWords()
        self._inline(paragraph, words, inside, 0)
        return words.take().replace("\r", "\n")

    def _inline(self, element: etree._Element, words: InlineWords, inside: _Inside, depth: int) -> None:
        self._refuse_depth(depth)
        words.add(_one_blank(element.text))
        for child in element:
            self._child(child, words, inside, depth)
            words.add(_one_blank(child.tail))

    def _child(self, child: etree._Element, words: InlineWords, inside: _Inside, depth: int) -> None:
        tag, style = child.tag, child.get(f"{TEXT}style-name") if isinstance(child.tag, str) else None
        if tag == f"{TEXT}note":
            inside.notes.append(child)
        elif tag == f"{DRAW}text-box":
            inside.boxes.append(child)
        elif tag == f"{TEXT}s":
            words.add(" " * min(integer(child.get(f"{TEXT}c"), 1), FORMATS.docx_longest_number))
        elif tag in _CHARACTERS:
            words.add(_CHARACTERS[tag])
        elif isinstance(tag, str) and tag not in _SKIPPED and not self._styles.is_hidden("text", style):
            role = self._styles.role(style) if tag == f"{TEXT}span" else None
            if role:
                words.open(role)
            self._inline(child, words, inside, depth + 1)
            if role:
                words.close()


class _Inside:
    """The boxes and notes that stand in a paragraph."""

    def __init__(self) -> None:
        self.boxes: list[etree._Element] = []
        self.notes: list[etree._Element] = []


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table that has text or a comment."""

    row: int
    """From 1."""
    column: int
    """From 1."""
    text: str
    rows: int
    """How many rows it spans."""
    columns: int
    comment: str
    """What somebody noted on it."""

    @property
    def merged(self) -> MergedRange | None:
        if self.rows * self.columns < 2:
            return None
        return MergedRange(self.row, self.column, self.row + self.rows - 1, self.column + self.columns - 1)


def grid(table: etree._Element, reader: BodyReader) -> list[GridCell]:
    """Return the cells of a table that are not empty, row by row. Raises SourceError if there are too many."""
    found: list[GridCell] = []
    top = 0
    for row in table.iter(f"{TABLE}table-row"):
        if _nearest_table(row) is not table:
            continue
        repeated = integer(row.get(f"{TABLE}number-rows-repeated"), 1)
        cells = list(_cells(row, top + 1, reader))
        if (count := len(found) + len(cells) * repeated) > FORMATS.sheet_cells:
            message = corpus_messages.TOO_MANY_CELLS.format(count=count, most=FORMATS.sheet_cells)
            raise SourceError(message, reader.name)
        found += [replace(cell, row=cell.row + copy) for copy in range(repeated) for cell in cells]
        top += repeated
    return found


def _cells(row: etree._Element, top: int, reader: BodyReader) -> Iterator[GridCell]:
    left = 1
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        repeated = integer(cell.get(f"{TABLE}number-columns-repeated"), 1)
        text = reader.cell(cell) if cell.tag == f"{TABLE}table-cell" else ""
        comments = (words for one in cell.iterfind(f"{OFFICE}annotation") for words in one.iter(f"{TEXT}p"))
        comment = "\n".join(map(reader.words, comments))
        rows, columns = (integer(cell.get(f"{TABLE}number-{of}-spanned"), 1) for of in ("rows", "columns"))
        if text or comment:
            for copy in range(min(repeated, FORMATS.sheet_columns)):
                yield GridCell(top, left + copy, text, rows, columns, comment)
        left += repeated


def _nearest_table(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors(f"{TABLE}table"), None)


def _is_skipped(block: etree._Element, cell: etree._Element) -> bool:
    """Return whether a paragraph stands in a comment or a note of a cell."""
    return any(outer.tag in _SKIPPED for outer in block.iterancestors() if outer is not cell)


def _one_blank(text: str | None) -> str:
    """Return text with its white space as OpenDocument reads it: each run is one blank."""
    return _WHITE.sub(" ", text or "")
