"""Questions for several sections at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.source import Source
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import ANSWERS, Settings
from qa.question.followup import interpret
from qa.question.section_lists import each_section
from qa.reply import Answer
from tests.fakes import CharacterEmbedder


@pytest.mark.parametrize(
    ("question", "each"),
    [
        ("第二条和第五条写了什么？", ["第二条写了什么?", "第五条写了什么?"]),
        ("码头规则第二、四章讲什么", ["码头规则第二章讲什么", "码头规则第四章讲什么"]),
        ("第七条至第九条", ["第七条", "第8条", "第九条"]),
        ("第1部分、第2部分以及最后一部分", ["第1部分", "第2部分", "最后一部分"]),
        ("Articles 3 to 5", ["article 3", "article 4", "article 5"]),
        ("Chapter 2 and Chapter 6 of the code", ["chapter 2 of the code", "chapter 6 of the code"]),
        ("第三章第九条", []),
        ("第一章和第二条", []),
        ("第二段和第三段", []),
        ("码头规则第一条和灯塔规则第二条", []),
        ("第六条", []),
        ("船有几条？", []),
    ],
)
def test_a_question_for_each(question: str, each: list[str]) -> None:
    """Those inside one another, of two kinds, or with words between them are no such question."""
    assert each_section(question) == each


def test_no_more_than_are_shown() -> None:
    assert len(each_section("第一条到第九百条")) == ANSWERS.placed


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("第一条和第三条规定了什么？", [1, 3]),
        ("第二条至第四条", [2, 3, 4]),
        ("第三、四条有什么区别？", [3, 4]),
        ("第四条和第九条规定了什么？", [4]),
    ],
)
def test_all_of_them_are_shown_in_the_order_of_the_text(tmp_path: Path, question: str, found: list[int]) -> None:
    numbers = "一二三四"
    words = ("凡进港船只应当报告。", "夜间航行须开灯。", "载客不得超过定额。", "违者罚款三百元。")
    text = "码头规则\n\n" + "\n\n".join(f"第{n}条　{one}" for n, one in zip(numbers, words, strict=True))
    embedder = CharacterEmbedder("".join(words) + "规定什么区别")
    index = Index.build(tmp_path / "i", [Source.from_bytes("码头规则.txt", text.encode(), None)], embedder)
    reply = Engine(index, embedder, Settings()).ask(question)

    assert isinstance(reply, Answer)
    shown = [numbers.index(hit.citation.passage.section.label[1]) + 1 for hit in reply.hits]
    assert sorted(shown) == found


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("第二部分写了什么？", "二、岸线"),
        ("第三部分写了什么？", None),
        ("第四部分写了什么？", None),
        ("What does part 2 say?", "二、岸线"),
        ("What does part 4 say?", None),
    ],
)
def test_a_part_that_is_not_there_is_no_smaller_section(tmp_path: Path, question: str, label: str | None) -> None:
    """A text that calls its parts so has no fourth one because another list counts to four."""
    first = "港区年报\n\n第一部分 航道\n\n一、水深\n疏浚两次。\n\n"
    text = f"{first}第二部分 码头\n\n二、岸线\n岸线延长。\n\n三、泊位\n泊位翻修。\n\n四、灯标\n灯标换新。\n"
    embedder = CharacterEmbedder("航道水深疏浚码头岸线泊位灯标")
    index = Index.build(tmp_path / "i", [Source.from_bytes("港区年报.txt", text.encode(), None)], embedder)
    reply = Engine(index, embedder, Settings()).ask(question)

    assert isinstance(reply, Answer) == (label is not None)
    if isinstance(reply, Answer):
        assert reply.hits[0].citation.passage.section.label == label


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("附则写了什么？", ["第三章 附则", "第二章　附则"]),
        ("灯塔规则的附则写了什么？", ["第二章　附则"]),
        ("总则是什么", ["第一章 总则"]),
        ("罚则的内容", ["第二章 罚则"]),
        ("What is the 总则?", ["第一章 总则"]),
        ("分则写了什么？", []),
        ("什么船要报告？", []),
    ],
)
def test_a_section_by_the_words_of_its_heading(tmp_path: Path, question: str, labels: list[str]) -> None:
    """In each work that has one, or in the work that is named; not where a question asks for anything else."""
    first = "码头规则\n\n第一章 总则\n\n第一条　凡船应报告。\n\n第二章 罚则\n\n第二条　违者罚款。\n\n"
    first += "第三章 附则\n\n第三条　即日施行。\n"
    second = "灯塔规则\n\n第一章　灯务\n\n第一条　灯应常明。\n\n第二章　附则\n\n第二条　明年施行。\n"
    embedder = CharacterEmbedder("码头灯塔规则总附罚船报告施行")
    sources = [Source.from_bytes(f"{number}.txt", text.encode(), None) for number, text in enumerate((first, second))]
    index = Index.build(tmp_path / "i", sources, embedder)
    reference = interpret(question, (), index.outline).section_reference

    assert [index.outline[row].label for row in (reference.sections if reference else ())] == labels
