"""Finds the tables of a PDF page: by their rules, or by the white that runs down between their columns.

Rules in both directions bound each cell, so that merged and wrapped cells are known. Between horizontal rules alone
(as `booktabs` sets them), and without any, white divides the columns, and what stands in them the rows.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import Glyph, PdfTable, VisualLine
from corpus.formats.pdf_rules import Rule, Rules
from corpus.formats.pdf_tags import TaggedBlock
from corpus.formats.pdf_white import (
    columns_of,
    columns_under,
    full_lines,
    is_tabular,
    lines_in,
    read_band,
    runs_of_lines,
    with_labels,
    words_in,
)
from corpus.formats.table_cells import Cell, head_of, lay_out


def take_tables(glyphs: Sequence[Glyph], rules: Rules) -> tuple[list[VisualLine], list[Glyph]]:
    """Return the tables of a page, each as one line at its place, and the characters outside them."""
    tables: list[VisualLine] = []
    rest = list(glyphs)
    for box in [*_grids(rules), *_stacks(rules, rest)]:
        inside = [glyph for glyph in rest if box.holds(glyph)]
        found = _ruled(box, inside) if box.down else _stacked(box, inside)
        if found is not None:
            tables.append(_as_line(found, inside))
            taken = set(map(id, inside))
            rest = [glyph for glyph in rest if id(glyph) not in taken]
    for run in runs_of_lines(rest):
        inside = [glyph for line in run for glyph in line]
        rows = read_band(run, columns_under(run))
        if _is_table(rows):
            tables.append(_as_line(_labelled(rows), inside))
            taken = set(map(id, inside))
            rest = [glyph for glyph in rest if id(glyph) not in taken]
    return tables, rest


@dataclass(frozen=True, slots=True)
class _Box:
    """The rules of what may be a table."""

    across: tuple[Rule, ...]
    """From the top down."""
    down: tuple[Rule, ...]
    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def of(cls, across: Sequence[Rule], down: Sequence[Rule]) -> _Box:
        xs = [x for rule in across for x in (rule.start, rule.end)] + [rule.at for rule in down]
        ys = [y for rule in down for y in (rule.start, rule.end)] + [rule.at for rule in across]
        ordered = sorted(across, key=lambda rule: -rule.at)
        return cls(tuple(ordered), tuple(down), min(xs), min(ys), max(xs), max(ys))

    def holds(self, glyph: Glyph) -> bool:
        middle = glyph.base + 0.35 * glyph.size
        return self.left - 1 <= (glyph.left + glyph.right) / 2 <= self.right + 1 and self.bottom <= middle <= self.top


def _grids(rules: Rules) -> list[_Box]:
    """Return the groups of rules that cross or touch each other, with at least one vertical one within."""
    lines = [(rule, True) for rule in rules.horizontal] + [(rule, False) for rule in rules.vertical]
    if len(rules.horizontal) * len(rules.vertical) > PDF.most_crossings:
        return []
    group = list(range(len(lines)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for number, across in enumerate(rules.horizontal):
        for other, down in enumerate(rules.vertical, start=len(rules.horizontal)):
            if _touch(across, down):
                group[root(number)] = root(other)
    members: dict[int, list[tuple[Rule, bool]]] = {}
    for number, line in enumerate(lines):
        members.setdefault(root(number), []).append(line)
    boxes = [_box_of(own) for own in members.values()]
    return [box for box in boxes if box is not None]


def _touch(across: Rule, down: Rule) -> bool:
    slack = PDF.rule_touch
    return across.start - slack <= down.at <= across.end + slack and (
        down.start - slack <= across.at <= down.end + slack
    )


def _box_of(lines: Sequence[tuple[Rule, bool]]) -> _Box | None:
    """Return the box of some rules, each with whether it is horizontal; None if no vertical one stands within."""
    across, down = [rule for rule, flat in lines if flat], [rule for rule, flat in lines if not flat]
    if len(across) < 2 or not down:
        return None
    box = _Box.of(across, down)
    within = any(box.left + PDF.rule_touch < rule.at < box.right - PDF.rule_touch for rule in down)
    return box if within else None


def _stacks(rules: Rules, glyphs: Sequence[Glyph]) -> list[_Box]:
    """Return runs of horizontal rules of one width with columns of words between each two of them."""
    boxes: list[_Box] = []
    wide = [rule for rule in rules.horizontal if rule.end - rule.start >= PDF.table_width]
    used: set[Rule] = set()
    for first in wide:
        alike = [
            rule
            for rule in wide
            if rule not in used and abs(rule.start - first.start) < 4 and abs(rule.end - first.end) < 4
        ]
        used |= set(alike)
        run: list[Rule] = []
        for above, below in pairwise(alike):
            band = _Box.of((above, below), ())
            if is_tabular([glyph for glyph in glyphs if band.holds(glyph)]):
                run += [below] if run else [above, below]
            else:
                boxes += [_Box.of(run, ())] if run else []
                run = []
        boxes += [_Box.of(run, ())] if run else []
    return [_with_ends(box, glyphs) for box in boxes]


def _with_ends(box: _Box, glyphs: Sequence[Glyph]) -> _Box:
    """Return a box with the line over its first rule and that under its last one, if their words stand in columns."""
    lines = [
        line
        for line in lines_in(glyph for glyph in glyphs if box.left - 1 <= glyph.left and glyph.right <= box.right + 1)
        if is_tabular(line)
    ]
    across = list(box.across)
    for line in lines:
        base, size = line[0].base, line[0].size
        if 0 < base - box.top < PDF.table_step * size / 2:
            across.insert(0, Rule(base + size, box.left, box.right))
        elif 0 < box.bottom - base - size < PDF.table_step * size / 2:
            across.append(Rule(base - 0.3 * size, box.left, box.right))
    return _Box.of(across, ())


def _stacked(box: _Box, glyphs: Sequence[Glyph]) -> PdfTable | None:
    """Return the table between horizontal rules alone; None if there is none."""
    bands = [
        lines_in(glyph for glyph in glyphs if below.at <= glyph.base + 0.35 * glyph.size <= above.at)
        for above, below in pairwise(box.across)
    ]
    largest = max(bands, key=len)
    columns = columns_of(largest if len(largest) > 2 else [line for band in bands for line in band])
    parts = [read_band(band, columns) for band in bands]
    rows = tuple(row for part in parts for row in part)
    heads = len(parts[0]) if len(parts) == 2 and len(parts[0]) < len(parts[1]) else None
    return _labelled(rows, heads) if _is_table(rows) else None


def _ruled(box: _Box, glyphs: Sequence[Glyph]) -> PdfTable | None:
    """Return the table of a grid of rules; None if they bound no cells, or cells that only set out the page."""
    xs = _levels([*(rule.at for rule in box.down), box.left, box.right])
    ys = _levels([*(rule.at for rule in box.across), box.bottom, box.top])[::-1]
    if len(xs) < 3 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > PDF.most_cells:
        return None
    held: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        x, y = (glyph.left + glyph.right) / 2, glyph.base + 0.35 * glyph.size
        column = next((n for n in range(len(xs) - 1) if x < xs[n + 1]), len(xs) - 2)
        row = next((n for n in range(len(ys) - 1) if y > ys[n + 1]), len(ys) - 2)
        held.setdefault((row, column), []).append(glyph)
    if len(ys) <= PDF.few_bands and (split := _split(held, xs, len(ys) - 1)):
        return _labelled(split) if _is_table(split) else None
    rows = tuple(_cells(box, xs, ys, held))
    return PdfTable(rows, None) if _is_table(rows) else None


def _labelled(rows: tuple[tuple[Cell, ...], ...], heads: int | None = None) -> PdfTable:
    """Return a table in which the words of the first column cover the rows below that have none."""
    heads = head_of(lay_out(rows)) if heads is None else heads
    return PdfTable(with_labels(rows, heads), heads)


def _split(
    held: dict[tuple[int, int], list[Glyph]], xs: Sequence[float], count: int
) -> tuple[tuple[Cell, ...], ...] | None:
    """Return the rows of a table that has vertical rules, but none between most rows; None if it has them."""
    columns = list(pairwise(xs))
    rows: list[tuple[Cell, ...]] = []
    found = False
    for number in range(count):
        lines = lines_in(glyph for (row, _), own in held.items() if row == number for glyph in own)
        full = full_lines(lines, columns, len(columns) // 2 + 1)
        found = found or (len(lines) > 2 and full >= PDF.full_lines * len(lines))
        rows += read_band(lines, columns)
    return tuple(rows) if found else None


def _cells(
    box: _Box, xs: Sequence[float], ys: Sequence[float], held: dict[tuple[int, int], list[Glyph]]
) -> Iterable[tuple[Cell, ...]]:
    """Yield the cells of each row. A cell covers those to its right and below it that no rule divides from it."""
    taken: set[tuple[int, int]] = set()
    height, width = len(ys) - 1, len(xs) - 1

    def wall(column: int, row: int) -> bool:
        """Whether a rule stands to the left of a place."""
        return any(
            abs(rule.at - xs[column]) < PDF.rule_touch and rule.covers(ys[row + 1], ys[row]) > 0.5 for rule in box.down
        )

    def floor(column: int, row: int) -> bool:
        """Whether a rule lies above a place."""
        return any(
            abs(rule.at - ys[row]) < PDF.rule_touch and rule.covers(xs[column], xs[column + 1]) > 0.5
            for rule in box.across
        )

    for row in range(height):
        cells: list[Cell] = []
        for column in range(width):
            if (row, column) in taken:
                continue
            right, below = column + 1, row + 1
            while right < width and (row, right) not in taken and not wall(right, row):
                right += 1
            while below < height and not any(floor(at, below) for at in range(column, right)):
                below += 1
            places = [(r, c) for r in range(row, below) for c in range(column, right)]
            taken.update(places)
            words = words_in([glyph for place in places for glyph in held.get(place, ())])
            cells.append(Cell(words, right - column, below - row))
        yield tuple(cells)


def _levels(places: Iterable[float]) -> list[float]:
    """Return the places in ascending order, those that nearly agree as one."""
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > PDF.rule_touch:
            out.append(place)
    return out


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether several rows have words in several columns, and no cell is a text of its own."""
    filled = [sum(bool(cell.text.strip()) for cell in row) for row in rows]
    if sum(count > 1 for count in filled) < max(2, PDF.table_filled * len(filled)):
        return False
    return all(len(cell.text) <= PDF.table_longest_cell for row in rows for cell in row)


def _as_line(table: PdfTable, glyphs: Sequence[Glyph]) -> VisualLine:
    seen = [glyph for glyph in glyphs if glyph.character.strip()]
    return VisualLine(
        text="\n".join("\t".join(cell.text for cell in row) for row in table.rows),
        left=min(glyph.left for glyph in seen),
        right=max(glyph.right for glyph in seen),
        base=max(glyph.base for glyph in seen),
        size=statistics.median_low([glyph.size for glyph in seen]) or 1.0,
        column=0,
        table=table,
        block=_tagged(seen),
    )


def _tagged(glyphs: Sequence[Glyph]) -> TaggedBlock | None:
    """Return the first cell of a table of the structure tree; None if these characters are not of one table."""
    blocks = {glyph.block.order: glyph.block for glyph in glyphs if glyph.block}
    if {block.kind for block in blocks.values()} != {"cell"} or len({block.row[0] for block in blocks.values()}) > 1:
        return None
    return blocks[min(blocks)]
