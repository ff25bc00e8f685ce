"""What a citation can say of each work: from its edition file where that says it, else from its title block."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.fields import FIELDS, read_doi
from corpus.bibliography.title_block_facts import find_date, read_supplied_date, read_title_block
from corpus.document import Date, Document, Metadata, Section, SourcedValue, Span
from corpus.errors import SourceError


def with_metadata(
    document: Document, citations: Sequence[CitationFields], *, properties: CitationFields | None = None
) -> Document:
    """Return the document with the metadata of its works.

    `particulars` is what an edition or a person says of each work, in the order of `document.works`; works beyond
    them are read by rules alone. `properties` is what the file says of itself: programs write much there that nobody
    chose, so it only fills in what is not known otherwise, and only where the file is one work. Raises SourceError if
    `particulars` do not fit the text.
    """
    said = [*citations, *[CitationFields()] * (len(document.works) - len(citations))]
    metadata = tuple(_describe(document, work, words) for work, words in zip(document.works, said, strict=False))
    if properties and len(metadata) == 1:
        metadata = (_fill_in(document, metadata[0], properties),)
    return dataclasses.replace(document, metadata=metadata)


def _fill_in(document: Document, known: Metadata, properties: CitationFields) -> Metadata:
    values = {
        name: value for name, value in _values(document, properties).items() if value and not getattr(known, name)
    }
    title = properties.title
    if title and not known.title.spans and known.title.text == document.name:
        values["title"] = _sourced(document, title)
    kind = properties.kind if properties.kind and known.kind == "document" else known.kind
    return dataclasses.replace(known, kind=kind, **values)


def with_supplied(document: Document, supplied: Sequence[CitationFields]) -> Document:
    """Return the document with what a person says of its works in place of what is known otherwise.

    Raises SourceError if a date or a DOI is none.
    """
    metadata = list(document.metadata)
    for number, said in enumerate(supplied[: len(metadata)]):
        known = metadata[number]
        values = {name: value for name, value in _values(document, said).items() if value}
        metadata[number] = dataclasses.replace(known, kind=said.kind or known.kind, **values)
    return dataclasses.replace(document, metadata=tuple(metadata))


def _describe(document: Document, work: Section, said: CitationFields) -> Metadata:
    read = read_title_block(document, work) if said.rules else None
    values: dict[str, Any] = {"title": SourcedValue(work.label, (work.title_span,) if work.title_span else ())}
    if read:
        values |= {"subtitle": read.subtitle, "authors": read.authors, "date": read.date}
    return Metadata(kind=said.kind or (read.kind if read else "document"), **values | _values(document, said))


def _values(document: Document, said: CitationFields) -> dict[str, Any]:
    """Return the values of the fields that something is said of, by their names; () where there is to be none."""
    return {
        field.name: tuple(_sourced(document, one) for one in value)
        if field.kind == "person"
        else _date(document, value)
        if field.kind == "date"
        else _doi(document, value)
        if field.kind == "doi"
        else _sourced(document, value)
        for field in FIELDS
        if (value := getattr(said, field.name)) is not None
    }


def _sourced(document: Document, value: Value) -> SourcedValue:
    if value.supplied is not None:
        return SourcedValue(value.supplied, ())
    span = _span(document, value)
    return SourcedValue(document.quote((span,)), (span,))


def _date(document: Document, value: Value) -> Date:
    date = (
        find_date(document, (_span(document, value),)) if value.supplied is None else read_supplied_date(value.supplied)
    )
    if date is None:
        message = corpus_messages.LINE_WITHOUT_DATE if value.supplied is None else corpus_messages.NOT_A_DATE
        raise SourceError(message.format(line=value.line, words=value.supplied), document.name)
    return date


def _doi(document: Document, value: Value) -> SourcedValue:
    if value.supplied is None:
        return _sourced(document, value)
    doi = read_doi(value.supplied)
    if doi is None:
        raise SourceError(corpus_messages.NOT_A_DOI.format(words=value.supplied), document.name)
    return SourcedValue(doi, ())


def _span(document: Document, value: Value) -> Span:
    """Return where the source says it. Raises SourceError if that line does not."""
    line = document.line_span(value.line or 0)
    if line is None:
        raise SourceError(corpus_messages.CITATION_WITHOUT_TEXT.format(line=value.line), document.name)
    if value.words is None:
        return line
    start = document.text.find(value.words, line.start, line.end)
    if start < 0:
        message = corpus_messages.CITATION_WITH_OTHER_WORDS
        raise SourceError(message.format(line=value.line, words=value.words), document.name)
    return Span(start, start + len(value.words))
