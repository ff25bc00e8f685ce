"""Reads XLSX: each sheet is a section, each row of its tables a paragraph with its place, as the cells show them.

Hidden rows, columns and sheets are text, as a click shows them. Comments stand below the cells of their sheet. Left
out are pictures, and the text of shapes.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.bibliography.metadata_fields import FIELDS
from corpus.corpus_settings import FORMATS
from corpus.document import Span
from corpus.errors import SourceError
from corpus.formats import number_format
from corpus.formats.archive import open_zip, read_part, refuse_document_types, refuse_false_sizes
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.merged_cells import MergedRange
from corpus.formats.properties import by_field, properties
from corpus.formats.sheet_tables import SheetWriter
from corpus.text.raised import lowered, raised

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_CELL = re.compile(rb"<(?:\w+:)?c[ >]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_NOT_COMPUTED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</"
)
"""A formula whose cell ends without a value."""
_THREAD = re.compile(r"\[[^\]]*\].*?https?://go\.microsoft\.com\S*\s+\w+[:：]\s*", re.DOTALL)
"""What Excel writes into a comment for programs that do not know threads."""


def read_xlsx(data: bytes, *, name: str) -> Extracted:
    """Return the text of a workbook. Raises SourceError if it is damaged, encrypted, too large, or has no text."""
    book, formulas = open_workbook(data, name=name)
    writer = TextWriter(name)
    for sheet in book.worksheets:
        _write_sheet(sheet, formulas, writer)
    return writer.finish(_properties(book), is_untitled=True)


def open_workbook(data: bytes, *, name: str) -> tuple[Workbook, Workbook | None]:
    """Return a workbook with the values of its cells, and with its formulas if some lack values; else None.

    Raises SourceError if it is damaged, encrypted or too large; openpyxl raises errors of any kind.
    """
    from openpyxl import load_workbook

    archive = open_zip(data, name=name)
    refuse_false_sizes(archive, data, name=name)
    refuse_document_types(archive, name=name)
    lacks_values = _survey(archive, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that openpyxl leaves out, none of which is text
        book = load_workbook(io.BytesIO(data), data_only=True, rich_text=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), keep_links=False) if lacks_values else None
    return book, formulas


def _survey(archive: zipfile.ZipFile, name: str) -> bool:
    """Return whether formulas lack values. Raises SourceError if there are too many cells to be read."""
    lacks_values, cells = False, 0
    for part in archive.namelist():
        if part.endswith(".xml") and "worksheets/" in part:
            xml = read_part(archive, part, name=name)
            lacks_values = lacks_values or bool(_NOT_COMPUTED.search(xml))
            cells += sum(1 for _ in _CELL.finditer(xml)) + sum(map(_area, _MERGED.findall(xml)))
    if cells > FORMATS.sheet_cells:
        raise SourceError(corpus_messages.TOO_MANY_CELLS.format(count=cells, most=FORMATS.sheet_cells), name)
    return lacks_values


def _area(corners: Sequence[bytes]) -> int:
    left, top, right, bottom = corners
    return (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _write_sheet(sheet: Worksheet, formulas: Workbook | None, writer: TextWriter) -> None:
    cells: dict[int, dict[int, str]] = {}
    comments: list[tuple[Cell, str]] = []
    for cell in _cells(sheet):
        if (text := cell_text(cell)).strip():
            cells.setdefault(cell.row, {})[cell.column] = text
        if cell.comment and (words := _THREAD.sub("", cell.comment.text).strip()):
            comments.append((cell, words))
    if not cells and not comments:
        return
    merged = [MergedRange(one.min_row, one.min_col, one.max_row, one.max_col) for one in sheet.merged_cells.ranges]
    output = SheetWriter(writer, sheet.title)
    spans = output.write(cells, merged)
    for cell, words in comments:
        output.line(words, cell.row, cell.column)
    if formulas is not None and spans and sheet.title in formulas.sheetnames:
        _warn_of_formulas(sheet, formulas[sheet.title], spans, output, writer)


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    """Yield the cells that have a value or a comment, row by row."""
    for _, cell in sorted(sheet._cells.items()):
        if cell.value is not None or cell.comment:
            yield cell


def cell_text(cell: Cell) -> str:
    """Return what a cell shows."""
    value = cell.value
    shift = getattr(cell.font, "vertAlign", None)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float | date | datetime | time | timedelta):
        code = _LOCAL_DATES.get(cell.number_format, cell.number_format)
        return _shifted(number_format.shown(value, code), shift)
    if isinstance(value, list):  # runs with fonts of their own
        return "".join(
            run if isinstance(run, str) else _shifted(run.text, run.font.vertAlign if run.font else None)
            for run in value
        )
    return _shifted("" if value is None else str(value), shift)


_LOCAL_DATES = {"mm-dd-yy": "yyyy/m/d", "m/d/yy h:mm": "yyyy/m/d h:mm"}
"""Formats that each language shows in its own way, and how Chinese does."""


def _shifted(text: str, shift: str | None) -> str:
    return raised(text) if shift == "superscript" else lowered(text) if shift == "subscript" else text


def _warn_of_formulas(
    sheet: Worksheet, formulas: Worksheet, spans: dict[int, Span], output: SheetWriter, writer: TextWriter
) -> None:
    """Warn at each row with a formula whose result the file does not hold."""
    missing: dict[int, list[int]] = {}
    for (row, column), cell in sorted(formulas._cells.items()):
        if cell.data_type == "f" and sheet._cells[row, column].value is None:
            missing.setdefault(row, []).append(column)
    for row, columns in missing.items():
        near = spans.get(row) or next(iter(spans.values()))
        place = "、".join(output.label(row, column, row, column) for column in columns[: FORMATS.sheet_head_rows])
        writer.warn(near, corpus_messages.FORMULA_NOT_COMPUTED.format(place=place))


def _properties(book: Workbook) -> CitationFields | None:
    raw = book.properties  # `created` is the date of the file, not of the work
    found = {key: getattr(raw, _NAMES.get(key, key), None) for field in FIELDS for key in field.docx}
    return properties(by_field({key: [value] for key, value in found.items() if isinstance(value, str)}, "docx"))


_NAMES = {"author": "creator"}
"""openpyxl's names of properties, where python-docx has others."""
