"""Reads a draft as paragraphs with their notes, to find the quotations in it. Nothing of it is stored.

A draft is not a document: nobody cites it, so its paragraphs are counted as a person counts them, and marks of its
format are left out. DOCX, HTML and Markdown say which paragraphs are block quotes and where a note is cited. Of other
formats the paragraphs are read, and the notes that stand at the end of a text with the marks that cite them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from corpus import corpus_messages
from corpus.errors import SourceError
from corpus.formats import damage_named, format_of, refuse_binary
from corpus.formats.draft_paragraphs import DraftParagraph, with_marks
from corpus.text.encoding import decode


def read_draft(filename: str, data: bytes) -> list[DraftParagraph]:
    """Return the paragraphs of a draft, each note's after the one that cites it first. Raises SourceError.

    `filename` is only a name; the file's first bytes count more than its ending.
    """
    with damage_named(filename):
        found = [paragraph for paragraph in _paragraphs(filename, data) if paragraph.text.strip()]
    if not found:
        raise SourceError(corpus_messages.NO_TEXT, filename)
    return _after_citing(found)


def _paragraphs(filename: str, data: bytes) -> list[DraftParagraph]:
    form = format_of(filename, data)
    match form:
        case "docx":
            from corpus.formats.draft_docx import read

            return read(data, name=filename)
        case "html":
            from corpus.formats.draft_html import read

            return read(data, name=filename)
        case "text" | "markdown":
            from corpus.formats.draft_markdown import read_markdown, read_text

            text = decode(data, name=filename).text
            refuse_binary(text, filename)
            return read_markdown(text) if form == "markdown" else read_text(text)
        case _:
            return _read_other(filename, data)


def _read_other(filename: str, data: bytes) -> list[DraftParagraph]:
    """Return the paragraphs of a file whose format says of none that it is a quote: PDF, EPUB, ODT and so on."""
    from corpus.parse import parse_source
    from corpus.source import Source

    document = parse_source(Source.from_file(filename, data, None))
    return with_marks([DraftParagraph(document.quote(one.spans), "body", 0, "") for one in document.passages])


def _after_citing(paragraphs: Iterable[DraftParagraph]) -> list[DraftParagraph]:
    """Return the paragraphs counted, with each note after the paragraph that cites it, notes that nobody cites last."""
    body: list[DraftParagraph] = []
    notes: dict[str, list[DraftParagraph]] = {}
    for one in paragraphs:
        if one.kind == "note":
            notes.setdefault(one.note, []).append(one)
        else:
            body.append(one)
    ordered: list[DraftParagraph] = []
    for number, one in enumerate(body, start=1):
        ordered.append(replace(one, number=number))
        for _, mark in sorted(one.cited):
            ordered += [replace(part, number=number) for part in notes.pop(mark, ())]
    ordered += [part for several in notes.values() for part in several]
    return ordered
