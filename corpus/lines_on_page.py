"""Joins the boxes of characters to lines: what is lit on a page, and what can be selected there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.corpus_settings import ORIGINALS
from corpus.formats.character_places import Box, union


@dataclass(frozen=True, slots=True)
class LineOnPage:
    """Characters [start, end) of a page's text, which stand in one line."""

    start: int
    end: int
    box: Box | None
    """None for characters that have no place, such as blanks at the beginning of the page."""
    is_vertical: bool = False


def lines_on_page(boxes: Sequence[Box | None], shape: float) -> list[LineOnPage]:
    """Return the lines of a page, which tile its text. `shape`: the height of the page, divided by its width."""
    lines: list[LineOnPage] = []
    for start, box, is_vertical in _runs(boxes, shape):
        if lines:
            lines[-1] = LineOnPage(lines[-1].start, start, lines[-1].box, lines[-1].is_vertical)
        # What has no place before the first line belongs to it.
        lines.append(LineOnPage(start if lines else 0, len(boxes), box, is_vertical))
    return lines or [LineOnPage(0, len(boxes), None)] if boxes else []


def lit_boxes(boxes: Sequence[Box | None], shape: float) -> list[Box]:
    """Return the boxes to light for some characters, one for each line of them."""
    return [box for _, box, _ in _runs(boxes, shape)]


def _runs(boxes: Sequence[Box | None], shape: float) -> Iterator[tuple[int, Box, bool]]:
    """Yield the index of the first character of each line, the box around the line, and whether it is vertical."""
    placed = [(index, box) for index, box in enumerate(boxes) if box is not None]
    is_vertical = _is_vertical([box for _, box in placed], shape)
    start, line = 0, None
    for index, box in placed:
        if line is None or not _goes_on(line, box, shape, is_vertical=is_vertical):
            if line is not None:
                yield start, line, is_vertical
            start, line = index, None
        line = union(line, box)
    if line is not None:
        yield start, line, is_vertical


def _is_vertical(boxes: Sequence[Box], shape: float) -> bool:
    """Return whether most characters stand below the one before them."""
    steps = [
        _goes_on(before, after, shape, is_vertical=True) and not _goes_on(before, after, shape, is_vertical=False)
        for before, after in pairwise(boxes)
    ]
    return 2 * sum(steps) > len(steps)


def _goes_on(line: Box, box: Box, shape: float, *, is_vertical: bool) -> bool:
    """Return whether a character continues a line, at either end of it."""
    along, across = (1, 0) if is_vertical else (0, 1)
    unit = (1.0, shape)
    height, own_height = ((one[across + 2] - one[across]) * unit[across] for one in (line, box))
    shared = (min(line[across + 2], box[across + 2]) - max(line[across], box[across])) * unit[across]
    gap = max(box[along] - line[along + 2], line[along] - box[along + 2]) * unit[along]
    return shared >= ORIGINALS.same_line * min(height, own_height) and gap <= ORIGINALS.line_gap * height
