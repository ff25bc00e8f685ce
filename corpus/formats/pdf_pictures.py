"""Recognises the pages of a PDF that are pictures, and those whose text layer does not say what the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import partial_ratio_alignment

from corpus import corpus_messages
from corpus.corpus_settings import OCR, PDF
from corpus.formats.ocr import Picture, Reading, read_picture
from corpus.formats.pdf_lines import Page
from corpus.formats.recognised_page import RecognisedPage, pages_of
from corpus.message import Message
from corpus.page_progress import report
from corpus.text.encoding import garbled


def recognise_pages(document: pypdfium2.PdfDocument, pages: Sequence[Page], *, name: str) -> dict[int, RecognisedPage]:
    """Return what is recognised, by the index of the page; nothing for a PDF whose text layer is good.

    Raises SourceError if recognition cannot run.
    """
    numbers = [number for number, page in enumerate(pages) if _is_picture(document, number, page)]
    wrong = _suspicious(pages, numbers) if OCR.layers else []
    readings: dict[int, Reading] = {}
    if wrong and not _layer_is_wrong(document, pages, wrong, readings, name):
        wrong = []
    numbers = sorted({*numbers, *wrong})
    for count, number in enumerate(numbers, start=1):
        report(count, len(numbers))
        if number not in readings:
            readings[number] = read_picture(draw(document, number), name=name)
    found = pages_of({number: readings[number] for number in numbers if readings[number].lines}, lambda _: OCR.dpi)
    if anew := [number for number in wrong if number in found]:
        words = Message(zh=_ranges(anew, "、"), en=_ranges(anew, ", "))
        warning = corpus_messages.LAYER_RECOGNISED_ANEW.format(pages=words)
        found[anew[0]] = replace(found[anew[0]], warning=warning)
    return found


def _ranges(numbers: Sequence[int], separator: str) -> str:
    """Return the numbers of some pages, from 1: `2、5–9`."""
    runs = [[number + 1 for _, number in run] for _, run in groupby(enumerate(numbers), lambda one: one[1] - one[0])]
    return separator.join(f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def draw(document: pypdfium2.PdfDocument, number: int) -> Picture:
    """Return a page as it is shown, at the resolution at which text is recognised."""
    with closing(document[number]) as page:
        scale = min(OCR.dpi / 72, OCR.longest_side / max(*page.get_size(), 1))
        with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            return np.asarray(bitmap.to_pil().convert("RGB"))


def _is_picture(document: pypdfium2.PdfDocument, number: int, page: Page) -> bool:
    """Return whether a page has hardly any text, but something else."""
    if sum(len("".join(row.text.split())) for row in page.rows) >= PDF.scanned:
        return False
    with closing(document[number]) as one:
        return bool(pdfium.FPDFPage_CountObjects(one) > 0)


def _suspicious(pages: Sequence[Page], without_text: Sequence[int]) -> list[int]:
    """Return the pages whose text may be wrong: a picture is most of the page, or characters have no meaning."""
    return [
        number
        for number, page in enumerate(pages)
        if number not in without_text and page.rows and (_is_pictured(page) or _is_garbled(page))
    ]


def pictured_share(page: pypdfium2.PdfPage) -> float:
    """Return the share of a page that its largest picture covers."""
    left, bottom, right, top = page.get_bbox()
    largest = 0.0
    for image in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2):
        a, b, c, d = image.get_bounds()
        if c > a and d > b:
            largest = max(largest, (min(c, right) - max(a, left)) * (min(d, top) - max(b, bottom)))
    return float(max(largest / max((right - left) * (top - bottom), 1.0), 0.0))


def _is_pictured(page: Page) -> bool:
    """Return whether a picture fills a page, or is most of what a page with little text shows."""
    letters = sum(character.isalnum() for row in page.rows for character in row.text)
    return page.pictured >= (OCR.partly_filled if letters < OCR.little_text else OCR.filled)


def _is_garbled(page: Page) -> bool:
    text = "\n".join(row.text for row in page.rows)
    return sum(place.end - place.start for place in garbled(text)) > OCR.garbled * len(text)


def _layer_is_wrong(
    document: pypdfium2.PdfDocument,
    pages: Sequence[Page],
    suspicious: Sequence[int],
    readings: dict[int, Reading],
    name: str,
) -> bool:
    """Return whether the text layer of some pages says something else than the pages show.

    A few of them are recognised, and their readings kept.
    """
    step = max(len(suspicious) // OCR.sampled_pages, 1)
    agreements = []
    for number in suspicious[step // 2 :: step][: OCR.sampled_pages]:
        readings[number] = read_picture(draw(document, number), name=name)
        agreements += _agreement(pages[number], readings[number])
    return bool(agreements) and float(np.mean(agreements)) < OCR.agreement


def _agreement(page: Page, reading: Reading) -> list[float]:
    """Return for each line that was recognised well which share of its characters the text layer has, in order."""
    layer = "".join("".join(row.text.split()) for row in page.rows)
    out = []
    for line in reading.lines:
        text = "".join(one.text for one in line.characters if not one.text.isspace())
        if len(text) >= OCR.pitches and line.confidence >= OCR.upright:
            out.append(_share_found(text, layer))
    return out


def _share_found(text: str, layer: str) -> float:
    found = partial_ratio_alignment(text, layer)
    if found is None:
        return 0.0
    return Indel.normalized_similarity(text, layer[found.dest_start : found.dest_end])
