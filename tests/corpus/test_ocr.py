"""Pictures are read: their text, where it stands, how sure the recogniser is; as PNG, JPEG, TIFF and in a PDF."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein
from reportlab.pdfgen.canvas import Canvas

from corpus.corpus_settings import OCR
from corpus.errors import SourceError
from corpus.formats import ocr
from corpus.layout import Layout
from corpus.parse import parse_source
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from qa.citations.forms import cite

LINES = [
    "　　山中有猫，猫爱吃鱼。河里",
    "的鱼很多，所以猫常到河边去，",
    "一坐就是一整天。",
    "　　后来村里修了水渠，鱼不再",
    "来了，猫就回到山上。",
]
PARAGRAPHS = [
    "山中有猫，猫爱吃鱼。河里的鱼很多，所以猫常到河边去，一坐就是一整天。",
    "后来村里修了水渠，鱼不再来了，猫就回到山上。",
]
SIZE = 40


def font_file() -> tuple[str, int]:
    """A Chinese font of this machine; `make test` installs Noto CJK."""
    command = ["fc-match", "-f", "%{file}|%{index}", "Noto Sans CJK SC:lang=zh-cn"]
    file, index = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("|")
    return file, int(index)


def page(lines: Sequence[str] = LINES, *, vertical: bool = False, mode: str = "L") -> Image.Image:
    """A page with these lines, set on a grid."""
    font = ImageFont.truetype(font_file()[0], SIZE, index=font_file()[1])
    image = Image.new("L", (760, 900) if vertical else (760, 560), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            across, down = 90 + column * SIZE, 90 + round(row * 1.7 * SIZE)
            place = (image.width - down - SIZE, across) if vertical else (across, down)
            draw.text(place, character, font=font, fill=0)
    return image.convert(mode)


def file(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def read(data: bytes, name: str = "scan.png") -> Source:
    return Source.from_file(name, data, None)


def layout(source: Source) -> Layout:
    assert source.layout is not None
    return source.layout


def errors(source: Source, expected: str = "".join(PARAGRAPHS)) -> float:
    """The share of characters that are wrong."""
    return Levenshtein.distance("".join(source.text.split()), expected) / len(expected)


def test_a_picture_is_read_paragraph_by_paragraph_with_the_place_of_each_line() -> None:
    """Each line has its box on the page; together they hold the text."""
    source = read(file(page()))

    assert source.format == "picture"
    assert source.text.split() == PARAGRAPHS
    lines = layout(source).recognised
    assert [source.text[line.span.start : line.span.end] for line in lines] == [line.strip() for line in LINES]
    for row, line in enumerate(lines):
        left, top, right, bottom = line.box
        assert line.page == 1
        assert left * 760 == pytest.approx(90 + 2 * SIZE * (row in (0, 3)), abs=SIZE / 2)
        assert right * 760 == pytest.approx(90 + len(LINES[row]) * SIZE, abs=SIZE)
        assert top * 560 < 90 + row * 1.7 * SIZE + SIZE / 2 < bottom * 560


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("JPEG", "CMYK", {"quality": 85}),
        ("TIFF", "1", {}),
        ("PNG", "I;16", {}),
        ("PNG", "LA", {}),
        ("PNG", "P", {}),
        ("WEBP", "RGB", {"quality": 70}),
        ("BMP", "L", {}),
    ],
)
def test_pictures_of_each_kind_are_read(form: str, mode: str, options: dict[str, Any]) -> None:
    image = page(mode="L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257).convert("I;16")
    if mode == "LA":  # the paper is transparent
        image.putalpha(page().point(lambda value: 255 - value))

    assert errors(read(file(image, form, **options), f"scan.{form.lower()}")) <= 0.05


def test_a_photo_is_turned_as_its_exif_data_says_and_boxes_stand_on_it_as_it_is_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter turned clockwise
    data = file(page().transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, quality=95)
    source = read(data, "photo.jpg")

    assert errors(source) <= 0.05
    assert layout(source).recognised[0].box == pytest.approx(layout(read(file(page()))).recognised[0].box, abs=0.02)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_that_lies_on_its_side_or_head_is_read_and_its_boxes_stay_where_its_lines_are(quarters: int) -> None:
    turned = page().rotate(90 * quarters, expand=True)
    source = read(file(turned))

    assert errors(source) <= 0.05
    left, top, right, bottom = layout(source).recognised[0].box
    across, down = (left + right) / 2, (top + bottom) / 2
    first = {1: across < 0.4, 2: down > 0.6, 3: across > 0.6}
    assert first[quarters]


def test_a_slanted_page_is_read_in_whole_paragraphs() -> None:
    source = read(file(page().rotate(3, fillcolor=255, resample=Image.Resampling.BICUBIC)))

    assert errors(source) <= 0.04
    assert len(source.text.split()) == len(PARAGRAPHS)


def test_vertical_text_is_read_from_right_to_left() -> None:
    source = read(file(page(vertical=True)))

    assert errors(source) <= 0.08
    assert source.text.startswith("山中有猫")
    boxes = [line.box for line in layout(source).recognised]
    assert boxes == sorted(boxes, key=lambda box: -box[0])


def test_a_tiff_has_its_pages_and_a_pdf_may_mix_text_with_pictures() -> None:
    pages = [page(LINES[:3]), page(LINES[3:])]
    source = read(file(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "scan.tiff")
    assert [source.text[start:].split()[0] for start in layout(source).pages] == PARAGRAPHS

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(380, 280))
    canvas.drawString(40, 200, "The first page has text of its own, in letters.")
    canvas.showPage()
    canvas.drawInlineImage(page(), 0, 0, 380, 280)
    canvas.showPage()
    canvas.save()
    source = read(stream.getvalue(), "mixed.pdf")
    second = layout(source).pages[1]
    assert source.text[:second].strip() == "The first page has text of its own, in letters."
    assert source.text[second:].split() == PARAGRAPHS
    assert {line.page for line in layout(source).recognised} == {2}


def with_layer(words: str) -> bytes:
    """A scan with an invisible text layer."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(380, 280))
    canvas.drawInlineImage(page(), 0, 0, 380, 280)
    text = canvas.beginText(45, 220)
    text.setTextRenderMode(3)
    for start in range(0, len(words), 16):
        text.textLine(words[start : start + 16])
    canvas.drawText(text)
    canvas.save()
    return stream.getvalue()


def test_a_wrong_text_layer_is_recognised_anew_unless_it_is_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning says so, and how to keep the layer."""
    data = with_layer("l|J ~P rn;i t%f 4Q* z0O u]v k=w " * 4)
    source = read(data, "layer.pdf")
    assert source.text.split() == PARAGRAPHS
    assert "ocr.layers" in layout(source).warnings[0].message.en

    monkeypatch.setitem(vars(OCR), "layers", 0)
    assert "rn;i" in read(data, "layer.pdf").text


def test_characters_that_the_recogniser_is_not_sure_of_are_marked_as_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(OCR), "doubtful", 1.1)
    source = read(file(page()))

    doubtful = "".join(source.text[span.start : span.end] for span in layout(source).doubtful)
    assert doubtful == "".join(one for one in "".join(PARAGRAPHS) if one.isalnum())  # a wave over a comma is dirt


@pytest.mark.parametrize(
    "image", [Image.new("L", (1, 1)), Image.new("L", (4000, 1)), Image.new("RGB", (900, 900), "red")]
)
def test_a_picture_without_text_is_refused(image: Image.Image) -> None:
    with pytest.raises(SourceError, match="no text was recognised"):
        read(file(image))


def test_a_torn_picture_is_refused() -> None:
    with pytest.raises(SourceError, match="damaged"):
        read(file(page())[:2000])


def test_what_is_missing_to_recognise_text_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    ocr._recogniser.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(SourceError, match="cannot run"):
        read(file(page()))


def test_the_reading_process_tells_each_page_and_a_quote_is_marked_as_recognised(tmp_path: Path) -> None:
    """Within the limits of memory, files and time."""
    data = file(page(LINES[:3]), "TIFF", save_all=True, append_images=[page(LINES[3:])])
    told: list[tuple[int, int]] = []
    with ReadingProcess() as process:
        source = process.read("scan.tiff", data, None, tell=lambda at, of: told.append((at, of)))
        document = process.parse(source)

    assert told == [(1, 2), (2, 2)]
    assert document == parse_source(source)
    first, second = document.passages
    assert cite("own", document, second).endswith("（第2页，第2行）〔OCR〕")
    for form in ("gbt7714", "chicago", "bibtex", "ris", "csl-json"):
        assert "〔OCR〕" in cite(form, document, first)
