"""A conversation as a file: what a reader of the file sees is the source's words."""

import dataclasses
import datetime
import html
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from corpus.document import Document, Passage, Section, Span
from corpus.message import Message
from qa.citations.forms import FORMS, cite, own_form, quote_with_citation
from qa.citations.markdown_quote import escape_markdown, uncarriable
from qa.output import docx_export, markdown_export
from qa.output.export_words import ExportedTurn, texts_asked
from qa.reply import Answer, Citation, Hit, NotFound, Rejected, Reply
from tests.budget import budget


def to_docx(replies: Sequence[Reply], form: str = "own", **options: Any) -> bytes:
    return docx_export.to_docx([ExportedTurn(reply) for reply in replies], form, **options)


def to_markdown(replies: Sequence[Reply], form: str = "own", **options: Any) -> str:
    return markdown_export.to_markdown([ExportedTurn(reply) for reply in replies], form, **options)


_DAY = datetime.date(2026, 11, 24)
_TEXTS = st.text(min_size=1, max_size=60) | st.lists(
    st.sampled_from(
        [*" \t\n\r\u3000\x00\x0b\x85\u200b*_<&>#“”习", "  ", "\ud800", "\ufffe", "# 题", "> ", "𠀀", "\u2028"]
    ),
    min_size=1,
).map("".join)


def _hit(document: Document, passage: Passage) -> Hit:
    return Hit(Citation(document, passage), passage.sentences[0], (), 0.9)


def _one(text: str) -> Hit:
    """A hit whose quote is the whole text."""
    spans = (Span(0, len(text)),)
    work = Section("题", None, 0, None, is_run_in=False)
    passage = Passage("0" * 16, spans, (len(text),), work, 1)
    return _hit(Document("a", text, "0" * 64, (work, passage)), passage)


def _answer(*hits: Hit) -> Answer:
    return Answer("问？", None, (), hits)


def _conversation(document: Document) -> list[Reply]:
    first, *others = document.passages
    return [
        Answer(
            "防务合作\n讲了*什么*？",
            "那禁毒方面呢",
            ("军费",),
            tuple(_hit(document, passage) for passage in others[:2]),
        ),
        NotFound("红烧肉怎么做？", None, ("红烧肉",), (_hit(document, first),)),
        Rejected("你好", Message(zh="你好，请问问题。", en="Hello, please ask.")),
    ]


def _paragraphs(data: bytes, style: str) -> list[str]:
    paragraphs = docx.Document(io.BytesIO(data)).paragraphs
    return [paragraph.text for paragraph in paragraphs if paragraph.style and paragraph.style.name == style]


def notes_of(data: bytes) -> list[str]:
    """The text of each footnote, in order."""
    notes = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/footnotes.xml"))
    return ["".join(text.text or "" for text in note.iter(qn("w:t"))) for note in notes][2:]


def _block_quotes(markdown: str) -> list[str]:
    shown = re.sub("</?mark>", "", MarkdownIt("commonmark").render(markdown))
    return [
        html.unescape(quote) for quote in re.findall(r"<blockquote>\n<p>(.*?)</p>\n</blockquote>", shown, re.DOTALL)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_quote_in_both_files_is_its_slices(shipped: Document, form: str) -> None:
    """All passages, whatever the form of the citations."""
    reply = _answer(*(_hit(shipped, passage) for passage in shipped.passages))
    quotes = [shipped.quote(passage.spans) for passage in shipped.passages]

    assert _paragraphs(to_docx([reply], form), "Quote") == quotes
    assert _block_quotes(to_markdown([reply], form)) == quotes


@settings(max_examples=budget(40))  # a file takes 50 ms and more
@given(_TEXTS)
def test_a_quote_in_docx_keeps_every_character_or_is_left_out(text: str) -> None:
    """Tabs, line ends and blanks stay; NUL and a carriage return cannot, and the file says so."""
    data = to_docx([_answer(_one(text))])

    characters = uncarriable(text, "\r")
    assert _paragraphs(data, "Quote") == ([] if characters else [text])
    assert any(characters in line for line in _paragraphs(data, "Normal")) or not characters


@given(_TEXTS)
def test_a_quote_in_markdown_keeps_every_character_or_is_left_out(text: str) -> None:
    """Blanks at its ends, empty lines and marks included."""
    markdown = to_markdown([_answer(_one(text))])

    characters = uncarriable(text)
    assert _block_quotes(markdown) == ([] if characters else [text])
    assert not characters or f"无法保存的字符 {characters}" in markdown
    markdown.encode()  # it can be written


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("甲\0", "U+0000"),
        ("甲\x85\x07", "U+0007, U+0085"),
        ("甲\ud800", "U+D800"),
        ("甲\U0001ffff", "U+1FFFF"),
        ("甲\t\n", ""),
    ],
)
def test_what_no_file_can_hold_is_named(text: str, characters: str) -> None:
    """By code point."""
    assert uncarriable(text) == characters


def test_markdown_as_a_whole(shipped: Document) -> None:
    """Question, status, how it was read, what is missing, quotes with citations, date, sources."""
    block, second, third = shipped.passages[:3]
    markdown = to_markdown(_conversation(shipped), on=_DAY)
    assert re.sub("</?mark>", "", markdown).split("\n\n") == [
        "# 原文问答记录",
        "导出日期：2026-11-24  \n引文一字不改；编号、出处和说明是本程序的话。",
        r"## 1. 防务合作 讲了\*什么\*？",
        "找到：2",
        "按这个意思查找：那禁毒方面呢",
        "文本未提到：军费",
        f"> {shipped.quote(second.spans)}",
        f"[1 · 回答了] {own_form(shipped, second)}",
        f"> {shipped.quote(third.spans)}",
        f"[2 · 回答了] {own_form(shipped, third)}",
        "## 2. 红烧肉怎么做？",
        "文中没有找到答案。",
        "文本未提到：红烧肉",
        "最接近的段落（不够回答这个问题）：",
        f"> {shipped.quote(block.spans)}",
        f"[3] {own_form(shipped, block)}",
        "## 3. 你好",
        "不是可以回答的问题：你好，请问问题。",
        "## 来源文件",
        f"- sco-2021: SHA-256 `{shipped.sha256}`\n",
    ]
    sentence = shipped.quote(second.sentences[0].spans)
    assert f"> <mark>{sentence}</mark>" in markdown
    assert markdown.count("<mark>") == 2  # not in what is only nearest


def test_an_export_in_english_has_no_word_of_ours_in_chinese(shipped: Document) -> None:
    turns = [ExportedTurn(reply) for reply in _conversation(shipped)]
    lines = markdown_export.to_markdown(turns, language="en", on=_DAY).splitlines()
    ours = [line for line in lines if line and not line.startswith(("> ", "## ", "[")) and "未" not in line]
    assert "# A conversation with a text" in ours
    assert "Found: 2" in ours
    assert "Nearest passages, not enough to answer:" in ours
    assert "Not a question that a text can answer: Hello, please ask." in ours
    assert [line for line in ours if re.search("[一-鿿]", line)] == [
        "Understood as: 那禁毒方面呢",
        *_missing("军费", "红烧肉"),
    ]
    assert f"[1 · It answers] {own_form(shipped, shipped.passages[1])}" in lines


def _missing(*words: str) -> list[str]:
    return [f"Not mentioned in the text: {word}" for word in words]


def test_an_export_says_which_texts_were_asked(shipped: Document) -> None:
    """In its head if that is the same for each question, else beside each."""
    one = texts_asked([shipped], 1, are_all=True)
    assert one.zh == "《不忘初心 砥砺前行 开启上海合作组织发展新征程》〔上海合作组织二十周年杜尚别宣言〕（sco-2021）"
    every, some = texts_asked([shipped], 30, are_all=True), texts_asked([shipped], 30, are_all=False)
    assert (every.en, some.zh) == ("all 30", f"{one.zh}等 30 份")
    replies = _conversation(shipped)
    same = markdown_export.to_markdown([ExportedTurn(reply, one) for reply in replies], on=_DAY)
    assert same.split("\n\n")[1].startswith(f"所问的文本：{one.zh}")
    assert same.count("所问的文本") == 1
    other = [ExportedTurn(replies[0], one), ExportedTurn(replies[1], every)]
    data = docx_export.to_docx(other, on=_DAY)
    assert [line for line in _paragraphs(data, "Normal") if "所问的文本" in line] == [
        f"所问的文本：{one.zh}",
        "所问的文本：全部 30 份",
    ]


def test_an_answer_that_is_not_sure_is_not_counted_as_found(shipped: Document) -> None:
    doubtful = [dataclasses.replace(_hit(shipped, one), grade="may_answer") for one in shipped.passages[1:4]]
    markdown = to_markdown([_answer(*doubtful)])
    assert "没有找到确实的回答；可能回答的：3" in markdown
    assert markdown.count("<mark>") == 1  # the first alone is marked, as on the page
    assert markdown.count(" · 可能回答] ") == 3


@pytest.mark.parametrize(
    "text",
    ["2.3 与 UTC+6，删除权笔记-2", "见(一)；12:30 = 3{x} / a>b", "第1、2. 条", "5. 第五", "- 一", "# 题", "A&B & C!"],
)
def test_markdown_escapes_only_what_would_be_markup(text: str) -> None:
    escaped = escape_markdown(text)
    assert _block_quotes(f"> {escaped}\n") == [text]
    assert escaped.count("\\") == (1 if text.startswith(("5.", "-", "#")) else 0)


def test_what_comes_after_an_answer_is_left_out(shipped: Document) -> None:
    """The grade of each hit stands beside its citation."""
    first, second, third = shipped.passages[1:4]
    doubtful = dataclasses.replace(_hit(shipped, second), grade="may_answer")
    markdown = to_markdown([Answer("问？", None, (), (_hit(shipped, first), doubtful), (_hit(shipped, third),))])

    assert _block_quotes(markdown) == [shipped.quote(first.spans), shipped.quote(second.spans)]
    assert f"[2 · 可能回答] {own_form(shipped, second)}" in markdown


def test_the_words_that_answer_are_highlighted_in_docx(shipped: Document) -> None:
    """The paragraph's text stays the quote. Without such words the best sentence is marked, of a not-found nothing."""
    passage = shipped.passages[1]
    start = passage.spans[0].start
    hit = dataclasses.replace(_hit(shipped, passage), answer=(Span(start + 2, start + 5),))
    for reply, marked in (
        (_answer(hit), shipped.text[start + 2 : start + 5]),
        (_answer(_hit(shipped, passage)), shipped.quote(passage.sentences[0].spans)),
        (NotFound("？", None, (), (hit,)), ""),
    ):
        file = docx.Document(io.BytesIO(to_docx([reply])))
        (quote,) = (one for one in file.paragraphs if one.style and one.style.name == "Quote")
        assert quote.text == shipped.quote(passage.spans)
        assert "".join(run.text for run in quote.runs if run.font.highlight_color) == marked


def test_paragraphs_that_belong_together_stay_paragraphs(shipped: Document) -> None:
    """What opens a list and its item: one quote, two paragraphs, in both files and in a copied quote."""
    opening, item = shipped.passages[2:4]
    spans = opening.spans + item.spans
    whole = Passage(opening.id, spans, (sum(map(len, spans)),), opening.section, opening.paragraph)
    texts = [shipped.quote(one.spans) for one in (opening, item)]
    reply = _answer(_hit(shipped, whole))

    assert _paragraphs(to_docx([reply]), "Quote") == texts
    shown = re.sub("</?mark>", "", MarkdownIt("commonmark").render(to_markdown([reply])))
    assert f"<blockquote>\n<p>{texts[0]}</p>\n<p>{texts[1]}</p>\n</blockquote>" in shown
    assert quote_with_citation("own", shipped, whole) == "\n".join((*texts, own_form(shipped, whole)))


def test_docx_as_a_whole(shipped: Document) -> None:
    """The same, paragraph by paragraph."""
    block, second, third = shipped.passages[:3]
    data = to_docx(_conversation(shipped), "gbt7714", on=_DAY)
    file = docx.Document(io.BytesIO(data))

    assert [paragraph.text for paragraph in file.paragraphs] == [
        "原文问答记录",
        "导出日期：2026-11-24",
        "引文一字不改；编号、出处和说明是本程序的话。",
        "1. 防务合作 讲了*什么*？",
        "找到：2",
        "按这个意思查找：那禁毒方面呢",
        "文本未提到：军费",
        shipped.quote(second.spans),
        "回答了",
        shipped.quote(third.spans),
        "回答了",
        "2. 红烧肉怎么做？",
        "文中没有找到答案。",
        "文本未提到：红烧肉",
        "最接近的段落（不够回答这个问题）：",
        shipped.quote(block.spans),
        "3. 你好",
        "不是可以回答的问题：你好，请问问题。",
        "来源文件",
        f"sco-2021: SHA-256 {shipped.sha256}",
    ]
    assert notes_of(data) == [f" {cite('gbt7714', shipped, one)}" for one in (second, third, block)]
    assert file.core_properties.created == datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("style", "font"), [("Quote", "SimSun"), ("Normal", "Microsoft YaHei"), ("Caption", "Microsoft YaHei")]
)
def test_serif_is_the_sources_voice_in_docx(shipped: Document, style: str, font: str) -> None:
    """Quotes in Songti, our words in a sans-serif, the text marked as Chinese."""
    file = docx.Document(io.BytesIO(to_docx(_conversation(shipped))))
    properties: Any = file.styles[style].element.rPr

    assert {properties.rFonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {font}
    assert properties.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"


def test_a_record_is_a_code_block_in_markdown(shipped: Document) -> None:
    """BibTeX in an export can be copied as it is."""
    passage = shipped.passages[1]
    shown = MarkdownIt("commonmark").parse(to_markdown([_answer(_hit(shipped, passage))], "bibtex"))

    assert [(token.info, token.content) for token in shown if token.type == "fence"] == [
        ("bibtex", cite("bibtex", shipped, passage) + "\n")
    ]


def test_nothing_to_export() -> None:
    """An empty conversation is a file with a title and a date."""
    assert to_markdown([], on=_DAY).startswith("# 原文问答记录\n")
    assert _paragraphs(to_docx([], on=_DAY), "Quote") == []


def test_an_export_alone_loads_docx() -> None:
    """Asking does not wait for it."""
    code = "import sys; import qa.output.docx_export, qa.output.terminal; print({'docx', 'lxml'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
