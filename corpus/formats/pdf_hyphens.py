"""Decides which hyphens at the ends of lines are the typesetting's, and which are a word's own (thirty-six).

The same document is the evidence: how the word is written elsewhere, and whether the document cuts words at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import HYPHEN, Page, VisualLine
from corpus.text.numerals import read_numeral

_AT_END = re.compile(r"(?P<word>[^\W\d_](?:[\w'’-]*\w)?)[\u00ad\u2010]\s*$")
_AT_START = re.compile(r"\s*(?P<word>[^\W\d_][\w'’]*)")
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")


def settle_hyphens(pages: Sequence[Page]) -> list[Page]:
    """Return the pages with HYPHEN only where the typesetting cut a word."""
    rows = [row for page in pages for row in page.rows]
    cuts = list(_cuts(rows))
    if not cuts:
        return list(pages)
    words = Counter(word.lower() for row in rows for word in _WORD.findall(row.text))
    latin = sum(bool(_AT_START.match(row.text)) and row.text.isascii() for row in rows)
    are_cut = len(cuts) >= PDF.cut_words * latin
    own = {id(row) for row, head, tail in cuts if _is_own(head, tail, words, are_cut=are_cut)}
    return [replace(page, rows=tuple(_settled(row, id(row) in own) for row in page.rows)) for page in pages]


def _cuts(rows: Sequence[VisualLine]) -> Iterator[tuple[VisualLine, str, str]]:
    """Yield each line that ends with a hyphen, with the parts of the word before and after it."""
    for row, following in pairwise(rows):
        head, tail = _AT_END.search(row.text), _AT_START.match(following.text)
        if head and tail:
            yield row, head["word"], tail["word"]


def _is_own(head: str, tail: str, words: Counter[str], *, are_cut: bool) -> bool:
    """Return whether the hyphen between two parts is the word's own. `are_cut`: the document cuts many words."""
    whole, hyphenated = f"{head}{tail}".lower(), f"{head}-{tail}".lower()
    if words[hyphenated] or words[whole]:
        return words[hyphenated] > words[whole]
    if tail[0].isupper() or read_numeral(hyphenated) is not None:
        return True
    return not are_cut and words[tail.lower()] > 0


def _settled(row: VisualLine, is_own: bool) -> VisualLine:
    match = _AT_END.search(row.text)
    if not match:
        return row
    return replace(row, text=row.text[: match.end("word")] + ("-" if is_own else HYPHEN))
