"""Marks tables of contents: their entries recur as headings, or end with a page number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.grammar import line_types
from corpus.parser.context import Context
from corpus.parser.lines import Line
from corpus.text.fold import bare


def mark_contents(lines: Sequence[Line], _: Context) -> list[Line]:
    """Return the lines with tables of contents marked: 目录 and its entries, or lines that all recur as headings."""
    out = list(lines)
    texts = [bare(line_types.without_page(line.text)) for line in lines]
    later: dict[str, int] = {text: index for index, text in enumerate(texts) if len(text) <= 80}
    index = 0
    while index < len(lines):
        if lines[index].is_non_body:
            index += 1
            continue
        if line_types.is_contents_title(lines[index].text):
            first, end = index + 1, _entries_end(lines, texts, index + 1, later, titled=True)
        else:
            first, end = index, _entries_end(lines, texts, index, later, titled=False)
        if end - first >= 2:
            for entry in range(index, end):
                if not lines[entry].is_non_body:
                    out[entry] = replace(lines[entry], kind="contents", level=0)
            index = end
        else:
            index = max(index + 1, end)
    # If nothing else is left, the entries are the text.
    return list(lines) if all(line.is_non_body for line in out) else out


def _entries_end(
    lines: Sequence[Line], texts: Sequence[str], start: int, later: dict[str, int], *, titled: bool
) -> int:
    """Return the index after the last entry of the list that begins at `start`; `start` if there is no list."""
    seen: set[str] = set()
    index, last_again = start, start
    while index < len(lines):
        line, words = lines[index], texts[index]
        if line.is_non_body:
            index += 1
            continue
        paged = line_types.without_page(line.text) != line.text and len(line.text) <= 120
        again = later.get(words, -1) > index
        if words in seen or line.kind == "whole":
            break
        if not (paged or again or (titled and line_types.is_title_like(line.text))):
            break
        if not (paged or line_types.is_title_like(line.text) or line_types.is_unnumbered_part(line.text) or titled):
            break
        seen.add(words)
        index += 1
        if again or paged:
            last_again = index
    # An entry that does not recur may be the first heading of the text.
    end = last_again if last_again > start or not titled else index
    return end if titled or end - start >= 3 else start
