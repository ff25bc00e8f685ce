"""A document as one string in reading order, and exact search for a quotation in it.

Characters are consecutive in the stream if they are read one after the other, however far apart they are in the source:
line, column and page breaks, headings and paragraphs may be between them. A search compares keys first: the characters
without blanks and without the `**` of Markdown emphasis. Then it compares, gap by gap, the characters that the keys
omit (`agree`):

- A break is a line break of the source or the quotation with the blanks around it, or the border of two spans. On the
  other side it may be nothing, a blank or a break. But where blanks divide words, as in Latin script, a line break is
  not nothing: “the↵text” is not “thetext”. A line break may be inside a number (12↵%) and after a hyphen.
- A blank within a line is a character like any other: “不忘初心 砥砺前行” has one, and a full-width blank is another.
- Viewers of PDF copy the space that a program sets between Chinese characters and letters or digits as a blank, and of
  spread text (“经 过 艰 辛”) each space: such a blank is no difference.
- The quotation may omit the `**` of the source; if it has one, the source must have it too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from corpus.document import Block, Document, NonBody, Passage, Section, Span
from corpus.text.scripts import IDEOGRAPHS, has_wide
from qa.qa_settings import QUOTATIONS

Ints = npt.NDArray[np.int64]

_SPACES = [code for code in range(0x3001) if chr(code).isspace()]
_BLANK = np.zeros(0x3002, bool)
_BLANK[_SPACES] = True
_LINE_BREAK = re.compile("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_PAIR = re.compile(rf"(?<=[{IDEOGRAPHS}]) ?(?=[{IDEOGRAPHS}])")
_MARK = re.compile(r"(?<!\*)\*\*(?!\*)")


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return shape (len(text),): the characters as numbers. Lone surrogates are characters too."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _string(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def _blank(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    blank: npt.NDArray[np.bool_] = _BLANK[np.minimum(codes, 0x3001)]
    return blank


@dataclass(frozen=True, slots=True)
class Key:
    """The compared characters of a string, and their positions in it."""

    text: str
    at: Ints
    """Shape (len(text),), ascending: the position of each character in the string."""
    gaps: Ints
    """Ascending: each i with omitted characters between characters i - 1 and i; 0 and len(text) are the ends."""

    @classmethod
    def of(cls, text: str, left_out: npt.NDArray[np.bool_], borders: Ints) -> Key:
        """Return the key of `text`: without blanks and `left_out`. Each start of a span (`borders`) is a gap too."""
        codes = code_points(text)
        at = np.flatnonzero(~(_blank(codes) | left_out)).astype(np.int64)
        inner = np.diff(at) != 1
        if len(borders):
            inner |= np.diff(np.searchsorted(borders, at, "right")) != 0
        return cls(_string(codes[at]), at, np.concatenate(([0], np.flatnonzero(inner) + 1, [len(at)])))

    def gap(self, text: str, i: int) -> str:
        """Return the part of `text`, the string of this key, between characters i - 1 and i."""
        start = int(self.at[i - 1]) + 1 if i else 0
        return text[start : int(self.at[i]) if i < len(self.at) else len(text)]


def agree(quoted: str, source: str, *, is_border: bool, before: str, after: str, spread: bool = False) -> bool:
    """Return whether a quotation and the source agree in the characters between two compared characters.

    `is_border`: a span of the source ends there. `before` and `after` are the characters around. `spread`: blanks
    stand between most characters of the quotation.
    """
    if "**" in quoted and "**" not in source:
        return False
    quoted, source = quoted.replace("**", ""), source.replace("**", "")
    if quoted == source or is_border:
        return True
    if not _LINE_BREAK.search(quoted) and not _LINE_BREAK.search(source):
        return _is_set_apart(before, after, spread=spread) and not (quoted + source).strip(" ")
    return bool(quoted and source) or not _divides_words(before, after)


def _is_set_apart(before: str, after: str, *, spread: bool) -> bool:
    """Return whether programs set a space between two characters that nobody typed."""
    if spread:
        return has_wide(before) or has_wide(after)
    beside = after if has_wide(before) else before
    return has_wide(before) != has_wide(after) and beside.isascii() and beside.isalnum()


def _divides_words(before: str, after: str) -> bool:
    """Return whether a line break between these characters stands for a blank."""
    if not (before.isalpha() or after.isalpha()) or before in "-‐–/":
        return False
    for character in (before, after):
        width = unicodedata.east_asian_width(character)
        if width in "WF" or (width == "A" and not character.isalnum()):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation prepared for comparison: without blanks at its ends, with and without its `**`."""

    text: str
    key: Key
    """Without `**`."""
    literal: Key
    """Like `key`, but with every `*`."""
    is_spread: bool
    """Blanks stand between most of its characters, as a viewer of PDF copies them."""

    @classmethod
    def of(cls, text: str) -> Quotation:
        text = text.strip()
        none, no_borders = np.zeros(len(text), bool), np.zeros(0, np.int64)
        literal = Key.of(text, none, no_borders)
        pairs = _PAIR.findall(text)
        is_spread = len(pairs) > 3 and 2 * sum(" " in pair for pair in pairs) > len(pairs)
        if "*" not in text:
            return cls(text, literal, literal, is_spread)
        marks = none.copy()
        for match in _MARK.finditer(text):
            marks[match.start() : match.end()] = True
        return cls(text, Key.of(text, marks, no_borders), literal, is_spread)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a stream: characters [start, end) of its text, without each `**` that the quotation omits."""

    start: int
    end: int
    left_out: frozenset[int]
    """Indices in the stream's text."""


class Stream:
    """The text of a document in reading order: every character of its headings, passages and non-body blocks."""

    def __init__(self, document: Document) -> None:
        self.document = document
        blocks = [(block, spans) for block in document.blocks if (spans := _spans(block))]
        self.blocks: tuple[Block, ...] = tuple(block for block, _ in blocks)
        """The blocks with text of their own; a run-in heading is part of its passage."""
        pieces = [span for _, several in blocks for span in several]
        lengths = np.array([len(span) for span in pieces], np.int64)
        begins = np.cumsum(lengths) - lengths
        self.text = document.quote(pieces)
        starts = np.array([span.start for span in pieces], np.int64)
        self.offsets: Ints = np.repeat(starts - begins, lengths) + np.arange(len(self.text))
        """Shape (len(text),): the position of each character in the document."""
        self._borders = begins
        counts = np.array([0, *(len(several) for _, several in blocks)], np.int64)
        self.starts: Ints = np.append(begins, len(self.text))[np.cumsum(counts)]
        """Shape (blocks + 1,), ascending: the start of each block in `text`, and the end of the last one."""
        self.is_mark = self._marks()
        self.key = Key.of(self.text, self.is_mark, begins)
        has_marks = bool(self.is_mark.any())
        self._literal = Key.of(self.text, np.zeros(len(self.text), bool), begins) if has_marks else self.key

    def _marks(self) -> npt.NDArray[np.bool_]:
        """Return a mask of the characters that are `**` of Markdown: in pairs, both in one block."""
        is_mark = np.zeros(len(self.text), bool)
        if "**" in self.text:
            for start, end in pairwise(self.starts.tolist()):
                marks = list(_MARK.finditer(self.text, start, end))
                for opening, closing in zip(marks[::2], marks[1::2], strict=False):
                    is_mark[opening.start() : opening.end()] = True
                    is_mark[closing.start() : closing.end()] = True
        return is_mark

    def block_at(self, index: int) -> int:
        """Return the number of the block that holds character `index` of the text."""
        return int(np.searchsorted(self.starts, index, "right")) - 1

    def find(self, quotation: Quotation) -> list[Stretch]:
        """Return every exact occurrence of the quotation, overlapping ones too."""
        if self._literal is self.key:
            return list(self._find(quotation, quotation.literal, self.key))
        found = list(self._find(quotation, quotation.key, self.key))
        if quotation.literal is not quotation.key:
            found += self._find(quotation, quotation.literal, self._literal)
        return sorted(set(found), key=lambda stretch: (stretch.start, stretch.end))

    def _find(self, quotation: Quotation, key: Key, source: Key) -> Iterator[Stretch]:
        quoted, spread, length = quotation.text, quotation.is_spread, len(key.text)
        if not length:
            return
        gaps = {i: gap for i in key.gaps.tolist() if (gap := key.gap(quoted, i))}
        start = -1
        for _ in range(min(QUOTATIONS.places, 1 + QUOTATIONS.characters // length)):
            start = source.text.find(key.text, start + 1)
            if start < 0:
                break
            first, last = np.searchsorted(source.gaps, (start + 1, start + length))
            others = (i - start for i in source.gaps[first:last].tolist() if i - start not in gaps)
            ends = (0, length)
            if all(self._agrees(gaps.get(i, ""), source, start + i, i in ends, spread) for i in chain(gaps, others)):
                yield self._stretch(source, start, start + length, gaps)

    def _agrees(self, quoted: str, source: Key, i: int, is_end: bool, spread: bool) -> bool:
        gap = source.gap(self.text, i)
        if is_end:  # the quotation has marks there, but no blanks
            return quoted.strip() in gap
        before, after = source.text[i - 1], source.text[i]
        is_border = self.is_border(source, i)
        return agree(quoted, gap, is_border=is_border, before=before, after=after, spread=spread)

    def is_border(self, source: Key, i: int) -> bool:
        """Return whether a span ends between characters i - 1 and i of a key of this stream."""
        first, last = np.searchsorted(self._borders, (source.at[i - 1], source.at[i]), "right")
        return bool(first != last)

    def _stretch(self, source: Key, first: int, last: int, gaps: dict[int, str]) -> Stretch:
        """Return characters [first, last) of a key of this stream, with those of its marks that are in `gaps`."""
        start, end = int(source.at[first]), int(source.at[last - 1]) + 1
        if "**" in gaps.get(0, ""):
            start = self.text.rindex("**", 0, start)
        if "**" in gaps.get(last - first, ""):
            end = self.text.index("**", end) + 2
        return Stretch(start, end, self.unquoted(source, first, last, gaps))

    def unquoted(self, source: Key, first: int, last: int, gaps: dict[int, str]) -> frozenset[int]:
        """Return the marks between characters [first, last) of a key that are not in `gaps` of the quotation."""
        if source is not self.key or not self.is_mark[source.at[first] : source.at[last - 1] + 1].any():
            return frozenset()
        left_out: list[int] = []
        a, b = np.searchsorted(source.gaps, (first + 1, last))
        for i in source.gaps[a:b].tolist():
            if "**" not in gaps.get(i - first, ""):
                between = np.arange(source.at[i - 1] + 1, source.at[i])
                left_out += between[self.is_mark[between]].tolist()
        return frozenset(left_out)

    def spans(self, stretch: Stretch) -> tuple[Span, ...]:
        """Return the spans of the stretch in the document, in reading order."""
        kept = np.arange(stretch.start, stretch.end)
        if stretch.left_out:
            kept = kept[~np.isin(kept, list(stretch.left_out))]
        offsets = self.offsets[kept]
        breaks = np.flatnonzero(np.diff(offsets) != 1)
        firsts = offsets[np.concatenate(([0], breaks + 1))].tolist()
        lasts = offsets[np.concatenate((breaks, [len(offsets) - 1]))].tolist()
        return tuple(Span(first, last + 1) for first, last in zip(firsts, lasts, strict=True))


def _spans(block: Block) -> tuple[Span, ...]:
    """Return the spans of a block's own text; a run-in heading has none, because it is part of its passage."""
    match block:
        case Section(title_span=title, is_run_in=is_run_in):
            return () if title is None or is_run_in else (title,)
        case Passage(spans=spans):
            return spans
        case NonBody(span=span):
            return (span,)
