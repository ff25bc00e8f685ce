"""A document as rows: what is embedded and counted, one a passage, several overlapping windows for a long one.

A row is found; its passage is cited. Title and section path stand before a row where an index has several documents,
which may be near duplicates of each other and are told apart by them. In a single short document they would be the same
words before every paragraph, and blur it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.document import Document, Passage, Section
from corpus.text.normalise import normalised, years_in
from index.index_settings import CHUNKS

CHUNKER_VERSION = 1
"""Raise it when the same passages give other rows, outlines or terms (BM25) than before, or are stored otherwise.

Then each index makes its rows again; vectors serve again where the text of a row is the same. Where the vectors or
token records of the same text are stored otherwise, raise `index.search.token_vectors.VECTORS_VERSION` too.
tests/qa/test_versions.py fails until it is raised.
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one row of the index is made of."""

    text: str
    """What is embedded: context, then the words of the window. Never shown."""
    context: int
    """Characters of title and section path before the words."""
    passage: int
    """Its passage's place in the document."""
    passage_id: int
    """`Passage.id` as a number."""
    section: int
    """Its innermost section's place in the document's outline."""
    around: int
    """Characters of all passages that stand directly in that section."""
    year: int
    """The year that the headings above it name (一、2025年工作回顾), the innermost that has any; 0 for none or two."""
    start: int
    """Where the window begins in its passage's own text."""
    sentence: int
    """The sentence of the passage that it begins with, or in."""
    ends: tuple[int, ...]
    """Where its sentences end, in its own words."""

    def key(self, salt: str) -> int:
        """Return 64 bits of all that its vectors depend on; `salt` says which model."""
        form = f"{salt}\0{self.context}\0{self.ends}\0{self.text}"
        digest = hashlib.blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "little")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section, as far as a question may count or name it; all that is known without parsing its document."""

    label: str
    level: int
    parent: int | None
    """Place of the section around it in the document's outline; None for a work."""
    before: str
    """The end of the paragraph just before the section starts: 为此，我提出以下建议。"""
    words: str
    """For a work: its title block, which may say what kind of text it is."""
    first: int
    """Its first row, counted from the document's first, …"""
    end: int
    """… and the one after its last; the same for a section without passages."""


def chunks_of(document: Document, *, with_context: bool) -> Iterator[Chunk]:
    """Yield the rows of a document in reading order."""
    places = {id(section): place for place, section in enumerate(document.sections)}
    years: dict[int, int] = {}
    around = Counter[int]()
    for passage in document.passages:
        around[places[id(passage.section)]] += sum(map(len, passage.spans))
    for number, passage in enumerate(document.passages):
        context = _context(document, passage) if with_context else ""
        text = document.quote(passage.spans)
        section = places[id(passage.section)]
        if section not in years:
            years[section] = _year_of(passage.section)
        ends = passage.ends
        for start, end, sentence in _chunk_ranges(len(text), ends):
            own = tuple(min(place, end) - start for place in ends[sentence:] if place - start < end - start)
            yield Chunk(
                context + text[start:end],
                len(context),
                number,
                int(passage.id, 16),
                section,
                around[section],
                years[section],
                start,
                sentence,
                (*own, end - start),
            )


def outline_of(document: Document, rows: Sequence[Chunk]) -> list[Heading]:
    """Return the sections of a document in reading order. `rows`: all of its rows."""
    first_row: list[int] = []
    for at, row in enumerate(rows):
        if row.passage == len(first_row):
            first_row.append(at)
    first_row.append(len(rows))

    places: dict[int, int] = {}
    found: list[tuple[Section, int | None, str]] = []
    ranges: dict[int, list[int]] = {}
    words: dict[int, str] = {}
    before, number = "", 0
    for block in document.blocks:
        if isinstance(block, Section):
            places[id(block)] = len(found)
            found.append((block, None if block.parent is None else places[id(block.parent)], before))
        elif isinstance(block, Passage):
            before = document.quote(block.spans)
            if not block.paragraph:
                words[places[id(block.section)]] = before[: CHUNKS.title_block]
            for section in (block.section.work, *block.section.path):
                around = ranges.setdefault(places[id(section)], [first_row[number], 0])
                around[1] = first_row[number + 1]
            number += 1
    return [
        Heading(
            section.label, section.level, parent, lead[-CHUNKS.lead_in :], words.get(at, ""), *ranges.get(at, (0, 0))
        )
        for at, (section, parent, lead) in enumerate(found)
    ]


def title_of(document: Document) -> str:
    """Return what tells a document from the others of a collection: its name, and the titles of its works."""
    return " ".join([document.name, *(section.label for section in document.sections if section.level == 0)])


def _context(document: Document, passage: Passage) -> str:
    work = passage.section.work.label
    head = work if work == document.name else f"{document.name} {work}"
    return "".join(f"{label}\n" for label in (head, *(part.label for part in passage.section.path)))


def _year_of(section: Section) -> int:
    for around in reversed(section.path):
        if named := {year for year, _ in years_in(normalised(around.label))}:
            return named.pop() if len(named) == 1 else 0
    return 0


def _chunk_ranges(length: int, ends: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, first sentence) of the windows of a passage: one for a short one."""
    if length <= CHUNKS.length:
        yield 0, length, 0
        return
    pieces = list(_pieces(ends))
    first = 0
    while first < len(pieces):
        start, last = pieces[first][0], first
        while last + 1 < len(pieces) and pieces[last + 1][1] - start <= CHUNKS.length:
            last += 1
        yield start, pieces[last][1], pieces[first][2]
        if last + 1 == len(pieces):
            return
        # The last sentence is the first of the next window too, unless that leaves no room for a new one.
        shares = last > first and pieces[last + 1][1] - pieces[last][0] <= CHUNKS.length
        first = last if shares else last + 1


def _pieces(ends: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, sentence) of the sentences, and of the parts of those that are longer than a window."""
    start = 0
    for sentence, end in enumerate(ends):
        while end - start > CHUNKS.length:
            yield start, start + CHUNKS.length, sentence
            start += CHUNKS.length - CHUNKS.overlap
        yield start, end, sentence
        start = end
