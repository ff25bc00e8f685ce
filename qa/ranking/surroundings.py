"""The surroundings of a passage: the passages between the heading before it and the heading after it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from corpus.corpus_settings import PARSER
from corpus.document import Block, Document, NonBody, Passage, Section
from corpus.grammar.enumerators import enumerator_of, heading_enumerator
from corpus.text.fold import fold
from corpus.text.numerals import HAN_DIGITS, read_numeral
from qa.qa_settings import UNITS

ARTICLE_STYLES = frozenset({"条", "article", "原则", "section"})
"""Styles of the sections that a law is cited by. A 节 is none: it holds articles."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_CLOSING = "”’」』\"'）)】]*_~ \t\u3000"
_BULLET = re.compile(r"(?P<bullet>[•·▪◦‣∙●○■□◆◇★☆✓✔➢➤►▶※])|(?P<ascii>[-+*])(?=\s)")
_COUNTED_NOUN = re.compile(
    rf"(?:第\s?(?P<n>[{HAN_DIGITS}\d]{{1,4}})\s?(?P<noun>\w{{1,2}}?)|(?P<word>[A-Za-z]{{3,12}})\s(?P<m>\d{{1,3}}))\s*[,、:.]"
)
"""第一步，…  Day 2: …"""


@dataclass(frozen=True, slots=True)
class Marker:
    """What an item of a list begins with."""

    style: str
    """Equal for the items of a list."""
    number: int
    """0 for a bullet."""

    def continues(self, other: Marker | None) -> bool:
        """Return whether an item with this marker can follow one with the other, in the same list."""
        return other is not None and self.style == other.style and self.number in (0, other.number + 1)


@dataclass(frozen=True)
class Surroundings:
    """Passages of one section in reading order, none of them divided from the next by a heading.

    Run-in headings do not divide: their words are in the passages. An article of a law is a section of its own, even
    with a run-in heading. The title block of a work is alone.
    """

    document: Document
    passages: tuple[Passage, ...]
    """The heading is the first of them, if it stands right before them and is none of the words of the next one."""
    first: int
    """The index of the first real passage: 1 if the heading comes before it, else 0."""
    at: int
    """The index of the passage whose surroundings they are. All other indices count from the same start."""
    heading: Section
    """The heading over them; its level is 0 where none stands between the title of the work and them."""
    is_start: bool
    """The first passage follows the heading; False where the window begins later."""
    is_end: bool
    """A heading or the end of the section follows the last passage; False where the window ends earlier."""
    _markers: dict[int, Marker | None] = field(default_factory=dict)
    _openings: dict[int, str] = field(default_factory=dict)
    _endings: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, passage: Passage) -> Surroundings:
        """Return the surroundings of a passage of the document, at most `UNITS.window` passages each way."""
        blocks = document.blocks
        index = _index_of(document, passage)
        passage = own_passage(document, passage)  # a unit that was made of it has the same identifier
        container = container_of(passage.section)
        before, is_start = _alike(blocks, range(index - 1, -1, -1), passage, container)
        after, is_end = _alike(blocks, range(index + 1, len(blocks)), passage, container)
        title = _as_passage(container) if is_start and passage.paragraph else ()
        passages = (*title, *reversed(before), passage, *after)
        return cls(document, passages, len(title), len(title) + len(before), container, is_start, is_end)

    def __len__(self) -> int:
        return len(self.passages)

    def text(self, index: int) -> str:
        """Return a passage in half width, for the grammar only. Long ones are costly: see `opening` and `ending`."""
        return fold(self.quote(index), spread=False).text.strip()

    def opening(self, index: int) -> str:
        """Return the first characters of a passage in half width, as many as a number or a mark can have."""
        if index not in self._openings:
            words = self.quote(index)[: PARSER.longest_number].lstrip()
            self._openings[index] = _folded(words)
        return self._openings[index]

    def ending(self, index: int) -> str:
        """Return the last characters of a passage in half width, closing quotes, brackets and emphasis left out."""
        if index not in self._endings:
            words = self.quote(index)[-UNITS.announcement :]
            self._endings[index] = _folded(words).rstrip(_CLOSING)
        return self._endings[index]

    def last_character(self, index: int) -> str:
        """Return the last character of `ending`; may be empty."""
        return self.ending(index)[-1:]

    def quote(self, index: int) -> str:
        """Return the words of a passage."""
        return self.document.quote(self.passages[index].spans)

    def size(self, start: int, end: int) -> int:
        """Return the characters of some passages."""
        return sum(len(span) for passage in self.passages[start:end] for span in passage.spans)

    def marker(self, index: int) -> Marker | None:
        """Return what a passage begins with, if that is a number or a bullet."""
        if index not in self._markers:
            self._markers[index] = marker_of(self.opening(index))
        return self._markers[index]

    def subsections(self) -> tuple[Section, ...]:
        """Return the sections of the same heading, numbered 1, 2, … in one style, that follow the last passage."""
        end = self.passages[-1].spans[-1].end
        found: list[Section] = []
        previous = Marker("", 0)
        for section in self.document.sections if self.is_end else ():
            if section.parent is not self.heading or section.title_span is None or section.title_span.start < end:
                continue
            marker = marker_of(fold(section.label[: PARSER.longest_number], spread=False).text)
            if marker is None or not (marker.continues(previous) if found else marker.number == 1):
                break
            previous = marker
            found.append(section)
        return tuple(found)

    def is_apart(self, index: int) -> bool:
        """Return whether an empty line, or other text, divides a passage from the one before it."""
        before, own = self.passages[index - 1].spans[-1].end, self.passages[index].spans[0].start
        between = self.document.text[before:own] if before <= own else ""
        return len(_LINE_END.findall(between)) != 1


@lru_cache(maxsize=1 << 14)  # each passage is looked at with all that are near it, and again by the next question
def _folded(words: str) -> str:
    """Return the few characters that a passage begins or ends with in half width."""
    return fold(words, spread=False).text


def container_of(section: Section) -> Section:
    """Return the innermost section around (or the same) that has a heading of its own, or is an article."""
    while section.is_run_in and section.parent is not None and not is_article(section):
        section = section.parent
    return section


def is_article(section: Section) -> bool:
    """Return whether a section is an article of a law: 第三条, Article 3, § 3."""
    enumerator = heading_enumerator(section.label) if section.parent is not None else None
    return enumerator is not None and enumerator.style in ARTICLE_STYLES


def marker_of(text: str) -> Marker | None:
    """Return the number or bullet that a folded text begins with."""
    if match := _BULLET.match(text):
        return Marker(match["bullet"] or match["ascii"], 0)
    if match := _COUNTED_NOUN.match(text):
        number = read_numeral(match["n"] or match["m"])
        if number is not None:
            return Marker(match["noun"] or match["word"].lower(), number)
    enumerator = enumerator_of(text)
    if enumerator is None:
        return None
    return Marker(enumerator.style + enumerator.outer, enumerator.number)


def _as_passage(heading: Section) -> tuple[Passage, ...]:
    """Return the title of a section as a passage; nothing for a run-in heading and the title of a work."""
    if heading.is_run_in or heading.parent is None or heading.title_span is None:
        return ()
    span = heading.title_span
    return (Passage("", (span,), (len(span),), heading, 0),)


def own_passage(document: Document, passage: Passage) -> Passage:
    """Return the passage of the document with the identifier of a passage, which begins where that one does."""
    own = document.blocks[_index_of(document, passage)]
    return own if isinstance(own, Passage) else passage


def _index_of(document: Document, passage: Passage) -> int:
    """Return the index of a passage among the blocks: by its place, or by a search where an edition has moved it."""
    blocks = document.blocks
    near = bisect_left(blocks, passage.spans[0].start, key=_start)
    around = range(max(near - 2, 0), min(near + 3, len(blocks)))
    return next(index for index in chain(around, range(len(blocks))) if _is(blocks[index], passage))


def _is(block: Block, passage: Passage) -> bool:
    return isinstance(block, Passage) and block.id == passage.id


def _start(block: Block) -> int:
    match block:
        case Passage():
            return block.spans[0].start
        case Section():
            return block.title_span.start if block.title_span else 0
        case NonBody():
            return block.span.start


def _alike(
    blocks: Sequence[Block], indices: Iterable[int], passage: Passage, container: Section
) -> tuple[list[Passage], bool]:
    """Return the passages of the same container at these indices, and whether all are there that are to be found."""
    found: list[Passage] = []
    if not passage.paragraph:
        return found, True
    for index in indices:
        block = blocks[index]
        if isinstance(block, Passage):
            if not block.paragraph or container_of(block.section) is not container:
                break
            if len(found) == UNITS.window:
                return found, False
            found.append(block)
        elif (isinstance(block, Section) and container_of(block) is not container) or block is container:
            break
    return found, True
