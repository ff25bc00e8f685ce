"""Normalised text for matching: width, case, script and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.normalise import normalised, numbers, simplified, years_in
from index.search.bm25_terms import terms

_ANY = st.text(st.characters(exclude_categories=()))
"""Texts with lone surrogates, which file names and arguments that are not UTF-8 have."""


@given(_ANY)
def test_simplified_keeps_the_length(text: str) -> None:
    """Offsets stay the same."""
    assert len(simplified(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("上海合作組織秘書處", "上海合作组织秘书处"),
        ("頭髮，後面", "头发，后面"),
        ("已是简体", "已是简体"),
        ("English", "English"),
    ],
)
def test_simplified(text: str, folded: str) -> None:
    """Only the script changes."""
    assert simplified(text) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＳＣＯ　２０２１", "sco 2021"),
        ("繁體中文：ＡＢＣ", "繁体中文:abc"),
        ("（三）", "(三)"),
        ("㋿", "令和"),
        ("ﬁ", "fi"),
    ],
)
def test_normalised(text: str, folded: str) -> None:
    """Width, case and script are folded."""
    assert normalised(text) == folded


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("300亿", ["30000000000"]),
        ("三百亿", ["30000000000"]),
        ("３００億", ["30000000000"]),
        ("30 billion", ["30000000000"]),
        ("30,000,000,000", ["30000000000"]),
        ("2.3万亿美元", ["2300000000000"]),
        ("2.3 trillion", ["2300000000000"]),
        ("1.5 million", ["1500000"]),
        ("近12亿剂", ["1200000000"]),
        ("二〇二一年", ["2021"]),
        ("1996年和1997年", ["1996", "1997"]),
        ("一百零五", ["105"]),
        ("三千五百万", ["35000000"]),
        ("两千", ["2000"]),
        ("一万二千", ["12000"]),
        ("一亿二千万", ["120000000"]),
        ("三亿零五百", ["300000500"]),
        ("十二点五", ["12.5"]),
        ("百分之十二点五", ["12.5%"]),
        ("三点五十分", ["3", "50"]),
        ("万一", ["1"]),
        ("十", ["10"]),
        ("廿五", ["25"]),
        ("第三", ["3"]),
        ("百分之五", ["5%"]),
        ("5%", ["5%"]),
        ("5.50 percent", ["5.5%"]),
        ("5 per cent", ["5%"]),
        ("007", ["7"]),
        ("0.50", ["0.5"]),
        ("零", ["0"]),
        ("无", []),
        ("茶叶二两，白银一百两，一万两千两", ["2", "100", "12000"]),
        ("一万三，两万五，四千六，三百五，一亿八", ["13000", "25000", "4600", "350", "180000000"]),
        ("一万零三，两百零五，第一百五条", ["10003", "205", "105"]),
        ("4千亿，6百万，7千人，1.5千吨", ["400000000000", "6000000", "7000", "1500"]),
        ("叁拾伍万元，柒佰圆，壹万贰仟叁佰", ["350000", "700", "12300"]),
        ("大陆万里，队伍万人，参加，收拾，陆续", []),
        ("两三个，七两八钱", ["7", "8"]),
        ("三千至四千，十二到十五", ["3000", "4000", "12", "15"]),
    ],
)
def test_numbers(text: str, values: list[str]) -> None:
    """The value of a number is a decimal numeral, however the number is written."""
    assert [value for _, _, value in numbers(normalised(text))] == values


def test_numbers_says_where_they_stand() -> None:
    """Ranges are half-open, in the normalised text."""
    text = "贷款三百亿元，占5%"

    assert [text[start:end] for start, end, _ in numbers(text)] == ["三百亿", "5%"]


@pytest.mark.parametrize("text", ["〇" * 5000, "1" * 5000, "千" * 5000, "亿" * 5000])
def test_a_run_of_numerals_without_end_is_read(text: str) -> None:
    """Python refuses integers of more than 4,300 digits."""
    list(numbers(text))


@given(_ANY)
def test_any_text_has_terms(text: str) -> None:
    """No term is empty."""
    assert all(terms(text))


def test_terms_are_characters_pairs_words_and_numbers() -> None:
    """The value of a number is a term beside the characters of the number."""
    assert terms("三百亿元 SCO") == [
        "三",
        "百",
        "亿",
        "元",
        "三百",
        "百亿",
        "亿元",
        "sco",
        "#30000000000",
        "#30000000000元",
    ]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("一、2025年工作回顾", [2025]),
        ("二〇二五年和二〇二六年", [2025, 2026]),
        ("2021和2022年", [2021, 2022]),
        ("2016至2020年", [2016, 2020]),
        ("2026 省", [2026]),
        ("in 1999. the 2025 targets", [1999, 2025]),
        ("2021年前三季度", [2021]),
        ("2000人, 1503亿元, 3000年, 2.018, 二千人, 1600 元, 电话2025-1999", []),
        ("2020年代, 2000年历史, 2000年后, the 2020s", []),
        ("section 1681, § 1501, 1,600 students, 2000 people", []),
    ],
)
def test_years_are_told_from_other_numbers(text: str, years: list[int]) -> None:
    """Four digits without 年 may count anything."""
    assert [year for year, _ in years_in(text)] == years
