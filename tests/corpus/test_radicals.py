"""Radicals that look like characters are read as these, and quoted as they are."""

from __future__ import annotations

import unicodedata

import pytest

from corpus.parse import parse
from corpus.text.normalise import normalised
from corpus.text.radicals import AS_CHARACTERS, as_characters
from qa.quotations.checker import Checker

_TEXT = "⽔⼒管理办法\n\n第⼀条 凡⽤⽔的⻔户，按⽉交费。\n\n第⼗条 违反的，罚款⼆⼗元，由⼈⺠政府收取。\n"


def test_articles_are_found_and_quoted_with_their_own_characters() -> None:
    """第⼗条 is an article, and its label stays 第⼗条."""
    document = parse(_TEXT, name="办法")

    assert [section.label for section in document.sections][-2:] == ["第⼀条", "第⼗条"]
    assert document.quote(document.passages[-1].spans).endswith("由⼈⺠政府收取。")


def test_a_quotation_in_ordinary_characters_differs_in_form_alone() -> None:
    check = Checker([parse(_TEXT, name="办法")]).check("罚款二十元，由人民政府收取")

    assert (check.verdict, set(check.kinds)) == ("altered", {"form"})


@pytest.mark.parametrize(("text", "same"), [("⼀⼗⾦⻔", "一十金门"), ("居⺠⻓⻋⻰", "居民长车龙"), ("豈更", "岂更")])
def test_they_match_in_search(text: str, same: str) -> None:
    assert normalised(text) == same


def test_no_length_changes_and_what_is_read_is_a_character() -> None:
    for code, whole in AS_CHARACTERS.items():
        assert len(whole) == 1
        assert unicodedata.name(whole).startswith("CJK UNIFIED IDEOGRAPH")
        assert as_characters(f"甲{chr(code)}乙") == f"甲{whole}乙"


@pytest.mark.parametrize("quoted", ["面积2×105亩", "面积2×106亩"])
def test_a_lowered_exponent_is_another_number(quoted: str) -> None:
    """10⁵ is not 105."""
    check = Checker([parse("本县面积2×10⁵亩，其中水田居多，旱地次之。", name="志")]).check(quoted + "，其中水田居多")

    assert check.verdict == "altered"
    assert "number" in check.kinds
