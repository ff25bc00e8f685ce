"""Subtitles, pages in one file, files under a wrong name, and odd encodings."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document
from corpus.errors import SourceError
from corpus.parse import parse_source
from corpus.source import Source
from qa.ranking.citable_units import unit_of

_SRT = """1
00:00:01,000 --> 00:00:03,500
<i>各位乘客，</i>

2
00:00:03,600 --> 00:00:06,000
渡船六时开航。

3
00:01:10,000 --> 00:01:12,000 X1:100
请排队
上船。
"""
_VTT = "WEBVTT\n\nNOTE 校对\n\n" + _SRT.replace(",", ".").replace("各位乘客.", "各位乘客，").replace(
    "2\n00:00:03", "id-2\n00:00:03"
)


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("a.srt", _SRT.encode()),
        ("a.srt", _SRT.replace("\n", "\r\n").encode("utf-16")),
        ("字幕.txt", _SRT.encode("gb18030")),
        ("a.vtt", _VTT.encode()),
        ("a.vtt", b"\xef\xbb\xbf" + _VTT.encode()),
    ],
)
def test_subtitles_are_the_spoken_words(filename: str, data: bytes) -> None:
    """A sentence over two cues is one paragraph; the times stand beside the text."""
    document = parse_source(Source.from_file(filename, data, None))

    words = ["".join(document.quote(passage.spans).split()) for passage in document.passages]
    assert words == ["各位乘客，渡船六时开航。", "请排队上船。"]
    assert "00:01:10" in document.text


def test_a_notice_under_the_name_of_subtitles_is_a_text() -> None:
    assert Source.from_file("公告.srt", "渡口公告：明日停航。".encode(), None).text == "渡口公告：明日停航。"


def _mhtml(page: bytes, charset: str, coding: str) -> bytes:
    head = (
        "From: <Saved by a browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b--"\r\n\r\n'
        f"----b--\r\nContent-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    )
    tail = (
        b"\r\n----b--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n----b----\r\n"
    )
    return head.encode() + page + tail


@pytest.mark.parametrize("filename", ["a.mhtml", "a.mht", "a.html", "a"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_in_one_file_is_read(filename: str, charset: str) -> None:
    """Its main part, in the encoding that the file names."""
    import quopri

    page = quopri.encodestring("<html><body><h1>渡口</h1><p>每日六时开放。</p></body></html>".encode(charset))
    source = Source.from_file(filename, _mhtml(page, charset, "quoted-printable"), None)

    assert source.text.split() == ["渡口", "每日六时开放。"]


def test_a_page_may_have_the_ending_of_one_file() -> None:
    assert Source.from_file("a.mht", "<html><body><p>每日六时开放。</p></body></html>".encode(), None).text.strip() == (
        "每日六时开放。"
    )


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("测试", "gb18030"),
        ("王建国\n李晓梅\n陈志强\n刘佳慧\n", "gb18030"),
        ("桐梓、绥阳、湄潭、凤冈\n", "gb18030"),
        ("王建國\n李曉梅\n陳志強\n", "big5"),
        ("café à la crème", "latin-1"),
        ("Ünïcödé", "latin-1"),
    ],
)
def test_short_texts_and_lists_of_names_are_decoded(text: str, encoding: str) -> None:
    """Few of their characters are the commonest ones. Letters with accents are no Chinese."""
    data = text.encode(encoding)
    if encoding == "latin-1":
        with pytest.raises(SourceError):
            Source.from_file("a.txt", data, None)
    else:
        assert Source.from_file("a.txt", data, None).text == text


@pytest.mark.parametrize("divider", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_of_a_csv_file_is_cited_with_its_head(divider: str, encoding: str) -> None:
    """Also where a quoted cell holds the divider or a line end."""
    rows = [["部门", "人数", "地点"], ["研发部", "四十二", '"二号楼，\n三层"'], ["财务部", "七", '"一号楼, 东"']]
    data = "\r\n".join(divider.join(row) for row in rows).encode(encoding)
    document = parse_source(Source.from_file("部门.csv", data, None))
    passage = next(one for one in document.passages if "研发部" in document.quote(one.spans))
    unit = unit_of(document, passage)

    assert unit is not None
    assert document.quote(unit.passage.spans).split("\t") == ["部门", "人数", "地点\n研发部", "四十二", "二号楼， 三层"]


@pytest.mark.parametrize("text", ["渡口公告：明日停航。\n", "甲，乙。\n丙。\n", "a\n"])
def test_a_notice_under_the_name_of_a_table_is_a_text(text: str) -> None:
    assert Source.from_file("公告.csv", text.encode(), None).text.strip() == text.strip()


def _csv(text: str) -> Document:
    return parse_source(Source.from_file("表.csv", text.encode(), None))


@pytest.mark.parametrize("text", ["站,年,船\n石浦,2019,3\n南汇,2020,4\n未测,未测,未测\n", "x;x;x\n1;2;3\n4;5;6\n"])
def test_a_row_whose_cells_are_alike_is_no_title_and_no_note(text: str) -> None:
    """Its cells stay apart, in the table."""
    document = _csv(text)

    assert [len(table.rows) for table in document.tables] == [text.count("\n")]
    assert not any(" " in document.quote(passage.spans) for passage in document.passages)


def _cited(document: Document, words: str) -> str:
    passage = next(one for one in document.passages if document.quote(one.spans).startswith(words))
    unit = unit_of(document, passage)
    assert unit is not None
    return document.quote(unit.passage.spans)


def test_rows_of_a_csv_file_may_be_shorter_or_longer_than_the_head() -> None:
    document = _csv("部门,人数,地点\n研发部,42,二号楼\n财务部,7\n行政部,9,一号楼,临时,借调\n")

    assert _cited(document, "财务部") == "部门\t人数\t地点\n财务部\t7"
    assert _cited(document, "行政部") == "部门\t人数\t地点\n行政部\t9\t一号楼\t临时\t借调"
    assert [span and document.quote((span,)) for span in document.tables[0].rows[2]] == ["财务部", "7", *[None] * 3]


@pytest.mark.parametrize("first", ["sep=;\r\n", '\ufeff"sep=;"\r\n', "SEP=;\n"])
def test_the_divider_that_a_csv_file_names_divides_it(first: str) -> None:
    document = _csv(f"{first}部门,科室;人数\n研发部,一科;42\n财务部;7\n")

    assert _cited(document, "财务部") == "部门,科室\t人数\n财务部\t7"
    assert "sep" not in document.text.lower()


def test_titles_over_the_head_of_a_csv_file_are_text() -> None:
    document = _csv("人员表\n人员表\n部门;人数;地点\n研发部;42;二号楼\n财务部;7;一号楼\n注：完\n")

    assert _cited(document, "财务部") == "部门\t人数\t地点\n财务部\t7\t一号楼"
    assert document.text.split("\n\n")[:2] == ["人员表", "人员表"]


def test_a_quote_that_nobody_closes_is_text() -> None:
    document = _csv('件,尺寸\n螺母,6\n垫片,7\n螺钉,"5 英寸\n螺栓,8\n')

    assert _cited(document, "螺母") == "件\t尺寸\n螺母\t6"
    assert '"5 英寸' in document.text


_WORDS = st.text("甲乙 7.\n;\"'", max_size=6)


@given(st.lists(st.lists(_WORDS, min_size=1, max_size=4), min_size=1, max_size=7), st.sampled_from(",;\t|"))
def test_no_word_of_a_csv_file_is_lost_or_doubled(rows: list[list[str]], divider: str) -> None:
    stream = io.StringIO()
    csv.writer(stream, delimiter=divider).writerows(rows)
    kept = Counter(character for row in rows for cell in row for character in cell if not character.isspace())
    try:
        text = Source.from_file("表.csv", stream.getvalue().encode(), None).text
    except SourceError:
        assert not kept
        return
    found = Counter(character for character in text if not character.isspace())
    # Quotes and dividers are text where a file is no table.
    assert {one: found[one] for one in "甲乙7."} == {one: kept[one] for one in "甲乙7."}
