"""Finds the lines of a PDF page from the positions of its characters, in reading order."""

from __future__ import annotations

import statistics
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from corpus.corpus_settings import PDF
from corpus.formats.pdf_tags import TaggedBlock
from corpus.formats.table_cells import Cell
from corpus.text.raised import lowered, raised
from corpus.text.scripts import has_wide

HYPHEN = "\u00ad"
"""Stands for a hyphen at the end of a line that PDFium takes for one of the typesetting."""


class Glyph(NamedTuple):
    """A character on a page. Coordinates are in points, with y upwards."""

    character: str
    left: float
    right: float
    base: float
    size: float
    generated: bool
    """PDFium inserted it where letters stand apart."""
    block: TaggedBlock | None = None
    """What the structure tree of the page says that it is in."""


@dataclass(frozen=True, slots=True)
class PdfTable:
    """A table of a page."""

    rows: tuple[tuple[Cell, ...], ...]
    heads: int | None
    """How many rows are its head; None if its rules do not show it."""


@dataclass(frozen=True, slots=True)
class VisualLine:
    """A line of a page; in a table, the cells of a row with tabs between them."""

    text: str
    left: float
    right: float
    base: float
    size: float
    column: int
    """From 0 for the leftmost; of a line across several, that of the leftmost of them."""
    table: PdfTable | None = None
    """The table that stands in the place of a line; its text is that of the rows."""
    block: TaggedBlock | None = field(default=None, compare=False)
    """What the structure tree says that it is in; None if it says nothing, or is not believed."""

    @property
    def words(self) -> str:
        """The line by itself."""
        return self.text.replace(HYPHEN, "-")


def usual_size(rows: Iterable[VisualLine]) -> float:
    """Return the size of the text: the median of the lines'; 0 without lines."""
    sizes = [row.size for row in rows]
    return statistics.median(sizes) if sizes else 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in reading order."""

    rows: tuple[VisualLine, ...]
    marks: tuple[str, ...] = ()
    """What is stamped on the page and is no text of it."""
    pictured: float = 0.0
    """The share of it that its largest picture covers."""
    tagged: tuple[VisualLine, ...] = ()
    """The same lines as the structure tree orders them; empty if there is none."""


def read_page(glyphs: Sequence[Glyph], tables: Sequence[VisualLine] = ()) -> Page:
    """Return the lines of a page, column by column, each group of columns below the lines across them.

    `tables`: what stands between the lines, at its place.
    """
    pieces = [*(piece for piece in _pieces(glyphs) if piece.text.strip()), *tables]
    return Page(tuple(_in_columns(pieces, _gutter(pieces), 0)))


def tagged_rows(glyphs: Sequence[Glyph], tables: Sequence[VisualLine]) -> list[VisualLine]:
    """Return the lines of each block in the order of the structure tree, and what is in none; nothing without tags.

    `tables` stand for the cells that the tree has of them, because their rules also show what is merged.
    """
    ruled = {table.block.order: table for table in tables if table.block}
    numbers = {table.block.row[0] for table in tables if table.block}
    by_block: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        block = glyph.block
        if not (block and block.kind == "cell" and block.row[0] in numbers):
            by_block[block.order if block else -1].append(glyph)
    if not ruled and by_block.keys() <= {-1}:
        return []
    rows: list[VisualLine] = []
    for order in sorted({*by_block, *ruled}):
        if order in ruled:
            rows.append(ruled[order])
            continue
        own = by_block[order]
        lines: list[list[VisualLine]] = []
        for piece in (piece for piece in _pieces(own) if piece.text.strip()):
            if lines and _is_beside(lines[-1], piece):
                lines[-1].append(piece)
            else:
                lines.append([piece])
        rows += [_join([replace(piece, block=own[0].block) for piece in line], 0) for line in lines]
    return rows


def _is_beside(line: Sequence[VisualLine], piece: VisualLine) -> bool:
    """Return whether a piece stands on the line that precedes it in the file."""
    size = max(line[-1].size, piece.size)
    return abs(line[-1].base - piece.base) < 0.5 * size and piece.left > line[-1].right - size


def lines_of(glyphs: Sequence[Glyph]) -> list[VisualLine]:
    """Return the lines of a cell, from the top down."""
    return _rows([piece for piece in _pieces(glyphs) if piece.text.strip()], 0)


@dataclass(frozen=True, slots=True)
class _Gutter:
    """The white between two columns, or between groups of them."""

    edge: float
    """x of the left edge of the column to the right."""
    left: _Gutter | None
    """The gutter that divides the left side."""
    right: _Gutter | None

    @property
    def columns(self) -> int:
        return _count(self.left) + _count(self.right)


def _count(gutter: _Gutter | None) -> int:
    return gutter.columns if gutter else 1


def _in_columns(pieces: Sequence[VisualLine], gutter: _Gutter | None, first: int) -> list[VisualLine]:
    """Return the lines of some pieces in reading order. `first`: the number of their leftmost column."""
    if gutter is None:
        return _rows(pieces, first)
    over: dict[float, list[VisualLine]] = defaultdict(list)
    """The pieces across the gutter, by their height."""
    rest: list[VisualLine] = []
    for piece in pieces:
        if piece.left < gutter.edge - 2 < gutter.edge + 2 < piece.right:
            over[piece.base].append(piece)
        else:
            rest.append(piece)
    borders = sorted(over, reverse=True)
    bands: list[list[VisualLine]] = [[] for _ in (*borders, None)]
    for piece in rest:
        bands[bisect_right(borders, -piece.base, key=lambda border: -border)].append(piece)
    out: list[VisualLine] = []
    for band, border in zip(bands, (*borders, None), strict=True):
        out += _in_columns([piece for piece in band if piece.left < gutter.edge - 2], gutter.left, first)
        right = [piece for piece in band if piece.left >= gutter.edge - 2]
        out += _in_columns(right, gutter.right, first + _count(gutter.left))
        out += _rows(over[border], first) if border is not None else []
    return out


def _pieces(glyphs: Sequence[Glyph]) -> list[VisualLine]:
    """Return runs of characters that are adjacent in the file and on the page."""
    pieces: list[VisualLine] = []
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _follows(run[-1], glyph):
            pieces.append(_piece(run))
            run = []
        run.append(glyph)
    if run:
        pieces.append(_piece(run))
    return pieces


def _follows(before: Glyph, glyph: Glyph) -> bool:
    size = max(before.size, glyph.size)
    if glyph.generated:
        return True
    return (
        abs(glyph.base - before.base) < 0.5 * size
        and before.left - 0.5 * size <= glyph.left <= before.right + PDF.cell_gap * size
        and glyph.right > before.left
    )


def _piece(run: Sequence[Glyph]) -> VisualLine:
    kept = [
        glyph
        for index, glyph in enumerate(run)
        # PDFium inserts blanks in widely spaced Chinese.
        if not (
            glyph.generated
            and (index + 1 == len(run) or has_wide(run[index - 1].character) or has_wide(run[index + 1].character))
        )
    ]
    seen = [glyph for glyph in run if glyph.character.strip()] or run[:1]
    size = statistics.median_low([glyph.size for glyph in seen]) or 1.0
    base = statistics.median_low([glyph.base for glyph in seen])
    parts = groupby(kept, key=lambda glyph: 0 if glyph.generated else _shift(glyph.size, glyph.base, size, base))
    return VisualLine(
        text="".join(_shifted("".join(glyph.character for glyph in part), shift) for shift, part in parts),
        left=min(glyph.left for glyph in seen),
        right=max(glyph.right for glyph in seen),
        base=base,
        size=size,
        column=0,
    )


def _shift(own_size: float, own_base: float, size: float, base: float) -> int:
    """Return 1 for what is raised beside text of some size and base line, −1 for what is lowered, else 0."""
    if own_size > PDF.shifted_size * size:
        return 0
    rise = (own_base - base) / size
    return 1 if rise > PDF.raised else -1 if rise < -PDF.lowered else 0


def _shifted(text: str, shift: int) -> str:
    return raised(text) if shift > 0 else lowered(text) if shift < 0 else text


def _gutter(pieces: Sequence[VisualLine]) -> _Gutter | None:
    """Return where white runs down between columns; None for one column."""
    if len(pieces) < 2 * PDF.column_lines:
        return None
    least, most = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    width = most - least
    near, far = PDF.gutter_margin * width, (1 - PDF.gutter_margin) * width
    edges = Counter(round(piece.left) for piece in pieces if near < piece.left - least < far)
    divided = ((-edges[at], at, *_divide(pieces, at)) for at in edges)
    possible = [one for one in divided if min(len(one[2]), len(one[3])) >= PDF.column_lines]
    if not possible:
        return None
    # Where many lines begin and few run across.
    _, edge, left, right = min(possible, key=lambda one: (len(pieces) - len(one[2]) - len(one[3]) + one[0], one[1]))
    if len(pieces) - len(left) - len(right) > 0.4 * (len(left) + len(right)):
        return None
    if min(_usual_width(side) for side in (left, right)) < PDF.column_width * width:
        return None
    tall = min(max(p.base for p in side) - min(p.base for p in side) for side in (left, right))
    both = min(max(p.base for p in side) for side in (left, right)) - max(
        min(p.base for p in side) for side in (left, right)
    )
    return _Gutter(edge, _gutter(left), _gutter(right)) if both >= 0.5 * tall else None


def _divide(pieces: Sequence[VisualLine], edge: float) -> tuple[list[VisualLine], list[VisualLine]]:
    """Return the pieces to the left and those to the right of an edge, without those across it."""
    left = [piece for piece in pieces if piece.right <= edge + 2]
    return left, [piece for piece in pieces if piece.left >= edge - 2]


def _usual_width(pieces: Sequence[VisualLine]) -> float:
    """Return the width of full lines: that of the upper quarter."""
    widths = sorted(piece.right - piece.left for piece in pieces)
    return widths[3 * len(widths) // 4]


def _rows(pieces: Sequence[VisualLine], column: int) -> list[VisualLine]:
    """Return the lines of a column from top to bottom, each joined from its pieces."""
    lines: list[list[VisualLine]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.base):
        alone = piece.table or (lines and lines[-1][0].table)
        if lines and not alone and abs(lines[-1][0].base - piece.base) < 0.5 * max(lines[-1][0].size, piece.size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_join(sorted(line, key=lambda piece: piece.left), column) for line in lines]


def _join(line: Sequence[VisualLine], column: int) -> VisualLine:
    if line[0].table:
        return replace(line[0], column=column)
    longest = max(line, key=lambda piece: len(piece.text))
    line = [replace(piece, text=_shifted(piece.text, _beside(piece, at, line))) for at, piece in enumerate(line)]
    parts = [line[0].text]
    are_words = _are_words(line)
    for before, piece in pairwise(line):
        size, gap = max(before.size, piece.size), piece.left - before.right
        a, b = parts[-1][-1:], piece.text[:1]
        if gap > PDF.cell_gap * size and not are_words:
            parts[-1] = parts[-1].rstrip()
            parts += ["\t", piece.text.lstrip()]
        elif gap > PDF.word_gap * size and not (a.isspace() or b.isspace() or has_wide(a) or has_wide(b)):
            parts += [" ", piece.text]
        else:
            parts.append(piece.text)
    text = "".join(parts)
    right = max(piece.right for piece in line)
    return VisualLine(text, line[0].left, right, longest.base, longest.size, column, block=line[0].block)


def _are_words(line: Sequence[VisualLine]) -> bool:
    """Return whether equal gaps divide single words, as in a narrow justified column, or the tree says it is text."""
    if line[0].block:
        return line[0].block.kind not in ("cell", "contents")
    gaps = [piece.left - before.right for before, piece in pairwise(line)]
    words = all(piece.text.strip().isascii() and not any(map(str.isspace, piece.text.strip())) for piece in line)
    letters = sum(any(map(str.isalpha, piece.text)) for piece in line) > len(line) / 2
    return len(gaps) > 1 and words and letters and max(gaps) - min(gaps) < PDF.word_gap * line[0].size


def _beside(piece: VisualLine, at: int, line: Sequence[VisualLine]) -> int:
    """Return the shift of a piece against the larger ones that it touches; 0 if it touches none."""
    touched = [
        other
        for other, gap in (
            *((before, piece.left - before.right) for before in line[max(at - 1, 0) : at]),
            *((after, after.left - piece.right) for after in line[at + 1 : at + 2]),
        )
        if gap <= PDF.word_gap * other.size
    ]
    if not touched:
        return 0
    largest = max(touched, key=lambda other: other.size)
    return _shift(piece.size, piece.base, largest.size, largest.base)
