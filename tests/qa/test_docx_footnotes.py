"""Footnotes in a DOCX file: read back from the file's XML, as a word processor reads them."""

import io
import zipfile

import docx
import pytest
from docx.document import Document as Docx
from lxml import etree

from qa.output.docx_footnotes import MARK_STYLE, TEXT_STYLE, add_footnote, set_up_footnotes

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _parts(file: Docx) -> dict[str, bytes]:
    data = io.BytesIO()
    file.save(data)
    with zipfile.ZipFile(data) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _notes(parts: dict[str, bytes]) -> dict[str, str]:
    """The text of each footnote by its number, with line breaks as `/`."""
    notes = etree.fromstring(parts["word/footnotes.xml"])
    return {
        str(note.get(f"{_W}id")): "".join("/" if part.tag == f"{_W}br" else part.text or "" for part in note.iter())
        for note in notes
        if note.get(f"{_W}type") is None
    }


def test_each_mark_leads_to_its_note() -> None:
    file = docx.Document()
    set_up_footnotes(file)
    first = file.add_paragraph("第一句。")
    add_footnote(first, "出处 <一> & “二”\n第二行")
    first.add_run("后文")
    cell = file.add_table(1, 1).cell(0, 0).paragraphs[0]
    add_footnote(cell, "表格里的注")
    parts = _parts(file)
    assert _notes(parts) == {"1": " 出处 <一> & “二”/第二行", "2": " 表格里的注"}
    body = etree.fromstring(parts["word/document.xml"])
    assert [mark.get(f"{_W}id") for mark in body.iter(f"{_W}footnoteReference")] == ["1", "2"]
    assert b"/word/footnotes.xml" in parts["[Content_Types].xml"]
    assert parts["word/_rels/document.xml.rels"].count(b"footnotes.xml") == 1
    assert first.text == "第一句。后文"  # the mark adds no character to the paragraph's own words


def test_the_styles_are_made_once_and_have_the_names_that_word_knows() -> None:
    file = docx.Document()
    set_up_footnotes(file)
    set_up_footnotes(file)
    names = [style.name for style in file.styles]
    assert [names.count(name) for name in (TEXT_STYLE, MARK_STYLE)] == [1, 1]
    assert file.styles[MARK_STYLE].font.superscript


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\ud800", "\ufffe"])
def test_what_xml_cannot_hold_is_refused_and_the_file_stays_as_it_was(text: str) -> None:
    file = docx.Document()
    set_up_footnotes(file)
    paragraph = file.add_paragraph("一")
    with pytest.raises(ValueError):
        add_footnote(paragraph, text)
    add_footnote(paragraph, "好")
    assert _notes(_parts(file)) == {"1": " 好"}
