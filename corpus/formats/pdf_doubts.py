"""Says where the text of a PDF page is doubtful: words without blanks, text over text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus import corpus_messages
from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import VisualLine
from corpus.message import Message

_LETTERS = re.compile(r"[A-Za-z]+")


def doubts(rows: Sequence[VisualLine]) -> Iterator[Message]:
    """Yield what a reader should know of the lines of a page."""
    words = [len(word) for row in rows for word in _LETTERS.findall(row.text)]
    if sum(length for length in words if length >= PDF.long_word) > PDF.long_words * max(sum(words), 1):
        yield corpus_messages.WORDS_WITHOUT_BLANKS
    lines = sorted(rows, key=lambda row: -row.base)
    over = sum(_stands_over(row, below) for row, below in pairwise(lines))
    if over > max(1, PDF.overlapping * len(rows)):
        yield corpus_messages.TEXT_OVER_TEXT


def _stands_over(row: VisualLine, below: VisualLine) -> bool:
    """Return whether a line covers much of the next one, which is of about its size."""
    size = min(row.size, below.size)
    across = min(row.right, below.right) - max(row.left, below.left)
    alike = max(row.size, below.size) < 1.5 * size
    return alike and row.base - below.base < 0.75 * size and across > 2 * size
