"""Reads PPTX: each slide is a page with its title as heading, then its shapes by where they stand, then its notes.

Hidden slides are text, as a click shows them. Left out are dates, footers and numbers of slides, pictures and comments.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lxml import etree

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.bibliography.metadata_fields import FIELDS
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats.archive import open_zip, parse_xml, refuse_document_types, refuse_false_sizes
from corpus.formats.drawing_text import A, paragraphs
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.merged_cells import Cells, MergedRange, as_rows
from corpus.formats.properties import by_field, properties
from corpus.formats.reading_order import Box, in_order
from corpus.formats.table_cells import Cell

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_TITLES = frozenset({"title", "ctrTitle"})
_CHROME = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})
_NO_DATA = frozenset({"pres", "parTrans", "sibTrans"})
"""Points of a diagram that only lay it out."""


def read_pptx(data: bytes, *, name: str) -> Extracted:
    """Return the text of a presentation. Raises SourceError if it is damaged, encrypted, too large, or has no text."""
    from pptx import Presentation as open_pptx

    archive = open_zip(data, name=name)
    refuse_false_sizes(archive, data, name=name)
    refuse_document_types(archive, name=name)
    try:
        deck = open_pptx(io.BytesIO(data))
    except (KeyError, ValueError) as error:
        raise SourceError(corpus_messages.OTHER_SLIDES, name) from error
    writer = TextWriter(name)
    is_titled = False
    for number, slide in enumerate(deck.slides):
        writer.page()
        has_title = _Slide(slide, writer).write(2 if number else 1)
        is_titled = is_titled or (has_title and not number)
    return writer.finish(_properties(deck), is_untitled=not is_titled)


class _Slide:
    """Writes one slide."""

    def __init__(self, slide: Slide, writer: TextWriter) -> None:
        self._slide = slide
        self._writer = writer
        self._boxes: dict[etree._Element, Box] = {
            shape._element: _box_of(shape) for shape in slide.shapes if shape.is_placeholder
        }
        """Where the placeholders stand, whose layout may say it."""

    def write(self, level: int) -> bool:
        """Write the slide with its title as a heading of the level, and return whether it has one."""
        shapes = list(_leaves(self._slide.shapes._spTree, self._box, 0, self._writer.name))
        titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
        title = " ".join(" ".join(words.split()) for shape in titles for words in paragraphs(shape)).strip()
        if title:
            self._writer.gap()
            self._writer.line(title, level=level)
        for shape in shapes:
            if shape not in titles:
                self._shape(shape)
        if self._slide.has_notes_slide:
            for shape in self._slide.notes_slide.shapes._spTree.iter(f"{_P}sp"):
                if _placeholder(shape) == "body":
                    self._writer.gap()
                    for words in paragraphs(shape):
                        if span := self._writer.note(words):
                            self._writer.place(span, corpus_messages.SPEAKER_NOTES.zh)
        self._writer.gap()
        return bool(title)

    def _box(self, shape: etree._Element) -> Box:
        return self._boxes.get(shape) or _own_box(shape)

    def _shape(self, shape: etree._Element) -> None:
        table = next(shape.iter(f"{A}tbl"), None)
        if table is not None:
            self._writer.table(_rows(table))
            return
        self._writer.gap()
        for words in (*paragraphs(shape), *self._linked(shape)):
            self._writer.line(words)

    def _linked(self, shape: etree._Element) -> Iterator[str]:
        """Yield the titles of a chart and the words of a diagram, which are parts of their own."""
        for chart in shape.iter(f"{_CHART}chart"):
            if (root := self._part(chart.get(f"{_R}id"))) is not None:
                for title in root.iter(f"{_CHART}title"):
                    yield from paragraphs(title)
        for diagram in shape.iter(f"{_DIAGRAM}relIds"):
            if (root := self._part(diagram.get(f"{_R}dm"))) is not None:
                for point in root.iter(f"{_DIAGRAM}pt"):
                    if point.get("type") not in _NO_DATA:
                        yield from paragraphs(point)

    def _part(self, key: str | None) -> etree._Element | None:
        relation = self._slide.part.rels.get(key or "")
        if relation is None or relation.is_external:
            return None
        return parse_xml(relation.target_part.blob, name=self._writer.name)


def _box_of(shape: object) -> Box:
    """Return top, left and height of a placeholder."""
    top, left, height = (int(getattr(shape, side) or 0) for side in ("top", "left", "height"))
    return top, left, height


def _own_box(shape: etree._Element) -> Box:
    offset = next(shape.iter(f"{A}off"), None)
    if offset is None:
        offset = next(shape.iter(f"{_P}off"), None)
    size = next(shape.iter(f"{A}ext"), None)
    return _length(offset, "y"), _length(offset, "x"), _length(size, "cy")


def _length(element: etree._Element | None, key: str) -> int:
    value = element.get(key) if element is not None else None
    return int(value) if value and value.isdecimal() and len(value) < 20 else 0


def _leaves(
    tree: etree._Element, box: Callable[[etree._Element], Box], depth: int, name: str
) -> Iterator[etree._Element]:
    """Yield the shapes of a slide or a group that may have text, in reading order."""
    if depth > FORMATS.docx_depth:
        raise SourceError(corpus_messages.NESTED_SHAPES.format(most=FORMATS.docx_depth), name)
    shapes = []
    for child in tree:
        shape = child if child.tag != _ALTERNATE else next((part for one in child.iter(_CHOICE) for part in one), child)
        if shape.tag in (f"{_P}sp", f"{_P}grpSp", f"{_P}graphicFrame", f"{_P}cxnSp"):
            shapes.append(shape)
    for shape in in_order([(box(shape), shape) for shape in shapes]):
        if shape.tag == f"{_P}grpSp":
            yield from _leaves(shape, _own_box, depth + 1, name)
        elif _placeholder(shape) not in _CHROME:
            yield shape


def _placeholder(shape: etree._Element) -> str | None:
    """Return the kind of a placeholder; `body` if it has none of its own; None for other shapes."""
    found = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return None if found is None else found.get("type") or "body"


def _rows(table: etree._Element) -> list[list[Cell]]:
    cells: Cells = {}
    merged: list[MergedRange] = []
    for top, row in enumerate(table.iterfind(f"{A}tr"), start=1):
        cells[top] = {}
        for left, cell in enumerate(row.iterfind(f"{A}tc"), start=1):
            cells[top][left] = " ".join(" ".join(words.split()) for words in paragraphs(cell))
            rows, columns = (_count(cell.get(key)) for key in ("rowSpan", "gridSpan"))
            if rows * columns > 1:
                merged.append(MergedRange(top, left, top + rows - 1, left + columns - 1))
    return as_rows(cells, merged)


def _count(words: str | None) -> int:
    return int(words) if words and words.isdecimal() and len(words) < 5 else 1


def _properties(deck: Presentation) -> CitationFields | None:
    raw = deck.core_properties  # `created` is the date of the file, not of the work
    keys = {key for field in FIELDS for key in field.docx}
    return properties(by_field({key: [str(getattr(raw, key, None) or "")] for key in keys}, "docx"))
