"""Tells the merged cells and the head of a DOCX table."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from corpus.formats.table_cells import Cell

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def merged_cells(rows: Sequence[Sequence[etree._Element]], texts: Sequence[Sequence[str]]) -> list[list[Cell]]:
    """Return the cells of each row. A cell that only continues the one above (`vMerge`) makes that one higher."""
    spread: list[list[tuple[str, int, int]]] = []
    """Of each cell that begins in a row: its words, columns and rows."""
    open_at: dict[int, tuple[int, int]] = {}
    """The row and the place in `spread` of the merged cell that may go on in a column."""
    for number, (row, words) in enumerate(zip(rows, texts, strict=True)):
        column = _before(row)
        spread.append([("", column, 1)] if column else [])
        for cell, text in zip(row, words, strict=True):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            above = open_at.get(column)
            if merge is not None and merge.get(f"{_W}val") != "restart" and above is not None:
                own, columns, height = spread[above[0]][above[1]]
                spread[above[0]][above[1]] = (f"{own} {text}" if text else own, columns, height + 1)
            else:
                if merge is None:
                    open_at.pop(column, None)
                else:
                    open_at[column] = (number, len(spread[number]))
                spread[number].append((text, _number(cell, "tcPr", "gridSpan"), 1))
            column += _number(cell, "tcPr", "gridSpan")
    return [[Cell(*fields) for fields in row] for row in spread]


def marked_heads(rows: Sequence[Sequence[etree._Element]]) -> int | None:
    """Return how many first rows repeat on each page (`tblHeader`); None if none does."""
    count = 0
    for row in rows:
        mark = _row_property(row, "tblHeader")
        if mark is None or mark.get(f"{_W}val") in ("0", "false", "off"):
            break
        count += 1
    return count or None


def _before(row: Sequence[etree._Element]) -> int:
    """Return how many columns a row leaves free before its first cell."""
    mark = _row_property(row, "gridBefore")
    return _value(mark, usual=0)


def _row_property(row: Sequence[etree._Element], name: str) -> etree._Element | None:
    around = next(row[0].iterancestors(f"{_W}tr"), None) if row else None
    return around.find(f"{_W}trPr/{_W}{name}") if around is not None else None


def _number(cell: etree._Element, *path: str) -> int:
    return max(1, _value(cell.find("/".join(f"{_W}{name}" for name in path)), usual=1))


def _value(element: etree._Element | None, *, usual: int) -> int:
    value = element.get(f"{_W}val") or "" if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else usual
