"""Files of each format are written with other libraries and read back."""

from __future__ import annotations

import html
import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.styles import CT_Style
from docx.oxml.text.paragraph import CT_P
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.corpus_settings import FORMATS
from corpus.document import Document, NonBody
from corpus.errors import SourceError
from corpus.parse import parse_source
from corpus.source import Source, load
from corpus.text.encoding import garbled
from corpus.text.numerals import write_numeral
from qa.citations.reference import refer
from tests.budget import budget

LETTERS = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=40)


def read(filename: str, data: bytes) -> Source:
    return Source.from_file(filename, data, None)


def words(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def labels(document: Document) -> list[tuple[int, str]]:
    return [(section.level, section.label) for section in document.sections]


def non_body(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.quote((block.span,))) for block in document.blocks if isinstance(block, NonBody)]


def html_file(body: str, head: str = "") -> bytes:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()


def docx_file(file: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def epub_file(chapters: dict[str, str], nav: str = "", metadata: str = "") -> bytes:
    chapters = {**chapters, "nav": nav} if nav else chapters
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml" properties="{name}"/>'
        for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "OPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, body in chapters.items():
            archive.writestr(
                f"OPS/{name}.xhtml",
                '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
                f"<head><title/></head><body>{body}</body></html>",
            )
    return stream.getvalue()


def pdf_file(pages: list[list[tuple[float, float, str]]], *, size: float = 12, **options: object) -> bytes:
    """Return a PDF with strings at (x, y) of each page."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, **options)
    for page in pages:
        canvas.setFont("STSong-Light", size)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


# HTML


def test_html_gives_its_blocks_and_headings() -> None:
    """Paragraphs are lines, headings have levels, and scripts and styles are left out."""
    source = read(
        "a.html",
        html_file(
            "<style>p{}</style><h1>修路条例</h1><h2>总则</h2><p>先修<b>路</b>&amp;桥。<script>x()</script></p>"
            "<h2>分则</h2><p>后种\n树。<br>再浇水。</p><ul><li>甲。</li><li>乙。</li></ul>"
        ),
    )
    document = parse_source(source)

    assert labels(document) == [(0, "修路条例"), (1, "总则"), (1, "分则")]
    assert words(document) == ["修路条例", "先修路&桥。", "后种树。", "再浇水。", "甲。", "乙。"]


def test_html_navigation_is_non_body_and_not_lost() -> None:
    """The reader shows it, but it is not a passage."""
    links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("首页", "新闻", "服务"))
    document = parse_source(read("a.html", html_file(f"<nav>网站导航</nav><ul>{links}</ul><p>正文在这里。</p>")))

    assert words(document) == ["正文在这里。"]
    assert non_body(document) == [("chrome", "网站导航"), ("chrome", "首页"), ("chrome", "新闻"), ("chrome", "服务")]


def test_html_tables_are_a_passage_a_row() -> None:
    """Tabs separate the cells: only blanks are added to the words."""
    rows = "<tr><th>年</th><th>数</th></tr><tr><td>2020</td><td>十</td></tr>"
    document = parse_source(read("a.html", html_file(f"<h1>题目</h1><p>见下表。</p><table>{rows}</table>")))

    assert words(document) == ["题目", "见下表。", "年\t数", "2020\t十"]


@pytest.mark.parametrize(
    "declared", ["punycode", "-PunyCode", "idna", "undefined", "unicode-escape", "raw_unicode_escape"]
)
def test_html_is_not_decoded_as_no_page_is_encoded(declared: str) -> None:
    """Python knows these names: one takes the square of the page's length, another changes what a backslash says."""
    page = f"<meta charset={declared}><p>C:\\new 先修路abc-".encode() + b"ba" * budget(400_000)

    assert parse_source(read("a.html", page)).text.startswith("C:\\new 先修路abc-baba")


def test_html_is_decoded_as_it_declares() -> None:
    """Browsers read gb2312 as GB18030."""
    data = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><p>镕基说。'

    assert read("a.htm", data.encode("gb18030")).text.strip() == "镕基说。"


def test_html_says_who_wrote_it_and_when() -> None:
    """The values come from meta elements and are shown as supplied."""
    head = (
        '<meta property="og:title" content="修路"><meta name="author" content="张三；李四">'
        '<meta name="PubDate" content="2021-03-05 10:00"><meta property="og:site_name" content="修路网">'
    )
    metadata = parse_source(read("a.html", html_file("<p>先修路，后种树。</p>", head))).metadata[0]

    assert [(author.text, author.spans) for author in metadata.authors] == [("张三", ()), ("李四", ())]
    assert (metadata.title.text, str(metadata.date)) == ("修路", "2021-03-05")
    assert metadata.publisher is not None
    assert metadata.publisher.text == "修路网"


def test_reading_aids_do_not_stand_between_characters() -> None:
    """A quotation is what the page shows on its line, without ruby text."""
    body = "<p><ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp>字<rt>zì</rt></ruby>。</p>"

    assert read("a.html", html_file(body)).text.strip() == "汉字。"


# DOCX


def test_docx_gives_paragraphs_headings_tables_in_order() -> None:
    """Deleted text, which Word does not show, is left out."""
    file = docx.Document()
    file.add_heading("修路条例", 0)
    file.add_heading("总则", 1)
    paragraph = file.add_paragraph("先修路。")
    deleted = paragraph.add_run("不修路。")._r
    wrapper = deleted.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}del", {})
    deleted.addprevious(wrapper)
    wrapper.append(deleted)
    table = file.add_table(2, 2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["年", "数", "2020", "十"], strict=True):
        cell.text = text
    file.add_heading("分则", 1)
    file.add_paragraph("后种树。")
    document = parse_source(read("a.docx", docx_file(file)))

    assert labels(document) == [(0, "修路条例"), (1, "总则"), (1, "分则")]
    assert words(document) == ["修路条例", "先修路。", "年\t数", "2020\t十", "后种树。"]


def test_docx_joins_what_a_deleted_paragraph_mark_parted() -> None:
    """As Word shows it when the change is accepted; the last paragraph of a cell has nothing to join."""
    file = docx.Document()
    for text, deleted in (("月租金为四千元，", True), ("每月五日前", True), ("支付。", False), ("押金两月。", True)):
        paragraph = file.add_paragraph(text)
        if deleted:
            mark = f'<w:pPr {nsdecls("w")}><w:rPr><w:del w:id="1" w:author="甲"/></w:rPr></w:pPr>'
            paragraph._p.insert(0, parse_xml(mark))
    file.add_table(1, 2).rows[0].cells[0].text = "桌"
    document = parse_source(read("a.docx", docx_file(file)))

    assert "月租金为四千元，每月五日前支付。" in words(document)
    assert "押金两月。" in words(document)


def numbered(file: docx.document.Document, levels: str, *, changes: str = "") -> str:
    """Add a list with these `w:lvl`, and return its number."""
    root = file.part.numbering_part.element
    number = str(900 + len(root))
    for words in (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{levels}</w:abstractNum>',
        f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>',
        f'<w:num {nsdecls("w")} w:numId="{number}1"><w:abstractNumId w:val="{number}"/>{changes}</w:num>',
    ):
        root.append(parse_xml(words))
    return number


def level(place: int, form: str, pattern: str, *, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def take(element: CT_P | CT_Style, number: str, place: int) -> None:
    """Set the list and the level of a paragraph, or of a style's paragraphs."""
    words = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{place}"/><w:numId w:val="{number}"/></w:numPr>'
    element.get_or_add_pPr().append(parse_xml(words))  # type: ignore[union-attr]


def test_docx_headings_are_numbered_by_their_styles() -> None:
    """The numbers are 第一章 and 1.1, as Word shows them. Inner numbers restart under each outer one."""
    file = docx.Document()
    number = numbered(
        file,
        level(0, "chineseCountingThousand", "第%1章", more='<w:pStyle w:val="Heading1"/>')
        + level(1, "decimal", "%1.%2", more='<w:pStyle w:val="Heading2"/><w:isLgl/>'),
    )
    for place in (0, 1):
        take(file.styles[f"Heading {place + 1}"].element, number, place)
    file.add_heading("修路条例", 0)
    for depth, words in ((1, "总则"), (2, "目的"), (2, "依据"), (1, "分则"), (2, "罚款")):
        file.add_heading(words, depth)
        file.add_paragraph("话在这里。")

    assert labels(parse_source(read("a.docx", docx_file(file)))) == [
        (0, "修路条例"),
        (1, "第一章 总则"),
        (2, "1.1 目的"),
        (2, "1.2 依据"),
        (1, "第二章 分则"),
        (2, "2.1 罚款"),
    ]


def test_docx_lists_continue_and_restart() -> None:
    """A list continues after other paragraphs; an override restarts it; a bullet is not a number."""
    file = docx.Document()
    number = numbered(
        file,
        level(0, "chineseCounting", "（%1）") + level(1, "decimalEnclosedCircle", "%2") + level(2, "bullet", "•"),
        changes='<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>',
    )
    other = f"{number}1"
    for words, used, place in (
        ("修路", number, 0),
        ("铺石", number, 1),
        ("铺沙", number, 1),
        ("（以上已经办完）", "0", 0),
        ("种树", number, 0),
        ("浇水", number, 1),
        ("松树", number, 2),
        ("治河", other, 0),
        ("读书", other, 0),
    ):
        take(file.add_paragraph(words)._p, used, place)

    assert read("a.docx", docx_file(file)).text.split("\n")[:-1] == [
        "（一）修路",
        "① 铺石",
        "② 铺沙",
        "（以上已经办完）",
        "（二）种树",
        "① 浇水",
        "松树",
        "（一）治河",
        "（二）读书",
    ]


def test_docx_lists_do_not_count_what_is_deleted_or_hidden() -> None:
    """Paragraphs that a deleted mark parted have one number; an empty paragraph has a number, as Word shows it."""
    file = docx.Document()
    number = numbered(file, level(0, "chineseCounting", "（%1）"))
    for words, gone in (
        ("修路", ""),
        ("", '<w:del w:id="1" w:author="甲"/>'),
        ("", '<w:moveFrom w:id="2" w:author="甲"/>'),
        ("", "<w:vanish/>"),
        ("种树", '<w:del w:id="3" w:author="甲"/>'),
        ("", '<w:vanish w:val="0"/>'),
        ("治河", ""),
    ):
        paragraph = file.add_paragraph(words)._p
        take(paragraph, number, 0)
        paragraph.get_or_add_pPr().append(parse_xml(f"<w:rPr {nsdecls('w')}>{gone}</w:rPr>"))

    assert read("a.docx", docx_file(file)).text.split() == ["（一）修路", "（二）种树", "（三）治河"]


def test_docx_lists_restart_on_inner_levels() -> None:
    """An override restarts an inner level, also if an outer number comes first."""
    file = docx.Document()
    number = numbered(
        file,
        level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2").replace('start w:val="1"', 'start w:val="5"'),
        changes='<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride>',
    )
    for words, used, place in (("甲", number, 0), ("乙", number, 1), ("丙", f"{number}1", 0), ("丁", f"{number}1", 1)):
        take(file.add_paragraph(words)._p, used, place)

    assert read("a.docx", docx_file(file)).text.split("\n")[:-1] == ["1. 甲", "1.5 乙", "2. 丙", "2.1 丁"]


@pytest.mark.parametrize(
    ("number", "form", "words"),
    [
        (10, "chineseCounting", "十"),
        (21, "chineseCountingThousand", "二十一"),
        (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"),
        (1010, "taiwaneseCountingThousand", "一千零一十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "ideographLegalTraditional", "參"),
        (2, "ideographTraditional", "乙"),
        (21, "decimalEnclosedCircle", "21"),
        (14, "upperRoman", "XIV"),
        (28, "lowerLetter", "bb"),
        (7, "decimalZero", "07"),
        (0, "chineseCounting", "0"),
        (5, "no such form", "5"),
    ],
)
def test_numerals_are_those_of_word(number: int, form: str, words: str) -> None:
    """Beyond the range of a form, the number has Arabic digits."""
    assert write_numeral(number, form) == words


def test_docx_contents_are_not_the_text() -> None:
    """Paragraphs of the styles TOC 1, TOC 2 … are non-body."""
    file = docx.Document()
    file.add_heading("修路条例", 0)
    style = file.styles.add_style("toc 1", 1)
    file.add_paragraph("总则\t1", style=style)
    file.add_heading("总则", 1)
    file.add_paragraph("先修路。")

    assert non_body(parse_source(read("a.docx", docx_file(file)))) == [("contents", "总则\t1")]


def test_docx_properties_fill_in_what_the_text_lacks() -> None:
    """Values in the text win; values that programs write by default are left out."""
    file = docx.Document()
    file.core_properties.author = "张三"
    file.core_properties.title = "Microsoft Word - 新建"
    file.add_paragraph("先修路，后种树，这是一贯的做法。")
    source = read("修路.docx", docx_file(file))
    metadata = parse_source(source).metadata[0]

    assert [(author.text, author.spans) for author in metadata.authors] == [("张三", ())]
    assert metadata.title.text == "修路"
    assert metadata.date is None, "the file was made then, not the work"


# EPUB


@pytest.mark.parametrize("more", [1, 17, 31, 5000])
def test_a_zip_file_whose_parts_begin_before_it_is_damaged(more: int) -> None:
    """The offset of its table is too large, from which zipfile computes places below zero."""
    data = bytearray(docx_file(docx.Document()))
    place = data.rindex(b"PK\5\6") + 16
    data[place : place + 4] = (int.from_bytes(data[place : place + 4], "little") + more).to_bytes(4, "little")

    with pytest.raises(SourceError, match="cannot be unpacked"):
        read("a.docx", bytes(data))


def test_a_link_that_is_no_address_does_not_damage_a_book() -> None:
    """It leads nowhere; the other entries of the table of contents count."""
    nav = '<nav epub:type="toc"><ol><li><a href="http://[x#y">外</a></li><li><a href="a.xhtml">上篇</a></li></ol></nav>'
    document = parse_source(read("a.epub", epub_file({"a": "<p>上篇</p><p>后种树。</p>"}, nav)))

    assert "上篇" in [label for _, label in labels(document)]


def test_epub_goes_by_its_spine_and_its_contents() -> None:
    """Chapters in the table of contents are headings, even without <h1>."""
    nav = '<nav epub:type="toc"><ol><li><a href="b.xhtml#x">下篇</a></li><li><a href="a.xhtml">上篇</a></li></ol></nav>'
    metadata = "<dc:title>修路记</dc:title><dc:creator>张三</dc:creator><dc:date>2020</dc:date>"
    chapters = {"b": '<p id="x">下篇</p><p>先修&nbsp;路。</p>', "a": "<p>上篇</p><p>后种树。</p>"}
    document = parse_source(read("a.epub", epub_file(chapters, nav, metadata)))

    assert [label for _, label in labels(document)][-2:] == ["下篇", "上篇"]
    assert "先修\xa0路。" in words(document)
    assert {kind for kind, _ in non_body(document)} == {"contents"}
    assert [author.text for author in document.metadata[0].authors] == ["张三"]
    assert str(document.metadata[0].date) == "2020"


# PDF


def test_pdf_lines_make_paragraphs_and_citations_name_the_page() -> None:
    """A line continues if the next character had no room. A page end cuts a paragraph into two slices."""
    full, start = "甲" * 35, "乙" * 33
    last = [(96.0, 760.0, start), *((72.0, 740.0 - 20 * n, full) for n in range(30)), (290.0, 40.0, "- 1 -")]
    first = [(72.0, 760.0, "丙丙。"), (96.0, 740.0, "丁丁。"), (290.0, 40.0, "- 2 -")]
    document = parse_source(read("a.pdf", pdf_file([last, first])))

    assert words(document) == [start + full * 30 + "丙丙。", "丁丁。"]
    assert [len(passage.spans) for passage in document.passages] == [2, 1]
    assert [refer(document, passage).page for passage in document.passages] == ["1–2", "2"]
    assert non_body(document) == [("chrome", "- 1 -"), ("chrome", "- 2 -")]


def test_pdf_columns_are_read_one_after_the_other() -> None:
    """This holds even if the file draws both columns line by line."""
    rows = [(x, 700.0 - 20 * n, name * 18) for n in range(8) for x, name in ((72.0, "左"), (320.0, "右"))]
    text = read("a.pdf", pdf_file([rows])).text

    assert "".join(text.split()) == "左" * 144 + "右" * 144


def test_pdf_says_who_wrote_it() -> None:
    """The values come from its information dictionary."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.setTitle("修路记")
    canvas.setAuthor("张三")
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, "先修路，后种树，这是一贯的做法。")
    canvas.save()
    metadata = parse_source(read("a.pdf", stream.getvalue())).metadata[0]

    assert (metadata.title.text, [author.text for author in metadata.authors]) == ("修路记", ["张三"])


# What is refused


def _scanned() -> bytes:
    return pdf_file([[], []])


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (FORMATS.small + 1))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("filename", "data", "reason"),
    [
        ("a.pdf", _scanned(), "no text was recognised"),
        ("a.pdf", pdf_file([[(72, 700, "先修路，后种树。")]], encrypt="secret"), "is encrypted"),
        ("a.pdf", b"%PDF-1.4 and nothing", "is damaged or no PDF"),
        ("a.pdf", b"hello", "is damaged or no PDF"),
        ("a.docx", b"hello", "is damaged or no DOCX"),
        ("a.docx", b"PK\x03\x04word/document.xml", "is damaged"),
        ("a.docx", _bomb(), "more than is reasonable"),
        ("a.epub", b"PK\x03\x04mimetypeapplication/epub+zip", "is damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an older Word file"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted Office file"),
        ("a.zip", b"PK\x03\x04", "is an archive"),
        ("a.png", b"\x89PNG", "is damaged or no picture"),
        ("a.dat", b"\x00\x01\x02\x03", "is no text"),
        ("a.html", b"<html><body><script>x</script></body></html>", "there is no text in it"),
        ("a.docx", docx_file(docx.Document()), "there is no text in it"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(filename: str, data: bytes, reason: str) -> None:
    """The error names the file and the reason."""
    with pytest.raises(SourceError, match=reason) as error:
        read(filename, data)

    assert str(error.value).startswith(f"{filename}: ")


def test_xml_with_entities_of_its_own_is_refused() -> None:
    """Entities can expand without limit, or read other files."""
    data = epub_file({"a": "<p>甲</p>"})
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("a.xhtml"):
                text = b'<!DOCTYPE html [<!ENTITY b "ccc">]><html><body><p>&b;</p></body></html>'
            new.writestr(part, text)

    with pytest.raises(SourceError, match="entities of its own"):
        read("a.epub", stream.getvalue())


def test_a_text_of_any_ending_is_read(tmp_path: Path) -> None:
    """It is read as plain text in any encoding."""
    path = tmp_path / "a.log"
    path.write_bytes("先修路，后种树。".encode("gb18030"))

    assert load(path).text == "先修路，后种树。"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "%PDF-1.4\n", "PK\x03\x04"]),
    st.sampled_from(["docx", "epub", "pdf", "html", "txt"]),
)
@settings(max_examples=budget(60), deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes, magic: str, ending: str) -> None:
    """The only error is SourceError."""
    try:
        source = read(f"a.{ending}", magic.encode() + data)
    except SourceError:
        return
    assert isinstance(source.text, str)


# Markdown


def test_front_matter_is_cited_in_the_files_own_words() -> None:
    """The values are source text, so that they need no brackets."""
    text = "---\ntitle: 修路记\nauthor: [张三, 李四]\ndate: 2021-03-05\n---\n# 修路\n\n先修路。\n"
    metadata = parse_source(read("a.md", text.encode())).metadata[0]

    assert [author.text for author in metadata.authors] == ["张三", "李四"]
    assert all(author.spans for author in metadata.authors)
    assert str(metadata.date) == "2021-03-05"


# Laws


@given(st.lists(LETTERS.filter(lambda text: not any(garbled(text))), min_size=1, max_size=8))
@settings(max_examples=budget(40), deadline=None)
def test_paragraphs_come_back_the_same(paragraphs: list[str]) -> None:
    """They pass through DOCX, HTML and EPUB unchanged."""
    file = docx.Document()
    for paragraph in paragraphs:
        file.add_paragraph(paragraph)
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)

    for filename, data in (
        ("a.docx", docx_file(file)),
        ("a.html", html_file(body)),
        ("a.epub", epub_file({"a": body})),
    ):
        assert (
            read(filename, data).text.split("\n")
            and [line for line in read(filename, data).text.split("\n") if line] == paragraphs
        )
