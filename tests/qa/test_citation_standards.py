"""GB/T 7714—2025 beside 2015, and 法学引注手册: what each of them writes."""

import dataclasses
import json

import pytest
import rispy

from corpus.document import Date, Kind, Metadata, SourcedValue, Span
from corpus.parse import parse
from corpus.text.title_marks import in_title_marks
from qa.citations.forms import FORMS, cite
from qa.citations.gbt7714 import gbt7714_2015, gbt7714_2025
from qa.citations.legal_manual import legal
from qa.citations.records import bibtex, csl_json, ris
from qa.citations.reference import Reference

_HERE = (Span(0, 1),)


def _value(text: str) -> SourcedValue:
    return SourcedValue(text, _HERE)


def _date(text: str) -> Date | None:
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3] if text else (0, 0, 0)
    return Date(year, month or None, day or None, _HERE) if year else None


def _reference(kind: Kind, title: str, authors: str = "", date: str = "", **values: str) -> Reference:
    day = _date(date)
    accessed = values.pop("accessed", "")
    metadata = Metadata(
        kind=kind,
        title=_value(title),
        authors=tuple(map(_value, filter(None, authors.split("; ")))),
        date=day,
        accessed=_date(accessed),
        **{name: _value(text) for name, text in values.items()},  # type: ignore[arg-type]
    )
    return Reference("0123456789abcdef", metadata, (), 1, ((7, 7),), page=None)


_FOUR = "Shen, Qiao; van den Hoek, Pieter; Hartley, Anne-Marie; Lu, Wan"
_FOUR_CHINESE = "陆晚; 何川; 林舟; 周兰"
_JOURNAL = _reference(
    "article", "River gulls", _FOUR, "2024-03-05", publication="Journal of Harbours", volume="12", issue="3",
    page="201-219", doi="10.5555/jh.12", url="https://jh.example.org/12", accessed="2025-01-02", language="en",
)  # fmt: skip
_PAGE = _reference(
    "webpage", "渡口开放时间", "石浦县人民政府", "2024-03-05", url="https://sp.example.org/1", accessed="2025-01-02"
)


@pytest.mark.parametrize(
    ("reference", "of_2025", "of_2015"),
    [
        (
            _JOURNAL,
            "Shen Qiao，van den Hoek P，Hartley A-M，et al. River gulls[J/OL]. Journal of Harbours，2024，12（3）："
            "201-219，第1段（第7行）. https://jh.example.org/12. DOI:10.5555/jh.12.",
            "SHEN Q, VAN DEN HOEK P, HARTLEY A M, et al. River gulls[J/OL]. Journal of Harbours, 2024, 12(3): 201-219, "
            "第1段（第7行）[2025-01-02]. https://jh.example.org/12. DOI:10.5555/jh.12.",
        ),
        (
            _PAGE,
            "石浦县人民政府. 渡口开放时间[EB/OL]. （2024-03-05）[2025-01-02]：第1段（第7行）. https://sp.example.org/1.",
            "石浦县人民政府. 渡口开放时间[EB/OL]. (2024-03-05): 第1段（第7行）[2025-01-02]. https://sp.example.org/1.",
        ),
        (
            _reference("official", "关于渡口的通知", "石浦县人民政府", "2019-04-30", number="石政发〔2019〕14号", url="https://a.b"),
            "石浦县人民政府. 关于渡口的通知：石政发〔2019〕14号[A/OL]. 2019-04-30：第1段（第7行）. https://a.b.",
            "石浦县人民政府. 关于渡口的通知: 石政发〔2019〕14号[A/OL]. (2019-04-30): 第1段（第7行）. https://a.b.",
        ),
        (
            _reference("article", "渡口考", "陆晚", "2024-05-09", publication="石浦学刊", url="https://a.b"),
            "陆晚. 渡口考[J/OL]. 石浦学刊，2024-05-09：第1段（第7行）. https://a.b.",
            "陆晚. 渡口考[J/OL]. 石浦学刊, 2024: 第1段（第7行）. https://a.b.",
        ),
        (
            _reference("newspaper", "渡口通航", _FOUR_CHINESE, "2024-05-09", publication="石浦日报", page="2"),
            "陆晚，何川，林舟，等. 渡口通航[N]. 石浦日报，2024-05-09（2）：第1段（第7行）.",
            "陆晚, 何川, 林舟, 等. 渡口通航[N]. 石浦日报, 2024-05-09(2): 第1段（第7行）.",
        ),
        (
            _reference("book", "Harbour law", "Hartley, P. Z., Jr.", "2001", publisher="Ferry Press", place="Qinglan",
                       edition="4", volume="1"),
            "Hartley P Z Jr. Harbour law：v.1[M]. 4th ed. Qinglan：Ferry Press，2001：第1段（第7行）.",
            "HARTLEY P Z, Jr. Harbour law: Vol. 1[M]. 4th ed. Qinglan: Ferry Press, 2001: 第1段（第7行）.",
        ),
    ],
)  # fmt: skip
def test_the_two_standards_differ(reference: Reference, of_2025: str, of_2015: str) -> None:
    """Marks, capitals, names in pinyin, days of access, dates of pages."""
    assert gbt7714_2025(reference) == of_2025
    assert gbt7714_2015(reference) == of_2015


def test_translators_and_others() -> None:
    """等译 became 等，译."""
    book = _reference("book", "渡口", "陆晚", "2019", publisher="石浦社")
    many = dataclasses.replace(book.metadata, translators=tuple(map(_value, ("何川", "林舟", "周兰", "沈桥"))))
    reference = dataclasses.replace(book, metadata=many)

    assert "何川，林舟，周兰，等，译. " in gbt7714_2025(reference)
    assert "何川, 林舟, 周兰, 等译. " in gbt7714_2015(reference)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (
            _reference("book", "渡口法", "[美]奥斯特", "2007", publisher="石浦社", edition="2", page="73-75"),
            "[美]奥斯特：《渡口法》（第2版），石浦社2007年版，第73-75页，第1段（第7行）。",
        ),
        (
            _reference("article", "《渡口法》释义", "陆晚; 何川", "2021", publication="石浦法学", issue="4"),
            "陆晚、何川：《〈渡口法〉释义》，载《石浦法学》2021年第4期，第1段（第7行）。",
        ),
        (
            _reference("newspaper", "渡口上网", _FOUR_CHINESE, "2000-05-21", publication="石浦日报", page="2"),
            "陆晚等：《渡口上网》，载《石浦日报》2000年5月21日，第2版，第1段（第7行）。",
        ),
        (
            _reference(
                "webpage",
                "渡口开放",
                "陆晚",
                "2004-01-10",
                publisher="石浦网",
                url="https://a.b/1",
                accessed="2016-12-18",
            ),
            "陆晚：《渡口开放》，载石浦网2004年1月10日，第1段（第7行），https://a.b/1，2016年12月18日访问。",
        ),
        (
            _reference("official", "关于渡口的通知", "石浦县人民政府", "2019-04-30", number="石政发〔2019〕14号"),
            "《关于渡口的通知》，石政发〔2019〕14号，2019年4月30日发布，第1段（第7行）。",
        ),
        (
            _JOURNAL,
            "Qiao Shen et al., River gulls, 12 Journal of Harbours 201 (2024), 第1段（第7行）, https://jh.example.org/12.",
        ),
    ],
)
def test_the_legal_manual_by_kind(reference: Reference, expected: str) -> None:
    """A footnote of a work in its form."""
    assert legal(reference, "", "") == expected


_LAW = """石浦市渡口条例

（2015年4月24日石浦市人大常委会通过　根据2021年6月10日石浦市人大常委会《关于修改〈石浦市渡口条例〉的决定》修正）

第一章　总则

第一条　为了加强渡口管理，制定本条例。

第二条　设置渡口，适用本条例。
县级人民政府负责渡口管理。
有下列情形之一的，不得设置渡口：
（一）水流湍急，影响安全的；
（二）与桥梁距离不足五百米的。

第二条之一　渡船应当登记。
"""


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("为了", "第1条"),
        ("设置渡口，", "第2条第1款"),
        ("有下列", "第2条第3款"),
        ("（二）", "第2条第3款第2项"),
        ("渡船", "第2条之一"),
    ],
)
def test_a_law_is_cited_by_article_paragraph_and_item(words: str, place: str) -> None:
    """Items belong to the paragraph before them; the revision is named."""
    document = parse(_LAW, name="条例")
    passage = next(one for one in document.passages if one.paragraph and words in document.quote(one.spans)[:12])

    assert cite("legal", document, passage) == f"《石浦市渡口条例》（2021年修正）{place}。"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("论《岚河志》", "《论〈岚河志〉》"),
        ("关于修改《关于〈甲法〉的解释》的决定", "《关于修改〈关于《甲法》的解释〉的决定》"),
        ("论〈甲〉", "《论〈甲〉》"),
        ("甲》乙《丙", "《甲》乙《丙》"),
    ],
)
def test_marks_inside_a_title_turn(title: str, expected: str) -> None:
    """《 》 inside 《 》 are 〈 〉."""
    assert in_title_marks(title) == expected


def test_records_have_names_in_parts_and_the_language() -> None:
    """And no brackets, though all of it is supplied."""
    supplied = Metadata(
        kind="article",
        title=SourcedValue("River gulls", ()),
        authors=tuple(SourcedValue(name, ()) for name in ("van den Hoek, Pieter", "Gull & Sons, Ltd.", "Lu, Wan, Jr.")),
        publication=SourcedValue("Journal of Harbours", ()),
        url=SourcedValue("https://a.b/1", ()),
        language=SourcedValue("en", ()),
    )
    reference = Reference("0123456789abcdef", supplied, (), 1, ((7, 7),), page=None)
    [item] = json.loads(csl_json(reference))
    [record] = rispy.loads(ris(reference) + "\n")

    assert item["author"] == [
        {"family": "van den Hoek", "given": "Pieter"},
        {"literal": "Gull & Sons, Ltd."},
        {"family": "Lu", "given": "Wan", "suffix": "Jr."},
    ]
    assert record["authors"] == ["van den Hoek, Pieter", "Gull & Sons, Ltd.", "Lu, Wan, Jr."]
    assert r"author = {van den Hoek, Pieter and {Gull \& Sons, Ltd.} and Lu, Jr., Wan}" in bibtex(reference)
    assert (item["language"], record["language"], item["URL"]) == ("en", "en", "https://a.b/1")
    assert all("〔" not in text for text in (csl_json(reference), ris(reference), bibtex(reference)))


def test_the_default_names_are_offered_in_this_order() -> None:
    """The standard in force stands before the one that it replaced."""
    names = {name: form.chinese for name, form in FORMS.items()}
    assert (names["gbt7714"], names["gbt7714-2015"], names["legal"]) == (
        "GB/T 7714—2025",
        "GB/T 7714—2015",
        "法学引注手册",
    )
