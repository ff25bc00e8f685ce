"""Conversations in a real browser: kept, found, renamed, deleted, opened again; by keys, in two tabs, without room."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from corpus.document import Document
from index.catalog import Catalog
from tests.web.elements import tree
from tests.web.page import QUESTION, SECRETARIAT, WEATHER, FakeEngine, Visit, Visitor, assert_exact
from tests.web.test_page_access import serious
from tests.web.test_page_share import from_module
from web.html.page import Account, page_html

pytestmark = pytest.mark.browser
KEPT = (
    "Object.entries(localStorage).filter(([key]) => key.startsWith('yuanwen.conversation.'))"
    ".map(([, value]) => JSON.parse(value)).sort((one, other) => one.at - other.at)"
)


def kept(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(KEPT)
    return found


def choose(page: Page, entry: str) -> None:
    page.get_by_role("button", name="菜单").click()
    page.locator("#yw-menu").get_by_role("button", name=entry).click()


def open_list(page: Page) -> Locator:
    choose(page, "以前的问答")
    dialog = page.get_by_role("dialog", name="以前的问答")
    expect(dialog).to_be_visible()
    return dialog


def put(page: Page, count: int, questions: int = 1) -> None:
    """Keep conversations as earlier visits would have."""
    page.evaluate(
        "([count, questions]) => { for (let n = 0; n < count; n += 1) localStorage.setItem("
        "`yuanwen.conversation.${encodeURIComponent('@' + location.pathname)}/old${n}`, JSON.stringify({id: `old${n}`,"
        " revision: 'r', title: '', at: 1e12 + n * 6e4, only: [], turns: Array.from({length: questions},"
        " (_, q) => ({question: `旧问题${n} 之 ${q}`, documents: [], alone: false, quotes: []}))})); }",
        [count, questions],
    )


def names(dialog: Locator) -> list[str]:
    return dialog.locator(".kept .of").all_inner_texts()


def test_a_new_conversation_deletes_none_and_the_one_before_is_opened_again(
    visit: Visit, shipped: Document, fake: FakeEngine
) -> None:
    """Its questions are asked again in their order, so that each quote is cut from the text as it is now."""
    reader = visit()
    page = reader.page
    reader.ask(SECRETARIAT)
    reader.ask("那多边主义呢？")
    choose(page, "新的问答")
    expect(reader.bubbles).to_have_count(0)
    reader.ask(WEATHER)
    assert [[turn["question"] for turn in one["turns"]] for one in kept(page)] == [
        [SECRETARIAT, "那多边主义呢？"],
        [WEATHER],
    ]

    dialog = open_list(page)
    assert names(dialog) == [WEATHER, SECRETARIAT]
    expect(dialog.locator('[aria-current="true"]')).to_contain_text("正在看", use_inner_text=True)
    fake.asked.clear()
    dialog.get_by_role("button", name=SECRETARIAT).first.click()
    reader.reply(2)
    expect(reader.bubbles).to_have_text([SECRETARIAT, "那多边主义呢？"])
    assert fake.asked == [(SECRETARIAT, ()), ("那多边主义呢？", (SECRETARIAT,))]
    assert_exact(page.locator("blockquote.quote"), shipped)
    expect(page.locator(".since")).to_have_count(0)
    assert len(kept(page)) == 2


def test_a_question_that_was_joined_with_the_one_before_is_asked_alone_and_stays_so(
    visit: Visit, fake: FakeEngine
) -> None:
    """Also when the conversation is opened again, and for the questions after it."""
    reader = visit()
    reader.ask(SECRETARIAT)
    joined = reader.ask("那多边主义呢？")
    expect(joined.locator(".understood")).to_contain_text("按这个意思查找：", use_inner_text=True)
    fake.asked.clear()
    joined.locator(".understood").get_by_role("button", name="只按这一句查").click()
    expect(reader.replies.last).to_have_attribute("data-status", "not_found")
    expect(reader.page.locator(".understood")).to_have_count(0)
    expect(reader.box).to_be_focused()
    reader.ask("还有呢？")
    assert fake.asked == [("那多边主义呢？", ()), ("还有呢？", ("那多边主义呢？",))]
    fake.asked.clear()
    reader.open()
    reader.page.locator(".resume button").click()
    reader.reply(3)
    assert fake.asked == [(SECRETARIAT, ()), ("那多边主义呢？", ()), ("还有呢？", ("那多边主义呢？",))]


def test_what_is_kept_has_no_word_of_the_source(visit: Visit, shipped: Document) -> None:
    reader = visit()
    quote = reader.ask(SECRETARIAT).locator("blockquote.quote").first
    words, spans = quote.inner_text(), quote.get_attribute("data-spans")
    (conversation,) = kept(reader.page)
    (turn,) = conversation["turns"]
    assert (turn["quotes"][0]["document"], turn["quotes"][0]["spans"]) == ("sco-2021", spans)
    assert turn["quotes"][0]["sha256"] == shipped.sha256
    assert words[:12] not in json.dumps(conversation, ensure_ascii=False)


def test_the_first_view_leads_back_to_the_last_conversation(visit: Visit) -> None:
    reader = visit()
    expect(reader.page.locator(".resume")).to_be_hidden()
    reader.ask(WEATHER)
    reader.open()
    expect(reader.bubbles).to_have_count(0)
    resume = reader.page.locator(".resume button")
    expect(resume).to_have_text(f"接着上次：{WEATHER}", use_inner_text=True)
    resume.click()
    expect(reader.bubbles).to_have_text([WEATHER])
    reader.reply(1)
    expect(resume).to_be_hidden()
    reader.ask(SECRETARIAT)
    assert [len(one["turns"]) for one in kept(reader.page)] == [2]


def test_one_is_found_renamed_and_deleted_and_the_deletion_undone_by_keys_alone(visit: Visit) -> None:
    reader = visit()
    page, press = reader.page, reader.page.keyboard.press
    put(page, 3)
    dialog = open_list(page)
    expect(dialog.locator(".kept .name").first).to_be_focused()
    assert names(dialog) == ["旧问题2 之 0", "旧问题1 之 0", "旧问题0 之 0"]
    press("ArrowDown")
    press("Tab")
    press("Enter")
    expect(dialog.get_by_role("textbox", name="这次问答的名字")).to_be_focused()
    page.keyboard.type("论文第二章")
    press("Escape")
    expect(dialog).to_be_visible()
    assert names(dialog)[1] == "旧问题1 之 0"
    press("Enter")
    page.keyboard.type("论文第二章")
    press("Enter")
    assert names(dialog)[1] == "论文第二章"
    expect(dialog.get_by_role("button", name="改名 论文第二章")).to_be_focused()

    search = dialog.get_by_role("searchbox")
    search.fill("旧问题１ 之")  # full-width, and two words
    assert names(dialog) == ["论文第二章"]
    search.fill("没有的字")
    expect(dialog.locator(".none")).to_have_text("没有哪次问答有这些字。", use_inner_text=True)
    search.fill("")

    dialog.get_by_role("button", name="删除 论文第二章").press("Enter")
    assert names(dialog) == ["旧问题2 之 0", "旧问题0 之 0"]
    expect(dialog.get_by_role("button", name="删除 旧问题0 之 0")).to_be_focused()
    expect(dialog.locator(".undoing")).to_contain_text("删除了“论文第二章”。", use_inner_text=True)
    press("Escape")
    expect(dialog).to_be_hidden()
    dialog = open_list(page)
    dialog.get_by_role("button", name="撤销").press("Enter")
    assert names(dialog) == ["旧问题2 之 0", "论文第二章", "旧问题0 之 0"]
    expect(dialog.get_by_role("button", name="论文第二章").first).to_be_focused()
    dialog.get_by_role("button", name="全部删除").press("Enter")
    expect(dialog.locator(".none")).to_have_text("还没有问过什么。", use_inner_text=True)
    expect(dialog.get_by_role("button", name="撤销")).to_be_focused()
    press("Enter")
    assert len(kept(page)) == 3


def test_the_one_on_the_page_is_deleted_and_comes_back(visit: Visit) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    dialog = open_list(reader.page)
    dialog.get_by_role("button", name=f"删除 {SECRETARIAT}").click()
    expect(reader.bubbles).to_have_count(0)
    assert kept(reader.page) == []
    dialog.get_by_role("button", name="撤销").click()
    expect(reader.bubbles).to_have_text([SECRETARIAT])
    reader.page.keyboard.press("Escape")
    reader.reply(1)
    assert len(kept(reader.page)) == 1


def test_two_tabs_do_not_overwrite_each_other(visit: Visit) -> None:
    """Both go on with the same conversation: the one that comes second is kept apart, and says so."""
    reader = visit()
    reader.ask(SECRETARIAT)
    other = Visitor(reader.page.context.new_page(), reader.address)
    other.page.locator(".resume button").click()
    other.reply(1)
    other.ask(WEATHER)
    reader.ask("第三问")
    expect(reader.page.locator(".said")).to_contain_text("另存为一次", use_inner_text=True)
    assert [[turn["question"] for turn in one["turns"]] for one in kept(reader.page)] == [
        [SECRETARIAT, WEATHER],
        [SECRETARIAT, "第三问"],
    ]
    reader.ask("第四问")
    other.ask("第五问")
    assert [len(one["turns"]) for one in kept(reader.page)] == [3, 3]
    assert other.errors == []


def test_a_list_that_is_open_follows_another_tab(visit: Visit) -> None:
    reader = visit()
    put(reader.page, 2)
    dialog = open_list(reader.page)
    other = Visitor(reader.page.context.new_page(), reader.address)
    other.ask(SECRETARIAT)
    expect(dialog.locator(".kept .of")).to_have_text([SECRETARIAT, "旧问题1 之 0", "旧问题0 之 0"])
    expect(dialog.locator(".kept .name").nth(1)).to_be_focused()


def test_beyond_two_hundred_the_oldest_go_and_each_is_reached_by_keys(visit: Visit) -> None:
    reader = visit()
    put(reader.page, 205)
    reader.ask(SECRETARIAT)
    found = kept(reader.page)
    assert len(found) == 200
    assert found[0]["id"] == "old6"
    dialog = open_list(reader.page)
    expect(dialog.locator(".kept li")).to_have_count(200)
    expect(dialog.locator(".most")).to_contain_text("最多留 200 次", use_inner_text=True)
    reader.page.keyboard.press("End")
    expect(dialog.locator(".kept .name").last).to_be_focused()
    expect(dialog.locator(".kept .name").last).to_be_in_viewport()


def test_where_the_room_is_short_the_newest_are_kept_and_it_is_said(visit: Visit) -> None:
    reader = visit()
    put(reader.page, 12, questions=400)
    reader.page.evaluate(
        "{ let part = 'x'.repeat(2 ** 20), n = 0; while (part.length > 50) {"
        " try { localStorage.setItem(`filler${n += 1}`, part); } catch { part = part.slice(part.length / 2); } } }"
    )
    assert len(kept(reader.page)) == 12
    reader.ask(SECRETARIAT)
    expect(reader.page.locator(".said")).to_contain_text("最旧的 1 次问答删去了", use_inner_text=True)
    found = kept(reader.page)
    assert [one["id"] for one in found][:1] == ["old1"]
    assert found[-1]["turns"][0]["question"] == SECRETARIAT

    reader.page.evaluate(
        "for (const key of Object.keys(localStorage)) if (key.includes('conversation')) localStorage.removeItem(key);"
        "{ let part = 'x'.repeat(2 ** 20), n = 1e6; while (part.length) {"
        " try { localStorage.setItem(`more${n += 1}`, part); } catch { part = part.slice(0, part.length / 2); } } }"
    )
    reader.open()
    reader.ask(WEATHER)
    expect(reader.page.locator(".said")).to_contain_text("请导出", use_inner_text=True)
    expect(reader.replies.last).to_have_attribute("data-status", "not_found")


def test_where_storage_is_forbidden_questions_are_answered_and_the_list_says_why_it_is_empty(visit: Visit) -> None:
    reader = visit()
    reader.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
        " {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    reader.open()
    expect(reader.ask(SECRETARIAT)).to_have_attribute("data-status", "answered")
    dialog = open_list(reader.page)
    expect(dialog).to_contain_text("不许网页保存东西", use_inner_text=True)
    expect(dialog.locator(".keeps")).to_be_hidden()
    reader.page.keyboard.press("Escape")
    choose(reader.page, "新的问答")
    reader.page.locator(".resume button").click()  # as long as the page is open
    reader.reply(1)
    expect(reader.bubbles).to_have_text([SECRETARIAT])


def test_keeping_can_be_switched_off(visit: Visit) -> None:
    reader = visit()
    put(reader.page, 1)
    reader.ask(SECRETARIAT)
    dialog = open_list(reader.page)
    dialog.get_by_role("checkbox", name="在这个浏览器里保留问答").click()
    assert [one["id"] for one in kept(reader.page)] == ["old0"]
    reader.page.keyboard.press("Escape")
    reader.ask(WEATHER)
    assert [one["id"] for one in kept(reader.page)] == ["old0"]
    reader.page.reload()
    expect(reader.bubbles).to_have_text([SECRETARIAT, WEATHER])  # of this tab
    reader.reply(2)
    open_list(reader.page).get_by_role("checkbox", name="在这个浏览器里保留问答").click()
    assert [len(one["turns"]) for one in kept(reader.page)] == [1, 2]


def test_a_new_question_does_not_wait_for_a_long_conversation_that_is_opened(visit: Visit, fake: FakeEngine) -> None:
    reader = visit()
    put(reader.page, 1, questions=9)
    held: list[Route] = []
    reader.page.route("**/page/ask", lambda route: route.continue_() if held else held.append(route))
    reader.open()
    reader.page.locator(".resume button").click()
    expect(reader.page.locator(".seeking")).to_have_count(9)
    reader.box.fill(SECRETARIAT)
    reader.box.press("Enter")
    expect(reader.page.locator(".seeking")).to_have_count(10)
    fake.asked.clear()
    held[0].continue_()
    reader.reply(10)
    assert [question for question, _ in fake.asked][:3] == ["旧问题0 之 0", SECRETARIAT, "旧问题0 之 1"]
    expect(reader.bubbles.last).to_have_text(SECRETARIAT)
    assert [len(one["turns"]) for one in kept(reader.page)] == [10]


def test_what_others_have_written_into_the_storage_is_no_conversation(visit: Visit) -> None:
    reader = visit()
    reader.page.evaluate(
        "const key = `yuanwen.conversation.${encodeURIComponent('@' + location.pathname)}/`;"
        "for (const [n, value] of ['{', 'null', '[]', '{\"turns\": 7}', '{\"turns\": [{\"question\": []}, null]}',"
        ' \'{"turns": [{"question": "<img src=x onerror=alert(1)>"}], "at": "x", "title": {}}\'].entries())'
        " localStorage.setItem(key + n, value);"
    )
    dialog = open_list(reader.page)
    assert names(dialog) == ["<img src=x onerror=alert(1)>"]
    dialog.locator(".kept .name").click()
    reader.reply(1)
    expect(reader.bubbles).to_have_text(["<img src=x onerror=alert(1)>"])
    reader.ask(SECRETARIAT)


def test_readers_and_libraries_of_one_browser_have_their_own(visit: Visit) -> None:
    found = from_module(
        visit().page,
        "conversation_store.js",
        """({ ConversationStore }) => {
          const turns = [{question: '问', documents: [], alone: false, quotes: []}];
          const readers = ['@/', '@/mine/', '甲@/', '乙@/', '甲@/mine/'];
          const stores = readers.map(reader => new ConversationStore(localStorage, reader));
          stores.forEach((store, n) => store.write({id: `c${n}`, revision: '', title: '', at: 0, only: [], turns}));
          return stores.map(store => store.ids());
        }""",
    )
    assert found == [["c0"], ["c1"], ["c2"], ["c3"], ["c4"]]
    account = Account("<甲>", is_own=False, root_path="")
    (page,) = tree(page_html(Catalog.of([]), account=account)).all("div", **{"class": "yuanwen"})
    assert page.attributes["data-user"] == "<甲>"


def test_a_question_in_the_address_begins_a_conversation_and_asks_once(visit: Visit) -> None:
    reader = visit()
    reader.open(f"?q={SECRETARIAT}")
    reader.reply(1)
    expect(reader.bubbles).to_have_text([SECRETARIAT])
    reader.page.reload()
    reader.reply(1)
    expect(reader.bubbles).to_have_text([SECRETARIAT])
    assert [len(one["turns"]) for one in kept(reader.page)] == [1]


def test_examples_take_no_room_from_an_answer_or_from_what_is_typed(visit: Visit) -> None:
    reader = visit(width=390)
    chips = reader.page.locator("[data-ask]:visible")
    expect(chips).to_have_count(6)
    place = reader.page.locator(".intro h2").bounding_box()
    reader.box.fill("秘")
    expect(chips).to_have_count(0)
    assert reader.page.locator(".intro h2").bounding_box() == place
    reader.box.fill("")
    expect(chips).to_have_count(6)
    reader.ask(SECRETARIAT)
    expect(chips).to_have_count(0)
    choose(reader.page, "新的问答")
    expect(chips).to_have_count(6)


def test_a_question_that_is_too_long_stays_in_the_box(visit: Visit) -> None:
    reader = visit()
    long = "𠮷" * 2001  # two code units each
    reader.box.fill(long)
    reader.box.press("Enter")
    expect(reader.reply(1)).to_have_attribute("data-status", "rejected")
    expect(reader.box).to_have_value(long)
    assert kept(reader.page) == []
    reader.box.fill("𠮷" * 2000)
    reader.box.press("Enter")
    reader.reply(2)
    expect(reader.box).to_have_value("")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "locale"), [(320, "en-US"), (390, "zh-CN"), (1280, "zh-CN")])
def test_the_list_fits_and_has_no_serious_fault(visit: Visit, width: int, locale: str, dark: bool) -> None:
    reader = visit(width=width, height=640, locale=locale, dark=dark)
    put(reader.page, 30)
    reader.ask("很长的问题" * 30)
    reader.page.locator(".dots").click()
    reader.page.locator('[data-act="conversations"]').click()
    dialog = reader.page.locator("#yw-conversations")
    expect(dialog).to_be_visible()
    box = dialog.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= 640
    assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth")
    for button in dialog.locator("button:visible").all()[:8]:
        size = button.bounding_box()
        assert size and size["width"] >= 24 and size["height"] >= 24
    assert serious(reader) == []
    assert reader.page.get_by_role("textbox", name=QUESTION, exact=True).count() <= 1
