"""Merged cells: a label that is written once and counts for all its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.formats.table_cells import Cell

Cells = dict[int, dict[int, str]]
"""The text of each cell, by row and column, from 1. Rows and cells that are missing are empty."""


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Cells that are shown as one. All four numbers are inside."""

    top: int
    left: int
    bottom: int
    right: int


def as_rows(cells: Cells, merged: Iterable[MergedRange]) -> list[list[Cell]]:
    """Return the rows of a table for a writer, each merged range as one cell that covers its rows and columns."""
    rows, width = sorted(cells), max((column for row in cells.values() for column in row), default=0)
    covers: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for one in merged:
        inside = [row for row in rows if one.top <= row <= one.bottom]
        right = min(one.right, width)
        places = {(row, column) for row in inside for column in range(one.left, right + 1)}
        if places.isdisjoint(covered) and (one.top, one.left) in places:
            covers[one.top, one.left] = (right - one.left + 1, len(inside))
            covered |= places - {(one.top, one.left)}
    return [
        [
            Cell(cells[row].get(column, ""), *covers.get((row, column), (1, 1)))
            for column in range(1, width + 1)
            if (row, column) not in covered
        ]
        for row in rows
    ]


def fill_merged(cells: Cells, merged: Iterable[MergedRange]) -> None:
    """Write the text of each merged range into its first column of all rows that exist, and mark the rest as empty.

    The first column, because the label counts for its rows; in the other columns a reader sees nothing of their own.
    """
    existing = sorted(cells)
    for one in merged:
        text = cells.get(one.top, {}).get(one.left, "")
        if not text:
            continue
        rows = range(one.top, one.bottom + 1)
        for row in rows if len(rows) < len(existing) else [row for row in existing if one.top <= row <= one.bottom]:
            if row in cells:
                cells[row][one.left] = text
                for column in range(one.left + 1, one.right + 1):
                    cells[row].setdefault(column, "")
