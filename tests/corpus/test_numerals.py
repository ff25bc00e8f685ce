"""Numerals: their values, for `read_numeral` and for the parser of headings."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.grammar.enumerators import heading_enumerator
from corpus.parse import parse
from corpus.text.numerals import FORMS, read_numeral, write_numeral
from tests.numeral_cases import CASES, Case, text_of


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_numeral_is_read(case: Case) -> None:
    """It is read alone, as a letter or a Roman numeral like those beside it."""
    assert read_numeral(case.numeral, prefer="letter" if case.form == "upperLetter" else "") == case.value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_parser_finds_the_headings_with_their_numbers(case: Case) -> None:
    """The text has the numeral among its neighbours."""
    text, numbers, _ = text_of(case)
    labels = [section.label for section in parse(text, name="案").sections if section.level]
    marks = [mark for label in labels if (mark := heading_enumerator(label))]
    prefer: Literal["letter", ""] = "letter" if case.form == "upperLetter" else ""

    assert labels == [case.heading.format(numeral) for numeral in numbers.values()]
    assert [read_numeral(mark.numeral, prefer=prefer) for mark in marks] == list(numbers)


@pytest.mark.parametrize("form", FORMS)
@given(number=st.integers(1, 9999))
def test_what_is_written_is_read(form: str, number: int) -> None:
    """This holds for every form of Word's lists."""
    prefer: Literal["letter", "roman"] = "letter" if form.endswith("Letter") else "roman"

    assert read_numeral(write_numeral(number, form), prefer=prefer) == number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三千五百万", 35_000_000),
        ("一億二千萬", 120_000_000),
        ("三亿零五百", 300_000_500),
        ("一万亿", 10**12),
        ("1万2千", 12_000),
        ("仟", 1000),
        ("一百十五", 115),
        ("【七】", 7),
        ("亥", 12),
        ("㉟", 35),
        ("Ⓑ", 2),
        ("mcmxlviii", 1948),
        ("Thirty-second", 32),
        ("40th", 40),
        ("第三", None),
        ("百千", None),
        ("七八十", None),
        ("十五五", None),
        ("一百零", None),
        ("一万二万", None),
        ("½", None),
        ("IC", None),
        ("xIv", None),
        ("thirty-ten", None),
        ("", None),
        ("（）", None),
        ("一" * 5000, None),
    ],
)
def test_other_numerals_and_what_is_none(numeral: str, value: int | None) -> None:
    """Other texts give None."""
    assert read_numeral(numeral) == value


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    """The function raises nothing and returns nothing below 0."""
    value = read_numeral(text)

    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("label", "number", "suffix", "outer"),
    [
        ("第一百零一条之一", 101, 1, ""),
        ("第7-2條", 7, 2, ""),
        ("Article 6 bis", 6, 2, ""),
        ("Article 12C", 12, 3, ""),
        ("§ 4.17 Lakes", 17, 0, "4"),
        ("2.3.4 Lakes", 4, 0, "2.3"),
    ],
)
def test_what_is_added_to_a_number(label: str, number: int, suffix: int, outer: str) -> None:
    """These are inserted articles, and numbers that include those of the outer sections."""
    mark = heading_enumerator(label)

    assert mark is not None
    assert (mark.number, mark.suffix, mark.outer) == (number, suffix, outer)


@pytest.mark.parametrize("label", ["前言", "2021年目标", "十五五规划", "Preamble", "Part of it", "——水", ""])
def test_a_heading_without_a_number(label: str) -> None:
    """A year is not an enumerator, nor is the name of a plan."""
    assert heading_enumerator(label) is None
