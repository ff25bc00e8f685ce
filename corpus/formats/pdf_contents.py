"""Finds the table of contents of a PDF: lines that end with page numbers, and whose titles stand on other pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import Page, VisualLine
from corpus.text.fold import bare

_ENTRY = re.compile(r"\s*(?P<title>\S.*?)(?:\s*(?:[.·…．‥]\s*){3,}|\t|\s{2,})(?P<page>\d{1,4}|[ivxlcIVXLC]{1,7})\s*")
_TITLE = re.compile(r"目录|目錄|目次|(?:table of )?contents", re.IGNORECASE)


def find_contents(pages: Sequence[Page]) -> set[tuple[int, VisualLine]]:
    """Return the lines of tables of contents, with their title, as (page from 0, line)."""
    written = Counter(bare(row.text) for page in pages for row in page.rows)
    found = set[tuple[int, VisualLine]]()
    for number, page in enumerate(pages):
        for run in _runs(page.rows):
            titles = [bare(match["title"]) for row in run if (match := _ENTRY.fullmatch(row.text))]
            known = sum(written[title] > 0 for title in titles)
            if len(titles) >= PDF.contents_entries and known >= PDF.contents_known * len(titles):
                found |= {(number, row) for row in run}
    return found


def _runs(rows: Sequence[VisualLine]) -> Iterator[list[VisualLine]]:
    """Yield successive entries, with the lines between them that are the first half of one, and the title above."""
    run: list[VisualLine] = []
    half: list[VisualLine] = []
    for row in rows:
        if _ENTRY.fullmatch(row.text):
            run += [*half, row]
            half = []
        elif _TITLE.fullmatch(bare(row.text)):
            yield run
            run, half = [row], []
        elif run and not half:
            half = [row]
        else:
            yield run
            run, half = [], []
    yield run
