"""Finds running heads and page numbers: lines that recur at the same position, or count the pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import Page, VisualLine

_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"[\s\-–—－·•.|/第]*(\d{1,5})[\s\-–—－·•.|页]*(?:(?:/|of|共|，)[\s共]*\d{1,5}\s*页?)?", re.IGNORECASE
)


def find_running_heads(pages: Sequence[Page]) -> set[tuple[int, VisualLine]]:
    """Return the running heads and page numbers as (page from 0, line)."""
    edges = [_edges(page) for page in pages]
    counts: Counter[tuple[str, int]] = Counter()
    for rows in edges:
        counts.update({_key(row) for row in rows})
    least = max(PDF.running_head_pages, PDF.running_head_share * len(pages))
    found = {(number, row) for number, rows in enumerate(edges) for row in rows if _near(counts, _key(row)) >= least}
    return found | _numbers(edges)


def _edges(page: Page) -> list[VisualLine]:
    rows = sorted(page.rows, key=lambda row: row.base)
    return (
        list(dict.fromkeys([*rows[: PDF.running_head_lines], *rows[-PDF.running_head_lines :]]))
        if len(rows) > 1
        else rows
    )


def _key(row: VisualLine) -> tuple[str, int]:
    return _DIGITS.sub("#", "".join(row.text.split())), round(row.base / 4)


def _near(counts: Counter[tuple[str, int]], key: tuple[str, int]) -> int:
    return sum(counts[key[0], key[1] + off] for off in (-1, 0, 1))


def _numbers(edges: Sequence[Sequence[VisualLine]]) -> set[tuple[int, VisualLine]]:
    """Return lines that are only numbers and ascend with the pages, on two pages or more."""
    by_offset: dict[int, set[tuple[int, VisualLine]]] = defaultdict(set)
    for number, rows in enumerate(edges):
        for row in rows:
            if match := _NUMBER.fullmatch(row.text.strip()):
                by_offset[int(match[1]) - number].add((number, row))
    most = max(by_offset.values(), key=len, default=set())
    return most if len(most) >= max(2, PDF.running_head_share * len(edges)) else set()
