"""What belongs together is answered together: lists, articles, questions with their answers, rows with their head."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.document import Document, Passage
from corpus.parse import parse, parse_source
from corpus.source import Source, load
from qa.ranking.citable_units import CitableUnit, unit_of
from tests.corpus.test_parse_laws import PIECES
from tests.growth import growth

_SHIPPED = Path(__file__).parents[2] / "corpus" / "texts" / "sco-2021.txt"


def _document(text: str, name: str = "t") -> Document:
    return parse(text, name=name)


def _passage(document: Document, opening: str) -> Passage:
    """The passage that begins with these words."""
    return next(p for p in document.passages if document.quote(p.spans).startswith(opening))


def _unit(document: Document, opening: str) -> CitableUnit:
    unit = unit_of(document, _passage(document, opening))
    assert unit is not None
    return unit


def _slices(document: Document, opening: str) -> list[str]:
    """The slices of the unit of the passage that begins with these words."""
    return [document.quote([span]) for span in _unit(document, opening).passage.spans]


def _is_alone(document: Document, opening: str) -> bool:
    passage = _passage(document, opening)
    unit = unit_of(document, passage)
    return unit is not None and unit.passage is passage and unit.members == (passage,)


_ARCHIVES = """档案馆借阅规定

第一条 持有本馆借阅证的读者，可以借阅开放档案。
第二条 有下列情形之一的，停止借阅资格一年：
（一）在档案上涂画的；
（二）擅自拍摄未开放档案的；
（三）将借阅证转借他人的。
情节严重的，永久取消借阅资格。
第三条 本规定自公布之日起施行。
"""


@pytest.mark.parametrize("found", ["第二条", "（一）", "（三）", "情节严重"])
def test_an_article_of_a_law_answers_with_its_items_and_paragraphs(found: str) -> None:
    """Each of its passages brings all five, in the order of the text."""
    document = _document(_ARCHIVES)

    assert _slices(document, found) == _ARCHIVES.splitlines()[3:8]


def test_an_article_of_one_paragraph_is_the_passage_itself() -> None:
    document = _document(_ARCHIVES)

    assert _is_alone(document, "第一条")
    assert _is_alone(document, "第三条")


def test_a_unit_is_cited_as_the_passage_that_was_found() -> None:
    """Identifier, section and paragraph are those of item （二）; its sentences are still spans of the unit."""
    document = _document(_ARCHIVES)
    item, unit = _passage(document, "（二）"), _unit(document, "（二）")

    assert (unit.passage.id, unit.passage.section, unit.passage.paragraph) == (item.id, item.section, item.paragraph)
    assert item.spans[0] in unit.passage.spans
    assert [document.quote(m.spans)[:3] for m in unit.members] == ["第二条", "（一）", "（二）", "（三）", "情节严"]


def test_the_sentences_of_a_unit_are_those_of_its_passages() -> None:
    document = _document("馆规\n\n第一条 入馆须登记。不得喧哗。\n读者应当爱护图书。\n第二条 本馆每周一闭馆。\n")
    unit = _unit(document, "读者")

    sentences = [document.quote(sentence.spans) for sentence in unit.passage.sentences]
    assert sentences == ["第一条 入馆须登记。", "不得喧哗。", "读者应当爱护图书。"]


def test_a_long_article_is_answered_by_the_list_in_it() -> None:
    """The paragraph of a thousand characters stays outside."""
    long = "承运人应当保存运单。" * 100
    document = _document(f"货运规则\n\n第一条 {long}\n不予承运的物品如下：\n（一）火药；\n（二）毒物。\n第二条 略。\n")

    assert _slices(document, "（二）") == ["不予承运的物品如下：", "（一）火药；", "（二）毒物。"]
    assert _is_alone(document, "第一条")


def test_an_english_article_under_a_heading_of_its_own() -> None:
    """The heading is in the citation, not in the quote. The list in the list belongs to it too."""
    text = (
        "Mooring Act\n\nArticle 1 Purpose\nThis Act protects boats.\n\nArticle 2 Removal\n"
        "The harbour master may remove a boat where:\n(a) no fee was paid for a year;\n(b) the boat:\n(i) leaks; or\n"
        "(ii) burns.\nThe owner bears the cost.\n\nArticle 3 Force\nThis Act is in force.\n"
    )
    document = _document(text)

    assert _slices(document, "(ii)") == text.splitlines()[6:12]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "社团章程\n\n社员享有如下权利：\n1. 选举；\n2. 退社。\n会费每年十元。\n",
            "2.",
            ["社员享有如下权利：", "1. 选举；", "2. 退社。"],
        ),
        # A list in a list, and back again.
        (
            "招生办法\n\n可以报名的是：\n1、本市学生；\n2、外市学生，即：\n（1）随迁的；\n（2）寄读的。\n"
            "3、留学生。\n咨询请到教务处。\n",
            "（1）",
            ["可以报名的是：", "1、本市学生；", "2、外市学生，即：", "（1）随迁的；", "（2）寄读的。", "3、留学生。"],
        ),
        # No colon: the words announce the list, or the items are no sentences.
        (
            "租船合同\n\n1. 押金\n1.1 押金二百元。\n1.2 押金不退的情形如下。\n(a) 船桨丢失；\n(b) 船身破损。\n"
            "2. 其他\n2.1 天黑前还船。\n",
            "(b)",
            ["1.2 押金不退的情形如下。", "(a) 船桨丢失；", "(b) 船身破损。"],
        ),
        ("Scones\n\nYou need:\n\n- flour\n- butter\n\nBake.\n", "- butter", ["You need:", "- flour", "- butter"]),
        (
            "温室手册\n\n浇水步骤：\n第一步，关灯。\n第二步，开阀。\n完成后登记。\n",
            "第二步",
            ["浇水步骤：", "第一步，关灯。", "第二步，开阀。"],
        ),
        ("开放办法\n\n以下人员免票：\n老人\n儿童\n\n门票当日有效。\n", "儿童", ["以下人员免票：", "老人", "儿童"]),
        # A colon needs what follows it, whatever that is.
        ("值班表\n\n夜班电话：\n八六五四\n\n白天请到前台。\n", "夜班", ["夜班电话：", "八六五四"]),
    ],
)
def test_a_list_answers_with_what_opens_it(text: str, found: str, expected: list[str]) -> None:
    """Whether an item was found, or what opens the list."""
    document = _document(text)

    assert _slices(document, found) == expected
    assert _slices(document, expected[0]) == expected


def test_a_list_of_html_has_no_bullets() -> None:
    """Its items are the lines between two empty ones."""
    page = b"<h1>Bikes</h1><p>You must bring:</p><ul><li>a passport</li><li>a deposit</li></ul><p>We close at six.</p>"
    document = parse_source(Source.from_file("bikes.html", page, None))

    assert _slices(document, "a deposit") == ["You must bring:", "a passport", "a deposit"]
    assert _is_alone(document, "We close")


def test_clauses_with_numbers_of_their_own_stand_alone() -> None:
    """A numbered clause that is a whole sentence is no item of a list, and the heading over it is in the citation."""
    document = _document(
        "保管合同\n\n1. 费用\n1.1 每月五十元。\n1.2 逾期每日一元。\n2. 期限\n2.1 保管一年。\n2.2 可以续签。\n"
    )

    assert _is_alone(document, "1.2")


def test_of_a_long_list_an_item_comes_with_what_opens_it() -> None:
    """A hundred items of 31 characters are more than an answer holds. Who asks for the opener gets them all."""
    items = [f"（{number}）{'书' * 26}；" for number in range(1, 61)]
    document = _document("\n".join(["书目", "", "本馆收藏下列图书：", *items, ""]))

    assert _slices(document, "（7）") == ["本馆收藏下列图书：", items[6]]
    assert len(_unit(document, "本馆").members) == 61


def test_a_heading_that_opens_a_list_is_quoted_with_it() -> None:
    """The parser makes 2. a heading, since the others are."""
    text = (
        "服务指南\n\n1. 对象\n六十岁以上的居民。\n2. 有下列情形的，不予办理：\n（1）户口不在本区；\n（2）材料不全。\n"
        "3. 费用\n免费。\n"
    )
    document = _document(text)

    assert _slices(document, "（2）") == ["2. 有下列情形的，不予办理：", "（1）户口不在本区；", "（2）材料不全。"]
    assert _is_alone(document, "免费")  # short, but all that its section has


def test_items_that_the_parser_made_headings_are_quoted() -> None:
    """They stand in no passage, so their titles are what the opener announces."""
    document = _document("办理须知\n\n办理时间如下：\n一、夏季\n二、冬季\n")

    assert [block.label for block in document.sections[1:]] == ["一、夏季", "二、冬季"]
    assert _slices(document, "办理时间") == ["办理时间如下：", "一、夏季", "二、冬季"]


def test_long_points_of_a_speech_stand_for_themselves() -> None:
    """What announces them comes with their titles; a point is a section, which its citation names."""
    points = [
        f"第{n}，{title}。{'我们要做好工作。' * 30}" for n, title in (("一", "修路"), ("二", "架桥"), ("三", "植树"))
    ]
    document = _document("\n".join(["建设讲话", "", "今年要做三件事：", *points, "谢谢大家。", ""]))

    assert _is_alone(document, "第二")
    assert _slices(document, "今年") == ["今年要做三件事：", "第一，修路", "第二，架桥", "第三，植树"]


_FAQ = """泳池常见问题

问：几点开放？
答：早上七点。
周末八点。

问：可以带孩子吗？
答：可以。

3. 忘带泳帽怎么办？
前台有售，每顶十元。

Q4：水温多少？
A4：二十七度。
"""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("问：几点", ["问：几点开放？", "答：早上七点。", "周末八点。"]),
        ("周末", ["问：几点开放？", "答：早上七点。", "周末八点。"]),
        ("3.", ["3. 忘带泳帽怎么办？", "前台有售，每顶十元。"]),
        ("A4", ["Q4：水温多少？", "A4：二十七度。"]),
    ],
)
def test_a_question_and_its_answer_are_one(found: str, expected: list[str]) -> None:
    """Cited under the answer, even where the question is what was found."""
    document = _document(_FAQ)
    unit = _unit(document, found)

    assert _slices(document, found) == expected
    assert "？" not in document.quote(next(p for p in document.passages if p.id == unit.passage.id).spans)


def test_an_english_faq_with_several_paragraphs() -> None:
    text = (
        "Ferry FAQ\n\nHow do I book?\n\nBy phone.\n\nWhat does it cost?\n\nAdults: ten euros.\nChildren: free.\n\n"
        "Ask on board for more.\n"
    )
    document = _document(text)

    assert _slices(document, "Children") == ["What does it cost?", "Adults: ten euros.", "Children: free."]
    assert _slices(document, "How") == ["How do I book?", "By phone."]
    assert _is_alone(document, "Ask on board")


def test_a_question_that_is_a_heading_stays_in_the_citation() -> None:
    """The paragraphs under it are one answer."""
    document = _document(
        "# Museum\n\n## Can I take photos?\n\nYes, without flash.\n\nNo tripods.\n\n## Tickets\n\nTen euros.\n"
    )

    assert _slices(document, "No tripods") == ["Yes, without flash.", "No tripods."]
    assert _is_alone(document, "Ten euros")


def test_a_question_that_nothing_answers_is_no_hit() -> None:
    """Neither at the end, nor before the next question."""
    document = _document("思考题\n\n井田制何时瓦解？\n郡县制由谁推行？\n")

    assert unit_of(document, _passage(document, "井田")) is None
    assert unit_of(document, _passage(document, "郡县")) is None


def test_a_mark_alone_makes_no_question() -> None:
    """A quarter is no question; a question without its mark has an answer that is marked."""
    document = _document("季报\n\nQ1：营收增长两成。\nQ2：营收持平。\n")

    assert _is_alone(document, "Q1")
    assert _slices(_document("客服\n\n问：怎样退货\n答：寄回即可。\n"), "问") == ["问：怎样退货", "答：寄回即可。"]


def test_a_rhetorical_question_brings_one_paragraph() -> None:
    """Two questions far apart make no FAQ of a text."""
    prose = [f"第{number}个村子去年通了公路。" for number in "一二三四五六七八九十"]
    document = _document(
        "\n".join(["乡村纪行", "", "路从哪里来？", *prose, "明天会怎样？", "明天还要修桥。", "桥要修在渡口。", ""])
    )

    assert _slices(document, "路从") == ["路从哪里来？", "第一个村子去年通了公路。"]
    assert _is_alone(document, "第三个")
    assert _is_alone(document, "桥要")


def test_a_row_comes_with_the_head_of_its_table() -> None:
    """A reader of a format gives long tables in pieces; a text file has a row a line."""
    document = _document("品名\t单价\t库存\n铁锤\t二十元\t五把\n木锯\t三十元\t两把\n")
    rows = "".join(f"<tr><td>站点{n}</td><td>{n}路</td></tr>" for n in range(1, 60))
    page = f"<h1>时刻</h1><table><tr><th>站名</th><th>线路</th></tr>{rows}</table>".encode()
    long = parse_source(Source.from_file("t.html", page, None))

    assert _slices(document, "木锯") == ["品名\t单价\t库存", "木锯\t三十元\t两把"]
    assert _slices(long, "站点40")[0] == "站名\t线路\n"
    assert _unit(long, "站点40").members == (_passage(long, "站点40"),)


def test_a_title_and_a_scrap_never_answer() -> None:
    """A label of four letters or fewer says nothing; with a full stop it is a sentence."""
    document = _document("校史馆参观须知\n\n请穿软底鞋入内参观。\n二楼\n此复。\n")

    assert unit_of(document, _passage(document, "校史馆")) is None
    assert unit_of(document, _passage(document, "二楼")) is None
    assert _is_alone(document, "此复")


def test_a_text_of_one_line_can_answer() -> None:
    """Its only passage is its title block."""
    document = _document("县图书馆藏书十二万册")

    assert unit_of(document, document.passages[0]) is not None


def test_plain_lines_stand_alone() -> None:
    """A text of facts is no list."""
    document = _document("镇志\n\n石桥长四十丈。\n银杏三百株。\n渡船每人两文。\n")

    assert _is_alone(document, "银杏")


def _check(document: Document) -> None:
    """Assert what holds for each unit of a document."""
    order = {id(p): number for number, p in enumerate(document.passages)}
    for passage in document.passages:
        unit = unit_of(document, passage)
        if unit is None:
            continue
        spans = unit.passage.spans
        covered = [at for span in spans for at in range(span.start, span.end)]
        assert len(covered) == len(set(covered))
        assert all(span in spans for span in passage.spans)
        assert passage in unit.members
        assert unit.passage.id in {member.id for member in unit.members}
        numbers = [order[id(member)] for member in unit.members]
        assert numbers == sorted(numbers)
        text = document.quote(spans)
        assert "".join(document.quote(s.spans) for s in unit.passage.sentences) == text
        assert unit.passage.ends[-1] == len(text)
        again = unit_of(document, unit.passage)
        assert again is not None
        assert again.passage == unit.passage


def _is_in_order(document: Document) -> bool:
    units = [unit_of(document, passage) for passage in document.passages]
    return all(a.end <= b.start for unit in units if unit for a, b in pairwise(unit.passage.spans))


_LINES = st.sampled_from(
    (
        "有下列情形之一的：|（一）甲；|（二）乙；|（三）丙。|1. 甲|2. 乙：|(a) 丙|- 丁|第一条 甲：|第二条 乙。"
        "|问：几点？|答：七点。|为什么？|因为。|甲\t乙\t丙|‖ a ‖ b ‖|‖---‖---‖||甲|第一，修路。要快。|一是甲。"
        f"|一、总则|二、办法：|## What?|Article 1 On:|“走吗？”|{'甲乙丙丁' * 60}。|？|：|**Q.** Why?|---"
    ).split("|")
).map(lambda line: line.replace("‖", "|"))


@given(st.lists(_LINES, max_size=14).map("\n".join))
@example("？\n")
@example("：\n：\n：\n")
def test_units_of_any_list_keep_the_laws(text: str) -> None:
    """Slices are in order and disjoint; a passage is in its own unit; sentences tile the unit's text."""
    document = _document(text)

    _check(document)
    assert _is_in_order(document)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=200))
def test_units_of_any_text_keep_the_laws(text: str) -> None:
    document = _document(text)

    _check(document)
    assert _is_in_order(document)


def test_units_of_the_shipped_text_keep_the_laws() -> None:
    """An edition has set it in reading order."""
    _check(parse_source(load(_SHIPPED)))


@pytest.mark.parametrize(
    "line", ["甲：", "1. 甲：\n（1）乙；", "- 甲", "为什么？", "甲乙丙丁。", "甲\t乙\t丙", "第一条 甲：\n（一）乙；"]
)
def test_a_unit_of_a_long_text_takes_no_longer(line: str) -> None:
    """It looks at a few passages around, so that doubling the text adds next to nothing."""

    def middle(lines: int) -> tuple[Document, Passage]:
        document = _document("\n".join(["题目", "", *[line] * lines]))
        passage = document.passages[len(document.passages) // 2]
        unit_of(document, passage)  # fills the caches
        return document, passage

    assert growth(middle, lambda one: unit_of(*one), 300) < 1.1
