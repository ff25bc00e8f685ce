"""Reads CSV and TSV, as the one sheet that a file of this kind is (`sheet_tables`)."""

from __future__ import annotations

import csv
import io

from corpus.corpus_settings import FORMATS
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.merged_cells import Cells
from corpus.formats.sheet_tables import SheetWriter
from corpus.text.encoding import decode


def read_csv(data: bytes, *, name: str) -> Extracted:
    """Return the rows; a file that is no table, as it is. Raises SourceError if it cannot be decoded or has no text."""
    text = decode(data, name=name).text
    rows = _rows(text)
    writer = TextWriter(name)
    if _is_table([row for row in rows if any(row)]):
        cells: Cells = {
            at: {column: cell for column, cell in enumerate(row, start=1) if cell}
            for at, row in enumerate(rows, start=1)
        }
        SheetWriter(writer, None).write(cells)
    else:
        for line in text.splitlines():
            writer.line(line)
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
    return [[cell.strip() for cell in row] for row in rows]


def _is_table(rows: list[list[str]]) -> bool:
    """Return whether nearly all rows have as many cells as the first one, and more than one."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    return sum(len(row) == len(rows[0]) for row in rows) >= FORMATS.csv_alike * len(rows)
