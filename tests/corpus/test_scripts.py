"""The definition of a Chinese character, and the script of a text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.fold import is_spread
from corpus.text.normalise import normalised
from corpus.text.scripts import HAN, IDEOGRAPHS, han_count, has_han, has_rare, has_wide, is_mostly_han
from index.query import WeightedQuery
from index.search.bm25_terms import terms
from index.search.lexical import Lexical

_RARE = ("㐂", "䲟", "鿍", "𠮷", "𪚥", "𫝀", "𫠝", "𬭩", "𮯠", "𰻞", "𱍐")
"""Of Extension A, the end of the first block, and Extensions B to H."""


@pytest.mark.parametrize("character", [*_RARE, "一", "龥", "〇", "々", "﨑", "凞"])
def test_a_chinese_character(character: str) -> None:
    """It may be of any block, alone or inside a character class."""
    assert has_han(f"a{character}b")
    assert re.fullmatch(f"[{IDEOGRAPHS}]", character)
    assert terms(character)[0] == normalised(character)


@pytest.mark.parametrize(
    "character", ["a", "é", "あ", "ア", "한", "，", "。", "①", "1", "１", "－", "😀", "\ue000", ""]
)
def test_no_chinese_character(character: str) -> None:
    """Kana, punctuation and circled numbers are not Chinese characters."""
    assert not has_han(character)


@given(st.characters())
def test_every_ideograph_of_unicode_counts(character: str) -> None:
    """This covers the characters whose names this Python knows."""
    if unicodedata.name(character, "").startswith(("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH")):
        assert HAN.match(character)


def test_the_script_of_a_text() -> None:
    """More than half of the letters decide."""
    assert is_mostly_han("𠮷𠮷𠮷 is")
    assert not is_mostly_han("吉 is a character")
    assert not is_mostly_han("123。")
    assert han_count("王𠮷, 〇") == 3


def test_blanks_between_rare_characters_mean_nothing() -> None:
    """Some converters leave blanks between all characters."""
    assert is_spread(" ".join("𠮷䲟㐂𬭩" * 6))


@pytest.mark.parametrize(("text", "wide"), [("甲", True), ("𠮷", True), ("，", True), ("①", True), ("a1", False)])
def test_what_is_written_without_blanks(text: str, wide: bool) -> None:
    """These are ideographs, full-width punctuation and circled numbers."""
    assert has_wide(text) == wide


@pytest.mark.parametrize("character", _RARE)
def test_a_rare_character_is_found(character: str) -> None:
    """It is found alone and in a word, in the only row that has it."""
    lexical = Lexical.build(["湖里有鱼。", f"湖里有{character}鱼。", "山上有草。"])

    assert has_rare(character)
    assert lexical.top(WeightedQuery.of(character), 3).tolist() == [1]
    assert lexical.top(WeightedQuery.of(f"{character}鱼在哪里"), 1).tolist() == [1]
