"""Targets of the fuzzer in `qa/` and `web/`: batches, questions, quotations, citations, requests of the page."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import rispy

from corpus.bibliography.metadata_fields import FIELDS
from corpus.document import Date, Kind, Metadata, SourcedValue, Span
from corpus.errors import QAError
from corpus.message import Message
from corpus.parse import parse
from corpus.source import Source
from index.chunks import chunks_of, outline_of
from index.searcher import Index
from qa import cli
from qa.citations import records
from qa.citations.chicago import chicago
from qa.citations.forms import FORMS
from qa.citations.gbt7714 import gbt7714_2015, gbt7714_2025
from qa.citations.markdown_quote import block_quote, escape_markdown, uncarriable
from qa.citations.reference import Reference
from qa.engine import Engine
from qa.evaluate import read_questions
from qa.output.json_records import check_as_json, reply_as_json
from qa.output.terminal import render, render_check
from qa.qa_settings import Settings
from qa.quotations.checker import Checker, quotations
from qa.reply import Rejected
from tests.fakes import CharacterEmbedder
from tests.fuzz.choices import NASTY, Choices
from tests.qa.test_citation_forms import bibtex_fields, shown_paragraphs
from tests.qa.test_quotations import check_consistent
from web.api import request
from web.html.metadata_form import about_html, citation_fields_of

_STATUTE = (
    "某市修路办法\n（2019年3月1日公布）\n第一章 总则\n第一条　为了大家，先修路。\n"
    "第二条　路**宽**三米，长 4 km；“引文”在此。\n"
    "第二章 分则\n第三条　违者罚款五百元。\n（一）初犯；\n（二）再犯。\n附件1\n表一\n"
)
_SPEECH = (
    "在会上的讲话\n各位同事！\n一、总则\n甲乙丙，丁戊。己庚！\n二、分则\n（一）其一。先行……再来。\n"
    "Hello there, it's 3.14.\n"
)


def batch(data: bytes) -> None:
    """A line of each batch of the command line: each has one line of JSON as its reply, or a QAError."""
    choices = Choices(data)
    line = _json_line(choices)
    asked: list[tuple[str, Sequence[str]]] = []

    def ask(question: str, history: Sequence[str]) -> Rejected:
        assert isinstance(question, str) and all(isinstance(one, str) for one in history)
        asked.append((question, history))
        return Rejected(question, Message(zh="。", en="."))

    _one_line_of_json(cli._answer_line(ask, 1, line, choices.pick(list(FORMS))))
    _one_line_of_json(cli._check_line(_checker(), 1, line))
    try:
        questions = read_questions([line, "", line], name="a")
    except QAError as error:
        assert str(error) and error.message.bilingual
    else:
        assert all(one.turns and all(isinstance(turn, str) for turn in one.turns) for one in questions)
        assert all(line_number >= 1 for one in questions for line_number in one.lines)


_JSON = (
    *('{"id": ', '"question": ', '"turns": ', '"quote": ', '"lines": ', '"passages": ', '"answers": ', '"kind": '),
    *(
        '"document": ',
        "[",
        "]",
        "{",
        "}",
        ", ",
        ", ",
        '"为什么先修路？"',
        '"路宽三米"',
        '""',
        '" "',
        '"\\ud800"',
        '"\\u0000"',
    ),
    *("null", "true", "1", "-1", "0", "1e999", "NaN", "Infinity", "1.5", "9" * 30, '"id"', '"a"', "[[[[", '"甲"'),
)


def _json_line(choices: Choices) -> str:
    """Return raw text, JSON put together of pieces, or an object of the shape that is asked for."""
    how = choices.byte() % 4
    if how == 0:
        return choices.rest().decode("utf-8", "surrogateescape")
    if how == 1:
        return choices.text(40, _JSON)
    return json.dumps(_value(choices, 0), ensure_ascii=how == 2)


_KEYS = (
    *("id", "question", "turns", "quote", "lines", "passages", "answers", "kind", "document", "documents", "history"),
    *(
        "form",
        "format",
        "verdict",
        "p",
        "t",
        "passage",
        "text",
        "works",
        "change",
        "url",
    ),
    *("title", "authors", "date", "doi", "translators", "publication", "page", "volume"),
)
_STRINGS = (
    *(
        "docx",
        "own",
        "bibtex",
        "law",
        "YWJj",
        "====",
        "\ud800",
        "\0",
        "2021-09-17",
        "2021-13",
        "10.1/a",
        "10.1000/a",
        "甲；乙",
    ),
    *("；", " ", "0123456789abcdef", "https://a.b", "\u202e", "路宽三米", "为什么？"),
)


def _value(choices: Choices, depth: int) -> Any:
    byte = choices.byte()
    if not depth or (byte < 70 and depth < 6):
        return {choices.pick(_KEYS): _value(choices, depth + 1) for _ in range(choices.byte() % 6)}
    if byte < 100 and depth < 6:
        return [_value(choices, depth + 1) for _ in range(choices.byte() % 4)]
    if byte < 200:
        return choices.pick(_STRINGS)
    if byte < 220:
        return choices.text(4, NASTY)
    return choices.pick((None, True, False, 0, 1, -1, 2**70, 1.5, float("nan"), float("inf"), "", [], {}))


def _one_line_of_json(record: dict[str, Any]) -> None:
    line = json.dumps(record, ensure_ascii=False)
    assert "\n" not in line and "\r" not in line
    line.encode("utf-8", "backslashreplace")
    assert json.loads(line).keys() == record.keys()


def requests(data: bytes) -> None:
    """Any JSON value as a request of the page: a typed value, or a QAError."""
    choices = Choices(data)
    how = choices.byte()
    if how % 4 == 0:
        try:
            sent = json.loads(choices.rest())
        except (ValueError, RecursionError):
            return
    else:
        sent = _value(choices, 0)
    fields: request.Fields = sent if isinstance(sent, dict) else {}
    for kind in _REQUESTS:
        try:
            kind.read(fields)
        except QAError as error:
            assert error.message.bilingual
    said = citation_fields_of(fields.get("works"), 3)
    if isinstance(said, Message):
        assert said.bilingual
    elif how >= 240:
        about_html(_document(), said).encode("utf-8")


_REQUESTS: tuple[Any, ...] = (
    *(
        request.Empty,
        request.Ask,
        request.Export,
        request.Feedback,
        request.OfDocument,
        request.Permalink,
        request.Around,
    ),
    *(
        request.Cite,
        request.Citations,
        request.CheckQuotations,
        request.Describe,
        request.FollowChange,
    ),
)


@cache
def _document() -> Any:
    return parse(_STATUTE, name="某市修路办法")


@cache
def _checker() -> Checker:
    return Checker([_document(), parse(_SPEECH, name="讲话")])


_WORDS = (
    *_STATUTE.split("\n"),
    *_SPEECH.split("\n"),
    *'“”‘’"**…… \n　，。甲乙修路龘0123aA',
    "......",
    "[...]",
    "（略）",
)


def quotation(data: bytes) -> None:
    """A quotation of words of a text and others: exact only if the text has it, and the diff adds up."""
    choices = Choices(data)
    how = choices.byte()
    if how % 4 == 0:
        text, quote = choices.text(40), choices.text(30)
        checker = Checker([parse(text, name="a")])
    elif how % 4 == 1:
        text = choices.text(30, _WORDS)
        checker = Checker([parse(text, name="a"), _document()])
        start = choices.byte() % (len(text) + 1)
        quote = text[start : start + choices.byte()] + choices.text(3, _WORDS)
    else:
        checker, quote = _checker(), choices.string(30, _WORDS)
    check = checker.check(quote)
    check_consistent(check)
    _one_line_of_json(check_as_json(check, None))
    render_check(check)
    if how >= 224:
        for one in checker.check_all(quote):
            check_consistent(one)
    assert all(_bare(one) in _bare(quote) for one in quotations(quote))


def _bare(text: str) -> str:
    return "".join(text.split())


_HERE = (Span(0, 1),)
_KINDS: tuple[Kind, ...] = get_args(Kind)


def citation(data: bytes) -> None:
    """Strange metadata in every form: other people's readers read it back as one record, character for character."""
    choices = Choices(data)
    names = [field for field in FIELDS if choices.byte() % 3 == 0 and field.name != "title"]
    title = _words(choices) or "题"
    values: dict[str, Any] = {"title": SourcedValue(title, _HERE)}
    for field in names:
        if field.kind == "date":
            values[field.name] = Date(
                1 + choices.byte() * 39, choices.pick((None, 1, 12)), None, choices.pick((_HERE, ()))
            )
        elif text := _words(choices):
            value = SourcedValue(text, choices.pick((_HERE, ())))
            values[field.name] = (value,) * (1 + choices.byte() % 3) if field.kind == "person" else value
    reference = Reference(
        "0123456789abcdef",
        Metadata(kind=choices.pick(_KINDS), **values),
        tuple(_one_line(_words(choices)) for _ in range(choices.byte() % 3)),  # labels hold no line ends
        choices.byte(),
        ((7, 7), (9, 12)),
        choices.pick((None, "3", "3–4")),
    )
    _read_back(reference, one_line=_one_line(title))


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _words(choices: Choices) -> str:
    text = choices.text(8, NASTY)
    return text if text.strip() else ""


def _read_back(reference: Reference, one_line: str) -> None:
    for form in (gbt7714_2025, gbt7714_2015, chicago):
        line = form(reference)
        assert "\n" not in line
    [item] = json.loads(records.csl_json(reference))
    assert item["id"] == "yuanwen-0123456789abcdef" and item["title"].startswith(one_line)
    [record] = rispy.loads(records.ris(reference) + "\n")
    assert record["id"] == "yuanwen-0123456789abcdef"
    if reference.metadata.subtitle is None:
        assert record.get("title", "") == one_line
    entry = records.bibtex(reference)
    depth = 0
    for character in entry:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    read = bibtex_fields(entry)
    assert read["key"] == "yuanwen-0123456789abcdef"
    if one_line and reference.metadata.subtitle is None:
        assert read["title"].replace("\u2019", "'") == one_line


def markdown(data: bytes) -> None:
    """A quote in Markdown is shown to the character, and nothing of it is markup."""
    text = Choices(data).string(20, NASTY)
    if not text:
        return
    if uncarriable(text):
        assert block_quote(text).startswith("（")
        return
    assert shown_paragraphs(f"{block_quote(text)}\n>\n> —— {escape_markdown('出处')}") == [text, "—— 出处"]


@cache
def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that goes with the process."""
    return tempfile.TemporaryDirectory(prefix="fuzz-")


@cache
def _engine() -> Engine:
    texts = {"某市修路办法": _STATUTE, "讲话": _SPEECH}
    embedder = CharacterEmbedder("".join(sorted({*_STATUTE, *_SPEECH})), common="的是了在")
    folder = Path(_temporary_folder().name) / "index"
    sources = [Source.from_bytes(name, text.encode(), None) for name, text in texts.items()]
    return Engine(Index.build(folder, sources, embedder), embedder, Settings())


def chunks(data: bytes) -> None:
    """The rows of an index for any text: each is a slice of its passage, and together they have all of it."""
    document = parse(Choices(data).string(60), name="任意")
    rows = list(chunks_of(document, with_context=len(data) % 2 == 0))
    reached = 0
    before = -1
    for row in rows:
        passage = document.passages[row.passage]
        text = document.quote(passage.spans)
        words = row.text[row.context :]
        reached = 0 if row.passage != before else reached
        assert row.passage in (before, before + 1) and f"{row.passage_id:016x}" == passage.id
        assert text[row.start : row.start + len(words)] == words and row.start <= reached
        reached, before = row.start + len(words), row.passage
        assert not text[reached:].strip() or row is not rows[-1]
    assert before == len(document.passages) - 1
    for heading in outline_of(document, rows):
        assert 0 <= heading.first <= heading.end <= len(rows)


_QUESTIONS = (
    *(
        "第一条",
        "第二章",
        "第",
        "条",
        "章",
        "款",
        "（一）",
        "附件1",
        "十",
        "百",
        "零",
        "一",
        "二",
        "倒数",
        "最后",
        "第3.2条",
    ),
    *(
        "《修路办法》",
        "《",
        "》",
        "讲话",
        "为什么",
        "什么",
        "多少",
        "谁",
        "何时",
        "哪里",
        "吗",
        "？",
        "那么",
        "它",
        "呢",
        "上一条",
    ),
    *(
        "罚款",
        "路宽",
        "先行",
        "Article 2",
        "chapter",
        "section 1.1",
        "what",
        "how many",
        "the",
        " ",
        "，",
        "…",
        "你好",
        "\n",
    ),
    *("2019年", "几条", "共有", "哪些", "下一段", "和", "与", "至", "到", "-", "99999999", "①"),
)


def ask(data: bytes) -> None:
    """Any conversation: a reply whose quotes are slices of their documents, as JSON and for the terminal."""
    choices = Choices(data)
    engine = _engine()
    history = [choices.text(6, _QUESTIONS) for _ in range(choices.byte() % 3)]
    documents = choices.pick(((), (), ("讲话",), ("无",), ("讲话", "某市修路办法")))
    try:
        reply = engine.ask(choices.string(20, _QUESTIONS), history, documents=documents)
    except QAError:
        assert documents == ("无",)
        return
    record = reply_as_json(reply, None, choices.pick(list(FORMS)))
    _one_line_of_json(record)
    render(reply)
    texts = {document.name: document.text for document in engine.documents}
    for hit in (*record["hits"], *record["near"]):
        assert hit["text"] == "".join(texts[hit["document"]][start:end] for start, end in hit["spans"])
        assert not documents or hit["document"] in documents


TARGETS: dict[str, Callable[[bytes], None]] = {
    "batch": batch,
    "request": requests,
    "quotation": quotation,
    "citation": citation,
    "quote-in-markdown": markdown,
    "chunks": chunks,
    "ask": ask,
}
