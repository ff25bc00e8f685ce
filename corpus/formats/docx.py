"""Reads DOCX: paragraphs and tables in order, heading styles as headings, notes after the paragraph that cites them.

Automatic numbers of lists and headings are written out as Word shows them (`docx_numbering`). Left out are deleted and
hidden text, comments, headers and footers, pictures and ruby text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docx import Document as open_docx
from docx.document import Document as Docx
from docx.opc.part import XmlPart
from lxml import etree

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.bibliography.metadata_fields import FIELDS
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats.archive import open_zip, parse_xml, read_part, refuse_false_sizes
from corpus.formats.docx_numbering import Numbering
from corpus.formats.docx_tables import marked_heads, merged_cells
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.inline_words import InlineWords, Role
from corpus.formats.properties import by_field, properties
from corpus.formats.table_cells import only_lays_out

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SKIPPED = frozenset({_FALLBACK, *(f"{W}{tag}" for tag in ("del", "moveFrom", "rt", "pPr", "sectPr", "instrText"))})
CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "\u00ad",
}
_HEADING = re.compile(r"(?:heading|标题|標題)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录|目錄)\s*\d|toc heading", re.IGNORECASE)
_TITLES = frozenset({"title", "标题", "文档标题", "標題"})
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}


def read_docx(data: bytes, *, name: str) -> Extracted:
    """Return the text of a document. Raises SourceError if it is damaged or encrypted, or has no text."""
    document = open_document(data, name=name)
    writer = TextWriter(name)
    _Body(document, writer).write()
    # A document without heading styles may be a text that was wrapped at a width and pasted.
    return writer.finish(_properties(document), whole_paragraphs=writer.has_headings)


def open_document(data: bytes, *, name: str) -> Docx:
    """Return the parts of a file. Raises SourceError if it is damaged or encrypted, or exceeds a limit."""
    archive = open_zip(data, name=name)
    refuse_false_sizes(archive, data, name=name)
    for part in archive.namelist():
        if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in read_part(archive, part, name=name)[:2000]:
            raise SourceError(corpus_messages.DOCUMENT_TYPE.format(part=part), name)
    try:
        document = open_docx(io.BytesIO(data))
    except KeyError as error:
        raise SourceError(corpus_messages.STRICT_OPEN_XML, name) from error
    except ValueError as error:
        raise SourceError(corpus_messages.OTHER_OFFICE, name) from error
    for part in document.part.package.iter_parts():  # in UTF-16, or behind a comment, it was not seen above
        if isinstance(part, XmlPart) and part.element.getroottree().docinfo.doctype:
            raise SourceError(corpus_messages.DOCUMENT_TYPE.format(part=part.partname.lstrip("/")), name)
    return document


class _Body:
    """Writes the blocks of a document."""

    def __init__(self, document: Docx, writer: TextWriter) -> None:
        self._body: etree._Element = document.element.body
        self._writer = writer
        self._styles = _Styles(document)
        self._numbers = Numbering(document, name=writer.name)
        self._held = ""
        """The words of a paragraph whose mark is deleted."""
        self._notes = {kind: notes_of(document, kind, writer.name) for kind in ("footnotes", "endnotes")}

    def write(self) -> None:
        self._blocks(self._body, 0)

    def _blocks(self, parent: etree._Element, depth: int) -> None:
        if depth > FORMATS.docx_depth:
            raise SourceError(corpus_messages.NESTED_TABLES.format(most=FORMATS.docx_depth), self._writer.name)
        for block, contents in _children(parent):
            if block.tag == f"{W}p":
                self._paragraph(block, depth, contents=contents)
            else:
                self._table(block, depth)

    def _paragraph(self, paragraph: etree._Element, depth: int, *, contents: bool) -> None:
        level, kind = self._styles.of(paragraph)
        text, boxes, notes = _read(paragraph, self._styles)
        text, self._held = self._held + text, ""
        non_body: Literal["", "contents"] = "contents" if contents or kind == "contents" else ""
        goes_on = _is_mark_deleted(paragraph) and _is_followed(paragraph) and not level
        number = "" if non_body or goes_on else self._number(paragraph, text)
        if text.strip():
            text = number + text.lstrip()
        if goes_on:
            self._held = text  # for the next paragraph
        elif level or non_body:
            self._writer.line(text, level=level, non_body=non_body)
        else:
            for line in text.split("\n"):
                self._writer.line(line)
        for box in boxes:
            self._blocks(box, depth + 1)
        for source, key in notes:
            # A note is written where it is cited first: notes that cite each other would have no end.
            if (note := self._notes[source].pop(key, None)) is not None:
                self._blocks(note, depth + 1)

    def _number(self, paragraph: etree._Element, text: str) -> str:
        """Return the automatic number of a paragraph and count it, unless its mark is deleted, moved or hidden."""
        return "" if not text.strip() and _is_mark_hidden(paragraph) else self._numbers.of(paragraph)

    def _table(self, table: etree._Element, depth: int) -> None:
        rows: list[list[etree._Element]] = [
            list(_nearest_descendants(row, f"{W}tc")) for row in _nearest_descendants(table, f"{W}tr")
        ]
        cells = [cell for row in rows for cell in row]
        is_data = not any(True for tag in (f"{W}txbxContent", *_NOTES) for _ in table.iterdescendants(tag))
        is_data = is_data and max(map(len, rows), default=0) > 1 and not only_lays_out(cells, f"{W}tc")
        if is_data and all(self._length(cell) <= FORMATS.docx_longest_cell for cell in cells):
            texts = [[self._cell_text(cell) for cell in row] for row in rows]
            self._writer.table(merged_cells(rows, texts), marked_heads(rows))
            return
        for cell in cells:
            self._blocks(cell, depth + 1)

    def _cell_text(self, cell: etree._Element) -> str:
        """Return the words of a cell on one line, with automatic numbers, also of paragraphs without words."""
        paragraphs = list(_paragraphs(cell))
        texts = [_read(paragraph, self._styles)[0].lstrip() for paragraph in paragraphs]
        lines = [self._number(paragraph, text) + text for paragraph, text in zip(paragraphs, texts, strict=True)]
        return " ".join(" ".join(line.split("\n")).strip() for line in lines if line.strip())

    def _length(self, cell: etree._Element) -> int:
        return sum(len(_read(paragraph, self._styles)[0]) for paragraph in _paragraphs(cell))


class _Styles:
    """The heading level of each paragraph style, whether it belongs to a table of contents, and raised characters."""

    def __init__(self, document: Docx) -> None:
        self._known: dict[str, tuple[int, str]] = {}
        self._roles: dict[str, Role] = {}
        elements = {style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")}
        for identity, element in elements.items():
            if identity is not None:
                self._known[identity] = self._judge(element, elements)
                if role := _role(element):
                    self._roles[identity] = role

    def role_of_run(self, run: etree._Element) -> Role | None:
        """Return whether a run is raised or lowered, by itself or by its character style."""
        style = run.find(f"{W}rPr/{W}rStyle")
        own = run.find(f"{W}rPr/{W}vertAlign")
        if own is not None or style is None:
            return _role(run)
        return self._roles.get(style.get(f"{W}val") or "")

    def of(self, paragraph: etree._Element) -> tuple[int, str]:
        """Return the heading level of a paragraph (0: not a heading), and `contents` or an empty string."""
        own = paragraph.find(f"{W}pPr")
        style = own.find(f"{W}pStyle") if own is not None else None
        level, kind = self._known.get((style.get(f"{W}val") if style is not None else None) or "", (0, ""))
        outline = _outline(own)
        return (level if outline is None else outline), kind

    @staticmethod
    def _judge(element: etree._Element, elements: dict[str | None, etree._Element]) -> tuple[int, str]:
        current: etree._Element | None = element
        for _ in range(20):  # styles may be based on each other in a circle
            if current is None:
                break
            named = current.find(f"{W}name")
            words = ((named.get(f"{W}val") if named is not None else None) or "").strip().lower()
            if _CONTENTS.fullmatch(words):
                return 0, "contents"
            outline = _outline(current.find(f"{W}pPr"))
            if outline is not None:
                return outline, ""
            if match := _HEADING.fullmatch(words):
                return int(match[1]), ""
            if words in _TITLES:
                return 1, ""
            base = current.find(f"{W}basedOn")
            current = elements.get(base.get(f"{W}val")) if base is not None else None
        return 0, ""


def _role(element: etree._Element) -> Role | None:
    """Return whether a run or a style is raised or lowered."""
    shift = element.find(f"{W}rPr/{W}vertAlign")
    found: dict[str | None, Role] = {"superscript": "raised", "subscript": "lowered"}
    return found.get(shift.get(f"{W}val")) if shift is not None else None


def _outline(own: etree._Element | None) -> int | None:
    """Return the outline level in paragraph properties, from 1 (0: body text); None if there is none."""
    level = own.find(f"{W}outlineLvl") if own is not None else None
    value = level.get(f"{W}val") if level is not None else None
    if value is None or not value.isascii() or not value.isdigit():
        return None
    return int(value) + 1 if int(value) < 9 else 0


def _children(parent: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """Yield the direct paragraphs and tables of a body, cell, box or note, and whether a table of contents has them."""
    stack: list[tuple[etree._Element, bool]] = [(child, False) for child in reversed(parent)]
    while stack:
        element, contents = stack.pop()
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element, contents
        elif element.tag not in SKIPPED and isinstance(element.tag, str):
            galleries = [part.get(f"{W}val") for part in element.iterfind(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")]
            inside = contents or "Table of Contents" in galleries
            stack += [(child, inside) for child in reversed(element)]


def _paragraphs(cell: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs of a cell and of the tables in it, in their order."""
    stack = [cell]
    while stack:
        block = stack.pop()
        if block.tag == f"{W}p":
            yield block
        elif block.tag == f"{W}tbl":
            rows = _nearest_descendants(block, f"{W}tr")
            stack += [one for row in rows for one in _nearest_descendants(row, f"{W}tc")][::-1]
        else:
            stack += [one for one, _ in _children(block)][::-1]


def _nearest_descendants(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the nearest descendants with a tag, also inside content controls and insertions."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if element.tag == tag:
            yield element
        elif element.tag not in SKIPPED and element.tag not in (f"{W}p", f"{W}tbl", f"{W}tc"):
            stack += reversed(element)


def _read(paragraph: etree._Element, styles: _Styles) -> tuple[str, list[etree._Element], list[tuple[str, str]]]:
    """Return the words of a paragraph, its text boxes, and the (kind, id) of its notes."""
    words = InlineWords()
    boxes: list[etree._Element] = []
    notes: list[tuple[str, str]] = []
    stack: list[etree._Element | _End] = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if isinstance(element, _End):
            if element.closes:
                words.close()
            words.add(element.text)
            continue
        tag = element.tag
        if (text := _text(element)) is not None:
            words.add(text)
        elif tag == f"{W}txbxContent":
            boxes.append(element)
        elif tag in _NOTES:
            notes.append((_NOTES[tag], element.get(f"{W}id") or ""))
        elif tag not in SKIPPED and not (tag == f"{W}r" and is_hidden(element)):
            role = styles.role_of_run(element) if tag == f"{W}r" else _MATHS.get(tag)
            before, after = _signs(element)
            words.add(before)
            if role:
                words.open(role)
            stack += [_End(role is not None, after)] if role or after else []
            stack += reversed(element)
    return words.take().replace("\r", "\n"), boxes, notes


def _text(element: etree._Element) -> str | None:
    """Return the characters of an element that is nothing but text; None for others."""
    if element.tag in (f"{W}t", f"{_M}t"):
        return element.text or ""
    if element.tag != f"{W}sym":
        return CHARACTERS.get(str(element.tag))
    code = element.get(f"{W}char") or ""
    # Half of a surrogate pair is no character, and no file can hold it.
    return chr(int(code, 16)) if re.fullmatch(r"(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}", code) else "\ufffd"


@dataclass(frozen=True, slots=True)
class _End:
    """The end of an element whose children are read."""

    closes: bool
    """Whether it ends a raised or lowered part or a part of a fraction."""
    text: str
    """The sign that stands at its end."""


_MATHS: dict[str, Role] = {
    f"{_M}sup": "raised",
    f"{_M}sub": "lowered",
    f"{_M}num": "numerator",
    f"{_M}den": "denominator",
}


def _signs(element: etree._Element) -> tuple[str, str]:
    """Return the signs before and after a part of a formula that are no text in the file: brackets, sums, roots."""
    if element.tag == f"{_M}rad":
        return "√", ""
    names = {f"{_M}d": (("begChr", "("), ("endChr", ")")), f"{_M}nary": (("chr", "∫"),)}.get(str(element.tag), ())
    signs = []
    for name, usual in names:
        found = element.find(f"{_M}{element.tag.rpartition('}')[2]}Pr/{_M}{name}")
        signs.append(usual if found is None else found.get(f"{_M}val") or "")
    return (*signs, "", "")[:2]  # type: ignore[return-value]


def _is_mark_deleted(paragraph: etree._Element) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and any(mark.find(f"{W}{tag}") is not None for tag in ("del", "moveFrom"))


def _is_followed(paragraph: etree._Element) -> bool:
    """Return whether another paragraph follows that may continue this one."""
    following = paragraph.getnext()
    return following is not None and following.tag == f"{W}p"


def _is_mark_hidden(paragraph: etree._Element) -> bool:
    """Return whether the mark at the end of a paragraph is deleted, moved or hidden."""
    own = paragraph.find(f"{W}pPr")
    return _is_mark_deleted(paragraph) or (own is not None and is_hidden(own))


def is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in ("0", "false", "off")


def notes_of(document: Docx, kind: str, name: str) -> dict[str, etree._Element]:
    """Return the footnotes or endnotes by their id."""
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            root = parse_xml(relation.target_part.blob, name=name)
            return {note.get(f"{W}id") or "": note for note in root if note.get(f"{W}type") in (None, "normal")}
    return {}


def _properties(document: Docx) -> CitationFields | None:
    raw = document.core_properties  # `created` is the date of the file, not of the work
    keys = {key for field in FIELDS for key in field.docx}
    return properties(by_field({key: [getattr(raw, key)] for key in keys}, "docx"))
