"""A passage as a file of its own: exact, whole, harmless, in one language."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from corpus.document import Document
from corpus.parse import parse
from qa.reply import Answer, Citation, Hit, NotFound
from tests.web.elements import tree
from tests.web.page import MANY, SECRETARIAT, WEATHER, FakeEngine
from web.api.desk import Desk
from web.html.card import spans_of
from web.html.shared_answer import shared_html

HOSTILE = "<script>alert(1)</script></style><x-y onx=1>&\"'\r{{ 7*7 }}"


def shared(document: Document, question: str, number: int = 0, language: str = "zh") -> tuple[Hit, dict[str, str]]:
    engine = FakeEngine(document)
    reply = engine.ask(question)
    assert isinstance(reply, Answer | NotFound)
    hit = (*(reply.hits if isinstance(reply, Answer) else ()), *reply.near)[number]
    address = f"{hit.citation.passage.id}@{spans_of(hit.citation.passage)}"
    sent = {"kind": "share", "passage": address, "question": question, "language": language}
    return hit, Desk(engine).call(sent)


def test_it_has_the_exact_quote_with_its_marks_citation_question_and_proof(shipped: Document) -> None:
    hit, answer = shared(shipped, MANY)
    root = tree(answer["html"].removeprefix("<!DOCTYPE html>\n"))
    (quote,) = root.all("blockquote")
    assert quote.text == shipped.quote(hit.citation.passage.spans)
    assert "".join(mark.text for mark in root.all("mark", **{"class": "answer"})) == shipped.quote(hit.answer)
    assert [one.text for one in root.all("h1")] == [MANY]
    assert root.all("cite")[0].text == str(hit.citation)
    proof = dict(zip([one.text for one in root.all("dt")], [one.text for one in root.all("dd")], strict=True))
    spans = hit.citation.passage.spans
    assert proof["文本"] == "sco-2021"
    assert proof["SHA-256"] == shipped.sha256
    assert proof["字符"] == "、".join(f"{span.start}–{span.end}" for span in spans)
    assert answer["name"].startswith("sco-2021-") and answer["name"].endswith(".html")


def test_it_says_what_the_marks_mean_that_are_there(shipped: Document) -> None:
    assert "深黄的字" in shared(shipped, MANY)[1]["html"]
    best_alone = shared(shipped, SECRETARIAT)[1]["html"]
    assert "黄底的一句最能回答" in best_alone
    assert "深黄的字" not in best_alone


def test_it_runs_and_loads_nothing(shipped: Document) -> None:
    _, answer = shared(shipped, SECRETARIAT)
    html = answer["html"]
    assert not re.search(r"<(script|link|img|iframe|object|form|a)\b|https?:|url\(|@import|@font-face", html)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    style = re.search(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert policy and style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1].replace("&#39;", "'").split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.mark.parametrize(("language", "there", "not_there"), [("zh", "凭据", "Proof"), ("en", "Proof", "凭据")])
def test_our_own_words_are_in_one_language(shipped: Document, language: str, there: str, not_there: str) -> None:
    _, answer = shared(shipped, SECRETARIAT, language=language)
    assert there in answer["html"]
    assert not_there not in answer["html"]


def test_a_nearest_passage_says_that_it_does_not_answer_and_has_no_marks(shipped: Document) -> None:
    _, answer = shared(shipped, WEATHER)
    assert "不够回答这个问题" in answer["html"]
    assert "<mark" not in answer["html"]
    assert "黄" not in answer["html"].partition("</style>")[2]


def test_what_is_not_in_the_reply_now_is_refused(shipped: Document) -> None:
    desk = Desk(FakeEngine(shipped))
    for passage in ("", "0" * 16, "0" * 16 + "@1-2", "x" * 9000):
        answer = desk.call({"kind": "share", "passage": passage, "question": SECRETARIAT})
        assert "已不在这个问题的回答里" in answer["failed"]
    assert "failed" in desk.call({"kind": "share", "passage": "x" * 20_000, "question": SECRETARIAT})


def test_a_hostile_source_name_and_question_are_text() -> None:
    document = parse(f"第一条 {HOSTILE}甲。\n", name=HOSTILE)
    passage = document.passages[-1]
    hit = Hit(Citation(document, passage), passage.sentences[0], (), 0.9)
    _, html = shared_html(Answer(HOSTILE, HOSTILE, (), (hit,)), hit, "zh", is_near=False)
    root = tree(str(html).removeprefix("<!DOCTYPE html>\n"))
    assert not root.all("x-y") and not root.all("script")
    assert root.all("blockquote")[0].text == document.quote(passage.spans)
    assert root.all("h1")[0].text == HOSTILE
    assert len(root.all("style")) == 1
