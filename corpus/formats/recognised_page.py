"""Makes pages of what was read in pictures, as if the characters had come from a PDF.

The page is turned so that its lines are level; sizes that differ little become one size, edges that differ little one
margin. So columns, running heads and paragraphs are found as in a PDF (`pdf_lines.py`, `pdf_paragraphs.py`).
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from corpus.corpus_settings import OCR
from corpus.document import Span
from corpus.formats.extracted_text import TextWriter
from corpus.formats.ocr import Character, Corners, Reading, TextLine
from corpus.formats.pdf_lines import HYPHEN, Glyph, Page, VisualLine, read_page
from corpus.layout import RecognisedLine
from corpus.message import Message
from corpus.text.scripts import has_wide


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A line on a level page, with y upwards; a vertical line is laid down, so that the rightmost is the first."""

    line: TextLine
    start: float
    """Where the detector says that it begins and ends."""
    end: float
    left: float
    """Where it is set: the white of full-width punctuation at its ends included."""
    right: float
    base: float
    size: float

    @property
    def middles(self) -> list[float]:
        """Where the middle of each character stands."""
        return [self.start + one.at * (self.end - self.start) for one in self.line.characters]

    def glyphs(self) -> list[Glyph]:
        """Return its characters, each half-way to its neighbours."""
        middles = self.middles
        borders = [self.left, *((a + b) / 2 for a, b in pairwise(middles)), self.right]
        texts = [one.text for one in self.line.characters]
        if len(texts) > 1 and texts[-1] == "-" and texts[-2].isalpha():
            texts[-1] = HYPHEN
        return [
            Glyph(text, left, right, self.base, self.size, generated=False)
            for text, left, right in zip(texts, borders[:-1], borders[1:], strict=True)
        ]

    def corners(self, left: float, right: float) -> Corners:
        """Return the corners of its part between two places, in pixels of the picture."""
        a, b, c, d = self.line.corners
        if self.line.is_tall:
            b, d = d, b
        width = (self.end - self.start) or 1.0
        start, end = (min(max((at - self.start) / width, 0.0), 1.0) for at in (left, right))
        return np.stack([a + (b - a) * start, a + (b - a) * end, d + (c - d) * end, d + (c - d) * start])


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """A page that was read from a picture."""

    page: Page
    _reading: Reading
    _glyphs: tuple[tuple[_Placed, Glyph, Character], ...]
    warning: Message | None = None
    """What is to be said at its beginning."""

    def mark(self, writer: TextWriter, start: int, rows: Sequence[VisualLine]) -> None:
        """Record in the writer where each row of the page stands on it, and which characters are doubtful.

        The page begins at offset `start`; `rows` are those that were written, in their order.
        """
        text, at = writer.since(start), 0
        for row in rows:
            found = self._of(row)
            offsets = _offsets(text, at, row.text)
            if not offsets or not found:
                continue
            at = offsets[-1] + 1
            doubts = [one.confidence < OCR.doubtful and one.text.isalnum() for _, _, one in found if one.text.strip()]
            corners = [
                part[0][0].corners(min(glyph.left for _, glyph, _ in part), max(glyph.right for _, glyph, _ in part))
                for _, group in groupby(found, key=lambda one: id(one[0]))
                for part in [list(group)]
            ]
            line = RecognisedLine(
                Span(start + offsets[0], start + at), writer.page_count, self._reading.box(np.concatenate(corners))
            )
            # A hyphen that the end of the line needed may be gone.
            if row is rows[0] and self.warning:
                writer.warn(line.span, self.warning)
            writer.recognised(
                line, _runs(start + offset for offset, doubt in zip(offsets, doubts, strict=False) if doubt)
            )

    def _of(self, row: VisualLine) -> list[tuple[_Placed, Glyph, Character]]:
        """Return the characters of a row, from left to right."""
        own = [
            one
            for one in self._glyphs
            if abs(one[1].base - row.base) < row.size / 2
            and row.left - 1 <= (one[1].left + one[1].right) / 2 <= row.right + 1
        ]
        return sorted(own, key=lambda one: (one[0].left, one[1].left))


def pages_of(readings: Mapping[int, Reading], dpi: Callable[[Reading], float]) -> dict[int, RecognisedPage]:
    """Return the pages of what was read, by the same numbers. `dpi`: dots per inch of the picture of a reading."""
    placed = {number: _placed(reading, 72.0 / dpi(reading)) for number, reading in readings.items()}
    usual = _usual_size(line for lines in placed.values() for line in lines)
    pages: dict[int, RecognisedPage] = {}
    for number, lines in placed.items():
        even = _with_margins([replace(line, size=_even_size(line.size, usual)) for line in lines], usual)
        glyphs = [
            (line, glyph, character)
            for line in even
            for glyph, character in zip(line.glyphs(), line.line.characters, strict=True)
        ]
        pages[number] = RecognisedPage(read_page([glyph for _, glyph, _ in glyphs]), readings[number], tuple(glyphs))
    return pages


def _placed(reading: Reading, scale: float) -> list[_Placed]:
    """Return the lines on a level page. `scale`: points for each pixel."""
    tall = sum(line.length if line.is_tall else -line.length for line in reading.lines)
    is_vertical = tall > 0
    slant = _slant(reading.lines, is_vertical)
    turn = np.array(((math.cos(slant), -math.sin(slant)), (math.sin(slant), math.cos(slant))))
    pitches = [_pitch(line) for line in reading.lines]
    ratios = [pitch / line.height for pitch, line in zip(pitches, reading.lines, strict=True) if pitch]
    ratio = statistics.median(ratios) if ratios else OCR.size_of_line
    lines = []
    for line, pitch in zip(reading.lines, pitches, strict=True):
        a, b, c, d = line.corners @ turn * scale
        if is_vertical:
            left, right, base = (a + b)[1] / 2, (c + d)[1] / 2, (a + b + c + d)[0] / 4
        else:
            left, right, base = (a + d)[0] / 2, (b + c)[0] / 2, -(a + b + c + d)[1] / 4
        size = min(pitch or line.height, OCR.size_step * ratio * line.height) if pitch else ratio * line.height
        around = max((line.height - size) / 2, 0.0)  # the detector leaves white around a line
        around = min(around * scale, (right - left) / 4)
        edges = float(left), float(right), float(left + around), float(right - around)
        lines.append(_with_white(_Placed(line, *edges, float(base), float(size * scale))))
    return lines


def _with_white(line: _Placed) -> _Placed:
    """Return a line with the white that belongs to full-width characters at its ends."""
    if len(line.line.characters) < 2:
        return line
    middles, half = line.middles, 1.5 * line.size
    opens, closes = line.line.characters[0].text, line.line.characters[-1].text
    return replace(
        line,
        left=min(line.left, middles[1] - half) if has_wide(opens) and not opens.isalnum() else line.left,
        right=max(line.right, middles[-2] + half) if has_wide(closes) and not closes.isalnum() else line.right,
    )


def _slant(lines: Iterable[TextLine], is_vertical: bool) -> float:
    """Return the angle of the longer lines, in radians."""
    angles = [
        math.atan2(a[0] - d[0], d[1] - a[1]) if is_vertical else math.atan2(b[1] - a[1], b[0] - a[0])
        for line in lines
        for a, b, _, d in [line.corners]
        if line.is_tall == is_vertical and line.length > 5 * line.height
    ]
    return statistics.median(angles) if angles else 0.0


def _pitch(line: TextLine) -> float:
    """Return the mean distance of Chinese characters that stand beside each other, in pixels; 0 for few of them."""
    steps = [
        (after.at - before.at) * line.length
        for before, after in pairwise(line.characters)
        if has_wide(before.text) and has_wide(after.text)
    ]
    return statistics.fmean(steps) if len(steps) >= OCR.pitches else 0.0  # each is a few columns of the network


def _usual_size(lines: Iterable[_Placed]) -> float:
    """Return the size of most characters."""
    sizes = sorted((line.size, len(line.line.characters)) for line in lines)
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 1.0


def _even_size(size: float, usual: float) -> float:
    """Return the nearest of the sizes that differ from the usual one by whole steps."""
    return round(usual * OCR.size_step ** round(math.log(size / usual, OCR.size_step)), 1)


def _with_margins(lines: Sequence[_Placed], usual: float) -> list[_Placed]:
    """Return the lines with common edges where theirs nearly agree, and with the left margin at one place."""
    lefts = _together([line.left for line in lines], OCR.edge * usual)
    rights = _together([line.right for line in lines], OCR.edge * usual)
    common = [left for left in set(lefts) if lefts.count(left) >= OCR.margin_lines]
    shift = min(common, default=0.0)
    return [
        replace(
            line,
            start=line.start - shift,
            end=line.end - shift,
            left=left - shift,
            right=max(right, left + 0.1) - shift,
        )
        for line, left, right in zip(lines, lefts, rights, strict=True)
    ]


def _together(edges: Sequence[float], near: float) -> list[float]:
    """Return the edges; those near one at which several lines begin or end are moved to it."""
    order = sorted(range(len(edges)), key=lambda index: edges[index])
    moved = list(edges)
    while len(order) >= OCR.margin_lines:
        places = [edges[index] for index in order]
        reach = [(bisect_left(places, at - near), bisect_right(places, at + near)) for at in places]
        first, last = max(reach, key=lambda ends: ends[1] - ends[0])
        if last - first < OCR.margin_lines:
            break
        middle = round(statistics.median(places[first:last]), 1)
        for index in order[first:last]:
            moved[index] = middle
        del order[first:last]
    return moved


def _offsets(text: str, at: int, row: str) -> list[int]:
    """Return where the characters of a row stand in the written text, from `at` on, without blanks."""
    offsets: list[int] = []
    for one in row:
        if one.isspace():
            continue
        while at < len(text) and text[at].isspace():
            at += 1
        if at < len(text) and (text[at] == one or (one == HYPHEN and text[at] == "-")):
            offsets.append(at)
            at += 1
        elif one != HYPHEN:
            return offsets
    return offsets


def _runs(offsets: Iterable[int]) -> list[Span]:
    """Return the spans of some ascending offsets."""
    spans: list[Span] = []
    for offset in offsets:
        if spans and spans[-1].end == offset:
            spans[-1] = Span(spans[-1].start, offset + 1)
        else:
            spans.append(Span(offset, offset + 1))
    return spans
