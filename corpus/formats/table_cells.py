"""Lays the cells of a table out in rows and columns, and tells its head where the format does not mark it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from corpus.corpus_settings import FORMATS

if TYPE_CHECKING:
    from lxml import etree

_BREAKS = re.compile(r"[\t\r\n\v\f]+")
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_NUMBER = re.compile(r"[-+−±¥$€£≈~约]?\s?\d[\d,.\s]*\s?(?:%|％|‰|[^\W\d]{0,3})")
"""A value that is a number with its unit: 42人, 1,300, 3.5 %."""

_YEAR = re.compile(r"[12]\d{3}\s?年?")
"""A number that may be the head of a column."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell as formats state it: in the order of its row, with how many columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


def cells_of(rows: Sequence[Sequence[str]]) -> list[list[Cell]]:
    """Return the cells of a table without merged ones."""
    return [[Cell(text) for text in row] for row in rows]


Grid = list[list[Cell | None]]
"""The cell in each column of each row; a merged cell stands wherever it covers."""


def lay_out(rows: Sequence[Sequence[Cell]]) -> Grid:
    """Return the grid. A cell goes to the first free column of its row, as in HTML."""
    grid: Grid = [[] for _ in rows]
    left = FORMATS.table_merged
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(grid[number]) and grid[number][column] is not None:
                column += 1
            width = max(1, min(cell.columns, FORMATS.table_columns - column))
            taken = (at for at, one in enumerate(grid[number][column : column + width]) if one is not None)
            width = next(taken, width)
            height = max(1, min(cell.rows, len(grid) - number))
            if width * height > 1:
                left -= width * height
                width, height = (width, height) if left >= 0 else (1, 1)
            for line in grid[number : number + height]:
                line += [None] * (column + width - len(line))
                if any(line[column : column + width]):
                    break
                line[column : column + width] = [cell] * width
            column += width
    return grid


def only_lays_out(cells: Sequence[etree._Element], *tags: str) -> bool:
    """Return whether a table only sets out others: they stand in most of its cells, or are much larger than it.

    `cells`: its own ones. `tags`: what cells are called in this format.
    """
    most = 2 * len(cells)
    inner = [sum(1 for _ in islice(cell.iterdescendants(*tags), most + 1)) for cell in cells]
    return 2 * sum(map(bool, inner)) > len(cells) or max(inner, default=0) > most


def words_of(cell: Cell) -> str:
    """Return the words of a cell on one line, without what editors leave at the beginning of lines."""
    return _BREAKS.sub(" ", cell.text).strip().lstrip(_UNSEEN).strip()


def head_of(grid: Grid) -> int:
    """Return how many rows of a table are its head: the first one, with those that its merged cells reach into.

    None is one if the first row has numbers in columns of numbers, as the rows below it have.
    """
    if len(grid) < 2 or len(grid[0]) < 2 or is_like_the_others(grid):
        return 0
    heads = 1
    number = 0
    while number < min(heads, len(grid)):
        own = {
            id(cell): cell for cell in grid[number] if cell is not None and (not number or cell not in grid[number - 1])
        }
        reach = max((number + cell.rows for cell in own.values()), default=0)
        heads = max(heads, reach, number + 2 if any(cell.columns > 1 for cell in own.values()) else 0)
        number += 1
    if heads > FORMATS.table_heads or heads >= len(grid):
        return int(all(cell is None or cell.rows == 1 for cell in grid[0]))
    return heads


def is_like_the_others(grid: Grid) -> bool | None:
    """Return whether the first row has a number in each column where most rows below it have one.

    Return None if there is no such column.
    """
    found = None
    for column, cell in enumerate(grid[0]):
        below = [words_of(one) for row in grid[1:] if column < len(row) and (one := row[column])]
        if sum(bool(_NUMBER.fullmatch(text)) for text in below) > 0.5 * len(below):
            text = words_of(cell) if cell else ""
            are_years = sum(bool(_YEAR.fullmatch(one)) for one in below) > 0.5 * len(below)
            if not _NUMBER.fullmatch(text) or (_YEAR.fullmatch(text) and not are_years):
                return False
            found = True
    return found
