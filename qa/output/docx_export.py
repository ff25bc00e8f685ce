"""Exports a conversation as a DOCX file, its citations as footnotes. Quotes keep every character."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus.document import Span
from corpus.table_rows import grid_of, width_of
from qa import qa_messages
from qa.citations.forms import FORMS
from qa.citations.markdown_quote import uncarriable
from qa.citations.slices import paragraphs, pieces
from qa.output.docx_footnotes import TEXT_STYLE, add_footnote, set_up_footnotes
from qa.output.export_words import ExportedTurn, ExportWords, citation_of, form_beside_quote, hits_of, marked_in
from qa.reply import Hit, Reply

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph

# Fonts of Windows and of Word for macOS; a word processor without them uses similar ones.
_SERIF = "SimSun"
_SANS = "Microsoft YaHei"
_CARRIAGE_RETURN = "\r"
"""XML and word processors change it into another line end."""
QUOTE_STYLE = "Quote"
_LABEL_STYLE = "Caption"
_CELL_STYLE = "No Spacing"


def to_docx(
    turns: Sequence[ExportedTurn], form: str = "own", *, language: str = "zh", on: datetime.date | None = None
) -> bytes:
    """Return the conversation as a DOCX file, its citations in a form of `qa.citations.forms.FORMS`.

    The text of a quote's paragraph is exactly the quote, with blanks, tabs and line ends; the words that answer are
    highlighted. The citation is a footnote; a record for programs stands below the quote, and the footnote has our own
    form. A quote of several paragraphs of the source has as many here. A quote with characters that XML cannot hold, or
    with a carriage return, which it would change, is replaced by a sentence. `language` is that of our own words: `zh`
    or `en`. `on` is the date of the export, by default today.
    """
    import docx  # imported here, because only an export needs it and lxml

    words = ExportWords(language)
    form = form_beside_quote(form)
    title = words.say(qa_messages.EXPORT_TITLE)
    file = docx.Document()
    set_up(file, title, on)
    file.add_heading(title, 0)
    for said in words.head(turns, on):
        file.add_paragraph(said)
    for number, turn in enumerate(turns, start=1):
        file.add_heading(words.question(number, turn), 1)
        for said in words.remarks(turn, turns):
            file.add_paragraph(said)
        for hit in hits_of(turn.reply):
            _add_hit(file, hit, turn.reply, form, words)
    for said in words.recognised(turns):
        file.add_paragraph(said)
    if sources := words.sources(turns):
        file.add_heading(words.say(qa_messages.SOURCES), 1)
        for name, sha in sources:
            file.add_paragraph(f"{name}: SHA-256 {sha}")
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def set_up(file: Docx, title: str, on: datetime.date | None) -> None:
    """Set fonts, languages and properties: serif for the source's words, sans for ours."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    set_up_footnotes(file)
    for name, font, size in (
        ("Normal", _SANS, 10.5),
        ("Title", _SANS, 20),
        ("Heading 1", _SANS, 14),
        (QUOTE_STYLE, _SERIF, 12),
        (_LABEL_STYLE, _SANS, 9),
        (_CELL_STYLE, _SERIF, 10.5),
        (TEXT_STYLE, _SANS, 9),
    ):
        style = file.styles[name]
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), font)
        language = properties.find(qn("w:lang"))
        if language is None:
            language = properties.makeelement(qn("w:lang"), {})
            properties.append(language)
        language.set(qn("w:val"), "en-US")  # for Latin letters; else words break anywhere
        language.set(qn("w:eastAsia"), "zh-CN")
        style.font.size = Pt(size)
        style.font.italic = False
        style.font.bold = name in ("Title", "Heading 1")
        style.font.color.rgb = RGBColor(0x22, 0x20, 0x1C)
    quote, citation = (file.styles[name].paragraph_format for name in (QUOTE_STYLE, _LABEL_STYLE))
    quote.left_indent = citation.left_indent = Cm(0.75)
    quote.line_spacing, quote.space_after, quote.keep_with_next = 1.5, Pt(4), True
    citation.space_before, citation.space_after = Pt(0), Pt(14)
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    properties = file.core_properties
    properties.title, properties.author, properties.language = title, "原文 Yuanwen", "zh-CN"
    properties.comments = ""
    properties.created = datetime.datetime.combine(on or datetime.date.today(), datetime.time())


def _add_hit(file: Docx, hit: Hit, reply: Reply, form: str, words: ExportWords) -> None:
    """Add a quote with its footnote, and below it whether it answers and a record for programs."""
    characters = uncarriable(hit.citation.text, _CARRIAGE_RETURN)
    last = (
        file.add_paragraph(words.left_out(characters)) if characters else _add_quote(file, hit, marked_in(hit, reply))
    )
    is_record = FORMS[form].language is not None
    grade, copies = words.grade(hit, reply), words.copies(hit)
    note = "\n".join(filter(None, (citation_of(hit, "own" if is_record else form), copies)))
    below = "\n".join(filter(None, (grade, citation_of(hit, form) if is_record else None)))
    label = file.add_paragraph(below, _LABEL_STYLE) if below or last is None else None
    noted = last or label
    assert noted is not None
    add_footnote(noted, note)


def _add_quote(file: Docx, hit: Hit, marked: Sequence[Span]) -> Paragraph | None:
    """Add paragraphs or a table whose text is the quote, with the words that answer highlighted.

    Return the last paragraph; None after a table.
    """
    from docx.enum.text import WD_COLOR_INDEX
    from docx.oxml.ns import qn

    document, quoted = hit.citation.document, hit.citation.passage.spans

    def write(paragraph: Paragraph, spans: Sequence[Span]) -> None:
        for piece, (answers,) in (one for span in spans for one in pieces(span, [marked])):
            run = paragraph.add_run(document.quote((piece,)))
            if answers:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            # Without the hint, “ ” and — have the half-width forms of the Latin font.
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")

    if rows := grid_of(document, quoted):
        table = file.add_table(len(rows), width_of(rows), "Table Grid")
        for number, row in enumerate(rows):
            for cell in row.cells:
                at = table.cell(number, cell.column)
                at = at.merge(table.cell(number + cell.rows - 1, cell.column + cell.columns - 1))
                at.paragraphs[0].style = _CELL_STYLE
                write(at.paragraphs[0], (cell.span,) if cell.span else ())
        return None
    paragraph = None
    for part in paragraphs(document, quoted):
        paragraph = file.add_paragraph(style=QUOTE_STYLE)
        write(paragraph, part)
    return paragraph
