"""No small file takes long: what is read doubles, and so may the steps, but no more.

What runs outside Python (regular expressions, slices) takes no steps. Those cases have a size at which they would take
minutes if they grew with the square of the input.
"""

from __future__ import annotations

import hashlib
import io
import struct
import time
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.bibliography.edition import times_listed
from corpus.corpus_settings import PARSER
from corpus.errors import SourceError
from corpus.formats.epub import read_epub
from corpus.formats.frontmatter import front_matter
from corpus.formats.html import read_html
from corpus.formats.pdf import _find_xmp
from corpus.formats.pdf_lines import Glyph, read_page
from corpus.parse import parse, parse_source
from corpus.source import Source
from corpus.text.normalise import years_in
from index.chunks import chunks_of, outline_of
from tests.corpus.test_formats import docx_file, epub_file, html_file
from tests.growth import growth

MOST = 2.3
"""A little more than two, for what runs once."""
SECONDS = 10.0
"""Each of the large cases takes less than one; before, each took more than a minute."""

Make = Callable[[int], Any]


def _parsed(text: str) -> None:
    document = parse(text, name="甲")
    chunks = list(chunks_of(document, with_context=True))
    outline_of(document, chunks)
    for work in document.works:
        document.about(work)


TEXTS: dict[str, str] = {
    "blank lines": "\n",
    "articles": "第一条 猫应当吃鱼。\n",
    "chapters": "第一章 总则\n",
    "brackets": "（\n",
    "digits": "7\n",
    "table rows": "| 甲 | 乙 |\n",
    "unclosed fences": "```甲\n",
    "fences": "```\n甲\n````\n",
    "comments": "<!-- 甲\n",
    "nested series": "1. 甲乙\n正文如下：\n2. 丙丁\n正文如下：\n",
    "series": "一、甲乙\n正文是这样的，很长很长。\n",
    "annexes": "附件：\n1. 甲\n",
    "contents": "目录\n第一章 甲……1\n",
    "works": "某某条例\n（2021年9月17日通过）\n第一条 甲乙丙丁戊己。\n",
    "wrapped": "甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸，\n",
    "wrapped words": "the quick brown fox jumps over the lazy dog and runs\n",
    "Markdown headings": "## 甲\n甲乙丙丁。\n",
    "nested lists": "- > - > 甲\n" * 4,
    "boilerplate": "责任编辑：甲\n" * 4,
}


@pytest.mark.parametrize("unit", TEXTS.values(), ids=TEXTS)
def test_twice_the_lines_take_twice_the_steps(unit: str) -> None:
    assert growth(lambda size: unit * size, _parsed, 150) < MOST


LONG_LINES: dict[str, str] = {
    "names": "《甲乙丙丁》",
    "sentences": "甲。",
    "comments": "<!--",
    "blanks": " ",
    "wide blanks": "\u3000",
    "years": "2021年",
    "words": "甲乙丙丁戊 ",
    "brackets": "（",
    "full stops": ".",
    "quotation marks": "“",
    "tags": "<a ",
}


@pytest.mark.parametrize("form", ["{}", "# 甲\n\n# a{}b\n\n甲乙。\n", "# 甲\n\n- a{}b\n", "甲乙\n\na{}b。\n"])
@pytest.mark.parametrize("unit", LONG_LINES.values(), ids=LONG_LINES)
def test_a_long_line_takes_no_square_of_its_length(unit: str, form: str) -> None:
    """As a text, a heading, a list item and a paragraph."""
    text = form.format(unit * (100_000 // len(unit)))
    begin = time.process_time()

    _parsed(text)

    assert time.process_time() - begin < SECONDS


def test_sections_nest_no_deeper_than_the_setting() -> None:
    """A numbered series that begins in each item of the one before would nest a thousand deep."""
    document = parse(TEXTS["nested series"] * 1500, name="甲")

    assert max(section.level for section in document.sections) == PARSER.deepest_section
    assert len(document.sections) > 2000


def test_a_long_heading_is_not_whole_in_each_chunk_below_it() -> None:
    """Its length times the paragraphs would be a hundred times the text."""
    text = f"# {'甲' * 50_000}\n\n" + "乙乙乙乙。\n\n" * 500

    chunks = list(chunks_of(parse(text, name="甲"), with_context=True))

    assert sum(len(chunk.text) for chunk in chunks) < 20 * len(text)


def test_years_are_found_by_what_stands_near() -> None:
    begin = time.process_time()

    assert len(years_in("2021年" * 50_000)) == 50_000
    assert time.process_time() - begin < SECONDS


# HTML

NESTED: dict[str, Callable[[int], str]] = {
    "headers": lambda size: "<header>" * size + "<i>甲</i>" * size,
    "lists": lambda size: "<ul><li>" * size + "<li><a href='#a'>甲</a>" * size,
    "divisions": lambda size: "<div>" * size + "<p>甲" * size,
    "around main": lambda size: "<div><p>甲</p>" * size + "<main>" + "乙" * 20 * size + "</main>",
    "tables": lambda size: "<table><tr><td>甲<td>" * size,
    "lines of pre": lambda size: "<pre>" + "甲\n" * 10 * size + "</pre>",
    "lines of a heading": lambda size: "<h1>" + "甲<br>" * 20 * size + "</h1>",
    "words of a heading": lambda size: "<h1>" + "a b<br>" * 20 * size + "</h1>",
}


@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED)
def test_a_page_is_measured_once_however_deeply_it_nests(make: Callable[[int], str]) -> None:
    def run(data: bytes) -> None:
        parse_source(Source.from_file("a.html", data, None))

    assert growth(lambda size: html_file("<p>甲乙丙丁</p>" + make(size)), run, 30) < MOST


def test_blanks_between_names_take_no_square() -> None:
    data = html_file("<p>甲", head=f"<meta name=author content='a{' ' * 100_000}b'>")
    begin = time.process_time()

    assert read_html(data, name="a").text.strip() == "甲"
    assert time.process_time() - begin < SECONDS


# EPUB


def test_a_document_that_a_spine_names_again_is_read_once() -> None:
    """A book of three kilobytes whose spine named one document 10,000 times took hours."""
    data = epub_file({"a": "<p>猫吃鱼。</p>"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    again = b'<itemref idref="a"/>'
    parts["OPS/book.opf"] = parts["OPS/book.opf"].replace(again, again * 10_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)

    assert len(stream.getvalue()) < 5000
    assert read_epub(stream.getvalue(), name="a").text == read_epub(data, name="a").text


def test_chapters_are_looked_up() -> None:
    """Each entry of a table of contents that points at one document read its lines again."""

    def make(size: int) -> bytes:
        lines = "".join(f"<p>甲{number}</p>" for number in range(size))
        links = "".join(f'<li><a href="a.xhtml">乙{number}</a></li>' for number in range(size))
        return epub_file({"a": lines}, nav=f"<nav><ol>{links}</ol></nav>")

    assert growth(make, lambda data: read_epub(data, name="a"), 60) < MOST


# DOCX


def test_a_note_is_written_where_it_is_cited_first() -> None:
    """Notes that cite each other ten times would be written ten times ten times ten times."""
    file = docx.Document()
    cite = f'<w:r {nsdecls("w")}><w:footnoteReference w:id="%d"/></w:r>'
    for number in (1, 1, 1):
        file.add_paragraph("猫吃鱼。")._p.append(parse_xml(cite % number))
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:t>注{number}。</w:t></w:r>'
        f"{(cite % (number + 1)) * 10}</w:p></w:footnote>"
        for number in range(1, 18)
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode(),
        file.part.package,
    )
    file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    text = Source.from_file("a.docx", docx_file(file), None).text

    assert [text.count(f"注{number}。") for number in range(1, 18)] == [1] * 17


def test_a_part_that_is_larger_than_the_archive_says_is_refused() -> None:
    """The limits judge by the sizes in the directory, and a library would unpack all there is."""
    file = docx.Document()
    file.add_paragraph("猫吃鱼。")
    stream = io.BytesIO(docx_file(file))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.png", b"\0" * 3_000_000)
    data = stream.getvalue().replace(struct.pack("<L", 3_000_000), struct.pack("<L", 10))

    with pytest.raises(SourceError, match="cannot be unpacked"):
        Source.from_file("a.docx", data, None)


# PDF


def test_lines_across_two_columns_are_found_once() -> None:
    def make(size: int) -> list[Glyph]:
        glyphs = []
        for row in range(size):
            for left, right in ((0.0, 200.0), (220.0, 420.0), *([(0.0, 420.0)] if row % 4 == 0 else [])):
                base = 20.0 * row + (10 if right - left > 300 else 0)
                glyphs.append(Glyph("甲", left, right, base, 10.0, generated=False))
        return glyphs

    assert len(read_page(make(40)).rows) == 90
    assert growth(make, read_page, 80) < MOST


def test_metadata_of_a_pdf_is_found_in_one_search() -> None:
    begin = time.process_time()
    packet = b"<x:xmpmeta >1</x:xmpmeta>"

    assert _find_xmp(b"<x:xmpmeta " * 200_000) == b""
    assert _find_xmp(b"</x:xmpmeta>" * 200_000 + packet) == packet
    assert time.process_time() - begin < SECONDS


# Front matter


def test_names_of_front_matter_are_looked_up() -> None:
    def make(size: int) -> str:
        return "---\nauthor:\n" + "".join(f"- 甲{number}\n" for number in range(size)) + "---\n"

    assert growth(make, front_matter, 100) < MOST


# Editions


def _with_edition(text: str, toml: str) -> Source:
    return Source.from_file("a.txt", text.encode(), f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n{toml}')


def test_a_range_may_reach_beyond_all_lines() -> None:
    """It is no list of its numbers."""
    toml = 'not_headings = ["2-999999999999"]\npointers = ["9-99999999999"]\n[[works]]\nlines = ["1-7"]\n'

    assert parse_source(_with_edition("第一条 猫吃鱼。\n狗吃肉。\n", toml)).works

    with pytest.raises(SourceError, match="line 1"):
        parse_source(_with_edition("猫吃鱼。\n", '[[works]]\nlines = ["2-999999999999"]\n'))


def test_how_often_each_line_is_listed() -> None:
    assert list(times_listed([range(1, 3), range(2, 10**12), range(50, 60)], last=4)) == [
        (1, 1),
        (2, 2),
        (3, 1),
        (4, 1),
    ]


EDITIONS: dict[str, Callable[[int], Source]] = {
    "overlapping ranges": lambda size: _with_edition(
        "猫吃鱼。\n" * size, 'not_headings = [{}]\n[[works]]\nlines = ["1-{}"]\n'.format('"1-99999",' * size, size)
    ),
    "blank lines": lambda size: _with_edition(
        "猫吃鱼。\n" + "\n" * size, "[[works]]\nlines = [{} '1']\n".format('"2-99999",' * size)
    ),
    "works": lambda size: _with_edition(
        "猫吃鱼。\n" * size,
        f"headings = [{'{line = 1, level = 1},' * size}]\n"
        + "".join(f'[[works]]\nlines = ["{number}"]\n' for number in range(1, size + 1)),
    ),
    "joins": lambda size: _with_edition(
        "猫吃鱼\n" * size,
        f'[[works]]\nlines = ["1-{size}"]\n'
        + "".join(f"[[joins]]\nlines = [1, {number}]\n" for number in range(2, size + 1)),
    ),
}


@pytest.mark.parametrize("make", EDITIONS.values(), ids=EDITIONS)
def test_an_edition_takes_as_long_as_it_has_lines_and_entries(make: Callable[[int], Source]) -> None:
    assert growth(make, parse_source, 50) < MOST


@pytest.mark.parametrize(
    "toml",
    ["x = " + "[" * 5000, "x = " + "{a = " * 5000, f"x = {'9' * 5000}", "a." * 200_000 + "a = 1", "[" + "a." * 200_000],
    ids=["arrays", "tables", "digits", "keys", "names"],
)
def test_what_toml_cannot_hold_is_refused(toml: str) -> None:
    with pytest.raises(SourceError):
        parse_source(_with_edition("猫吃鱼。\n", toml))


def test_a_line_that_is_joined_to_itself_is_refused() -> None:
    with pytest.raises(SourceError, match="joins lines 1 and 1"):
        parse_source(_with_edition("猫吃鱼\n", '[[works]]\nlines = ["1"]\n[[joins]]\nlines = [1, 1]\n'))


def test_a_whole_long_line_is_no_name() -> None:
    """A thousand authors that are each the same megabyte would be a gigabyte."""
    toml = '[[works]]\nlines = ["1"]\n[works.citation]\nauthors = [{line = 1}]\n'

    with pytest.raises(SourceError, match="2,000 characters of line 1"):
        parse_source(_with_edition("猫" * 3000, toml))
