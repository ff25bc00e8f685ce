"""Checking quotations on the page: a verdict, every place, and differences that show without colour."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from corpus.document import Document
from tests.web.page import Visit, Visitor, assert_exact

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [1280, 390])
TRAINING = "未来3年，中方将向上海合作组织国家提供1000名扶贫培训名额"


def check(reader: Visitor, text: str) -> Locator:
    reader.page.get_by_role("tab", name="引文核对").click()
    reader.page.get_by_role("textbox", name="要核对的引文").fill(text)
    reader.page.get_by_role("button", name="核对", exact=True).click()
    results = reader.page.locator(".result")
    expect(results.first).to_be_visible()
    return results


@both_widths
def test_an_exact_quotation_is_called_exact_and_leads_to_its_place(visit: Visit, shipped: Document, width: int) -> None:
    reader = visit(width=width)
    (result,) = check(reader, TRAINING).all()
    expect(result).to_have_attribute("data-verdict", "exact")
    expect(result.locator(".word")).to_have_text("✓ 与原文一字不差。", use_inner_text=True)
    (passage_id,) = assert_exact(result.locator("blockquote.quote"), shipped)
    assert result.locator("blockquote").evaluate("quote => quote.textContent") == TRAINING
    result.locator("cite a").click()
    reader.sees(passage_id)
    assert reader.page.locator(".passage.lit mark").evaluate_all("all => all.map(m => m.textContent)") == [TRAINING]


def test_what_was_altered_stands_out_without_colour(visit: Visit, shipped: Document) -> None:
    reader = visit()
    (result,) = check(reader, TRAINING.replace("1000", "2000").replace("，", "")).all()
    expect(result).to_have_attribute("data-verdict", "altered")
    expect(result.locator(".word")).to_have_text("≠ 与原文有出入。", use_inner_text=True)
    assert_exact(result.locator("blockquote.quote"), shipped)
    assert result.locator("blockquote").evaluate("quote => quote.textContent") == TRAINING
    struck, put = result.locator("del"), result.locator("ins")
    assert struck.all_inner_texts() == ["2000"]
    assert put.all_inner_texts() == ["，", "1000"]
    assert struck.first.evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
    assert put.first.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"
    expect(result.locator(".lacks")).to_have_count(1)
    expect(result.locator(".differences")).to_contain_text("数字、标点", use_inner_text=True)
    expect(result.locator(".differences")).to_contain_text("2000 → 1000")
    assert "Songti" not in result.locator(".asked").evaluate("e => getComputedStyle(e).fontFamily")
    assert "Songti" in result.locator("blockquote").evaluate("e => getComputedStyle(e).fontFamily")


def test_several_are_checked_at_once_and_the_exact_ones_counted(visit: Visit) -> None:
    reader = visit()
    results = check(reader, f"{TRAINING}\n多边主義、平等、共同\n红烧肉很好吃，大家都喜欢吃红烧肉\n上合")
    expect(results).to_have_count(4)
    verdicts = [result.get_attribute("data-verdict") for result in results.all()]
    assert verdicts[0] == "exact"
    assert verdicts[2:] == ["absent", "too_short"]
    expect(results.nth(1).locator(".differences")).to_contain_text("简繁")
    groups = reader.page.locator(".tally .groups button")
    assert [group.inner_text() for group in groups.all()] == [
        "核对了 4 条",
        "✓ 1 一字不差",
        "≠ 1 有出入（1 简繁）",
        "✕ 1 没有",
        "– 1 太短",
    ]


def test_a_wording_that_stands_in_several_places_lists_them(visit: Visit) -> None:
    reader = visit()
    (result,) = check(reader, "成员国强调").all()
    expect(result).to_have_attribute("data-verdict", "exact")
    places = result.locator(".place cite a")
    assert places.count() > 2
    for number in (0, 2):
        places.nth(number).click()
        reader.sees(places.nth(number).get_attribute("data-goto") or "")


def test_a_quotation_over_a_border_lights_both_sides(visit: Visit, shipped: Document) -> None:
    reader = visit()
    first, second = shipped.passages[5:7]
    quotation = shipped.quote(first.spans)[-9:] + shipped.quote(second.spans)[:9]
    (result,) = check(reader, quotation).all()
    expect(result).to_have_attribute("data-verdict", "crosses")
    assert_exact(result.locator("blockquote.quote"), shipped)
    result.locator("cite a").click()
    reader.sees(first.id)
    marked = reader.page.locator(".source mark").evaluate_all("all => all.map(m => m.textContent).join('')")
    assert marked == quotation
    expect(reader.page.locator(".source .passage:has(mark)")).to_have_count(2)


def test_hostile_quotations_are_text_and_nothing_else(visit: Visit) -> None:
    reader = visit()
    hostile = "<img src=x onerror=alert(1)> <script>alert(1)</script>"
    (result,) = check(reader, hostile).all()
    expect(result).to_contain_text(hostile)
    expect(reader.page.locator("img")).to_have_count(0)


def test_nothing_pasted_gets_a_sentence(visit: Visit) -> None:
    reader = visit()
    reader.page.get_by_role("tab", name="引文核对").click()
    reader.page.get_by_role("button", name="核对", exact=True).click()
    expect(reader.page.locator(".results")).to_have_text("先粘贴要核对的引文。", use_inner_text=True)


def test_quotations_are_checked_by_keyboard_alone(visit: Visit) -> None:
    reader = visit()
    reader.page.get_by_role("tab", name="问答").focus()
    reader.page.keyboard.press("ArrowRight")
    for _ in range(8):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate("document.activeElement.matches('.tocheck textarea')"):
            break
    reader.page.keyboard.type(TRAINING)
    reader.page.keyboard.press("Control+Enter")
    expect(reader.page.locator(".result.exact")).to_have_count(1)
    reader.page.keyboard.press("Escape")
    reader.page.get_by_role("tab", name="引文核对").focus()
    reader.page.keyboard.press("j")
    expect(reader.page.locator(".result blockquote")).to_be_focused()
    reader.page.keyboard.press("/")
    expect(reader.box).to_be_focused()
