"""Finds running heads and page numbers: lines that recur at the same position, or count the pages.

A head that changes with the section counts the pages too, at one height (`2  Chapter 1`, `1.2 The ferry  3`), or it
repeats what stands elsewhere, above the text of many pages.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import Page, VisualLine, usual_size
from corpus.text.fold import bare

_STOPS = (".", "。")
_T = TypeVar("_T")
_DIGITS = re.compile(r"\d+")
_WITH_TEXT = re.compile(r"\s*(\d{1,5})(?:\t|\s{2,})\S.*|.*\S(?:\t|\s{2,})(\d{1,5})\s*")
"""A page number beside a title, at either end of the line."""
_NUMBER = re.compile(
    r"[\s\-–—－·•.|/第]*(\d{1,5})[\s\-–—－·•.|页]*(?:(?:/|of|共|，)[\s共]*\d{1,5}\s*页?)?", re.IGNORECASE
)


def find_running_heads(pages: Sequence[Page], labels: Sequence[str] = ()) -> set[tuple[int, VisualLine]]:
    """Return the running heads and page numbers as (page from 0, line). `labels`: the pages' own, or empty strings."""
    edges = [_edges(page) for page in pages]
    counts: Counter[tuple[str, int]] = Counter()
    for rows in edges:
        counts.update({_key(row) for row in rows})
    least = max(PDF.running_head_pages, PDF.running_head_share * len(pages))
    usual = usual_size(row for page in pages for row in page.rows)
    exact = Counter(bare(row.text) for rows in edges for row in rows)
    found = {
        (number, row)
        for number, rows in enumerate(edges)
        for row in rows
        # Large lines that differ in a number are headings; sentences that do (Ibid., p. 5.) are notes.
        if _near(counts, _key(row)) >= least
        and (exact[bare(row.text)] > 1 or (row.size < PDF.large * usual and not row.text.rstrip().endswith(_STOPS)))
    }
    labelled = zip(edges, labels, strict=False)
    found |= {(at, row) for at, (rows, own) in enumerate(labelled) for row in rows if own and row.text.strip() == own}
    beside = _beside_numbers(edges, least)
    return found | beside.keys() | _numbers(edges, Counter(beside.values())) | _repeated(pages, edges, least)


def _edges(page: Page) -> list[VisualLine]:
    """Return the lines at the top and the bottom of a page, except those that a structure tree takes for text."""
    rows = sorted((row for row in page.rows if not row.block), key=lambda row: row.base)
    return (
        list(dict.fromkeys([*rows[: PDF.running_head_lines], *rows[-PDF.running_head_lines :]]))
        if len(rows) > 1
        else rows
    )


def _key(row: VisualLine) -> tuple[str, int]:
    return _DIGITS.sub("#", bare(row.text)), _height(row)


def _height(row: VisualLine) -> int:
    return round(row.base / 4)


def _near(counts: Counter[tuple[_T, int]], key: tuple[_T, int]) -> int:
    """Return how many lines with this mark stand at this height, or just above or below."""
    return sum(counts[key[0], key[1] + off] for off in (-1, 0, 1))


def _numbers(edges: Sequence[Sequence[VisualLine]], beside: Counter[int]) -> set[tuple[int, VisualLine]]:
    """Return lines that are only numbers and ascend with the pages, on two pages or more.

    `beside`: how many numbers beside a title have each distance to the number of their page.
    """
    by_offset: dict[int, set[tuple[int, VisualLine]]] = defaultdict(set)
    for number, rows in enumerate(edges):
        for row in rows:
            if match := _NUMBER.fullmatch(row.text.strip()):
                by_offset[int(match[1]) - number].add((number, row))
    offset = max(by_offset, key=lambda one: len(by_offset[one]) + beside[one], default=0)
    most = by_offset.get(offset, set())
    return most if len(most) + beside[offset] >= max(2, PDF.running_head_share * len(edges)) else set()


def _beside_numbers(edges: Sequence[Sequence[VisualLine]], least: float) -> dict[tuple[int, VisualLine], int]:
    """Return lines at one height of many pages that hold a number which ascends with the pages.

    Each comes with the distance of its number to that of its page.
    """
    by_place: dict[tuple[int, int], set[tuple[int, VisualLine]]] = defaultdict(set)
    for number, rows in enumerate(edges):
        for row in rows:
            if match := _WITH_TEXT.fullmatch(row.text):
                by_place[int(match[1] or match[2]) - number, _height(row)].add((number, row))
    counts = Counter({place: len(there) for place, there in by_place.items()})
    return {one: place[0] for place, there in by_place.items() if _near(counts, place) >= least for one in there}


def _repeated(
    pages: Sequence[Page], edges: Sequence[Sequence[VisualLine]], least: float
) -> set[tuple[int, VisualLine]]:
    """Return lines above the text at one height of many pages, each of which repeats another line of the document."""
    written = Counter(bare(row.text) for page in pages for row in page.rows)
    tops = {number: max(rows, key=lambda row: row.base) for number, rows in enumerate(edges) if rows}
    heights = Counter(("", _height(row)) for row in tops.values())
    return {
        (number, row)
        for number, row in tops.items()
        if written[bare(row.text)] > 1 and _near(heights, ("", _height(row))) >= least and _is_apart(pages[number], row)
    }


def _is_apart(page: Page, row: VisualLine) -> bool:
    """Return whether the white below a line is wider than between most lines of the page."""
    bases = sorted({line.base for line in page.rows}, reverse=True)
    steps = [above - below for above, below in pairwise(bases) if above - below > 0.5 * row.size]
    below = [base for base in bases if base < row.base]
    return len(steps) > 2 and bool(below) and row.base - below[0] > PDF.paragraph_gap * statistics.median(steps)
