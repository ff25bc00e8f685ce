"""What a reply says of an earlier one to the same question: which documents changed, and which passages are gone."""

from __future__ import annotations

import pytest

from corpus.document import Document, Passage
from corpus.parse import parse
from qa.reply import Answer, Citation, Hit, Reply
from tests.web.elements import tree
from tests.web.page import FakeEngine
from web.api.desk import Desk
from web.html.card import spans_of
from web.web_settings import PAGE

CATS = "猫狗条例\n\n第一条 猫应当吃鱼。\n\n第二条 狗应当吃肉。\n"
ROADS = "修路记\n\n先修路，后种树。\n"


class Quoting(FakeEngine):
    """Answers with passages that have some words."""

    def __init__(self, *documents: Document, words: str) -> None:
        super().__init__(documents[0])
        self.documents = documents
        self.words = words

    def ask(self, question: str, history: object = (), **_: object) -> Reply:
        hits = [Hit(Citation(d, p), p.sentences[0], (), 0.9) for d in self.documents for p in having(d, self.words)]
        return Answer(question, None, (), tuple(hits))


def having(document: Document, words: str) -> list[Passage]:
    return [passage for passage in document.passages if words in document.quote(passage.spans)]


def remembered(document: Document, words: str) -> dict[str, str]:
    (passage,) = having(document, words)
    return {"document": document.name, "sha256": document.sha256, "passage": passage.id, "spans": spans_of(passage)}


def said(engine: FakeEngine, *earlier: object, **sent: object) -> str:
    """What stands before the reply, in Chinese."""
    answer = Desk(engine).call({"kind": "ask", "question": "问？", "earlier": list(earlier), **sent})
    root = tree(answer["before"])
    return "".join(one.text for one in root.walk() if one.attributes.get("class") == "zh" or one.tag == "a")


def test_nothing_is_said_where_all_is_as_it_was() -> None:
    cats = parse(CATS, name="猫狗条例")
    assert said(Quoting(cats, words="狗应当"), remembered(cats, "狗应当")) == ""
    assert said(Quoting(cats, words="狗应当")) == ""


def test_a_changed_document_is_named_and_a_passage_that_is_gone_from_it_counted() -> None:
    before, now = parse(CATS, name="条例"), parse(CATS.replace("吃肉", "吃菜"), name="条例")
    told = said(Quoting(now, words="猫应当"), remembered(before, "猫应当"), remembered(before, "狗应当"))
    assert "《条例》后来改动过" in told
    assert "那时引过的 1 段，现在的文本里没有了" in told
    assert "那时还引过" not in told


def test_a_passage_that_is_not_in_the_reply_any_more_is_linked() -> None:
    cats = parse(CATS, name="条例")
    told = said(Quoting(cats, words="猫应当"), remembered(cats, "狗应当"))
    assert told.startswith("那时还引过、这次的回答里没有：")
    assert "第二条" in told


def test_a_document_that_is_gone_is_named_and_one_with_another_name_known_again() -> None:
    cats, roads = parse(CATS, name="甲"), parse(ROADS, name="乙")
    renamed = parse(CATS, name="新名字")
    told = said(Quoting(renamed, words="狗应当"), remembered(cats, "狗应当"), remembered(roads, "先修路"))
    assert "《甲》现在叫《新名字》" in told
    assert "《乙》已不在这里" in told
    assert "那时还引过" not in told
    assert "改动" not in told


def test_a_question_to_a_document_with_another_name_now_is_put_to_that() -> None:
    cats, roads, renamed = parse(CATS, name="甲"), parse(ROADS, name="乙"), parse(CATS, name="新名字")
    desk = Desk(Quoting(renamed, roads, words="狗应当"))
    sent = {"kind": "ask", "question": "问？", "documents": ["甲"], "earlier": [remembered(cats, "狗应当")]}
    answer = desk.call(sent)
    assert answer["documents"] == ["新名字"]
    assert "在 1/2 份中查找" in answer["before"]
    assert desk.call({**sent, "earlier": []})["gone"] is True


@pytest.mark.parametrize("earlier", [7, [7], [{}], [{"document": []}], [{"spans": "x"}] * 999, {"document": "甲"}])
def test_what_a_browser_remembers_is_not_trusted(earlier: object) -> None:
    answer = Desk(Quoting(parse(CATS, name="甲"), words="狗")).call(
        {"kind": "ask", "question": "问？", "earlier": earlier}
    )
    assert answer["status"] == "answered"


def test_which_of_many_documents_were_asked_is_counted_and_named_up_to_a_limit() -> None:
    documents = [parse(f"篇{n}\n\n第{n}段。\n", name=f"d{n}") for n in range(PAGE.named_texts + 3)]
    names = [document.name for document in documents]
    desk = Desk(Quoting(*documents, words="第1段"))
    asked = names[: PAGE.named_texts + 1]
    before = desk.call({"kind": "ask", "question": "问？", "documents": asked})["before"]
    assert f"在 {len(asked)}/{len(documents)} 份中查找" in before
    assert len(tree(before).all("li")) == PAGE.named_texts + 1
    assert "还有 1 份" in before
    assert desk.call({"kind": "ask", "question": "问？", "documents": names})["before"] == ""
    assert desk.call({"kind": "ask", "question": "问？"})["before"] == ""
