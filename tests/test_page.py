"""The page in a real browser: what is asked, shown, clicked and typed, and that nothing leaves the machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect, sync_playwright
from reader import ALL, SECRETARIAT, FakeEngine, Reader, gradio_at_work

import app
from corpus.model import Document, Passage, Section, Sentence, Span
from qa.model import Answer, Citation, Hit, Reply

pytestmark = pytest.mark.browser
with_both_engines = pytest.mark.parametrize(
    "engine", ["fake", pytest.param("real", marks=pytest.mark.model)], indirect=True
)
"""What does not hang on how passages are found is tested with the fake alone."""

BROWSER = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> **bold** _x_ # h $x$ ${1+1} {{value}} &amp;"
WEATHER = "明天北京天气怎么样？"


@pytest.fixture(scope="session")
def fake(shipped: Document) -> FakeEngine:
    return FakeEngine(shipped)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> app.Asks:
    """The page's engine: the fake, or what `with_both_engines` says."""
    engine: app.Asks = request.getfixturevalue("real_engine" if getattr(request, "param", "") == "real" else "fake")
    return engine


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[app.Asks], str]]:
    """Serve engines, each at its own address, until the tests end."""
    addresses: dict[int, str] = {}
    served = []

    def start(engine: app.Asks) -> str:
        if id(engine) not in addresses:
            with gradio_at_work():
                blocks = app.build_app(engine)
                addresses[id(engine)] = app.launch(blocks, port=0)
            served.append((blocks, engine))
        return addresses[id(engine)]

    yield start
    with gradio_at_work():
        for blocks, _ in served:
            blocks.close(verbose=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield browser
        browser.close()


Visit = Callable[..., Reader]


@pytest.fixture
def visit(browser: Browser, serve: Callable[[app.Asks], str], engine: app.Asks) -> Iterator[Visit]:
    """Open the page in a browser of one's own; afterwards nothing may have gone wrong or gone out."""
    contexts: list[BrowserContext] = []
    readers: list[Reader] = []

    def open_page(*, width: int = 1280, height: int = 860, locale: str = "zh-CN", dark: bool = False) -> Reader:
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": height},
                locale=locale,
                color_scheme="dark" if dark else "light",
                permissions=["clipboard-read", "clipboard-write"],
            )
        )
        readers.append(Reader(contexts[-1].new_page(), serve(engine)))
        return readers[-1]

    yield open_page
    for context in contexts:
        context.close()
    for reader in readers:
        assert reader.errors == []
        assert reader.dialogs == []
        outside = {
            url for url in reader.requests if urlsplit(url).hostname != "127.0.0.1" and not url.startswith("data:")
        }
        assert outside == set()


def assert_exact(quotes: Locator, document: Document) -> list[str]:
    """Every quote's text content is its slices; return the passages' ids."""
    shown = quotes.evaluate_all(
        "quotes => quotes.map(q => [q.dataset.passage, q.dataset.document, q.dataset.spans, q.textContent,"
        " q.getAttribute('cite'), q.nextElementSibling.tagName])"
    )
    for passage_id, name, spans, text, cite, beside in shown:
        ranges = [part.split("-") for part in spans.split(",")]
        assert text == "".join(document.text[int(start) : int(end)] for start, end in ranges)
        assert (name, cite, beside) == (document.name, f"?p={passage_id}", "CITE")
    return [row[0] for row in shown]


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
    examples = reader.page.locator("[data-ask]")
    expect(examples).to_have_count(6)

    reader.page.get_by_role("button", name="How many vaccine doses has China provided so far?").click()

    reply = reader.reply(1)
    expect(reply).to_have_attribute("data-status", "answered")
    assert_exact(reply.locator("blockquote.quote"), shipped)
    expect(reply.locator("cite", has_text="（第73行）")).to_contain_text("第一，走团结合作之路")


@with_both_engines
def test_a_citation_leads_to_the_passage_in_the_source(visit: Visit) -> None:
    reader = visit()
    reply = reader.ask(SECRETARIAT)
    for card in reply.locator(".card").all():
        card.locator("cite").click()
        reader.sees(card.locator("blockquote").get_attribute("data-passage") or "")


@with_both_engines
def test_not_found_says_so_and_folds_the_nearest_passages(visit: Visit, shipped: Document) -> None:
    reader = visit()
    reply = reader.ask(WEATHER)

    expect(reply).to_have_attribute("data-status", "not_found")
    expect(reply).to_contain_text("这份文本里没有找到答案。")
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
    shown = reader.page.locator(".source .passage").evaluate_all(
        "all => all.map(p => [p.dataset.passage, p.textContent])"
    )
    assert shown == [[passage.id, shipped.quote(passage.spans)] for passage in shipped.passages]


def test_copying_takes_the_exact_slices(visit: Visit, shipped: Document) -> None:
    reader = visit()
    card = reader.ask("共建“一带一路”").locator(".card").first
    card.get_by_role("button", name="复制原文").click()

    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    (passage,) = [p for p in shipped.passages if shipped.line(p.spans[0].start) == 79]
    assert len(passage.spans) == 2
    assert reader.page.evaluate("navigator.clipboard.readText()") == shipped.quote(passage.spans)


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


def test_a_permalink_opens_the_source_at_its_passage(visit: Visit, shipped: Document) -> None:
    reader = visit()
    passage = shipped.passages[-5]
    reader.open(f"?p={passage.id}")
    reader.page.wait_for_selector(".lit")
    expect(reader.page.locator(".lit")).to_have_attribute("data-passage", passage.id)
    expect(reader.page.locator(".lit")).to_be_in_viewport()


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

    reader.page.get_by_role("button", name="☾").click()
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
    assert reader.replies.last.inner_text().startswith("This text has no answer to that.")


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


def test_a_hostile_document_is_text_and_nothing_else(browser: Browser, serve: Callable[[app.Asks], str]) -> None:
    """Carriage returns, NUL, templates and tags of a source reach the page as characters."""
    text = HOSTILE + "\r\n\u3000\u3000第二行\0\t完\u00a0"
    work = Section(HOSTILE, None, 0, None, is_lead=False)
    spans = (Span(0, len(text)),)
    passage = Passage("0123456789abcdef", spans, (Sentence(spans),), work, 1)
    document = Document("sample", text, "0" * 64, (work, passage))

    class OneAnswer:
        documents = (document,)

        def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
            return Answer(question, None, (), (Hit(Citation(document, passage), passage.sentences[0], spans, 0.9),))

    context = browser.new_context(viewport={"width": 1280, "height": 860})
    reader = Reader(context.new_page(), serve(OneAnswer()))
    reply = reader.ask("问")
    for shown in (reply.locator("blockquote"), reader.page.locator(".source .passage")):
        assert shown.evaluate("element => element.textContent") == text
    expect(reader.page.locator("h2.supplied")).to_have_text(f"〔{HOSTILE}〕")
    assert (reader.errors, reader.dialogs) == ([], [])
    context.close()
