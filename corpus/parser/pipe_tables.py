"""Reads tables with bars between cells, as Markdown has them: `| a | b |` over `|---|:-:|`, `a | b` over `---|---`.

A row becomes a paragraph that reaches from the words of its first cell to those of its last one; the bars around it and
the line under the head are markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.corpus_settings import FORMATS
from corpus.document import Span, Table
from corpus.parser.lines import Line
from corpus.text.fold import fold

_BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")
_RULE = re.compile(r":?-+:?")
_OTHER = re.compile(r"#{1,6}[ \t]|[-*+][ \t]|>|\d{1,9}[.)][ \t]")
"""What begins a heading, a list item or a quotation of Markdown: no row, whatever bars it has."""


@dataclass(frozen=True, slots=True)
class PipeTable:
    """A table, and the lines that it makes of those of the file."""

    table: Table
    lines: tuple[Line, ...]
    end: int
    """The index of the line of the file after it."""


def pipe_table(lines: Sequence[Line], index: int, text: str, *, ruled_only: bool = False) -> PipeTable | None:
    """Return the table that begins at a line; None if none does.

    Without a line under its first row it is one if several rows have bars at both ends and equally many cells, unless
    `ruled_only`.
    """
    head = _cells(lines[index], text)
    if head is None:
        return None
    is_ruled = index + 1 < len(lines) and _is_rule(lines[index + 1], text, len(head))
    if not is_ruled and (ruled_only or not _is_closed(lines[index], text)):
        return None
    rows = [head]
    first = end = index + 1 + is_ruled
    while end < len(lines) and not lines[end].after_blank and (row := _cells(lines[end], text)) is not None:
        if not is_ruled and not (_is_closed(lines[end], text) and len(row) == len(head)):
            break
        rows.append(row)
        end += 1
    if not is_ruled and len(rows) < 2:
        return None
    table = Table(int(is_ruled), tuple(rows))
    made = list(_row_lines(lines[index], head, text))
    made += (replace(line, kind="markup") for line in lines[index + 1 : first])
    for line, row in zip(lines[first:end], rows[1:], strict=True):
        made += _row_lines(line, row, text)
    return PipeTable(table, tuple(made), end)


def read_ruled_tables(lines: Sequence[Line], text: str) -> tuple[list[Line], list[Table]]:
    """Return the lines of a text that is not Markdown otherwise, and its tables that have a line under the head."""
    out: list[Line] = []
    tables: list[Table] = []
    index = 0
    while index < len(lines):
        if found := pipe_table(lines, index, text, ruled_only=True):
            out += found.lines
            tables.append(found.table)
            index = found.end
        else:
            out.append(lines[index])
            index += 1
    return out, tables


def _pieces(line: Line, text: str) -> Iterator[tuple[int, int]]:
    """Yield where the pieces between the bars of a line stand; none if it has no bar, or too many for a table."""
    span = line.spans[0]
    if line.kind or text.find("|", span.start, span.end) < 0 or _OTHER.match(text, span.start, span.end):
        return
    bars = [match.end() - 1 for match in _BAR.finditer(text, span.start, span.end)]
    if not 0 < len(bars) <= FORMATS.table_columns:
        return
    starts = [span.start, *(bar + 1 for bar in bars)]
    ends = [*bars, span.end]
    for start, end in zip(starts, ends, strict=True):
        if start < end or span.start < start <= end < span.end:  # nothing stands outside the bars at the ends
            yield start, end


def _cells(line: Line, text: str) -> tuple[Span | None, ...] | None:
    """Return the words of each cell of a line; None if it is no row."""
    found: list[Span | None] = []
    for start, end in _pieces(line, text):
        raw = text[start:end]
        first = start + len(raw) - len(raw.lstrip())
        found.append(Span(first, first + len(raw.strip())) if raw.strip() else None)
    return tuple(found) or None


def _is_rule(line: Line, text: str, columns: int) -> bool:
    """Return whether a line stands under the head of a table with so many columns."""
    pieces = [text[start:end].strip() for start, end in _pieces(line, text)]
    return not line.after_blank and len(pieces) == columns and all(map(_RULE.fullmatch, pieces))


def _is_closed(line: Line, text: str) -> bool:
    span = line.spans[0]
    return len(span) > 1 and text[span.start] == "|" == text[span.end - 1]


def _row_lines(line: Line, row: Sequence[Span | None], text: str) -> Iterator[Line]:
    """Yield the words of a row as a line, between those of the bars around it."""
    own = [cell for cell in row if cell]
    whole = line.spans[0]
    if not own:
        yield replace(line, kind="markup")
        return
    words = Span(own[0].start, own[-1].end)
    for start, end in ((whole.start, words.start), (words.start, words.end), (words.end, whole.end)):
        part = text[start:end].strip()
        if part:
            begin = start + len(text[start:end]) - len(text[start:end].lstrip())
            span = Span(begin, begin + len(part))
            folded = fold(part, spread=False).text
            yield replace(line, spans=(span,), text=folded, kind="whole" if span == words else "markup")
