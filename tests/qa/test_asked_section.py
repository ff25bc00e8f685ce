"""Questions for a section by its number alone, asked of several texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.parse import parse
from corpus.source import Source
from index.chunks import Heading
from index.encoders.base import Embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import ANSWERS, Settings
from qa.question.asked_section import asked_section, in_every_work
from qa.question.followup import Interpretation, interpret
from qa.question.heading_labels import work_of
from qa.reply import Answer, NotFound, Reply
from tests.fakes import CharacterEmbedder, headings_of

BYLAW = (
    "渔港管理办法\n\n第一章 总则\n\n第一条 渔港归镇里管理。\n\n"
    "第二章 停泊\n\n第一节 渔船\n\n第二条 渔船靠东岸停泊。\n\n第二节 货船\n\n第三条 货船靠西岸停泊。\n\n"
    "第三章 罚则\n\n第四条 乱停的，罚款五十元。\n"
)
HANDBOOK = (
    "种茶手册\n\n第一章 选地\n\n茶树喜欢酸性土壤。\n\n"
    "第二章 修剪\n\n春茶采完以后修剪。\n\n夏天不剪。\n\n第三章 采茶\n\n清明之前采的茶最好。\n"
)
NOTICE = (
    "关于清理航道的通知\n\n港办第2号\n\n各村：\n\n"
    "一、清理时间\n\n三月清理。\n\n二、清理范围\n\n从桥头到码头。\n\n请见办法附件二。\n"
)
CHARTER = (
    "Charter of the Rowing Club\n\nArticle 1\n\nThe club owns four boats.\n\nArticle 2\n\nBoats are back before dark.\n"
)
LETTER = "给茶农的信\n\n今年雨水多，茶叶收成比去年好，每家多收了两成。\n"
TEXTS = {"bylaw": BYLAW, "handbook": HANDBOOK, "notice": NOTICE, "charter": CHARTER, "letter": LETTER}


def _engine(folder: Path, names: Sequence[str]) -> Engine:
    sources = [Source.from_bytes(name, TEXTS[name].encode(), None) for name in names]
    embedder = CharacterEmbedder("".join(sorted(set("".join(TEXTS.values())))), common="的了是，。")
    return Engine(Index.build(folder / "index", sources, embedder), embedder, Settings())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over five texts; two have chapters, two articles, one parts without a name."""
    return _engine(tmp_path_factory.mktemp("five"), list(TEXTS))


@pytest.fixture(scope="module")
def headings() -> list[Heading]:
    """The headings of the five texts."""
    return headings_of([parse(text, name=name) for name, text in TEXTS.items()])


def _labels(question: str, headings: Sequence[Heading]) -> list[tuple[str, str]]:
    found = in_every_work(question, headings)
    rows = found.sections if found else ()
    return [(headings[work_of(headings, row)].label[:2], headings[row].label) for row in rows]


def _quoted(reply: Reply) -> list[str]:
    assert isinstance(reply, Answer)
    return [hit.citation.text for hit in reply.hits]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("第二章写了什么？", [("渔港", "第二章 停泊"), ("种茶", "第二章 修剪")]),
        ("第2章", [("渔港", "第二章 停泊"), ("种茶", "第二章 修剪")]),
        ("各文本的第三章都讲些什么内容", [("渔港", "第三章 罚则"), ("种茶", "第三章 采茶")]),
        ("請問第三章是怎麼規定的？", [("渔港", "第三章 罚则"), ("种茶", "第三章 采茶")]),
        ("最后一章讲什么？", [("渔港", "第三章 罚则"), ("种茶", "第三章 采茶")]),
        ("What does Chapter III say?", [("渔港", "第三章 罚则"), ("种茶", "第三章 采茶")]),
        ("Could you please show me chapter one?", [("渔港", "第一章 总则"), ("种茶", "第一章 选地")]),
        ("第二条规定了什么？", [("渔港", "第二条"), ("Ch", "Article 2")]),
        ("What is article 1 about?", [("渔港", "第一条"), ("Ch", "Article 1")]),
        ("第二节讲的是什么", [("渔港", "第二节 货船")]),
        ("手册的第二章写了什么？", [("种茶", "第二章 修剪")]),
        ("种茶手册第一章", [("种茶", "第一章 选地")]),
        ("办法的第三章呢", [("渔港", "第三章 罚则")]),
        ("第二章第三条写了什么？", [("渔港", "第三条")]),
        ("第二点是什么", [("关于", "二、清理范围")]),
        ("What does Article 2 of the charter of the rowing club say?", [("Ch", "Article 2")]),
    ],
)
def test_a_section_is_that_of_each_text_that_has_it(
    headings: list[Heading], question: str, labels: list[tuple[str, str]]
) -> None:
    """In either language, and of one text where the question names it."""
    assert _labels(question, headings) == labels


def test_a_part_may_be_called_otherwise(headings: list[Heading]) -> None:
    """No text here calls a part so: the outermost headings with a number are meant."""
    expected = [("渔港", "第二章 停泊"), ("种茶", "第二章 修剪"), ("关于", "二、清理范围"), ("Ch", "Article 2")]

    assert _labels("第二部分说了什么？", headings) == _labels("What is in part 2?", headings) == expected


def test_a_part_that_is_called_so_is_meant_alone() -> None:
    parts = "".join(f"第{number}部分 {name}\n\n{name}的事。\n\n" for number, name in (("一", "人员"), ("二", "钱粮")))
    texts = {**TEXTS, "plan": f"修港计划\n\n{parts}", "book": "港史\n\n第一篇 古\n\n古事。\n\n第二篇 今\n\n今事。\n"}
    headings = headings_of([parse(text, name=name) for name, text in texts.items()])

    assert _labels("第二部分说了什么？", headings) == [("修港", "第二部分 钱粮")]
    assert _labels("第二篇说了什么？", headings) == [("港史", "第二篇 今")]


@pytest.mark.parametrize(
    "question",
    [
        "第四章写了什么？",
        "第二款写了什么？",
        "第二篇写了什么？",
        "附件二写了什么？",
        "What does chapter 7 say?",
        "铁路法第二章写了什么？",
        "第二章里春茶怎么修剪？",
        "第二章是谁写的？",
        "港办第2号写了什么？",
        "第二次清理是什么时候？",
        "第一章第三条写了什么？",
        "第二段写了什么？",
    ],
)
def test_any_other_question_points_nowhere(headings: list[Heading], question: str) -> None:
    """One for what no text has, one of an unknown work, one that asks for more than the section."""
    assert in_every_work(question, headings) is None


def test_one_text_has_no_others() -> None:
    assert in_every_work("第二章写了什么？", headings_of([parse(HANDBOOK, name="a")])) is None


@pytest.mark.parametrize(
    ("question", "is_asked"),
    [
        ("第九章写了什么？", True),
        ("第三十款", True),
        ("种茶手册第九章写了什么？", True),
        ("第九章第一条", True),
        ("What does Article 12 of the Charter of the Rowing Club say?", True),
        ("Please show me article 12.", True),
        ("What's in part 4?", True),
        ("第九章对渔船有什么规定？", False),
        ("What does article 12 say about boats?", False),
        ("第九次会议讲了什么？", False),
        ("第九章和第十章写了什么？", False),
    ],
)
def test_a_question_for_a_section_asks_nothing_else(headings: list[Heading], question: str, is_asked: bool) -> None:
    """But it may name a work."""
    assert (asked_section(question, headings) is not None) is is_asked


def test_the_reply_has_the_section_of_each_text(engine: Engine) -> None:
    """And nothing of the document with the number 2."""
    assert _quoted(engine.ask("第二章写了什么？")) == [
        "第二条 渔船靠东岸停泊。",
        "第三条 货船靠西岸停泊。",
        "春茶采完以后修剪。",
        "夏天不剪。",
    ]


def test_two_texts_are_several(tmp_path: Path) -> None:
    engine = _engine(tmp_path, ["bylaw", "handbook"])

    assert _quoted(engine.ask("What does chapter 3 say?")) == ["第四条 乱停的，罚款五十元。", "清明之前采的茶最好。"]


def test_among_chosen_texts_it_is_that_of_these(engine: Engine) -> None:
    reply = engine.ask("第三章写了什么？", documents=["handbook", "letter", "notice"])

    assert _quoted(reply) == ["清明之前采的茶最好。"]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("第五章写了什么？", "第五章"),
        ("第九条规定了什么？", "第九条"),
        ("第二款规定了什么？", "第二款"),
        ("第3款", "第3款"),
        ("第7项写了什么？", "第7项"),
        ("第9点讲什么", "第9点"),
        ("附图一", "附图一"),
        ("种茶手册第四章写了什么？", "第四章"),
        ("渔港管理办法第三章第九条规定了什么？", "第三章第九条"),
        ("第九章第一条写了什么？", "第九章"),
        ("第一章第四条写了什么？", "第一章第四条"),
        ("What does Article 7 of the Charter of the Rowing Club say?", "Article 7"),
        ("种茶手册最后一条写了什么？", "最后一条"),
        ("第六章的罚款是多少？", "第六章"),
        ("第三篇讲什么？", "第三篇"),
        ("What does chapter 5 say?", "chapter 5"),
        ("Article IX", "Article IX"),
    ],
)
def test_a_section_that_no_text_has_is_not_found_and_named(engine: Engine, question: str, missing: str) -> None:
    """However well a passage with that number fits."""
    reply = engine.ask(question)

    assert isinstance(reply, NotFound)
    assert reply.unmatched_words == (missing,)


def test_only_the_texts_asked_have_sections(engine: Engine) -> None:
    """Articles and chapters of others are no answer, and no mention either."""
    for question, names, missing in (
        ("第四条写了什么？", ["charter", "letter"], "第四条"),
        ("第三章写了什么？", ["notice"], "第三章"),
        ("种茶手册第三章第一条", ["handbook", "bylaw"], "第三章第一条"),
        ("附件二写了什么？", ["handbook"], "附件二"),
    ):
        reply = engine.ask(question, documents=names)

        assert isinstance(reply, NotFound), question
        assert reply.unmatched_words == (missing,)
        assert {hit.citation.document.name for hit in reply.near} <= {*names}


@pytest.mark.parametrize(
    ("name", "question", "missing"),
    [
        ("handbook", "种茶手册第八章写了什么？", "第八章"),
        ("handbook", "第八章写了什么？", "第八章"),
        ("bylaw", "第三章第三条", "第三章第三条"),
        ("bylaw", "第2点", "第2点"),
        ("charter", "What does Article 4 of the Charter say?", "Article 4"),
    ],
)
def test_a_lone_text_lacks_a_section(tmp_path: Path, name: str, question: str, missing: str) -> None:
    reply = _engine(tmp_path, [name]).ask(question)

    assert isinstance(reply, NotFound)
    assert reply.unmatched_words == (missing,)


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "question", "missing", "sections"),
    [
        ("handbook", "第三章的猕猴桃多少钱？", "猕猴桃", {"第三章"}),
        ("charter", "How much does Article 2 of the tractor cost?", "tractor", {"Art"}),
    ],
)
def test_what_no_text_mentions_a_section_does_not_answer(
    tmp_path: Path, real_embedder: Embedder, name: str, question: str, missing: str, sections: set[str]
) -> None:
    """And the nearest passages are those of the section."""
    source = Source.from_bytes(name, TEXTS[name].encode(), None)
    engine = Engine(Index.build(tmp_path / "index", [source], real_embedder), real_embedder, Settings())
    reply = engine.ask(question)

    assert isinstance(reply, NotFound)
    assert missing in reply.unmatched_words
    assert {hit.citation.passage.section.label[:3] for hit in reply.near} == sections


def test_a_text_that_is_not_here_is_answered_with_no_other(engine: Engine) -> None:
    for question, name in (
        ("铁路法第二章写了什么？", "铁路法"),
        ("航空条例第一条规定了什么？", "航空"),
        ("What does Article 2 of the Aviation Act say?", "Aviation"),
    ):
        reply = engine.ask(question)

        assert isinstance(reply, NotFound)
        assert name in reply.unmatched_words[0]


def test_an_item_of_a_list_is_no_chapter(tmp_path: Path) -> None:
    """Items are counted by the text, whether they are headings or not."""
    text = "值班须知\n\n值班的人要做到：\n\n（一）按时到岗；\n\n（二）不得离开；\n\n（三）写好记录。\n"
    embedder = CharacterEmbedder("".join(sorted(set(text))))
    source = Source.from_bytes("duty", text.encode(), None)
    engine = Engine(Index.build(tmp_path / "index", [source], embedder), embedder, Settings())

    assert "第二项" not in getattr(engine.ask("第二项写了什么？"), "unmatched_words", ())
    assert getattr(engine.ask("第五项写了什么？"), "unmatched_words", ()) == ("第五项",)


def test_a_section_that_a_text_mentions_is_not_missing(engine: Engine) -> None:
    """The notice speaks of 附件二, which is elsewhere."""
    assert "附件二" not in getattr(engine.ask("附件二写了什么？"), "unmatched_words", ())


def test_a_long_chapter_leaves_room_for_that_of_another_text(tmp_path: Path) -> None:
    """As many passages of each, and at most as many as a reply holds."""
    count = ANSWERS.placed + 5
    long = "长书\n\n第一章 河\n\n" + "".join(f"河里有{number}条船。\n\n" for number in range(count))
    short = "短书\n\n第一章 山\n\n山上有树。\n\n山下有茶。\n\n"
    embedder = CharacterEmbedder("河里有条船山上树下茶")
    sources = [Source.from_bytes(name, text.encode(), None) for name, text in (("a", long), ("b", short))]
    engine = Engine(Index.build(tmp_path / "index", sources, embedder), embedder, Settings())
    quoted = _quoted(engine.ask("第一章写了什么？"))

    assert len(quoted) == ANSWERS.placed
    assert quoted[-2:] == ["山上有树。", "山下有茶。"]
    assert quoted[:2] == ["河里有0条船。", "河里有1条船。"]


def _read(questions: Sequence[str], headings: Sequence[Heading]) -> Interpretation:
    read: list[Interpretation] = []
    for asked in questions:
        read.insert(0, interpret(asked, read, headings))
    return read[0]


@pytest.mark.parametrize("following", ["下一章呢？", "第三章呢？", "第三章写了什么？"])
def test_what_follows_is_meant_in_the_same_texts(headings: list[Heading], following: str) -> None:
    pointed = _read(["第二章写了什么？", following], headings).section_reference

    assert pointed is not None
    assert [headings[row].label for row in pointed.sections] == ["第三章 罚则", "第三章 采茶"]


def test_after_one_text_its_own_section_is_meant(headings: list[Heading]) -> None:
    pointed = _read(["种茶手册第二章写了什么？", "第三章写了什么？"], headings).section_reference

    assert pointed is not None
    assert [headings[row].label for row in pointed.sections] == ["第三章 采茶"]


def test_after_a_question_about_a_thing_it_stands_alone(headings: list[Heading]) -> None:
    read = _read(["货船停在哪里？", "第三章写了什么？"], headings)

    assert read.understood_as is None
    assert read.section_reference is not None
    assert [headings[row].label for row in read.section_reference.sections] == ["第三章 罚则", "第三章 采茶"]


@pytest.mark.parametrize(
    ("before", "following", "asked", "labels"),
    [
        ("总结一下种茶手册", "第三章呢？", "种茶手册的第三章", ["第三章 采茶"]),
        ("概括渔港管理办法", "第三章写了什么？", "渔港管理办法的第三章", ["第三章 罚则"]),
        ("第二章写了什么？", "种茶的呢？", "种茶的第二章", ["第二章 修剪"]),
        ("渔港管理办法第二章写了什么？", "那种茶手册呢？", "种茶手册的第二章", ["第二章 修剪"]),
        ("Summarise the Charter of the Rowing Club", "And article 1?", "article 1 of", ["Article 1"]),
        ("What does Article 2 say?", "What about the rowing club?", "Article 2 of the rowing club", ["Article 2"]),
        ("总结一下种茶手册", "渔港管理办法第一章呢？", "渔港管理办法第一章呢？", ["第一章 总则"]),
        ("总结一下种茶手册", "第八章呢？", "种茶手册的第八章", []),
    ],
)
def test_a_name_and_a_number_of_two_questions_make_one(
    headings: list[Heading], before: str, following: str, asked: str, labels: list[str]
) -> None:
    """Whichever comes first; a name of its own goes before that of the request."""
    read = _read([before, following], headings)

    assert read.asked.lower().startswith(asked.lower())
    assert [
        headings[row].label for row in (read.section_reference.sections if read.section_reference else ())
    ] == labels


def test_a_request_leaves_the_text_that_it_named(engine: Engine) -> None:
    """Though it is refused."""
    reply = engine.ask("它什么时候采？", ["总结一下种茶手册"])

    assert reply.understood_as == "种茶手册 → 它什么时候采？"  # type: ignore[union-attr]


def test_a_request_for_all_texts_leaves_none(engine: Engine) -> None:
    assert getattr(engine.ask("第三章写了什么？", ["总结一下"]), "understood_as", "") is None
    assert len(_quoted(engine.ask("第三章写了什么？", ["总结一下"]))) == 2
