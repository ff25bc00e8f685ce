"""The pages of a file in a real browser: a citation opens the page, lit; its text can be selected; views are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from corpus.source import Source
from index.searcher import Index
from qa.reply import Answer, Reply
from tests.corpus.test_pdf_pages import pdf_of
from tests.fakes import CharacterEmbedder
from tests.web.page import Visitor, clipboard
from tests.web.test_originals import PdfEngine, book
from tests.web.test_page_selection import SELECT
from web.api.page_context import PageEngine

pytestmark = pytest.mark.browser


class Asked(PdfEngine):
    """Answers with every passage that has the words of the question."""

    def ask(self, question: str, *_: object, **__: object) -> Reply:
        document = self.documents[0]
        found = (passage for passage in document.passages if question in document.quote(passage.spans))
        return Answer(question, None, (), tuple(map(self._hit, found)))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    sources = [
        Source.from_file("渡口志.pdf", pdf_of(3, book), None),
        Source.from_file("平常.txt", "甲说。\n\n乙说。".encode(), None),
    ]
    return Asked(Index.build(tmp_path_factory.mktemp("pages") / "index", sources, CharacterEmbedder("渡口甲乙")))


@pytest.fixture(params=[(1280, False), (390, True)], ids=["wide", "phone"])
def reader(
    request: pytest.FixtureRequest, browser: Browser, serve: Callable[[PageEngine], str], asked: Asked
) -> Iterator[Visitor]:
    width, dark = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        locale="zh-CN",
        color_scheme="dark" if dark else "light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    visitor = Visitor(context.new_page(), serve(asked))
    yield visitor
    context.close()
    assert visitor.errors == []


def test_a_citation_opens_the_page_with_the_quote_lit(reader: Visitor, asked: Asked) -> None:
    page, document = reader.page, asked.documents[0]
    text = page.locator("article.source").evaluate("article => article.textContent")
    reader.ask("第〇二九号").locator("cite a").click()

    lights = page.locator(".leaf .lights .on-lit")
    expect(lights).to_have_count(3)  # a line on page 1, two on page 2
    expect(lights.last).to_be_in_viewport()  # the answer stands on page 2
    expect(page.locator(".source")).to_be_hidden()
    assert page.locator("article.source").evaluate("article => article.textContent") == text
    for leaf in (1, 2):
        sheet = page.locator(f'.leaf[data-leaf="{leaf}"] .sheet')
        expect(sheet.locator("img")).to_be_attached()
        start = document.pages[leaf - 1]
        assert sheet.locator(".words").evaluate("e => e.textContent") == document.text[start : document.pages[leaf]]
        box, pane = sheet.bounding_box(), reader.pane.bounding_box()
        assert box
        assert pane
        assert pane["x"] <= box["x"]
        assert box["x"] + box["width"] <= pane["x"] + pane["width"]
    quoted = page.locator(".words span", has_text="第〇二九号")
    expect(quoted).to_be_visible()
    expect(lights.first).to_be_visible()  # on a busy machine the leaf may be drawn anew just now
    words, light = quoted.bounding_box(), lights.first.bounding_box()
    assert words
    assert light
    assert abs(words["x"] + words["width"] - light["x"] - light["width"]) < 6
    assert abs(words["y"] - light["y"]) < 6


def test_what_is_selected_on_a_page_is_copied_as_the_source_has_it(reader: Visitor, asked: Asked) -> None:
    document = asked.documents[0]
    reader.ask("第〇一五号").locator("cite a").click()
    expect(reader.page.locator(".words span", has_text="第〇一五号")).to_be_attached()
    copied = reader.page.evaluate(
        """() => {
            const lines = [...document.querySelectorAll(".words span")];
            const first = lines.find((line) => line.textContent.includes("第〇一五号"));
            const last = lines[lines.indexOf(first) + 4];
            const range = document.createRange();
            range.setStart(first.firstChild, 0);
            range.setEnd(last.firstChild, 2);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            let text = null;
            document.addEventListener("copy", (event) => { text = event.clipboardData.getData("text/plain"); },
                { once: true });
            document.execCommand("copy");
            return text;
        }"""
    )
    assert copied in document.text
    assert len(copied) > 40


def test_views_zoom_and_turning(reader: Visitor) -> None:
    page = reader.page
    reader.ask("第〇二九号").locator("cite a").click()
    expect(page.locator(".lights i").first).to_be_visible()
    page.get_by_role("button", name="放大").click()
    wide = page.locator(".sheet").first.bounding_box()
    page.get_by_role("button", name="适合宽度").click()
    fits = page.locator(".sheet").first.bounding_box()
    assert wide
    assert fits
    assert wide["width"] > 1.2 * fits["width"]
    reader.pane.evaluate("pane => pane.scrollTo(0, 0)")
    expect(page.locator(".pagebar .at")).to_have_text("1 / 3")
    reader.pane.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pagebar .at")).to_have_text("2 / 3")
    page.get_by_role("button", name="上一页").click()
    expect(page.locator(".pagebar .at")).to_have_text("1 / 3")

    page.get_by_role("button", name="文字", exact=True).click()
    expect(page.locator(".pages")).to_be_hidden()
    expect(page.locator(".source .lit")).to_be_in_viewport()
    page.reload()
    reader.reply(1).locator("cite a").click()
    expect(page.locator(".source .lit")).to_be_in_viewport()
    page.get_by_role("button", name="原页", exact=True).click()
    expect(page.locator(".lights .on-best").first).to_be_in_viewport()  # it begins a page before


def test_a_text_without_pages_has_no_bar(reader: Visitor) -> None:
    page = reader.page
    if page.viewport_size and page.viewport_size["width"] < 800:
        page.get_by_role("button", name="全文").click()
    page.locator(".readerbar .texts").click()
    page.get_by_role("button", name="平常").first.click()

    expect(page.locator("article.source")).to_contain_text("乙说。")
    expect(page.locator("article.source")).to_be_visible()
    expect(page.locator(".pagebar")).to_be_hidden()
    expect(page.locator(".leaf")).to_have_count(0)


def test_words_selected_on_a_page_are_cited(reader: Visitor, asked: Asked) -> None:
    page, words = reader.page, "第〇二九号"
    reader.ask(words).locator("cite a").click()
    page.locator(".words span", has_text=words).scroll_into_view_if_needed()  # the page stands at the answer
    page.evaluate(SELECT, [".pages", words, words])
    page.get_by_role("toolbar").get_by_role("button", name="复制（含出处）").click()
    expect(page.get_by_role("toolbar").get_by_role("button", name="已复制")).to_be_visible()
    quote, citation = clipboard(page).split("\n")
    assert quote == words
    assert "第1页" in citation
