"""PDF pages as they are set: what is stamped across the text, hyphens of the typesetting, margins, turned pages."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.source import Source

_LINES = ["渡口自清代起由三家船户轮流经营，每家各守十天，遇有大水则由州里派人看守，停渡", "三日以上的要贴出告示。"]


def pdf_of(pages: int, draw: Callable[[Canvas, int], None], **options: object) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, **options)
    for number in range(pages):
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def text_of(data: bytes) -> tuple[str, set[str]]:
    """The text without what is no text, and that."""
    source = Source.from_file("a.pdf", data, None)
    marks = [part.span for part in source.layout.non_body] if source.layout else []
    kept = "".join(
        character for at, character in enumerate(source.text) if not any(span.start <= at < span.end for span in marks)
    )
    return kept, {source.text[span.start : span.end] for span in marks}


def write(canvas: Canvas, number: int, *, top: float = 700) -> None:
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont("STSong-Light", 12)
    for place, line in enumerate(_LINES):
        canvas.drawString(72, top - 20 * place, "甲乙丙丁"[number] + line)


@pytest.mark.parametrize("angle", [30, 45, -60, 90])
@pytest.mark.parametrize("pages", [1, 3])
def test_text_at_an_angle_is_a_mark(angle: int, pages: int) -> None:
    """Before and after the text, on one page and on several, faint or not."""

    def draw(canvas: Canvas, number: int) -> None:
        for text, before in (("仅供核对", True), ("不得外传", False)):
            if not before:
                write(canvas, number)
            canvas.saveState()
            canvas.translate(200, 690)
            canvas.rotate(angle)
            canvas.setFont("STSong-Light", 40)
            canvas.drawString(0, 0, text)
            canvas.restoreState()

    text, marks = text_of(pdf_of(pages, draw))

    assert "".join(text.split()).startswith("甲" + "甲".join(_LINES))
    assert marks == {"仅供核对", "不得外传"}


@pytest.mark.parametrize("colour", [Color(0, 0, 0, alpha=0.2), Color(0.85, 0.85, 0.85)])
def test_faint_text_at_one_place_of_several_pages_is_a_mark(colour: Color) -> None:
    """A grey remark on one page is text."""

    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, number)
        canvas.setFillColor(colour)
        canvas.setFont("STSong-Light", 30)
        canvas.drawString(150, 690, "内部")
        if number == 2:
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(72, 600, "此页曾经修补。")

    text, marks = text_of(pdf_of(4, draw))

    assert "".join(text.split()).startswith("甲" + "甲".join(_LINES))
    assert "此页曾经修补。" in text
    assert marks == {"内部"}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_may_be_turned(rotation: int) -> None:
    """By its own entry, while its text runs against it; or its text runs so by itself."""

    def draw(canvas: Canvas, number: int) -> None:
        canvas.setPageRotation(rotation)
        canvas.translate(300, 400)
        canvas.rotate(rotation)
        canvas.translate(-300, -400)
        write(canvas, number, top=500)

    text, marks = text_of(pdf_of(1, draw))

    assert "".join(text.split()).startswith("甲" + "甲".join(_LINES))
    assert marks == set()


def test_a_word_that_is_cut_at_the_end_of_a_line_is_whole() -> None:
    """A word with a hyphen of its own within a line keeps it."""
    lines = [
        "The ferry was run by three fami-",
        "lies of the town, well-known for",
        "their boats, and by the prefec-",
        "ture in times of flood, when the",
        "river rose for three days.",
    ]

    def draw(canvas: Canvas, _: int) -> None:
        canvas.setFont("Courier", 12)
        for place, line in enumerate(lines):
            canvas.drawString(72, 700 - 15 * place, line)

    text, _ = text_of(pdf_of(1, draw))

    assert text.strip() == (
        "The ferry was run by three families of the town, well-known for their boats, "
        "and by the prefecture in times of flood, when the river rose for three days."
    )


def test_a_justified_paragraph_of_latin_letters_is_one() -> None:
    """Though a line of the title block, set to the right, reaches beyond its margin."""
    lines = [
        "Each of the houses kept the ferry for",
        "ten days, and the prefecture sent men",
        "when the water stood high and none",
    ]

    def draw(canvas: Canvas, _: int) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(290, 780, "Lanhe, March")
        for place, line in enumerate([*lines, *lines, "could cross."]):
            space = (
                0.0 if line == "could cross." else (220 - canvas.stringWidth(line, "Helvetica", 12)) / line.count(" ")
            )
            written = canvas.beginText(72, 700 - 15 * place)
            written.setFont("Helvetica", 12)
            written.setWordSpace(space)
            written.textOut(line)
            canvas.drawText(written)

    text, _ = text_of(pdf_of(1, draw))

    assert " ".join([*lines, *lines, "could cross."]) in text
