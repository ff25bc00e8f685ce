"""Reads a draft in DOCX: paragraphs in order, footnotes and endnotes, which paragraphs are block quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docx.document import Document as Docx
from lxml import etree

from corpus.formats.docx import CHARACTERS, SKIPPED, W, is_hidden, notes_of, open_document
from corpus.formats.draft_paragraphs import AFTER, BEFORE, DraftParagraph, Kind, clean, placed, with_marks

_CITING = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_QUOTE = re.compile(r"quot|引用|引文|block ?text|文本块", re.IGNORECASE)
_SIDES = (("left", "start", "leftChars", "startChars"), ("right", "end", "rightChars", "endChars"))
_ROMAN = (("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))


def read(data: bytes, *, name: str) -> list[DraftParagraph]:
    """Return the paragraphs of a draft. Raises SourceError if it is damaged or encrypted."""
    return _Reader(open_document(data, name=name), name).read()


class _Reader:
    def __init__(self, document: Docx, name: str) -> None:
        self._body: etree._Element = document.element.body
        self._notes = {kind: notes_of(document, kind, name) for kind in ("footnotes", "endnotes")}
        self._marks: dict[tuple[str, str], str] = {}
        self._quotes = _quote_styles(document)

    def read(self) -> list[DraftParagraph]:
        found = list(self._paragraphs(self._body, ""))
        if not self._marks:
            return with_marks(found)
        for (kind, key), mark in list(self._marks.items()):
            found += self._paragraphs(self._notes[kind][key], mark)
        return found

    def _paragraphs(self, parent: etree._Element, note: str) -> Iterator[DraftParagraph]:
        """Yield the paragraphs under an element, those of tables and text boxes included, in one pass."""
        stack = [parent]
        while stack:
            element = stack.pop()
            if element.tag == f"{W}p":
                words, boxes = self._words(element)
                kind: Kind = "note" if note else "quote" if self._is_quote(element) else "body"
                yield placed(words, kind, note)
                stack += reversed(boxes)
            elif element.tag not in SKIPPED:
                stack += reversed(element)

    def _words(self, paragraph: etree._Element) -> tuple[str, list[etree._Element]]:
        """Return the words of a paragraph, with the marks of its notes, and its text boxes."""
        words: list[str] = []
        boxes: list[etree._Element] = []
        stack = list(reversed(paragraph))
        while stack:
            element = stack.pop()
            tag = str(element.tag)
            if tag == f"{W}t":
                words.append(clean(element.text or ""))
            elif tag in CHARACTERS:
                words.append(CHARACTERS[tag])
            elif tag in _CITING:
                words.append(self._cite(_CITING[tag], element.get(f"{W}id") or ""))
            elif tag == f"{W}txbxContent":
                boxes.append(element)
            elif element.tag not in SKIPPED and not (tag == f"{W}r" and is_hidden(element)):
                stack += reversed(element)
        return "".join(words).replace("\u00ad", "").strip(), boxes

    def _cite(self, kind: str, key: str) -> str:
        """Return the mark of a note, as a reader sees it: 1, 2 for footnotes, i, ii for endnotes."""
        if key not in self._notes[kind]:
            return ""
        if (kind, key) not in self._marks:
            number = 1 + sum(other == kind for other, _ in self._marks)
            self._marks[kind, key] = str(number) if kind == "footnotes" else _roman(number)
        return f"{BEFORE}{self._marks[kind, key]}{AFTER}"

    def _is_quote(self, paragraph: etree._Element) -> bool:
        """Return whether a paragraph has a style for quotations, or is indented on both sides."""
        own = paragraph.find(f"{W}pPr")
        if own is None:
            return False
        style = own.find(f"{W}pStyle")
        if style is not None and style.get(f"{W}val") in self._quotes:
            return True
        return _is_indented(own)


def _quote_styles(document: Docx) -> set[str]:
    """Return the ids of the paragraph styles for quotations: by name, indented on both sides, or based on such."""
    found: set[str] = set()
    bases: dict[str, str] = {}
    for style in document.styles.element.iter(f"{W}style"):
        identity, named, based = style.get(f"{W}styleId") or "", style.find(f"{W}name"), style.find(f"{W}basedOn")
        own = style.find(f"{W}pPr")
        if based is not None:
            bases[identity] = based.get(f"{W}val") or ""
        words = (named.get(f"{W}val") or "") if named is not None else ""
        if _QUOTE.search(words) or (own is not None and _is_indented(own)):
            found.add(identity)
    for identity in bases:
        base, seen = identity, set[str]()
        while base not in found and base in bases and base not in seen:  # in a circle, perhaps
            seen.add(base)
            base = bases[base]
        if base in found:
            found.add(identity)
    return found


def _is_indented(properties: etree._Element) -> bool:
    """Return whether paragraph properties indent both sides."""
    own = properties.find(f"{W}ind")
    return own is not None and all(any(_is_some(own.get(f"{W}{name}")) for name in side) for side in _SIDES)


def _is_some(value: str | None) -> bool:
    return value is not None and value.isascii() and value.isdigit() and bool(value.strip("0"))


def _roman(number: int) -> str:
    numeral = ""
    for letters, value in _ROMAN:
        numeral += letters * (number // value)
        number %= value
    return numeral
