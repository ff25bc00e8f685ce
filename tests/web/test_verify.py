"""The last look before a quote is shown: whoever tampers with text, spans or rendering gets no quote."""

from __future__ import annotations

from dataclasses import replace

import pytest

import web.html.card
from corpus.document import Document, Passage, Span
from corpus.parse import parse
from qa.reply import Answer, Citation, Hit, Reply
from web.html.card import quote_html
from web.html.reply_view import reply_html
from web.html.verify import is_exact

TEXT = "一、安全\n\n成员国\r\n各国在互联网上享有平等权利。\n\n网络主权。\0"


@pytest.fixture
def document() -> Document:
    return parse(TEXT, name="sample")


def reply_of(document: Document, passage: Passage) -> Reply:
    return Answer("问", None, (), (Hit(Citation(document, passage), passage.sentences[0], (), 0.9),))


def test_what_was_rendered_is_read_back_and_agrees(document: Document) -> None:
    for passage in document.passages:
        assert is_exact(quote_html(document, passage), document, [document])
        assert "<blockquote" in reply_html(reply_of(document, passage), stored=[document])


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param([], id="the document is gone"),
        pytest.param([parse(TEXT.replace("平等", "同等"), name="sample")], id="its text was replaced"),
        pytest.param([parse(TEXT, name="another")], id="it has another name"),
        pytest.param([parse(TEXT + "完", name="sample")], id="it is another file"),
    ],
)
def test_a_quote_of_a_text_that_is_no_longer_stored_is_not_shown(document: Document, stored: list[Document]) -> None:
    assert not is_exact(quote_html(document, document.passages[0]), document, stored)


def test_a_tampered_text_under_the_same_checksum_is_not_shown(document: Document) -> None:
    """Somebody changed the text that the engine holds: the stored one disagrees."""
    passage = next(p for p in document.passages if "平等" in document.quote(p.spans))
    tampered = replace(document, text=document.text.replace("平等", "特别"))
    html = reply_html(reply_of(tampered, passage), stored=[document])
    assert "<blockquote" not in html
    assert "特别" not in html
    assert 'role="alert"' in html
    assert "对不上" in html


@pytest.mark.parametrize("spans", [(Span(2, 9), Span(3, 9)), (Span(0, 10_000),)])
def test_spans_that_point_elsewhere_are_not_shown(document: Document, spans: tuple[Span, ...]) -> None:
    passage = document.passages[0]
    html = quote_html(document, replace(passage, spans=spans)).replace("10000", str(len(TEXT) + 5))
    assert is_exact(html, document, [document]) is (spans[0].end < len(TEXT))


def test_a_mistake_in_rendering_is_seen(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever renders quotes may be wrong one day; then there is a sentence instead of a quote."""
    monkeypatch.setattr(web.html.card, "marked", lambda *_, **__: "各国在互联网上享有特殊权利。")
    html = reply_html(reply_of(document, document.passages[0]), stored=[document])
    assert "<blockquote" not in html
    assert "特殊" not in html
    assert 'role="alert"' in html
