"""The questions of a sheet, which are asked one after the other, and their answers as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qa.citations.forms import FORMS
from web import library_messages, strings
from web.api.page_context import Context
from web.html.error_messages import Refused
from web.web_settings import SHEETS

if TYPE_CHECKING:
    from qa.output.grid_table import Grid, Provenance
    from qa.service.grid import GridCell


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """A sheet whose questions are to be asked."""

    name: str
    """Of the file; its ending says how it is read."""
    data: bytes
    documents: tuple[str, ...]
    """The names of the documents that are asked, as a browser has them; empty: all."""
    is_across: bool | None
    """Whether each document has columns of its own; None: as is usual for so many."""
    form: str
    """Of citations; one that has the quote too is replaced by our own: the quote has a cell of its own."""
    page: str
    """The address of the page that shows those documents."""


class SheetQuestions:
    """The questions of one sheet. Only one thread at a time may use it."""

    def __init__(self, context: Context, request: SheetRequest) -> None:
        """Raises QAError if it cannot be read, has no question or too many, or there is nothing to ask."""
        from qa.output.question_sheet import read_questions

        self._context = context
        self._form = "own" if request.form not in FORMS or FORMS[request.form].has_quote else request.form
        self._page = request.page
        self._columns = _columns(context, request)
        self._sheet = read_questions(request.data, name=request.name)
        self._replies: dict[tuple[int, int], Mapping[str, Any]] = {}
        self.all = len(self._columns) * sum(bool(row.question) for row in self._sheet.rows)
        """The number of cells that will have a reply: one for each question and column."""
        if self.all > SHEETS.cells:
            raise Refused(strings.SHEET_TOO_LONG, count=self.all, most=SHEETS.cells)

    @property
    def done(self) -> int:
        """The number of cells that have a reply."""
        return len(self._replies)

    @property
    def is_loading(self) -> bool:
        """Whether the engine has neither opened nor failed yet: until then no question can be asked."""
        return self._context.loading is not None and self._context.loading.is_loading

    def ask_next(self) -> Mapping[str, Any]:
        """Ask for the next cell, of which there must be one; return its reply. Raises QAError."""
        cell = next(self._cells)
        self._replies[cell.row, cell.column] = cell.reply
        return cell.reply

    def workbook(self) -> bytes:
        """Return the answers that there are so far, as XLSX. Raises QAError if XLSX cannot hold so much."""
        from qa.output.grid_files import grid_xlsx

        return grid_xlsx(self._grid)

    @cached_property
    def _cells(self) -> Iterator[GridCell]:
        from qa.service.grid import answer_grid

        _ = self._grid  # what it is made with is noted before the first question
        ask = self._context.engine.ask
        return answer_grid(self._sheet.questions, ask, self._columns, top=SHEETS.top, form=self._form)

    @cached_property
    def _grid(self) -> Grid:
        from qa.output.grid_table import Grid

        return Grid(self._sheet, self._columns, self._replies, self._made(), self._page)

    def _made(self) -> Provenance:
        from qa.output.grid_table import Provenance
        from qa.service.grid import made_with

        if self._context.loading is not None:
            return made_with(self._context.loading.engine(), self._columns, top=SHEETS.top, form=self._form)
        entries = self._context.catalog.entries
        return Provenance("", "", entries, "", None, self._form, SHEETS.top)


def _columns(context: Context, request: SheetRequest) -> Sequence[tuple[str, ...]]:
    """Return the documents of each column. Raises Refused if there is none, or one is gone."""
    from qa.service.grid import columns_of, is_usually_across

    named = context.names(request.documents)
    names = named or tuple(entry.name for entry in context.catalog.entries)
    if not names:
        raise Refused(context.advice(library_messages.NOTHING_TO_ASK))
    is_across = is_usually_across(len(names)) if request.is_across is None else request.is_across
    return columns_of(names if is_across else named, across=is_across)
