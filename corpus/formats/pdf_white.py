"""Tells the columns of a table by the white that runs down between them, and its rows by what stands in the columns."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


def lines_in(glyphs: Iterable[Glyph]) -> list[Band]:
    """Return the characters by the lines that they stand on, from the top down, each line in the order of the file."""
    lines: list[list[tuple[int, Glyph]]] = []
    for number, glyph in sorted(enumerate(glyphs), key=lambda one: -one[1].base):
        above = lines[-1][0][1] if lines else None
        if above is not None and abs(above.base - glyph.base) < 0.5 * max(above.size, glyph.size):
            lines[-1].append((number, glyph))
        else:
            lines.append([(number, glyph)])
    bands = [[glyph for _, glyph in sorted(line, key=lambda one: one[0])] for line in lines]
    return [band for band in bands if any(glyph.character.strip() for glyph in band)]


def columns_of(lines: Sequence[Band]) -> list[tuple[float, float]]:
    """Return the columns that white of some width divides in nearly all lines."""
    glyphs = [glyph for line in lines for glyph in line if glyph.character.strip()]
    if not glyphs:
        return []
    size = _size(lines)
    least, most = min(glyph.left for glyph in glyphs), max(glyph.right for glyph in glyphs)
    width = int(most - least) + 2
    crossed = [0] * width
    for line in lines:
        for left, right in _runs(line, PDF.word_gap * 2 * size):
            for at in range(max(round(left - least), 0), min(round(right - least), width)):
                crossed[at] += 1
    few = PDF.white_crossed * len(lines)
    columns: list[tuple[float, float]] = []
    start, end = None, 0
    for at, count in enumerate(crossed):
        if count <= few:
            continue
        if start is not None and at - end >= PDF.table_gap * size:
            columns.append((least + start, least + end))
            start = None
        start, end = at if start is None else start, at + 1
    return [*columns, (least + start, most)] if start is not None else columns


def _size(lines: Sequence[Band]) -> float:
    return statistics.median([glyph.size for line in lines for glyph in line]) or 1.0


def _runs(line: Band, gap: float) -> list[tuple[float, float]]:
    """Return where words stand in a line: from the left to the right edge of what no wider white divides."""
    runs: list[tuple[float, float]] = []
    for glyph in sorted((one for one in line if one.character.strip()), key=lambda one: one.left):
        if runs and glyph.left - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], max(runs[-1][1], glyph.right))
        else:
            runs.append((glyph.left, glyph.right))
    return runs


@dataclass(frozen=True, slots=True)
class _Part:
    """Words of a line that no wide white divides."""

    first: int
    """The number of the first column that they reach into."""
    last: int
    left: float
    right: float
    glyphs: Band


def _placed(line: Band, columns: Columns) -> list[_Part]:
    """Return the parts of a line with the columns that they stand in: those they reach into, or the nearest."""
    size = _size([line])
    parts = []
    for left, right in _runs(line, PDF.table_gap * size):
        own = [glyph for glyph in line if left - 1 <= (glyph.left + glyph.right) / 2 <= right + 1]
        shared = [min(b, right) - max(a, left) for a, b in columns]
        reached = [n for n, width in enumerate(shared) if width > PDF.table_reach * size]
        first, last = (reached[0], reached[-1]) if reached else (shared.index(max(shared)),) * 2
        parts.append(_Part(first, last, left, right, own))
    return parts


def _filled(line: Band, columns: Columns) -> set[int]:
    """Return the columns in which a line has words."""
    return {n for part in _placed(line, columns) for n in range(part.first, part.last + 1)}


def full_lines(lines: Sequence[Band], columns: Columns, least: int) -> int:
    """Return how many lines have words in so many columns."""
    return sum(len(_filled(line, columns)) >= least for line in lines)


def _are_several(line: Band) -> bool:
    """Return whether wide white divides a line."""
    return len(_runs(line, PDF.table_gap * _size([line]))) > 1


def is_tabular(glyphs: Sequence[Glyph]) -> bool:
    """Return whether wide white divides the words between two rules into columns that are no columns of prose."""
    lines = lines_in(glyphs)
    if not lines or sum(map(_are_several, lines)) < PDF.table_filled * len(lines):
        return False
    columns = columns_of(lines)
    return len(columns) > 1 and not (len(lines) >= PDF.prose_lines and _is_prose(lines, columns))


def runs_of_lines(glyphs: Sequence[Glyph]) -> list[list[Band]]:
    """Return runs of successive lines whose words stand in columns: tables without rules."""
    runs: list[list[Band]] = []
    run: list[Band] = []
    held: list[Band] = []
    """Lines with one part, which belong to the run if it goes on after them."""
    for line in [*lines_in(glyphs), []]:
        near = bool(line) and (not run or _step((held or run)[-1], line) <= PDF.table_step * line[0].size)
        if near and _are_several(line):
            run += [*held, line]
            held = []
        elif near and run and len(held) < PDF.white_wrapped:
            held.append(line)
        else:
            runs += [run] if len(run) >= PDF.white_lines and _is_white_table(run) else []
            run, held = ([line] if line and _are_several(line) else []), []
    return runs


def _step(above: Band, below: Band) -> float:
    return above[0].base - below[0].base


def _is_white_table(run: Sequence[Band]) -> bool:
    columns = columns_of(run)
    if len(columns) < 2 or _is_prose(run, columns, least=PDF.prose_full):
        return False
    if full_lines(run, columns, max(2, len(columns) - 1)) < PDF.white_full * len(run):
        return False
    first, last = ([_text(line, columns, at) for line in run] for at in (0, len(columns) - 1))
    return not _is_list(first, columns) and not _is_contents(last, columns)


def _is_list(first: Sequence[str], columns: Columns) -> bool:
    """Return whether the first of two columns has the numbers or bullets of a list."""
    marked = sum(len(text) < 2 or enumerator_of(fold(text, spread=False).text) is not None for text in first)
    return len(columns) == 2 and marked > 0.5 * len(first)


def _is_contents(last: Sequence[str], columns: Columns) -> bool:
    """Return whether the second of two columns has page numbers, which never go down."""
    numbers = [int(text) for text in last if text.isascii() and text.isdigit() and len(text) < 5]
    return len(columns) == 2 and len(numbers) >= 0.8 * len(last) and all(a <= b for a, b in pairwise(numbers))


def _is_prose(lines: Sequence[Band], columns: Columns, least: int = 0) -> bool:
    """Return whether two columns are wide, and most of their lines fill them, or `least` lines if that is not 0."""
    size = _size(lines)
    parts = [part for line in lines for part in _placed(line, columns)]
    full = 0
    for number, (left, right) in enumerate(columns):
        widths = [part.right - part.left for part in parts if part.first == number]
        if right - left >= PDF.prose_width * size and widths:
            filled = sum(width > PDF.prose_share * (right - left) for width in widths)
            full += 2 * filled > len(widths) or filled >= least > 0
    return full > 1


def _text(line: Band, columns: Columns, column: int) -> str:
    parts = (part for part in _placed(line, columns) if part.first <= column <= part.last)
    return "".join(glyph.character for part in parts for glyph in part.glyphs).strip()


def read_band(lines: Sequence[Band], columns: Columns) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of some lines. A line that has words in few columns goes on with the row above it."""
    steps = [_step(above, below) for above, below in pairwise(lines)]
    groups = _grouped(lines, steps, _wide_step(steps), columns)
    if any(sum(_begins(line, columns) for line in group) > PDF.row_labels for group in groups):
        groups = _grouped(lines, steps, 0.0, columns)  # the wide steps stand at rules, not at rows
    return tuple(_row(group, columns) for group in groups)


def _begins(line: Band, columns: Columns) -> bool:
    """Return whether a line has words in the first column, and in another."""
    filled = {part.first for part in _placed(line, columns)}
    return 0 in filled and len(filled) > 1


def _grouped(lines: Sequence[Band], steps: Sequence[float], wide: float, columns: Columns) -> list[list[Band]]:
    """Return the lines of each row. `wide`: the step from which a row begins; 0 if steps do not tell."""
    groups: list[list[Band]] = []
    for number, line in enumerate(lines):
        if groups and (steps[number - 1] < wide if wide else _goes_on(groups[-1][-1], line, columns)):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _wide_step(steps: Sequence[float]) -> float:
    """Return the distance of lines from which a row begins, if rows stand wider apart than their lines; else 0."""
    if len(steps) < 3:
        return 0.0
    ordered = sorted(steps)
    ratio, at = max((b / max(a, 1.0), (a + b) / 2) for a, b in pairwise(ordered))
    narrow = sum(step < at for step in steps)
    return at if ratio > PDF.row_step and narrow >= 2 and ordered[-1] < 2.2 * ordered[0] else 0.0


def _goes_on(above: Band, line: Band, columns: Columns) -> bool:
    """Return whether a line continues the row of the line above it."""
    over, own = _placed(above, columns), _placed(line, columns)
    filled = {n for part in own for n in range(part.first, part.last + 1)}
    if any(part.last > part.first for part in over) or 2 * len(filled) > len(columns):
        return False  # it stands below the head of a group of columns, or has words of its own in most columns
    if 0 not in filled:
        return True
    before = next((part for part in over if part.first == 0), None)
    if before is None or len(filled) > 1:
        return False
    word = next((end for end, glyph in enumerate(own[0].glyphs) if end and not glyph.character.strip()), 0)
    need = own[0].glyphs[word - 1].right - own[0].left
    return before.right + need > columns[0][1]  # its first word had no room there


def words_in(glyphs: Sequence[Glyph]) -> str:
    """Return the words of a cell, its lines joined."""
    lines = lines_of(glyphs)
    return Paragraph(tuple(lines), after_gap=False).text if lines else ""


def _row(lines: Sequence[Band], columns: Columns) -> tuple[Cell, ...]:
    """Return the cells of a row. Words that reach over several columns are one cell that covers them."""
    parts = [part for line in lines for part in _placed(line, columns)]
    over = [(n, n) for n in range(len(columns))]
    for part in parts:
        if part.last > part.first:
            first = min(over[n][0] for n in range(part.first, part.last + 1))
            last = max(over[n][1] for n in range(part.first, part.last + 1))
            over = [(first, last) if first <= n <= last else one for n, one in enumerate(over)]
    return tuple(
        Cell(
            words_in([glyph for part in parts if first <= part.first <= last for glyph in part.glyphs]),
            last - first + 1,
        )
        for first, last in dict.fromkeys(over)
    )


def with_labels(rows: Sequence[tuple[Cell, ...]], heads: int) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows with the words of the first column as cells that cover the rows in which it is empty.

    They stand in the first of their rows or, if the first row of all has none, in the middle of them.
    """
    body = rows[heads:]
    named = [number for number, row in enumerate(body) if row[0].text]
    empty = [number for number, row in enumerate(body) if not row[0].text]
    is_full = all(sum(bool(cell.text) for cell in body[number]) > 1 for number in empty)
    if not empty or not named or not is_full or not all(_is_label(body[number][0]) for number in named):
        return tuple(rows)
    starts = named if named[0] == 0 else _middles(named, len(body))
    if not starts:
        return tuple(rows)
    out = [row[1:] for row in body]
    for start, at, end in zip(starts, named, [*starts[1:], len(body)], strict=True):
        out[start] = (Cell(body[at][0].text, 1, end - start), *out[start])
    return (*rows[:heads], *out)


def _is_label(cell: Cell) -> bool:
    return cell.columns == 1 and any(map(str.isalpha, cell.text))


def _middles(named: Sequence[int], count: int) -> list[int]:
    """Return where the groups begin in whose middle the names stand; nothing if they do not."""
    starts, start = [], 0
    for at in named:
        starts.append(start)
        start = 2 * at - start + 1
        if start <= at:
            return []
    return starts if start == count else []
