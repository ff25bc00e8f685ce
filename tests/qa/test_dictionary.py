"""English words in Chinese, by the dictionary."""

from pathlib import Path

import pytest

from qa.question import dictionary
from qa.question.dictionary import translations


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
    assert chinese in dict(translations(question))[english]


def test_words_that_name_no_topic_are_left_out() -> None:
    """Only content words count, and one that the dictionary lacks counts as asked for all the same."""
    assert dict(translations("What is the zzyzx?")) == {"zzyzx": frozenset()}


@pytest.mark.parametrize("question", ["秘书处设在哪里？", "what does 秘书处 mean", "", "？？？"])
def test_a_chinese_question_needs_no_dictionary(question: str) -> None:
    """Nothing is translated."""
    assert translations(question) == ()


def test_a_missing_cache_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one complete file."""
    monkeypatch.setattr(dictionary, "user_cache_path", lambda *_, **__: tmp_path / "new")
    dictionary._database.cache_clear()
    translations.cache_clear()
    try:
        assert "合法" in dict(translations("legal"))["legal"]
        assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".sqlite"]
    finally:
        dictionary._database.cache_clear()
        translations.cache_clear()
