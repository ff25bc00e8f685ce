"""When a question depends on earlier ones, and what is then searched for."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.document import Document
from index.chunks import Heading
from index.query import WeightedQuery
from qa.question.followup import Interpretation, interpret
from tests.fakes import headings_of

_FILE = Path(__file__).parent / "followup_pairs.jsonl"
PAIRS = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
"""Two questions in a row, of several fields, and how the second is to be read: alone, leans, sibling or more."""


@pytest.fixture(scope="module")
def headings(shipped: Document) -> list[Heading]:
    """The sections of the shipped text."""
    return headings_of((shipped,))


def _read(question: str, history: Sequence[str], headings: Sequence[Heading]) -> Interpretation:
    """Interpret a question after others that were all answered."""
    read: list[Interpretation] = []
    for asked in (*history, question):
        read.insert(0, interpret(asked, read, headings))
    return read[0]


def _label(interpretation: Interpretation, headings: list[Heading]) -> str | None:
    return (
        None if interpretation.section_reference is None else headings[interpretation.section_reference.section].label
    )


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("成员国希望阿富汗政府是什么样的", "难民呢？"),
        ("What do they say about Afghan refugees?", "And about its government?"),
        ("谁说要走安危共担之路", "他是什么时候说的"),
        ("毒品合法化他们能接受吗？", "为什么"),
        ("首期专项贷款有多少钱？", "那二期主要投给哪些项目"),
        ("中国提供了多少疫苗？", "还捐钱了没有"),
    ],
)
def test_a_follow_up_is_searched_for_with_the_one_before(headings: list[Heading], before: str, question: str) -> None:
    """In the user's own words, and the new ones count for most."""
    interpretation = _read(question, [before], headings)

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
    interpretation = _read(question, [before], headings)

    assert interpretation.understood_as is None
    assert interpretation.query == WeightedQuery.of(question)


def test_without_history_every_question_stands_alone(headings: list[Heading]) -> None:
    """There is nothing to lean on."""
    assert _read("那禁毒方面呢？", [], headings).understood_as is None


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

    assert _label(_read(question, history, headings), headings) == label


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
    assert _read(question, ["谁说要走安危共担之路"], headings).asks_who_said_it


@pytest.mark.parametrize(
    "question", ["他说了什么？", "谁说要走安危共担之路", "那禁毒方面呢？", "什么时候成立的？", "Who gave the speech?"]
)
def test_what_was_said_does_not(headings: list[Heading], question: str) -> None:
    """Nor does a question with a topic of its own."""
    assert not _read(question, ["秘书处在哪儿？"], headings).asks_who_said_it


def test_an_adjective_without_its_noun_leans_more(headings: list[Heading]) -> None:
    """Biological ones: of what, the question before says."""
    before = "What does the declaration say about chemical weapons?"

    assert _read("And biological ones?", [before], headings).weight == 0.5


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["question"] for pair in PAIRS])
def test_a_question_leans_only_where_it_must(pair: dict[str, str | None]) -> None:
    """One with a topic of its own stands alone; a sibling asks the question before of another thing."""
    before, question = str(pair["before"]), str(pair["question"])
    read = _read(question, [before], [])

    assert (read.understood_as is None) == (pair["read"] == "alone")
    assert (read.goes_on is not None) == (pair["read"] == "more")
    if pair.get("as"):
        assert read.understood_as == read.asked == pair["as"]
