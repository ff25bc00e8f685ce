"""Questions that point at a place in the shipped text."""

import pytest
from fakes import headings_of

from corpus.model import Document
from corpus.parse import parse
from index.rows import Heading
from qa.outline import ordinal
from qa.place import Place, place


@pytest.fixture(scope="module")
def headings(shipped: Document) -> list[Heading]:
    """The sections of the shipped text."""
    return headings_of((shipped,))


def _label(pointed: Place | None, headings: list[Heading]) -> str | None:
    return None if pointed is None else headings[pointed.section].label


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("讲话的最后一条建议是什么？", "第四，走互学互鉴之路"),
        ("讲话提出的第一条建议是什么", "第一，走团结合作之路"),
        ("演讲里的第四点建议讲什么", "第四，走互学互鉴之路"),
        ("倒数第二条建议是什么", "第三，走开放融通之路"),
        ("宣言第三部分说了什么？", "三、安全领域"),
        ("宣言第三部分的第六小节讲的什么", "（六）打击有组织犯罪和反腐败"),
        ("防务合作那一节写了什么？", "（五）防务合作"),
        ("「防務合作」那一節寫了什麼？", "（五）防务合作"),
        ("政治领域那部分都写了啥", "二、政治领域"),
        ("What is the last recommendation of the speech?", "第四，走互学互鉴之路"),
        ("What does part three of the declaration say?", "三、安全领域"),
    ],
)
def test_a_place_is_found_by_number_or_name(headings: list[Heading], question: str, label: str) -> None:
    """From the front, from the back, in a work, or by its title."""
    assert _label(place(question, headings), headings) == label


@pytest.mark.parametrize(
    "question",
    [
        "上合组织秘书处设在哪个城市？",
        "中方第一次提供了多少疫苗",
        "第二次世界大战是什么时候",
        "讲话的第五条建议是什么？",
        "How many vaccine doses has China provided so far?",
    ],
)
def test_other_questions_point_nowhere(headings: list[Heading], question: str) -> None:
    """An ordinal that counts something else, or that no section bears, is no place."""
    assert place(question, headings) is None


def test_one_paragraph_of_a_section(headings: list[Heading]) -> None:
    """禁毒合作这一节最后一段: the last of that section."""
    pointed = place("禁毒合作这一节最后一段讲什么", headings)

    assert _label(pointed, headings) == "（四）禁毒合作"
    assert pointed is not None
    assert pointed.paragraph == -1


def test_among_many_works_a_place_needs_its_work() -> None:
    """The third part of which of four reports?"""
    reports = [parse("一、回顾\n甲。\n二、安排\n乙。", name=f"{year}年总结") for year in range(2001, 2005)]

    assert place("第二部分说了什么？", headings_of(reports)) is None


@pytest.mark.parametrize(
    ("label", "number"),
    [("三、安全领域", 3), ("（六）反腐败", 6), ("第二，走安危共担之路", 2), ("第十二条", 12), ("前言", None)],
)
def test_the_number_of_a_heading(label: str, number: int | None) -> None:
    """In any of the ways that headings count."""
    assert ordinal(label) == number
