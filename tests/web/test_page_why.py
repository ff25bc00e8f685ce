"""Why, exactly: the share of each word of the question, and what it matched in the source."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from corpus.document import Document
from tests.web.page import SECRETARIAT, WEATHER, FakeEngine, Visit, assert_exact
from web.api.desk import Desk
from web.html.card import spans_of

browser = pytest.mark.browser


@pytest.fixture
def desk(shipped: Document) -> Desk:
    return Desk(FakeEngine(shipped))


def _why(desk: Desk, shipped: Document, question: str = SECRETARIAT, **others: object) -> str:
    passage = shipped.passages[3]
    sent = {"kind": "why", "question": question, "passage": f"{passage.id}@{spans_of(passage)}", **others}
    html: str = desk.call(sent)["html"]
    return html


def test_the_shares_have_bars_and_slices(desk: Desk, shipped: Document) -> None:
    """Words that matter to nobody stand together; a word without a match says so."""
    html = _why(desk, shipped)
    assert re.findall(r'<rect width="(\d+)%"', html) == ["75", "20", "5"]
    assert re.findall(r'class="cut" lang="zh-Hans">(.*?)<', html) == [shipped.quote(shipped.passages[3].spans)[:2]]
    assert "没有相近的词" in html
    assert "style=" not in html
    assert "前一问" not in html
    assert "前一问" in _why(desk, shipped, history=[WEATHER])
    assert "前一问" not in _why(desk, shipped, history=[WEATHER], alone=True)


def test_a_place_that_was_asked_for_has_no_shares(desk: Desk, shipped: Document) -> None:
    html = _why(desk, shipped, WEATHER)
    assert "按位置取出" in html
    assert "<li" not in html


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"passage": "0" * 16},
        {"passage": 7, "question": []},
        {"passage": "<x>", "question": SECRETARIAT},
        {"question": SECRETARIAT, "documents": ["none"]},
    ],
)
def test_what_cannot_be_explained_gets_a_sentence(desk: Desk, sent: dict[str, object]) -> None:
    assert list(desk.call({"kind": "why", **sent})) == ["failed"]


@browser
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_shares_come_with_the_reasons(visit: Visit, shipped: Document, width: int) -> None:
    """On request, and once; what they quote is in the source's type, and nothing is wider than the card."""
    reader = visit(width=width, dark=width == 390)
    card = reader.ask(SECRETARIAT).locator(".card").first
    assert not any(request.endswith(("why.js", "/page/why")) for request in reader.requests)
    more = card.get_by_role("button", name="更多")
    more.click()
    shares = card.locator(".shares")
    expect(shares.locator("li")).to_have_count(3)
    face = "one => getComputedStyle(one).fontFamily"
    assert shares.locator(".cut").evaluate(face) == card.locator(".quote").evaluate(face)
    assert shares.locator(".asked").first.evaluate(face) != card.locator(".quote").evaluate(face)
    assert shares.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert_exact(card.locator("blockquote.quote"), shipped)
    more.click()
    more.click()
    expect(card.locator(".shares")).to_have_count(1)
    assert sum(request.endswith("/page/why") for request in reader.requests) == 1


@browser
@pytest.mark.model
@pytest.mark.parametrize("engine", ["real"], indirect=True)
def test_a_question_in_english_is_paired_with_chinese(visit: Visit) -> None:
    reader = visit(locale="en-US")
    card = reader.ask("What about weapons in outer space?").locator(".card").first
    card.get_by_role("button", name="More").click()
    row = card.locator(".shares li", has_text="weapons")
    expect(row.locator(".cut").first).to_contain_text("武器")
    expect(card.locator(".shares li", has_text="outer").locator(".cut").first).to_have_text("外空")
