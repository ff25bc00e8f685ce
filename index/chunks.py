"""Cuts a document into chunks, the units that are embedded and counted.

A passage gives one chunk; a long passage gives several, which overlap by a sentence. A search finds a chunk, and its
passage is cited. In an index of several documents, each chunk is preceded by its context: title and section path, which
are encoded apart from the words. It tells near duplicates apart. A single short document gets no context: the same
words before every paragraph would only blur it. A row of a table always has the head of the table and its merged cells
before it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.document import Document, Passage, Section
from corpus.table_rows import over_row
from corpus.text.normalise import normalised, years_in
from index.index_settings import CHUNKS

CHUNKER_VERSION = 5
"""Raise it when the same passages give other chunks, outlines or BM25 terms than before, or are stored otherwise.

Each index then makes its chunks again; a chunk with the same text keeps its vectors. If the vectors or token records of
the same text are stored otherwise, raise `index.search.token_vectors.VECTORS_VERSION` too.
tests/qa/test_versions.py fails until it is raised.
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is embedded and counted: one row of the index."""

    text: str
    """The embedded text: the context, then the chunk's own words. It is never shown."""
    context: int
    """Length of the context (title, section path, head of a table) in characters."""
    labels: int
    """Length of the title and section path, with which the context begins: they are encoded apart."""
    passage: int
    """The number of its passage in the document."""
    passage_id: int
    """`Passage.id` as a number."""
    section: int
    """The number of its innermost section in the document's outline."""
    around: int
    """Characters in all passages directly in that section."""
    year: int
    """The year in the innermost heading above it that names one (一、2025年工作回顾); 0 if it names none or two."""
    start: int
    """Offset of the chunk's words in the text of its passage."""
    sentence: int
    """The number of the sentence in which it begins, counted in the passage."""
    ends: tuple[int, ...]
    """Offsets of its sentences' ends in its own words."""

    def key(self, salt: str) -> int:
        """Return a 64-bit digest of everything that its vectors depend on. `salt` identifies the model."""
        labels = f"labels {self.labels}\0" if self.labels else ""  # without them, keys of older indexes are still valid
        form = f"{salt}\0{labels}{self.context}\0{self.ends}\0{self.text}"
        digest = hashlib.blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "little")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section, with what a question may use to refer to it. It can be read without parsing its document."""

    label: str
    level: int
    parent: int | None
    """The number of the enclosing section in the document's outline; None for a work."""
    before: str
    """The end of the paragraph just before the section starts: 为此，我提出以下建议。"""
    words: str
    """For a work: its title block, which may name the kind of text (宣言, 报告)."""
    first: int
    """Its first row, counted from the document's first."""
    end: int
    """The row after its last; equal to `first` for a section without passages."""


def chunks_of(document: Document, *, with_context: bool) -> Iterator[Chunk]:
    """Yield the chunks of a document in reading order."""
    places = {id(section): place for place, section in enumerate(document.sections)}
    years: dict[int, int] = {}
    around = Counter[int]()
    for passage in document.passages:
        around[places[id(passage.section)]] += sum(map(len, passage.spans))
    for number, passage in enumerate(document.passages):
        labels = _context(document, passage) if with_context else ""
        context = labels + _head(document, passage)
        text = document.quote(passage.spans)
        section = places[id(passage.section)]
        year = _year_of(passage.section, years)
        ends = passage.ends
        for start, end, sentence in _chunk_ranges(len(text), ends):
            own = (place - start for place in ends[sentence : bisect_left(ends, end, sentence)])
            yield Chunk(
                context + text[start:end],
                len(context),
                len(labels),
                number,
                int(passage.id, 16),
                section,
                around[section],
                year,
                start,
                sentence,
                (*own, end - start),
            )


def outline_of(document: Document, chunks: Sequence[Chunk]) -> list[Heading]:
    """Return the sections of a document in reading order. `chunks`: all chunks of the document."""
    first_row: list[int] = []
    for at, chunk in enumerate(chunks):
        if chunk.passage == len(first_row):
            first_row.append(at)
    first_row.append(len(chunks))

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
    """Return the name of a document and the titles of its works: they distinguish it from other documents."""
    return " ".join([document.name, *(section.label for section in document.sections if section.level == 0)])


def _context(document: Document, passage: Passage) -> str:
    work = passage.section.work.label
    head = work if work == document.name else f"{document.name} {work}"
    labels = (head, *(part.label for part in passage.section.path))
    return "".join(f"{label[: CHUNKS.longest_label]}\n" for label in labels)


def _head(document: Document, passage: Passage) -> str:
    """Return the words over a row of a table; nothing for other passages."""
    return "".join(
        f"{document.quote((span,)).strip()[: CHUNKS.longest_label]}\n" for span in over_row(document, passage)
    )


def _year_of(section: Section, known: dict[int, int]) -> int:
    """Return the year of `Chunk.year`. `known` keeps it by the id of the section: each heading is read once."""
    if section.parent is None:
        return 0
    if id(section) not in known:
        named = {year for year, _ in years_in(normalised(section.label))}
        known[id(section)] = _year_of(section.parent, known) if not named else named.pop() if len(named) == 1 else 0
    return known[id(section)]


def _chunk_ranges(length: int, ends: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, first sentence) of each chunk of a passage. A short passage has one."""
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
        # The next chunk repeats the last sentence, unless no new sentence would fit beside it.
        shares = last > first and pieces[last + 1][1] - pieces[last][0] <= CHUNKS.length
        first = last if shares else last + 1


def _pieces(ends: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, sentence) of each sentence. A sentence longer than a chunk is cut into parts."""
    start = 0
    for sentence, end in enumerate(ends):
        while end - start > CHUNKS.length:
            yield start, start + CHUNKS.length, sentence
            start += CHUNKS.length - min(CHUNKS.overlap, CHUNKS.length // 2)
        yield start, end, sentence
        start = end
