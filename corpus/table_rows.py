"""What a row of a table needs beside its own words: the head, and the merged cells of the rows above that cover it."""

from __future__ import annotations

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
    if row is None or row[1] < row[0].heads:
        return ()
    table, number = row
    return (*head_lines(table), *(_with_end(document, cell) for cell in table.merged(number)))


def head_lines(table: Table) -> tuple[Span, ...]:
    """Return the words of each row in the head."""
    rows = (table.own(number) for number in range(table.heads))
    return tuple(Span(cells[0].start, cells[-1].end) for cells in rows if cells)


def _with_end(document: Document, cell: Span) -> Span:
    return Span(cell.start, cell.end + 1) if document.text[cell.end : cell.end + 1] in ("\t", "\n") else cell
