"""Reads PDF: characters from PDFium, lines and paragraphs from their positions on the page.

Running heads, page numbers, contents, ruby text and what is stamped across a page are marked as non-body. Forms and
annotations are not read. Pages that are pictures are recognised (`pdf_pictures.py`). A warning names each page without
text.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.bibliography.metadata_fields import FIELDS
from corpus.corpus_settings import FORMATS, PDF
from corpus.document import Span
from corpus.errors import SourceError
from corpus.formats.archive import local, parse_xml
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.pdf_contents import find_contents
from corpus.formats.pdf_doubts import doubts
from corpus.formats.pdf_glyphs import PageGlyphs, RawGlyph, without_watermarks
from corpus.formats.pdf_hyphens import settle_hyphens
from corpus.formats.pdf_lines import HYPHEN, Page, VisualLine, usual_size
from corpus.formats.pdf_notes import find_notes
from corpus.formats.pdf_paragraphs import Paragraph, Typesetting
from corpus.formats.pdf_pictures import pictured_share, recognise_pages
from corpus.formats.pdf_ruby import find_ruby
from corpus.formats.pdf_rules import page_rules
from corpus.formats.pdf_running_heads import find_running_heads
from corpus.formats.pdf_table_pages import TablePages
from corpus.formats.pdf_tagged import believe_tags, find_artifacts, find_tagged_contents, tagged_notes
from corpus.formats.pdf_tags import TaggedBlock, read_tags
from corpus.formats.properties import by_field, properties
from corpus.formats.recognised_page import RecognisedPage
from corpus.formats.table_cells import cells_of
from corpus.message import Message
from corpus.text.encoding import garbled

_PDFIUM = threading.Lock()
"""PDFium must not be called from two threads at once."""
_CHARACTERS = {2: HYPHEN, 0xFFFE: HYPHEN, 0xFFFF: "\ufffd"}
"""What PDFium calls a hyphen of the typesetting, and what it cannot read."""
_XMP = re.compile(rb"<x:xmpmeta\b")
_XMP_END = b"</x:xmpmeta>"
_XMP_KEYS = frozenset(part for field in FIELDS for key in field.pdf for part in key.split("/"))
_PRISM = "prismstandard.org"
"""Part of the namespaces of PRISM, the metadata of journals and articles, in all versions."""


def read_pdf(data: bytes, *, name: str) -> Extracted:
    """Return the text of a document. Raises SourceError if it is damaged or encrypted, or has no text layer."""
    with _PDFIUM:
        document = _open(data, name)
        try:
            if len(document) > FORMATS.most_pages:
                message = corpus_messages.TOO_MANY_PAGES.format(count=len(document), most=FORMATS.most_pages)
                raise SourceError(message, name)
            pages = _pages(document, name, most=min(FORMATS.most_characters, PDF.small + PDF.highest_ratio * len(data)))
            bookmarks = [
                (destination.get_index(), bookmark.get_title(), bookmark.level + 1)
                for bookmark in islice(document.get_toc(max_depth=9), PDF.most_bookmarks)
                if (destination := bookmark.get_dest()) is not None and destination.get_index() is not None
            ]
            labels = [document.get_page_label(number) for number in range(len(document))]
            info = document.get_metadata_dict()
            recognised = recognise_pages(document, pages, name=name)
        finally:
            document.close()
    pages = [recognised[number].page if number in recognised else page for number, page in enumerate(pages)]
    count = sum(len("".join(row.text.split())) for page in pages for row in page.rows)
    if not recognised and (not pages or count < PDF.scanned * len(pages)):
        raise SourceError(corpus_messages.NOTHING_RECOGNISED, name)
    writer = TextWriter(name)
    starts = write_pages(writer, pages, labels, recognised)
    entries = [
        (starts[page], title, level) for page, title, level in bookmarks if page is not None and page < len(starts)
    ]
    writer.mark_headings(entries, near=PDF.bookmark_lines, by_size=True)
    extracted = writer.finish(_properties(info, data, name))
    harmed = sum(place.end - place.start for place in garbled(extracted.text))
    if harmed > PDF.unreadable * len(extracted.text):
        raise SourceError(corpus_messages.UNREADABLE_FONTS, name)
    return extracted


def _open(data: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise SourceError(corpus_messages.ENCRYPTED, name) from error
        raise SourceError(corpus_messages.DAMAGED_OR_OTHER.format(format="PDF"), name) from error


def _pages(document: pypdfium2.PdfDocument, name: str, *, most: int) -> list[Page]:
    """Return the pages. Raises SourceError if they have more than `most` characters: pages may share their contents."""
    read: list[PageGlyphs] = []
    pictured: list[float] = []
    characters = 0
    for number in range(len(document)):
        with closing(_open_page(document, number, name)) as page, closing(page.get_textpage()) as layer:
            characters += layer.count_chars()
            if characters > most:
                raise SourceError(corpus_messages.TOO_MANY_CHARACTERS.format(most=most), name)
            read.append(PageGlyphs.of(list(_glyphs(layer, read_tags(page))), page_rules(page)))
            pictured.append(pictured_share(page))
    pages = settle_hyphens(believe_tags(list(without_watermarks(read))))
    return [replace(page, pictured=share) if share else page for page, share in zip(pages, pictured, strict=True)]


def _open_page(document: pypdfium2.PdfDocument, number: int, name: str) -> pypdfium2.PdfPage:
    try:
        return document[number]
    except pypdfium2.PdfiumError as error:
        raise SourceError(corpus_messages.PAGE_DAMAGED.format(page=number + 1), name) from error


def _glyphs(layer: pypdfium2.PdfTextPage, tags: Mapping[int, TaggedBlock]) -> Iterator[RawGlyph]:
    """Yield the characters in the order of the file. `tags`: the block of each marked content."""
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix, colour = pdfium.FS_MATRIX(), tuple(ctypes.c_uint() for _ in range(4))
    high = 0
    looks: dict[int | None, _Look] = {}
    look = _Look(0.0, 0.0, False, None)
    count, layer = layer.count_chars(), layer.raw  # calls take the bare handle in half the time
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(layer, index)
        if code <= 13 and code in (0, 10, 13):
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        holder = pdfium.FPDFText_GetTextObject(layer, index)  # none for what PDFium inserted
        if holder:
            address = ctypes.addressof(holder.contents)
            if address not in looks:
                looks[address] = _look(layer, index, matrix, colour, tags.get(_content(holder)) if tags else None)
            look = looks[address]
        pdfium.FPDFText_GetLooseCharBox(layer, index, box)
        pdfium.FPDFText_GetCharOrigin(layer, index, x, y)
        yield RawGlyph(
            _CHARACTERS.get(code) or chr(code),
            (box.left, box.bottom, box.right, box.top),
            (x.value, y.value),
            look.size if holder and look.size else box.top - box.bottom,
            look.angle if holder else 0.0,
            (not holder or code == 32) and pdfium.FPDFText_IsGenerated(layer, index) == 1,
            look.is_faint,
            look.block,
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """What the characters of one text object share."""

    size: float
    angle: float
    is_faint: bool
    block: TaggedBlock | None


def _content(holder: object) -> int:
    """Return the number of the marked content that a text object is in; −1 if it is in none."""
    return int(pdfium.FPDFPageObj_GetMarkedContentID(holder))


def _look(
    layer: pypdfium2.PdfTextPage,
    index: int,
    matrix: pdfium.FS_MATRIX,
    colour: Sequence[ctypes.c_uint],
    block: TaggedBlock | None,
) -> _Look:
    """Return the look of a character. `matrix` and `colour` are overwritten."""
    pdfium.FPDFText_GetMatrix(layer, index, matrix)
    pdfium.FPDFText_GetFillColor(layer, index, *colour)
    return _Look(
        pdfium.FPDFText_GetFontSize(layer, index) * math.hypot(matrix.b, matrix.d),
        math.degrees(math.atan2(matrix.b, matrix.a)),
        _is_faint(*(part.value for part in colour)),
        block,
    )


def _is_faint(red: int, green: int, blue: int, alpha: int) -> bool:
    """Return whether a colour shows what stands behind or before it, as that of a watermark does."""
    light = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    return alpha < 255 * PDF.faint_alpha or light > PDF.faint_light


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the lines of a page are, each in their order."""

    body: list[VisualLine]
    contents: list[VisualLine]
    notes: list[list[VisualLine]]
    """Each footnote with its lines."""
    outside: list[VisualLine]
    """Running heads, page numbers, ruby text."""

    @property
    def top(self) -> float:
        """Above it, what stands outside is written before the rest."""
        return max((row.base for row in (*self.body, *self.contents)), default=0.0)

    @property
    def written(self) -> list[VisualLine]:
        """All lines, in the order in which they are written."""
        above = [row for row in self.outside if row.base > self.top]
        below = [row for row in self.outside if row.base <= self.top]
        return [*above, *self.contents, *self.body, *(row for note in self.notes for row in note), *below]


def _parts(pages: list[Page], labels: list[str]) -> list[_Parts]:
    outside = find_running_heads(pages, labels) | find_ruby(pages) | find_artifacts(pages)
    contents = (find_contents(pages) | find_tagged_contents(pages)) - outside
    within = [[row for row in page.rows if (number, row) not in outside] for number, page in enumerate(pages)]
    usual = usual_size(row for rows in within for row in rows)
    parts = []
    for number, (page, rows) in enumerate(zip(pages, within, strict=True)):
        notes = tagged_notes(rows) or find_notes(rows, usual)
        apart = {row for note in notes for row in note} | {row for row in rows if (number, row) in contents}
        parts.append(
            _Parts(
                [row for row in rows if row not in apart],
                [row for row in rows if (number, row) in contents],
                notes,
                [row for row in page.rows if (number, row) in outside],
            )
        )
    return parts


def write_pages(
    writer: TextWriter, pages: list[Page], labels: list[str], recognised: Mapping[int, RecognisedPage]
) -> list[int]:
    """Write the pages, and return the offset at which each begins. `recognised`: those of pictures, by their number."""
    parts = _parts(pages, labels)
    by_recognition = {
        is_recognised: Typesetting(
            [one.body for number, one in enumerate(parts) if (number in recognised) == is_recognised]
        )
        for is_recognised in (False, True)
    }
    starts: list[int] = []
    last: VisualLine | None = None
    tables = TablePages(writer)
    empty: list[int] = []
    for number, (page, one) in enumerate(zip(pages, parts, strict=True)):
        writer.page(labels[number] if labels else "")
        starts.append(writer.length)
        typesetting = by_recognition[number in recognised]
        for row in one.outside:
            if row.base > one.top:
                writer.line(row.words, non_body="chrome")
        if page.rows:
            _warn_of_empty(writer, empty, page)
            for message in doubts(one.body):
                writer.warn(Span(writer.length, writer.length + max(len(page.rows[0].words.strip()), 1)), message)
        else:
            empty.append(number + 1)
        for row in one.contents:
            writer.line(row.words, non_body="contents")
        last = _write_body(writer, typesetting, tables, number, one.body, last)
        for note in one.notes:
            writer.note(Paragraph(tuple(note), after_gap=False).text)
        for words in (*(row.words for row in one.outside if row.base <= one.top), *page.marks):
            writer.line(words, non_body="chrome")
        if number in recognised:
            recognised[number].mark(writer, starts[-1], one.written)
    return starts


def _write_body(
    writer: TextWriter,
    typesetting: Typesetting,
    tables: TablePages,
    number: int,
    rows: Sequence[VisualLine],
    last: VisualLine | None,
) -> VisualLine | None:
    """Write the paragraphs and tables of page `number`. `last` and the result: as in `_write_paragraph`."""
    for paragraph in typesetting.paragraphs(rows):
        if table := paragraph.rows[0].table:
            tables.write(table, number)
            last = None
            continue
        tables.end()
        last = _write_paragraph(writer, typesetting, paragraph, last)
    return last


def _write_paragraph(
    writer: TextWriter, typesetting: Typesetting, paragraph: Paragraph, last: VisualLine | None
) -> VisualLine | None:
    """Write a paragraph after the line `last`. Return its last line, which the next page may continue, or None."""
    if last is not None and not paragraph.after_gap and typesetting.goes_on(last, paragraph.rows[0]):
        writer.join()
    elif paragraph.after_gap:
        writer.gap()
    if cells := paragraph.cells:
        writer.table(cells_of(cells))
        return None
    if paragraph.is_set_out:
        writer.gap()
        writer.whole("\n".join(row.words for row in paragraph.rows))
        writer.gap()
        return None
    level = typesetting.level(paragraph)
    writer.line(paragraph.text, level=level)
    return None if level else paragraph.rows[-1]


def _warn_of_empty(writer: TextWriter, empty: list[int], page: Page) -> None:
    """Add a warning, at the beginning of this page, that earlier pages are not in the text."""
    if empty:
        words = page.rows[0].words.lstrip()
        span = Span(writer.length, writer.length + max(len(words), 1))
        pages = Message(zh="、".join(map(str, empty)), en=", ".join(map(str, empty)))
        writer.warn(span, corpus_messages.PAGES_WITHOUT_TEXT.format(pages=pages))
        empty.clear()


def _properties(info: dict[str, str], data: bytes, name: str) -> CitationFields | None:
    # CreationDate is the date of the file, not of the work, and the table does not have it.
    raw_fields = {f"info:{key.lower()}": [value] for key, value in info.items() if value}
    if packet := _find_xmp(data):
        try:
            root = parse_xml(packet, name=name)
        except (etree.XMLSyntaxError, SourceError):
            root = etree.Element("none")
        for element in root.iter():
            for key in _XMP_KEYS.intersection(_xmp_keys(element)):
                items = [part.text or "" for part in element.iter() if local(part) == "li"] or [element.text or ""]
                raw_fields.setdefault(key, []).extend(item for item in items if item.strip())
            for attribute, value in element.attrib.items():  # properties may also be attributes
                if _PRISM in str(attribute):
                    raw_fields.setdefault(f"prism:{etree.QName(attribute).localname.lower()}", []).append(str(value))
    return properties(by_field({key: values for key, values in raw_fields.items() if values}, "pdf"))


def _find_xmp(data: bytes) -> bytes:
    """Return the XMP packet; empty if there is none, or none as short as a packet may be."""
    start = end = 0
    while (end := data.find(_XMP_END, end)) >= 0:
        if match := _XMP.search(data, max(start, end - PDF.longest_xmp), end):
            return data[match.start() : end + len(_XMP_END)]
        start = end = end + len(_XMP_END)
    return b""


def _xmp_keys(element: etree._Element) -> tuple[str, ...]:
    tag = local(element)
    return (tag, f"prism:{tag}") if _PRISM in str(element.tag) else (tag,)
