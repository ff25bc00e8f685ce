"""English words in Chinese, by the dictionary."""

from pathlib import Path

import pytest

from qa.question import cedict, dictionary
from qa.question.dictionary import meanings, synonyms, translations


def _chinese(question: str) -> dict[str, frozenset[str]]:
    return {found.english: found.chinese for found in translations(question)}


@pytest.mark.parametrize(
    ("question", "english", "chinese"),
    [
        ("Which union is meant?", "union", "联盟"),
        ("And the music festival?", "music festival", "音乐节"),  # the longest wording, not music and festival
        ("Who pays for drugs?", "drugs", "毒品"),
        ("Were the policies linked?", "policies", "政策"),
        ("Were the policies linked?", "linked", "挂钩"),
    ],
)
def test_a_word_has_its_chinese(question: str, english: str, chinese: str) -> None:
    """In its dictionary form, and set phrases whole."""
    assert chinese in _chinese(question)[english]


def test_words_that_name_no_topic_are_left_out() -> None:
    """Only content words count, and one that the dictionary lacks counts as asked for all the same."""
    assert _chinese("What is the zzyzx?") == {"zzyzx": frozenset()}


@pytest.mark.parametrize("question", ["秘书处设在哪里？", "what does 秘书处 mean", "", "？？？"])
def test_a_chinese_question_needs_no_dictionary(question: str) -> None:
    """Nothing is translated."""
    assert translations(question) == ()


def test_a_translation_knows_its_place_and_whether_it_is_a_name() -> None:
    """The pinyin of a name has a capital. A single character is apart."""
    norway, boats = translations("Has Norway boats?")

    assert ((norway.start, norway.end), (boats.start, boats.end)) == ((4, 10), (11, 16))
    assert (norway.is_name, boats.is_name) == (True, False)
    assert "船" in boats.characters - boats.chinese


def test_words_that_share_a_wording_are_synonyms() -> None:
    """But not where too many words share it."""
    assert "教师" in synonyms("老师")
    assert "老师" not in synonyms("老师")
    assert "teacher" in meanings("老师")
    assert synonyms("没有这个词") == meanings("没有这个词") == frozenset()


def test_a_missing_cache_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one complete file."""
    monkeypatch.setattr(cedict, "user_cache_path", lambda *_, **__: tmp_path / "new")
    dictionary._database.cache_clear()
    translations.cache_clear()
    try:
        assert "合法" in _chinese("legal")["legal"]
        assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".sqlite"]
    finally:
        dictionary._database.cache_clear()
        translations.cache_clear()
