"""The dictionary on the page: a tapped word of the source has its entries beside it, and the source stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from corpus.document import Document
from tests.web.page import SECRETARIAT, FakeEngine, Visit, Visitor, assert_exact
from web import static_files
from web.api.desk import Desk

browser = pytest.mark.browser
POINT_OF = """([selector, word]) => {
  for (const scope of document.querySelectorAll(selector)) {
    const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(word);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + word.length);
      range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
      const { left, top, width, height } = range.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    }
  }
}"""


def click_on(page: Page, selector: str, word: str, *, touch: bool = False) -> None:
    """Click on a word of the source, or tap on it."""
    x, y = page.evaluate(POINT_OF, [selector, word])
    (page.touchscreen.tap if touch else page.mouse.click)(x, y)


def entries(reader: Visitor, text: str) -> None:
    """The box is there, inside the window, and has this word and text."""
    box = reader.page.locator(".glossed")
    expect(box).to_be_visible()
    expect(box).to_contain_text(text)
    place, size = box.bounding_box(), reader.page.viewport_size
    assert place
    assert size
    assert place["x"] >= 0
    assert place["y"] >= 0
    assert place["x"] + place["width"] <= size["width"]
    assert place["y"] + place["height"] <= size["height"]


@browser
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_word_of_a_quote_and_of_the_text_is_looked_up(visit: Visit, shipped: Document, width: int) -> None:
    """In the English page; nothing of the source's elements changes, and nothing moves."""
    reader = visit(width=width, locale="en-US", dark=width == 390)
    reader.ask(SECRETARIAT)
    click_on(reader.page, ".card .quote", "常设机构")
    entries(reader, "常设")
    expect(reader.page.locator(".glossed .credit")).to_contain_text("Dictionary, not a translation")
    assert_exact(reader.page.locator(".log blockquote.quote"), shipped)
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator(".glossed")).to_be_hidden()

    if width < 800:
        reader.page.get_by_role("button", name="Text", exact=True).click()
        expect(reader.page.locator("html.drawer")).to_be_attached()
        reader.page.wait_for_timeout(300)  # until the pane has come in
    click_on(reader.page, ".source .passage", "上海合作组织")
    entries(reader, "Shanghai Cooperation Organisation")
    expect(reader.page.locator(".glossed .word")).to_have_text("上海合作组织")
    assert reader.page.locator("article.source").evaluate("one => one.textContent") == _in_reading_order(
        reader, shipped
    )
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator(".glossed")).to_be_hidden()
    if width < 800:
        expect(reader.page.locator("html.drawer")).to_be_attached()


def _in_reading_order(reader: Visitor, shipped: Document) -> str:
    """The text of the pane, as it is before anything was looked up."""
    text: str = reader.page.evaluate(
        "async () => { const token = document.querySelector('meta[name=yuanwen-token]').content;"
        " const answer = await fetch('page/source', { method: 'POST', body: '{}',"
        " headers: { 'Content-Type': 'application/json', 'Yuanwen-Token': token } });"
        " const holder = document.createElement('template'); holder.innerHTML = (await answer.json()).html;"
        " return holder.content.textContent; }"
    )
    assert len(text) == len(shipped.text)
    return text


@browser
def test_the_word_is_in_the_source_s_type_and_the_entries_in_ours(visit: Visit) -> None:
    reader = visit(locale="en-US")
    reader.ask(SECRETARIAT)
    click_on(reader.page, ".card .quote", "北京")
    entries(reader, "Běijīng")
    face = "one => getComputedStyle(one).fontFamily"
    quote = reader.page.locator(".card .quote").first.evaluate(face)
    assert reader.page.locator(".glossed .word").evaluate(face) == quote
    for ours in (".entry", ".senses li", ".credit"):
        assert "serif" not in reader.page.locator(f".glossed {ours}").first.evaluate(face).replace("sans-serif", "")


@browser
def test_a_mouse_that_rests_looks_up_and_a_click_elsewhere_closes(visit: Visit) -> None:
    reader = visit(locale="en-US")
    reader.ask(SECRETARIAT)
    expect(reader.page.locator(".toc [data-brief]").first).to_be_attached()  # the dictionary is awake
    x, y = reader.page.evaluate(POINT_OF, [".card .quote", "北京"])
    reader.page.mouse.move(x - 3, y)
    reader.page.mouse.move(x, y)
    entries(reader, "Běijīng")
    reader.page.mouse.click(10, 400)
    expect(reader.page.locator(".glossed")).to_be_hidden()


@browser
def test_keys_go_from_word_to_word(visit: Visit) -> None:
    """g begins at the current quote, the arrows go on, Escape ends and closes nothing else."""
    reader = visit(locale="en-US")
    quote = reader.ask(SECRETARIAT).locator(".quote").first
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("j")
    reader.page.keyboard.press("g")
    word = reader.page.locator(".glossed .word")
    words = []
    for _ in range(4):
        expect(reader.page.locator(".glossed")).to_be_visible()
        words.append(word.inner_text())
        reader.page.keyboard.press("ArrowRight")
        expect(word).not_to_have_text(words[-1])
    assert (quote.text_content() or "").replace("—", "").startswith("".join(words))
    reader.page.keyboard.press("ArrowLeft")
    expect(word).to_have_text(words[-1])
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator(".glossed")).to_be_hidden()


@browser
def test_the_dictionary_is_off_in_chinese_until_it_is_wanted(visit: Visit) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    click_on(reader.page, ".card .quote", "北京")
    reader.page.wait_for_timeout(500)
    assert not any("/page/gloss" in request or "gloss.js" in request for request in reader.requests)

    switch = reader.page.get_by_role("switch", name="点字查英文")
    reader.page.get_by_role("button", name="菜单").click()
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    reader.page.keyboard.press("Escape")
    click_on(reader.page, ".card .quote", "北京")
    entries(reader, "Běijīng")

    reader.page.reload()
    reader.reply(1)
    click_on(reader.page, ".card .quote", "北京")
    entries(reader, "Běijīng")


@browser
def test_a_selection_is_no_question_to_the_dictionary(visit: Visit) -> None:
    reader = visit(locale="en-US")
    reader.ask(SECRETARIAT)
    x, y = reader.page.evaluate(POINT_OF, [".card .quote", "北京"])
    reader.page.mouse.move(x - 30, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x + 60, y, steps=4)
    reader.page.mouse.up()
    reader.page.wait_for_timeout(500)
    expect(reader.page.locator(".glossed:visible")).to_have_count(0)


@browser
def test_headings_have_a_line_of_the_dictionary_that_moves_nothing(visit: Visit) -> None:
    """The links' own text stays the headings'."""
    reader = visit(locale="en-US")
    first = reader.page.locator(".toc li").nth(10)
    expect(first).to_have_attribute("data-brief", re.compile("[a-z]"))
    assert not re.search("[a-z]", first.text_content() or "")
    shift = reader.page.evaluate(
        "new Promise(done => new PerformanceObserver(list => done(list.getEntries()"
        ".reduce((sum, one) => sum + one.value, 0))).observe({ type: 'layout-shift', buffered: true })"
        " || setTimeout(() => done(0), 500))"
    )
    assert shift <= 0.02
    reader.page.get_by_role("button", name="中文").click()
    expect(first).to_have_css("height", re.compile(r"\d"))


@browser
def test_in_english_the_examples_are_english(visit: Visit) -> None:
    for locale, count in (("en-US", 5), ("zh-CN", 6)):
        shown = visit(locale=locale).page.locator(".intro [data-ask]:visible").all_inner_texts()
        assert len(shown) == count
        assert locale == "zh-CN" or all(text.isascii() for text in shown)


def test_the_first_page_does_not_load_what_few_want() -> None:
    modules = static_files.static_files().modules
    assert "js/gloss.js" not in modules
    assert "js/why.js" not in modules
    assert {"js/gloss.js", "js/why.js"} <= set(static_files.static_files().contents)


@pytest.fixture
def desk(shipped: Document) -> Desk:
    return Desk(FakeEngine(shipped))


def test_a_word_is_looked_up_on_the_server(desk: Desk) -> None:
    answer = desk.call({"kind": "gloss", "text": "防止𠮷武器扩散", "position": 3})
    assert (answer["start"], answer["end"]) == (3, 5)
    assert "wǔqì" in answer["html"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": 7, "position": 0},
        {"text": "武器", "position": "0"},
        {"text": "武器", "position": 99},
        {"text": "武器", "position": -1},
        {"text": "<img src=x>", "position": 1},
        {"text": "\ud800\0", "position": 0},
        {"text": "x" * 9000 + "武器", "position": 10**30},
    ],
)
def test_what_is_no_word_has_no_entries(desk: Desk, sent: dict[str, object]) -> None:
    answer = desk.call({"kind": "gloss", **sent})
    assert answer == {} or (answer["start"], answer["end"]) == (0, 2)


def test_a_text_that_is_too_long_is_refused(desk: Desk) -> None:
    assert list(desk.call({"kind": "gloss", "text": "武" * 10_001, "position": 0})) == ["failed"]


def test_each_heading_has_its_line(desk: Desk, shipped: Document) -> None:
    lines = desk.call({"kind": "headings", "document": "sco-2021"})["lines"]
    assert len(lines) == len(shipped.sections)
    assert "Afghanistan" in lines[13]
    assert not any(line.startswith(("one", "two", "three")) for line in lines)
    assert list(desk.call({"kind": "headings", "document": "none"})) == ["failed"]


def test_the_dictionary_is_credited() -> None:
    """Where it is shown, in the page's help, and in the README."""
    root = Path(static_files.__file__).parents[1]
    assert "CC BY-SA 4.0" in (root / "README.md").read_text(encoding="utf-8")
    assert "CC-CEDICT" in (root / "web" / "templates" / "gloss.html").read_text(encoding="utf-8")
