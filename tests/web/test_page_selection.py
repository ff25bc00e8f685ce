"""Any words that a reader selects can be copied with their citation, linked, checked, asked about and kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import rispy
from playwright.sync_api import Browser, Locator, Page, expect

from corpus.document import Document, Span
from corpus.parse import parse
from qa.citations.excerpt import excerpts_of
from qa.citations.forms import quote_with_citation, reference_alone
from tests.web.page import SECRETARIAT, FakeEngine, Visit, Visitor, clipboard
from web.api.page_context import PageEngine

pytestmark = pytest.mark.browser

SELECT = """([scope, first, last]) => {
  const walker = document.createTreeWalker(document.querySelector(scope), NodeFilter.SHOW_TEXT);
  const nodes = []; let text = "";
  while (walker.nextNode()) { nodes.push([walker.currentNode, text.length]); text += walker.currentNode.data; }
  const at = (offset, end) => {
    const [node, start] = nodes.findLast(([, begin]) => (end ? begin < offset : begin <= offset));
    return [node, offset - start];
  };
  const start = text.indexOf(first), end = text.indexOf(last, start) + last.length;
  getSelection().setBaseAndExtent(...at(start, false), ...at(end, true));
}"""


def select(page: Page, first: str, last: str = "", scope: str = "article.source") -> Locator:
    """Select from the first words to the last words, and return the bar."""
    page.evaluate(SELECT, [scope, first, last or first])
    page.evaluate("getSelection().anchorNode.parentElement.scrollIntoView({block: 'center'})")
    bar = page.get_by_role("toolbar")
    expect(bar).to_be_visible()
    return bar


def copied(bar: Locator, name: str) -> str:
    bar.get_by_role("button", name=name).click()
    expect(bar.get_by_role("button", name="已复制")).to_be_visible()
    text = clipboard(bar.page)
    expect(bar.get_by_role("button", name="已复制")).to_be_hidden()
    return text


TEXT = """# 总论

第一段写𠮷野家，第二句写e\u0301，ルビ《るび》也在。

第二段的话，**强调**在其中。

|国家|首都|
|-|-|
|甲国|乙城|
|丙国|丁城|

## 分论

分论的第一段。
"""


@pytest.fixture(scope="module")
def library() -> FakeEngine:
    long = "\n\n".join(f"第{n}段的话，一段一段地写下去，写到第{n}段。" for n in range(1, 4001))
    engine = FakeEngine(parse(TEXT, name="odd.md"))
    engine.documents = (parse(TEXT, name="odd.md"), parse(f"长篇\n\n{long}", name="long"))
    return engine


@pytest.fixture
def at_library(browser: Browser, serve: Callable[[PageEngine], str], library: FakeEngine) -> Iterator[Visitor]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, locale="zh-CN", permissions=["clipboard-read", "clipboard-write"]
    )
    reader = Visitor(context.new_page(), serve(library))
    yield reader
    context.close()
    assert reader.errors == []


@pytest.mark.parametrize("width", [1280, 390])
def test_words_of_the_pane_are_copied_with_their_own_lines(visit: Visit, shipped: Document, width: int) -> None:
    """A part of line 79, and over the column break to line 81: exactly these characters."""
    reader = visit(width=width)
    if width < 800:
        reader.page.get_by_role("button", name="全文").click()
    for first, last in (("政治互信", "政治互信"), ("共建“一带一路”是各国共同发", "展的大舞台")):
        bar = select(reader.page, first, last)
        cited, reference = copied(bar, "复制（含出处）"), copied(bar, "只复制出处")
        words = cited.removesuffix(f"\n{reference}")
        assert words.startswith(first) and words.endswith(last)
        assert any(words in shipped.quote(passage.spans) for passage in shipped.passages)
        assert "段（第" in reference


def test_the_same_place_as_the_server_cuts(at_library: Visitor, library: FakeEngine) -> None:
    """Surrogate pairs, combining characters, a table, headings, hidden markup between."""
    document = library.documents[0]
    for first, last in (
        ("野家，第", "e\u0301，ル"),
        ("𠮷", "𠮷"),
        ("强调", "强调"),
        ("第二段", "丙国"),
        ("丁城", "第一段"),
    ):
        bar = select(at_library.page, first, last)
        cited = copied(bar, "复制（含出处）")
        quote = cited.rpartition("\n")[0]
        assert quote.startswith(first) and quote.endswith(last)
        assert "##" not in quote
        assert "".join(quote.split()) in "".join(
            "".join(document.quote(one.spans).split()) for one in excerpts_of(document, [Span(0, len(document.text))])
        )


def test_a_text_of_thousands_of_paragraphs_is_selected_to_the_character(at_library: Visitor) -> None:
    page = at_library.page
    page.locator(".readerbar .texts").click()
    page.locator("#yw-texts [data-act='text'][data-document='long']").click()
    expect(page.locator("article.source")).to_have_attribute("data-document", "long")
    reference = copied(select(page, "第3456段的话", "写到第3457段"), "只复制出处")
    assert reference.endswith("第3456–3457段（第6913–6915行）") or "第3456–3457段" in reference


def test_a_selection_in_a_card_is_a_part_of_its_quote(visit: Visit, shipped: Document) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    quote = reader.page.locator(".card .quote").first
    words = quote.evaluate("quote => quote.textContent")[3:9]
    bar = select(reader.page, words, scope=".card .quote")
    start = shipped.text.index(words, int((quote.get_attribute("data-spans") or "").split("-")[0]))
    [excerpt] = excerpts_of(shipped, [Span(start, start + len(words))])
    assert copied(bar, "复制（含出处）") == quote_with_citation("own", shipped, excerpt)

    # From a card into the pane there is no one place, and so no bar.
    reader.page.evaluate(
        "() => getSelection().setBaseAndExtent(document.querySelector('.card .quote'), 0,"
        " document.querySelector('.source .passage:nth-of-type(4)'), 1)"
    )
    expect(bar).to_have_count(0)


def test_the_ways_to_select_by_hand(visit: Visit) -> None:
    """A double click takes a word, three take the paragraph; Shift+arrow goes on; a drag ends where it ends."""
    reader = visit()
    page, bar = reader.page, reader.page.get_by_role("toolbar")
    passage = page.locator(".source .passage:not(.titleblock)").nth(2)
    passage.scroll_into_view_if_needed()
    passage.click(click_count=3, position={"x": 200, "y": 20})
    expect(bar).to_be_visible()
    assert copied(bar, "复制（含出处）").startswith(passage.evaluate("p => p.textContent"))
    passage.dblclick(position={"x": 200, "y": 20})
    expect(bar).to_be_visible()
    before = page.evaluate("String(getSelection())")
    page.keyboard.press("Shift+ArrowRight")
    after = page.evaluate("String(getSelection())")
    if after != before:  # a browser without caret browsing leaves it
        assert copied(bar, "复制（含出处）").startswith(after)
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    assert page.evaluate("getSelection().isCollapsed")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_bar_lies_beside_the_words_and_inside_the_window(visit: Visit, width: int) -> None:
    reader = visit(width=width, height=700)
    if width < 800:
        reader.page.get_by_role("button", name="全文").click()
    for words in ("不忘初心", "政治互信", "展的大舞台"):
        reader.page.evaluate(SELECT, ["article.source", words, words])
        reader.page.evaluate("getSelection().anchorNode.parentElement.scrollIntoView({block: 'center'})")
        bar = reader.page.get_by_role("toolbar")
        expect(bar).to_be_visible()
        reader.page.wait_for_timeout(250)
        box = bar.bounding_box()
        words_box = reader.page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().toJSON()")
        assert box
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= 700
        assert box["y"] >= words_box["bottom"] or box["y"] + box["height"] <= words_box["top"]


def test_a_number_in_the_margin_is_a_button_of_its_paragraph(visit: Visit, shipped: Document) -> None:
    """By the mouse, and by the keyboard, where the arrows go from number to number; the text stays as it is."""
    reader = visit()
    page, bar = reader.page, reader.page.get_by_role("toolbar")
    text = page.locator("article.source").evaluate("a => a.textContent")
    passage = page.locator(".source .passage[data-line='21']")
    passage.scroll_into_view_if_needed()
    box = passage.bounding_box()
    assert box
    page.mouse.click(box["x"] + 26, box["y"] + 14)
    expect(bar).to_be_visible()
    reference = copied(bar, "只复制出处")
    assert "（第21行）" in reference
    page.keyboard.press("Escape")

    page.locator(".atline").focus()
    line = page.locator(".atline").get_attribute("aria-label") or ""
    page.keyboard.press("ArrowDown")
    assert page.locator(".atline").get_attribute("aria-label") != line
    page.keyboard.press("Enter")
    expect(bar.get_by_role("button").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="只复制出处")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".atline")).to_be_focused()
    assert page.locator("article.source").evaluate("a => a.textContent") == text


def test_the_current_quote_has_the_bar_by_a_key(visit: Visit) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    reader.page.locator(".scroller").first.click(position={"x": 5, "y": 5})
    reader.page.keyboard.press("j")
    reader.page.keyboard.press("s")
    bar = reader.page.get_by_role("toolbar")
    expect(bar.get_by_role("button").first).to_be_focused()


def test_what_programs_import_is_alone_on_the_clipboard(visit: Visit) -> None:
    reader = visit()
    reader.page.evaluate("localStorage.setItem('yuanwen.form', 'csl-json')")
    bar = select(reader.page, "政治互信")
    [item] = json.loads(copied(bar, "复制（含出处）"))
    assert item["note"].endswith("政治互信")
    reader.page.evaluate("localStorage.setItem('yuanwen.form', 'ris')")
    [record] = rispy.loads(copied(bar, "复制（含出处）") + "\n")
    assert record["notes"][-1] == "政治互信"


def test_a_link_leads_to_the_words(visit: Visit) -> None:
    reader = visit()
    link = copied(select(reader.page, "政治互信"), "复制链接")
    reader.page.goto(link)
    reader.page.wait_for_selector(".lit")
    for _ in range(50):
        if reader.page.evaluate("CSS.highlights.has('yw-linked')"):
            break
        reader.page.wait_for_timeout(100)
    assert reader.page.evaluate("[...(CSS.highlights.get('yw-linked') ?? [])].map(String)") == ["政治互信"]


def test_words_are_checked_and_asked_about(visit: Visit) -> None:
    reader = visit()
    select(reader.page, "政治互信").get_by_role("button", name="核对").click()
    expect(reader.page.locator(".result.exact").first).to_be_visible()
    select(reader.page, "政治互信").get_by_role("button", name="就这段提问").click()
    expect(reader.box).to_be_focused()
    expect(reader.box).to_have_value("“政治互信”")


def test_a_text_that_has_changed_is_not_quoted(at_library: Visitor, library: FakeEngine) -> None:
    old = library.documents
    bar = select(at_library.page, "第二段")
    library.documents = (parse(TEXT.replace("总论", "绪论"), name="odd.md"), old[1])
    try:
        bar.get_by_role("button", name="复制（含出处）").click()
        expect(at_library.page.get_by_role("alert")).to_contain_text("“odd.md”已经变了")
    finally:
        library.documents = old


def test_a_card_s_citation_can_be_copied_alone(visit: Visit, shipped: Document) -> None:
    reader = visit()
    card = reader.ask(SECRETARIAT).locator(".card").first
    passage = next(p for p in shipped.passages if p.id == card.locator("blockquote").get_attribute("data-passage"))
    card.get_by_role("button", name="引文格式").click()
    reader.page.get_by_role("menuitem", name="只复制出处").click()
    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    assert clipboard(reader.page) == reference_alone("own", shipped, passage)
