"""What the page asks of the server: nothing that comes in is trusted, and nothing goes out unchecked."""

from __future__ import annotations

import base64
import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.document import Document, Passage
from corpus.errors import IndexCorrupt
from corpus.message import Message
from corpus.parse import parse
from corpus.source import Source
from index.catalog import Catalog
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import QUOTATIONS, Settings
from qa.ranking.citable_units import unit_of
from qa.reply import Reply
from qa.service.background_engine import BackgroundEngine
from tests.fakes import CharacterEmbedder
from tests.web.page import SECRETARIAT, FakeEngine
from web.api.desk import Desk
from web.web_settings import PAGE


def spans_of(passage: Passage) -> str:
    """The spans as a quote's `data-spans` has them."""
    return ",".join(f"{span.start}-{span.end}" for span in passage.spans)


@pytest.fixture
def desk(shipped: Document) -> Desk:
    return Desk(FakeEngine(shipped))


def test_the_page_learns_which_characters_count_as_another(desk: Desk) -> None:
    pairs = desk.call({"kind": "characters"})["pairs"]

    assert "𠮷吉" in pairs
    assert "與与" in pairs


@pytest.mark.parametrize(
    "request_",
    [
        None,
        [],
        "ask",
        {},
        {"kind": "nonsense"},
        {"kind": ["ask"]},
        {"kind": "ask" * 10_000},
        {"kind": "ask", "question": "甲", "history": ["乙" * 200_000] * 50},
        {"kind": "ask", "question": "甲", "documents": ["乙" * 200_000]},
        {"kind": "check", "text": "甲" * 2_000_000},
        {"kind": "passage", "p": "0" * 20_000},
        {"kind": "source", "document": "../../etc/passwd"},
        {"kind": "around", "passage": 7},
        {"kind": "cite", "passage": "0" * 16, "form": "own"},
        {"kind": "feedback", "verdict": "right", "question": "甲", "passages": ["../x"]},
        {"kind": "feedback", "verdict": "wrong", "question": "甲", "passages": []},
        {"kind": "export", "format": "docx", "turns": [7, {"question": []}]},
    ],
)
def test_a_request_that_makes_no_sense_gets_a_sentence(desk: Desk, request_: object) -> None:
    answer = desk.call(request_)
    assert list(answer) == ["failed"]
    assert answer["failed"]
    assert "<script" not in answer["failed"]


def test_an_unknown_name_is_said_as_text(desk: Desk) -> None:
    failed = desk.call({"kind": "source", "document": "<img src=x>"})["failed"]
    assert "<img" not in failed
    assert "&lt;img" in failed


@pytest.mark.parametrize("question", [None, 7, ["甲"], {"a": 1}])
def test_a_question_that_is_no_text_is_an_empty_one(desk: Desk, question: object) -> None:
    assert 'data-status="rejected"' in desk.call({"kind": "ask", "question": question, "history": "甲"})["html"]


def test_a_failure_of_ours_is_a_sentence_and_stands_in_the_terminal(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    answer = desk.call({"kind": "ask", "question": "坏了"})
    assert "出了差错" in answer["failed"]
    assert "a page must survive this" in caplog.text


def test_a_permalink_leads_to_its_document_or_to_the_nearest_passage(desk: Desk, shipped: Document) -> None:
    passage = shipped.passages[20]
    assert desk.call({"kind": "passage", "p": passage.id}) == {"document": "sco-2021"}
    words = shipped.quote(passage.spans)[:40]
    gone = desk.call({"kind": "passage", "p": "0" * 16, "t": words[:20] + "某" + words[21:]})["html"]
    assert "已不在文本里" in gone
    assert f'data-passage="{passage.id}"' in gone
    for hint in ("", "完全无关的一句话，红烧肉怎么做才好吃"):
        bare = desk.call({"kind": "passage", "p": "0" * 16, "t": hint})["html"]
        assert "已不在文本里" in bare
        assert "目录" in bare
        assert "<blockquote" not in bare


def test_what_stands_around_a_passage_is_quoted(desk: Desk, shipped: Document) -> None:
    for at, before, after in ((0, 0, 2), (10, 2, 2), (len(shipped.passages) - 1, 2, 0)):
        sides = desk.call({"kind": "around", "passage": shipped.passages[at].id})
        assert (sides["before"].count("<blockquote"), sides["after"].count("<blockquote")) == (before, after)


class Slow(FakeEngine):
    """An engine that takes its time to open."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.opened = threading.Event()

    def open(self) -> Engine:
        assert self.opened.wait(10)
        return self  # type: ignore[return-value]  # it does what an engine does


def test_while_the_model_loads_the_text_is_there_and_questions_wait(shipped: Document) -> None:
    slow = Slow(shipped)
    background = BackgroundEngine(Catalog.of([shipped]), slow.open)
    desk = Desk(background)
    background.start()
    assert desk.call({"kind": "state"}) == {"loading": True}
    assert desk.call({"kind": "ask", "question": SECRETARIAT}) == {"loading": True}
    assert desk.call({"kind": "source", "document": "sco-2021"})["html"]
    slow.opened.set()
    assert background.wait(10)
    assert desk.call({"kind": "state"}) == {}
    assert 'data-status="answered"' in desk.call({"kind": "ask", "question": SECRETARIAT})["html"]


def test_what_hinders_the_model_is_one_sentence(shipped: Document) -> None:
    def broken() -> Engine:
        raise IndexCorrupt(
            Message(
                zh="索引<坏>了。请重建：python -m qa index build",
                en="the index is <damaged>. Rebuild it: python -m qa index build",
            )
        )

    background = BackgroundEngine(Catalog.of([shipped]), broken)
    background.start()
    assert background.wait(10)
    for kind in ("state", "ask"):
        closed = Desk(background).call({"kind": kind, "question": SECRETARIAT})["closed"]
        assert "the index is &lt;damaged&gt;. Rebuild it: python -m qa index build" in closed
    with pytest.raises(IndexCorrupt):
        background.ask(SECRETARIAT)


def test_a_quote_of_a_text_that_was_replaced_meanwhile_is_an_error(shipped: Document) -> None:
    """The engine still answers from what it read; what is stored now is another text."""

    class Stale(FakeEngine):
        def ask(
            self,
            question: str,
            history: Sequence[str] = (),
            *,
            documents: Collection[str] = (),
            alone: bool = False,
        ) -> Reply:
            reply = super().ask(question, history)
            self.documents = (replace(self.documents[0], sha256="f" * 64),)
            return reply

    html = Desk(Stale(shipped)).call({"kind": "ask", "question": SECRETARIAT})["html"]
    assert "<blockquote" not in html
    assert 'role="alert"' in html


@pytest.mark.parametrize("form", ["markdown", "docx"])
def test_an_export_leaves_out_what_was_asked_of_texts_that_are_gone(desk: Desk, form: str) -> None:
    gone = {"question": "共建“一带一路”", "documents": ["猫狗条例"]}
    sent = {"kind": "export", "format": form, "form": "own", "turns": [{"question": SECRETARIAT}, gone]}
    answer = desk.call(sent)
    assert "有 1 问所问的文本已经移除" in answer["html"]
    if form == "markdown":
        file = base64.b64decode(answer["data"]).decode()
        assert SECRETARIAT in file
        assert "## 2." not in file
    assert desk.call({**sent, "turns": [{"question": SECRETARIAT}]})["html"] == ""
    assert list(desk.call({**sent, "turns": [gone]})) == ["failed"]


def test_the_citations_of_a_long_conversation_are_all_made_anew() -> None:
    document = parse("\n\n".join(f"第{n}段正文。" for n in range(120)), name="长")
    passages = [passage.id for passage in document.passages]
    assert len(passages) > 100
    assert set(Desk(FakeEngine(document)).call({"kind": "cites", "passages": passages})["cites"]) == set(passages)


def test_a_document_is_sent_with_its_parser_warnings() -> None:
    garbled = parse("修路记\n\n这里有锟斤拷一处乱码。\n\n那里也有锟斤拷一处。\n", name="修路记")
    engine = FakeEngine(garbled)
    sent = Desk(engine).call({"kind": "source", "document": "修路记"})
    assert list(sent) == ["name", "html", "contents", "examples", "warnings"]
    assert "结构存疑处：2 处" in sent["warnings"]
    assert sent["html"].count('data-act="warning"') == 2
    engine.documents = (parse("修路记\n\n先修路，后种树。\n", name="修路记"),)
    assert Desk(engine).call({"kind": "source"})["warnings"] == ""


def test_without_documents_there_is_a_notice_and_no_question_is_asked(shipped: Document) -> None:
    engine = FakeEngine(shipped)
    engine.documents = ()
    desk = Desk(engine)
    sent = desk.call({"kind": "source"})
    assert sent["name"] == ""
    assert "还没有文本" in sent["html"]
    assert "还没有文本" in desk.call({"kind": "ask", "question": SECRETARIAT})["failed"]
    assert engine.asked == []


def test_one_document_is_sent_at_a_time() -> None:
    documents = [parse(f"第{n}篇\n\n正文{n}。", name=f"d{n}") for n in range(300)]
    engine = FakeEngine(documents[0])
    engine.documents = tuple(documents)
    sent = Desk(engine).call({"kind": "source", "document": "d299"})
    assert sent["name"] == "d299"
    assert "正文299。" in sent["html"]
    assert "正文298。" not in sent["html"]


def test_too_much_to_check_at_once_is_refused_before_it_is_read(shipped: Document) -> None:
    """With what to do; as many as may be are checked."""
    desk = Desk(FakeEngine(shipped))
    many = desk.call({"kind": "check", "text": "“三股势力”\n" * (PAGE.quotations_at_once + 1)})
    assert "请分几次核对" in many["failed"]
    long = desk.call({"kind": "check", "text": "甲" * (QUOTATIONS.longest + 1)})
    assert "请分几次核对" in long["failed"]
    assert "html" in desk.call({"kind": "check", "text": "“三股势力”\n一行没有引号的字\n" * 3})


def test_a_checker_is_made_once_a_state_and_keeps_no_earlier_one(tmp_path: Path, characters: CharacterEmbedder) -> None:
    """It would keep the files of a replaced index open."""
    sources = [
        Source.from_bytes(name, f"{words}。".encode(), None) for name, words in (("甲", "三股势力"), ("乙", "别的话"))
    ]
    index = Index.build(tmp_path / "i", sources, characters)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(Index.open(index.folder), characters, Settings()))
    engine.start()
    assert engine.wait(10)
    desk = Desk(engine)
    reading = desk._handlers["check"].answer.__self__  # type: ignore[attr-defined]
    first = desk.call({"kind": "check", "text": "“三股势力”"})
    (kept,) = reading._context.operations.checker._checkers.values()
    assert desk.call({"kind": "check", "text": "“三股势力”"}) == first
    assert [*reading._context.operations.checker._checkers.values()] == [kept]
    Library(index.folder, lambda: characters).remove(["甲"])

    del kept
    assert desk.call({"kind": "check", "text": "“三股势力”"}) != first
    assert len(reading._context.operations.checker._checkers) == 1


def test_all_that_a_card_shows_is_copied_and_what_stands_around_all_of_it() -> None:
    text = "花园规定\n\n游客不得：\n（一）摘花；\n（二）喂鱼；\n（三）生火。\n\n违者罚款十元。\n"
    document = parse(text, name="规定")
    desk = Desk(FakeEngine(document))
    item = next(p for p in document.passages if "喂鱼" in document.quote(p.spans))
    unit = unit_of(document, item)
    assert unit is not None and len(unit.members) == 4

    whole = desk.call({"kind": "cite", "passage": f"{item.id}@{spans_of(unit.passage)}", "form": "own"})["text"]
    alone = desk.call({"kind": "cite", "passage": f"{item.id}@{spans_of(item)}", "form": "own"})["text"]
    sides = desk.call({"kind": "around", "passage": f"{item.id}@{spans_of(unit.passage)}"})

    assert all(words in whole for words in ("游客不得：", "摘花", "喂鱼", "生火"))
    assert "喂鱼" in alone
    assert "摘花" not in alone
    assert "罚款十元" in sides["after"]
    assert "摘花" not in sides["before"] + sides["after"]
