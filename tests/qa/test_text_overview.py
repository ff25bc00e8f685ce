"""Replies to requests about a text as a whole: fixed words, the title block, or the headings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.source import SHIPPED, Source, load
from index.searcher import Index
from qa.engine import Engine
from qa.output.export_words import ExportedTurn
from qa.output.json_records import reply_as_json
from qa.output.markdown_export import to_markdown
from qa.output.terminal import render
from qa.qa_settings import ANSWERS, Settings
from qa.reply import Answer, Rejected, Reply
from tests.budget import budget
from tests.fakes import CharacterEmbedder

LAW = """养蜂管理规定

第一章 总则

第一条 养蜂应当登记。

第二条 蜂场应当远离学校。

第二章 检查

第三条 检查每年两次。
"""
REPORT = """蜂业考察报告

去年我们走访了三个县。为此，提出以下三点意见：

一、修好山路

山路年久失修。

二、多种花木

花木少，蜜就少。

三、免费检疫

检疫费太高。
"""
PAPER = """# Bees and weather

## Abstract

Bees fly less in the rain.

## Methods

We counted bees for a year.

## Recommendations

### Plant lime trees

Lime trees flower late.

### Leave the meadow uncut

A meadow feeds bees.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over a law, a report and a paper."""
    return _engine(tmp_path_factory.mktemp("three"), {"law": LAW, "report": REPORT, "paper": PAPER})


def _engine(folder: Path, texts: dict[str, str]) -> Engine:
    sources = [Source.from_bytes(name, text.encode(), None) for name, text in texts.items()]
    embedder = CharacterEmbedder("蜂报告规定意见条a")
    return Engine(Index.build(folder / "index", sources, embedder), embedder, Settings())


def _labels(reply: Reply) -> list[str]:
    assert isinstance(reply, Answer | Rejected)
    return [section.label for _, section in reply.headings]


def _quotes(reply: Reply) -> list[str]:
    assert isinstance(reply, Answer)
    return [hit.citation.text for hit in reply.hits]


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("请帮我总结一下", "不写总结"),
        ("Could you please summarise this?", "不写总结"),
        ("把它翻译成英文", "不作翻译"),
        ("比较这几份文件", "不作比较"),
        ("帮我写一篇读后感", "不代写"),
        ("What do you think?", "没有自己的看法"),
    ],
)
def test_what_quotes_cannot_give_is_refused_with_something_to_do(engine: Engine, said: str, chinese: str) -> None:
    """In words that are fixed, with headings to choose from: those of the text in scope."""
    every = engine.ask(said)
    law = engine.ask(said, documents=["law"])

    assert isinstance(every, Rejected)
    assert isinstance(law, Rejected)
    assert chinese in law.message.zh
    assert _labels(every)[:2] == ["养蜂管理规定", "第一章 总则"]
    assert _labels(law) == ["第一章 总则", "第一条", "第二条", "第二章 检查", "第三条"]


def test_a_text_can_be_named(engine: Engine) -> None:
    """By its title, a good part of it, or the name of its file."""
    for said in ("总结一下《蜂业考察报告》", "总结一下蜂业报告", "翻译一下report", "概括《report》"):
        assert _labels(engine.ask(said)) == ["一、修好山路", "二、多种花木", "三、免费检疫"]


def test_a_topic_is_no_text(engine: Engine) -> None:
    """It is looked up."""
    for said in ("总结一下山路", "总结一下《红楼梦》", "报告怎么总结走访？"):
        reply = engine.ask(said)

        assert not isinstance(reply, Rejected)
        assert getattr(reply, "message", None) is None


def test_both_sides_of_a_comparison_are_named(engine: Engine) -> None:
    reply = engine.ask("比较一下山路和花木")

    assert isinstance(reply, Rejected)
    assert "“山路”，“花木”" in reply.message.zh
    assert "“山路”, “花木”" in reply.message.en


def test_a_section_that_is_to_be_summarised_or_translated_is_quoted(engine: Engine) -> None:
    """The program says that it does no more."""
    for said in ("总结第二章", "把第二章翻译成英文", "翻译一下第二章"):
        reply = engine.ask(said, documents=["law"])

        assert _quotes(reply) == ["第三条 检查每年两次。"]
        assert isinstance(reply, Answer)
        assert reply.message is not None
        assert "原文如下" in reply.message.zh


def test_a_summary_of_the_text_s_own_is_quoted(engine: Engine) -> None:
    reply = engine.ask("summarise this paper", documents=["paper"])

    assert _quotes(reply) == ["Bees fly less in the rain."]


def test_what_text_it_is_is_told_by_its_title_block(fake_engine: Engine) -> None:
    """A work without one is told by its first passage. The shipped text has one of either kind."""
    reply = fake_engine.ask("这是什么文章？")

    assert [hit.citation.passage.paragraph for hit in reply.hits] == [0, 1] if isinstance(reply, Answer) else False
    assert len(_quotes(fake_engine.ask("这篇讲话讲了什么？"))) == 1


def test_an_author_is_told_by_a_title_block_that_has_one(fake_engine: Engine) -> None:
    """The declaration names none: the question is looked up like any other."""
    assert "习近平" in _quotes(fake_engine.ask("这篇讲话是谁写的？"))[0]
    reply = fake_engine.ask("这份宣言是谁写的？")

    assert getattr(reply, "message", None) is None


def test_after_another_question_what_names_no_text_depends_on_it(fake_engine: Engine) -> None:
    reply = fake_engine.ask("谁写的？", ["成员国的禁毒合作"])

    assert getattr(reply, "message", None) is None


@pytest.mark.parametrize(
    ("said", "document", "labels"),
    [
        ("一共有几章？", "law", ["第一章 总则", "第二章 检查"]),
        ("规定有多少条", "law", ["第一条", "第二条", "第三条"]),
        ("How many articles are there?", "law", ["第一条", "第二条", "第三条"]),
        ("第一章有几条？", "law", ["第一条", "第二条"]),
        ("报告提出了几点意见？", "report", ["一、修好山路", "二、多种花木", "三、免费检疫"]),
        ("how many suggestions does the report make", "report", ["一、修好山路", "二、多种花木", "三、免费检疫"]),
        ("意见有几条", "report", ["一、修好山路", "二、多种花木", "三、免费检疫"]),
        ("分几个部分", "report", ["一、修好山路", "二、多种花木", "三、免费检疫"]),
        ("How many recommendations are there?", "paper", ["Plant lime trees", "Leave the meadow uncut"]),
    ],
)
def test_headings_are_counted(engine: Engine, said: str, document: str, labels: Sequence[str]) -> None:
    """The number in words, the headings, and the first passage under each, as many as an answer has."""
    reply = engine.ask(said, documents=[document])

    assert _labels(reply) == labels
    assert isinstance(reply, Answer)
    assert reply.message is not None
    assert f"有 {len(labels)} 个" in reply.message.zh
    assert len(reply.hits) == min(len(labels), Settings().top)


@pytest.mark.parametrize(
    ("said", "document"),
    [
        ("走访了几个县？", "report"),
        ("有几条路", "report"),
        ("有几个学校", "law"),
        ("How many bees are there?", "paper"),
    ],
)
def test_what_no_headings_count_is_looked_up(engine: Engine, said: str, document: str) -> None:
    assert getattr(engine.ask(said, documents=[document]), "message", None) is None


def test_a_series_with_a_gap_is_not_counted(tmp_path: Path) -> None:
    """The parser, or the source, may lack an article."""
    engine = _engine(tmp_path, {"law": LAW.replace("第二条", "第五条")})

    assert not _has_headings(engine.ask("有多少条？"))


def _has_headings(reply: Reply) -> bool:
    return isinstance(reply, Answer) and bool(reply.headings)


def test_the_contents_are_the_headings(engine: Engine) -> None:
    """A text without headings says so."""
    assert _labels(engine.ask("目录", documents=["report"])) == ["一、修好山路", "二、多种花木", "三、免费检疫"]
    assert _labels(engine.ask("Show me the table of contents", documents=["paper"]))[:2] == ["Abstract", "Methods"]


def test_a_text_without_headings_says_so(tmp_path: Path) -> None:
    reply = _engine(tmp_path, {"note": "蜂场在山上。\n\n蜂蜜很甜。"}).ask("目录")

    assert isinstance(reply, Rejected)
    assert reply.headings == ()
    assert "没有标题" in reply.message.zh


def test_many_texts_are_listed_by_title(tmp_path: Path) -> None:
    """With how many they are, and the first of them."""
    engine = _engine(tmp_path, {f"law {n}": f"养蜂{n}号规定\n\n蜂。" for n in range(41)})
    reply = engine.ask("总结一下")

    assert isinstance(reply, Rejected)
    assert "41 份文本" in reply.message.zh
    assert "前 40 个" in reply.message.zh
    assert len(reply.headings) == 40
    assert all(section.level == 0 for _, section in reply.headings)


def test_each_view_shows_the_words_and_the_headings(engine: Engine) -> None:
    """JSON, terminal and export: of a refusal and of an answer."""
    refused = engine.ask("总结一下", documents=["law"])
    counted = engine.ask("有几章？", documents=["law"])

    assert render(refused).splitlines()[1:3] == ["第一章 总则", "  第一条"]
    assert reply_as_json(refused, None)["reason"].splitlines()[1] == "第一章 总则"
    assert "remark" not in reply_as_json(refused, None)
    assert reply_as_json(counted, None)["remark"].splitlines()[1:] == ["第一章 总则", "第二章 检查"]
    assert render(counted).splitlines()[1:3] == ["第一章 总则", "第二章 检查"]
    assert "有 2 个" in to_markdown([ExportedTurn(counted)])


@pytest.fixture(scope="module")
def shipped_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over the shipped text that knows few characters, and so is fast."""
    embedder = CharacterEmbedder("上合组织")
    index = Index.build(tmp_path_factory.mktemp("few") / "index", [load(SHIPPED)], embedder)
    return Engine(index, embedder, Settings())


@settings(max_examples=budget(100), deadline=None)
@given(said=st.text("总结翻译比较你怎么看这是什么有几条建议章把成和的《》第一部分讲话宣言 how many parts", max_size=30))
def test_no_request_raises(shipped_engine: Engine, said: str) -> None:
    """Whatever it names."""
    shipped_engine.ask(said)


def test_a_file_of_many_works_leaves_room_for_another(tmp_path: Path) -> None:
    """As many title blocks of each document, where not all are shown."""
    count = ANSWERS.placed + 3
    page = "".join(f"第{number}封信\n{number}号船到了。\n" for number in range(count))
    works = "".join(f'[[works]]\nlines = ["{2 * n + 1}-{2 * n + 2}"]\n' for n in range(count))
    edition = f'sha256 = "{hashlib.sha256(page.encode()).hexdigest()}"\n{works}'
    sources = [
        Source.from_bytes("page", page.encode(), edition),
        Source.from_bytes("z", "茶园日志\n\n今天采茶。\n".encode(), None),
    ]
    embedder = CharacterEmbedder("封信号船到茶园日志今天采")
    engine = Engine(Index.build(tmp_path / "index", sources, embedder), embedder, Settings())

    reply = engine.ask("这些是什么文章？")

    assert isinstance(reply, Answer)
    assert len(reply.hits) == ANSWERS.placed
    assert reply.hits[-1].citation.document.name == "z"
