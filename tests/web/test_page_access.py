"""For everybody: keyboard alone, screen readers, contrast, light and dark, both languages, every width."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.page import ALL, MANY, SECRETARIAT, WEATHER, Visit, Visitor, clipboard, with_both_engines
from web import strings

pytestmark = pytest.mark.browser


@with_both_engines
def test_everything_works_by_keyboard(visit: Visit) -> None:
    reader = visit()
    press = reader.page.keyboard.press
    press("/")
    expect(reader.box).to_be_focused()
    reader.page.keyboard.type(SECRETARIAT)
    press("Enter")
    reply = reader.reply(1)
    expect(reader.box).to_be_focused()

    for _ in range(40):
        press("Shift+Tab")
        if reader.page.evaluate("document.activeElement.matches('cite a')"):
            break
    passage_id = reader.page.evaluate("document.activeElement.dataset.goto")
    assert reader.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    press("Enter")
    reader.sees(passage_id)
    expect(reply).to_be_visible()
    press("/")
    expect(reader.box).to_be_focused()
    expect(reader.box).to_have_value("")


def test_enter_that_chooses_ideographs_does_not_send(visit: Visit) -> None:
    reader = visit()
    reader.box.fill("beij")
    reader.box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(reader.box).to_have_value("beij")
    expect(reader.bubbles).to_have_count(0)


def test_light_and_dark_follow_the_system_until_chosen_and_survive_a_reload(visit: Visit) -> None:
    reader = visit(dark=True)
    root = reader.page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    reader.page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")

    reader.page.locator('.bar [data-act="theme"]').click()
    expect(root).to_have_attribute("data-theme", "dark")
    reader.open()
    expect(root).to_have_attribute("data-theme", "dark")
    assert (
        reader.page.locator(".yuanwen").evaluate("page => getComputedStyle(page).backgroundColor") == "rgb(25, 24, 21)"
    )


def test_the_language_follows_the_browser_until_chosen_and_survives_a_reload(visit: Visit) -> None:
    reader = visit(locale="en-GB")
    root = reader.page.locator("html")
    expect(root).to_have_attribute("lang", "en")
    expect(reader.page.locator(".motto")).to_have_text(re.compile("One question, one passage, one source"))
    source = reader.page.locator(".source").inner_text()

    reader.page.get_by_role("button", name="中文").click()
    expect(root).to_have_attribute("lang", "zh-Hans")
    assert reader.page.locator(".motto").inner_text() == "一问，一段，一个出处"
    expect(reader.box).to_have_attribute("placeholder", "就这份文本提问……")
    reader.open()
    expect(root).to_have_attribute("lang", "zh-Hans")
    reader.page.get_by_role("button", name="EN", exact=True).click()
    reader.open()
    expect(root).to_have_attribute("lang", "en")
    expect(reader.box).to_have_attribute("placeholder", "Ask about this text…")
    assert reader.page.locator(".source").inner_text() == source
    reader.ask(WEATHER)
    assert reader.replies.last.inner_text().startswith("Not in the text.")


def test_serif_is_the_source_s_voice_alone(visit: Visit) -> None:
    """Whatever is set in serif stands in a quote, or in the source pane, and is no supplied title."""
    reader = visit()
    reader.ask(SECRETARIAT)
    reader.ask(WEATHER)
    strays = reader.page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.querySelector('.yuanwen'), NodeFilter.SHOW_TEXT);
          const strays = [];
          while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || parent.closest('template')) continue;
            const serif = /Songti/.test(getComputedStyle(parent).fontFamily);
            const source = Boolean(parent.closest('.quote, .source')) && !parent.closest('.supplied, .docname');
            if (serif !== source) strays.push(walker.currentNode.data);
          }
          return strays;
        }"""
    )
    assert strays == []


def serious(reader: Visitor) -> list[str]:
    """What axe-core calls serious or critical, each with the elements."""
    violations = Axe().run(reader.page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 1000, 390])
def test_axe_finds_nothing_serious(visit: Visit, width: int, dark: bool) -> None:
    """At every state that a reader gets to: first view, answers and proof, not found, quotations, menus, source."""
    reader = visit(width=width, height=860, dark=dark)
    page = reader.page
    assert serious(reader) == []
    reader.ask(SECRETARIAT)
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="上下文").click()
    page.locator(".around").first.wait_for()
    for summary in reader.ask(MANY).locator("summary").all():
        summary.click()
    reader.ask(WEATHER)
    page.locator(".near summary").click()
    page.wait_for_timeout(500)
    assert serious(reader) == []
    page.get_by_role("button", name="菜单").click()
    assert serious(reader) == []
    page.get_by_role("button", name="键盘快捷键").click()
    assert serious(reader) == []
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="引文核对").click()
    page.get_by_role("textbox").fill("加强疫苗国际合作研究\n设在北京的秘书处")
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator(".result").nth(1).wait_for()
    assert serious(reader) == []
    page.locator(".result cite a").first.click()
    page.locator('[data-act="find"]').click()
    page.get_by_role("searchbox").fill("合作")
    page.wait_for_timeout(2000)  # the light of the passage fades
    assert serious(reader) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(visit: Visit, width: int) -> None:
    reader = visit(width=width, locale="en-GB")
    reader.ask(ALL)
    assert reader.page.evaluate("document.scrollingElement.scrollWidth") == width
    wide = reader.page.evaluate(
        """() => [...document.querySelectorAll('.bar *, .foot *, .readerbar *')].filter(e => e.checkVisibility()
          && !e.closest('.sr') && e.getBoundingClientRect().right > innerWidth + 1
          && !e.closest('.reader')).map(e => e.outerHTML)"""
    )
    assert wide == []


def test_the_last_question_comes_back_by_the_up_arrow(visit: Visit) -> None:
    reader = visit()
    press = reader.page.keyboard.press
    reader.ask(SECRETARIAT)
    reader.ask(WEATHER)
    press("ArrowUp")
    expect(reader.box).to_have_value(WEATHER)
    press("ArrowUp")
    expect(reader.box).to_have_value(SECRETARIAT)
    press("ArrowDown")
    expect(reader.box).to_have_value(WEATHER)
    press("ArrowDown")
    expect(reader.box).to_have_value("")
    reader.box.fill("写了一半")
    press("ArrowUp")
    expect(reader.box).to_have_value("写了一半")


def test_j_and_k_go_through_the_quotes_and_c_copies(visit: Visit) -> None:
    reader = visit()
    page = reader.page
    quotes = reader.ask("共建“一带一路”").locator("blockquote.quote")
    expect(quotes).to_have_count(3)
    page.keyboard.press("Escape")
    expect(reader.box).not_to_be_focused()
    for key, number in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(quotes.nth(number)).to_be_focused()
        expect(quotes.nth(number)).to_be_in_viewport()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert clipboard(page) == quotes.nth(1).evaluate("quote => quote.textContent")
    page.keyboard.press("o")
    reader.sees(quotes.nth(1).get_attribute("data-passage") or "")
    page.keyboard.press("/")
    page.keyboard.type("jkcof?")
    expect(reader.box).to_have_value("jkcof?")


def test_the_first_tab_offers_the_question_box(visit: Visit) -> None:
    reader = visit()
    reader.page.keyboard.press("Tab")
    expect(reader.page.get_by_role("button", name="跳到提问框")).to_be_focused()
    reader.page.keyboard.press("Enter")
    expect(reader.box).to_be_focused()


def test_the_keys_are_listed(visit: Visit) -> None:
    reader = visit()
    reader.page.keyboard.press("?")
    dialog = reader.page.get_by_role("dialog", name="键盘快捷键")
    expect(dialog).to_be_visible()
    expect(dialog.locator("dd")).to_have_count(len(strings.KEYS))
    reader.page.keyboard.press("j")
    reader.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_tabs_are_changed_by_arrow_keys(visit: Visit) -> None:
    reader = visit()
    tab = reader.page.get_by_role("tab", name="问答")
    tab.focus()
    reader.page.keyboard.press("ArrowRight")
    expect(reader.page.get_by_role("tab", name="引文核对")).to_be_focused()
    expect(reader.page.get_by_role("tabpanel", name="引文核对")).to_be_visible()
    expect(reader.box).to_be_hidden()
    reader.page.keyboard.press("ArrowLeft")
    expect(reader.box).to_be_visible()


def test_the_question_box_is_the_only_text_box_until_another_is_asked_for(visit: Visit) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    expect(reader.page.get_by_role("textbox")).to_have_count(1)
    expect(reader.page.locator("textarea, input:not([type=file], [type=checkbox])")).to_have_count(1)


def test_nothing_jumps_while_the_page_loads(visit: Visit) -> None:
    """From its first appearance to the end, nothing on the page changes its place."""
    reader = visit()
    reader.page.add_init_script(
        "window.shifts = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) shifts += e.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    reader.open()
    reader.page.wait_for_timeout(800)
    assert reader.page.evaluate("shifts") < 0.01
