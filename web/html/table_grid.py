"""Draws rows of a table as a grid. Its text content is that of the rows: what divides the cells is not shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.document import Document, Span
from corpus.table_rows import GridRow
from web.html.markup import blanks

Marks = Callable[[Span], str]
"""Returns the HTML of the words of a cell."""


def grid_html(document: Document, rows: Sequence[GridRow], marks: Marks) -> str:
    """Return the table of a quote, in which the last row is the one that answers."""
    out = ""
    for row in rows:
        here = ' class="here"' if row is rows[-1] and len(rows) > 1 else ""
        out += f"<tr{here}>{row_html(document, row, marks)}</tr>"
    return as_grid(out)


def as_grid(rows: str) -> str:
    """Return the table of some rows. It scrolls sideways where it is too wide."""
    return f'<div class="grid"><table><tbody>{rows}</tbody></table></div>'


def between_rows(gap: str) -> str:
    """Return blank characters that stand between two rows of a table, and are not shown."""
    return f'<tr class="gap"><td>{gap}</td></tr>' if gap else ""


def row_html(document: Document, row: GridRow, marks: Marks) -> str:
    """Return the cells of a row."""
    tag = "th" if row.is_head else "td"
    out = ""
    for cell in row.cells:
        attributes = "" if cell.column else ' class="stub"'
        attributes += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        attributes += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        words = marks(cell.span) if cell.span else ""
        before, after = (blanks(document.quote((gap,))) if gap else "" for gap in (cell.before, cell.after))
        out += f"<{tag}{attributes}>{before}{words}{after}</{tag}>"
    return out
