"""The page in a real browser: what is asked and shown, and that nothing leaves the machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence

import pytest
from playwright.sync_api import Browser, expect

import app
from corpus.document import Document, Passage, Section, Span
from corpus.errors import IndexCorrupt, QAError
from corpus.message import Message
from index.catalog import Catalog
from qa.engine import Engine
from qa.reply import Answer, Citation, Hit, Reply
from qa.service.background_engine import BackgroundEngine
from tests.web.page import (
    ALL,
    SECRETARIAT,
    WEATHER,
    FakeEngine,
    Visit,
    Visitor,
    assert_exact,
    with_both_engines,
)
from web.api.page_context import PageEngine
from web.server.serving import Serving

pytestmark = pytest.mark.browser
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> **bold** _x_ # h $x$ ${1+1} {{value}} &amp;"


@with_both_engines
def test_a_question_is_answered_with_the_text_s_own_words(visit: Visit, shipped: Document) -> None:
    reader = visit()
    reply = reader.ask(SECRETARIAT)

    expect(reply).to_have_attribute("data-status", "answered")
    quotes = reply.locator("blockquote.quote")
    assert_exact(quotes, shipped)
    expect(quotes.filter(has_text="设在北京的秘书处").locator("xpath=following-sibling::cite[1]")).to_contain_text(
        "（第57行）"
    )
    expect(reader.bubbles).to_have_text([SECRETARIAT])
    expect(reader.box).to_have_value("")
    expect(reader.box).to_be_focused()


@with_both_engines
def test_an_example_is_asked_by_a_click(visit: Visit, shipped: Document) -> None:
    reader = visit()
    examples = reader.page.locator("[data-ask]:visible")
    expect(examples).to_have_count(6)

    reader.page.get_by_role("button", name="How many vaccine doses has China provided so far?").click()

    reply = reader.reply(1)
    expect(reply).to_have_attribute("data-status", "answered")
    assert_exact(reply.locator("blockquote.quote"), shipped)
    expect(reply.locator("cite", has_text="（第73行）")).to_contain_text("第一，走团结合作之路")


@with_both_engines
def test_not_found_says_so_and_folds_the_nearest_passages(visit: Visit, shipped: Document) -> None:
    reader = visit()
    reply = reader.ask(WEATHER)

    expect(reply).to_have_attribute("data-status", "not_found")
    expect(reply).to_contain_text("文中没有找到答案。")
    expect(reply.locator("blockquote").first).to_be_hidden()
    reply.get_by_text("最接近的几段（不够回答这个问题）").click()
    expect(reply.locator("blockquote").first).to_be_visible()
    assert_exact(reply.locator("blockquote.quote"), shipped)
    expect(reply.locator("mark")).to_have_count(0)


@with_both_engines
def test_a_hostile_question_is_shown_as_it_was_typed(visit: Visit) -> None:
    reader = visit()
    scripts = reader.page.locator("script").count()
    reader.ask(HOSTILE)

    expect(reader.bubbles).to_have_count(1)
    assert reader.bubbles.evaluate("bubble => bubble.textContent") == HOSTILE
    assert reader.bubbles.evaluate("bubble => bubble.children.length") == 0
    assert reader.page.locator("script").count() == scripts
    expect(reader.page.locator("img")).to_have_count(0)


@with_both_engines
@pytest.mark.parametrize("question", ["", "   ", "长" * 2001, "一\0二", "\ud800"])
def test_what_cannot_be_asked_gets_a_sentence(visit: Visit, question: str) -> None:
    reader = visit()
    reader.box.evaluate("(box, codes) => { box.value = String.fromCharCode(...codes) }", [ord(c) for c in question])
    reader.box.press("Enter")

    reply = reader.reply(1)
    status = reply.get_attribute("data-status")
    assert status in ("rejected", "not_found")
    if len(question) > 2000 or not question.strip():
        assert status == "rejected"
    assert reply.inner_text().strip()
    reader.ask(SECRETARIAT)
    expect(reader.replies.last).to_have_attribute("data-status", "answered")


def test_every_passage_is_exact_in_the_browser(visit: Visit, shipped: Document) -> None:
    reader = visit()
    reply = reader.ask(ALL)
    assert assert_exact(reply.locator("blockquote.quote"), shipped) == [passage.id for passage in shipped.passages]


def test_questions_of_a_session_add_up_and_are_its_history(visit: Visit, fake: FakeEngine) -> None:
    fake.asked.clear()
    first, second = visit(), visit()
    for question in (SECRETARIAT, "", WEATHER):
        first.ask(question)
    second.ask(SECRETARIAT)
    first.ask("第三问")

    assert fake.asked[:3] == [(SECRETARIAT, ()), ("", (SECRETARIAT,)), (WEATHER, (SECRETARIAT,))]
    assert sorted(fake.asked[3:]) == sorted([(SECRETARIAT, ()), ("第三问", (SECRETARIAT, WEATHER))])
    expect(first.bubbles).to_have_text([SECRETARIAT, WEATHER, "第三问"])


def test_questions_asked_in_haste_are_answered_in_order(visit: Visit) -> None:
    reader = visit()
    for question in (SECRETARIAT, WEATHER, SECRETARIAT):
        reader.box.fill(question)
        reader.box.press("Enter")
    reader.reply(3)
    assert [r.get_attribute("data-status") for r in reader.replies.all()] == ["answered", "not_found", "answered"]


def test_a_failure_is_said_and_the_next_question_works(visit: Visit) -> None:
    reader = visit()
    reader.box.fill("坏了")
    reader.box.press("Enter")
    expect(reader.page.get_by_role("button", name="再问一次")).to_be_visible()
    reader.ask(SECRETARIAT)
    expect(reader.replies.last).to_have_attribute("data-status", "answered")
    reader.errors.clear()  # gradio reports the failure on the console


def test_the_newest_question_stands_at_the_top(visit: Visit) -> None:
    reader = visit()
    for question in (SECRETARIAT, WEATHER, "共建“一带一路”"):
        reader.ask(question)
        top = reader.page.locator(".talk .scroller").evaluate("scroller => scroller.getBoundingClientRect().top")
        reader.page.wait_for_function(
            "top => Math.abs([...document.querySelectorAll('.turn')].at(-1).getBoundingClientRect().top - top) < 2",
            arg=top,
        )
    assert reader.page.evaluate("[document.scrollingElement.scrollHeight, innerHeight]") == [860, 860]


@pytest.mark.parametrize("width", [1280, 390])
def test_after_a_reload_the_last_question_stands_at_the_top_and_nothing_jumps(visit: Visit, width: int) -> None:
    """Its place is kept while the replies above it come in."""
    reader = visit(width=width)
    page = reader.page
    page.add_init_script(
        "window.moved = []; new PerformanceObserver(list => moved.push(...list.getEntries()"
        ".filter(one => one.sources.some(({node}) => node?.parentElement?.closest('.log')))"
        ".map(one => one.value))).observe({type: 'layout-shift', buffered: true})"
    )
    for question in (SECRETARIAT, ALL, WEATHER, "共建“一带一路”"):
        reader.ask(question)
    page.reload()
    reader.reply(4)
    expect(page.locator(".held")).to_have_count(0)
    top = "selector => document.querySelector(selector).getBoundingClientRect().top"
    last = page.locator(".turn").last.evaluate("turn => turn.getBoundingClientRect().top")
    assert abs(last - page.evaluate(top, ".talk .scroller")) < 2
    assert page.evaluate("moved") == []


def test_a_server_that_is_gone_is_said_and_the_question_can_be_asked_again(visit: Visit) -> None:
    """By hand, before the page does it by itself (test_page_everywhere.py)."""
    reader = visit()
    for path in ("**/page/ask", "**/healthz"):
        reader.page.route(path, lambda route: route.abort())
    reader.box.fill(SECRETARIAT)
    reader.box.press("Enter")
    failed = reader.page.locator(".failed")
    expect(failed).to_contain_text("程序没有应答", use_inner_text=True)
    reader.page.unroute("**/page/ask")
    failed.get_by_role("button", name="再问一次").click()
    expect(reader.reply(1)).to_have_attribute("data-status", "answered")
    reader.errors.clear()  # the browser says what was cut off


def test_a_hostile_document_is_text_and_nothing_else(browser: Browser, serve: Callable[[PageEngine], str]) -> None:
    """Carriage returns, NUL, templates and tags of a source reach the page as characters."""
    text = HOSTILE + "\r\n\u3000\u3000第二行\0\t完\u00a0"
    work = Section(HOSTILE, None, 0, None, is_run_in=False)
    spans = (Span(0, len(text)),)
    passage = Passage("0123456789abcdef", spans, (len(text),), work, 1)
    document = Document("sample", text, "0" * 64, (work, passage))

    class OneAnswer(FakeEngine):
        def ask(
            self,
            question: str,
            history: Sequence[str] = (),
            *,
            documents: Collection[str] = (),
            alone: bool = False,
        ) -> Reply:
            return Answer(question, None, (), (Hit(Citation(document, passage), passage.sentences[0], spans, 0.9),))

    context = browser.new_context(viewport={"width": 1280, "height": 860})
    reader = Visitor(context.new_page(), serve(OneAnswer(document)))
    reply = reader.ask("问")
    for shown in (reply.locator("blockquote"), reader.page.locator(".source .passage")):
        assert shown.evaluate("element => element.textContent") == text
    expect(reader.page.locator("h2.supplied")).to_have_attribute("aria-label", f"〔{HOSTILE}〕")
    assert reader.page.locator(".source").evaluate("source => source.textContent") == text
    assert (reader.errors, reader.dialogs) == ([], [])
    context.close()


class Opening:
    """Opens the fake engine when it is told to."""

    def __init__(self, fake: FakeEngine, *, error: QAError | None = None) -> None:
        self._fake = fake
        self._error = error
        self.go = threading.Event()

    def __call__(self) -> Engine:
        assert self.go.wait(60)
        if self._error:
            raise self._error
        return self._fake  # type: ignore[return-value]  # it does what an engine does


@pytest.fixture
def loading(browser: Browser, shipped: Document) -> Iterator[Callable[[Opening], Visitor]]:
    """Open a page whose model is still being opened."""
    opened: list[tuple[Visitor, Serving]] = []

    def at(opening: Opening) -> Visitor:
        background = BackgroundEngine(Catalog.of([shipped]), opening)
        background.start()
        served = app.launch(app.build_app(background), port=0)
        reader = Visitor(browser.new_context(locale="zh-CN").new_page(), served.address)
        opened.append((reader, served))
        return reader

    yield at
    for reader, served in opened:
        assert reader.errors == []
        reader.page.context.close()
        served.close()


def test_the_first_question_waits_for_the_model_and_says_so(
    loading: Callable[[Opening], Visitor], fake: FakeEngine
) -> None:
    """The text is there at once; questions asked meanwhile are answered in their order once the model is open."""
    opening = Opening(fake)
    reader = loading(opening)
    expect(reader.page.locator(".source")).to_contain_text("设在北京的秘书处")
    for question in (SECRETARIAT, WEATHER):
        reader.box.fill(question)
        reader.box.press("Enter")
    expect(reader.page.locator(".seeking").first).to_contain_text("正在载入模型")
    reader.page.wait_for_timeout(1000)
    expect(reader.replies).to_have_count(0)
    opening.go.set()
    reader.reply(2)
    assert [r.get_attribute("data-status") for r in reader.replies.all()] == ["answered", "not_found"]


def test_a_model_that_cannot_be_opened_is_said_in_one_sentence(
    loading: Callable[[Opening], Visitor], fake: FakeEngine
) -> None:
    opening = Opening(
        fake,
        error=IndexCorrupt(
            Message(
                zh="索引损坏了。请重建：python -m qa index build",
                en="the index is damaged. Rebuild it: python -m qa index build",
            )
        ),
    )
    reader = loading(opening)
    opening.go.set()
    expect(reader.page.locator(".failed")).to_contain_text("the index is damaged. Rebuild it")
    reader.box.fill(SECRETARIAT)
    reader.box.press("Enter")
    expect(reader.page.locator(".failed").nth(1)).to_contain_text("the index is damaged. Rebuild it")
    expect(reader.page.locator(".source")).to_contain_text("设在北京的秘书处")
