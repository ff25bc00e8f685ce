"""Merged cells: a label that is written once and counts for all its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Cells = dict[int, dict[int, str]]
"""The text of each cell, by row and column, from 1. Rows and cells that are missing are empty."""


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Cells that are shown as one. All four numbers are inside."""

    top: int
    left: int
    bottom: int
    right: int


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
