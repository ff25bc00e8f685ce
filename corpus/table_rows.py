"""What a row of a table needs beside its own words: the head, and the merged cells of the rows above that cover it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from corpus.document import Document, Passage, Span, Table


def row_of(document: Document, passage: Passage) -> tuple[Table, int] | None:
    """Return the table that a passage is a row of, and the row's number; None for other passages."""
    return document.row_at(passage.spans[0].start) if document.tables and passage.spans else None


def is_head(document: Document, passage: Passage) -> bool:
    """Return whether a passage is a row in the head of a table that has other rows."""
    row = row_of(document, passage)
    return row is not None and row[1] < row[0].heads < len(row[0].rows)


def over_row(document: Document, passage: Passage) -> tuple[Span, ...]:
    """Return the rows of the head over a row, then the merged cells that cover it. Nothing for other passages.

    A merged cell has the tab or line end after it, which divides it from what follows.
    """
    row = row_of(document, passage)
    return () if row is None else over_table_row(document, *row)


def over_table_row(document: Document, table: Table, number: int) -> tuple[Span, ...]:
    """Return the same of the row of a table with this number."""
    if number < table.heads:
        return ()
    heads = (_whole_line(document, line) for line in head_lines(table))
    return (*heads, *(_with_end(document, cell) for cell in table.merged(number)))


def head_lines(table: Table) -> tuple[Span, ...]:
    """Return the words of each row in the head."""
    rows = (table.own(number) for number in range(table.heads))
    return tuple(Span(cells[0].start, cells[-1].end) for cells in rows if cells)


_DIVIDING = frozenset("\t |")
"""What divides cells: a tab; in Markdown a bar between blanks."""


def _whole_line(document: Document, line: Span) -> Span:
    """Return a line of a table with what divides the empty cells around it, and the line end after it."""
    text, start, end = document.text, line.start, line.end
    while start and text[start - 1] in _DIVIDING:
        start -= 1
    while end < len(text) and text[end] in _DIVIDING:
        end += 1
    return Span(start, end + (2 if text.startswith("\r\n", end) else text[end : end + 1] in ("\n", "\r")))


def _with_end(document: Document, cell: Span) -> Span:
    return Span(cell.start, cell.end + 1) if document.text[cell.end : cell.end + 1] in ("\t", "\n") else cell


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell as a grid shows it."""

    span: Span | None
    """Its words; None for an empty one."""
    after: Span | None
    """The tabs or the line end after it, in a quote; None if nothing follows."""
    column: int
    columns: int
    rows: int
    """How many columns and rows it covers, among the rows that are shown."""
    before: Span | None = None
    """The tabs of empty cells before it, in a quote, if it is the first cell with words in its row."""


@dataclass(frozen=True, slots=True)
class GridRow:
    number: int
    """Its number in the table, from 0."""
    is_head: bool
    cells: tuple[GridCell, ...]

    def words(self, document: Document, width: int) -> list[str]:
        """Return the words in each column; of a cell over several columns in the first."""
        words = [""] * width
        for cell in self.cells:
            words[cell.column] = document.quote((cell.span,)) if cell.span else ""
        return words


def grid_of(document: Document, spans: Sequence[Span]) -> tuple[GridRow, ...]:
    """Return the rows that a quote of table rows shows; nothing for other quotes.

    The words of the cells, each with what stands around it, are the quote, in its order.
    """
    found = document.row_at(spans[-1].start) if document.tables and spans else None
    if found is None:
        return ()
    table, number = found
    over = over_table_row(document, table, number)
    if tuple(spans[:-1]) not in ((), over) or spans[-1] != _line(table, number):
        return ()
    heads = [at for at in range(table.heads) if table.own(at)] if len(spans) > 1 and number >= table.heads else []
    rows = [_whole_row(document, grid_row(table, at, heads), _line(table, at)) for at in heads]
    merged = table.merged(number) if len(spans) > 1 else ()
    return (*rows, *_with_merged(document, table, number, merged))


def grid_row(table: Table, number: int, shown: Sequence[int]) -> GridRow:
    """Return a row with the cells that begin in it. `shown`: the numbers of the rows that stand in the same grid."""
    row = table.rows[number]
    own = set(table.own(number))
    line = _line(table, number)
    following = {cell: after.start for cell, after in pairwise(table.own(number))}
    cells: list[GridCell] = []
    column = 0
    while column < len(row):
        cell = row[column]
        width = 1
        while cell is not None and column + width < len(row) and row[column + width] == cell:
            width += 1
        if cell in own and cell is not None:
            end = following.get(cell, line.end)
            after = Span(cell.end, end) if cell.end < end else None
            height = 1 + sum(at in shown for at in _rows_below(table, number, column))
            cells.append(GridCell(cell, after, column, width, height))
        elif cell is None:
            cells.append(GridCell(None, None, column, 1, 1))
        column += width
    return GridRow(number, number < table.heads, tuple(cells))


def _rows_below(table: Table, number: int, column: int) -> Iterator[int]:
    """Return the numbers of the rows below one into which its cell in a column reaches."""
    cell = table.rows[number][column]
    later = range(number + 1, len(table.rows))
    return takewhile(lambda at: table.rows[at][column : column + 1] == (cell,), later)


def _whole_row(document: Document, row: GridRow, line: Span) -> GridRow:
    """Return a row of the head with the tabs and the line end that a quote has around it."""
    whole = _whole_line(document, line)
    cells = list(row.cells)
    filled = [index for index, cell in enumerate(cells) if cell.span]
    if filled and whole.start < line.start:
        cells[filled[0]] = replace(cells[filled[0]], before=Span(whole.start, line.start))
    if filled and line.end < whole.end:
        last = cells[filled[-1]]
        cells[filled[-1]] = replace(last, after=Span(last.after.start if last.after else line.end, whole.end))
    return replace(row, cells=tuple(cells))


def width_of(rows: Sequence[GridRow]) -> int:
    """Return how many columns a grid has."""
    return max((cell.column + cell.columns for row in rows for cell in row.cells), default=0)


def grid_spans(table: Table, number: int) -> tuple[Span, ...]:
    """Return the spans of the passage that a row is, if nothing has changed it."""
    return (_line(table, number),)


def _with_merged(document: Document, table: Table, number: int, merged: Sequence[Span]) -> tuple[GridRow, ...]:
    """Return a row with the merged cells that cover it before its own ones; in a row of their own if not all do."""
    row = grid_row(table, number, [number])
    over = []
    for cell in merged:
        end = _with_end(document, cell).end
        column = table.rows[number].index(cell)
        width = table.rows[number].count(cell)
        over.append(GridCell(cell, Span(cell.end, end) if end > cell.end else None, column, width, 1))
    first = min((cell.column for cell in row.cells if cell.span is not None), default=0)
    width = len(table.rows[number])
    columns = [cell.column for cell in over]
    is_ordered = columns == sorted(columns)
    if is_ordered and all(column < first for column in columns):
        return (GridRow(number, row.is_head, _filled([*over, *row.cells], width)),)
    above = [over] if is_ordered else [[cell] for cell in over]
    shown = (*above, row.cells)
    return tuple(GridRow(number, False, _filled(cells, width)) for cells in shown if cells)


def _filled(cells: Sequence[GridCell], width: int) -> tuple[GridCell, ...]:
    """Return the cells in the order of their columns, with empty ones in the columns between them."""
    taken = {column for cell in cells for column in range(cell.column, cell.column + cell.columns)}
    empty = [GridCell(None, None, column, 1, 1) for column in range(width) if column not in taken]
    return tuple(sorted([*cells, *empty], key=lambda cell: cell.column))


def _line(table: Table, number: int) -> Span:
    own = table.own(number)
    return Span(own[0].start, own[-1].end)
