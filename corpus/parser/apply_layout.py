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
    joins = frozenset(layout.joins)
    out: list[Line] = []
    last: Line | None = None
    for line in lines:
        start = line.spans[0].start
        if (index := non_body.of(start)) is not None:
            out.append(replace(line, kind=layout.non_body[index].kind))
            continue
        cut = joins and any(at in joins for at in range(start - line.indent, start + 1))
        parts = last is not None and (wholes.both(last, line) or headings.both(last, line))
        if last is not None and (parts or (cut and not last.level and last.kind == "")):
            index = next(index for index in range(len(out) - 1, -1, -1) if out[index] is last)
            last = _merge(last, line, text, whole=bool(parts), spread=spread)
            out[index] = last
            continue
        if (index := headings.of(start)) is not None:
            last = replace(line, level=layout.headings[index].level)
        elif wholes.of(start) is not None:
            last = replace(line, kind="whole")
        else:
            last = line
        out.append(last)
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


def _merge(line: Line, following: Line, text: str, *, whole: bool, spread: bool) -> Line:
    """Return two lines as one. If they are a whole, its span includes the line end; otherwise it keeps both spans."""
    *before, last = line.spans
    first, *after = following.spans
    if whole:
        spans = (*before, Span(last.start, first.end), *after)
    else:
        # Two alphabetic words need a blank between them: the first span takes in the line end.
        words = text[last.end - 1] < "\u2000" and text[first.start] < "\u2000" and text[last.end - 1] != "-"
        spans = (*before, Span(last.start, last.end + 1) if words else last, first, *after)
    return replace(
        line,
        spans=spans,
        text=fold_line(text, spans, spread=spread),
        reach=following.reach,
        columns=following.columns,
    )
