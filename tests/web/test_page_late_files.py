"""A question that is put while files are being added: it says so, and is asked again by itself when they are there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.page import SECRETARIAT, Visit, Visitor
from tests.web.test_page_conversations import choose as choose_entry
from tests.web.test_page_conversations import open_list
from tests.web.test_page_documents import (
    DOGS,
    LAW,
    OwnTexts,
    ask_only,
    choose,
    engine,
    line,
    own_texts,
    payload,
    serve,
)

pytestmark = pytest.mark.browser
__all__ = ["engine", "own_texts", "serve"]
ABSENT = "狗狗吃肉肉几几几百元罚款？"
STILL = "还有 {} 份正在加入，加好后会再查一次。"


def late(page: Page) -> Locator:
    return page.locator(".late")


def hold(reader: Visitor, own_texts: OwnTexts, *names: str) -> None:
    """Send files that are not added until the embedder is free."""
    own_texts.embedder.free.clear()
    choose(reader.page, *(payload(name, LAW.replace("吃鱼", f"吃鱼{name}")) for name in names))
    for name in names:
        expect(line(reader.page, name)).to_contain_text(re.compile("正在|等待"), use_inner_text=True)


def test_it_says_so_and_is_asked_again_when_they_are_there(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    page = reader.page
    hold(reader, own_texts, "甲.txt", "乙.txt")
    reader.ask(DOGS)
    expect(late(page)).to_have_text(STILL.format(2), use_inner_text=True)
    expect(late(page)).to_have_attribute("role", "status")
    above = late(page).bounding_box()
    reply = page.locator(".reply").bounding_box()
    assert above and reply and above["y"] < reply["y"]  # before the reply, whatever that says
    own_texts.embedder.free.set()
    expect(late(page)).to_have_text("新加的文本里也查过了，这是现在的回答。", use_inner_text=True, timeout=30_000)
    expect(page.locator('.reply blockquote[data-document="甲"]').first).to_have_count(1)
    expect(reader.replies).to_have_count(1)
    expect(reader.box).to_be_focused()
    assert (
        late(page).bounding_box() == above
        or late(page).evaluate("one => one.getBoundingClientRect().top") == above["y"]
    )


def test_one_that_the_reader_is_reading_is_not_replaced(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    page = reader.page
    hold(reader, own_texts, "甲.txt")
    reply = reader.ask(DOGS)
    expect(late(page)).to_have_text(STILL.format(1), use_inner_text=True)
    reply.locator("button:visible, summary:visible").first.focus()
    page.evaluate("window.reply = document.querySelector('.reply')")
    own_texts.embedder.free.set()
    button = late(page).get_by_role("button", name="换成新的回答")
    expect(button).to_be_visible(timeout=30_000)
    assert page.evaluate("window.reply.isConnected")
    button.press("Enter")
    expect(late(page)).to_be_focused()
    expect(page.locator('.reply blockquote[data-document="甲"]').first).to_have_count(1)
    assert not page.evaluate("window.reply.isConnected")


def test_an_answer_that_stays_the_same_is_said(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    own_texts.embedder.free.clear()
    choose(reader.page, payload("甲.txt", LAW))
    expect(line(reader.page, "甲.txt")).to_contain_text("正在", use_inner_text=True)
    reader.ask(SECRETARIAT)
    expect(late(reader.page)).to_have_text(STILL.format(1), use_inner_text=True)
    line(reader.page, "甲.txt").get_by_role("button", name="取消").click()
    own_texts.embedder.free.set()
    expect(late(reader.page)).to_have_text("新加的文本里也查过了，回答没有变。", use_inner_text=True, timeout=30_000)


def test_a_question_to_some_texts_only_does_not_wait_and_says_which(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({"猫狗条例.txt": LAW, "修路记.txt": "先修路，后种树。狗也帮忙。"})
    reader = visit()
    page = reader.page
    ask_only(page, "猫狗条例")
    hold(reader, own_texts, "甲.txt")
    reader.ask(DOGS)
    expect(late(page)).to_have_count(0)
    scope = page.locator(".turn .scope")
    expect(scope.locator("summary")).to_have_text("在 1/3 份中查找", use_inner_text=True)
    scope.locator("summary").click()
    expect(scope.locator("li")).to_have_text(["猫狗条例"])
    scope.get_by_role("button", name="这一问改问全部文本").click()
    expect(scope).to_have_count(0)
    reader.reply(1)
    expect(late(page)).to_have_text(STILL.format(1), use_inner_text=True)
    expect(page.locator(".asking")).to_be_visible()  # of questions to come
    own_texts.embedder.free.set()
    expect(line(page, "甲.txt")).to_contain_text("已添加", use_inner_text=True, timeout=30_000)


def test_after_a_reload_it_still_waits_and_in_another_tab_too(visit: Visit, own_texts: OwnTexts) -> None:
    """What is being added is known to the server, whoever sent it."""
    reader = visit()
    hold(reader, own_texts, "甲.txt")
    reader.ask(DOGS)
    reader.page.reload()
    reader.reply(1)
    expect(late(reader.page)).to_have_text(STILL.format(1), use_inner_text=True)
    other = visit()
    other.ask(DOGS)
    expect(late(other.page)).to_have_text(STILL.format(1), use_inner_text=True)
    own_texts.embedder.free.set()
    for page in (reader.page, other.page):
        expect(late(page)).to_contain_text("新加的文本里也查过了", use_inner_text=True, timeout=30_000)


def test_a_new_conversation_waits_for_nothing(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    hold(reader, own_texts, "甲.txt")
    reader.ask(DOGS)
    choose_entry(reader.page, "新的问答")
    own_texts.embedder.free.set()
    expect(line(reader.page, "甲.txt")).to_contain_text("已添加", use_inner_text=True, timeout=30_000)
    reader.page.wait_for_timeout(1500)
    expect(reader.replies).to_have_count(0)


def test_a_kept_conversation_says_what_was_renamed_or_removed_since(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({"猫狗条例.txt": LAW})
    reader = visit()
    page = reader.page
    ask_only(page, "猫狗条例")
    reply = reader.ask("第二条 狗应当吃肉。")
    expect(reply).to_have_attribute("data-status", "answered")
    choose_entry(page, "新的问答")
    own_texts.tidy()
    own_texts.add({"动物规定.txt": LAW})
    reader.open()
    open_list(page).locator(".kept .name").first.click()
    reader.reply(1)
    expect(page.locator(".since")).to_contain_text("《猫狗条例》现在叫《动物规定》。", use_inner_text=True)
    expect(page.locator(".reply blockquote").first).to_have_attribute("data-document", "动物规定")

    choose_entry(page, "新的问答")
    own_texts.tidy()
    own_texts.add({"无关.txt": "先修路，后种树。"})
    reader.open()
    open_list(page).locator(".kept .name").first.click()
    expect(page.locator(".turn")).to_contain_text("已经没有文本", use_inner_text=True)
    page.locator(".turn").get_by_role("button", name="问全部文本").click()
    reader.reply(1)


def test_what_is_out_of_sight_is_renewed_and_what_is_in_sight_does_not_move(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    page = reader.page
    hold(reader, own_texts, "甲.txt")
    reader.ask(DOGS)
    reader.ask(SECRETARIAT)
    expect(late(page)).to_have_count(2)
    top = "turn => turn.getBoundingClientRect().top"
    page.wait_for_function(  # the page has scrolled to it; a function, for the policy lets no string be evaluated
        "() => Math.abs(document.querySelector('.turn:last-child').getBoundingClientRect().top"
        " - document.querySelector('.talk .scroller').getBoundingClientRect().top) < 1"
    )
    before = page.locator(".turn").last.evaluate(top)
    own_texts.embedder.free.set()
    expect(late(page).first).to_contain_text("新加的文本里也查过了", use_inner_text=True, timeout=30_000)
    expect(late(page).last).to_contain_text("新加的文本里也查过了", use_inner_text=True)
    expect(page.locator(".turn").first.locator('blockquote[data-document="甲"]').first).to_have_count(1)
    expect(page.get_by_role("button", name="换成新的回答")).to_have_count(0)
    assert abs(page.locator(".turn").last.evaluate(top) - before) < 2


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 860)])
def test_nothing_jumps_while_files_are_added_and_a_question_is_answered(
    visit: Visit, own_texts: OwnTexts, width: int, height: int
) -> None:
    """What moves without the reader's doing, summed as browsers do for their measure of it (layout-shift)."""
    reader = visit(width=width, height=height)
    page = reader.page
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver(list => { for (const one of list.getEntries())"
        " if (!one.hadRecentInput)"
        " shifts.push([one.value, one.sources.map(({node}) => node?.outerHTML?.slice(0, 60))]); })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    reader.open()
    hold(reader, own_texts, "甲.txt", "乙.txt", "丙.txt")
    reader.ask(DOGS)
    expect(late(page)).to_have_text(STILL.format(3), use_inner_text=True)
    page.wait_for_timeout(600)  # what moves within half a second of a key is the reader's doing
    own_texts.embedder.free.set()
    expect(late(page)).to_contain_text("新加的文本里也查过了", use_inner_text=True, timeout=30_000)
    expect(page.locator(".adding .counts")).to_have_text("已添加 3 份", use_inner_text=True)
    panel = page.locator(".adding").bounding_box()
    assert panel
    assert panel["height"] < 60  # they fold away by themselves
    shifts = page.evaluate("shifts")
    assert sum(value for value, _ in shifts) <= 0.02, shifts
