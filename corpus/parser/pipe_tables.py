"""Reads tables with bars between cells, as Markdown has them: `| a | b |` over `|---|:-:|`, `a | b` over `---|---`.

A row becomes a paragraph that reaches from the words of its first cell to those of its last one; the bars around it and
the line under the head are markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.corpus_settings import FORMATS
from corpus.document import Span, Table
from corpus.parser.lines import Line
from corpus.parser.markdown_blocks import MarkdownBlock, find_tables
from corpus.text.fold import fold

_BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")
_RULE = re.compile(r":?-+:?")

_Row = tuple[Span | None, ...]


def read_table(block: MarkdownBlock, lines: Sequence[Line], text: str) -> tuple[list[Line], Table]:
    """Return the lines that the rows of a table make, and the table. `lines` are those of the file that it stands on.

    A row without words is none. Where the head has none, the table has no head.
    """
    out: list[Line] = []
    rows: list[_Row] = []
    heads = 0
    for line in lines:
        if line.kind:
            out.append(line)
            continue
        begin = max(line.spans[0].start, line.spans[0].end - block.widths[line.number - block.first])
        row = _row(Span(begin, line.spans[0].end), text)
        is_head = line.number == block.first
        if any(cell and (is_head or not _RULE.fullmatch(text, cell.start, cell.end)) for cell in row):
            heads += is_head
            rows.append(row)
            out += _row_lines(line, row, text)
        else:
            out.append(replace(line, kind="markup"))
    return out, Table(heads, tuple(rows))


def read_tables(lines: Sequence[Line], text: str) -> tuple[list[Line], list[Table]]:
    """Return the lines of a text that is not Markdown otherwise, and its tables."""
    out: list[Line] = []
    tables: list[Table] = []
    index = 0
    for block in find_tables(text):
        first = lines_before(lines, index, block.first)
        end = lines_before(lines, first, block.end)
        made, table = read_table(block, lines[first:end], text)
        out += [*lines[index:first], *made]
        tables += [table] if table.rows else []
        index = end
    return [*out, *lines[index:]], tables


def lines_before(lines: Sequence[Line], index: int, number: int) -> int:
    """Return the index of the first line, from `index` on, whose number is `number` or greater."""
    while index < len(lines) and lines[index].number < number:
        index += 1
    return index


def _row(line: Span, text: str) -> _Row:
    """Return the words of each cell of a row. Those of more columns than a table may have stand in the last one."""
    bars = [match.end() - 1 for match in _BAR.finditer(text, line.start, line.end)][: FORMATS.table_columns]
    starts = [line.start, *(bar + 1 for bar in bars)]
    ends = [*bars, line.end]
    cells: list[Span | None] = []
    for start, end in zip(starts, ends, strict=True):
        if start < end or line.start < start <= end < line.end:  # nothing stands outside the bars at the ends
            raw = text[start:end]
            first = start + len(raw) - len(raw.lstrip())
            cells.append(Span(first, first + len(raw.strip())) if raw.strip() else None)
    return tuple(cells)


def _row_lines(line: Line, row: _Row, text: str) -> Iterator[Line]:
    """Yield the words of a row as a line, between those of the bars around it."""
    own = [cell for cell in row if cell]
    whole = line.spans[0]
    words = Span(own[0].start, own[-1].end)
    for start, end in ((whole.start, words.start), (words.start, words.end), (words.end, whole.end)):
        if part := text[start:end].strip():
            begin = start + text[start:end].index(part)
            span = Span(begin, begin + len(part))
            if span == words:
                yield replace(line, spans=(span,), text=fold(part, spread=False).text, kind="whole")
            else:
                yield replace(line, spans=(span,), text=part, kind="markup")
