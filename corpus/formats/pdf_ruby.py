"""Finds ruby text and pinyin in a PDF: small lines directly above the characters of the text that they help to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import Page, VisualLine


def find_ruby(pages: Sequence[Page]) -> set[tuple[int, VisualLine]]:
    """Return the lines as (page from 0, line)."""
    lengths: Counter[float] = Counter()
    for page in pages:
        for row in page.rows:
            lengths[row.size] += len(row.text)
    usual = max(lengths, key=lambda size: lengths[size], default=0.0)
    return {
        (number, row)
        for number, page in enumerate(pages)
        for row, below in pairwise(page.rows)
        if abs(below.size - usual) <= PDF.size_difference * usual and _helps_to_read(row, below)
    }


def _helps_to_read(row: VisualLine, below: VisualLine) -> bool:
    rise = (row.base - below.base) / below.size
    is_within = below.left - row.size <= row.left and row.right <= below.right + row.size
    return row.size <= PDF.ruby_size * below.size and is_within and PDF.ruby_least <= rise <= PDF.ruby_most
