"""What is rejected before anything is searched for, at its limits."""

import pytest

from qa.question.validation import reject


@pytest.mark.parametrize(
    "question", ["谁？", "line 1\r\nline 2\tend", "𠮷在哪里？", "上" * 5, " 问 ", "⼗？", "五①", "ⅷ", "\ue123"]
)
def test_a_question_passes(question: str) -> None:
    """Line ends and tabs are pasted in; a rare character is one character."""
    assert reject(question, longest=20) is None


@pytest.mark.parametrize(
    ("question", "chinese", "english"),
    [
        ("一二三四五六", "有 6 个字符，最多 5 个", "has 6 characters, more than 5"),
        ("谁\x85？", "第 2 个字符是控制字符（U+0085）", "Character 2 of the question is a control character (U+0085)"),
        ("谁？\uffff\0", "第 3 个字符是控制字符（U+FFFF）", "Character 3"),
        ("谢谢！", "不客气", "You are welcome"),
        ("？？？", "只有标点或符号", "only punctuation or symbols"),
        ("🙂 👩‍🔬", "只有标点或符号", "only punctuation or symbols"),
        ("— § …", "只有标点或符号", "only punctuation or symbols"),
        ("\u3000\n", "问题是空的", "The question is empty"),
    ],
)
def test_a_rejection_says_why_in_both_languages(question: str, chinese: str, english: str) -> None:
    """With the question as it came."""
    rejected = reject(question, longest=5)

    assert rejected is not None
    assert rejected.question == question
    assert chinese in rejected.message.zh
    assert english in rejected.message.en
