"""The quotations of a draft, and what names their sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.draft_reader import read_draft
from corpus.errors import SourceError
from corpus.formats.draft_paragraphs import DraftParagraph
from qa import qa_messages
from qa.qa_settings import QUOTATIONS
from qa.quotations.attribution import titles_in
from qa.quotations.draft import DraftReading, find_quotations, read_quotations
from qa.quotations.quotation_marks import find_marks


def read(markdown: str, name: str = "draft.md") -> DraftReading:
    return find_quotations(read_draft(name, markdown.encode()))


def quotes(markdown: str) -> list[str]:
    return [one.quote for one in read(markdown).quotations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说“河道每年疏浚”，又说「堤岸不得种树」。", ["河道每年疏浚", "堤岸不得种树"]),
        ("外层“内有‘双层’引号的话”之后。", ["内有‘双层’引号的话"]),
        ("外層「內有『雙層』引號的話」之後。", ["內有『雙層』引號的話"]),
        ('She wrote "the harbour is closed" and left.', ["the harbour is closed"]),
        ("He said: “we don’t close the harbour’s gate”.", ["we don’t close the harbour’s gate"]),
        ("‘The keeper’s log isn’t lost,’ he said in the ’90s.", ["The keeper’s log isn’t lost,"]),
        ("Il dit : « la digue est fermée » hier.", ["la digue est fermée"]),
        ("Er sagte: „der Hafen bleibt zu“ und ging.", ["der Hafen bleibt zu"]),
        ('A plank of 5" and "a rope of hemp".', ["a rope of hemp"]),
        ("所谓“双标”、“躺平”不算。", []),
        ("没有合上的“引号，后面另有“完整的引文”。", ["完整的引文"]),
        ("先合上”后“打开的引文”。", ["打开的引文"]),
    ],
)
def test_quotation_marks_of_any_style(text: str, expected: list[str]) -> None:
    assert quotes(text) == expected


@pytest.mark.parametrize("front", ["+++\ntitle = '论“堤岸不得种树”'\n+++", "---\ntitle: 论“堤岸不得种树”\n..."])
def test_front_matter_of_a_draft_quotes_nothing(front: str) -> None:
    assert quotes(f"{front}\n\n他说“河道每年疏浚”。") == ["河道每年疏浚"]


def test_scare_quotes_are_counted_and_unclosed_marks_are_placed() -> None:
    reading = read("第一段“双标”和“躺平”。\n\n第二段“没有合上。\n\n第三段“完整的一句话”。")

    assert [(one.quote, one.paragraph) for one in reading.quotations] == [("完整的一句话", 3)]
    assert reading.short == 2
    assert reading.unclosed == (2,)


def test_a_quotation_goes_over_paragraphs() -> None:
    again = read("起“第一段的话。\n\n“第二段的话。\n\n“第三段的话。”完。\n\n另“一条独立的引文”。")
    once = read("起“第一段的话。\n\n第二段的话。”完。")

    assert [(one.quote, one.paragraph) for one in again.quotations] == [
        ("第一段的话。\n第二段的话。\n第三段的话。", 1),
        ("一条独立的引文", 4),
    ]
    assert [one.quote for one in once.quotations] == ["第一段的话。\n第二段的话。"]
    assert not again.unclosed
    assert not once.unclosed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("《甲法》规定“河道每年疏浚”，《乙法》规定“堤岸不得种树”。", [["甲法"], ["乙法"]]),
        ("《甲法》规定“河道每年疏浚”，并强调“堤岸不得种树”。", [["甲法"], ["甲法"]]),
        ("《甲法》很早。今人说“河道每年疏浚”。", [[]]),
        ("“河道每年疏浚”（《甲法》第三条），众所周知。", [["甲法"]]),
        ("“河道每年疏浚”，《甲法》如是说。《乙法》不同。", [["甲法"]]),
        ("《甲法》规定“河道每年疏浚”。[^1]\n\n[^1]: 《乙法》第一条。", [["乙法"]]),
        ("《甲法》规定“河道每年疏浚[^1]”。\n\n[^1]: 作者强调。", [["甲法"]]),
        ("“河道每年疏浚”和“堤岸不得种树”[^1]。\n\n[^1]: 《乙法》。", [["乙法"], ["乙法"]]),
        ("“河道每年疏浚。”他说“堤岸不得种树”[^1]。\n\n[^1]: 《乙法》。", [[], ["乙法"]]),
        ("“河道每年疏浚”[^1]。“堤岸不得种树”[^2]。\n\n[^1]: 《乙法》。\n[^2]: 同上，第2条。", [["乙法"], ["乙法"]]),
        ("“河道每年疏浚”[^1]。\n\n[^1]: 见《丙记》：“注里的引文也查”。", [["丙记"], ["丙记"]]),
        ("“河道每年疏浚”[1]。又[2021]年。\n\n[1] 《乙法》", [["乙法"]]),
    ],
)
def test_what_names_the_source(text: str, named: list[list[str]]) -> None:
    assert [titles_in(one.source) for one in read(text).quotations] == named


def test_block_quotes_are_named_by_their_signature_note_or_the_sentence_before() -> None:
    reading = read(
        "《甲法》写道：\n\n> 河道每年疏浚。\n\n后文。\n\n> 堤岸不得种树。\n>\n> ——《乙法》第二条\n\n"
        "> 闸门夜间关闭。（《丙法》）\n"
    )

    assert [(one.quote, titles_in(one.source)) for one in reading.quotations] == [
        ("河道每年疏浚。", ["甲法"]),
        ("堤岸不得种树。", ["乙法"]),
        ("闸门夜间关闭。", ["丙法"]),
    ]


def test_a_note_is_placed_where_it_is_cited() -> None:
    reading = read("第一段。\n\n第二段“河道每年疏浚”[^n]。\n\n[^n]: 他“在注里另说一句”。\n\n第三段。")

    assert [(one.quote, one.paragraph, one.note) for one in reading.quotations] == [
        ("河道每年疏浚", 2, ""),
        ("在注里另说一句", 2, "n"),
    ]


@given(st.lists(st.text("“”‘’「」\"'《》。a1字\0\u2060\n", max_size=40), max_size=6))
def test_any_draft_is_read(texts: list[str]) -> None:
    paragraphs = [DraftParagraph(text, "body", row, "") for row, text in enumerate(texts, start=1)]
    reading = find_quotations(paragraphs)

    for one in reading.quotations:
        assert one.quote.strip() == one.quote
        assert 1 <= one.paragraph <= len(texts)
    assert set(reading.unclosed) <= set(range(1, len(texts) + 1))


def test_a_draft_of_nothing_but_quotation_marks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """300,000 quotations of two characters in a file of 4 MB kept one of a server's four places for half a minute."""
    monkeypatch.setitem(vars(QUOTATIONS), "marks", 4)
    assert len(read_quotations("稿.md", '“一二三四五六”，"七八九十一二"'.encode()).quotations) == 2
    with pytest.raises(SourceError) as told:
        read_quotations("稿.md", "“一”“二”\n\n“三”「四」『五』".encode())
    assert told.value.message == qa_messages.TOO_MANY_MARKS.format(count=5, most=4)


@given(st.text('“”‘’「」"„a1字 ', max_size=60))
def test_pairs_are_disjoint_and_in_order(text: str) -> None:
    marks = find_marks(text)
    places = [place for pair in marks.pairs for place in pair]

    assert places == sorted(set(places))
    assert not {*places} & {*marks.opened}
