"""What differs is shown as whole numbers, dates and words, and what is harmless is told from the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parse import parse
from qa.quotations.checker import Checker
from qa.quotations.whole_words import widened

TEXT = """盐铁新政汇编

第一条　岁入三十五万两，较前年增百分之十二点五；一九八七年四月十六日颁行，凡二千一百条。

第二条　本条称“盐引”，是指贩盐的凭证；罚银1,250.50两，或增15%，自2019年12月3日起算。

The harbour's wardens don't recall 1,204 barrels, nor the half-finished quay.
"""
CHECKER = Checker([parse(TEXT, name="盐铁")])


@pytest.mark.parametrize(
    ("quote", "changes"),
    [
        ("岁入三十五万两，较前年增百分之二十点五", [("百分之二十点五", "百分之十二点五")]),
        (
            "一九八七年四月十七日颁行，凡二千条",
            [("一九八七年四月十七日", "一九八七年四月十六日"), ("二千", "二千一百")],
        ),
        (
            "罚银1,350.50两，或增5%，自2019年2月3日起算",
            [("1,350.50", "1,250.50"), ("5%", "15%"), ("2019年2月3日", "2019年12月3日")],
        ),
        ("The harbor's wardens don't recall 204 barrels", [("harbor's", "harbour's"), ("204", "1,204")]),
        ("nor the half finished quay", [("half finished", "half-finished")]),
    ],
)
def test_a_difference_is_a_whole_number_or_word(quote: str, changes: list[tuple[str, str]]) -> None:
    check = CHECKER.check(quote)

    assert [(step.quoted, step.source) for step in check.diff if step.op != "equal"] == changes
    assert check.nearest is not None
    assert "".join(step.source for step in check.diff) == check.nearest.text
    if quote[0] not in "Tn":
        assert check.kinds == ("number",)


_PAIRS = st.lists(
    st.one_of(
        st.text("ab1二 年,%", min_size=1, max_size=5).map(lambda text: (text, text)),
        st.tuples(st.text("ab1二 年,%", max_size=3), st.text("ab1二 年,%", max_size=3)),
    ),
    max_size=12,
)


@given(_PAIRS)
def test_widening_keeps_every_character(pairs: list[tuple[str, str]]) -> None:
    wide = list(widened(pairs))

    for side in (0, 1):
        assert "".join(pair[side] for pair in wide) == "".join(pair[side] for pair in pairs)
    if all(quoted == source for quoted, source in pairs):
        assert all(quoted == source for quoted, source in wide)
    assert all(pair[0] or pair[1] for pair in wide) or ("", "") in pairs


@pytest.mark.parametrize(
    ("quote", "only"),
    [
        ("本条称‘盐引’，是指贩盐的凭证", "quote_level"),
        ("本條稱「鹽引」，是指販鹽的憑證", "script"),
        ("本条称“盐引”是指贩盐的凭证", "punctuation"),
        ("本条称「盐引」，是指贩盐的凭证", "punctuation"),
        ("本条称‘盐引’，是指贩茶的凭证", None),
        ("本条称”盐引“，是指贩盐的凭证", "punctuation"),
    ],
)
def test_what_alone_differs_is_said(quote: str, only: str | None) -> None:
    check = CHECKER.check(quote)

    assert check.verdict == "altered"
    assert check.only == only
