"""Applies the layout that a format reader found to the lines of the extracted text."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from corpus.document import Span
from corpus.layout import Layout
from corpus.parser.lines import Line, fold_line


def apply_layout(lines: Sequence[Line], text: str, layout: Layout, *, spread: bool) -> list[Line]:
    """Return the lines with headings and non-body marked, each table as one line, and lines joined across pages."""
    headings = _SpanLookup([heading.span for heading in layout.headings])
    non_body = _SpanLookup([part.span for part in layout.non_body])
    wholes = _SpanLookup(layout.wholes)
    notes = _SpanLookup(layout.notes)
    joins = frozenset(layout.joins)
    out: list[Line] = []
    merged: dict[int, list[tuple[Line, bool]]] = {}
    last: Line | None = None
    at = 0
    for line in lines:
        start = line.spans[0].start
        if (index := non_body.of(start)) is not None:
            out.append(replace(line, kind=layout.non_body[index].kind))
            continue
        if notes.of(start) is not None:
            out.append(replace(line, kind="whole"))
            continue
        cut = joins and any(at in joins for at in range(start - line.indent, start + 1))
        parts = last is not None and (wholes.both(last, line) or headings.both(last, line))
        if last is not None and (parts or (cut and not last.level and last.kind == "")):
            merged.setdefault(at, []).append((line, bool(parts)))
            continue
        if (index := headings.of(start)) is not None:
            last = replace(line, level=layout.headings[index].level)
        elif (index := wholes.of(start)) is not None:
            whole = layout.wholes[index]
            # A row on one line keeps the tabs at its ends, which are empty cells.
            spans = (whole,) if whole.end - len(line.text) < start + line.indent + line.reach else line.spans
            last = replace(line, kind="whole", spans=spans)
        else:
            last = line
        at = len(out)
        out.append(last)
    for index, following in merged.items():
        out[index] = _merge(out[index], following, text, spread=spread)
    return out


class _SpanLookup:
    """Finds the span that holds an offset, among disjoint spans in ascending order."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]

    def of(self, offset: int) -> int | None:
        """Return the index of the span that holds the offset; None if no span does."""
        index = bisect.bisect_right(self._starts, offset) - 1
        return index if index >= 0 and offset < self._spans[index].end else None

    def both(self, line: Line, following: Line) -> bool:
        """Return whether the same span holds the beginnings of both lines."""
        index = self.of(line.spans[0].start)
        return index is not None and index == self.of(following.spans[0].start)


def _merge(line: Line, following: Sequence[tuple[Line, bool]], text: str, *, spread: bool) -> Line:
    """Return a line and those that continue it, each with whether both are parts of a whole, as one line.

    The span of a whole includes the line ends; other lines keep their spans.
    """
    spans = list(line.spans)
    for one, whole in following:
        last, (first, *after) = spans.pop(), one.spans
        if whole:
            spans += [Span(last.start, first.end), *after]
        else:
            # Two alphabetic words need a blank between them: the first span takes in the line end.
            words = text[last.end - 1] < "\u2000" and text[first.start] < "\u2000" and text[last.end - 1] != "-"
            spans += [Span(last.start, last.end + 1) if words else last, first, *after]
    end = following[-1][0]
    return replace(
        line,
        spans=tuple(spans),
        text=fold_line(text, spans, spread=spread),
        reach=end.reach,
        columns=end.columns,
    )
