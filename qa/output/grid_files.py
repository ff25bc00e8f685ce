"""Writes a grid of answers as XLSX or CSV. Quotes keep every character, and no cell is a formula."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import QAError
from qa import grid_messages, qa_messages
from qa.citations.forms import FORMS
from qa.output import xlsx_cells
from qa.output.grid_table import Grid, Hit
from qa.output.xlsx_cells import in_cells, write_text, write_words

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
_MOST_LINKS = 65_530
_LINK = grid_messages.LINK.bilingual
PARTS = (*(part.bilingual for part in (grid_messages.QUOTE, grid_messages.CITATION, grid_messages.GRADE)), _LINK)
"""The columns of a passage."""
_WIDTHS = (58, 30, 20, 20)
"""Of `PARTS`, in characters."""
_QUESTION_WIDTH, _OTHER_WIDTH = 34, 16
_SOURCES = grid_messages.SOURCES_SHEET.bilingual


def grid_csv(grid: Grid) -> bytes:
    """Return the answers as CSV, in UTF-8 with a mark, as spreadsheet programs expect. Each cell is exactly its text.

    With a page each passage has its address in a column more.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(grid.heads([part for part in PARTS if grid.page or part != _LINK]))
    writer.writerows(_csv_rows(grid))
    return out.getvalue().encode("utf-8-sig", "replace")


def _csv_rows(grid: Grid) -> Iterator[list[str]]:
    for number, row in enumerate(grid.sheet.rows):
        cells = [row.question, *row.others]
        for one in grid.passages(number):
            quote, citation, link = "", "", ""
            if one.hit:
                quote, citation, link = one.hit["text"], one.hit["citation"], grid.link(one.hit) or ""
            cells += [quote, citation, one.grade, *([link] if grid.page else [])]
        yield cells


def formulas_in_csv(grid: Grid) -> int:
    """Return the number of cells that a spreadsheet program would take for a formula."""
    return sum(cell.startswith(xlsx_cells.FORMULA_SIGNS) for cells in _csv_rows(grid) for cell in cells)


def check_size(rows: int, columns: int, passages: int) -> None:
    """Raise QAError if XLSX cannot hold so many rows and columns, or a row for each of so many passages."""
    if max(rows, passages) >= _MOST_ROWS or columns > _MOST_COLUMNS:
        message = grid_messages.TOO_LARGE.format(
            rows=rows, columns=columns, passages=passages, most_rows=_MOST_ROWS, most_columns=_MOST_COLUMNS
        )
        raise QAError(message)


def grid_xlsx(grid: Grid, *, on: datetime.date | None = None) -> bytes:
    """Return the answers as a workbook of three sheets: answers, sources, and how it was made.

    A link leads to the passage on the page, if there is one, else to its row among the sources. `on`: the date, by
    default today. Raises QAError if XLSX cannot hold so much.
    """
    from openpyxl import Workbook

    heads = grid.heads(PARTS)
    check_size(len(grid.sheet.rows), len(heads), sum(len(reply["hits"]) for reply in grid.replies.values()))
    on = on or datetime.date.today()
    book = Workbook()
    xlsx_cells.add_styles(book, grid_messages.ANSWERS_SHEET.bilingual, on)
    answers, about = book.active, book.create_sheet(grid_messages.ABOUT_SHEET.bilingual)
    answers.title = grid_messages.ANSWERS_SHEET.bilingual
    sources = _Sources(book.create_sheet(_SOURCES, 1), grid)
    passages = len(grid.columns) * grid.width
    widths = [_QUESTION_WIDTH, *[_OTHER_WIDTH] * len(grid.sheet.others), *_WIDTHS * passages]
    xlsx_cells.set_out(answers, heads, widths)
    for number in range(len(grid.sheet.rows)):
        _answer_row(answers, grid, number, sources)
    xlsx_cells.set_filter(answers)
    xlsx_cells.set_filter(sources.sheet)
    _about(about, grid, on, sources.without_link)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _answer_row(sheet: Worksheet, grid: Grid, number: int, sources: _Sources) -> None:
    row, at = grid.sheet.rows[number], number + 2
    write_words(sheet.cell(at, 1), row.question, xlsx_cells.QUESTION)
    for column, text in enumerate(row.others, start=2):
        write_words(sheet.cell(at, column), text, xlsx_cells.WORDS)
    column = len(row.others) + 2
    for one in grid.passages(number):
        if one.hit:
            words, source = sources.add(row.question, one.hit, one.grade)
            write_text(sheet.cell(at, column), words, xlsx_cells.QUOTE)
            write_words(sheet.cell(at, column + 1), one.hit["citation"], xlsx_cells.CITATION)
            sources.link(sheet.cell(at, column + 3), one.hit, source)
        write_words(sheet.cell(at, column + 2), one.grade, xlsx_cells.GRADES.get(one.kind, xlsx_cells.REMARK))
        column += len(PARTS)
    xlsx_cells.set_height(sheet, at)


class _Sources:
    """The sheet with a row for each quote: the whole of it, and what it can be checked by."""

    def __init__(self, sheet: Worksheet, grid: Grid) -> None:
        self.sheet = sheet
        self.without_link = 0
        """The number of places that lead nowhere, because a sheet holds no more links."""
        self._grid = grid
        self._links = 0
        self._row = 1
        self._width = 0
        heads = [
            (grid.sheet.head, _QUESTION_WIDTH),
            (grid_messages.DOCUMENT.bilingual, 20),
            (grid_messages.QUOTE.bilingual, 70),
            (grid_messages.CITATION.bilingual, 30),
            (grid_messages.SECTION.bilingual, 26),
            (grid_messages.LINES.bilingual, 10),
            (grid_messages.SPANS.bilingual, 16),
            (grid_messages.GRADE.bilingual, 18),
            (grid_messages.CONFIDENCE.bilingual, 12),
            (qa_messages.ALSO_IN.bilingual, 20),
            (grid_messages.PASSAGE.bilingual, 19),
            ("SHA-256", 24),
        ]
        self._columns = len(heads)
        xlsx_cells.set_out(sheet, [head for head, _ in heads], [width for _, width in heads])

    def add(self, question: str, hit: Hit, grade: str) -> tuple[str, int]:
        """Add a row; return the quote, or what stands in place of one that no cell holds, and the row's number."""
        self._row += 1
        first, *rest = in_cells(hit["text"])
        spans = ", ".join(f"{start}–{end}" for start, end in hit["spans"])
        cells = (
            (question, xlsx_cells.WORDS),
            (hit["document"], xlsx_cells.WORDS),
            (first, xlsx_cells.QUOTE),
            (hit["citation"], xlsx_cells.CITATION),
            (" › ".join(hit["section"]), xlsx_cells.CITATION),
            ("–".join(map(str, sorted(set(hit["lines"])))), xlsx_cells.CITATION),
            (spans, xlsx_cells.CITATION),
            (grade, xlsx_cells.GRADES[hit["grade"]]),
            ("", xlsx_cells.WORDS),
            ("\n".join(f"{copy['document']}: {copy['citation']}" for copy in hit["copies"]), xlsx_cells.CITATION),
            (hit["passage_id"], xlsx_cells.CITATION),
            (hit["source_sha256"], xlsx_cells.CITATION),
        )
        for column, (text, style) in enumerate(cells, start=1):
            write_words(self.sheet.cell(self._row, column), text, style)
        self.sheet.cell(self._row, 9).value = hit["confidence"]
        for part, text in enumerate(rest, start=2):
            self._go_on(part)
            write_text(self.sheet.cell(self._row, self._columns + part - 1), text, xlsx_cells.QUOTE)
        xlsx_cells.set_height(self.sheet, self._row)
        if not rest:
            return first, self._row
        message = grid_messages.LONG_QUOTE.format(count=len(hit["text"]), row=self._row, parts=1 + len(rest))
        return message.bilingual, self._row

    def _go_on(self, part: int) -> None:
        """Make room for one more part of a quote that no cell holds."""
        if part > self._width:
            self._width = part
            column = self._columns + part - 1
            write_words(
                self.sheet.cell(1, column), grid_messages.QUOTE_GOES_ON.format(part=part).bilingual, xlsx_cells.HEAD
            )
            self.sheet.column_dimensions[self.sheet.cell(1, column).column_letter].width = _WIDTHS[0]

    def link(self, cell: Cell, hit: Hit, row: int) -> None:
        """Write where a passage is found, and make the cell lead there: to the page, or to a row of this sheet."""
        from openpyxl.worksheet.hyperlink import Hyperlink

        address = self._grid.link(hit)
        place = f"'{_SOURCES}'!C{row}"
        write_words(cell, address or place.replace("'", ""), xlsx_cells.LINK)
        if self._links == _MOST_LINKS:
            self.without_link += 1
            return
        self._links += 1
        cell.hyperlink = Hyperlink(ref=cell.coordinate, target=address, location=None if address else place)


def _about(sheet: Worksheet, grid: Grid, on: datetime.date, without_link: int) -> None:
    """Say how the answers were made, and from which documents."""
    made = grid.made
    form = FORMS[made.form]
    rows: list[tuple[str, ...]] = [
        (grid_messages.MADE_BY.format(version=made.version).bilingual, qa_messages.EXPORT_PROMISE.bilingual),
        (grid_messages.MADE_ON.bilingual, on.isoformat()),
        (grid_messages.FINISHED.bilingual, f"{len(grid.replies):,} / {grid.asked:,}"),
        (grid_messages.INDEX.bilingual, made.index),
        (grid_messages.MODEL.bilingual, made.model),
        *([(grid_messages.RERANKER.bilingual, made.reranker)] if made.reranker else []),
        (grid_messages.TOP.bilingual, str(made.top)),
        (
            grid_messages.FORM.bilingual,
            form.chinese if form.chinese == form.english else f"{form.chinese} {form.english}",
        ),
        *([(grid_messages.PAGE.bilingual, grid.page)] if grid.page else []),
    ]
    if without_link:
        rows.append(("", grid_messages.WITHOUT_LINKS.format(most=_MOST_LINKS, count=without_link).bilingual))
    rows += [(), (grid_messages.DOCUMENT.bilingual, "SHA-256", grid_messages.PASSAGES.bilingual)]
    heading = len(rows)
    rows += [(entry.name, entry.sha256, f"{entry.passages:,}") for entry in made.documents]
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            style = xlsx_cells.HEAD if number == heading else xlsx_cells.WORDS
            write_words(sheet.cell(number, column), text, style)
    for letter, width in (("A", 34), ("B", 72), ("C", 18)):
        sheet.column_dimensions[letter].width = width
