"""What the dictionary has for a word at a place of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.scripts import HAN
from qa.question.glossing import brief_glosses, gloss_at
from qa.question.pinyin import with_tone_marks


@pytest.mark.parametrize(
    ("text", "at", "word", "pinyin", "sense"),
    [
        ("上海合作组织成员国", 4, "上海合作组织", "Shànghǎi Hézuò Zǔzhī", "Shanghai Cooperation Organisation (SCO)"),
        ("防止武器扩散", 2, "武器", "wǔqì", "weapon"),
        ("發展中國家", 3, "發展中國家", "fā zhǎn zhōng guó jiā", "developing country"),
        ("她後來走了", 2, "後來", "hòulái", "afterwards; later"),
        ("每个家庭的成员", 3, "家庭", "jiātíng", "family"),
    ],
)
def test_the_longest_entry_between_words_is_found(text: str, at: int, word: str, pinyin: str, sense: str) -> None:
    """In either script, from any of its characters."""
    gloss = gloss_at(text, at)

    assert gloss is not None
    assert text[gloss.start : gloss.end] == word
    assert (gloss.entries[0].pinyin, gloss.entries[0].senses[0]) == (pinyin, sense)


def test_a_word_with_several_readings_has_them_all() -> None:
    gloss = gloss_at("行", 0)
    assert gloss is not None
    assert [entry.pinyin for entry in gloss.entries[:2]] == ["háng", "xíng"]


def test_what_says_little_comes_last() -> None:
    """王 is a king before it is a surname."""
    gloss = gloss_at("王", 0)
    assert gloss is not None
    assert gloss.entries[0].senses[0].startswith("king")


def test_a_traditional_character_has_its_own_entries() -> None:
    """後 is behind; the empress is 后."""
    gloss = gloss_at("後", 0)
    assert gloss is not None
    assert all("empress" not in sense for entry in gloss.entries for sense in entry.senses)


def test_an_unknown_word_is_told_by_its_parts() -> None:
    """拉赫蒙, the name of a person, is no entry."""
    gloss = gloss_at("拉赫蒙总统", 0)
    assert gloss is not None
    assert gloss.entries == ()
    assert gloss.parts[0].simplified == "拉"


@pytest.mark.parametrize(("text", "at"), [("", 0), ("abc", 1), ("武器", 2), ("武器", -1), ("，", 0), ("東京の人", 0)])
def test_no_gloss_where_no_chinese_word_stands(text: str, at: int) -> None:
    assert gloss_at(text, at) is None


@given(text=st.text(alphabet="上海合作组织的了𠮷龘，。 a1\n後\0\ud800", max_size=90), at=st.integers(-3, 95))
def test_a_gloss_is_of_the_characters_at_its_place(text: str, at: int) -> None:
    gloss = gloss_at(text, at)
    if gloss is None:
        assert not 0 <= at < len(text) or not HAN.match(text[at])
        return
    assert gloss.start <= at < gloss.end
    assert all(HAN.match(character) for character in text[gloss.start : gloss.end])
    assert not (gloss.entries and gloss.parts)


def test_a_text_without_punctuation_is_read_in_parts() -> None:
    """However long it is."""
    assert len(brief_glosses("政治领域" * 500)) == 1000
    gloss = gloss_at("武器" * 50_000, 50_001)
    assert gloss is not None
    assert (gloss.start, gloss.end) == (50_000, 50_002)


def test_a_heading_has_a_few_words_for_each_of_its_words() -> None:
    """Of 第, the dictionary says what it does and not what it means: it is left out."""
    assert brief_glosses("第三，上合组织的政治领域")[1:] == (
        "Shanghai Cooperation Organisation",
        "of",
        "politics",
        "domain",
    )
    assert brief_glosses("第") == ()
    assert brief_glosses("Contents") == brief_glosses("") == brief_glosses("東京の人") == ()


@pytest.mark.parametrize(
    ("numbered", "printed"),
    [
        ("Xi2 Jin4 ping2", "Xí Jìnpíng"),
        ("Zhong1 hua2 Ren2 min2 Gong4 he2 guo2", "Zhōnghuá Rénmín Gònghéguó"),
        ("nu:3", "nǚ"),
        ("Lu:3", "Lǚ"),
        ("lu:e4", "lüè"),
        ("gui1", "guī"),
        ("liu2", "liú"),
        ("ou4", "òu"),
        ("xiong1", "xiōng"),
        ("dian3 r5", "diǎnr"),
        ("fang1 an4", "fāng'àn"),
        ("ma5", "ma"),
        ("hm5", "hm"),
        ("san1 C", "sān C"),
        ("yi1 hui4 r5 , yi1 hui4 r5", "yīhuìr, yīhuìr"),
        ("", ""),
    ],
)
def test_pinyin_has_tone_marks(numbered: str, printed: str) -> None:
    assert with_tone_marks(numbered) == printed
