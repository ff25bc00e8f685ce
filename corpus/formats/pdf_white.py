"""Tells the columns of a table by the white that runs down between them, and its rows by what stands in the columns."""

from __future__ import annotations

import statistics
from collections import Counter
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


_OPENING = "（〔【《〈「『"
_CLOSING = "）〕】》〉」』"


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


def columns_under(lines: Sequence[Band]) -> list[tuple[float, float]]:
    """Return the columns of a table. Where its first line, the head, has words over each, narrow white will do."""
    near = columns_of(lines, PDF.table_near)
    counts = [sum(number in _filled(line, near) for line in lines) for number in range(len(near))]
    return near if _heads_each(lines[0], near) and min(counts) > 1 else columns_of(lines)


def _heads_each(line: Band, columns: Columns) -> bool:
    """Return whether a line has words of its own over each column."""
    return [(part.first, part.last) for part in _placed(line, columns)] == [(n, n) for n in range(len(columns))]


def columns_of(lines: Sequence[Band], gap: float = PDF.table_gap) -> list[tuple[float, float]]:
    """Return the columns that white of some width, in ems, divides in nearly all lines."""
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
        if start is not None and at - end >= gap * size:
            columns.append((least + start, least + end))
            start = None
        start, end = at if start is None else start, at + 1
    return [*columns, (least + start, most)] if start is not None else columns


def _size(lines: Sequence[Band]) -> float:
    return statistics.median([glyph.size for line in lines for glyph in line]) or 1.0


def _runs(line: Band, gap: float) -> list[tuple[float, float]]:
    """Return where words stand in a line: from the left to the right edge of what no wider white divides."""
    runs: list[tuple[float, float]] = []
    end = 0.0
    for glyph in sorted((one for one in line if one.character.strip()), key=lambda one: one.left):
        left, right = _ink(glyph)
        is_over = glyph.left < end - 0.1 * glyph.size  # a new cell, over the empty half of a bracket
        if runs and (left - runs[-1][1] if is_over else glyph.left - end) <= gap:
            runs[-1] = (runs[-1][0], max(runs[-1][1], right))
        else:
            runs.append((left, right))
        end = max(end, glyph.right)
    return runs


def _ink(glyph: Glyph) -> tuple[float, float]:
    """Return the edges of a character, without the empty half of a bracket, over which the next cell may begin."""
    middle = (glyph.left + glyph.right) / 2
    is_wide = glyph.right - glyph.left > 0.75 * glyph.size
    left = middle if is_wide and glyph.character in _OPENING else glyph.left
    return left, middle if is_wide and glyph.character in _CLOSING else glyph.right


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
    for left, right in _divided(_runs(line, PDF.table_near * size), columns, PDF.table_gap * size):
        own = [glyph for glyph in line if left - 1 <= (glyph.left + glyph.right) / 2 <= right + 1]
        shared = [min(b, right) - max(a, left) for a, b in columns]
        reached = [n for n, width in enumerate(shared) if width > PDF.table_reach * size]
        first, last = (reached[0], reached[-1]) if reached else (shared.index(max(shared)),) * 2
        parts.append(_Part(first, last, left, right, own))
    return parts


def _divided(runs: Iterable[tuple[float, float]], columns: Columns, gap: float) -> list[tuple[float, float]]:
    """Return runs with those joined that narrow white divides, unless it is white between two columns."""
    joined: list[tuple[float, float]] = []
    for left, right in runs:
        end = joined[-1][1] if joined else left
        is_white = any(end < after[0] and before[1] < left for before, after in pairwise(columns))
        if joined and left - end <= gap and not is_white:
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    return joined


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
    above: Band = []
    for line in [*lines_in(glyphs), []]:
        near = bool(line) and (not run or _step((held or run)[-1], line) <= PDF.table_step * line[0].size)
        if near and _are_several(line):
            run += [*held, line] if run else [*_head_of(above, line), line]
            held = []
        elif near and run and len(held) < PDF.white_wrapped:
            held.append(line)
        else:
            run = _with_head_or_without(run)
            runs += [run] if len(run) >= PDF.white_lines and _is_white_table(run) else []
            run, held = ([*_head_of(above, line), line] if line and _are_several(line) else []), []
        above = line
    return runs


def _head_of(above: Band, line: Band) -> list[Band]:
    """Return the line above the first one of a run, if it may be the head: words that narrow white divides."""
    is_near = bool(above) and _step(above, line) <= PDF.table_step * line[0].size
    is_head = is_near and not _are_several(above) and len(_runs(above, PDF.table_near * _size([above]))) > 1
    return [above] if is_head else []


def _with_head_or_without(run: list[Band]) -> list[Band]:
    """Return a run without its first line if narrow white divides that, but not into a word over each column."""
    is_head = not run or _are_several(run[0]) or _heads_each(run[0], columns_under(run))
    return run if is_head else run[1:]


def _step(above: Band, below: Band) -> float:
    return above[0].base - below[0].base


def _is_white_table(run: Sequence[Band]) -> bool:
    columns = columns_under(run)
    if len(columns) < 2 or _is_prose(run, columns, least=PDF.prose_full) or _hides_columns(run, columns):
        return False
    least = 2 if _heads_each(run[0], columns) else max(2, len(columns) - 1)
    if full_lines(run, columns, least) < PDF.white_full * len(run):
        return False
    first, last = ([_text(line, columns, at) for line in run] for at in (0, len(columns) - 1))
    return not _is_list(first, columns) and not _is_contents(last, columns)


def _hides_columns(lines: Sequence[Band], columns: Columns) -> bool:
    """Return whether wide white divides the words in one column, in several lines: the columns are unsure."""
    found = Counter(
        number
        for line in lines
        for number, count in Counter(part.first for part in _placed(line, columns) if part.first == part.last).items()
        if count > 1
    )
    return max(found.values(), default=0) > 1


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
    wraps = not wide and _labels_wrap(lines, columns)
    for number, line in enumerate(lines):
        if groups and (steps[number - 1] < wide if wide else _goes_on(groups[-1][-1], line, columns, wraps=wraps)):
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


def _labels_wrap(lines: Sequence[Band], columns: Columns) -> bool:
    """Return whether the words of the first column go on in lines of their own.

    Where many rows have words that fill the column and few lines have these alone, or where one of these had room in
    the line above, such a line is an empty row.
    """
    full = alone = 0
    before: _Part | None = None
    for line in lines:
        parts = _placed(line, columns)
        if parts[0].last == 0:
            alone += len(parts) == 1
            full += len(parts) > 1 and parts[0].right + _size([line]) > columns[0][1]
            if len(parts) == 1 and before and not _lacked_room(before, parts[0], columns):
                return False
        before = parts[0] if parts[0].last == 0 else None
    return full <= 2 * alone


def _goes_on(above: Band, line: Band, columns: Columns, *, wraps: bool) -> bool:
    """Return whether a line continues the row of the line above it. `wraps`: whether words of the first column may."""
    over, own = _placed(above, columns), _placed(line, columns)
    filled = {n for part in own for n in range(part.first, part.last + 1)}
    if any(part.last > part.first for part in over) or 2 * len(filled) > len(columns):
        return False  # it stands below the head of a group of columns, or has words of its own in most columns
    if 0 not in filled:
        return True
    before = next((part for part in over if part.first == 0), None)
    return before is not None and len(filled) == 1 and wraps and _lacked_room(before, own[0], columns)


def _lacked_room(before: _Part, part: _Part, columns: Columns) -> bool:
    """Return whether the first word of a part of the first column had no room in the line above."""
    word = next((end for end, glyph in enumerate(part.glyphs) if end and not glyph.character.strip()), 0)
    need = part.glyphs[word - 1].right - part.left
    return before.right + need > columns[0][1]


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
