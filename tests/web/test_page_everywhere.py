"""On every window and for everybody: narrow, enlarged, by finger, by ear, from afar, while the program is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from corpus.document import Document
from corpus.parse import parse
from tests.web.page import ALL, MANY, SECRETARIAT, WEATHER, FakeEngine, Visit, Visitor, assert_exact
from tests.web.table_engine import CURRENCY, TableEngine
from tests.web.test_page_access import serious
from web.api.page_context import PageEngine

pytestmark = pytest.mark.browser

_CUT = """() => [...document.querySelectorAll('.yuanwen *')].filter(one => {
  const { left, right, width } = one.getBoundingClientRect();
  const isSeen = one.checkVisibility({ visibilityProperty: true })
    && !one.closest('.sr, .grid, .examples, .pages, .atline, svg')
    && !one.closest('html:not(.drawer) .reader:not(:has(.lit))');
  const scrolls = ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1;
  return isSeen && width && (left < -1 || right > innerWidth + 1 || scrolls);
}).map(one => one.outerHTML.slice(0, 100))"""

_SMALL = """() => [...document.querySelectorAll('button, summary, input, textarea, .log a, .place a')].filter(one => {
  const { width, height } = one.getBoundingClientRect();
  return one.checkVisibility({ visibilityProperty: true }) && !one.matches('.skip') && (width < 24 || height < 24);
}).map(one => one.outerHTML.slice(0, 100))"""


def test_a_part_that_does_not_come_says_so_and_comes_at_the_next_try(visit: Visit) -> None:
    """After an update the server has other addresses: that the program is away would be wrong."""
    reader = visit()
    page = reader.page
    page.route("**/js/excerpts.js", lambda route: route.fulfill(status=404, body=""))
    page.locator("#yw-tab-excerpts").click()
    expect(page.get_by_role("alert")).to_contain_text("这一部分没有取到")
    page.unroute("**/js/excerpts.js")
    page.locator("#yw-tab-excerpts").click()
    expect(page.locator("#yw-excerpts h2")).to_be_visible()
    reader.errors.clear()  # the browser's own line about the 404


def test_a_name_without_a_break_stays_in_the_window(browser: Browser, serve: Callable[[PageEngine], str]) -> None:
    """Files are called as people call them; their names stand in citations, over the text and in dialogs."""
    served = serve(FakeEngine(parse("甲说乙。\n", name="a" * 200)))
    context = browser.new_context(viewport={"width": 390, "height": 700}, locale="zh-CN")
    reader = Visitor(context.new_page(), served)
    reader.ask(ALL)
    assert reader.page.evaluate(_CUT) == []
    reader.page.locator(".card cite a, .near cite a").first.evaluate("link => link.click()")
    reader.page.wait_for_timeout(400)  # the text slides in
    assert reader.page.evaluate(_CUT) == []
    context.close()


@pytest.mark.parametrize(("width", "height"), [(320, 600), (640, 430), (390, 844), (1920, 1080)])
def test_nothing_is_cut_or_scrolls_sideways_and_all_can_be_hit(visit: Visit, width: int, height: int) -> None:
    """640 is a window of 1280 at 200 %. At the largest type, too."""
    reader = visit(width=width, height=height, locale="en-GB" if width == 320 else "zh-CN")
    page = reader.page
    reader.ask(SECRETARIAT)
    reader.ask(MANY)
    reply = reader.replies.nth(1)
    reply.locator('[data-act="more"]').first.click()
    reader.ask(WEATHER)
    for size in ("0", "4"):
        page.evaluate("size => { document.documentElement.dataset.size = size }", size)
        assert page.evaluate(_CUT) == []
        assert page.evaluate(_SMALL) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") == width
    page.locator('[data-tab="check"]').click()
    assert page.evaluate(_CUT) == []
    page.locator('[data-tab="talk"]').click()
    reply.locator("cite a").first.click()
    page.locator(".lit").wait_for()
    page.wait_for_timeout(400)  # the text slides in
    page.locator('[data-act="find"]').click()
    assert page.evaluate(_SMALL) == []
    assert page.evaluate(_CUT) == []


def test_on_a_phone_the_keyboard_goes_away_with_the_question(visit: Visit) -> None:
    reader = visit(width=390, height=844)
    reader.ask(SECRETARIAT)
    expect(reader.box).not_to_be_focused()
    said = reader.page.locator('meta[name="viewport"]').get_attribute("content") or ""
    assert "interactive-widget=resizes-content" in said


def test_the_page_takes_what_a_keyboard_leaves(visit: Visit) -> None:
    """Where a browser only tells how much of the window is seen; another width is a reader's who enlarges."""
    reader = visit(width=390, height=844)
    shown = """([height, scale]) => {
      Object.defineProperty(visualViewport, 'height', { value: height, configurable: true });
      Object.defineProperty(visualViewport, 'scale', { value: scale, configurable: true });
      visualViewport.dispatchEvent(new Event('resize'));
      return Math.round(document.querySelector('.box').getBoundingClientRect().bottom);
    }"""
    assert reader.page.evaluate(shown, [500, 1]) <= 500
    assert reader.page.evaluate(shown, [422, 2]) > 800
    assert reader.page.evaluate(shown, [844, 1]) > 800


def test_a_screen_reader_goes_from_question_to_question_and_counts_the_cards(visit: Visit) -> None:
    reader = visit()
    page = reader.page
    reader.ask(SECRETARIAT)
    reply = reader.ask(MANY)

    expect(page.get_by_role("heading", level=3, name=MANY)).to_be_visible()
    cards = reply.get_by_role("list").first.get_by_role("listitem")
    expect(cards).to_have_count(6)
    for number, card in enumerate(cards.all(), 1):
        expect(card).to_have_accessible_name(f"第 {number} 段，共 6 段 回答了")
        for button in card.locator("button:visible").all():
            expect(button).to_have_accessible_description(card.locator("cite").inner_text())
    heard = page.locator("#yw-heard")
    expect(heard).to_have_attribute("role", "status")
    assert heard.inner_text() == f"{reply.locator('.count').inner_text()}: {reply.locator('cite').first.inner_text()}"
    reader.ask(WEATHER)
    assert heard.inner_text().startswith("文中没有找到答案。")
    assert page.locator(".log").get_attribute("aria-live") == "off"
    assert serious(reader) == []


@pytest.fixture
def away(visit: Visit) -> Iterator[tuple[Visitor, Callable[[], None]]]:
    """A page whose program has gone away, and what brings it back. What the browser then complains of is no error."""
    reader = visit()
    expect(reader.page.locator(".connection")).to_be_hidden()
    for path in ("**/page/*", "**/healthz"):
        reader.page.route(path, lambda route: route.abort())
    yield reader, reader.page.unroute_all
    reader.errors.clear()


def test_a_question_is_asked_again_when_the_program_is_back(away: tuple[Visitor, Callable[[], None]]) -> None:
    reader, bring_back = away
    reader.box.fill(SECRETARIAT)
    reader.box.press("Enter")
    banner, failed = reader.page.locator(".connection"), reader.page.locator(".failed")
    expect(banner).to_have_text("程序没有应答 · 正在重连", use_inner_text=True)
    expect(failed).to_contain_text("程序没有应答 · 正在重连", use_inner_text=True)
    bring_back()
    expect(reader.reply(1)).to_have_attribute("data-status", "answered")
    expect(banner).to_have_text("已重新连上", use_inner_text=True)
    expect(banner).to_be_hidden(timeout=10_000)
    expect(failed).to_have_count(0)


def test_it_is_said_without_asking_and_nothing_polls_meanwhile(away: tuple[Visitor, Callable[[], None]]) -> None:
    """When the tab comes back into sight. A message of what could not be done never lies over the question box."""
    reader, bring_back = away
    page = reader.page
    page.wait_for_timeout(2500)
    assert [url for url in reader.requests if url.endswith("/healthz")] == []
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".connection")).to_be_visible()
    page.locator('[data-act="largerType"]').evaluate("button => button.click()")
    page.get_by_role("tab", name="引文核对").click()
    page.get_by_role("textbox").fill("设在北京的秘书处")
    page.get_by_role("button", name="核对", exact=True).click()
    said = page.locator(".said")
    expect(said).to_contain_text("程序没有应答 · 正在重连", use_inner_text=True)
    page.get_by_role("tab", name="问答").click()
    toast, banner, box = said.bounding_box(), page.locator(".connection").bounding_box(), reader.box.bounding_box()
    assert toast
    assert banner
    assert box
    assert banner["y"] + banner["height"] <= toast["y"]
    assert toast["y"] + toast["height"] < box["y"]
    bring_back()
    expect(page.locator(".connection")).to_be_hidden(timeout=20_000)


def test_who_only_reads_is_told_and_it_comes_back_by_itself(visit: Visit) -> None:
    """Nobody asks or leaves the tab: half a minute later the banner is there, and goes when the program is back."""
    reader = visit()
    page, banner = reader.page, reader.page.locator(".connection")
    page.clock.install()
    page.reload(wait_until="networkidle")
    page.route("**/healthz", lambda route: route.abort())
    page.clock.fast_forward(29_000)
    assert [url for url in reader.requests if url.endswith("/healthz")] == []
    page.clock.fast_forward(1_500)
    expect(banner).to_have_text("程序没有应答 · 正在重连", use_inner_text=True)
    page.unroute_all()
    page.clock.run_for(2_000)
    expect(banner).to_have_text("已重新连上", use_inner_text=True)
    page.clock.run_for(4_000)
    expect(banner).to_be_hidden()
    reader.errors.clear()  # that of the look that found nobody


def test_a_question_that_breaks_it_is_not_asked_for_ever(visit: Visit) -> None:
    reader = visit()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    reader.page.route("**/page/ask", refuse)
    reader.box.fill(SECRETARIAT)
    reader.box.press("Enter")
    expect(reader.page.locator(".failed")).to_contain_text("刚才的操作没有完成", use_inner_text=True, timeout=20_000)
    reader.page.wait_for_timeout(2500)
    assert len(asked) == 4
    expect(reader.page.get_by_role("button", name="再问一次")).to_be_visible()
    reader.errors.clear()


def test_type_is_enlarged_and_stays_so(visit: Visit) -> None:
    reader = visit()
    page = reader.page
    reader.ask(SECRETARIAT)
    height = "one => one.getBoundingClientRect().height"
    before = [page.locator(one).first.evaluate(height) for one in (".log .quote", ".log cite", ".source .lead")]
    passage = page.locator(".source .passage").nth(20)
    passage.evaluate("one => one.scrollIntoView()")
    top = passage.bounding_box()
    page.get_by_role("button", name="菜单").click()
    for _ in range(3):
        page.get_by_role("button", name="放大字号").click()
    after = [page.locator(one).first.evaluate(height) for one in (".log .quote", ".log cite", ".source .lead")]
    assert all(larger > smaller * 1.3 for smaller, larger in zip(before, after, strict=True))
    now = passage.bounding_box()
    assert top
    assert now
    assert abs(now["y"] - top["y"]) < 40
    reader.open()
    expect(page.locator("html")).to_have_attribute("data-size", "3")
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="放大字号").click()
    expect(page.get_by_role("button", name="放大字号")).to_be_disabled()
    page.evaluate("localStorage.setItem('yuanwen.size', 'NaN<x>')")
    reader.open()
    expect(page.locator("html")).to_have_attribute("data-size", "0")


def test_a_quote_fills_the_screen(visit: Visit, shipped: Document) -> None:
    reader = visit(width=1920, height=1080)
    page = reader.page
    reply = reader.ask(MANY)
    ids = [quote.get_attribute("data-passage") for quote in reply.locator(".cards").first.locator(".quote").all()]
    reply.locator('[data-act="more"]').nth(1).click()
    reply.get_by_role("button", name="演示").click()
    stage = page.get_by_role("dialog", name="演示")
    quote = stage.locator(".quote")
    expect(quote).to_have_attribute("data-passage", ids[1] or "")
    expect(stage).to_contain_text(f"2 / {len(ids)}")
    expect(stage).to_contain_text(MANY)
    assert_exact(quote, shipped)
    assert quote.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 28
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageUp")
    expect(quote).to_have_attribute("data-passage", ids[0] or "")
    assert serious(reader) == []
    page.keyboard.press("Escape")
    expect(stage).to_have_count(0)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")
    expect(quote).to_have_attribute("data-passage", ids[0] or "")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(page.locator(f'.log [data-passage="{ids[1]}"]').first).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_head_and_the_first_column_of_a_table_stay_in_sight(
    browser: Browser, serve: Callable[[PageEngine], str], width: int
) -> None:
    """And the cell that answers is in sight at once, in the card and in the text."""
    engine = TableEngine()
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN")
    reader = Visitor(context.new_page(), serve(engine))
    page = reader.page
    reply = reader.ask(CURRENCY)
    assert_exact(reply.locator("blockquote.quote"), engine.document)
    page.wait_for_timeout(600)  # the conversation slides to the question
    for grid in (reply.locator(".grid"), page.locator(".source .grid")):
        if grid.locator("xpath=ancestor::*[@class='reader']").count():
            reply.locator("cite a").click()
            page.locator(".lit").wait_for()
            page.wait_for_timeout(500)
        row = grid.locator("tr", has_text="吉尔吉斯斯坦的货币")
        answer, stub, head = row.locator("mark.answer"), row.locator(".stub"), grid.locator("th").nth(11)
        edges = grid.bounding_box()
        marked, first, title = answer.bounding_box(), stub.bounding_box(), head.bounding_box()
        assert edges
        assert marked
        assert first
        assert title
        assert edges["x"] <= first["x"] < first["x"] + first["width"] <= marked["x"]
        assert marked["x"] + marked["width"] <= edges["x"] + edges["width"]
        assert edges["y"] <= title["y"]
        assert title["y"] + title["height"] <= marked["y"]
        expect(answer).to_be_in_viewport()
        expect(head).to_be_in_viewport()
    assert page.locator(".source").evaluate("source => source.textContent") == engine.document.text
    assert serious(reader) == []
    assert reader.errors == []
    context.close()
