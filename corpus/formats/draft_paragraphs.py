"""The paragraphs of a draft, with the marks of the notes that they cite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import TypeAdapter

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
