"""Raised and lowered characters change no number: 10⁵ is never 105, in any format."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.source import Source
from corpus.text.normalise import normalised
from corpus.text.raised import fraction


def read(filename: str, data: bytes) -> str:
    return Source.from_file(filename, data, None).text.strip()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>面积3×10<sup>4</sup>亩，合10<sup>−3</sup>。</p>", "面积3×10⁴亩，合10⁻³。"),
        ("<p>水是H<sub>2</sub>O。</p>", "水是H₂O。"),
        ("<p>船84艘<sup>12</sup>，属实<sup>[3]</sup>。</p>", "船84艘¹²，属实[3]。"),
        ("<p>第19<sup>th</sup>届，x<sup>n</sup>与2<sup>nd</sup>。</p>", "第19th届，xⁿ与2nd。"),
        ("<p>船84艘<sup><a href='#n'>2</a></sup>。</p>", "船84艘²。"),
        (
            "<p>10<sup>2x</sup>与10<sup>n+1</sup>，<sup>e-mail</sup>，船<sup>(注1-2)</sup>。</p>",
            "10^(2x)与10ⁿ⁺¹，e-mail，船(注1-2)。",
        ),
        ("<p><math><mfrac><mn>1</mn></mfrac></math>。</p>", "。1"),
        ("<p>高7<span style='font-size: 70%; vertical-align: super'>8</span>米。</p>", "高7⁸米。"),
        ("<p>超过<math><mfrac>\n<mn>2</mn>\n<mn>3</mn>\n</mfrac></math>。</p>", "超过²/₃。"),
        ("<p>即3<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>倍。</p>", "即3¹/₂倍。"),
        (
            "<p><math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac></math>。</p>",
            "(a+b)/c。",
        ),
        ("<p><math><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup></math>。</p>", "x₁²。"),
        ("<p><math><semantics><msqrt><mn>2</mn></msqrt><annotation>\\sqrt 2</annotation></semantics></math></p>", "√2"),
        ("<div>见<sup>3<div>段</div>4</sup>后。</div>", "见3\n段\n⁴后。"),
    ],
)
def test_html(body: str, text: str) -> None:
    """As elements, styles and formulas. A block inside of a raised part, which no browser writes, does no harm."""
    found = read("a.html", f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode())

    assert found == text


def test_a_cell_of_a_table_has_raised_characters_too() -> None:
    table = "<table><tr><th>项</th><th>量</th></tr><tr><td>土</td><td>10<sup>6</sup></td></tr></table>"

    assert "10⁶" in read("a.html", f'<meta charset="utf-8">{table}'.encode())


def docx_with(*paragraphs: str) -> bytes:
    """Paragraphs of these elements, in a file whose character style `Mark` is raised."""
    file = docx.Document()
    style = f'<w:style {nsdecls("w")} w:type="character" w:styleId="Mark"><w:name w:val="mark"/>'
    file.styles.element.append(parse_xml(style + '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'))
    names = nsdecls("w") + ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    for inner in paragraphs:
        file.element.body.insert(-1, parse_xml(f"<w:p {names}>{inner}</w:p>"))
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def maths(inner: str) -> str:
    return f"<m:oMath>{inner}</m:oMath>"


def part(name: str, *texts: str) -> str:
    return f"<m:{name}>{''.join(f'<m:r><m:t>{text}</m:t></m:r>' for text in texts)}</m:{name}>"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (run("面积10") + run("4", '<w:vertAlign w:val="superscript"/>') + run("亩。"), "面积10⁴亩。"),
        (run("H") + run("2", '<w:vertAlign w:val="subscript"/>') + run("O。"), "H₂O。"),
        (run("船84艘") + run("7", '<w:rStyle w:val="Mark"/>') + run("。"), "船84艘⁷。"),
        (run("船84艘") + run("7", '<w:rStyle w:val="Mark"/><w:vertAlign w:val="baseline"/>'), "船84艘7"),
        (run("超过") + maths(f"<m:f>{part('num', '2')}{part('den', '3')}</m:f>") + run("。"), "超过²/₃。"),
        (maths(f"<m:f>{part('num', 'a', '+b')}{part('den', 'c')}</m:f>"), "(a+b)/c"),
        (maths(f"<m:sSup>{part('e', '10')}{part('sup', '−', '3')}</m:sSup>"), "10⁻³"),
        (maths(f"<m:d>{part('e', 'x')}</m:d>"), "(x)"),
        (maths(f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>{part("e", "x")}</m:d>'), "[x]"),
        (
            maths(
                f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>{part("sub", "0")}{part("sup", "9")}'
                f"{part('e', 'k')}</m:nary>"
            ),
            "∑₀⁹k",
        ),
        (maths(f"<m:rad>{part('deg')}{part('e', '2')}</m:rad>"), "√2"),
    ],
)
def test_docx(inner: str, text: str) -> None:
    """Runs, character styles and formulas."""
    assert read("a.docx", docx_with(inner)) == text


@pytest.mark.parametrize("size", [6.0, 7.5, 10.0])
def test_pdf(size: float) -> None:
    """By size and height. What is small on the line, or large above it, is not raised."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)

    def draw(text: str, rise: float, own: float, x: float, y: float) -> float:
        canvas.setFont("STSong-Light", own)
        canvas.drawString(x, y + rise, text)
        return x + float(canvas.stringWidth(text, "STSong-Light", own))

    parts = [("河长3×10", 0, 12), ("4", 4, size), ("米，水是H", 0, 12), ("2", -2, size), ("O，另有", 0, 12)]
    for number, line in enumerate(
        [parts, [("船84艘", 0, 12), ("7", 0, size), ("条，皆已入册并由专人看管至今。", 0, 12)]]
    ):
        x = 72.0
        for text, rise, own in line:
            x = draw(text, rise, own, x, 700.0 - 40 * number)
    canvas.save()

    assert read("a.pdf", stream.getvalue()).splitlines() == [
        "河长3×10⁴米，水是H₂O，另有",
        "船84艘7条，皆已入册并由专人看管至今。",
    ]


def test_pinyin_above_the_characters_of_a_pdf_is_no_text() -> None:
    """As in the other formats, it would stand between the characters of a quotation. It is kept beside the text."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for number, text in enumerate(
        ["石板路从镇口一直通到渡口，两旁是老槐树与茶铺，每逢集日便有戏，", "戏台在桥的东边，唱到半夜才散。"]
    ):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(72, 700 - 24 * number, text)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(96, 712 - 24 * number, "kou" if number else "lu")
    canvas.save()
    source = Source.from_file("a.pdf", stream.getvalue(), None)

    assert (
        source.text.split()[1]
        == "石板路从镇口一直通到渡口，两旁是老槐树与茶铺，每逢集日便有戏，戏台在桥的东边，唱到半夜才散。"
    )
    assert source.layout
    assert {source.text[part.span.start : part.span.end] for part in source.layout.non_body} == {"kou", "lu"}


@pytest.mark.parametrize(
    ("over", "under", "text"),
    [("2", "3", "²/₃"), ("x", "2", "x/2"), ("a+b", "c−d", "(a+b)/(c−d)"), ("", "3", "/3"), ("(a+b)", "2", "(a+b)/2")],
)
def test_fractions(over: str, under: str, text: str) -> None:
    assert fraction(over, under) == text


def test_a_question_finds_them_as_people_type_them() -> None:
    """Without the way to type them: 2/3 and H2O."""
    assert normalised("²/₃的H₂O") == "2/3的h2o"
