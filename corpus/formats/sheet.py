"""Reads CSV and TSV: each row is a paragraph with tabs between its cells; the first row is the head of the others."""

from __future__ import annotations

import csv
import io

from corpus.corpus_settings import FORMATS
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.table_cells import cells_of
from corpus.text.encoding import decode


def read_csv(data: bytes, *, name: str) -> Extracted:
    """Return the rows; a file that is no table, as it is. Raises SourceError if it cannot be decoded or has no text."""
    text = decode(data, name=name).text
    rows = _rows(text)
    writer = TextWriter(name)
    if not _is_table(rows):
        for line in text.splitlines():
            writer.line(line)
    elif max(map(len, rows)) > 2:
        for row in rows:
            writer.row(row)
    else:  # two cells alone are no evidence of a table
        writer.table(cells_of(rows), 1)
    return writer.finish(None)


def _rows(text: str) -> list[list[str]]:
    try:
        dialect = csv.Sniffer().sniff(text[: FORMATS.csv_sample], ",\t;|")
    except csv.Error:
        return []
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error:  # a cell that is too long, or a lone carriage return
        return []
    return [[" ".join(cell.split()) for cell in row] for row in rows if any(cell.strip() for cell in row)]


def _is_table(rows: list[list[str]]) -> bool:
    """Return whether nearly all rows have as many cells as the first one, and more than one."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    return sum(len(row) == len(rows[0]) for row in rows) >= FORMATS.csv_alike * len(rows)
