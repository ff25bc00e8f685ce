"""Reads questions from a sheet, XLSX or CSV, with the other columns that stand beside them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import PurePath
from types import MappingProxyType

from corpus.errors import SourceError
from corpus.formats.sheet_tables import column_name
from corpus.reading_process import ReadingProcess
from corpus.text.encoding import decode
from qa import grid_messages
from qa.qa_settings import GRID

_HEADS = frozenset({"问题", "問題", "提问", "提問", "question", "questions"})
_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A row of the sheet."""

    question: str
    """Without the blanks around it; empty where the row has none."""
    others: tuple[str, ...]
    """The other cells, as many as `QuestionSheet.others`."""


@dataclass(frozen=True, slots=True)
class QuestionSheet:
    """The questions of a sheet, and what stands beside them."""

    head: str
    """Of the column of questions."""
    others: tuple[str, ...]
    """The heads of the other columns; where the sheet has no heads, their letters."""
    rows: tuple[QuestionRow, ...]
    """At least one of them has a question."""

    @property
    def questions(self) -> list[str]:
        """One a row."""
        return [row.question for row in self.rows]

    @classmethod
    def of(cls, questions: Sequence[str]) -> QuestionSheet:
        """Return a sheet of these questions alone."""
        return cls(grid_messages.QUESTION.bilingual, (), tuple(QuestionRow(one.strip(), ()) for one in questions))


def read_questions(data: bytes, *, name: str) -> QuestionSheet:
    """Return the questions of a sheet. `name` of the file: its ending says how it is read.

    A column headed 问题 or question holds them, in one of the first rows; else the first column does, and no row is
    a head. Of several sheets the first with such a head counts, else the first with words. Raises SourceError if it
    cannot be read or has no question.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in _READERS:
        raise SourceError(grid_messages.NOT_A_SHEET, name)
    return _READERS[ending](data, name)


_Cells = Mapping[int, Mapping[int, str]]
"""Text by row and column, from 1; blank cells are left out."""
_Lacking = frozenset[tuple[int, int]]
"""Row and column of cells that the program that made the file did not compute."""


def _read_xlsx(data: bytes, name: str) -> QuestionSheet:
    tables: list[tuple[_Cells, _Lacking]] = []
    with ReadingProcess() as process:
        sheets = process.cells(name, data)
    for sheet in sheets:
        cells: dict[int, dict[int, str]] = {}
        for row, column, text in sheet:
            if text:
                cells.setdefault(row, {})[column] = text
        tables.append((cells, frozenset((row, column) for row, column, text in sheet if not text)))
    with_head = (table for table in tables if _head(table[0]))
    with_words = (table for table in tables if table[0])
    return _sheet(*next(chain(with_head, with_words), ({}, frozenset())), name)


def _read_csv(data: bytes, name: str) -> QuestionSheet:
    rows = _csv_rows(decode(data, name=name).text, name)
    cells = {
        at: {column: text for column, text in enumerate(row, start=1) if text.strip()}
        for at, row in enumerate(rows, start=1)
    }
    return _sheet({at: row for at, row in cells.items() if row}, frozenset(), name)


def _csv_rows(text: str, name: str) -> list[list[str]]:
    """Return the rows. The separator is the one that the first line has most of.

    In a file whose first row is one cell, each line is a question, whatever commas it has. Raises SourceError where
    a comma divides a question for all that is known.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    separator = max(_SEPARATORS, key=bare.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [*islice(filter(None, map(_without_blank_end, reader)), GRID.rows + 1)]
    except csv.Error as error:
        raise SourceError(grid_messages.NO_TABLE.format(line=reader.line_num, reason=error), name) from error
    _check_rows(len(rows), name)
    wide = next((number for number, row in enumerate(rows, start=1) if len(row) > len(rows[0])), None)
    if wide is None:
        return rows
    if len(rows[0]) == 1 and '"' not in text:
        lines = text.splitlines()
        _check_rows(len(lines), name)
        return [[line] for line in lines]
    found, expected = len(rows[wide - 1]), len(rows[0])
    raise SourceError(grid_messages.WIDE_ROW.format(row=wide, found=found, expected=expected), name)


def _check_rows(count: int, name: str) -> None:
    """Raise SourceError if a sheet has too many."""
    if count > GRID.rows:
        raise SourceError(grid_messages.TOO_MANY_ROWS.format(most=GRID.rows), name)


def _without_blank_end(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row.pop()
    return row


_READERS: Mapping[str, Callable[[bytes, str], QuestionSheet]] = MappingProxyType(
    {".xlsx": _read_xlsx, ".csv": _read_csv}
)


def _head(cells: _Cells) -> tuple[int, int] | None:
    """Return row and column of the head of the questions; None if there is none."""
    for row in islice(sorted(cells), GRID.head_rows):
        for column, text in sorted(cells[row].items()):
            words = [word for word in re.split(r"[\s/／()（）:：]+", text.casefold()) if word]
            if words and _HEADS.issuperset(words):
                return row, column
    return None


def _sheet(cells: _Cells, lacking: _Lacking, name: str) -> QuestionSheet:
    _check_rows(len(cells), name)
    columns = sorted({column for row in cells.values() for column in row} | {column for _, column in lacking})
    at = _head(cells)
    head_row, asked = at or (0, columns[0] if columns else 1)
    if missing := sorted((row, column) for row, column in lacking if row > head_row and column == asked):
        place = f"{column_name(asked)}{missing[0][0]}"
        raise SourceError(grid_messages.FORMULAS.format(count=len(missing), place=place), name)
    kept = [column for column in columns if column != asked]
    rows = tuple(
        QuestionRow(cells[row].get(asked, "").strip(), tuple(cells[row].get(column, "") for column in kept))
        for row in sorted(cells)
        if row > head_row
    )
    if not any(row.question for row in rows):
        raise SourceError(grid_messages.NO_QUESTIONS, name)
    heads = cells[head_row] if at else {}
    named = [heads.get(column, grid_messages.COLUMN.format(letter=column_name(column)).bilingual) for column in kept]
    return QuestionSheet(heads.get(asked, grid_messages.QUESTION.bilingual), tuple(named), rows)
