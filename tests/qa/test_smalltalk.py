"""What is said to a greeting, and what is no greeting."""

from __future__ import annotations

import pytest

from qa.question.smalltalk import small_talk


@pytest.mark.parametrize(
    ("said", "chinese", "english"),
    [
        *(
            (words, "你好。", "Hello.")
            for words in ("你好", "您好！", "你好吗？", "hello", "Hello!", "ＨＥＬＬＯ", "Hi there", "早上好")
        ),
        *(
            (words, "不客气。", "You are welcome.")
            for words in ("谢谢", "謝謝！", "好的，谢谢你。", "Thanks!", "Thank you very much.")
        ),
        *(
            (words, "这里是“原文”", "This is Yuanwen")
            for words in (
                "你是谁",
                "你是谁？",
                "你能做什么？",
                "你叫什么名字？",
                "who are you",
                "What can you do?",
                "help",
            )
        ),
        ("你好，你是谁？", "这里是“原文”", "This is Yuanwen"),
        ("Hi! Who are you?", "这里是“原文”", "This is Yuanwen"),
        ("你好" * 1000, "你好。", "Hello."),
    ],
)
def test_small_talk_gets_a_word_in_both_languages(said: str, chinese: str, english: str) -> None:
    """A greeting a greeting, thanks their answer, and a question about the tool what it is."""
    message = small_talk(said)

    assert message is not None
    assert message.zh.startswith(chinese)
    assert message.en.startswith(english)


@pytest.mark.parametrize(
    "question",
    [
        "秘书处在哪里",
        "你好，秘书处设在哪个城市？",
        "Hello, where is the secretariat?",
        "谢谢。秘书处呢？",
        "习近平是谁？",
        "history of the organisation",
        "How does the organisation help Afghanistan?",
        "上合组织能做什么？",
        "你好" * 1000 + "秘书处",
        "",
        "？",
    ],
)
def test_a_question_is_no_small_talk(question: str) -> None:
    """Even with a greeting before it."""
    assert small_talk(question) is None
