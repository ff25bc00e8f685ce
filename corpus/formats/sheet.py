"""Reads CSV and TSV, as the one sheet that a file of this kind is (`sheet_tables`)."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from corpus.corpus_settings import FORMATS
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.merged_cells import Cells
from corpus.formats.sheet_tables import SheetWriter
from corpus.text.encoding import decode

_DIVIDERS = "\t;|,"
"""The rarer ones in cells first."""
_NAMED = re.compile(r"\ufeff?\"?sep=([^\r\n])\"?(?:\r\n|\r|\n|$)", re.IGNORECASE)
"""The line before the first row that tells Excel what divides the cells. It is no text."""
_SENTENCE_END = tuple("。！？.!?")

Rows = list[list[str]]


def read_csv(data: bytes, *, name: str) -> Extracted:
    """Return the rows; a file that is no table, as it is. Raises SourceError if it cannot be decoded or has no text.

    A row may have fewer cells than the head or more: the latter are cells without a head.
    """
    text = decode(data, name=name).text
    named = _NAMED.match(text)
    text = text[named.end() :] if named else text
    rows = _rows(text, named[1] if named else _divider(text))
    writer = TextWriter(name)
    if _is_table(rows) or (named and any(len(row) > 1 for row in rows)):
        cells: Cells = {
            at: {column: stripped for column, cell in enumerate(row, start=1) if (stripped := cell.strip())}
            for at, row in enumerate(rows, start=1)
        }
        SheetWriter(writer, None).write(cells)
    else:
        for line in text.splitlines():
            writer.line(line)
    return writer.finish(None)


def _divider(text: str) -> str:
    """Return what divides the cells: that by which most of the first rows have as many, and more than one."""
    sample = text[: FORMATS.csv_sample]
    return max(_DIVIDERS, key=lambda divider: _alike(_parsed(sample, divider)))


def _rows(text: str, divider: str) -> Rows:
    """Return the cells of each row. Where quotes are not paired, they are text, if more rows are alike so."""
    if rows := _parsed(text, divider, strict=True):
        return rows
    found = (_parsed(text, divider), _parsed(text, divider, quotes=False))
    return max(found, key=_alike)


def _parsed(text: str, divider: str, *, strict: bool = False, quotes: bool = True) -> Rows:
    """Return the cells of each row; nothing if it cannot be read so, as with a cell that is too long."""
    lines = io.StringIO(text, newline="")
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    try:
        return list(csv.reader(lines, delimiter=divider, skipinitialspace=True, strict=strict, quoting=quoting))
    except (csv.Error, TypeError, ValueError):  # the last two for a character that cannot divide cells
        return []


def _alike(rows: Rows) -> int:
    """Return how many rows have the commonest number of cells above one."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.values(), default=0)


def _is_table(rows: Rows) -> bool:
    """Return whether most rows have as many cells, and more than one; nearly all where they read as sentences."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    while filled and len(filled[0]) == 1:  # titles
        filled = filled[1:]
    alike = _alike(filled)
    return alike > 1 and alike >= (FORMATS.csv_alike if _is_prose(filled) else 0.5) * len(filled)


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether half of the rows end as sentences do."""
    return 2 * sum(row[-1].rstrip().endswith(_SENTENCE_END) for row in rows) >= len(rows)
