"""Text to sections and passages: pure, and total over all strings.

Lines become paragraphs, an edition puts them in reading order and joins what the source cut, and the grammar
of headings says what each of them is. Every step passes spans on; no text is copied or changed.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import structure
from corpus.edition import Edition, Join, parse_edition
from corpus.errors import SourceError
from corpus.load import Source
from corpus.metadata import with_metadata
from corpus.model import Block, Document, Matter, Passage, Section, Sentence, Span, cut

_Spans = tuple[Span, ...]
_LINE = re.compile(r"[^\r\n]+|\r\n|\r|\n")


def parse(text: str, *, name: str, sha256: str | None = None, edition: Edition | None = None) -> Document:
    """Return the document. Accepts any string.

    `sha256` is that of the source's bytes, by default of the text in UTF-8. Raises SourceError if the edition
    was not made for this text.
    """
    sha256 = sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    lines = _lines(text)
    parser = _Parser(name, text)
    if edition is not None:
        _follow(edition, lines, parser, sha256)
    elif lines:
        paragraphs: list[_Spans] = [(span,) for span in lines.values()]
        length = structure.title_block_length([parser.quote(paragraph) for paragraph in paragraphs[:8]])
        parser.add_work(paragraphs[:length], supplied_title=name)
        parser.add(paragraphs[length:])
    document = Document(name, text, sha256, tuple(parser.blocks))
    return with_metadata(document, [work.citation for work in edition.works] if edition else [])


def parse_source(source: Source) -> Document:
    """Parse what `load` read. Raises SourceError if its edition file does not fit."""
    edition = source.edition and parse_edition(source.edition, name=f"{source.name}.toml")
    return parse(source.text, name=source.name, sha256=source.sha256, edition=edition or None)


def _lines(text: str) -> dict[int, Span]:
    """Return the spans of the non-blank lines, without the blanks at their ends, by line number from 1."""
    lines: dict[int, Span] = {}
    number = 1
    for match in _LINE.finditer(text):
        line = match.group()
        if line[0] in "\r\n":
            number += 1
        elif stripped := line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            lines[number] = Span(start, start + len(stripped))
    return lines


def _follow(edition: Edition, lines: dict[int, Span], parser: _Parser, sha256: str) -> None:
    """Give the parser the works in the edition's order. Raises SourceError where the edition does not fit."""
    name = parser.name
    if edition.sha256 != sha256:
        raise SourceError(
            f"{name}: the edition file was made for another text (SHA-256 {edition.sha256[:12]}…, not "
            f"{sha256[:12]}…). Restore the text, or mend the edition file's line numbers and sha256."
        )
    placed = [number for work in edition.works for part in work.lines for number in part]
    placed += [number for part in edition.pointers for number in part]
    wrong = [number for number in lines if placed.count(number) != 1]
    if wrong:
        raise SourceError(
            f"{name}: the edition places line {wrong[0]} {placed.count(wrong[0])} times. "
            "Give each line of text to exactly one work, or to pointers."
        )
    paragraphs = _join(edition.joins, lines, parser)
    for work in edition.works:
        title_block = work.title_block or range(0)
        numbers = [number for part in work.lines for number in part if number in paragraphs]
        parser.add_work(
            [paragraphs[number] for number in numbers if number in title_block],
            supplied_title=work.supplied_title or name,
        )
        parser.add([paragraphs[number] for number in numbers if number not in title_block])
    for part in edition.pointers:
        parser.blocks += [Matter(lines[number], "pointer") for number in part if number in lines]


def _join(joins: Sequence[Join], lines: dict[int, Span], parser: _Parser) -> dict[int, _Spans]:
    """Return the paragraphs by the line they begin on, the cut ones made whole."""
    paragraphs: dict[int, _Spans] = {number: (span,) for number, span in lines.items()}
    for join in joins:
        head, tail = join.lines
        if head not in paragraphs or tail not in paragraphs:
            raise SourceError(f"{parser.name}: the edition joins lines {head} and {tail}, and one of them has no text.")
        span, *rest = paragraphs.pop(tail)
        if join.until is not None:
            end = span.start + len(join.until)
            if parser.text[span.start : end] != join.until:
                raise SourceError(f"{parser.name}: line {tail} does not begin with the edition's words “{join.until}”.")
            if end < span.end:
                blanks = len(parser.text[end : span.end]) - len(parser.text[end : span.end].lstrip())
                paragraphs[tail] = (Span(end + blanks, span.end), *rest)
                span, rest = Span(span.start, end), []
        paragraphs[head] = (*paragraphs[head], span, *rest)
    return paragraphs


@dataclass(slots=True)
class _Open:
    """A section that the next paragraph may still belong to."""

    rank: int
    """Of its kind: 0 a work; a kind nests in those of smaller rank."""
    section: Section
    paragraphs: int = 0
    """How many stand directly in it so far."""


class _Parser:
    """Turns the paragraphs of one work after the other into blocks, in reading order."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.blocks: list[Block] = []
        self._stack: list[_Open] = []
        self._occurrences: Counter[str] = Counter()

    def quote(self, spans: _Spans) -> str:
        return "".join(self.text[span.start : span.end] for span in spans)

    def add_work(self, title_block: Sequence[_Spans], *, supplied_title: str) -> None:
        """Begin a work whose title is the first line of its title block, or supplied where it has none."""
        self._stack = []
        spans = tuple(span for paragraph in title_block for span in paragraph)
        if spans:
            self._open(0, spans[0], is_lead=True)
            self._add_passage(spans, tuple(Sentence((span,)) for span in spans), 0)
        else:
            self._push(0, Section(supplied_title, None, 0, None, is_lead=False))

    def add(self, paragraphs: Sequence[_Spans]) -> None:
        """Add paragraphs to the open work."""
        for spans in paragraphs:
            match structure.classify(self.quote(spans)):
                case structure.Heading(rank) if len(spans) == 1:
                    self._open(rank, spans[0], is_lead=False)
                case structure.Aside(kind) if len(spans) == 1:
                    # Whoever turns to the audience anew has left the list of points before.
                    while kind == "salutation" and self._stack[-1].section.is_lead and self._stack[-1].rank:
                        self._stack.pop()
                    self.blocks.append(Matter(spans[0], kind))
                case structure.Lead(rank, start, end, is_item) if len(title := cut(spans, start, end)) == 1:
                    self._open(rank, title[0], is_lead=True)
                    self._add_paragraph(spans)
                    if is_item:
                        self._stack.pop()
                case _:
                    self._add_paragraph(spans)

    def _open(self, rank: int, title: Span, *, is_lead: bool) -> None:
        while self._stack and self._stack[-1].rank >= rank:
            self._stack.pop()
        parent = self._stack[-1].section if self._stack else None
        self._push(rank, Section(self.quote((title,)), title, len(self._stack), parent, is_lead))

    def _push(self, rank: int, section: Section) -> None:
        self._stack.append(_Open(rank, section))
        self.blocks.append(section)

    def _add_paragraph(self, spans: _Spans) -> None:
        ranges = structure.split_sentences(self.quote(spans))
        self._stack[-1].paragraphs += 1
        self._add_passage(
            spans, tuple(Sentence(cut(spans, start, end)) for start, end in ranges), self._stack[-1].paragraphs
        )

    def _add_passage(self, spans: _Spans, sentences: tuple[Sentence, ...], paragraph: int) -> None:
        text = self.quote(spans)
        self._occurrences[text] += 1
        key = "\0".join((self.name, text, str(self._occurrences[text])))
        passage_id = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self.blocks.append(Passage(passage_id, spans, sentences, self._stack[-1].section, paragraph))
