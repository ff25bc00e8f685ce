"""Draws the pages of PDF files and pictures as they look, and finds where the characters of a PDF page stand on them.

These functions belong into the process that reads files (`corpus/reading_worker.py`): files are hostile.
"""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import ExifTags, Image, ImageOps

from corpus.corpus_settings import ORIGINALS
from corpus.formats.character_places import Box, PlacedCharacter

WITH_PAGES = frozenset({"pdf", "picture"})
"""The formats whose pages have a look of their own."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page, drawn."""

    data: bytes
    """WebP."""
    width: int
    """In pixels, as the height."""
    height: int


def page_sizes(form: str, data: bytes) -> list[tuple[float, float]]:
    """Return the width and the height of each page as it is shown: in points (PDF), in pixels (pictures)."""
    if form == "pdf":
        with closing(pypdfium2.PdfDocument(data)) as document:
            return [document.get_page_size(number) for number in range(len(document))]
    with Image.open(io.BytesIO(data)) as picture:
        return [_shown_size(picture, number) for number in range(getattr(picture, "n_frames", 1))]


def draw_page(form: str, data: bytes, page: int, width: int) -> PagePicture:
    """Return page `page`, from 1, drawn `width` pixels wide; smaller if it had more than `ORIGINALS.most_pixels`."""
    drawn = _draw_pdf(data, page, width) if form == "pdf" else _draw_picture(data, page, width)
    out = io.BytesIO()
    drawn.convert("RGB").save(out, "WEBP", quality=ORIGINALS.quality, method=0)
    return PagePicture(out.getvalue(), *drawn.size)


def characters_of(data: bytes, page: int) -> list[PlacedCharacter]:
    """Return the characters of page `page`, from 1, of a PDF in the order of the file, without blanks.

    The boxes are fractions of the page as it is shown, from its top left corner.
    """
    with _pdf_page(data, page) as opened, closing(opened.get_textpage()) as layer:
        x, y = _to_fractions(opened)
        return list(_characters(layer, x, y))


def _shown_size(picture: Image.Image, number: int) -> tuple[float, float]:
    picture.seek(number)
    width, height = picture.size
    orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    return (height, width) if orientation >= 5 else (width, height)  # turned by 90°


def _fitting(width: float, height: float, wanted: int) -> float:
    """Return how many pixels a unit of a page gets."""
    scale = min(min(wanted, ORIGINALS.widest) / max(width, 1.0), ORIGINALS.longest / max(height, 1.0))
    return min(scale, math.sqrt(ORIGINALS.most_pixels / max(width * height, 1.0)))


@contextmanager
def _pdf_page(data: bytes, page: int) -> Iterator[pypdfium2.PdfPage]:
    with closing(pypdfium2.PdfDocument(data)) as document, closing(document[page - 1]) as opened:
        yield opened


def _draw_pdf(data: bytes, page: int, width: int) -> Image.Image:
    with _pdf_page(data, page) as opened:
        across, down = opened.get_size()
        bitmap = opened.render(scale=_fitting(across, down, width))
        # A copy: the bitmap's memory goes with it.
        with closing(bitmap):
            return bitmap.to_pil().copy()  # type: ignore[no-any-return]  # pypdfium2 has no types


def _draw_picture(data: bytes, page: int, width: int) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.seek(page - 1)
        shown = _shown_size(picture, page - 1)
        scale = min(_fitting(*shown, width), 1.0)  # more pixels than it has show nothing more
        size = max(round(shown[0] * scale), 1), max(round(shown[1] * scale), 1)
        picture.draft("RGB", size)  # a JPEG is decoded no larger than needed
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):  # 16 bits of grey, which conversion would cut off
            upright = upright.point(lambda value: value / 256).convert("L")
        return on_white(upright).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def on_white(picture: Image.Image) -> Image.Image:
    """Return a picture in RGB, with white where it is transparent."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")


_Line = tuple[float, float, float]
"""a, b, c of a x + b y + c."""


def _to_fractions(page: pypdfium2.PdfPage) -> tuple[_Line, _Line]:
    """Return how a point of the file becomes fractions of the shown page, which may be turned and cut."""
    x, y = ctypes.c_int(), ctypes.c_int()
    fine, far = 1_000_000, 1000.0  # pixels are whole numbers

    def at(across: float, up: float) -> tuple[float, float]:
        pdfium.FPDF_PageToDevice(page, 0, 0, fine, fine, 0, across, up, x, y)
        return x.value / fine, y.value / fine

    origin, right, top = at(0, 0), at(far, 0), at(0, far)
    lines = [((right[n] - origin[n]) / far, (top[n] - origin[n]) / far, origin[n]) for n in (0, 1)]
    return lines[0], lines[1]


def _characters(layer: pypdfium2.PdfTextPage, x: _Line, y: _Line) -> Iterator[PlacedCharacter]:
    box = pdfium.FS_RECTF()
    high = 0
    for index in range(min(layer.count_chars(), ORIGINALS.most_characters)):
        code = pdfium.FPDFText_GetUnicode(layer, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        if code == 2:
            code = 0x2D  # a hyphen at the end of a line
        if code > 0x10FFFF or chr(code).isspace() or code < 0x20:
            continue
        if pdfium.FPDFText_GetLooseCharBox(layer, index, box):
            yield chr(code), _box((box.left, box.bottom, box.right, box.top), x, y)


def _box(corners: tuple[float, float, float, float], x: _Line, y: _Line) -> Box:
    left, bottom, right, top = corners
    points = [(left, bottom), (right, bottom), (left, top), (right, top)]
    across, down = ([line[0] * one + line[1] * other + line[2] for one, other in points] for line in (x, y))
    return min(across), min(down), max(across), max(down)
