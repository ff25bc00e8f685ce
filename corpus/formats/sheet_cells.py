"""The texts of a workbook's cells, without the form of a document: for programs that read a sheet as data."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.formats import damage_named

_LINE_END = re.compile(r"_x000D_\r?\n?")
"""How XLSX writes a carriage return in a cell."""


class SheetCell(NamedTuple):
    """A cell with text, or one that the program that made the file did not compute."""

    row: int
    column: int
    """Both from 1."""
    text: str
    """As it is shown. Empty where a formula was not computed."""


def sheet_cells(data: bytes, *, name: str) -> list[list[SheetCell]]:
    """Return the cells of each sheet of an XLSX file, by row and column. Raises SourceError if it cannot be read."""
    from corpus.formats.xlsx import cell_text, open_workbook  # openpyxl is imported in the process that reads alone

    with damage_named(name):
        book, formulas = open_workbook(data, name=name)
        sheets: list[list[SheetCell]] = []
        for sheet in book.worksheets:
            shown = {at: _LINE_END.sub("\n", cell_text(cell)) for at, cell in sheet._cells.items()}
            written = {at: text for at, text in shown.items() if text.strip()}
            own = formulas[sheet.title]._cells.items() if formulas else ()
            lacking = {at: "" for at, cell in own if cell.data_type == "f" and at not in written}
            cells = sorted({**lacking, **written}.items())
            sheets.append([SheetCell(row, column, text) for (row, column), text in cells])
    return sheets
