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

from corpus.parse import parse_source
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
    assert sorted("".join(sorted(marks)).split()) == ["不得外传", "仅供核对"]


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


_CHAPTERS = ["源流", "渡口", "船家", "章程", "兴废"]


def book(canvas: Canvas, page: int) -> None:
    """A page of contents, then two pages for each chapter, with heads that change and a note on each first page."""
    if page == 0:
        canvas.setFont("STSong-Light", 24)
        canvas.drawString(200, 815, "岚河渡志")
    canvas.setFont("STSong-Light", 11)
    if page == 0:
        canvas.drawString(72, 780, "目 录")
        for number, title in enumerate(_CHAPTERS):
            canvas.drawString(72, 740 - 20 * number, f"第{'一二三四五'[number]}章 {title}" + " ." * 20)
            canvas.drawRightString(500, 740 - 20 * number, str(2 * number + 1))
        return
    chapter, second = divmod(page - 1, 2)
    name = f"第{'一二三四五'[chapter]}章 {_CHAPTERS[chapter]}"
    if second:
        canvas.drawString(72, 800, str(page))
        canvas.drawRightString(468, 800, name)
        canvas.drawString(72, 740, f"{'一二三四五'[chapter]}十人，各有名册。")
        canvas.drawString(94, 720, f"次年又添{'一二三四五'[chapter]}人，仍照旧章办理。")
        return
    canvas.setFont("STSong-Light", 18)
    canvas.drawString(72, 740, name)
    canvas.setFont("STSong-Light", 11)
    for number in range(3):
        start = 94 if number == 0 else 72
        words = (f"本章记{_CHAPTERS[chapter]}之事，" if number == 0 else "") + "凡州县所藏册籍皆经核对，" * 5
        canvas.drawString(start, 700 - 20 * number, words[: (468 - start) // 11])
    canvas.drawString(72, 640, ("据光绪年间账册所载，" + "两岸共有船家三十六户，" * 3)[:33] + "一百又")
    canvas.setFont("STSong-Light", 9)
    canvas.drawString(83, 90, f"① 见州志卷{'一二三四五'[chapter]}。")
    canvas.setFont("STSong-Light", 11)
    canvas.drawCentredString(270, 40, str(page))


@pytest.mark.parametrize("bookmarks", [False, True])
def test_a_book_has_its_chapters_and_nothing_else_for_headings(bookmarks: bool) -> None:
    """Heads that change with the chapter, page numbers and the contents are no text."""

    def draw(canvas: Canvas, page: int) -> None:
        if bookmarks and page % 2:
            canvas.bookmarkPage(str(page))
            canvas.addOutlineEntry(_CHAPTERS[page // 2], str(page))
        book(canvas, page)

    source = Source.from_file("书.pdf", pdf_of(11, draw), None)
    document = parse_source(source)

    headings = [f"第{'一二三四五'[number]}章 {title}" for number, title in enumerate(_CHAPTERS)]
    assert [section.label for section in document.sections if section.level] == headings
    words = [document.quote(passage.spans) for passage in document.passages]
    assert not any(word.strip().isdigit() or "目" in word or "." in word for word in words)
    assert sum("见州志卷" in word for word in words) == 5


def test_a_paragraph_goes_on_over_a_note_and_a_page() -> None:
    """It is one passage of two spans; the note is one of its own."""
    document = parse_source(Source.from_file("书.pdf", pdf_of(11, book), None))
    words = [document.quote(passage.spans) for passage in document.passages]

    whole = next(word for word in words if "本章记渡口" in word)
    assert whole.endswith("一百又二十人，各有名册。")
    assert "① 见州志卷二。" in words


def test_a_table_of_numbers_is_no_contents() -> None:
    """Its labels stand nowhere else."""
    rows = [("盐", 10), ("茶", 20), ("瓷", 30), ("米", 40), ("木", 50)]

    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, number)
        for place, (label, count) in enumerate(rows):
            canvas.drawString(72, 600 - 20 * place, label)
            canvas.drawString(300, 600 - 20 * place, str(count))

    text, marks = text_of(pdf_of(1, draw))

    assert all(f"{label}\t{count}" in text for label, count in rows)
    assert marks == set()


def test_vertical_chinese_is_read_from_the_right() -> None:
    """Column by column, a paragraph over several; the title has a column of its own."""
    columns = [
        "岚阳渡志",
        "岚阳渡始设于贞观年间，属州里管",
        "辖。渡船六只，船工二十人，逐日",
        "轮值。",
        "　　渡口之东有桥，名曰永济，",
    ]

    def draw(canvas: Canvas, _: int) -> None:
        for place, column in enumerate(columns):
            size = 20 if place == 0 else 12
            canvas.setFont("STSong-Light", size)
            for number, character in enumerate(column):
                canvas.drawString(480 - 30 * place, 760 - number * size * 1.05, character)

    document = parse_source(Source.from_file("a.pdf", pdf_of(1, draw), None))

    words = [document.quote(passage.spans).strip() for passage in document.passages]
    assert words == ["岚阳渡志", "".join(columns[1:4]), "渡口之东有桥，名曰永济，"]


def test_a_table_of_narrow_columns_is_not_vertical() -> None:
    """Characters below each other, but less often than beside each other."""

    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, number)
        for place, character in enumerate("甲乙丙丁戊"):
            canvas.drawString(72, 600 - 14 * place, character)

    text, _ = text_of(pdf_of(1, draw))

    assert "".join(text.split()).startswith("甲" + "甲".join(_LINES))
