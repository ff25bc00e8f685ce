"""An answer in the browser: its part of a long paragraph, what stays in place, and the pane that follows it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate

import pytest
from playwright.sync_api import Locator, expect

from corpus.document import Document, Passage, Span
from qa.citations.forms import quote_with_citation
from qa.citations.slices import part_of
from qa.reply import Answer, Citation, Hit, Reply
from tests.web.page import FakeEngine, Visit, assert_exact, clipboard
from web.html.verify import read_spans

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [1280, 390])
LONG = "".join(f"街上第{number}个人走过去，谁也没有说话，只听见水声。" for number in range(1, 200))
ANSWER = "陈四把银壶当给了万昌当铺。"
SHORT = "这条街不长。"


class LongEngine(FakeEngine):
    """Knows a paragraph of 5,000 characters whose answer stands far down."""

    def ask(self, question: str, *arguments: object, **options: object) -> Reply:
        if question != "当给了谁？":
            return super().ask(question, *arguments, **options)  # type: ignore[arg-type]
        (document,) = self.documents
        passage = document.passages[-1]
        sentence = next(one for one in passage.sentences if document.quote(one.spans) == ANSWER)
        return Answer(question, None, (), (Hit(Citation(document, passage), sentence, (), 0.9),))


def street(shipped: Document) -> Document:
    """A document with a short paragraph and the long one, under the shipped text's first work."""
    half = len(LONG) // 2 + LONG[len(LONG) // 2 :].index("。") + 1
    paragraph = LONG[:half] + ANSWER + LONG[half:]
    text = f"{SHORT}\n{paragraph}"
    work = replace(shipped.sections[0], title_span=None, label="旧街")
    spans = Span(0, len(SHORT)), Span(len(SHORT) + 1, len(text))
    ends = tuple(accumulate(map(len, re.findall("[^。]*。", paragraph))))
    first = Passage("1" * 16, spans[:1], (len(SHORT),), work, 1)
    second = Passage("2" * 16, spans[1:], ends, work, 2)
    return Document("旧街", text, "1" * 64, (work, first, second))


@pytest.fixture
def engine(shipped: Document) -> FakeEngine:
    return LongEngine(street(shipped))


def top_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"]


def press(button: Locator) -> None:
    """Press a button without Playwright's own scrolling."""
    button.evaluate("button => button.click()")


@both_widths
def test_of_a_long_paragraph_the_part_with_the_answer_is_shown_copied_and_cited(
    visit: Visit, engine: FakeEngine, width: int
) -> None:
    reader = visit(width=width)
    (document,) = engine.documents
    card = reader.ask("当给了谁？").locator(".card")
    quote = card.locator(":scope > .quote")
    assert_exact(quote, document)
    spans = read_spans(quote.get_attribute("data-spans") or "")
    part = part_of(document.passages[-1], spans)
    assert part is not None
    card.get_by_role("button", name="复制（含出处）").click()
    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    assert clipboard(reader.page) == quote_with_citation("own", document, part)

    whole, mark = card.get_by_role("button", name="展开全段"), card.locator(":scope > .quote mark")
    before = top_of(mark)
    press(whole)
    assert_exact(quote, document)
    assert len(quote.text_content() or "") > 4000
    assert abs(top_of(mark) - before) <= 2
    card.get_by_role("button", name="只看答案前后").click()
    assert_exact(quote, document)
    assert read_spans(quote.get_attribute("data-spans") or "") == spans
    expect(card).to_be_in_viewport()


@both_widths
def test_a_citation_leads_to_the_marked_words(visit: Visit, width: int) -> None:
    reader = visit(width=width)
    reader.ask("当给了谁？").locator("cite a").first.click()
    mark = reader.page.locator(".source .lit mark")
    expect(mark).to_have_text(ANSWER)
    expect(mark).to_be_in_viewport()
    pane = reader.pane.bounding_box()
    assert pane is not None
    assert pane["y"] <= top_of(mark) < pane["y"] + pane["height"] / 2


def test_the_pane_follows_a_sure_answer_quietly(visit: Visit) -> None:
    reader = visit()
    address = reader.page.url
    entries = reader.page.evaluate("history.length")
    reader.ask("当给了谁？")
    mark = reader.page.locator(".source .lit.quietly mark")
    expect(mark).to_be_in_viewport()
    expect(reader.box).to_be_focused()
    assert (reader.page.url, reader.page.evaluate("history.length")) == (address, entries)


def test_the_pane_stays_for_a_reader_at_work_in_it_on_a_reload_and_on_a_phone(visit: Visit) -> None:
    reader = visit()
    reader.pane.hover()
    reader.page.mouse.wheel(0, 10)
    reader.ask("当给了谁？")
    reader.page.wait_for_timeout(300)
    expect(reader.page.locator(".source .lit")).to_have_count(0)
    reader.page.reload()
    reader.reply(1)
    reader.page.wait_for_timeout(300)
    expect(reader.page.locator(".source .lit")).to_have_count(0)
    phone = visit(width=390)
    phone.ask("当给了谁？")
    phone.page.wait_for_timeout(300)
    expect(phone.page.locator(".source .lit")).to_have_count(0)


@both_widths
def test_what_stands_around_leaves_quote_and_button_in_place(visit: Visit, width: int) -> None:
    reader = visit(width=width)
    card = reader.ask("当给了谁？").locator(".card")
    card.get_by_role("button", name="更多").click()
    button, quote = card.get_by_role("button", name="上下文"), card.locator(":scope > .quote")
    button.scroll_into_view_if_needed()
    before = top_of(quote), top_of(button)
    for count in (1, 0):
        press(button)
        expect(card.locator(".around .quote")).to_have_count(count)
        after = top_of(quote), top_of(button)
        assert all(abs(one - other) <= 1 for one, other in zip(before, after, strict=True))
    press(button)
    expect(card.locator(".around .quote")).to_have_count(1)
    press(card.get_by_role("button", name="更多"))
    expect(card.locator(".around")).to_have_count(0)


def test_the_answer_is_in_view_in_a_small_window(visit: Visit) -> None:
    reader = visit(width=390, height=600)
    mark = reader.ask("当给了谁？").locator("mark")
    expect(mark).to_be_in_viewport(ratio=1)
    dock = reader.page.locator(".dock").bounding_box()
    assert dock is not None
    assert top_of(mark) < dock["y"]


def test_a_link_is_underlined_when_it_is_pointed_at_and_words_that_matched_are_not_like_it(visit: Visit) -> None:
    reader = visit()
    card = reader.ask("当给了谁？").locator(".card").first
    style = "element => getComputedStyle(element)"
    link = card.locator("cite a")
    assert link.evaluate(f"{style}.textDecorationLine") == "none"
    card.locator("cite").hover()
    assert link.evaluate(f"{style}.textDecorationLine") == "underline"
