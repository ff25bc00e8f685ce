"""What the interfaces for programs share: plain JSON, with each text sliced from the source."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.document import Document
from corpus.errors import BadRequest, NotKnown
from corpus.parse import parse
from qa.output.document_records import document_id
from qa.output.json_records import check_as_json, reply_as_json
from qa.qa_settings import QUOTATIONS
from qa.quotations.checker import Checker
from qa.service import fresh_checker
from qa.service.operations import Operations
from tests.web.page import ALL, SECRETARIAT, WEATHER, FakeEngine

GARDEN = (
    "花园规定\n\n第一章 游客\n\n游客不得：\n（一）摘花；\n（二）喂鱼；\n（三）生火。\n\n第二章 罚款\n\n违者罚款十元。\n"
)


@pytest.fixture
def engine(shipped: Document) -> FakeEngine:
    return FakeEngine(shipped)


def assert_slices(record: dict[str, Any], document: Document) -> None:
    assert record["text"] == "".join(document.text[start:end] for start, end in record["spans"])
    assert record["source_sha256"] == document.sha256


@pytest.mark.parametrize("question", [SECRETARIAT, WEATHER, "", "问" * 3000])
def test_a_reply_is_the_record_of_the_command_line(engine: FakeEngine, question: str) -> None:
    """Whatever its status is."""
    assert Operations(engine).ask(question) == reply_as_json(engine.ask(question), None)


def test_alone_leaves_out_the_questions_before(engine: FakeEngine) -> None:
    operations = Operations(engine)

    assert operations.ask("那里呢？", [SECRETARIAT])["understood_as"] == f"{SECRETARIAT} → 那里呢？"
    assert operations.ask("那里呢？", [SECRETARIAT], alone=True)["understood_as"] is None
    assert engine.asked == [("那里呢？", (SECRETARIAT,)), ("那里呢？", ())]


def test_so_many_hits_and_citations_in_a_form(engine: FakeEngine) -> None:
    reply = Operations(engine).ask(ALL, top=2, form="bibtex")

    assert len(reply["hits"]) == 2
    assert reply["hits"][0]["citation"].startswith("@")


def test_a_document_is_meant_by_its_id_or_its_name() -> None:
    """A name that is the id of another document means that other one."""
    first = parse("第一篇。", name="甲")
    other = parse("第二篇。", name=document_id("甲"))
    engine = FakeEngine(other)
    engine.documents = (other, first)
    operations = Operations(engine)

    assert operations.names(["甲", document_id("甲"), document_id(other.name)]) == ("甲", other.name)
    assert operations.document(document_id("甲"), ["text"])["text"] == "第一篇。"
    assert [record["name"] for record in operations.documents()] == [other.name, "甲"]


def test_an_id_is_sixteen_digits_of_the_sha_256_of_the_name() -> None:
    """`printf 甲 | sha256sum`; an address can hold it, whatever the name is."""
    assert document_id("甲") == "33e3580c093111e1"
    assert len(document_id("../\ud800?#")) == 16


@pytest.mark.parametrize("given", ["", "没有", "../etc/passwd", "0" * 16, "\ud800", "x" * 100_000])
def test_what_is_not_there_is_a_sentence(engine: FakeEngine, given: str) -> None:
    operations = Operations(engine)
    for ask in (
        lambda: operations.document(given),
        lambda: operations.section(given, 0),
        lambda: operations.passage(given),
        lambda: operations.cite(given),
        lambda: operations.ask(SECRETARIAT, documents=[given]),
        lambda: operations.find("上海", [given]),
    ):
        with pytest.raises(NotKnown) as raised:
            ask()
        assert len(raised.value.message.zh) < 300


def test_a_document_has_what_is_asked_for(shipped: Document, engine: FakeEngine) -> None:
    operations = Operations(engine)
    whole = operations.document(shipped.name)

    assert whole["text"] == shipped.text
    assert [section["label"] for section in whole["sections"]] == [one.label for one in shipped.sections]
    assert [record["passage_id"] for record in whole["passages"]] == [one.id for one in shipped.passages]
    outline = operations.document(shipped.name, ["sections"])
    assert "text" not in outline and outline["passages"] == len(shipped.passages)
    assert json.loads(json.dumps(whole)) == whole


def test_a_section_has_the_passages_of_those_in_it() -> None:
    document = parse(GARDEN, name="规定")
    operations = Operations(FakeEngine(document))
    sections = operations.document("规定", ["sections"])["sections"]
    chapter = next(section for section in sections if "罚款" in section["label"])

    section = operations.section("规定", chapter["number"])
    assert [passage["text"] for passage in section["passages"]] == ["违者罚款十元。"]
    assert GARDEN[slice(*section["span"])] == section["label"]
    assert len(operations.section("规定", 0)["passages"]) == len(document.passages)
    for number in (-1, len(sections)):
        with pytest.raises(NotKnown):
            operations.section("规定", number)


def test_passages_lead_from_the_first_to_the_last(shipped: Document, engine: FakeEngine) -> None:
    operations = Operations(engine)
    read: list[str] = []
    passage_id = shipped.passages[0].id
    while passage_id:
        record = operations.passage(passage_id)
        assert_slices(record, shipped)
        assert record["before"] == (read[-1] if read else None)
        read.append(record["passage_id"])
        passage_id = record["after"]

    assert read == [passage.id for passage in shipped.passages]


def test_what_answers_together_is_cited_with_the_spans_of_the_hit() -> None:
    document = parse(GARDEN, name="规定")
    operations = Operations(FakeEngine(document))
    item = next(one for one in document.passages if "喂鱼" in document.quote(one.spans))
    whole = [[one.spans[0].start, one.spans[0].end] for one in document.passages if one.section is item.section]

    assert operations.cite(item.id)["text"].startswith("（二）喂鱼；\n")
    assert operations.cite(item.id, "own", whole)["text"].startswith(
        "游客不得：\n（一）摘花；\n（二）喂鱼；\n（三）生火。\n"
    )
    with pytest.raises(BadRequest):
        operations.cite(item.id, "own", [[0, 2]])
    with pytest.raises(BadRequest) as raised:
        operations.cite(item.id, "APA")
    assert "gbt7714" in raised.value.message.en


def test_a_check_is_the_record_of_the_command_line(shipped: Document, engine: FakeEngine) -> None:
    operations = Operations(engine)
    for quote in ("三股势力", "弘扬“上海精神”，共同打击三股势力", "天气很好，出去走走", "短", "\0"):
        assert operations.check(quote) == check_as_json(Checker([shipped]).check(quote), None)


def test_words_are_found_where_they_stand() -> None:
    """In passages and in headings, each part once."""
    document = parse("第一章 花园\n\n花园里有花园的鱼。\n\n鱼。\n", name="规定")
    found = Operations(FakeEngine(document)).find("花园")

    assert [record["text"] for record in found] == ["第一章 花园", "花园里有花园的鱼。"]
    assert [record["passage_id"] for record in found] == [None, document.passages[0].id]
    for record in found:
        assert_slices(dict(record), document)
        assert {document.text[start:end] for start, end in record["found"]} == {"花园"}
    assert len(found[1]["found"]) == 2


def test_words_are_found_over_a_column_break(shipped: Document, engine: FakeEngine) -> None:
    cut = next(one for one in shipped.passages if len(one.spans) == 2 and one.paragraph)
    first, second = cut.spans
    words = shipped.text[first.end - 4 : first.end].strip() + shipped.text[second.start : second.start + 4]
    (record,) = Operations(engine).find(words)

    assert record["passage_id"] == cut.id
    assert "".join(shipped.text[start:end] for start, end in record["found"]) == words


def test_words_are_found_in_some_documents_and_so_many_times() -> None:
    documents = [parse(f"鱼{n}。\n\n鱼。\n", name=f"d{n}") for n in range(3)]
    engine = FakeEngine(documents[0])
    engine.documents = tuple(documents)
    operations = Operations(engine)

    assert {record["document"] for record in operations.find("鱼")} == {"d0", "d1", "d2"}
    assert {record["document"] for record in operations.find("鱼", ["d1"])} == {"d1"}
    assert len(operations.find("鱼", limit=3)) == 3
    assert operations.find("没有") == operations.find("**") == []


@pytest.mark.parametrize("words", ["", " \n", "字" * (QUOTATIONS.longest + 1)])
def test_no_words_and_too_many_are_refused(engine: FakeEngine, words: str) -> None:
    with pytest.raises(BadRequest):
        Operations(engine).find(words)


def test_too_large_a_library_is_not_checked(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh_checker, "QUOTATIONS", SimpleNamespace(checked_bytes=1000, longest=100))
    operations = Operations(engine)
    with pytest.raises(BadRequest) as raised:
        operations.check("三股势力")
    assert "python -m qa check" in raised.value.message.zh
