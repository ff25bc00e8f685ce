"""The source pane: the whole text, where citations and addresses lead, what is found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from corpus.document import Document, NonBody, Passage, Section, Span
from corpus.parse import parse
from tests.web.page import SECRETARIAT, WEATHER, FakeEngine, Visit, Visitor, assert_exact, with_both_engines
from web.api.page_context import PageEngine
from web.html.reading_pane import document_html

pytestmark = pytest.mark.browser


@with_both_engines
def test_a_citation_leads_to_the_passage_in_the_source(visit: Visit) -> None:
    reader = visit()
    reply = reader.ask(SECRETARIAT)
    for card in reply.locator(".card:visible").all():
        card.locator("cite").click()
        reader.sees(card.locator("blockquote").get_attribute("data-passage") or "")


def test_a_permalink_opens_the_source_at_its_passage(visit: Visit, shipped: Document) -> None:
    reader = visit()
    passage = shipped.passages[-5]
    reader.open(f"?p={passage.id}")
    reader.page.wait_for_selector(".lit")
    expect(reader.page.locator(".lit")).to_have_attribute("data-passage", passage.id)
    expect(reader.page.locator(".lit")).to_be_in_viewport()


@with_both_engines
def test_on_a_phone_the_source_slides_over_and_gives_the_place_back(visit: Visit) -> None:
    reader = visit(width=390, height=844)
    expect(reader.page.locator(".reader")).to_be_hidden()
    cite = reader.ask(SECRETARIAT).locator("cite a").first
    cite.scroll_into_view_if_needed()
    reader.page.wait_for_timeout(600)
    place = reader.page.locator(".talk .scroller").evaluate("scroller => scroller.scrollTop")

    for close in ("click", "Escape", "back"):
        cite.click()
        expect(reader.page.get_by_role("dialog")).to_be_visible()
        expect(reader.page.get_by_role("button", name="回到问答")).to_be_focused()
        reader.sees(cite.get_attribute("data-goto") or "")
        if close == "click":
            reader.page.get_by_role("button", name="回到问答").click()
        elif close == "Escape":
            reader.page.keyboard.press("Escape")
        else:
            reader.page.go_back()
        expect(reader.page.locator(".reader")).to_be_hidden()
        expect(cite).to_be_focused()
        assert reader.page.locator(".talk .scroller").evaluate("scroller => scroller.scrollTop") == place
        expect(reader.replies).to_have_count(1)
    width = reader.page.evaluate("document.scrollingElement.scrollWidth")
    assert width == 390


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pane_s_text_is_the_source_in_reading_order(
    visit: Visit, shipped: Document, width: int, dark: bool
) -> None:
    """`article.source[data-document]`, character for character, blank characters included, whatever is lit or found."""
    reader = visit(width=width, dark=dark)
    article = reader.page.locator("article.source[data-document='sco-2021']")
    text = article.evaluate("article => article.textContent")
    assert sorted(text) == sorted(shipped.text)
    assert "".join(text.split()) == "".join(
        "".join(shipped.text[s.start : s.end] for s in spans).replace(" ", "")
        for block in shipped.blocks
        for spans in [_spans(block)]
    ).replace("\u3000", "")

    reply = reader.ask("共建“一带一路”")
    for cite in reply.locator("cite a").all():
        cite.click()
        expect(reader.page.locator(".lit")).to_have_count(1)
        if width < 800:
            reader.page.keyboard.press("Escape")
    assert article.evaluate("article => article.textContent") == text
    if width > 800:
        reader.page.locator('[data-act="find"]').click()
        reader.page.get_by_role("searchbox").fill("合作")
        assert article.evaluate("article => article.textContent") == text


def _spans(block: object) -> tuple[Span, ...]:
    match block:
        case Passage(spans=spans):
            return spans
        case Section(title_span=Span() as span, is_run_in=False) | NonBody(span=span):
            return (span,)
    return ()


def test_both_panes_have_the_same_marks(visit: Visit) -> None:
    reader = visit()
    card = reader.ask("共建“一带一路”").locator(".card").first
    card.locator("cite a").click()
    lit = reader.page.locator(".passage.lit")
    for marks in ("mark", ".matched"):
        shown = [
            place.evaluate(f"e => [...e.querySelectorAll('{marks}')].map(m => m.textContent).join('')")
            for place in (card.locator("blockquote"), lit)
        ]
        assert shown[0] == shown[1] != ""
        backgrounds = [
            place.locator(marks).first.evaluate(
                "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).textDecorationLine]"
            )
            for place in (card.locator("blockquote"), lit)
        ]
        assert backgrounds[0] == backgrounds[1]
    # The break: both places with their lines, in the card and in the pane.
    for place in (card.locator("blockquote"), lit):
        assert place.locator(".slice").evaluate_all("all => all.map(s => s.dataset.line)") == ["79", "81"]
        assert "81" in place.locator(".slice").nth(1).evaluate("s => getComputedStyle(s, '::before').content")
    reader.page.locator("[data-status] .card").nth(1).locator("cite a").click()
    expect(reader.page.locator(".source mark")).to_have_count(
        reader.page.locator("[data-status] .card").nth(1).locator("mark").count()
    )


def test_find_in_text_counts_and_walks(visit: Visit, shipped: Document) -> None:
    reader = visit()
    page = reader.page
    page.keyboard.press("f")
    field = page.get_by_role("searchbox", name="在文中查找")
    expect(field).to_be_focused()
    field.fill("秘书处")
    count = shipped.text.count("秘书处")
    hits = page.locator(".find .hits")
    expect(hits).to_have_text(f"1 / {count}")
    seen = []
    for _ in range(count):
        here = page.evaluate(
            "() => { const [range] = CSS.highlights.get('yw-here'); const box = range.getBoundingClientRect();"
            " const pane = document.querySelector('.reader .scroller').getBoundingClientRect();"
            " return [String(range), box.top >= pane.top && box.bottom <= pane.bottom, box.top]; }"
        )
        assert here[:2] == ["秘书处", True]
        seen.append(hits.inner_text())
        page.keyboard.press("Enter")
    assert seen == [f"{n} / {count}" for n in range(1, count + 1)]
    expect(hits).to_have_text(f"1 / {count}")
    page.keyboard.press("Shift+Enter")
    expect(hits).to_have_text(f"{count} / {count}")
    field.fill("没有这个词")
    expect(hits).to_have_text("0 / 0")
    field.fill("祕書處")  # Traditional; the first character is a variant
    expect(hits).to_have_text(f"1 / {count}")
    field.fill("各国共同发展的大舞台")  # over the break of line 79
    expect(hits).to_have_text("1 / 1")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    assert page.evaluate("CSS.highlights.size") == 0
    expect(page.locator('[data-act="find"]')).to_be_focused()


def test_the_contents_follow_the_scroll_and_lead(visit: Visit) -> None:
    reader = visit()
    link = reader.page.locator(".toc a", has_text="三、安全领域")
    link.click()
    expect(link).to_have_attribute("aria-current", "location")
    expect(reader.page.locator(".source h3", has_text="三、安全领域")).to_be_in_viewport()
    expect(reader.page.locator(".toc [aria-current]")).to_have_count(1)
    reader.pane.evaluate("pane => pane.scrollTo(0, 0)")
    expect(reader.page.locator(".toc a").first).to_have_attribute("aria-current", "location")


@pytest.mark.parametrize("width", [1000, 390])
def test_narrow_windows_have_the_contents_too(visit: Visit, width: int) -> None:
    reader = visit(width=width)
    page = reader.page
    if width < 800:
        page.get_by_role("button", name="全文").click()
    page.get_by_role("button", name="目录").click()
    page.locator(".toc a", has_text="（四）禁毒合作").click()
    expect(page.locator(".toc")).to_be_hidden()
    expect(page.locator(".source h4", has_text="（四）禁毒合作")).to_be_in_viewport()


def test_back_returns_to_the_passage_before(visit: Visit) -> None:
    reader = visit()
    cites = reader.ask("共建“一带一路”").locator("cite a")
    ids = [cite.get_attribute("data-goto") or "" for cite in cites.all()]
    for cite in cites.all():
        cite.click()
        reader.sees(cite.get_attribute("data-goto") or "")
    assert f"?p={ids[2]}" in reader.page.url
    reader.page.go_back()
    reader.sees(ids[1])
    expect(reader.replies).to_have_count(1)
    reader.open(f"?p={ids[2]}")
    reader.ask(SECRETARIAT).locator("cite a").first.click()
    reader.page.go_back()
    reader.sees(ids[2])


def test_a_question_link_asks_once_however_often_it_is_loaded(visit: Visit) -> None:
    reader = visit()
    for _ in range(2):
        reader.open(f"?q={SECRETARIAT}")
        expect(reader.reply(1)).to_have_attribute("data-status", "answered")
        expect(reader.bubbles).to_have_text([SECRETARIAT])
    reader.ask(WEATHER)
    reader.page.reload()
    reader.reply(2)
    expect(reader.bubbles).to_have_text([SECRETARIAT, WEATHER])
    reader.open()
    expect(reader.replies).to_have_count(0)


def test_a_link_to_a_passage_that_is_gone_says_so_and_offers_the_nearest(visit: Visit, shipped: Document) -> None:
    reader = visit()
    passage = shipped.passages[12]
    reader.open(f"?p=0000000000000000&d=sco-2021&t={shipped.quote(passage.spans)[:30]}")
    gone = reader.page.locator(".gone")
    expect(gone).to_contain_text("这个链接所指的段落已不在文本里。")
    assert_exact(gone.locator("blockquote.quote"), shipped)
    gone.locator("cite a").click()
    reader.sees(passage.id)
    reader.open("?p=nonsense")
    expect(reader.page.locator(".gone")).to_contain_text("可以翻一翻目录")


@pytest.fixture(scope="module")
def library() -> FakeEngine:
    """Two short texts and a long one."""
    long = "\n\n".join(f"第{n}段的话，一段一段地写下去，写到第{n}段。" for n in range(1, 3001))
    texts = {"first": "第一篇\n\n　　甲说。\n\n　　乙说。", "second": "第二篇\n\n丙说。", "long": f"长篇\n\n{long}"}
    engine = FakeEngine(parse(texts["first"], name="first"))
    engine.documents = tuple(parse(text, name=name) for name, text in texts.items())
    return engine


@pytest.fixture
def at_library(browser: Browser, serve: Callable[[PageEngine], str], library: FakeEngine) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    reader = Visitor(context.new_page(), serve(library))
    yield reader
    context.close()
    assert reader.errors == []


def test_a_library_sends_one_text_at_a_time(at_library: Visitor, library: FakeEngine) -> None:
    page = at_library.page
    expect(page.locator("article.source")).to_have_count(1)
    assert "丙说" not in page.content()
    page.locator(".readerbar .texts").click()
    page.get_by_role("button", name="second 1 段").click()
    expect(page.locator("article.source")).to_have_attribute("data-document", "second")
    expect(page.locator("article.source")).to_contain_text("丙说。")
    expect(page.locator(".toc a").first).to_be_visible()
    assert page.locator("article.source").evaluate("a => a.textContent") == library.documents[1].text

    (passage,) = [p for p in library.documents[0].passages if "乙说" in library.documents[0].quote(p.spans)]
    at_library.open(f"?p={passage.id}")
    at_library.sees(passage.id)
    at_library.open(f"?p={library.documents[1].passages[-1].id}")
    at_library.sees(library.documents[1].passages[-1].id)


def test_a_text_that_comes_late_takes_the_focus_from_nobody(at_library: Visitor) -> None:
    """Whoever opened it may be typing by then; whoever waits reads on by keys in it."""
    page = at_library.page
    held: list[Route] = []
    page.route("**/page/source", lambda route: held.append(route))
    page.locator(".readerbar .texts").click()
    page.get_by_role("button", name="second 1 段").click()
    at_library.box.click()
    page.wait_for_timeout(100)
    held[0].continue_()
    expect(page.locator("article.source")).to_have_attribute("data-document", "second")
    expect(at_library.box).to_be_focused()

    page.unroute("**/page/source")
    page.locator(".readerbar .texts").click()
    page.locator("#yw-texts [data-act='text'][data-document='first']").click()
    expect(at_library.pane).to_be_focused()


def test_a_text_of_thousands_of_paragraphs_is_shown_whole_and_at_once(at_library: Visitor, library: FakeEngine) -> None:
    document = library.documents[2]
    passage = document.passages[2500]
    at_library.open(f"?p={passage.id}")
    at_library.sees(passage.id)
    article = at_library.page.locator("article.source")
    assert article.evaluate("article => article.textContent") == document.text
    assert len(document_html(document)) < 20 * len(document.text)
    layout = at_library.page.evaluate(
        "() => { const start = performance.now(); document.querySelector('.reader').style.width = '400px';"
        " document.querySelector('.reader').offsetHeight; return performance.now() - start; }"
    )
    assert layout < 500
