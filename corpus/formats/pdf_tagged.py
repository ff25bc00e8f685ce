"""Decides whether the structure tree of a PDF is believed, and finds what it calls notes, contents and artifacts."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import Page, VisualLine

_STOPS = tuple("。！？；：…”’」』）)].!?;:")


def believe_tags(pages: Sequence[Page]) -> list[Page]:
    """Return the pages with the lines that their structure trees give, if those are whole and name paragraphs.

    A tree is not believed if it leaves out much of the text, if it makes a paragraph of each line, or one of each page.
    A page that its tree leaves out is read by its look.
    """
    total = sum(_length(page.rows) for page in pages)
    named = sum(_named(page) for page in pages)
    if not named or named < PDF.tagged_share * total or _names_lines(pages) or _names_pages(pages):
        return [replace(page, tagged=()) for page in pages]
    return [
        replace(
            page,
            rows=page.tagged if _named(page) >= PDF.tagged_page * _length(page.rows) else page.rows,
            tagged=(),
        )
        for page in pages
    ]


def _length(rows: Iterable[VisualLine]) -> int:
    return sum(character.isalnum() for row in rows for character in row.text)


def _named(page: Page) -> int:
    return _length(row for row in page.tagged if row.block)


def _blocks(page: Page) -> list[list[VisualLine]]:
    """Return the lines of each paragraph."""
    groups = (list(rows) for block, rows in groupby(page.tagged, key=lambda row: row.block) if block)
    return [rows for rows in groups if rows[0].block and rows[0].block.kind == "paragraph"]


def _names_lines(pages: Sequence[Page]) -> bool:
    """Return whether few of the longer paragraphs end as sentences do, as when each line is called a paragraph."""
    blocks = [rows for page in pages for rows in _blocks(page)]
    usual = statistics.median([len(rows[0].text) for rows in blocks] or [0])
    last = [rows[-1].text.rstrip() for rows in blocks if len(rows[0].text) >= usual and not rows[0].block.goes_on]  # type: ignore[union-attr]
    return sum(text.endswith(_STOPS) for text in last) < PDF.tagged_ends * len(last)


def _names_pages(pages: Sequence[Page]) -> bool:
    """Return whether one paragraph is most of the page, on most pages of many lines."""
    many = [page for page in pages if len(page.rows) > PDF.tagged_lines]
    whole = [
        page for page in many if max(map(_length, _blocks(page)), default=0) > PDF.tagged_whole * _length(page.rows)
    ]
    return 2 * len(whole) > len(many)


def find_artifacts(pages: Sequence[Page]) -> set[tuple[int, VisualLine]]:
    """Return, as (page from 0, line), what the trees leave out of pages that are read by them."""
    tagged = ((number, page) for number, page in enumerate(pages) if any(row.block for row in page.rows))
    return {(number, row) for number, page in tagged for row in page.rows if not row.block}


def find_tagged_contents(pages: Sequence[Page]) -> set[tuple[int, VisualLine]]:
    """Return the lines of what the trees call a table of contents, as (page from 0, line)."""
    return {(number, row) for number, page in enumerate(pages) for row in page.rows if _kind(row) == "contents"}


def tagged_notes(rows: Sequence[VisualLine]) -> list[list[VisualLine]]:
    """Return the footnotes that the tree of a page names, each with its lines."""
    notes = groupby((row for row in rows if _kind(row) == "note"), key=lambda row: row.block)
    return [list(group) for _, group in notes]


def _kind(row: VisualLine) -> str:
    return row.block.kind if row.block else ""
