"""Tells the columns of a table by the white that runs down between them, and its rows by what stands in the columns."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from itertools import pairwise

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import Glyph, lines_of
from corpus.formats.pdf_paragraphs import Paragraph
from corpus.formats.table_cells import Cell
from corpus.grammar.enumerators import enumerator_of
from corpus.text.fold import fold

Band = list[Glyph]
"""The characters of one line."""
Columns = Sequence[tuple[float, float]]
"""Left and right edge of each column."""


def columns_of(lines: Sequence[Band]) -> list[tuple[float, float]]:
    """Return the columns that white of some width divides in nearly all lines."""
    glyphs = [glyph for line in lines for glyph in line]
    if not glyphs:
        return []
    size = statistics.median(glyph.size for glyph in glyphs)
    least, most = min(glyph.left for glyph in glyphs), max(glyph.right for glyph in glyphs)
    width = int(most - least) + 2
    crossed = [0] * width
    for line in lines:
        for left, right in _runs(line, PDF.word_gap * 2 * size):
            for at in range(max(round(left - least), 0), min(round(right - least), width)):
                crossed[at] += 1
    few = PDF.white_crossed * len(lines)
    columns: list[tuple[float, float]] = []
    start: float | None = None
    gap = width
    for at, count in enumerate([*crossed, 0]):
        if count > few:
            if start is None or gap >= PDF.table_gap * size:
                if start is not None:
                    columns.append((start, least + at - gap))
                start = least + at
            gap = 0
        else:
            gap += 1
    if start is not None:
        columns.append((start, most))
    return columns


def _runs(line: Band, gap: float) -> list[tuple[float, float]]:
    """Return where words stand in a line: from the left to the right edge of what no wider white divides."""
    runs: list[tuple[float, float]] = []
    for glyph in sorted(line, key=lambda one: one.left):
        if runs and glyph.left - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], max(runs[-1][1], glyph.right))
        else:
            runs.append((glyph.left, glyph.right))
    return runs


def _parts(line: Band) -> int:
    """Return how many parts wide white divides a line into."""
    size = statistics.median(glyph.size for glyph in line)
    return len(_runs(line, PDF.table_gap * size))


def is_tabular(glyphs: Sequence[Glyph]) -> bool:
    """Return whether wide white divides the words between two rules into columns that are no columns of prose."""
    lines = lines_in(glyphs)
    if not lines or sum(_parts(line) > 1 for line in lines) < PDF.table_filled * len(lines):
        return False
    columns = columns_of(lines)
    return len(columns) > 1 and not _is_prose(lines, columns)


def lines_in(glyphs: Iterable[Glyph]) -> list[Band]:
    """Return the characters by the lines that they stand on, from the top down."""
    lines: list[Band] = []
    for glyph in sorted(glyphs, key=lambda one: -one.base):
        if not glyph.character.strip() or glyph.generated:
            continue
        if lines and abs(lines[-1][0].base - glyph.base) < 0.5 * max(lines[-1][0].size, glyph.size):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return lines


def runs_of_lines(glyphs: Sequence[Glyph]) -> list[list[Band]]:
    """Return runs of successive lines whose words stand in columns: tables without rules."""
    runs: list[list[Band]] = []
    run: list[Band] = []
    for line in [*lines_in(glyphs), []]:
        if line and _parts(line) > 1 and (not run or _step(run[-1], line) <= PDF.table_step * line[0].size):
            run.append(line)
            continue
        if len(run) >= PDF.white_lines and _is_white_table(run):
            runs.append(run)
        run = [line] if line and _parts(line) > 1 else []
    return runs


def _step(above: Band, below: Band) -> float:
    return above[0].base - below[0].base


def _is_white_table(run: Sequence[Band]) -> bool:
    columns = columns_of(run)
    if len(columns) < 2 or _is_prose(run, columns):
        return False
    full = sum(len({column_at(glyph, columns) for glyph in line}) == len(columns) for line in run)
    if full < PDF.white_full * len(run):
        return False
    first = [_text(line, columns, 0) for line in run]
    last = [_text(line, columns, len(columns) - 1) for line in run]
    return not _is_list(first, columns) and not _is_contents(last, columns)


def _is_list(first: Sequence[str], columns: Columns) -> bool:
    """Return whether the first of two columns has the numbers or bullets of a list."""
    marked = sum(len(text) < 3 or enumerator_of(fold(text, spread=False).text) is not None for text in first)
    return len(columns) == 2 and marked > 0.5 * len(first)


def _is_contents(last: Sequence[str], columns: Columns) -> bool:
    """Return whether the second of two columns has page numbers, which never go down."""
    numbers = [int(text) for text in last if text.isascii() and text.isdigit() and len(text) < 5]
    return len(columns) == 2 and len(numbers) >= 0.8 * len(last) and all(a <= b for a, b in pairwise(numbers))


def _is_prose(lines: Sequence[Band], columns: Columns) -> bool:
    """Return whether two columns are wide, and most of their lines reach from edge to edge."""
    size = statistics.median(glyph.size for line in lines for glyph in line)
    full = 0
    for number, (left, right) in enumerate(columns):
        if right - left < PDF.prose_width * size:
            continue
        own = [[glyph for glyph in line if column_at(glyph, columns) == number] for line in lines]
        ends = [max(glyph.right for glyph in line) for line in own if line]
        full += sum(end >= right - 2 * size for end in ends) > PDF.prose_share * max(len(ends), 1)
    return full > 1


def column_at(glyph: Glyph, columns: Columns) -> int:
    """Return the number of the column that a character stands in."""
    middle = (glyph.left + glyph.right) / 2
    return next((n for n, (_, right) in enumerate(columns) if middle <= right), len(columns) - 1)


def _text(line: Band, columns: Columns, column: int) -> str:
    own = sorted((glyph for glyph in line if column_at(glyph, columns) == column), key=lambda one: one.left)
    return "".join(glyph.character for glyph in own)


def read_band(lines: Sequence[Band], columns: Columns) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of some lines. A line that has words in few columns goes on with the row above it."""
    groups: list[list[Band]] = []
    steps = [_step(above, below) for above, below in pairwise(lines)]
    wide = _wide_step(steps)
    for number, line in enumerate(lines):
        filled = {column_at(glyph, columns) for glyph in line}
        if not groups:
            groups.append([line])
        elif wide:
            if steps[number - 1] >= wide:
                groups.append([line])
            else:
                groups[-1].append(line)
        elif 2 * len(filled) <= len(columns) and 0 not in filled and not _is_over(groups[-1][-1], columns):
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(_row(group, columns) for group in groups)


def _is_over(line: Band, columns: Columns) -> bool:
    """Return whether words of a line reach over several columns, as the head of a group of columns does."""
    size = statistics.median(glyph.size for glyph in line)
    return any(len(_reached(run, columns, size)) > 1 for run in _runs(line, PDF.table_gap * size))


def _reached(run: tuple[float, float], columns: Columns, size: float) -> list[int]:
    """Return the columns that words reach into."""
    left, right = run
    return [n for n, (a, b) in enumerate(columns) if min(b, right) - max(a, left) > 0.3 * size]


def _wide_step(steps: Sequence[float]) -> float:
    """Return the distance of lines from which a row begins, if rows stand wider apart than their lines; else 0."""
    if len(steps) < 3:
        return 0.0
    ordered = sorted(steps)
    ratio, at = max((b / max(a, 1.0), (a + b) / 2) for a, b in pairwise(ordered))
    narrow = sum(step < at for step in steps)
    return at if ratio > PDF.row_step and narrow >= 2 and ordered[-1] < 2.2 * ordered[0] else 0.0


def words_in(glyphs: Sequence[Glyph]) -> str:
    """Return the words of a cell, its lines joined."""
    lines = lines_of(glyphs)
    return Paragraph(tuple(lines), after_gap=False).text if lines else ""


def _row(lines: Sequence[Band], columns: Columns) -> tuple[Cell, ...]:
    """Return the cells of a row. Words that reach over several columns are one cell that covers them."""
    size = statistics.median(glyph.size for line in lines for glyph in line)
    over = [(n, n) for n in range(len(columns))]
    for line in lines:
        for run in _runs(line, PDF.table_gap * size):
            if len(reached := _reached(run, columns, size)) > 1:
                first, last = reached[0], reached[-1]
                over = [(first, last) if first <= n <= last else one for n, one in enumerate(over)]
    cells: list[Cell] = []
    for first, last in dict.fromkeys(over):
        own = [glyph for line in lines for glyph in line if first <= column_at(glyph, columns) <= last]
        cells.append(Cell(words_in(own), last - first + 1))
    return tuple(cells)
