"""Divides a quote: into the paragraphs that it is made of, and into the pieces between the borders of its marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.document import Document, NonBody, Passage, Section, Span, cut
from corpus.table_rows import grid_of


def paragraphs(document: Document, spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Return the spans of a quote by the paragraph, heading or line of the document that they belong to.

    A passage is one paragraph, whose spans go on where the source breaks it; or several that belong together: what
    opens a list and its items, a question and its answer, the head of a table and a row.
    """
    if len(spans) == 1:
        return [tuple(spans)]
    if grid := grid_of(document, spans):  # a row goes with the merged cells that cover it
        heads = sum(row.is_head for row in grid)
        return [*((span,) for span in spans[:heads]), tuple(spans[heads:])]
    begins = {start for block in document.blocks for start in _begins(block)}
    out: list[tuple[Span, ...]] = []
    for span in spans:
        if out and span.start not in begins:
            out[-1] += (span,)
        else:
            out.append((span,))
    return out


def _begins(block: Section | Passage | NonBody) -> Iterator[int]:
    match block:
        case Section(title_span=Span(start=start), is_run_in=False):
            yield start
        case Passage(spans=spans):
            yield spans[0].start
        case NonBody(span=span):
            yield span.start


def sentences_around(passage: Passage, answer: Sequence[Span], room: int) -> tuple[Span, ...]:
    """Return the slices of the sentences that hold an answer, and of those around them.

    As many are added, before and after by turns, as have room in `room` characters. Of sentences that are too far from
    the first one that holds a part of the answer, none is. Sentences are never cut: one alone may be longer.
    """
    borders = (0, *passage.ends)
    holds = [
        number
        for number, sentence in enumerate(passage.sentences)
        if any(part.start < span.end and span.start < part.end for part in sentence.spans for span in answer)
    ]
    first = last = holds[0] if holds else 0
    last = max((number for number in holds if borders[number + 1] - borders[first] <= room), default=last)
    is_before, in_vain = True, 0
    while in_vain < len(("before", "after")):
        start, end = (first - 1, last) if is_before else (first, last + 1)
        if start >= 0 and end < len(passage.ends) and borders[end + 1] - borders[start] <= room:
            first, last, in_vain = start, end, 0
        else:
            in_vain += 1
        is_before = not is_before
    return cut(passage.spans, borders[first], borders[last + 1])


def part_of(passage: Passage, spans: Sequence[Span]) -> Passage | None:
    """Return the part of a passage that some slices are, cited as the passage is; None if they are no part of it."""
    whole = iter(passage.spans)
    left = next(whole, None)
    for span in spans:
        while left is not None and not (left.start <= span.start and span.end <= left.end):
            left = next(whole, None)
        if left is None:
            return None
        left = Span(span.end, left.end) if span.end < left.end else next(whole, None)
    return replace(passage, spans=tuple(spans), ends=(sum(map(len, spans)),)) if spans else None


def members(document: Document, passage: Passage) -> tuple[Passage, ...]:
    """Return the document's own passages that a passage is made of: itself, or several that belong together."""
    if len(passage.spans) == 1:
        return (passage,)
    spans = set(passage.spans)
    return tuple(own for own in document.passages if spans.issuperset(own.spans)) or (passage,)


def pieces(span: Span, layers: Sequence[Iterable[Span]]) -> Iterator[tuple[Span, tuple[bool, ...]]]:
    """Yield the pieces of a span between the borders of all layers of marks, each with the layers that cover it.

    >>> list(pieces(Span(0, 5), [[Span(1, 3)]]))  # doctest: +NORMALIZE_WHITESPACE
    [(Span(start=0, end=1), (False,)), (Span(start=1, end=3), (True,)), (Span(start=3, end=5), (False,))]
    """
    layers = [list(layer) for layer in layers]
    ends = {offset for layer in layers for other in layer for offset in (other.start, other.end)}
    for start, end in pairwise(sorted({span.start, span.end} | {end for end in ends if span.start < end < span.end})):
        yield Span(start, end), tuple(any(o.start <= start and end <= o.end for o in layer) for layer in layers)
