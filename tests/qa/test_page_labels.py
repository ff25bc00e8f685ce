"""The printed number of a page in citations, where the file states it and it is not the file's own number."""

from __future__ import annotations

import io
import json

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document, Passage
from corpus.parse import parse_source
from corpus.source import Source
from qa.citations import records
from qa.citations.forms import cite
from qa.citations.reference import place, refer

_PARAGRAPHS = ["序言写于渡口重开之年，由县里的几位老人口述。", "渡口设于贞观年间，渡船六只。", "船工二十人，逐日轮值。"]


def _read(*, labelled: bool) -> tuple[Document, list[Passage]]:
    """Return a PDF of three pages, which are printed i, 1 and 2, and its paragraphs."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number, words in enumerate(_PARAGRAPHS):
        canvas.setFont("STSong-Light", 18)
        canvas.drawString(72, 740, f"第{'一二三'[number]}章 {'序源人'[number]}")
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(72, 700, words)
        if labelled:
            canvas.addPageLabel(number, style="ROMAN_LOWER" if not number else "ARABIC", start=max(number, 1))
        canvas.showPage()
    canvas.save()
    document = parse_source(Source.from_file("渡口.pdf", stream.getvalue(), None))
    return document, [p for words in _PARAGRAPHS for p in document.passages if words in document.quote(p.spans)]


def test_a_citation_has_the_printed_page_and_that_of_the_file() -> None:
    document, passages = _read(labelled=True)

    assert document.page_labels == ("i", "1", "2")
    assert [place(refer(document, passage)).split("（")[1].rsplit("，", 1)[0] for passage in passages] == [
        "第i页，文件第1页",
        "第1页，文件第2页",
        "第2页，文件第3页",
    ]


def test_a_file_without_labels_has_one_number() -> None:
    document, passages = _read(labelled=False)

    assert document.page_labels == ()
    assert [place(refer(document, passage)).split("（")[1].split("，")[0] for passage in passages] == [
        "第1页",
        "第2页",
        "第3页",
    ]


def test_the_english_form_has_both_numbers() -> None:
    document, passages = _read(labelled=True)

    words = cite("chicago", document, passages[2])

    assert "p. 2, " in words
    assert "(p. 3 of the file, " in words


@pytest.mark.parametrize("labelled", [False, True])
def test_records_have_the_printed_number(labelled: bool) -> None:
    """A program that reads them looks the page up in the printed work."""
    document, passages = _read(labelled=labelled)
    page = "2" if labelled else "3"

    reference = refer(document, passages[2])

    assert f"SP  - {page}\n" in records.ris(reference) + "\n"
    assert f"{{{page}}}" in records.bibtex(reference)
    assert json.loads(cite("csl-json", document, passages[2]))[0]["page"] == page
