"""Excerpts: any words of a document that a reader selected, cut to what the page shows, and citable like a passage."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from corpus.document import Block, Document, NonBody, Passage, Section, Span


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Selected words of one work: a part of a paragraph, several paragraphs, headings, rows of a table."""

    id: str
    """The id of the first passage in it; of a heading alone, that of the passage after it."""
    parts: tuple[tuple[Span, ...], ...]
    """The slices of each paragraph, heading or row, in reading order."""
    section: Section
    """The innermost section around all of it."""
    paragraph: int | None
    """The number of its first paragraph in the section; None for words of several sections, and for a heading alone."""
    last_paragraph: int | None
    """The number of its last paragraph, if it has several of one section."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """All of its slices, in reading order."""
        return tuple(span for part in self.parts for span in part)


def excerpts_of(document: Document, selected: Sequence[Span]) -> tuple[Excerpt, ...]:
    """Return the excerpts that ranges of the text are, one for each work that they touch; none if they hold no words.

    What the page does not show is left out: blank lines and indents between blocks, and markup of the format.
    Raises ValueError if a range ends after the text, or if two overlap.
    """
    ordered = sorted(selected)
    is_inside = not ordered or ordered[-1].end <= len(document.text)
    if not is_inside or any(before.end > after.start for before, after in pairwise(ordered)):
        raise ValueError("spans of an excerpt lie in the text, and none overlaps another")
    works: dict[int, list[tuple[Block, Section, tuple[Span, ...]]]] = {}
    for block, section in _shown(document):
        if part := _common(_spans(block), ordered):
            works.setdefault(id(section.work), []).append((block, section, part))
    return tuple(_excerpt(document, blocks) for blocks in works.values())


def _shown(document: Document) -> Iterator[tuple[Block, Section]]:
    """Yield the blocks with words of their own, in reading order, each with its section."""
    section = next(iter(document.works), None)
    for block in document.blocks:
        match block:
            case Section():
                section = block
            case Passage():
                section = block.section
            case NonBody(kind="markup"):
                continue
        if section is not None and _spans(block):
            yield block, section


def _spans(block: Block) -> tuple[Span, ...]:
    match block:
        case Section(title_span=Span() as title, is_run_in=False):
            return (title,)
        case Passage(spans=spans):
            return spans
        case NonBody(span=span):
            return (span,)
    return ()


def _common(spans: Sequence[Span], selected: Sequence[Span]) -> tuple[Span, ...]:
    """Return the parts of spans that are selected, of ascending ranges. Parts of one span that touch are one."""
    out: list[Span] = []
    for span in spans:
        first = len(out)
        at = max(bisect.bisect_right(selected, span.start, key=lambda one: one.start) - 1, 0)
        for other in islice(selected, at, None):
            if other.start >= span.end:
                break
            start, end = max(span.start, other.start), min(span.end, other.end)
            if start >= end:
                continue
            if len(out) > first and out[-1].end == start:
                out[-1] = Span(out[-1].start, end)
            else:
                out.append(Span(start, end))
    return tuple(out)


def _excerpt(document: Document, blocks: Sequence[tuple[Block, Section, tuple[Span, ...]]]) -> Excerpt:
    passages = [block for block, _, _ in blocks if isinstance(block, Passage)]
    sections = [section for _, section, _ in blocks]
    section = _around(sections)
    is_one = bool(passages) and all(one.section is section for one in passages)
    numbers = [one.paragraph for one in passages] if is_one else []
    return Excerpt(
        id=passages[0].id if passages else _next_passage(document, blocks[0][0]),
        parts=tuple(part for _, _, part in blocks),
        section=section,
        paragraph=min(numbers, default=None),
        last_paragraph=max(numbers) if numbers and max(numbers) > min(numbers) else None,
    )


def _around(sections: Sequence[Section]) -> Section:
    """Return the innermost section that holds all of these, which are of one work."""
    common: Section = sections[0]
    for section in sections[1:]:
        held = (*section.path, section.work)
        while not any(common is one for one in held):
            assert common.parent is not None  # the work holds them all
            common = common.parent
    return common


def _next_passage(document: Document, block: Block) -> str:
    """Return the id of the first passage after a block; of the last one, if none follows; empty if there is none."""
    at = next(index for index, other in enumerate(document.blocks) if other is block)
    following = (other.id for other in document.blocks[at:] if isinstance(other, Passage))
    return next(following, document.passages[-1].id if document.passages else "")
