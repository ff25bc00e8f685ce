"""Finds the tables on a sheet and writes them: titles above, the head, then each row as a paragraph with its place.

A sheet does not say where its tables are. Blank rows and columns part them, a line of one cell above a table is its
title, and a head is a row of words over columns of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.corpus_settings import FORMATS, PARSER
from corpus.document import Span
from corpus.formats.extracted_text import TextWriter
from corpus.formats.merged_cells import Cells, MergedRange, fill_merged
from corpus.formats.table_cells import cells_of

_NAME = re.compile(r"[^\W\d]\w*")
"""A sheet's name that stands in a reference without quotes."""
_UNIT = re.compile(r"\w[（(][^\d（()）]+[）)]$")
"""Words in brackets at the end of a cell: （件）."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table."""

    number: int
    """Of the row on the sheet, from 1."""
    cells: tuple[str, ...]
    """The texts of all columns of the table."""

    @property
    def is_one_cell(self) -> bool:
        """It has one cell with words. Several cells with the same words, such as 无, are a row."""
        return sum(map(bool, self.cells)) == 1


@dataclass(frozen=True, slots=True)
class _Block:
    """Cells that no blank row or column divides."""

    left: int
    """Its first column, from 1."""
    rows: tuple[_Row, ...]

    @property
    def width(self) -> int:
        return len(self.rows[0].cells)


@dataclass(frozen=True, slots=True)
class _Table:
    """A block that has been judged."""

    left: int
    titles: tuple[_Row, ...]
    head: tuple[_Row, ...]
    body: tuple[_Row, ...]
    notes: tuple[_Row, ...]
    """Lines below the rows: 注：…"""
    is_form: bool = False
    """Names and values in two columns, without a head."""
    goes_on: bool = False
    """It continues the table above it, over blank rows."""


class SheetWriter:
    """Writes the cells of one sheet."""

    def __init__(self, writer: TextWriter, sheet: str | None) -> None:
        """`sheet` is its name, which becomes a heading; None for a file that is one sheet."""
        self._writer = writer
        self._sheet = sheet
        self._last: _Table | None = None
        """The table that nothing but blank rows parts from what comes."""

    def write(self, cells: Cells, merged: Sequence[MergedRange] = ()) -> dict[int, Span]:
        """Write all tables and lines. Return the span of each row of the sheet; of several beside it, the first."""
        fill_merged(cells, merged)
        spans: dict[int, Span] = {}
        self._heading()
        bare = {row: {column: " ".join(text.split()) for column, text in cells[row].items()} for row in cells}
        for block in _blocks(bare, side_by_side=self._sheet is not None):
            for number, span in self._block(block, merged):
                spans.setdefault(number, span)
        return spans

    def line(self, text: str, row: int, left: int, *, right: int | None = None, level: int = 0) -> Span | None:
        """Write a paragraph that is no row, such as a comment, with the place of its cells."""
        if not text.strip():
            return None
        self._writer.gap()
        span = self._writer.line(text, level=level)
        if span:
            self._writer.place(span, self.label(row, left, row, right or left))
        self._last = None
        return span

    def label(self, top: int, left: int, bottom: int, right: int) -> str:
        """Return the name of a place, as a sheet writes it: `Sheet1!A5:H5`."""
        first, last = f"{column_name(left)}{top}", f"{column_name(right)}{bottom}"
        cells = first if first == last else f"{first}:{last}"
        if self._sheet is None:
            return cells
        quoted = self._sheet if _NAME.fullmatch(self._sheet) else "'" + self._sheet.replace("'", "''") + "'"
        return f"{quoted}!{cells}"

    def _heading(self) -> None:
        if self._sheet is not None:
            self._writer.gap()
            self._writer.line(self._sheet, level=1)

    def _block(self, block: _Block, merged: Sequence[MergedRange]) -> Iterable[tuple[int, Span]]:
        if block.width == 1:
            for row in block.rows:
                if span := self.line(row.cells[0], row.number, block.left):
                    yield row.number, span
            return
        table = _judge(block, merged, self._last)
        right = block.left + block.width - 1
        for index, row in enumerate(table.titles):
            title = " ".join(cell for cell in row.cells if cell)
            level = 0 if index or len(title) > PARSER.longest_heading else 1 + (self._sheet is not None)
            if span := self.line(title, row.number, block.left, right=right, level=level):
                yield row.number, span
        if table.head and self._last and len(self._last.body[0].cells) == block.width:
            self._heading()  # two tables without titles: a row is cited with the first head above it in its section
        yield from self._rows(table, right)
        for row in table.notes:
            note = " ".join(cell for cell in row.cells if cell)
            if span := self.line(note, row.number, block.left, right=right):
                yield row.number, span
        self._last = table if table.body and not table.notes else None

    def _rows(self, table: _Table, right: int) -> Iterable[tuple[int, Span]]:
        if table.is_form:  # it is read as a whole; no row of it is the head of another
            yield from self._form(table, right)
            return
        rows = [_joined(table.head)] if table.head else []
        numbers = [(table.head[0].number, table.head[-1].number)] if table.head else []
        rows += [list(row.cells) for row in table.body]
        numbers += [(row.number, row.number) for row in table.body]
        for (first, last), span in zip(
            numbers, self._writer.table(cells_of(rows), len(table.head[:1]), goes_on=table.goes_on), strict=True
        ):
            if span:
                self._writer.place(span, self.label(first, table.left, last, right))
                yield first, span

    def _form(self, table: _Table, right: int) -> Iterable[tuple[int, Span]]:
        for start in range(0, len(table.body), FORMATS.form_rows):
            rows = table.body[start : start + FORMATS.form_rows]
            if span := self._writer.rows([row.cells for row in rows]):
                self._writer.place(span, self.label(rows[0].number, table.left, rows[-1].number, right))
                yield from ((row.number, span) for row in rows)


def column_name(column: int) -> str:
    """Return the letters of a column: A for 1, AA for 27."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def is_figure(text: str) -> bool:
    """Return whether most characters of a cell are digits: a number, a date, a code."""
    digits = sum(character.isdigit() for character in text)
    return digits > 0 and 2 * digits >= len(text.strip("+-¥￥$€£%元人 ").replace(",", "").replace(".", ""))


def _blocks(cells: Mapping[int, Mapping[int, str]], *, side_by_side: bool) -> Iterable[_Block]:
    """Divide a sheet at blank rows and, if tables may stand side by side, at blank columns between them, and so on."""
    for rows in _runs(sorted(row for row in cells if any(cells[row].values()))):
        parts = list(_parts({row: cells[row] for row in rows})) if side_by_side else []
        if len(parts) > 1:
            for part in parts:
                yield from _blocks(part, side_by_side=side_by_side)
            continue
        used = sorted({column for row in rows for column in cells[row]})
        left, right = used[0], used[-1]
        yield _Block(
            left,
            tuple(_Row(row, tuple(cells[row].get(column, "") for column in range(left, right + 1))) for row in rows),
        )


def _runs(numbers: Sequence[int]) -> Iterable[list[int]]:
    run = list(numbers[:1])
    for before, number in pairwise(numbers):
        if number > before + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _parts(cells: Mapping[int, Mapping[int, str]]) -> Iterable[dict[int, dict[int, str]]]:
    """Divide rows at blank columns where tables stand side by side: their heads agree, or they are not equally long."""
    groups = list(_runs(sorted({column for row in cells.values() for column in row})))
    joined: dict[int, dict[int, str]] = {}
    for group in groups:
        inside = {row: {column: cells[row][column] for column in group if column in cells[row]} for row in cells}
        part = {row: texts for row, texts in inside.items() if any(texts.values())}
        if not part:
            continue
        if joined and (joined.keys() != part.keys() or _share_labels(joined, part)):
            yield joined
            joined = {}
        joined = {row: {**joined.get(row, {}), **part[row]} for row in part}
    if joined:
        yield joined


def _share_labels(left: Mapping[int, Mapping[int, str]], right: Mapping[int, Mapping[int, str]]) -> bool:
    first = min(left)
    return not {text for text in left[first].values() if text}.isdisjoint(right[first].values())


def _judge(block: _Block, merged: Sequence[MergedRange], last: _Table | None) -> _Table:
    rows = block.rows
    start, end = 0, len(rows)
    while start < end - 1 and rows[start].is_one_cell:
        start += 1
    if rows[start].is_one_cell:  # no row has more than one cell
        return _Table(block.left, (), (), rows, ())
    while end > start + 1 and rows[end - 1].is_one_cell and len(rows[0].cells) > 2 and rows[end - 1].cells[0]:
        end -= 1
    titles = tuple(row for row in rows[:start] if not _only_continues(row, merged))
    table = rows[start:end]
    goes_on = last is not None and not titles and _goes_on(table, block, last)
    head = 0 if goes_on else _head_rows(table, block.left, merged)
    is_form = not head and not goes_on and block.width == 2
    return _Table(
        block.left, titles, _across(table[:head], block.left, merged), table[head:], rows[end:], is_form, goes_on
    )


def _only_continues(row: _Row, merged: Sequence[MergedRange]) -> bool:
    """Return whether a title is the rest of a merged cell in the rows above it."""
    return any(one.top < row.number <= one.bottom for one in merged)


def _goes_on(rows: Sequence[_Row], block: _Block, last: _Table) -> bool:
    """Return whether the rows are of the same kind as those of the table above a blank row."""
    if last.left != block.left or len(last.body[0].cells) != block.width:
        return False
    figures = _figures(last.body)
    return bool(figures) and all(is_figure(rows[0].cells[at]) or not rows[0].cells[at] for at in figures)


def _figures(rows: Sequence[_Row]) -> set[int]:
    """Return the indices of the columns of numbers, as far as the first rows show."""
    sample = rows[: FORMATS.sheet_sample]
    found = set()
    for at in range(len(sample[0].cells) if sample else 0):
        texts = [row.cells[at] for row in sample if row.cells[at]]
        if sum(map(is_figure, texts)) > FORMATS.sheet_figures * len(texts):
            found.add(at)
    return found


def _head_rows(rows: Sequence[_Row], left: int, merged: Sequence[MergedRange]) -> int:
    """Return how many of the first rows are the head: words over numbers, or labels that all differ."""
    if len(rows) < 2:
        return 0
    first, figures = rows[0], _figures(rows[1:])
    labels = [cell for cell in first.cells if cell]
    over = [first.cells[at] for at in figures if not _names_a_unit(rows, at)]
    if any(map(is_figure, over)) and not _is_series(labels):
        return 0
    if not figures and (len(set(labels)) < len(labels) or 2 * len(labels) <= len(first.cells)):
        return 0
    head = 1
    while head < min(len(rows) - 1, FORMATS.sheet_head_rows):
        figures = _figures(rows[head + 1 :])
        over = [rows[head].cells[at] for at in figures]
        are_labels = bool(figures) and 2 * len([cell for cell in over if cell]) > len(over)
        if not _is_tied(rows[head - 1], rows[head], left, merged) and (not are_labels or any(map(is_figure, over))):
            break
        head += 1
    return head


def _names_a_unit(rows: Sequence[_Row], at: int) -> bool:
    """Return whether the first cell of a column says in brackets what the others are: 12345投诉（件） over 87."""
    first, *others = (row.cells[at] for row in rows)
    return bool(_UNIT.search(first)) and not any(map(_UNIT.search, others))


def _is_series(labels: Sequence[str]) -> bool:
    """Return whether the numbers among the labels count on: 2021年, 2022年, or 1月, 2月."""
    numbers = [int(digits) for label in labels if (digits := "".join(c for c in label if c.isdecimal())[:9])]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) > 1 and steps in ({1}, {-1})


def _is_tied(row: _Row, below: _Row, left: int, merged: Sequence[MergedRange]) -> bool:
    """Return whether a merged cell of the row of a head reaches into the row below, or heads several labels there."""
    for one in merged:
        if one.top > row.number or one.bottom < row.number or not left <= one.left < left + len(row.cells):
            continue
        under = {cell for cell in below.cells[one.left - left : one.right - left + 1] if cell}
        if one.bottom > row.number or (one.right > one.left and len(under) > 1 and not any(map(is_figure, under))):
            return True
    return False


def _across(head: Sequence[_Row], left: int, merged: Sequence[MergedRange]) -> tuple[_Row, ...]:
    """Return the head with each label that is merged across columns in all of them."""
    rows = {row.number: list(row.cells) for row in head}
    for one in merged:
        if one.top in rows and 0 <= one.left - left < len(head[0].cells):
            label = rows[one.top][one.left - left]
            for number in range(one.top, min(one.bottom, head[-1].number) + 1):
                for at in range(one.left - left, min(one.right - left + 1, len(head[0].cells))):
                    rows[number][at] = label
    return tuple(_Row(number, tuple(cells)) for number, cells in rows.items())


def _joined(head: Sequence[_Row]) -> list[str]:
    """Return the labels of each column of the head, from above, with a blank between them."""
    return [
        " ".join(dict.fromkeys(cell for cell in column if cell))
        for column in zip(*(row.cells for row in head), strict=True)
    ]
