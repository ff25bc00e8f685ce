"""Draws rows of a table as a grid. Its text content is that of the rows: what divides the cells is not shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from markupsafe import Markup

from corpus.document import Document, Span
from corpus.table_rows import GridCell, GridRow
from web.html.markup import blanks
from web.html.templating import render

Marks = Callable[[Span], Markup]
"""Returns the HTML of the words of a cell."""


def grid_html(document: Document, rows: Sequence[GridRow], marks: Marks) -> Markup:
    """Return the table of a quote, in which the last row is the one that answers."""
    made = [row_html(document, row, marks) for row in rows]
    drawn = [Markup(f"<tr>{words}</tr>") for words in made[:-1]]
    drawn.append(Markup(f'<tr class="here">{made[-1]}</tr>' if drawn else f"<tr>{made[-1]}</tr>"))
    return as_grid([(row.is_head, words) for row, words in zip(rows, drawn, strict=True)])


def as_grid(rows: Iterable[tuple[bool, Markup]]) -> Markup:
    """Return the table of some rows, each with whether it belongs to the head.

    It scrolls where it is too wide, by keys too; the head stays in sight, and a printer sets it on each page.
    """
    parts = [
        f"<{part}>{''.join(row for _, row in stretch)}</{part}>"
        for part, stretch in groupby(rows, key=lambda row: "thead" if row[0] else "tbody")
    ]
    return Markup(f'<div class="grid" tabindex="0"><table>{"".join(parts)}</table></div>')


def between_rows(gap: Markup) -> Markup:
    """Return blank characters that stand between two rows of a table, and are not shown."""
    return Markup(f'<tr class="gap"><td>{gap}</td></tr>') if gap else Markup()


def row_html(document: Document, row: GridRow, marks: Marks, *, before: Markup = Markup()) -> Markup:  # noqa: B008
    """Return the cells of a row. `before`: what stands in the first one before its words, and is no text."""

    def words(cell: GridCell) -> Markup:
        return marks(cell.span) if cell.span else Markup()

    def gap(span: Span | None) -> Markup:
        return blanks(document.quote((span,))) if span else Markup()

    tag = "th" if row.is_head else "td"
    return render("grid_row", tag=tag, cells=row.cells, before=before, words=words, gap=gap)
