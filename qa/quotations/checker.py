"""Is this quotation really in the text? `Checker.check` gives a verdict with its places, or the nearest wording.

Exact means exact. What a quotation may leave to the source are line, column and page breaks and the `**` of Markdown
(`qa/quotations/stream.py`); blanks at its ends and quotation marks around the whole of it, which the source has not,
are no part of it. Whatever else differs makes it `altered` at best, and is named (`qa/quotations/diff.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from corpus.document import Block, Document, NonBody, Passage, Section, Span
from corpus.message import Message
from qa import qa_messages
from qa.citations.forms import own_form, work_title
from qa.citations.reference import join_lines, line_ranges
from qa.qa_settings import QUOTATIONS
from qa.quotations.alignment import Aligner, Pairing
from qa.quotations.diff import KINDS, Kind, Step, compare
from qa.quotations.stream import Quotation, Stream, Stretch

Verdict = Literal["exact", "altered", "crosses", "absent", "too_short"]


_MARKS = dict(zip('“‟„「『﹁﹃‘«"＂', '””“」』﹂﹄’»"＂', strict=True))
"""Quotation marks that a quotation may be pasted in, and what closes them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation, or what is nearest to it, stands in a document."""

    document: Document
    spans: tuple[Span, ...]
    """In reading order. They skip breaks, and the `**` of the source that the quotation leaves out."""
    blocks: tuple[Block, ...]
    """The headings, passages and matter that it touches, in reading order."""
    works: tuple[Section | None, ...]
    """The work that each block stands in; None for the publication's own words, which stand in none."""

    @property
    def text(self) -> str:
        """The source's words: a view."""
        return self.document.quote(self.spans)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The paragraphs that it touches; none where it is a heading."""
        return tuple(block for block in self.blocks if isinstance(block, Passage))

    @property
    def lines(self) -> tuple[int, int]:
        """The numbers of the first and the last line of the file that it touches."""
        return self.document.lines(self.spans)

    @property
    def section(self) -> tuple[str, ...]:
        """The labels of the sections from below the work down to where it begins."""
        match self.blocks[0]:
            case Passage(section=section) | (Section() as section):
                return tuple(part.label for part in section.path)
        return ()

    @property
    def citation(self) -> str:
        """Its paragraph's citation; from the first to the last where it runs over a border."""
        ends = dict.fromkeys((0, len(self.blocks) - 1))
        return " 至 ".join(self._cite(self.blocks[row], self.works[row]) for row in ends)

    def _cite(self, block: Block, work: Section | None) -> str:
        match block:
            case Passage():
                return own_form(self.document, block)
            case Section(title_span=span, path=path):
                labels = "".join(f" {'› ' if row else ''}{section.label}" for row, section in enumerate(path))
            case NonBody(span=span):
                labels = ""
        title = work_title(work) if work else self.document.name
        lines = join_lines(line_ranges(self.document, (span,) if span else ()), "、")
        return f"{title}{labels}（第{lines}行）"


@dataclass(frozen=True, slots=True)
class Check:
    """What became of a quotation."""

    quote: str
    """As it was given."""
    verdict: Verdict
    places: tuple[Place, ...]
    """`exact` and `crosses`: every place where it stands, those inside one paragraph first; otherwise empty."""
    nearest: Place | None
    """`altered`: the wording of the source. `absent`: the closest wording, where there is one worth showing."""
    diff: tuple[Step, ...]
    """From the quotation to the text of `nearest`; empty where that is None."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The sorts of difference, what matters most first."""
        return tuple(kind for kind in KINDS if any(kind in step.kinds for step in self.diff))

    @property
    def differences(self) -> tuple[Message, ...]:
        """The same in words."""
        return tuple(qa_messages.DIFFERENCES[kind] for kind in self.kinds)


class Checker:
    """Checks quotations against documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._readings = [_Reading(document) for document in documents]

    def check(self, quote: str) -> Check:
        """Return the verdict on one quotation. Accepts any string."""
        versions = _unwrapped(quote.strip())
        if _letters(versions[-1]) < QUOTATIONS.fewest:
            return Check(quote, "too_short", (), None, ())
        quotations = [Quotation.of(version) for version in versions]
        found = [[p for r in self._readings for p in r.find(quotation)] for quotation in quotations]
        for places in found:
            if any(len(place.blocks) == 1 for place in places):
                return Check(quote, "exact", tuple(sorted(places, key=lambda p: len(p.blocks) > 1)), None, ())
        for places in found:
            if places:
                return Check(quote, "crosses", tuple(places), None, ())
        return self._nearest(quote, quotations[-1])

    def check_all(self, text: str) -> list[Check]:
        """Check what a person pasted: each line, or what stands in quotation marks in it (`quotations`).

        The document decides: a line whose own quotation marks are the source's is checked as it stands.
        """
        checks: list[Check] = []
        prose: list[str] = []
        for line in (*text.splitlines(), None):
            whole = self.check(line) if line and line.strip() else None
            marks = set(_MARKS).intersection(line or "")
            if whole and (
                whole.places or (whole.nearest and whole.verdict == "altered" and marks <= {*whole.nearest.text})
            ):
                checks += [*map(self.check, quotations("\n".join(prose))), whole]
                prose = []
            elif line is None:
                checks += map(self.check, quotations("\n".join(prose)))
            else:
                prose.append(line)
        return checks

    def _nearest(self, quote: str, quotation: Quotation) -> Check:
        key = quotation.key.text
        readings = self._readings
        if len(readings) > QUOTATIONS.aligned_documents:
            readings = sorted(readings, key=lambda reading: -reading.aligner.promise(key))[
                : QUOTATIONS.aligned_documents
            ]
        best: tuple[_Reading, Pairing] | None = None
        for reading in readings:
            pairing = reading.aligner.nearest(key)
            if pairing and (best is None or pairing.shared > best[1].shared):
                best = reading, pairing
        if best is None or not _reaches(best[1].shared, len(key), QUOTATIONS.near_percent):
            return Check(quote, "absent", (), None, ())
        reading, pairing = best
        stretch, diff = compare(quotation, reading.stream, pairing)
        verdict: Verdict = "altered" if _reaches(pairing.shared, len(key), QUOTATIONS.altered_percent) else "absent"
        return Check(quote, verdict, (), reading.place(stretch), diff)


def _reaches(shared: int, length: int, percent: int) -> bool:
    return shared * 100 >= length * percent


class _Reading:
    """A document as it is checked against."""

    def __init__(self, document: Document) -> None:
        self.stream = Stream(document)
        works: dict[int, Section | None] = {}
        work = None
        for block in document.blocks:
            if isinstance(block, Section):
                work = block.work
            works[id(block)] = None if isinstance(block, NonBody) and block.kind == "pointer" else work
        self._works = tuple(works[id(block)] for block in self.stream.blocks)
        key = self.stream.key
        self.aligner = Aligner(key.text, np.searchsorted(key.at, self.stream.starts))

    def find(self, quotation: Quotation) -> list[Place]:
        return [self.place(stretch) for stretch in self.stream.find(quotation)]

    def place(self, stretch: Stretch) -> Place:
        stream = self.stream
        rows = slice(stream.block_at(stretch.start), stream.block_at(stretch.end - 1) + 1)
        return Place(stream.document, stream.spans(stretch), stream.blocks[rows], self._works[rows])


def _unwrapped(text: str) -> list[str]:
    """Return `text`, and what is left without quotation marks around the whole of it, pair after pair."""
    versions = [text]
    while len(versions) < 4 and _marked(text).get(0) == len(text) - 1 > 1:
        text = text[1:-1].strip()
        versions.append(text)
    return versions


def _marked(text: str) -> dict[int, int]:
    """Return where each quotation mark that is opened is closed."""
    opened: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for place, character in enumerate(text):
        if waiting := opened.get(character):
            pairs[waiting.pop()] = place
        elif character in _MARKS:
            opened.setdefault(_MARKS[character], []).append(place)
    return pairs


def quotations(text: str) -> list[str]:
    """Return what is to be checked in a text that a person pasted, without blanks at the ends.

    A line is a quotation, unless it has quotation marks around four letters or more: then what stands between them
    is, each pair on its own, the outermost where they are nested. Marks may be closed on a later line of a paragraph.
    """
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(text.splitlines())):
        end_of_last = at = 0
        pairs = {
            opening: closing for opening, closing in _marked(paragraph).items() if _is_long(paragraph, opening, closing)
        }
        for line in paragraph.split("\n"):
            openings = [opening for opening in sorted(pairs) if at <= opening < at + len(line)]
            if not openings and at >= end_of_last:
                found.append(line.strip())
            for opening in openings:
                if opening >= end_of_last:
                    end_of_last = pairs[opening]
                    found.append(paragraph[opening + 1 : end_of_last].strip())
            at += len(line) + 1
    return list(filter(None, found))


def _is_long(text: str, opening: int, closing: int) -> bool:
    inside = text[opening + 1 : closing]
    # A straight mark does not say whether it opens or closes: it is not followed over a line's end.
    return _letters(inside) >= QUOTATIONS.fewest and not (text[opening] == _MARKS[text[opening]] and "\n" in inside)


def _letters(text: str) -> int:
    return sum(character.isalpha() or character == "〇" for character in text)
