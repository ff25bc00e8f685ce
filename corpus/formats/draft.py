"""Reads a draft as paragraphs with their notes, to find the quotations in it. Nothing of it is stored.

A draft is not a document: nobody cites it, so its paragraphs are counted as a person counts them, and marks of its
format are left out. DOCX, HTML and Markdown say which paragraphs are block quotes and where a note is cited. Of other
formats the paragraphs are read, and the notes that stand at the end of a text with the marks that cite them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import TypeAdapter

from corpus import corpus_messages
from corpus.errors import SourceError
from corpus.formats import format_of, refuse_binary
from corpus.text.encoding import decode

Kind = Literal["body", "quote", "note"]


@dataclass(frozen=True, slots=True)
class DraftParagraph:
    """A paragraph of a draft, or of a note."""

    text: str
    kind: Kind
    """`quote`: a block quote."""
    number: int
    """Of the paragraph, from 1, notes and blank ones not counted; of a note's: that of the paragraph that cites it."""
    note: str
    """The mark of the note that it belongs to; empty for the others."""
    cited: tuple[tuple[int, str], ...] = ()
    """The marks of the notes that it cites, with the offset in `text` after which each stands."""


_PARAGRAPHS = TypeAdapter(list[DraftParagraph])
_MARK = r"\[\^([^\]\s]{1,64})\]|[\[［【〔](\d{1,4})[\]］】〕]|([①-⑳㉑-㉟㊱-㊿])"
_CITED = re.compile(_MARK)
_NOTE = re.compile(rf"\s*(?:{_MARK})[:：、.．]?\s*(?=\S)")


def read_draft(filename: str, data: bytes) -> list[DraftParagraph]:
    """Return the paragraphs of a draft, each note's after the one that cites it first. Raises SourceError.

    `filename` is only a name; the file's first bytes count more than its ending.
    """
    form = format_of(filename, data)
    match form:
        case "docx":
            from corpus.formats.draft_docx import read

            found = read(data, name=filename)
        case "html":
            from corpus.formats.draft_html import read

            found = read(data, name=filename)
        case "text" | "markdown":
            from corpus.formats.draft_markdown import read_markdown, read_text

            text = decode(data, name=filename).text
            refuse_binary(text, filename)
            found = read_markdown(text) if form == "markdown" else read_text(text)
        case _:
            found = _read_other(filename, data)
    found = [paragraph for paragraph in found if paragraph.text.strip()]
    if not found:
        raise SourceError(corpus_messages.NO_TEXT, filename)
    return _after_citing(found)


def _read_other(filename: str, data: bytes) -> list[DraftParagraph]:
    """Return the paragraphs of a file whose format says of none that it is a quote: PDF, EPUB, ODT and so on."""
    from corpus.parse import parse_source
    from corpus.source import Source

    document = parse_source(Source.from_file(filename, data, None))
    return with_marks([DraftParagraph(document.quote(one.spans), "body", 0, "") for one in document.passages])


def paragraphs_of(record: str) -> list[DraftParagraph]:
    """Return the paragraphs that the process which reads files wrote as JSON. Raises ValueError for other records."""
    found = _PARAGRAPHS.validate_json(record)
    for one in found:
        if any(not 0 <= at <= len(one.text) for at, _ in one.cited):
            raise ValueError("a note is cited outside the text")
    return found


def with_marks(paragraphs: Sequence[DraftParagraph]) -> list[DraftParagraph]:
    """Find notes by their marks alone: `[1]`, `①` or `[^a]` in a text, and at the beginning of a later paragraph.

    A mark is one only if both are there: [2021] in a title cites nothing. Paragraphs may be known to be notes.
    """
    heads = {
        row: match for row, one in enumerate(paragraphs) if one.kind == "body" and (match := _NOTE.match(one.text))
    }
    first: dict[str, int] = {}
    for row, one in enumerate(paragraphs):
        for match in _CITED.finditer(one.text, heads[row].end() if row in heads else 0):
            first.setdefault(_mark(match), row)
    heads = {row: match for row, match in heads.items() if first.get(_mark(match), row) < row}
    marks = {_mark(match) for match in heads.values()} | {one.note for one in paragraphs if one.kind == "note"}
    return [
        replace(one, text=one.text[heads[row].end() :], kind="note", note=_mark(heads[row]))
        if row in heads
        else _cut_marks(one, marks)
        for row, one in enumerate(paragraphs)
    ]


def _cut_marks(one: DraftParagraph, marks: set[str]) -> DraftParagraph:
    """Return a paragraph without the marks of its notes, and where they stood."""
    parts: list[str] = []
    cited: list[tuple[int, str]] = []
    end = length = 0
    for match in _CITED.finditer(one.text):
        if _mark(match) in marks:
            parts.append(one.text[end : match.start()])
            length += len(parts[-1])
            cited.append((length, _mark(match)))
            end = match.end()
    return replace(one, text="".join((*parts, one.text[end:])), cited=(*one.cited, *cited))


BEFORE, AFTER = "\ufdd0", "\ufdd1"
"""Stand around the mark of a note until the words of a paragraph are whole. No text has these two, as Unicode says."""
_PLACED = re.compile(f"{BEFORE}([^{AFTER}]*){AFTER}")


def clean(words: str) -> str:
    """Return words of a file without what stands around marks."""
    return words.replace(BEFORE, "").replace(AFTER, "")


def placed(text: str, kind: Kind, note: str) -> DraftParagraph:
    """Return the paragraph of words in which the marks of notes stand between `BEFORE` and `AFTER`."""
    parts = _PLACED.split(text)
    cited: list[tuple[int, str]] = []
    length = 0
    for number, part in enumerate(parts):
        if number % 2:
            cited.append((length, part))
        else:
            length += len(part)
    return DraftParagraph("".join(parts[::2]), kind, 0, note, tuple(cited))


def _mark(match: re.Match[str]) -> str:
    mark: str = next(filter(None, match.groups()))
    return mark


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
