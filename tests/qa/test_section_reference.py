"""Section references in questions about the shipped text and others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document
from corpus.parse import parse
from index.chunks import Heading
from qa.question.heading_labels import ordinal, work_of
from qa.question.section_reference import SectionReference, place
from tests.fakes import headings_of
from tests.numeral_cases import CASES, Case, text_of


@pytest.fixture(scope="module")
def headings(shipped: Document) -> list[Heading]:
    """The sections of the shipped text."""
    return headings_of((shipped,))


def _label(pointed: SectionReference | None, headings: list[Heading]) -> str | None:
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
    """An ordinal that counts something else, or that no section has, is no section reference."""
    assert place(question, headings) is None


def test_one_paragraph_of_a_section(headings: list[Heading]) -> None:
    """禁毒合作这一节最后一段: the last of that section."""
    pointed = place("禁毒合作这一节最后一段讲什么", headings)

    assert _label(pointed, headings) == "（四）禁毒合作"
    assert pointed is not None
    assert pointed.paragraph == -1


def test_a_part_is_no_point_that_is_made() -> None:
    """The third part is the third of those headings that have no number, not 第三，… within the second."""
    points = "".join(f"### 第{number}，办好{number}事\n好好办。\n" for number in "一二三四")
    text = f"# 工作报告\n## 回顾过去\n过去很好。\n## 搞好经济\n有几件事。\n{points}## 发展科学\n科学要发展。\n"
    headings = headings_of([parse(text, name="报告")])

    assert _label(place("报告第三部分讲什么", headings), headings) == "发展科学"
    assert _label(place("报告第三点讲什么", headings), headings) == "第三，办好三事"


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


def _collection() -> list[Heading]:
    """Four reports, two editions of one law, and another law."""
    reports = [
        parse(f"{year}年总结\n一、回顾\n甲。\n二、{year}年安排\n乙。", name=f"r{year}") for year in range(2001, 2005)
    ]
    law = "山林法\n第一章 总则\n第一条 甲。\n第二条 乙。\n第二章 罚则\n第一百零三条 丙。"
    texts = [law, law + "\n第一百零四条 丁。", "江河法\n第一章 水\n第一条 戊。\n第二条 己。"]
    return headings_of([*reports, *(parse(text, name=f"l{number}") for number, text in enumerate(texts))])


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("江河法第二条说了什么？", ["江河法", "第二条"]),
        ("根据山林法第一百零三条会怎么处罚", ["山林法", "第一百零三条"]),
        ("山林法第二章第一百零四条的内容", ["山林法", "第一百零四条"]),
        ("2003年总结的第二部分讲什么？", ["2003年总结", "二、2003年安排"]),
    ],
)
def test_among_many_works_the_named_one_counts(question: str, path: list[str]) -> None:
    """By the words of its title; editions of one law say the same of what they number alike."""
    headings = _collection()
    pointed = place(question, headings)

    assert pointed is not None
    assert [headings[work_of(headings, pointed.section)].label, headings[pointed.section].label] == path


@pytest.mark.parametrize("question", ["总结的第二部分讲什么？", "铁路法第二条说了什么？", "第二条是什么？"])
def test_among_many_works_an_unclear_name_points_nowhere(question: str) -> None:
    """All four reports have another second part; no work is about railways."""
    assert place(question, _collection()) is None


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_question_finds_the_heading_of_its_numeral(case: Case) -> None:
    """However both write it; the parser and the reader are tested with the same table."""
    text, _, label = text_of(case)
    headings = headings_of([parse(text, name="案")])

    assert _label(place(case.question.format(case.numeral), headings), headings) == label


TREATY = "Treaty on the Three Rivers\n\n" + "".join(
    f"Article {number}\n\nThe parties look after the {thing} of the rivers and report on it each year.\n\n"
    for number, thing in zip(
        ("I", "II", "III", "IV", "V", "VI", "VI bis", "VII"),
        ("banks", "bridges", "ferries", "herons", "mills", "otters", "locks", "wells"),
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("What does Article IV say?", "Article IV"),
        ("What does Article 4 of the treaty say?", "Article IV"),
        ("Article four", "Article IV"),
        ("What is the third article about?", "Article III"),
        ("What does the last article say?", "Article VII"),
        ("第五条说了什么？", "Article V"),
        ("条约第六条讲什么？", "Article VI"),
        ("Article VI bis", "Article VI bis"),
        ("§2", "Article II"),
        ("Article 9", None),
        ("第五十条说了什么？", None),
    ],
)
def test_the_articles_of_a_treaty_in_roman_numerals(question: str, label: str | None) -> None:
    """Asked for in any numerals, in English and in Chinese."""
    headings = headings_of([parse(TREATY, name="treaty")])
    pointed = place(question, headings)

    assert _label(pointed, headings) == label
    assert pointed is None or pointed.rest == ""


LAW = "森林法\n第一编 总则\n第一章 目的\n" + "".join(
    f"第{number}条 这一条讲森林的{thing}。\n"
    for number, thing in zip(
        ("一", "二", "三", "四", "四", "五", "六", "七", "八", "九", "十", "十一"),
        "目草木鸟虫鱼兽水土火人风",
        strict=True,
    )
).replace("第四条 这一条讲森林的虫", "第四条之一 这一条讲森林的虫").replace("第六条", "第二章 走兽\n第六条")


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("What does Article 11 say?", "第十一条"),
        ("the eleventh article", "第十一条"),
        ("第四条之一讲什么", "第四条之一"),
        ("第四条讲什么", "第四条"),
        ("第１０條", "第十条"),
        ("第四条之二", None),
        ("第一百条", None),
        ("第一编第七条", "第七条"),
        ("第二章讲什么", "第二章 走兽"),
        ("Chapter II", "第二章 走兽"),
        ("Article 7 of chapter 2", "第七条"),
        ("Article 2 of chapter 2", None),
    ],
)
def test_the_articles_of_a_law(question: str, label: str | None) -> None:
    """Those that were put in later, in their divisions, and asked for in English."""
    headings = headings_of([parse(LAW, name="law")])

    assert _label(place(question, headings), headings) == label


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("附件2讲什么", "附件二：图表"),
        ("What is in Annex B?", "附件二：图表"),
        ("Appendix I", "附件一：名单"),
        ("丙部分讲什么", "丙部分 附则"),
        ("Part C", "丙部分 附则"),
        ("丁部分讲什么", None),
        ("附件三是什么", None),
        ("这是他自己编的吗", None),
        ("What part a person plays", None),
        ("Which book one should read first?", None),
        ("①②③哪个对？", None),
    ],
)
def test_parts_by_letters_and_annexes(question: str, label: str | None) -> None:
    """甲, 乙, 丙 are letters; an annex is no part."""
    parts = "".join(
        f"{stem}部分 {name}\n这里讲{name}的内容，请各方遵守。\n"
        for stem, name in zip("甲乙丙", ("总则", "分则", "附则"), strict=True)
    )
    text = f"水库规程\n{parts}附件一：名单\n成员有三个。\n附件二：图表\n图表见下页。\n"
    headings = headings_of([parse(text, name="规程")])

    assert _label(place(question, headings), headings) == label


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("第一部分（三）讲什么", "（三）鸟"),
        ("（三）讲了什么", "（三）鸟"),
        ("第二部分③", "（三）云"),
        ("《决定（三）》什么时候公布", None),
        ("What does section 2 of part 2 say?", "（二）风"),
    ],
)
def test_numbers_in_brackets_count_inside_what_is_named(question: str, label: str | None) -> None:
    """By itself such a number is of the first section that has it; in a title it is none of the text's sections."""
    sections = ""
    for number, title, names in (("一", "生物", "草虫鸟"), ("二", "天气", "雨风云")):
        sections += f"{number}、{title}\n"
        for inner, name in zip("一二三", names, strict=True):
            sections += f"（{inner}）{name}\n这里讲{name}，讲得很多。\n又讲了一段{name}。\n"
    headings = headings_of([parse(f"自然课本\n{sections}", name="课本")])

    assert _label(place(question, headings), headings) == label


@given(st.text("第一三百零〇万条章部分附件之(①㈠§（）2a.i vpartcle节最后", max_size=30))
def test_any_question_has_a_place_or_none(question: str) -> None:
    """Nothing is raised, whatever numbers it is made of."""
    headings = headings_of([parse(LAW, name="law"), parse(TREATY, name="treaty")])
    pointed = place(question, headings)

    assert pointed is None or 0 <= pointed.section < len(headings)


LAW_WITH_SECTIONS = """渡口管理条例

第一章 总则
第一条 为了管理渡口，制定本条例。

第二章 船舶
第一节 木船
第二条 木船每年检修一次。
第三条 木船不得夜航。
第二节 铁船
第四条 铁船每两年检修一次。
第五条 铁船应当配备救生衣。

第二章之一 船工
第六条 船工应当会游泳。

附件一：收费标准
每人两角。

附件二：船名册
木船三艘。
"""
TREATY_IN_ROMAN = """Treaty on Ferries

Article I
Ferries are open to all.

Article II
Fares are posted at the landing.
"""


@pytest.mark.parametrize(
    ("text", "question", "label"),
    [
        (LAW_WITH_SECTIONS, "第六条第一款怎么规定？", "第六条"),
        (LAW_WITH_SECTIONS, "第六条第二项是什么？", "第六条"),
        (LAW_WITH_SECTIONS, "第二章最后一条", "第五条"),
        (LAW_WITH_SECTIONS, "第二章倒数第二条", "第四条"),
        (LAW_WITH_SECTIONS, "最后一条说了什么？", "第六条"),
        (LAW_WITH_SECTIONS, "第一节规定了什么？", "第一节 木船"),
        (LAW_WITH_SECTIONS, "第二章之一规定了什么？", "第二章之一 船工"),
        (LAW_WITH_SECTIONS, "第2章之1规定了什么？", "第二章之一 船工"),
        (LAW_WITH_SECTIONS, "第3条之1规定了什么？", None),
        (LAW_WITH_SECTIONS, "第④条规定了什么？", "第四条"),
        (LAW_WITH_SECTIONS, "第㈡章讲什么？", "第二章 船舶"),
        (TREATY_IN_ROMAN, "What does Article I say?", "Article I"),
        (TREATY_IN_ROMAN, "What does Article II provide?", "Article II"),
        (TREATY_IN_ROMAN, "Is the article I wrote about ferries any good?", None),
        (TREATY_IN_ROMAN, "the section I like most", None),
        (TREATY_IN_ROMAN, "Chapter 2", None),
    ],
)
def test_numbers_count_among_their_like(text: str, question: str, label: str | None) -> None:
    """Items are no annexes, the last article of a chapter is that of its last section, and I may be the pronoun."""
    headings = headings_of([parse(text, name="a")])
    pointed = place(question, headings)

    assert (headings[pointed.section].label if pointed else None) == label


_ANNEXES = (
    "某县补贴办法\n\n第一章 总则\n\n第一条 本办法适用于全部农户，由县政府负责解释并组织实施。\n\n"
    "第二条 补贴标准见附表，申请材料见附件，年度资金共三百五十万元。\n\n"
    "附件一 申请说明\n\n申请人应当如实填写姓名、住址和面积，并由村委会盖章确认。\n\n"
    "附件二 审核流程\n\n乡镇在十日内审核完毕，并在村内公示七日，无异议后上报县里。\n\n"
    "附录一 术语\n\n农户是指以家庭为单位从事农业生产的住户，以户口簿为准。\n\n"
    "附录二 联系方式\n\n县农业局办公室电话每个工作日上午八点到下午五点有人接听。\n\n"
    "附表1 补贴标准\n\n水稻每亩一百二十元，小麦每亩九十元，玉米每亩八十元。\n\n"
    "附表2 发放时间\n\n每年六月发放小麦补贴，十月发放水稻补贴，十二月发放玉米补贴。\n"
)


@pytest.mark.parametrize(
    ("question", "label", "rest"),
    [
        ("附件二讲什么？", "附件二 审核流程", ""),
        ("附录二说了什么？", "附录二 联系方式", ""),
        ("附錄Ⅱ的内容是什么？", "附录二 联系方式", ""),
        ("附表1的内容是什么？", "附表1 补贴标准", ""),
        ("附表二里小麦补贴何时发放？", "附表2 发放时间", "小麦补贴何时发放"),
        ("附图一是什么？", None, None),
        ("最后一章写了什么？", "第一章 总则", ""),
        ("附录三说什么？", None, None),
    ],
)
def test_annexes_of_several_names_count_apart(question: str, label: str | None, rest: str | None) -> None:
    headings = headings_of((parse(_ANNEXES, name="办法"),))
    pointed = place(question, headings)

    assert _label(pointed, headings) == label
    assert (pointed.rest if pointed else None) == rest


@pytest.mark.parametrize("question", ["And Article IX?", "and article ix?", "Article IX?", "What about Article IX?"])
def test_and_an_article_asks_for_it_whole(question: str) -> None:
    text = "".join(f"Article {numeral}\n\n{_CLAUSE}\n\n" for numeral in ("VI", "VII", "VIII", "IX", "X"))
    headings = headings_of((parse(f"Treaty on the Northern Fisheries\n\n{text}", name="treaty"),))
    pointed = place(question, headings)

    assert _label(pointed, headings) == "Article IX"
    assert pointed is not None
    assert pointed.rest == ""


_CLAUSE = "The Parties shall report their catches to the Secretariat every month."
