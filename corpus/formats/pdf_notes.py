"""Finds the footnotes of a PDF page: small lines below the text, the first of them with a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import VisualLine

_MARK = re.compile(r"\s*(?:[⁰¹²³⁴-⁹]+|[*∗†‡§]+|[①-⑳]|[〔\[［]\d{1,3}[〕\]］]|注\s?\d{0,3}[:：])")


_NUMBER = re.compile(r"\s*(\d{1,3})(?=[^\d.,]|[.,]\D)")
"""A number at the beginning of a line, which is a mark if it stands raised in the text."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def find_notes(rows: Sequence[VisualLine], usual: float) -> list[list[VisualLine]]:
    """Return the notes of a page, each with its lines. `usual`: the size of the text."""
    notes: list[list[VisualLine]] = []
    raised = set(re.findall("[⁰¹²³⁴-⁹]+", "\n".join(row.text for row in rows)))

    def has_mark(row: VisualLine) -> bool:
        number = _NUMBER.match(row.text)
        return bool(_MARK.match(row.text) or (number and number[1].translate(_RAISED) in raised))

    for column in sorted({row.column for row in rows}):
        own = [row for row in rows if row.column == column]
        first = len(own)
        while first and own[first - 1].size <= PDF.note_size * usual:
            first -= 1
        small = own[first:]
        start = next((number for number, row in enumerate(small) if has_mark(row)), len(small))
        if first == 0 and column == 0:
            continue  # a page of nothing but notes is text
        for row in small[start:]:
            if has_mark(row):
                notes.append([row])
            else:
                notes[-1].append(row)
    return notes
