"""Writes cells of XLSX that are text to the letter: never a formula, never cut, with every character of the source."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa import grid_messages

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST_CELL = 32_767
_HIGHEST_ROW = 409
_DEFAULT_SIZE = 11
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What begins a text that a spreadsheet program takes for a formula, if nobody says that it is a text."""
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold or would change, and `_` where it would begin what is written in place of one."""
_SERIF, _SANS = "SimSun", "Microsoft YaHei"
QUESTION, WORDS, QUOTE, CITATION, LINK, REMARK, HEAD = (
    "Question",
    "Words",
    "Quote",
    "Citation",
    "Link",
    "Remark",
    "Head",
)
GRADES = {"answers": "Answers", "may_answer": "May answer"}
"""Styles by grade."""
_LOOKS = {
    QUESTION: (_SANS, 11, True, "22201C"),
    WORDS: (_SANS, 10, False, "22201C"),
    QUOTE: (_SERIF, 11, False, "22201C"),
    CITATION: (_SANS, 9, False, "5B564C"),
    LINK: (_SANS, 9, False, "1F5A99"),
    REMARK: (_SANS, 9, False, "6B665C"),
    HEAD: (_SANS, 10, True, "22201C"),
    GRADES["answers"]: (_SANS, 10, True, "1B6E3C"),
    GRADES["may_answer"]: (_SANS, 10, False, "8A5A00"),
}
"""Font, size in points, bold, colour: serif for the source's words, sans for ours."""


def add_styles(book: Workbook, title: str, on: datetime.date) -> None:
    """Add the styles of this module to a workbook, and what its properties say."""
    from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill

    for name, (font, size, bold, colour) in _LOOKS.items():
        style = NamedStyle(name, Font(name=font, sz=size, b=bold, color=colour, u="single" if name == LINK else None))
        style.alignment = Alignment(wrap_text=True, vertical="center" if name == HEAD else "top")
        if name == HEAD:
            style.fill = PatternFill("solid", fgColor="EDE9DF")
        book.add_named_style(style)
    book.properties.title, book.properties.creator = title, "原文 Yuanwen"
    book.properties.created = datetime.datetime.combine(on, datetime.time())


def write_text(cell: Cell, text: str, style: str) -> None:
    """Write a text that a cell holds, character for character; nothing for an empty one."""
    cell.style = style
    if not text:
        return
    cell.value = escaped(text)
    cell.data_type = "s"  # openpyxl takes =… for a formula and #N/A for an error
    if text.startswith((*FORMULA_SIGNS, "'")):
        cell.quotePrefix = True  # it stays a text when a person edits it


def write_words(cell: Cell, text: str, style: str) -> None:
    """Write words that are no quote; in place of those that a cell cannot hold a sentence says so."""
    fits = len(in_cells(text)) == 1
    write_text(cell, text if fits else grid_messages.LONG_WORDS.format(count=len(text)).bilingual, style)


def escaped(text: str) -> str:
    """Return text as XLSX writes it: `_x0007_` for a character that XML cannot hold.

    >>> escaped("a\\x07b _x0041_")
    'a_x0007_b _x005F_x0041_'
    """
    return _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def in_cells(text: str) -> list[str]:
    """Return text in as few pieces as cells can hold; one piece for nearly every text.

    A cell holds so many units of UTF-16. A character that is escaped counts as what is written for it.
    """
    if _units(text) <= _LONGEST_CELL:
        return [text]
    pieces, start, size = [], 0, 0
    for at, character in enumerate(text):
        own = _units(text[at : at + 7]) - _units(text[at + 1 : at + 7]) if character == "_" else _units(character)
        if size + own > _LONGEST_CELL:
            pieces.append(text[start:at])
            start, size = at, 0
        size += own
    return [*pieces, text[start:]]


def _units(text: str) -> int:
    return len(escaped(text).encode("utf-16-le")) // 2


def set_out(sheet: Worksheet, heads: Sequence[str], widths: Sequence[int]) -> None:
    """Write the heads of a sheet; they and the first column stay in sight, and its pages print with them."""
    from openpyxl.utils import get_column_letter

    for column, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        write_words(sheet.cell(1, column), head, HEAD)
        sheet.column_dimensions[get_column_letter(column)].width = width
    set_height(sheet, 1)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def set_height(sheet: Worksheet, row: int) -> None:
    """Make a row as high as its fullest cell needs, about, and as a row can be: not every program does it itself."""
    from openpyxl.utils import get_column_letter

    heights = []
    for cell in sheet[row]:
        if isinstance(cell.value, str):
            size = _LOOKS[cell.style][1] if cell.style in _LOOKS else _DEFAULT_SIZE
            room = sheet.column_dimensions[get_column_letter(cell.column)].width * _DEFAULT_SIZE / size * 0.9
            lines = sum(max(1, math.ceil(_columns(line) / room)) for line in cell.value.split("\n"))
            heights.append(lines * size * 1.4 + 4)
    if heights:
        sheet.row_dimensions[row].height = min(max(heights), _HIGHEST_ROW)


def _columns(text: str) -> int:
    """Return the width of a text, in digits: Chinese characters and marks are as wide as two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def set_filter(sheet: Worksheet) -> None:
    """Let a person filter and sort by each column."""
    sheet.auto_filter.ref = sheet.dimensions
