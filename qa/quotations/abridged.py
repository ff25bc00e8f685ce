"""Finds a quotation that leaves words out with ……: its parts stand word for word, in order, in one section."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import chain, pairwise

from corpus.document import Passage, Section
from qa.qa_settings import QUOTATIONS
from qa.quotations.diff import Step
from qa.quotations.stream import Quotation, Stream, Stretch

_ELLIPSIS = re.compile(
    r"\s*(?:[\[(（【〔]\s*(?:[…⋯]+|[.．。·]{2,}|略)\s*[\])）】〕]|[…⋯]+|[.．]{3,}|。{3,}|·{3,}|\.(?: \.){2,})\s*"
)


def parts_of(quote: str) -> list[str]:
    """Return parts and ellipses in turn, a part first and last (the outer ones may be empty); nothing without ellipsis.

    Parts that say too little to be found are no parts of an abridged quotation: then it is empty too.
    """
    ellipses = list(_ELLIPSIS.finditer(quote))
    ends = [0, *chain.from_iterable(match.span() for match in ellipses), len(quote)]
    pieces = [quote[start:end] for start, end in pairwise(ends)]
    counts = [sum(map(str.isalpha, part)) for part in filter(None, pieces[::2])]
    is_telling = counts and min(counts) >= QUOTATIONS.fewest_of_part and max(counts) >= QUOTATIONS.fewest
    return pieces if ellipses and is_telling else []


def find_abridged(pieces: list[str], stream: Stream) -> tuple[Stretch, tuple[Step, ...]] | None:
    """Return the shortest stretch of one section that holds the parts in order, and the steps; None for none."""
    found = [stream.find(Quotation.of(part)) for part in pieces[::2] if part]
    chains = (_chain(first, found[1:]) for first in found[0]) if all(found) else ()
    whole = [one for one in chains if one and _is_one_place(stream, one)]
    if not whole:
        return None
    best = min(whole, key=lambda one: one[-1].end - one[0].start)
    left_out = frozenset(chain.from_iterable(part.left_out for part in best))
    return Stretch(best[0].start, best[-1].end, left_out), tuple(_steps(pieces, best, stream))


def _chain(first: Stretch, others: list[list[Stretch]]) -> list[Stretch]:
    """Return the first occurrence of each part after the one before it; nothing if one is lacking."""
    parts = [first]
    for several in others:
        at = bisect_left(several, parts[-1].end, key=lambda stretch: stretch.start)
        if at == len(several):
            return []
        parts.append(several[at])
    return parts


def _is_one_place(stream: Stream, parts: list[Stretch]) -> bool:
    blocks = stream.blocks[stream.block_at(parts[0].start) : stream.block_at(parts[-1].end - 1) + 1]
    sections: set[Section | None] = {block.section if isinstance(block, Passage) else None for block in blocks}
    return len(blocks) == 1 or (len(sections) == 1 and None not in sections)


def _steps(pieces: list[str], parts: list[Stretch], stream: Stream) -> list[Step]:
    steps: list[Step] = []
    waiting = iter(parts)
    end = None
    ellipsis = ""
    for row, piece in enumerate(pieces):
        if row % 2:
            ellipsis += piece
        elif piece:
            part = next(waiting)
            if ellipsis:
                left_out = stream.text[end : part.start] if end is not None else ""
                if ellipsis.strip() == left_out.strip():  # an ellipsis of the source
                    steps.append(Step("equal", left_out, left_out, ()))
                else:
                    steps.append(Step("replace" if left_out else "delete", ellipsis, left_out, ("omission",)))
            text = stream.document.quote(stream.spans(part))
            steps.append(Step("equal", text, text, ()))
            end, ellipsis = part.end, ""
    if ellipsis:
        steps.append(Step("delete", ellipsis, "", ("omission",)))
    return steps
