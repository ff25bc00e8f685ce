"""Documents, sections, passages and places of words as JSON objects. Each `text` is slices of the source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from typing_extensions import TypedDict

from corpus.document import Document, Passage, Section, Span
from index.catalog import CatalogEntry
from qa.citations.forms import cite
from qa.output.json_records import pairs, recognition

Record = TypeVar("Record", bound=type)


def described(record: Record) -> Record:
    """Let pydantic read what the docstrings below the fields of a record say. Here it is not imported."""
    record.__pydantic_config__ = {"use_attribute_docstrings": True}  # type: ignore[attr-defined]
    return record


@described
class DocumentRecord(TypedDict):
    """A line of the list of documents."""

    id: str
    name: str
    title: str
    """The titles of its works, with blanks between them."""
    sha256: str
    """Of its file."""
    size: int
    """Bytes of its file; of a document in memory, code points of its text."""
    passages: int
    """The number of its passages."""


@described
class SectionRecord(TypedDict):
    """A heading."""

    number: int
    """Its place among the document's sections, from 0."""
    label: str
    level: int
    """0 for a work, 1 for its sections, and so on."""
    parent: int | None
    """The number of the section around it."""
    span: list[int] | None
    """Where the title stands in the text; None if it is supplied."""


@described
class FoundRecord(TypedDict):
    """A passage, or another part of a document, that has words that were looked for."""

    passage_id: str | None
    """None for a heading or a note outside the passages."""
    document: str
    document_id: str
    text: str
    spans: list[list[int]]
    found: list[list[int]]
    """The spans of the words in the document's text."""
    lines: list[int]
    citation: str
    source_sha256: str


def document_id(name: str) -> str:
    """Return 16 hex digits that stand for a document's name in addresses."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def entry_as_json(entry: CatalogEntry) -> DocumentRecord:
    """Return a line of the list of documents."""
    return {
        "id": document_id(entry.name),
        "name": entry.name,
        "title": entry.title,
        "sha256": entry.sha256,
        "size": entry.size,
        "passages": entry.passages,
    }


def sections_as_json(document: Document) -> list[SectionRecord]:
    """Return the sections of a document in the order of the text."""
    numbers = {id(section): number for number, section in enumerate(document.sections)}
    return [
        {
            "number": number,
            "label": section.label,
            "level": section.level,
            "parent": None if section.parent is None else numbers.get(id(section.parent)),
            "span": None if section.title_span is None else [section.title_span.start, section.title_span.end],
        }
        for number, section in enumerate(document.sections)
    ]


def place_as_json(document: Document, passage: Passage, form: str = "own") -> dict[str, Any]:
    """Return where a passage stands, and how it is cited; without its words."""
    return {
        "passage_id": passage.id,
        "spans": pairs(passage.spans),
        "lines": list(document.lines(passage.spans)),
        "section": [section.label for section in passage.section.path],
        "paragraph": passage.paragraph,
        "citation": cite(form, document, passage),
    } | recognition(document, passage.spans)


def passage_as_json(document: Document, passage: Passage, form: str = "own") -> dict[str, Any]:
    """Return a passage with its words, and the document that it is from."""
    return {
        "document": document.name,
        "document_id": document_id(document.name),
        "text": document.quote(passage.spans),
        "source_sha256": document.sha256,
    } | place_as_json(document, passage, form)


def passages_under(document: Document, section: Section) -> tuple[Passage, ...]:
    """Return the passages of a section and of those in it."""
    return tuple(passage for passage in document.passages if _is_under(passage.section, section))


def _is_under(section: Section | None, other: Section) -> bool:
    while section is not None and section is not other:
        section = section.parent
    return section is not None


def found_as_json(
    document: Document, spans: Sequence[Span], found: Iterable[Span], passage_id: str | None, citation: str
) -> FoundRecord:
    """Return a part of a document, at `spans`, with the words that were found in it."""
    first, last = document.lines(spans)
    return {
        "passage_id": passage_id,
        "document": document.name,
        "document_id": document_id(document.name),
        "text": document.quote(spans),
        "spans": pairs(spans),
        "found": pairs(found),
        "lines": [first, last],
        "citation": citation,
        "source_sha256": document.sha256,
    }
