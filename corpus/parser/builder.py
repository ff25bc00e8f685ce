"""Builds sections, passages and non-body blocks from the lines of each work, in reading order."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.bibliography.edition import Edition, times_listed
from corpus.corpus_settings import PARSER
from corpus.document import Block, NonBody, ParserWarning, Passage, Section, Span, Table, cut
from corpus.grammar import line_types
from corpus.grammar.enumerators import is_number_alone
from corpus.layout import Layout
from corpus.parser.apply_layout import apply_layout
from corpus.parser.context import Context
from corpus.parser.headings import find_headings
from corpus.parser.lines import Line, count_lines, quote, read_lines
from corpus.parser.markdown import is_markdown, read_markdown
from corpus.parser.passes import run_passes
from corpus.parser.pipe_tables import read_tables
from corpus.parser.roles import Role
from corpus.parser.title_block import title_block, title_end
from corpus.parser.unwrap import find_wrap
from corpus.parser.works import split_works
from corpus.text.fold import fold, is_spread
from corpus.text.sentences import split_sentences

_Spans = tuple[Span, ...]
_BREAK = re.compile(r"(?<![ \t\u3000])[ \t\u3000]*(?:\r\n|\r|\n)\s*")


@dataclass(slots=True)
class _OpenSection:
    """An open section: the next paragraph may still belong to it."""

    rank: float
    """Depth of its kind of heading: 0 for a work. A kind nests in the kinds of smaller rank."""
    section: Section
    limit: int = 0
    """How many paragraphs it may hold; 0 for no limit."""
    paragraphs: int = 0
    """How many paragraphs stand directly in it so far."""


class Builder:
    """Turns the lines of each work into blocks, in reading order."""

    def __init__(self, name: str, text: str, edition: Edition | None, layout: Layout) -> None:
        self.name = name
        self.text = text
        self.blocks: list[Block] = []
        self.warnings: list[ParserWarning] = []
        self.tables: Sequence[Table] = layout.tables
        self._layout = layout
        self._spread = is_spread(text)
        self._wanted = {heading.line: heading.level for heading in edition.headings} if edition else {}
        self._unwanted = (
            frozenset(number for number, times in times_listed(edition.not_headings, last=count_lines(text)) if times)
            if edition
            else frozenset()
        )
        self._fixed = self._unwanted | self._wanted.keys()
        self._stack: list[_OpenSection] = []
        self._occurrences: Counter[str] = Counter()

    def folded(self, spans: _Spans) -> str:
        return fold(quote(self.text, spans), spread=self._spread).text

    def read(self) -> list[Line]:
        """Return the lines of the whole text, the markup of the format as lines of its own."""
        lines = read_lines(self.text, spread=self._spread)
        if self._layout != Layout():
            return apply_layout(lines, self.text, self._layout, spread=self._spread)
        read = read_markdown if is_markdown(lines) else read_tables
        lines, self.tables = read(lines, self.text)
        return lines

    def add_work(self, lines: Sequence[Line], *, supplied_title: str, block: range | None = None) -> None:
        """Add a work. Its title is the first line of the title block, which an edition names or the rules find.

        Where only rules decide, the same lines may hold several works.
        """
        fixed = self._fixed
        whole = self._layout.whole_paragraphs
        wrap = None if whole else find_wrap(lines, fixed)
        lines = run_passes(lines, Context(self.text, self._spread, fixed, whole, wrap))
        for part in [lines] if block is not None or fixed else split_works(lines):
            self._add_lines(part, supplied_title, block, fixed)

    def _add_lines(
        self, lines: Sequence[Line], supplied_title: str, block: range | None, fixed: frozenset[int]
    ) -> None:
        text_lines = [line for line in lines if not line.is_non_body]
        title = range(1)
        if block is None:
            first, end, length = (0, 0, 0) if self._layout.is_untitled else title_block(text_lines)
            head, title = text_lines[:length], range(first, end)
            if any(line.number in fixed for line in head):
                head = []
        else:
            head = [line for line in text_lines if line.number in block and not line_types.is_salutation(line.text)]
        self._begin_work(head, title, supplied_title)
        taken = {id(line) for line in head}
        body = [line for line in text_lines if id(line) not in taken]
        paragraphs = find_headings(body, wanted=self._wanted, settled=self._fixed)
        self.warnings += [
            ParserWarning(body[uncertain.index].spans[0], uncertain.message) for uncertain in paragraphs.uncertain
        ]
        roles = iter(paragraphs.roles)
        signature: list[Line] = []
        for line in lines:
            if line.is_non_body:
                self.blocks += [NonBody(span, line.kind) for span in line.spans if line.kind not in ("", "whole")]  # type: ignore[arg-type]
            elif id(line) not in taken:
                role = next(roles)
                if role.kind == "end":
                    signature.append(line)
                    continue
                self._add_signature(signature)
                self._add(line, role)
        self._add_signature(signature)

    def _begin_work(self, head: Sequence[Line], title: range, supplied_title: str) -> None:
        """Open a work. `title` is the range of the lines in the title block `head` that are the title."""
        self._stack = []
        spans = tuple(span for line in head for span in line.spans)
        if not spans:
            self._push_section(0, Section(supplied_title, None, 0, None, is_run_in=False), 0)
            return
        title_spans = tuple(span for line in head[title.start : title.stop] for span in line.spans)
        words = self.folded(title_spans)
        role = Role("run_in", end=title_end(words))
        self._open_section(role, self._title(replace(head[title.start], spans=title_spans, text=words), role))
        self._add_passage(spans, tuple(itertools.accumulate(map(len, spans))), 0)

    def _add_signature(self, signature: list[Line]) -> None:
        """Add the signature to the work itself, not to its last section; then clear `signature`."""
        if signature:
            del self._stack[1:]
            spans = tuple(span for line in signature for span in line.spans)
            self._stack[-1].paragraphs += 1
            self._add_passage(spans, tuple(itertools.accumulate(map(len, spans))), self._stack[-1].paragraphs)
            signature.clear()

    def _add(self, line: Line, role: Role) -> None:
        match role.kind:
            case "heading":
                title = self._title(line, role)
                outside = [Span(a, b) for span in line.spans for a, b in _without(span, title) if a < b]
                self._add_markup(span for span in outside if span.end <= title.start)
                self._open_section(role, title)
                self._add_markup(span for span in outside if span.start >= title.end)
            case "run_in":
                self._open_section(role, self._title(line, role))
                self._add_paragraph(line.spans)
            case "salutation" if len(line.spans) == 1:
                self._close_run_in_sections()
                self.blocks.append(NonBody(line.spans[0], "salutation"))
            case "close":
                while self._stack[-1].rank >= role.rank > 0:
                    self._stack.pop()
                self._add_paragraph(line.spans)
            case _:
                if line_types.opens_with_address(line.text):
                    self._close_run_in_sections()
                self._add_paragraph(line.spans)

    def _add_markup(self, spans: Iterable[Span]) -> None:
        """Add the markup around a heading on its line, such as `**`."""
        self.blocks += [NonBody(span, "markup") for span in spans if self.text[span.start : span.end].strip()]

    def _close_run_in_sections(self) -> None:
        """Close the open run-in sections: an address to the audience ends a list of points."""
        while self._stack[-1].section.is_run_in and self._stack[-1].rank:
            self._stack.pop()

    def _title(self, line: Line, role: Role) -> Span:
        """Return where the title stands in the source. It may contain a line break, but ends before a page's foot."""
        folded = fold(quote(self.text, line.spans), spread=self._spread)
        first, *rest = cut(line.spans, folded.start(role.start), folded.end(role.end))
        end = first.end
        for piece in rest:
            if piece.start < end or self.text[end : piece.start].strip():
                break
            end = piece.end
        return Span(first.start, end)

    def _open_section(self, role: Role, title: Span) -> None:
        while self._stack and (self._stack[-1].rank >= role.rank or len(self._stack) > PARSER.deepest_section):
            self._stack.pop()
        parent = self._stack[-1].section if self._stack else None
        label = title_on_one_line(self.text[title.start : title.end])
        section = Section(label, title, len(self._stack), parent, role.kind == "run_in")
        self._push_section(role.rank, section, role.limit)

    def _push_section(self, rank: float, section: Section, limit: int) -> None:
        self._stack.append(_OpenSection(rank, section, limit))
        self.blocks.append(section)

    def _add_paragraph(self, spans: _Spans) -> None:
        while self._stack[-1].limit and self._stack[-1].paragraphs >= self._stack[-1].limit:
            self._stack.pop()
        self._stack[-1].paragraphs += 1
        ends = tuple(end for _, end in split_sentences(quote(self.text, spans)))
        self._add_passage(spans, ends, self._stack[-1].paragraphs)

    def _add_passage(self, spans: _Spans, ends: tuple[int, ...], paragraph: int) -> None:
        text = quote(self.text, spans)
        self._occurrences[text] += 1
        key = "\0".join((self.name, text, str(self._occurrences[text])))
        passage_id = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self.blocks.append(Passage(passage_id, spans, ends, self._stack[-1].section, paragraph))


def _without(span: Span, title: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the parts of a span before and after the title."""
    return (span.start, min(span.end, title.start)), (max(span.start, title.end), span.end)


def title_on_one_line(title: str) -> str:
    """Return a title without its line break. A blank replaces the break after a number or an alphabetic word."""

    def between(match: re.Match[str]) -> str:
        end = match.start()
        is_number = 0 < end <= PARSER.longest_number and is_number_alone(fold(title[:end], spread=False).text)
        return " " if end and (title[end - 1] < "\u2000" or is_number) else ""

    return _BREAK.sub(between, title)
