"""When a question depends on earlier ones, and what is then searched for."""

import pytest

from corpus.document import Document
from index.chunks import Heading
from index.query import WeightedQuery
from qa.question.followup import Interpretation, interpret
from tests.fakes import headings_of


@pytest.fixture(scope="module")
def headings(shipped: Document) -> list[Heading]:
    """The sections of the shipped text."""
    return headings_of((shipped,))


def _label(interpretation: Interpretation, headings: list[Heading]) -> str | None:
    return (
        None if interpretation.section_reference is None else headings[interpretation.section_reference.section].label
    )


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("宣言在信息安全上是什么态度？", "那禁毒方面呢？"),
        ("What does the declaration say about illegal drugs?", "And about the internet?"),
        ("谁说要走安危共担之路", "他是什么时候说的"),
        ("毒品合法化他们能接受吗？", "为什么"),
        ("秘书处在哪儿？", "反恐机构呢"),
        ("中国提供了多少疫苗？", "还捐钱了没有"),
    ],
)
def test_a_follow_up_is_searched_for_with_the_one_before(headings: list[Heading], before: str, question: str) -> None:
    """In the user's own words, and the new ones count for most."""
    interpretation = interpret(question, [before], headings)

    assert interpretation.understood_as == f"{before} → {question}"
    assert interpretation.query.texts == (before, question)
    assert 0 < interpretation.query.weights[0] <= interpretation.query.weights[1] == 1


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("鲁班工坊打算建几所？", "宣言对伊朗核问题全面协议怎么说？"),
        ("What is the anti-drug operation called?", "Where is the SCO Secretariat based?"),
        ("阿富汗难民该怎么办", "上合组织的主要机构有哪些？"),
        ("疫苗给了多少剂？", "宣言第二部分怎么看集团化和对抗性思维？"),
    ],
)
def test_a_complete_question_is_not_dragged_by_history(headings: list[Heading], before: str, question: str) -> None:
    """It is read as it stands."""
    interpretation = interpret(question, [before], headings)

    assert interpretation.understood_as is None
    assert interpretation.query == WeightedQuery.of(question)


def test_without_history_every_question_stands_alone(headings: list[Heading]) -> None:
    """There is nothing to lean on."""
    assert interpret("那禁毒方面呢？", [], headings).understood_as is None


@pytest.mark.parametrize(
    ("turns", "label"),
    [
        (["讲话的最后一条建议是什么？", "再前一条呢？"], "第三，走开放融通之路"),
        (["讲话的最后一条建议是什么？", "再前一条呢？", "再前一条呢？"], "第二，走安危共担之路"),
        (["宣言第一部分讲什么？", "下一部分呢？"], "二、政治领域"),
        (["讲话第一条建议是什么", "第二条呢", "第四条呢？"], "第四，走互学互鉴之路"),
    ],
)
def test_a_step_moves_on_from_the_place_before(headings: list[Heading], turns: list[str], label: str) -> None:
    """Among the sections that count in the same way."""
    *history, question = turns

    assert _label(interpret(question, history, headings), headings) == label


@pytest.mark.parametrize(
    "question",
    [
        "他是什么时候说的",
        "这话是谁说的？",
        "在什么场合讲的",
        "他在哪里说的？",
        "Who said that?",
        "And when did he say it?",
    ],
)
def test_who_said_it_asks_for_the_circumstances(headings: list[Heading], question: str) -> None:
    """Of what answered the question before."""
    assert interpret(question, ["谁说要走安危共担之路"], headings).asks_who_said_it


@pytest.mark.parametrize(
    "question", ["他说了什么？", "谁说要走安危共担之路", "那禁毒方面呢？", "什么时候成立的？", "Who gave the speech?"]
)
def test_what_was_said_does_not(headings: list[Heading], question: str) -> None:
    """Nor does a question with a topic of its own."""
    assert not interpret(question, ["秘书处在哪儿？"], headings).asks_who_said_it


def test_an_adjective_without_its_noun_leans_more(headings: list[Heading]) -> None:
    """Biological ones: of what, the question before says."""
    before = "What does the declaration say about chemical weapons?"

    assert interpret("And biological ones?", [before], headings).weight == 0.5
