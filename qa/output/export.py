"""Exports a conversation as Markdown or DOCX. Quotes keep every character."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from corpus.document import Span
from corpus.table_rows import grid_of, width_of
from qa import qa_messages
from qa.citations.forms import FORMS, cite, quote_in_markdown
from qa.citations.markdown_quote import escape_markdown, fence, left_out, uncarriable
from qa.citations.reference import RECOGNISED
from qa.citations.slices import paragraphs, pieces
from qa.reply import Answer, Hit, NotFound, Rejected, Reply, copies_line

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph

_TITLE = qa_messages.EXPORT_TITLE.bilingual

# Fonts of Windows and of Word for macOS; a word processor without them uses similar ones.
_SERIF = "SimSun"
_SANS = "Microsoft YaHei"
_CARRIAGE_RETURN = "\r"
"""XML and word processors change it into another line end."""


def to_markdown(replies: Sequence[Reply], form: str = "own", *, on: datetime.date | None = None) -> str:
    """Return the conversation in Markdown, its citations in a form of `qa.citations.forms.FORMS`.

    A Markdown reader shows exactly the quote, without marks, and beside the citation whether it answers. What comes
    after the hits of an answer is left out. A quote that Markdown cannot hold is replaced by a sentence.
    `on` is the date of the export, by default today.
    """
    parts = [f"# {_TITLE}", f"{_exported(on)}  \n{qa_messages.EXPORT_PROMISE.bilingual}"]
    for number, reply in enumerate(replies, start=1):
        parts.append(f"## {number}. {escape_markdown(_one_line(reply.question))}")
        parts += [f"{label}: {escape_markdown(said)}" if said else label for label, said in _remarks(reply)]
        for place, hit in enumerate(_hits(reply), start=1):
            parts += _hit_as_markdown(_label(place, hit, reply), hit, _own_if_quoting(form))
    if _has_recognised(replies):
        parts.append(f"{RECOGNISED}: {qa_messages.RECOGNISED.bilingual}")
    if sources := _sources(replies):
        parts += [
            f"## {qa_messages.SOURCES.bilingual}",
            "\n".join(f"- {escape_markdown(_one_line(name))}: SHA-256 `{sha}`" for name, sha in sources),
        ]
    return "\n\n".join(parts) + "\n"


def to_docx(replies: Sequence[Reply], form: str = "own", *, on: datetime.date | None = None) -> bytes:
    """Return the conversation as a DOCX file, its citations in a form of `qa.citations.forms.FORMS`.

    The text of a quote's paragraph is exactly the quote, with blanks, tabs and line ends; the words that answer are
    bold and underlined. A quote of several paragraphs of the source has as many here. A quote with characters that XML
    cannot hold, or with a carriage return, which it would change, is replaced by a sentence.
    """
    import docx  # imported here, because only an export needs it and lxml

    form = _own_if_quoting(form)
    file = docx.Document()
    set_up_docx(file, on, _TITLE)
    file.add_heading(_TITLE, 0)
    file.add_paragraph(_exported(on))
    file.add_paragraph(qa_messages.EXPORT_PROMISE.bilingual)
    for number, reply in enumerate(replies, start=1):
        file.add_heading(f"{number}. {_one_line(reply.question)}", 1)
        for label, said in _remarks(reply):
            file.add_paragraph(f"{label}: {said}" if said else label)
        for place, hit in enumerate(_hits(reply), start=1):
            quote = hit.citation.text
            characters = uncarriable(quote, _CARRIAGE_RETURN)
            if characters:
                file.add_paragraph(f"{place}. {left_out(characters)}")
            else:
                _add_quote(file, hit, is_marked=isinstance(reply, Answer))
            citation = _carried(cite(form, hit.citation.document, hit.citation.passage))
            gap = "\n" if FORMS[form].language else " "
            also = copies_line(hit)
            line = "" if also is None else f"\n{_one_line(also)}"
            file.add_paragraph(f"[{_label(place, hit, reply)}]{gap}{citation}{line}", _CITATION_STYLE)
    if _has_recognised(replies):
        file.add_paragraph(f"{RECOGNISED}: {qa_messages.RECOGNISED.bilingual}")
    if sources := _sources(replies):
        file.add_heading(qa_messages.SOURCES.bilingual, 1)
        for name, sha in sources:
            file.add_paragraph(f"{_one_line(name)}: SHA-256 {sha}")
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def _exported(on: datetime.date | None) -> str:
    return f"{qa_messages.EXPORTED_ON.bilingual}: {(on or datetime.date.today()).isoformat()}"


def _one_line(text: str) -> str:
    """Return a question or a name (not source text) on one line, without characters that a file cannot hold."""
    return " ".join("".join(" " if uncarriable(character) else character for character in text).split())


def _carried(citation: str) -> str:
    """Return a citation without characters that a file cannot hold: names of an older index may have some."""
    return "".join("\ufffd" if uncarriable(character) else character for character in citation)


def _remarks(reply: Reply) -> list[tuple[str, str]]:
    """Return (label, words): the status, how the question was understood, and its unmatched words."""
    if isinstance(reply, Rejected):
        return [(qa_messages.REJECTED.bilingual, _one_line(reply.reason))]
    found = isinstance(reply, Answer)
    remarks = [
        (qa_messages.ANSWERED.bilingual, str(len(_hits(reply)))) if found else (qa_messages.NO_ANSWER.bilingual, "")
    ]
    if isinstance(reply, Answer) and reply.remark is not None:
        remarks.append((_one_line(reply.remark), ""))
    if reply.understood_as is not None:
        remarks.append((qa_messages.UNDERSTOOD_AS.bilingual, _one_line(reply.understood_as)))
    if reply.unmatched_words:
        remarks.append((qa_messages.NOT_MENTIONED.bilingual, _one_line("、".join(reply.unmatched_words))))
    if not found and _hits(reply):
        remarks.append((f"{qa_messages.NEAREST.bilingual}:", ""))
    return remarks


def _hits(reply: Reply) -> tuple[Hit, ...]:
    match reply:
        case Answer(hits=hits):
            return hits
        case NotFound(near=near):
            return near
        case Rejected():
            return ()


def _label(place: int, hit: Hit, reply: Reply) -> str:
    """Return the number of a hit, and of an answer's hit its grade in words."""
    return f"{place} · {qa_messages.GRADES[hit.grade].bilingual}" if isinstance(reply, Answer) else str(place)


def _has_recognised(replies: Iterable[Reply]) -> bool:
    """Return whether a quote was read from a picture."""
    cited = (hit.citation for reply in replies for hit in _hits(reply))
    return any(one.document.is_recognised(one.passage.spans) for one in cited)


def _sources(replies: Iterable[Reply]) -> list[tuple[str, str]]:
    """Return name and SHA-256 of each quoted document, in the order of the conversation."""
    documents = [hit.citation.document for reply in replies for hit in _hits(reply)]
    return list(dict.fromkeys((document.name, document.sha256) for document in documents))


def _own_if_quoting(form: str) -> str:
    """Return our own form instead of one with the quote, which would repeat the quote."""
    return "own" if FORMS[form].has_quote else form


def _hit_as_markdown(label: str, hit: Hit, form: str) -> list[str]:
    document, passage = hit.citation.document, hit.citation.passage
    body = quote_in_markdown(document, passage)
    citation = _carried(cite(form, document, passage))
    language = FORMS[form].language
    line = copies_line(hit)
    also = [] if line is None else [escape_markdown(_one_line(line))]
    if language:
        return [body, f"\\[{label}\\]", fence(citation, language), *also]
    return [body, f"\\[{label}\\] {escape_markdown(citation)}", *also]


_QUOTE_STYLE = "Quote"
_CITATION_STYLE = "Caption"
_CELL_STYLE = "No Spacing"


def set_up_docx(file: Docx, on: datetime.date | None, title: str) -> None:
    """Set fonts, languages and properties: serif for the source's words, sans for ours."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    for name, font, size in (
        ("Normal", _SANS, 10.5),
        ("Title", _SANS, 20),
        ("Heading 1", _SANS, 14),
        (_QUOTE_STYLE, _SERIF, 12),
        (_CITATION_STYLE, _SANS, 9),
        (_CELL_STYLE, _SERIF, 10.5),
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
    quote, citation = (file.styles[name].paragraph_format for name in (_QUOTE_STYLE, _CITATION_STYLE))
    quote.left_indent = citation.left_indent = Cm(0.75)
    quote.line_spacing, quote.space_after, quote.keep_with_next = 1.5, Pt(4), True
    citation.space_before, citation.space_after = Pt(0), Pt(14)
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    properties = file.core_properties
    properties.title, properties.author, properties.language = title, "原文 Yuanwen", "zh-CN"
    properties.comments = ""
    properties.created = datetime.datetime.combine(on or datetime.date.today(), datetime.time())


def _add_quote(file: Docx, hit: Hit, *, is_marked: bool) -> None:
    """Add paragraphs or a table whose text is the quote, with the words that answer in bold and underlined."""
    from docx.enum.text import WD_UNDERLINE
    from docx.oxml.ns import qn

    document, quoted = hit.citation.document, hit.citation.passage.spans

    def write(paragraph: Paragraph, spans: Sequence[Span]) -> None:
        for piece, (answers,) in (one for span in spans for one in pieces(span, [hit.answer if is_marked else ()])):
            run = paragraph.add_run(document.quote((piece,)))
            if answers:
                run.bold, run.underline = True, WD_UNDERLINE.THICK
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
        return
    for part in paragraphs(document, quoted):
        write(file.add_paragraph(style=_QUOTE_STYLE), part)
