"""Reads OpenDocument: texts (ODT), sheets (ODS) and slides (ODP), the last two as `xlsx` and `pptx` read theirs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from lxml import etree

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.errors import SourceError
from corpus.formats.archive import open_zip, read_xml, refuse_document_types
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.merged_cells import Cells
from corpus.formats.odf_styles import TEXT, Styles
from corpus.formats.odf_text import DRAW, OFFICE, TABLE, BodyReader, grid
from corpus.formats.properties import by_field, properties
from corpus.formats.reading_order import Box, in_order
from corpus.formats.sheet_tables import SheetWriter

_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_CHROME = frozenset({"header", "footer", "date-time", "page-number", "page"})
_UNITS = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6}
"""In centimetres."""


def read_odf(data: bytes, *, name: str) -> Extracted:
    """Return the text of a file. Raises SourceError if it is damaged, encrypted or too large, or has no text."""
    archive = open_zip(data, name=name)
    refuse_document_types(archive, name=name)
    parts = set(archive.namelist())
    if "META-INF/manifest.xml" in parts and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise SourceError(corpus_messages.ENCRYPTED, name)
    content = read_xml(archive, "content.xml", name=name)
    roots = [read_xml(archive, "styles.xml", name=name)] if "styles.xml" in parts else []
    styles = Styles([*roots, content])
    writer = TextWriter(name)
    is_untitled, whole_paragraphs = False, True
    for body in content.iterfind(f"{OFFICE}body/*"):
        kind = body.tag.removeprefix(OFFICE)
        if kind == "spreadsheet":
            is_untitled = True
            _sheets(body, styles, writer)
        elif kind == "presentation":
            is_untitled = not _slides(body, styles, writer)
        else:
            BodyReader(styles, writer).blocks(body)
            # A document without heading styles may be a text that was wrapped at a width and pasted.
            whole_paragraphs = writer.has_headings
    return writer.finish(
        _properties(archive, name) if "meta.xml" in parts else None,
        whole_paragraphs=whole_paragraphs,
        is_untitled=is_untitled,
    )


def _sheets(body: etree._Element, styles: Styles, writer: TextWriter) -> None:
    reader = BodyReader(styles, writer)
    for table in body.iterfind(f"{TABLE}table"):
        found = grid(table, reader)
        cells: Cells = {}
        for cell in found:
            if cell.text:
                cells.setdefault(cell.row, {})[cell.column] = cell.text
        if found:
            output = SheetWriter(writer, table.get(f"{TABLE}name") or "")
            output.write(cells, [cell.merged for cell in found if cell.merged])
            for cell in found:
                output.line(cell.comment, cell.row, cell.column)


def _slides(body: etree._Element, styles: Styles, writer: TextWriter) -> bool:
    """Write the slides, and return whether the first has a title."""
    is_titled = False
    for number, slide in enumerate(body.iterfind(f"{DRAW}page")):
        writer.page()
        reader = BodyReader(styles, writer)
        shapes = list(_shapes(slide))
        titles = [shape for shape in shapes if shape.get(f"{_PRESENTATION}class") == "title"]
        title = " ".join(" ".join(reader.cell(shape).split()) for shape in titles).strip()
        if title:
            writer.gap()
            writer.line(title, level=2 if number else 1)
            is_titled = is_titled or not number
        for shape in shapes:
            if shape not in titles:
                writer.gap()
                reader.blocks(shape)
        for notes in slide.iterfind(f"{_PRESENTATION}notes"):
            _notes(notes, reader, writer)
        writer.gap()
    return is_titled


def _shapes(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the shapes of a slide or a group that may have text, in reading order."""
    stack = [parent]
    while stack:
        shape = stack.pop()
        if shape is not parent and shape.tag != f"{DRAW}g":
            yield shape
        else:
            stack += reversed(in_order([(_box(one), one) for one in shape if _is_text(one)]))


def _is_text(shape: etree._Element) -> bool:
    is_shape = isinstance(shape.tag, str) and shape.tag.startswith(DRAW)
    return is_shape and shape.get(f"{_PRESENTATION}class") not in _CHROME


def _notes(notes: etree._Element, reader: BodyReader, writer: TextWriter) -> None:
    for frame in notes.iterfind(f"{DRAW}frame"):
        if frame.get(f"{_PRESENTATION}class") == "notes":
            writer.gap()
            for paragraph in frame.iter(f"{TEXT}p"):
                if span := writer.note(reader.words(paragraph)):
                    writer.place(span, corpus_messages.SPEAKER_NOTES.zh)


def _box(shape: etree._Element) -> Box:
    first = next((one for one in shape.iter() if one.get(f"{_SVG}y")), shape)  # that of a group is its first shape's
    top, left, height = (_length(first.get(f"{_SVG}{key}")) for key in ("y", "x", "height"))
    return top, left, height


def _length(words: str | None) -> float:
    """Return a length in centimetres; 0 for one that is not understood."""
    unit = (words or "")[-2:]
    number = (words or "")[:-2]
    return float(number) * _UNITS[unit] if unit in _UNITS and number.lstrip("-").replace(".", "", 1).isdecimal() else 0


def _properties(archive: zipfile.ZipFile, name: str) -> CitationFields | None:
    meta = read_xml(archive, "meta.xml", name=name)
    found = {
        "title": [one.text or "" for one in meta.iter(f"{_DC}title")],
        "author": [one.text or "" for tag in (f"{_META}initial-creator", f"{_DC}creator") for one in meta.iter(tag)][
            :1
        ],
    }
    return properties(by_field(found, "docx"))
