"""Pages as they look: drawn within limits, and the text's characters found where they stand on them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.corpus_settings import ORIGINALS
from corpus.document import Span
from corpus.errors import SourceError
from corpus.formats.character_places import Box, place_characters
from corpus.layout import Layout, RecognisedLine
from corpus.lines_on_page import lines_on_page, lit_boxes
from corpus.original_pages import character_boxes, draw, page_sizes, page_text
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from tests.corpus.test_pdf_pages import pdf_of

_WORDS = (
    "The ferry at the old landing was kept by three families who each took ten days in turn and when the river "
    "rose a guard of the county stood at the jetty until the water had gone down again below the third stone. "
    "Whoever had to cross at night paid twice and the money went into a box that nobody but the elder could open."
)


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    with ReadingProcess() as process:
        yield process


def in_columns(count: int, *, turned: int = 0, upside: bool = False) -> Callable[[Canvas, int], None]:
    """Draw the words in columns, the last column first, on a page that is turned by its own entry or by the text."""

    def draw(canvas: Canvas, _: int) -> None:
        canvas.setPageRotation(turned)
        if upside:
            canvas.translate(*A4)
            canvas.rotate(180)
        canvas.setFont("Helvetica", 11)
        lines = _wrapped(_WORDS, 76 // count)
        per_column = -(-len(lines) // count)
        for column in reversed(range(count)):
            for number, line in enumerate(lines[column * per_column : (column + 1) * per_column]):
                canvas.drawString(72 + column * 480 / count, 500 - 15 * number, line)

    return draw


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _boxes_of(process: ReadingProcess, data: bytes) -> tuple[Source, list[Box | None], float]:
    source = Source.from_file("a.pdf", data, None)
    ((width, height),) = page_sizes(process, source)
    return source, character_boxes(process, source, 1), height / width


def _assert_boxes_hold(data: bytes, text: str, boxes: list[Box]) -> None:
    """PDFium finds the very words in the boxes, and there is ink in each of them."""
    with closing(pypdfium2.PdfDocument(data)) as document:
        page = document[0]
        grey = page.render(scale=2).to_pil().convert("L")
        layer = page.get_textpage()
        width, height = page.get_size()
        found = ""
        for left, top, right, bottom in boxes:
            assert (
                grey.crop(
                    (
                        int(left * grey.width),
                        int(top * grey.height),
                        int(right * grey.width) + 1,
                        int(bottom * grey.height) + 1,
                    )
                ).getextrema()[0]
                < 128
            ), (left, top, right, bottom)
            if page.get_rotation() == 0:
                found += layer.get_text_bounded(
                    left=left * width, right=right * width, top=(1 - top) * height, bottom=(1 - bottom) * height
                )
        if page.get_rotation() == 0:
            assert "".join(found.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "page",
    [
        in_columns(1),
        in_columns(2),
        in_columns(1, turned=90),
        in_columns(2, turned=180),
        in_columns(1, turned=270),
        in_columns(1, upside=True),
    ],
)
def test_every_quote_is_lit_where_its_ink_is(process: ReadingProcess, page: Callable[[Canvas, int], None]) -> None:
    data = pdf_of(1, page)
    source, boxes, shape = _boxes_of(process, data)

    placed = [box for character, box in zip(source.text, boxes, strict=True) if not character.isspace()]
    assert sum(box is not None for box in placed) >= 0.99 * len(placed)
    for quote in (
        "three families who each took ten days",
        "until the water had gone down again",
        "nobody but the elder could open",
    ):
        start = source.text.index(quote[:12])
        end = source.text.index(quote[-12:]) + 12
        _assert_boxes_hold(data, source.text[start:end], lit_boxes(boxes[start:end], shape))


def test_lines_tile_the_text_of_a_page(process: ReadingProcess) -> None:
    source, boxes, shape = _boxes_of(process, pdf_of(1, in_columns(2)))
    lines = lines_on_page(boxes, shape)

    assert "".join(source.text[line.start : line.end] for line in lines) == source.text
    assert [line for line in lines if line.box and source.text[line.start : line.end].strip().count("\n")] == []
    assert len(lines) == len(_wrapped(_WORDS, 38))


@pytest.mark.parametrize(
    ("text", "glyphs"),
    [
        ("约2×10⁵人", "约2×105人"),
        ("internationally so", "inter\x02nationally so"),
        ("thirty-six boats", "thirty\x02six boats"),
        ("第十条 金额", "第⼗条 ⾦额"),
        ("find a way", "ﬁnd a way"),
        ("甲乙丙丁\n戊己庚辛", "戊己庚辛甲乙丙丁"),
    ],
)
def test_the_forms_of_reading_are_found_again(text: str, glyphs: str) -> None:
    characters = [(glyph, (at / 100, 0.0, (at + 1) / 100, 0.1)) for at, glyph in enumerate(glyphs)]
    boxes = place_characters(text, characters)

    assert [character for character, box in zip(text, boxes, strict=True) if box is None and character.strip()] == []
    assert boxes[0] == characters[glyphs.find(text[0]) if text[0] in glyphs else 0][1]


@given(st.text("ab甲乙 \n", max_size=60), st.text("ab甲乙", max_size=60))
def test_a_character_is_found_only_where_it_is(text: str, glyphs: str) -> None:
    characters = [(glyph, (float(at), 0.0, float(at + 1), 1.0)) for at, glyph in enumerate(glyphs)]
    boxes = place_characters(text, characters)

    used = [int(box[0]) for box in boxes if box]
    assert len(set(used)) == len(used)
    assert all(glyphs[int(box[0])] == character for character, box in zip(text, boxes, strict=True) if box)


def test_a_page_that_repeats_one_character_is_placed_in_no_time() -> None:
    characters = [("。", (0.0, 0.0, 1.0, 1.0))] * 20_000

    assert place_characters("。" * 20_000, characters).count(None) == 0


def _picture(form: str, *, size: tuple[int, int] = (600, 400), orientation: int = 1, frames: int = 1) -> bytes:
    pages = [Image.new("RGB", size, "white") for _ in range(frames)]
    for page in pages:
        ImageDraw.Draw(page).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="black")
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if frames > 1 else {}
    pages[0].save(stream, form, exif=exif, **more)
    return stream.getvalue()


def _pictured(data: bytes, text: str = "甲乙\n", pages: tuple[int, ...] = (0,)) -> Source:
    line = RecognisedLine(Span(0, 2), 1, (0.1, 0.2, 0.5, 0.3))
    return Source("a", data, None, text, layout=Layout(pages=pages, recognised=(line,)), format="picture")


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (-1, -1)), (6, (-1, 0)), (8, (0, -1))])
def test_a_photo_is_shown_upright(process: ReadingProcess, orientation: int, corner: tuple[int, int]) -> None:
    source = _pictured(_picture("JPEG", orientation=orientation))
    drawn = draw(process, source, 1, 300)
    shown = Image.open(io.BytesIO(drawn.data)).convert("L")

    assert page_sizes(process, source) == [(400.0, 600.0) if orientation > 4 else (600.0, 400.0)]
    assert drawn.width == 300
    assert shown.size == (drawn.width, drawn.height)
    across, down = (5 if side == 0 else edge - 6 for side, edge in zip(corner, shown.size, strict=True))
    assert shown.crop((across, down, across + 1, down + 1)).tobytes() < bytes([60])


def test_all_pages_of_a_tiff_are_shown(process: ReadingProcess) -> None:
    source = _pictured(_picture("TIFF", frames=3), pages=(0, 1, 2))

    assert len(page_sizes(process, source)) == 3
    assert draw(process, source, 3, 200).width == 200


def test_recognised_lines_have_the_boxes_of_their_characters(process: ReadingProcess) -> None:
    source = _pictured(_picture("PNG"))
    first, second, end = character_boxes(process, source, 1)

    assert first == pytest.approx((0.1, 0.2, 0.3, 0.3))
    assert second == pytest.approx((0.3, 0.2, 0.5, 0.3))
    assert end is None


def test_a_page_has_no_more_pixels_than_allowed(process: ReadingProcess) -> None:
    source = Source.from_file("a.pdf", pdf_of(1, in_columns(1)), None)
    drawn = draw(process, source, 1, 1_000_000)

    assert drawn.width <= ORIGINALS.widest
    assert drawn.width * drawn.height <= 1.01 * ORIGINALS.most_pixels


def test_a_long_strip_is_drawn_whole(process: ReadingProcess) -> None:
    """As a saved conversation of a telephone is."""
    drawn = draw(process, _pictured(_picture("PNG", size=(300, 18_000))), 1, 1000)

    assert drawn.height == ORIGINALS.longest
    assert drawn.width == round(300 * ORIGINALS.longest / 18_000)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
@pytest.mark.parametrize("form", ["pdf", "picture"])
def test_what_cannot_be_drawn_raises_and_the_next_page_is_drawn(
    process: ReadingProcess, data: bytes, form: str
) -> None:
    broken = Source("a", data, None, "甲", layout=Layout(pages=(0,)), format=form)
    with pytest.raises(SourceError):
        page_sizes(process, broken)
    with pytest.raises(SourceError):
        draw(process, broken, 1, 100)

    assert draw(process, _pictured(_picture("PNG")), 1, 100).width == 100


def test_pages_cut_the_text() -> None:
    source = _pictured(b"", "甲乙\n丙\n", pages=(0, 3))

    assert [source.text[slice(*page_text(source, page))] for page in (1, 2)] == ["甲乙\n", "丙\n"]
    with pytest.raises(IndexError):
        page_text(source, 3)
