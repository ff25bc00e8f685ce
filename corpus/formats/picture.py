"""Reads pictures of pages: PNG, JPEG, TIFF with its pages, BMP, WebP. Their text is recognised (`ocr.py`)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from corpus import corpus_messages
from corpus.corpus_settings import FORMATS, OCR
from corpus.errors import SourceError
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.ocr import Picture, Reading, read_picture
from corpus.formats.page_image import on_white
from corpus.formats.pdf import write_pages
from corpus.formats.recognised_page import pages_of
from corpus.page_progress import report

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")


def read_pictures(data: bytes, *, name: str) -> Extracted:
    """Return the text of a picture, or of several in one file.

    Raises SourceError if it is damaged or too large, or if nothing can be read in it.
    """
    readings = dict(enumerate(_readings(data, name)))
    if not any(reading.lines for reading in readings.values()):
        raise SourceError(corpus_messages.NOTHING_RECOGNISED, name)
    recognised = pages_of(readings, lambda one: 72 * min(one.width, one.height) / OCR.shorter_side)
    writer = TextWriter(name)
    write_pages(writer, [recognised[number].page for number in readings], [], recognised)
    return writer.finish(None)


def _readings(data: bytes, name: str) -> Iterator[Reading]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            file = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise SourceError(
            corpus_messages.PICTURE_TOO_LARGE.format(most=OCR.most_pixels, setting="ocr.most_pixels"), name
        ) from error
    except UnidentifiedImageError as error:
        raise SourceError(corpus_messages.DAMAGED_OR_OTHER.format(format=corpus_messages.A_PICTURE), name) from error
    count = getattr(file, "n_frames", 1)
    if count > FORMATS.most_pages:
        raise SourceError(corpus_messages.TOO_MANY_PAGES.format(count=count, most=FORMATS.most_pages), name)
    for number, frame in enumerate(ImageSequence.Iterator(file), start=1):
        if frame.width * frame.height > OCR.most_pixels:
            raise SourceError(
                corpus_messages.PICTURE_TOO_LARGE.format(most=OCR.most_pixels, setting="ocr.most_pixels"), name
            )
        report(number, count)
        yield read_picture(as_shown(frame), name=name)


def as_shown(image: Image.Image) -> Picture:
    """Return a picture as programs show it: turned as its EXIF data says, on white, with 8 bits a colour."""
    if image.mode.startswith(("I", "F")):  # 16 bits and more; what is white differs from file to file
        values = np.asarray(image, dtype=np.float64)
        least, most = float(values.min()), float(values.max())
        image_8 = Image.fromarray(((values - least) * (255 / ((most - least) or 1.0))).astype(np.uint8))
        image_8.info = image.info
        image = image_8
    image = ImageOps.exif_transpose(image)
    image.thumbnail((OCR.longest_side, OCR.longest_side), reducing_gap=2.0)
    return np.asarray(on_white(image))
