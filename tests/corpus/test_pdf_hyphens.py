"""Hyphens at the ends of lines: the typesetting's, or a word's own."""

from __future__ import annotations

import pytest

from corpus.formats.pdf_hyphens import settle_hyphens
from corpus.formats.pdf_lines import HYPHEN, Page, VisualLine
from corpus.formats.pdf_paragraphs import Paragraph


def joined(*lines: str) -> str:
    """The text of a paragraph of these lines, each with `~` for a hyphen that PDFium takes for the typesetting's."""
    rows = [
        VisualLine(line.replace("~", HYPHEN), 72.0, 300.0, 700.0 - 14 * at, 11.0, 0) for at, line in enumerate(lines)
    ]
    [page] = settle_hyphens([Page(tuple(rows))])
    return Paragraph(page.rows, after_gap=False).text


@pytest.mark.parametrize("mark", ["~", "‐"])
def test_a_cut_word_is_whole(mark: str) -> None:
    """Also with U+2010, which WeasyPrint sets."""
    assert joined(f"kept by three fami{mark}", "lies of the town") == "kept by three families of the town"


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("in his thirty~", "sixth year", "in his thirty-sixth year"),
        ("a pact of Sino~", "Russian trade", "a pact of Sino-Russian trade"),
    ],
)
def test_numbers_and_names_keep_their_hyphen(first: str, second: str, whole: str) -> None:
    assert joined(first, second) == whole


def test_the_same_word_elsewhere_decides() -> None:
    """As it is written within a line of the document."""
    assert (
        joined("for co-operation and", "the co~", "operation of states")
        == "for co-operation and the co-operation of states"
    )
    assert (
        joined("for cooperation and", "the co~", "operation of states")
        == "for cooperation and the cooperation of states"
    )


def test_a_document_that_cuts_no_words_keeps_hyphens_between_words() -> None:
    """Here one line of many ends with a hyphen."""
    lines = [f"the ferry number {at} was of a being well known" for at in range(80)]

    assert "its well-being and" in joined(*lines, "its well~", "being and")
