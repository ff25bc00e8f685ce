"""What a reader of the format knew, put on the lines of the extracted text."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from corpus.document import Span
from corpus.layout import Layout
from corpus.parser.lines import Line, fold_line


def with_layout(lines: Sequence[Line], text: str, layout: Layout, *, spread: bool) -> list[Line]:
    """Return the lines with headings and matter marked, tables as one line each, and what a page cut joined."""
    headings = _Places([heading.span for heading in layout.headings])
    non_body = _Places([part.span for part in layout.non_body])
    wholes = _Places(layout.wholes)
    joins = frozenset(layout.joins)
    out: list[Line] = []
    last: Line | None = None
    for line in lines:
        start = line.spans[0].start
        if (place := non_body.of(start)) is not None:
            out.append(replace(line, kind=layout.non_body[place].kind))
            continue
        cut = joins and any(at in joins for at in range(start - line.indent, start + 1))
        parts = last is not None and (wholes.both(last, line) or headings.both(last, line))
        if last is not None and (parts or (cut and not last.level and last.kind == "")):
            place = next(place for place in range(len(out) - 1, -1, -1) if out[place] is last)
            last = _merge(last, line, text, whole=bool(parts), spread=spread)
            out[place] = last
            continue
        if (place := headings.of(start)) is not None:
            last = replace(line, level=layout.headings[place].level)
        elif wholes.of(start) is not None:
            last = replace(line, kind="whole")
        else:
            last = line
        out.append(last)
    return out


class _Places:
    """Disjoint spans in order."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]

    def of(self, offset: int) -> int | None:
        """Return the number of the span that holds the offset."""
        place = bisect.bisect_right(self._starts, offset) - 1
        return place if place >= 0 and offset < self._spans[place].end else None

    def both(self, line: Line, following: Line) -> bool:
        """Say whether one span holds the beginnings of two lines."""
        place = self.of(line.spans[0].start)
        return place is not None and place == self.of(following.spans[0].start)


def _merge(line: Line, following: Line, text: str, *, whole: bool, spread: bool) -> Line:
    """Return one line of two: with the line end between them if they are a whole, else as the two slices they are."""
    *before, last = line.spans
    first, *after = following.spans
    if whole:
        spans = (*before, Span(last.start, first.end), *after)
    else:
        # Words of an alphabet keep a blank between them: the line end after the first slice.
        words = text[last.end - 1] < "\u2000" and text[first.start] < "\u2000" and text[last.end - 1] != "-"
        spans = (*before, Span(last.start, last.end + 1) if words else last, first, *after)
    return replace(
        line,
        spans=spans,
        text=fold_line(text, spans, spread=spread),
        reach=following.reach,
        columns=following.columns,
    )
