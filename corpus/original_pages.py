"""The pages of PDF files and pictures as they look: drawn, and with the places of the text's characters on them.

Both is done in a process of its own (`corpus/reading_process.py`), whose answers are checked.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Any

from corpus.corpus_settings import ORIGINALS
from corpus.formats.character_places import Box
from corpus.formats.page_image import WITH_PAGES, PagePicture
from corpus.layout import RecognisedLine
from corpus.reading_process import ReadingProcess
from corpus.source import Source


def has_pages(source: Source) -> bool:
    """Return whether a file has pages that can be shown as they look."""
    return source.format in WITH_PAGES and source.layout is not None and bool(source.layout.pages)


def page_text(source: Source, page: int) -> tuple[int, int]:
    """Return where the text of page `page`, from 1, starts and ends. Raises IndexError if there is no such page."""
    starts = source.layout.pages if source.layout else ()
    if not 1 <= page <= len(starts):
        raise IndexError(page)
    return starts[page - 1], starts[page] if page < len(starts) else len(source.text)


def page_sizes(process: ReadingProcess, source: Source) -> list[tuple[float, float]]:
    """Return the width and the height of each page, in units of its own. Raises SourceError."""

    def check(reply: dict[str, Any]) -> list[tuple[float, float]]:
        sizes = [(float(width), float(height)) for width, height in reply["sizes"]]
        if any(not 0 < edge < math.inf for size in sizes for edge in size):
            raise ValueError("a page has no size")
        return sizes

    request = {"do": "sizes", "form": source.format}
    return process.ask(request, source.data, check, source.name, seconds=ORIGINALS.seconds)


def draw(process: ReadingProcess, source: Source, page: int, width: int) -> PagePicture:
    """Return page `page`, from 1, drawn about `width` pixels wide. Raises SourceError."""

    def check(reply: dict[str, Any], data: bytes) -> PagePicture:
        if not (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
            raise ValueError("a page is no picture")
        return PagePicture(data, int(reply["width"]), int(reply["height"]))

    request = {"do": "draw", "form": source.format, "page": page, "width": width}
    return process.ask(request, source.data, check, source.name, seconds=ORIGINALS.seconds)


def character_boxes(process: ReadingProcess, source: Source, page: int) -> list[Box | None]:
    """Return the box of each character of a page's text; None for blanks and what has no place. Raises SourceError."""
    start, end = page_text(source, page)
    boxes: list[Box | None] = [None] * (end - start)
    if end - start > ORIGINALS.most_characters:
        return boxes

    def check(_: dict[str, Any], data: bytes) -> list[Box | None]:
        edges = array("f")
        edges.frombytes(data)
        if len(edges) != 4 * (end - start):
            raise ValueError("a page has another number of places than of characters")
        return [_box(edges[at : at + 4]) for at in range(0, len(edges), 4)]

    if source.format == "pdf" and source.text[start:end].strip():
        request = {"do": "places", "page": page, "text": source.text[start:end]}
        boxes = process.ask(request, source.data, check, source.name, seconds=ORIGINALS.seconds)
    for line in source.layout.recognised if source.layout else ():
        if line.page == page and start <= line.span.start and line.span.end <= end:
            boxes[line.span.start - start : line.span.end - start] = _along(line)
    return boxes


def _box(edges: Sequence[float]) -> Box | None:
    """Return a box inside the page; None for what is none."""
    if not all(math.isfinite(edge) for edge in edges):
        return None
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in edges)
    return (left, top, right, bottom) if left <= right and top <= bottom else None


def _along(line: RecognisedLine) -> list[Box | None]:
    """Return a box for each character of a line that was read from a picture, of which only the line's own is known."""
    left, top, right, bottom = line.box
    size = len(line.span)
    if bottom - top > right - left and size > 1:
        step = (bottom - top) / size
        return [(left, top + step * at, right, top + step * (at + 1)) for at in range(size)]
    step = (right - left) / size
    return [(left + step * at, top, left + step * (at + 1), bottom) for at in range(size)]
