"""Writes the tables of a PDF. One that goes on at the top of the next page is one table; its head counts once."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.formats.extracted_text import TextWriter
from corpus.formats.pdf_lines import PdfTable
from corpus.formats.table_cells import Cell, head_of, is_like_the_others, lay_out


class TablePages:
    """The tables of a document in their order."""

    def __init__(self, writer: TextWriter) -> None:
        self._writer = writer
        self._head: tuple[tuple[str, ...], ...] | None = None
        """The head of the table that may go on; None after other text."""
        self._width = 0
        self._page = 0

    def end(self) -> None:
        """Record that other text follows, so that the table does not go on."""
        self._head = None

    def write(self, table: PdfTable, page: int) -> None:
        """Write a table, or the rest of the one on the page before. A head that is repeated is no text."""
        grid = lay_out(table.rows)
        width = max(map(len, grid))
        if self._head and width == self._width:
            heads = len(self._head)
            if _words(table.rows[:heads]) == self._head:
                for row in table.rows[:heads]:
                    self._writer.line("\t".join(cell.text for cell in row), non_body="chrome")
                self._writer.table(table.rows[heads:], goes_on=True)
                self._page = page
                return
            if page == self._page + 1 and is_like_the_others(grid) is not False:
                self._writer.table(table.rows, goes_on=True)
                self._page = page
                return
        heads = table.heads if table.heads is not None else head_of(grid)
        self._writer.table(table.rows, heads)
        self._head = _words(table.rows[:heads]) if heads else None
        self._width, self._page = width, page


def _words(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell.text for cell in row) for row in rows)
