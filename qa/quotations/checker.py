"""Checks a quotation: `Checker.check` returns a verdict with its places, or with the nearest wording.

An exact quotation may differ from the source only in line, column and page breaks and in the `**` of Markdown
(`qa/quotations/stream.py`). Blanks at its ends, and quotation marks around all of it that the source lacks, do not
count. With any other difference it is `altered` at best, and the differences are named (`qa/quotations/diff.py`). That
is so for …… too, which the source lacks; if the parts around it are exact, the words of the verdict say so.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Literal

import numpy as np

from corpus.document import Block, Document, NonBody, Passage, Section, Span
from corpus.message import Message
from qa import qa_messages
from qa.citations.forms import own_form, work_title
from qa.citations.reference import RECOGNISED, join_lines, line_ranges
from qa.qa_settings import QUOTATIONS
from qa.quotations.abridged import find_abridged, parts_of
from qa.quotations.alignment import Aligner, Pairing, pairs_of
from qa.quotations.attribution import Attribution, Catalogue, agrees
from qa.quotations.diff import KINDS, Kind, Only, Step, compare, only_difference
from qa.quotations.stream import Quotation, Stream, Stretch

Verdict = Literal["exact", "altered", "crosses", "absent", "too_short"]


_HYPHENS = re.compile("(?:[\u00ad\ufffe\x02])(?:[ \t]*(?:\r\n|\r|\n)[ \t]*)?")
"""Hyphens of the typesetting, as viewers of PDF copy them."""
_CUT = re.compile(r"(?<=[^\W\d_])-[ \t]*(?:\r\n|\r|\n)[ \t]*(?=[^\W\d_])")
"""A hyphen at the end of a line."""
_MARKS = dict(zip('“‟„「『﹁﹃‘«"＂', '””“」』﹂﹄’»"＂', strict=True))
"""Opening quotation marks and the marks that close them."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a quotation, or of the nearest wording, in a document."""

    document: Document
    spans: tuple[Span, ...]
    """In reading order, without breaks and without each `**` of the source that the quotation omits."""
    blocks: tuple[Block, ...]
    """The headings, passages and non-body blocks that it touches, in reading order."""
    works: tuple[Section | None, ...]
    """The work of each block; None for blocks outside works, such as the publication's own words."""

    @property
    def text(self) -> str:
        """The source's words."""
        return self.document.quote(self.spans)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The paragraphs that it touches; none if it is in a heading."""
        return tuple(block for block in self.blocks if isinstance(block, Passage))

    @property
    def lines(self) -> tuple[int, int]:
        """The numbers of the first and the last line of the file that it touches."""
        return self.document.lines(self.spans)

    @property
    def section(self) -> tuple[str, ...]:
        """The labels of the sections that contain its start, the outermost below the work first."""
        match self.blocks[0]:
            case Passage(section=section) | (Section() as section):
                return tuple(part.label for part in section.path)
        return ()

    @property
    def citation(self) -> str:
        """The citation of its paragraph; of the first and the last one if it crosses a border."""
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
        spans = (span,) if span else ()
        lines = join_lines(line_ranges(self.document, spans), "、")
        return f"{title}{labels}（第{lines}行）{RECOGNISED if self.document.is_recognised(spans) else ''}"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of checking a quotation."""

    quote: str
    """The quotation as it was given."""
    verdict: Verdict
    places: tuple[Place, ...]
    """`exact` and `crosses`: every place of the quotation, places inside one paragraph first; otherwise empty."""
    nearest: Place | None
    """`altered`: the wording of the source. `absent`: the closest wording, if one is close enough to show."""
    diff: tuple[Step, ...]
    """The steps from the quotation to the text of `nearest`; empty if that is None."""
    named: tuple[str, ...] = ()
    """The titles that stand beside the quotation as those of its source."""
    named_is_known: bool = False
    """Whether one of them is among the documents."""
    misattributed: bool = False
    """Whether the words stand in another work than the ones that are named. `places` has those of the named one first.
    """

    @property
    def only(self) -> Only | None:
        """What alone sets an altered quotation apart, if it is harmless."""
        return only_difference(self.diff) if self.verdict == "altered" else None

    @property
    def attribution(self) -> Message | None:
        """What is to be said of the named source, in words; None if nothing is."""
        if not self.named or not (self.misattributed or (self.verdict == "absent" and not self.named_is_known)):
            return None
        values = {"named": "、".join(f"《{title}》" for title in self.named)}
        if not self.misattributed:
            return qa_messages.NAMED_IS_NOT_HERE.format(**values)
        place = self.places[0] if self.places else self.nearest
        assert place is not None  # it stands in another work
        work = next((work for work in place.works if work is not None), None)
        values["found"] = work_title(work) if work else place.document.name
        message = qa_messages.MISATTRIBUTED if self.named_is_known else qa_messages.SOURCE_IS_NOT_HERE
        return message.format(**values)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of difference, the most important first."""
        return tuple(kind for kind in KINDS if any(kind in step.kinds for step in self.diff))

    @property
    def message(self) -> Message:
        """The verdict in words."""
        if self.only:
            return qa_messages.ONLY[self.only]
        is_abridged = self.verdict == "altered" and self.kinds == ("omission",)
        return qa_messages.ABRIDGED if is_abridged else qa_messages.VERDICTS[self.verdict]

    @property
    def differences(self) -> tuple[Message, ...]:
        """The kinds of difference in words."""
        return tuple(qa_messages.DIFFERENCES[kind] for kind in self.kinds)


class Checker:
    """Checks quotations against documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._readings = [_Reading(document) for document in documents]
        self._catalogue = Catalogue(documents)

    def check(self, quote: str, source: str = "") -> Check:
        """Return the result of checking one quotation. Any strings are accepted.

        `source`: words that name where the quotation is from, such as its footnote; titles in 《 》 are read from them.
        """
        attribution = self._catalogue.read(source[: QUOTATIONS.longest_source]) if source else None
        if attribution is None:
            return self._check(quote, ())
        own = [reading for row, reading in enumerate(self._readings) if any(row == n for n, _ in attribution.works)]
        return self._attributed(self._check(quote, own), attribution)

    def _attributed(self, check: Check, attribution: Attribution) -> Check:
        """Return a check with what is said of its source."""
        numbers = {id(reading.stream.document): row for row, reading in enumerate(self._readings)}

        def is_named(place: Place) -> bool:
            return agrees(attribution.works, numbers[id(place.document)], place.document.works, place.works)

        places = tuple(sorted(check.places, key=lambda place: (not is_named(place), len(place.blocks) > 1)))
        found = places or ((check.nearest,) if check.nearest and check.verdict == "altered" else ())
        return replace(
            check,
            places=places,
            named=attribution.named,
            named_is_known=bool(attribution.works),
            misattributed=bool(found) and not any(map(is_named, found)),
        )

    def _check(self, quote: str, own: Sequence[_Reading]) -> Check:
        """Return the check of a quotation; of several like wordings, that of its `own` documents counts."""
        versions = _unwrapped(quote.strip())
        if _HYPHENS.search(quote):
            versions += _unwrapped(_HYPHENS.sub("", quote.strip()))
        if _CUT.search(quote):  # a viewer that keeps the hyphen of a word that it shows cut
            versions += _unwrapped(_CUT.sub("", quote.strip()))
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
        near = _altered(quote, versions[-1], quotations[-1], own, QUOTATIONS.near_percent) if own else None
        if near and near.verdict == "altered":
            return near
        percent = QUOTATIONS.altered_percent if near else QUOTATIONS.near_percent
        check = _altered(quote, versions[-1], quotations[-1], self._readings, percent)
        return near if near and check.verdict == "absent" else check

    def find(self, words: str, names: Collection[str] = ()) -> Iterator[Place]:
        """Yield every place of some words as `check` compares them, however few, in the documents of these names.

        `names`: empty for all documents.
        """
        quotation = Quotation.of(words)
        for reading in self._readings:
            if not names or reading.stream.document.name in names:
                yield from reading.find(quotation)

    def check_all(self, text: str) -> list[Check]:
        """Check a text that a person pasted: each line, or the words in its quotation marks (`quotations`).

        If the document has a line with its quotation marks, the line is checked as a whole.
        """
        checks: list[Check] = []
        prose: list[str] = []
        check = cache(self.check)  # a line without marks is its own quotation
        for line in (*text.splitlines(), None):
            whole = check(line) if line and line.strip() else None
            marks = set(_MARKS).intersection(line or "")
            if whole and (
                whole.places or (whole.nearest and whole.verdict == "altered" and marks <= {*whole.nearest.text})
            ):
                checks += [*map(check, quotations("\n".join(prose))), whole]
                prose = []
            elif line is None:
                checks += map(check, quotations("\n".join(prose)))
            else:
                prose.append(line)
        return checks


def _reaches(shared: int, length: int, percent: int) -> bool:
    return shared * 100 >= length * percent


class _Reading:
    """A document prepared for checking."""

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


def _altered(quote: str, words: str, quotation: Quotation, readings: Sequence[_Reading], percent: int) -> Check:
    """Return the check of a quotation that is nowhere exact. `percent`: of it that a nearest wording shares at least.

    `words`: the quotation without quotation marks around it.
    """
    return _abridged(quote, words, readings) or _nearest(quote, quotation, readings, percent)


def _abridged(quote: str, words: str, readings: Sequence[_Reading]) -> Check | None:
    """Return the check of a quotation whose parts are exact around what …… leaves out; None for another."""
    pieces = parts_of(words)
    if not pieces:
        return None
    found = [(one, reading) for reading in readings if (one := find_abridged(pieces, reading.stream))]
    if not found:
        return None
    (stretch, diff), reading = min(found, key=lambda pair: pair[0][0].end - pair[0][0].start)
    return Check(quote, "altered", (), reading.place(stretch), diff)


def _nearest(quote: str, quotation: Quotation, readings: Sequence[_Reading], percent: int) -> Check:
    key = quotation.key.text
    if len(readings) > QUOTATIONS.aligned_documents:
        pairs = pairs_of(key)
        readings = sorted(readings, key=lambda reading: -reading.aligner.promise(pairs))[: QUOTATIONS.aligned_documents]
    least = -(-len(key) * percent // 100)
    best: tuple[_Reading, Pairing] | None = None
    for reading in readings:
        if pairing := reading.aligner.nearest(key, least):
            best = reading, pairing
            least = pairing.shared + 1
    if best is None:
        return Check(quote, "absent", (), None, ())
    reading, pairing = best
    stretch, diff = compare(quotation, reading.stream, pairing)
    verdict: Verdict = "altered" if _reaches(pairing.shared, len(key), QUOTATIONS.altered_percent) else "absent"
    return Check(quote, verdict, (), reading.place(stretch), diff)


def _unwrapped(text: str) -> list[str]:
    """Return `text`, and `text` without each pair of quotation marks around all of it."""
    versions = [text]
    while len(versions) < 4 and _marked(text).get(0) == len(text) - 1 > 1:
        text = text[1:-1].strip()
        versions.append(text)
    return versions


def _marked(text: str) -> dict[int, int]:
    """Return the position of the closing mark of each opening quotation mark."""
    opened: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for place, character in enumerate(text):
        if waiting := opened.get(character):
            pairs[waiting.pop()] = place
        elif character in _MARKS:
            opened.setdefault(_MARKS[character], []).append(place)
    return pairs


def quotations(text: str) -> list[str]:
    """Return the quotations in a text that a person pasted, without blanks at the ends.

    A line is a quotation, unless it has quotation marks around four letters or more. Then the words in each pair of
    marks are a quotation; of nested pairs, the outermost. A pair may close on a later line of the paragraph.
    """
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(text.splitlines())):
        end_of_last = at = 0
        letters = list(accumulate(map(_is_letter, paragraph), initial=0))
        pairs = {
            opening: closing
            for opening, closing in _marked(paragraph).items()
            if letters[closing] - letters[opening + 1] >= QUOTATIONS.fewest and _may_close(paragraph, opening, closing)
        }
        ordered = sorted(pairs)
        for line in paragraph.split("\n"):
            openings = ordered[bisect_left(ordered, at) : bisect_left(ordered, at + len(line))]
            if not openings and at >= end_of_last:
                found.append(line.strip())
            for opening in openings:
                if opening >= end_of_last:
                    end_of_last = pairs[opening]
                    found.append(paragraph[opening + 1 : end_of_last].strip())
            at += len(line) + 1
    return list(filter(None, found))


def _may_close(text: str, opening: int, closing: int) -> bool:
    """Return whether a pair may span lines: a straight mark may open or close, so it must close on the same line."""
    return text[opening] != _MARKS[text[opening]] or text.find("\n", opening, closing) < 0


def _letters(text: str) -> int:
    return sum(map(_is_letter, text))


def _is_letter(character: str) -> bool:
    return character.isalpha() or character == "〇"
