"""Metadata of each work: from its edition file, else from its title block, else from the file's properties."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS, read_doi
from corpus.bibliography.title_block_facts import find_date, read_supplied_date, read_title_block
from corpus.corpus_settings import PARSER
from corpus.document import Date, Document, Metadata, Section, SourcedValue, Span
from corpus.errors import SourceError


def with_metadata(
    document: Document, citations: Sequence[CitationFields], *, properties: CitationFields | None = None
) -> Document:
    """Return the document with the metadata of its works.

    `citations` has the fields that an edition gives for each work, in the order of `document.works`; only rules apply
    to works beyond them. `properties` is the file's own metadata. Programs write much of that without the author's
    choice, so it only fills in missing fields, and only if the file is a single work. Raises SourceError if
    `citations` do not fit the text.
    """
    given = [*citations, *[CitationFields()] * (len(document.works) - len(citations))]
    metadata = tuple(_describe(document, work, words) for work, words in zip(document.works, given, strict=False))
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
    """Return the document with the fields that a person supplied in place of its own.

    Raises SourceError if a date or a DOI is not valid.
    """
    metadata = list(document.metadata)
    for number, given in enumerate(supplied[: len(metadata)]):
        known = metadata[number]
        values = {name: value for name, value in _values(document, given).items() if value}
        metadata[number] = dataclasses.replace(known, kind=given.kind or known.kind, **values)
    return dataclasses.replace(document, metadata=tuple(metadata))


def _describe(document: Document, work: Section, given: CitationFields) -> Metadata:
    read = read_title_block(document, work) if given.rules else None
    values: dict[str, Any] = {"title": SourcedValue(work.label, (work.title_span,) if work.title_span else ())}
    if read:
        values |= {"subtitle": read.subtitle, "authors": read.authors, "date": read.date}
    return Metadata(kind=given.kind or (read.kind if read else "document"), **values | _values(document, given))


def _values(document: Document, given: CitationFields) -> dict[str, Any]:
    """Return the values of the given fields by name. An empty tuple says that there are no such persons."""
    return {
        field.name: tuple(_sourced(document, one) for one in value)
        if field.kind == "person"
        else _date(document, value)
        if field.kind == "date"
        else _doi(document, value)
        if field.kind == "doi"
        else _sourced(document, value)
        for field in FIELDS
        if (value := getattr(given, field.name)) is not None
    }


def _sourced(document: Document, value: Value) -> SourcedValue:
    if value.supplied is not None:
        return SourcedValue(value.supplied, ())
    span = _span(document, value)
    if len(span) > PARSER.longest_value:
        raise SourceError(
            corpus_messages.CITATION_TOO_LONG.format(line=value.line, most=PARSER.longest_value), document.name
        )
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
    """Return the span of a value in the source. Raises SourceError if its line does not have the words."""
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
