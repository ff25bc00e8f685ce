"""What a printer gets: the conversation with every quote, its citation and grade; checked quotations; or the text."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, expect

from corpus.document import Document
from tests.web.page import MANY, SECRETARIAT, WEATHER, Visit, Visitor
from tests.web.table_engine import CURRENCY, TableEngine
from web.api.page_context import PageEngine

pytestmark = pytest.mark.browser
CHIP = "各国在互联网上有没有自己做主的权利？"


def printed(reader: Visitor) -> list[str]:
    """The text of each page of the print, without blanks and line ends: they come from the layout."""
    with pypdfium2.PdfDocument(reader.page.pdf()) as pdf:
        return ["".join(pdf[number].get_textpage().get_text_bounded().split()) for number in range(len(pdf))]


def plain(text: str | None) -> str:
    return "".join((text or "").split())


def words(quote: Locator) -> list[str]:
    """The text of a quote, cut where its style draws the number of a line between its slices."""
    found: list[str] = quote.evaluate(
        """quote => { const parts = [...quote.querySelectorAll('.slice, .para')];
          return (parts.length ? parts : [quote]).map(part => part.textContent.replace(/\\s/g, '')); }"""
    )
    return found


def test_a_conversation_is_printed_with_every_quote_its_citation_and_grade(visit: Visit) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    reply = reader.ask(MANY)
    reply.locator(".rest summary").click()
    reader.ask(WEATHER)
    paper = "".join(printed(reader))

    for question in (SECRETARIAT, MANY, WEATHER):
        assert plain(question) in paper
    open_cards = reader.page.locator(".cards > .card:visible")
    assert open_cards.count() > 3
    for card in open_cards.all():
        assert all(part in paper for part in words(card.locator(".quote")))
        assert plain(card.locator("cite").text_content()) in paper
    assert paper.count("可能回答") >= 1
    assert "文中没有找到答案" in paper


def test_what_is_folded_or_only_to_be_pressed_is_not_printed(visit: Visit) -> None:
    reader = visit()
    folded = reader.ask(MANY).locator(".rest .quote").first.text_content()
    paper = "".join(printed(reader))

    assert plain(folded) not in paper
    for pressed in ("复制原文", "引文核对", "目录", "就这份文本提问", CHIP, "这个回答", "第1段，共"):
        assert plain(pressed) not in paper


def test_checked_quotations_are_printed_from_their_own_tab(visit: Visit) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    reader.page.get_by_role("tab", name="引文核对").click()
    reader.page.get_by_role("textbox").fill("设在北京的秘书处\n设在南京的秘书处")
    reader.page.get_by_role("button", name="核对", exact=True).click()
    expect(reader.page.locator(".result")).to_have_count(2)
    paper = "".join(printed(reader))

    assert "设在北京的秘书处" in paper
    assert "设在南京的秘书处" in paper
    assert plain(SECRETARIAT) not in paper


def test_where_nothing_was_asked_the_text_is_printed(visit: Visit, shipped: Document) -> None:
    paper = "".join(printed(visit()))

    for passage in (shipped.passages[0], shipped.passages[40], shipped.passages[-1]):
        assert all(plain(shipped.quote((span,))) in paper for span in passage.spans)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_print_is_black_on_white(visit: Visit, dark: bool) -> None:
    reader = visit(dark=dark)
    reader.ask(SECRETARIAT)
    with pypdfium2.PdfDocument(reader.page.pdf(print_background=True)) as pdf:
        picture = pdf[0].render().to_pil().convert("RGB")

    colours = sorted(picture.getcolors(1 << 24), reverse=True)
    assert colours[0][1] == (255, 255, 255)
    assert max(max(pixel) - min(pixel) for _, pixel in colours) < 8


def test_each_page_has_room_for_a_whole_short_card(visit: Visit) -> None:
    """A card that fits on a page stands on one."""
    reader = visit()
    reader.ask(MANY).locator(".rest summary").click()
    pages = printed(reader)

    assert len(pages) > 1
    for card in reader.page.locator(".cards > .card:visible").all():
        parts = [*words(card.locator(".quote")), plain(card.locator("cite").text_content())]
        assert any(all(part in page for part in parts) for page in pages)


def test_a_wide_table_is_printed_whole(browser: Browser, serve: Callable[[PageEngine], str]) -> None:
    engine = TableEngine()
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    reader = Visitor(context.new_page(), serve(engine))
    reader.ask(CURRENCY)
    paper = "".join(printed(reader))  # what stands beyond the edge of the page is not read
    for head in engine.heads:
        assert head in paper
    assert "吉尔吉斯斯坦的国歌" in paper
    context.close()
