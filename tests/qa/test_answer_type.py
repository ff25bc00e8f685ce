"""The kind of thing that is asked for, and passages that hold none."""

from __future__ import annotations

import pytest

from corpus.text.normalise import normalised
from qa.question.answer_type import AnswerTypes, Kind, asks_for


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("上合组织是什么时候成立的？", "when"),
        ("组织成立于哪一年？", "when"),
        ("會議何時舉行？", "when"),
        ("When was it founded?", "when"),
        ("What year was it?", "when"),
        ("秘书处设在哪里？", "where"),
        ("秘书处设在哪个城市？", "where"),
        ("祕書處在哪裡？", "where"),
        ("Where is the secretariat?", "where"),
        ("Which country hosts it?", "where"),
        ("有多少成员国？", "number"),
        ("贸易额占百分之几？", "number"),
        ("How many members are there?", "number"),
        ("秘书长是谁？", "who"),
        ("谁是秘书长？", "who"),
        ("Who is the secretary-general?", "who"),
        ("秘书处做什么？", None),
        ("会议是2021年开的吗？", None),
        ("有多少成员国支持，你知道吗？", None),
        ("第几届？", None),
        ("为什么？", None),
        ("What does it say about drugs?", None),
        ("", None),
    ],
)
def test_what_a_question_asks_for(question: str, kind: Kind | None) -> None:
    """Only where its words say so; a yes or no is no kind."""
    assert asks_for(question) == kind


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("会议什么时候举行？", "会议于2021年9月举行。", "会议在杜尚别举行。"),
        ("会议什么时候举行？", "会议于二〇二一年举行。", "会议顺利举行。"),
        ("2021年的会议在什么时候举行？", "2021年的会议在9月举行。", "2021年的会议很成功。"),
        ("有多少成员国？", "有8个成员国。", "成员国越来越多。"),
        ("提供了多少疫苗？", "提供将近１２亿剂疫苗。", "提供了疫苗。"),
        ("有多少人受益？", "1000人受益。", "3个国家受益。"),
        ("花了多少钱？", "花了300亿元。", "花了3年。"),
        ("秘书处设在哪个城市？", "秘书处设在北京。", "秘书处高效运行。"),
        ("北京的秘书处在哪里？", "北京的秘书处在上海。", "北京的秘书处高效运行。"),
        ("主席是谁？", "主席是习近平。", "主席主持会议。"),
    ],
)
def test_a_passage_must_hold_what_is_asked_for(question: str, holds: str, lacks: str) -> None:
    """And more of it than it repeats from the question."""
    kinds = AnswerTypes([])

    assert not kinds.lacks(holds, question)
    assert kinds.lacks(lacks, question)


def test_a_question_without_a_kind_lacks_nothing() -> None:
    """Any passage may answer it."""
    assert not AnswerTypes([]).lacks("秘书处高效运行。", "秘书处做什么？")


def test_a_place_that_every_passage_names_answers_nothing() -> None:
    """Where all is about Shanghai, Shanghai is not where it is."""
    passage = "秘书处在上海。"
    everywhere = AnswerTypes([normalised("上海欢迎你。")] * 10)
    elsewhere = AnswerTypes([normalised("秘书处很忙。")] * 10)

    assert everywhere.lacks(passage, "秘书处在哪里？")
    assert not elsewhere.lacks(passage, "秘书处在哪里？")
