"""Kept excerpts: a list across questions and texts, in this browser, its words always cut again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from corpus.document import Document
from corpus.parse import parse
from tests.web.page import SECRETARIAT, FakeEngine, Visit, Visitor
from tests.web.test_page_selection import select
from web.api.page_context import PageEngine

pytestmark = pytest.mark.browser


def keep(page: Page, words: str, scope: str = "article.source") -> None:
    select(page, words, scope=scope).get_by_role("button", name="摘录").click()
    expect(page.get_by_role("alert")).to_contain_text("已摘录。")


def open_list(page: Page) -> None:
    page.locator("#yw-tab-excerpts").click()
    expect(page.locator("#yw-excerpts h2")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_list_is_read_like_cards_and_a_word_about_it_is_small(visit: Visit, width: int) -> None:
    """Styles of other views with the same names once laid the parts side by side, and stretched the word."""
    reader = visit(width=width)
    page = reader.page
    reader.ask(SECRETARIAT)
    keep(page, page.locator(".card .quote").first.evaluate("q => q.textContent")[:6], scope=".card .quote")
    said = page.get_by_role("alert").bounding_box()
    assert said
    assert said["height"] < 70

    page.get_by_role("alert").get_by_role("button", name="看摘录").click()
    card, quote, note, foot = (
        page.locator(f"#yw-excerpts .excerpt{part}").bounding_box() for part in ("", " .quote", " .own", " .foot")
    )
    assert card
    assert quote
    assert note
    assert foot
    assert min(part["width"] for part in (quote, note, foot)) > card["width"] - 50
    assert quote["y"] + quote["height"] <= note["y"] < foot["y"]


@pytest.fixture
def engine_of_two(shipped: Document) -> FakeEngine:
    engine = FakeEngine(shipped)
    engine.documents = (shipped, parse("第二篇\n\n甲说𠮷。\n\n乙说。", name="second"))
    return engine


@pytest.fixture
def two_texts(
    browser: Browser, serve: Callable[[PageEngine], str], engine_of_two: FakeEngine
) -> Iterator[tuple[BrowserContext, Visitor]]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN", accept_downloads=True)
    reader = Visitor(context.new_page(), serve(engine_of_two))
    yield context, reader
    context.close()
    assert reader.errors == []


def test_excerpts_are_listed_noted_ordered_removed_and_brought_back(
    two_texts: tuple[BrowserContext, Visitor], shipped: Document
) -> None:
    """From the pane, from a card, from another text; after a reload all is there."""
    _, reader = two_texts
    page = reader.page
    keep(page, "政治互信")
    keep(page, "安全稳定")
    reader.ask(SECRETARIAT)
    keep(page, page.locator(".card .quote").first.evaluate("q => q.textContent")[:6], scope=".card .quote")
    page.locator(".readerbar .texts").click()
    page.locator("#yw-texts [data-act='text'][data-document='second']").click()
    expect(page.locator("article.source")).to_have_attribute("data-document", "second")
    keep(page, "说𠮷")
    expect(page.locator("#yw-tab-excerpts .howmany")).to_have_text("4")

    open_list(page)
    quotes = page.locator("#yw-excerpts blockquote.quote")
    expect(quotes).to_have_count(4)
    assert quotes.all_text_contents()[:2] == ["政治互信", "安全稳定"]
    assert quotes.all_text_contents()[3] == "说𠮷"
    room = "one => one.getBoundingClientRect().width / one.closest('.excerpt').getBoundingClientRect().width"
    assert quotes.first.evaluate(room) > 0.8  # the parts of an excerpt stand below each other
    expect(page.locator("#yw-excerpts h3")).to_have_count(3)
    expect(page.locator("#yw-excerpts .from:visible")).to_contain_text(SECRETARIAT)
    page.locator("#yw-excerpts .own").first.fill("用在第一章")
    page.get_by_role("button", name="下移").first.click()
    page.reload()
    open_list(page)
    assert quotes.all_text_contents()[1] == "政治互信"
    expect(page.locator("#yw-excerpts .own").nth(1)).to_have_value("用在第一章")
    assert page.locator("#yw-excerpts .own").first.evaluate("n => getComputedStyle(n).fontFamily").find("Serif") < 0

    page.get_by_role("button", name="移除").nth(1).click()
    expect(quotes).to_have_count(3)
    expect(page.get_by_role("button", name="撤销")).to_be_focused()
    page.keyboard.press("Enter")
    expect(quotes).to_have_count(4)
    expect(page.locator("#yw-excerpts .own").nth(1)).to_have_value("用在第一章")
    results = Axe().run(page, context="#yw-excerpts").response
    assert [one["id"] for one in results["violations"] if one["impact"] in ("serious", "critical")] == []


def test_files_of_excerpts_can_be_opened(two_texts: tuple[BrowserContext, Visitor]) -> None:
    _, reader = two_texts
    page = reader.page
    keep(page, "政治互信")
    open_list(page)
    found = {}
    for name in ("Word（脚注）", "CSL-JSON 文件"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        path = download.value.path()
        found[download.value.suggested_filename] = path.read_bytes()
    notes = zipfile.ZipFile(io.BytesIO(found["yuanwen-excerpts.docx"])).read("word/footnotes.xml").decode()
    assert "第1段（第19行）" in notes
    [item] = json.loads(found["yuanwen-excerpts.json"])
    assert "政治互信\n" in item["note"]


def test_what_has_changed_or_is_gone_says_so_and_is_no_quote(
    two_texts: tuple[BrowserContext, Visitor], engine_of_two: FakeEngine, shipped: Document
) -> None:
    _, reader = two_texts
    keep(reader.page, "政治互信")
    engine_of_two.documents = (parse(shipped.text + "又", name=shipped.name), *engine_of_two.documents[1:])
    open_list(reader.page)
    expect(reader.page.locator("#yw-excerpts .lost")).to_contain_text("已经变了")
    expect(reader.page.locator("#yw-excerpts .quote")).to_have_count(0)
    engine_of_two.documents = engine_of_two.documents[1:]
    reader.page.get_by_role("tab", name="问答").click()
    open_list(reader.page)
    expect(reader.page.locator("#yw-excerpts .lost")).to_contain_text("已经移除")


def test_two_tabs_keep_each_other_s_excerpts(two_texts: tuple[BrowserContext, Visitor]) -> None:
    context, reader = two_texts
    other = Visitor(context.new_page(), reader.address)
    keep(reader.page, "政治互信")
    keep(other.page, "安全稳定")
    open_list(reader.page)
    expect(reader.page.locator("#yw-excerpts .quote")).to_have_text(["政治互信", "安全稳定"])
    keep(other.page, "繁荣发展")
    expect(reader.page.locator("#yw-excerpts .quote")).to_have_count(3)


def test_a_browser_that_stores_nothing_is_said(two_texts: tuple[BrowserContext, Visitor]) -> None:
    _, reader = two_texts
    reader.page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    select(reader.page, "政治互信").get_by_role("button", name="摘录").click()
    expect(reader.page.get_by_role("alert")).to_contain_text("浏览器没有存下")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_the_list_is_in_the_menu(visit: Visit, dark: bool) -> None:
    reader = visit(width=390, height=844, dark=dark)
    reader.page.get_by_role("button", name="全文").click()
    keep(reader.page, "政治互信")
    reader.page.get_by_role("button", name="看摘录").click()
    expect(reader.page.locator("#yw-excerpts .quote")).to_have_text(["政治互信"])
    reader.page.get_by_role("tab", name="问答").click()
    reader.page.get_by_role("button", name="菜单").click()
    reader.page.locator("#yw-menu .toexcerpts").click()
    expect(reader.page.locator("#yw-excerpts .quote")).to_be_visible()
    assert reader.page.evaluate("document.scrollingElement.scrollWidth") == 390
    results = Axe().run(reader.page).response
    assert [one["id"] for one in results["violations"] if one["impact"] in ("serious", "critical")] == []
