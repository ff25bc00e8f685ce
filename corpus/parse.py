"""Parses a text into sections and passages: pure, and total over all strings.

The parser turns lines into paragraphs (`parser.passes`). An edition sets them in reading order and joins what the
source cut. The heading rules (`parser.headings`) give each paragraph its role. Every step hands on spans; none changes
the text.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields, Edition, parse_edition, times_listed
from corpus.bibliography.metadata import with_metadata, with_supplied
from corpus.document import Document, NonBody, ParserWarning, Span
from corpus.errors import SourceError
from corpus.layout import Layout
from corpus.source import Source
from corpus.text.encoding import garbled

if TYPE_CHECKING:
    from corpus.parser.builder import Builder
    from corpus.parser.lines import Line

PARSER_VERSION = 7
"""Raise it when the same text gives other sections, passages, sentences, non-body text or warnings than before.

Each index then parses its documents again and embeds the rows that changed. tests/qa/test_versions.py fails until it is
raised.
"""


def parse(
    text: str,
    *,
    name: str,
    sha256: str | None = None,
    edition: Edition | None = None,
    layout: Layout | None = None,
    properties: CitationFields | None = None,
) -> Document:
    """Return the document of a text. Accepts any string.

    `sha256` is the hash of the source's bytes, by default of the text in UTF-8. `layout` is what the reader of the
    format found beside the text. `properties` is the file's own metadata, which counts where neither the edition nor
    the text says anything. Raises SourceError if the edition was not made for this text.
    """
    sha256 = sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    from corpus.parser.builder import Builder  # here: a document that is stored is not parsed again

    layout = layout or Layout()
    parser = Builder(name, text, edition, layout)
    lines = parser.read()
    if edition is not None:
        _add_works(edition, lines, parser, sha256)
    elif lines:
        title = properties.title if properties else None
        parser.add_work(lines, supplied_title=(title and title.supplied) or name)
    warnings = [*parser.warnings, *layout.warnings]
    warnings += (ParserWarning(Span(place.start, place.end), place.message) for place in garbled(text))
    warnings.sort(key=lambda warning: warning.span)
    document = Document(
        name,
        text,
        sha256,
        tuple(parser.blocks),
        warnings=tuple(warnings),
        pages=layout.pages,
        page_labels=layout.page_labels,
        places=layout.places,
        recognised=tuple(line.span for line in layout.recognised),
        doubtful=layout.doubtful,
        tables=tuple(parser.tables),
    )
    return with_metadata(document, _citations(edition), properties=properties)


def parse_source(source: Source) -> Document:
    """Return the document of a source that `load` read. Raises SourceError if its edition file does not fit."""
    document = parse(
        source.text,
        name=source.name,
        sha256=source.sha256,
        edition=_edition(source),
        layout=source.layout,
        properties=source.properties,
    )
    return with_supplied(document, source.supplied)


def add_metadata(document: Document, source: Source) -> Document:
    """Return a document of the source's blocks, with its metadata as `parse_source` sets it."""
    document = with_metadata(document, _citations(_edition(source)), properties=source.properties)
    return with_supplied(document, source.supplied)


def _edition(source: Source) -> Edition | None:
    return parse_edition(source.edition, name=f"{source.name}.toml") if source.edition else None


def _citations(edition: Edition | None) -> list[CitationFields]:
    return [work.citation for work in edition.works] if edition else []


def _add_works(edition: Edition, lines: list[Line], parser: Builder, sha256: str) -> None:
    """Add the works to the parser in the edition's order. Raises SourceError if the edition does not fit."""
    name = parser.name
    if edition.sha256 != sha256:
        message = corpus_messages.EDITION_OF_OTHER_TEXT
        raise SourceError(message.format(expected=edition.sha256[:12], found=sha256[:12]), name)
    by_number: dict[int, list[Line]] = {}
    for line in lines:
        by_number.setdefault(line.number, []).append(line)
    numbers = sorted(by_number)
    ranges = chain(chain.from_iterable(work.lines for work in edition.works), edition.pointers)
    placed = dict(times_listed(ranges, last=numbers[-1] if numbers else 0))
    wrong = next((number for number in by_number if placed[number] != 1), None)
    if wrong is not None:
        raise SourceError(corpus_messages.LINE_PLACED_WRONGLY.format(line=wrong, times=placed[wrong]), name)
    _join(edition, by_number, parser)

    def lines_of(part: range) -> Iterator[Line]:
        """Yield the lines with text in a range, which may reach far beyond them."""
        for number in numbers[bisect_left(numbers, part.start) : bisect_left(numbers, part.stop)]:
            yield from by_number.get(number, ())

    for work in edition.works:
        chosen = [line for part in work.lines for line in lines_of(part)]
        by_rule = work.title_block is None and not work.supplied_title
        block = None if by_rule else work.title_block or range(0)
        if chosen:
            parser.add_work(chosen, supplied_title=work.supplied_title or name, block=block)
    for part in edition.pointers:
        for line in lines_of(part):
            parser.blocks += [NonBody(span, "pointer") for span in line.spans]


def _join(edition: Edition, lines: dict[int, list[Line]], parser: Builder) -> None:
    """Join, in `lines`, the paragraphs that the source cut. Raises SourceError if the edition does not fit."""
    grown: dict[int, list[Span]] = {}
    """The spans of the last line of each number that others were joined to: folded once, however many there are."""
    for join in edition.joins:
        head, tail = join.lines
        if not lines.get(head) or not lines.get(tail) or head == tail:
            raise SourceError(corpus_messages.JOIN_WITHOUT_TEXT.format(first=head, second=tail), parser.name)
        if tail in grown:
            lines[tail][-1] = replace(lines[tail][-1], spans=tuple(grown[tail]))
        if len(lines[tail]) == 1:
            grown.pop(tail, None)
        second, *others = lines.pop(tail)
        span, *rest = second.spans
        if join.until is not None:
            end = span.start + len(join.until)
            if parser.text[span.start : end] != join.until:
                message = corpus_messages.JOIN_WITH_OTHER_WORDS
                raise SourceError(message.format(line=tail, words=join.until), parser.name)
            if end < span.end:
                blanks = len(parser.text[end : span.end]) - len(parser.text[end : span.end].lstrip())
                left = (Span(end + blanks, span.end), *rest)
                others.insert(0, replace(second, spans=left, text=parser.folded(left)))
                span, rest = Span(span.start, end), []
        if others:
            lines[tail] = others
        grown.setdefault(head, list(lines[head][-1].spans)).extend((span, *rest))
    for number, spans in grown.items():
        lines[number][-1] = replace(lines[number][-1], spans=tuple(spans), text=parser.folded(tuple(spans)))
