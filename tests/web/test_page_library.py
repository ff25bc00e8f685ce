"""The library on the page: what can be asked, the list's choice, order and filters, adding and removing, widths."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import expect

from tests.web.page import Visit
from tests.web.test_page_access import serious
from tests.web.test_page_documents import (  # noqa: F401  (`engine`, `serve`, `own_texts` are fixtures)
    GARBLED,
    LAW,
    OwnTexts,
    ask_only,
    choose,
    engine,
    line,
    open_texts,
    own_texts,
    payload,
    press_button,
    serve,
)

pytestmark = pytest.mark.browser
SPEECH = "在修路大会上的讲话\n\n（2020年5月1日）\n\n同志们：\n\n先修路，后种树。\n"


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("width", [320, 360, 390, 1280, 1920])
def test_the_header_fits_and_language_and_theme_can_be_chosen(visit: Visit, width: int, locale: str) -> None:
    page = visit(width=width, locale=locale).page
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.bar *')]
          .filter(e => e.checkVisibility() && !e.closest('.sr, .addname'))
          .filter(e => { const b = e.getBoundingClientRect(); return b.right > innerWidth || b.left < 0; })
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert cut == []
    if width < 400:
        page.locator(".bar .dots").click()
    page.get_by_role("button", name="EN" if locale == "zh-CN" else "中文", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if locale == "zh-CN" else "zh-Hans")
    page.locator('[data-act="theme"]:visible').click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    if width >= 400:
        expect(page.locator(".bar .sun")).to_be_visible()
        expect(page.locator(".bar .moon")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_start_says_what_can_be_asked_where_it_stays_and_adds_with_one_tap(
    visit: Visit,
    own_texts: OwnTexts,  # noqa: F811
    width: int,
) -> None:
    page = visit(width=width, height=600).page
    intro = page.locator(".intro")
    expect(intro.locator(".canask")).to_contain_text("现在可问：《宣言》", use_inner_text=True)
    expect(intro.locator(".here")).to_contain_text("文件只在这台电脑上读取", use_inner_text=True)
    expect(intro.locator(".here")).to_be_in_viewport()
    expect(page.locator(".bar").get_by_role("button", name="添加文件")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        intro.get_by_role("button", name="添加文件").click()
    assert ".docx" in (page.locator("#yw-texts input[type=file]").get_attribute("accept") or "").split(",")
    chooser.value.set_files([payload("条例-3.txt", LAW), payload("a.txt", SPEECH), payload("b.txt", "狗吃肉。")])

    expect(page.locator(".adding .counts")).to_have_text("已添加 3 份", use_inner_text=True, timeout=20_000)
    expect(page.locator(".coming li:visible")).to_have_count(0)
    expect(intro.locator(".heading")).to_have_text("向这 4 份文本提问，看原文怎么说", use_inner_text=True)
    expect(intro.locator(".canask")).to_contain_text(
        "《宣言》、《猫狗条例》、《在修路大会上的讲话》等 4 份文本", use_inner_text=True
    )
    expect(page.locator(".dock textarea")).to_have_attribute("placeholder", "就 4 份文本提问……")
    expect(page.locator(".docname")).to_have_text("《猫狗条例》")
    expect(page.locator("article.source")).to_have_attribute("data-document", "条例-3")
    panel = page.locator(".adding").bounding_box()
    assert panel
    assert panel["height"] < 60  # one line, with buttons that a finger hits
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator(".coming li:visible")).to_have_count(3)


def test_only_refusals_stay_in_sight_each_with_its_subject(visit: Visit, own_texts: OwnTexts) -> None:  # noqa: F811
    reader = visit(width=390, height=600, locale="en-US")
    page = reader.page
    choose(page, payload("甲.txt", LAW), payload("photo.gif", b"GIF89a"))
    refused = line(page, "photo.gif")
    expect(refused).to_have_text(re.compile(r"^Not added\s*photo\.gif\s*is a "), use_inner_text=True)
    expect(page.locator(".coming li:visible")).to_have_count(1)
    colon = refused.locator(".how").evaluate("how => getComputedStyle(how, '::before').content")
    assert colon == '": "'


def test_the_list_shows_titles_and_groups_and_checks_what_is_shown(visit: Visit, own_texts: OwnTexts) -> None:  # noqa: F811
    own_texts.add(
        {"1632987_2020.txt": SPEECH, "条例.txt": LAW} | {f"第{n}号.txt": f"第{n}号说，修路。" for n in range(8)}
    )
    page = visit().page
    menu = open_texts(page)
    row = menu.locator('.row[data-document="1632987_2020"]')
    expect(row.locator(".of")).to_have_text("《在修路大会上的讲话》")
    expect(row.locator(".note").first).to_have_text(
        re.compile(r"^1632987_2020 · 2020-05-01 · 讲话 · \d 段$"), use_inner_text=True
    )
    shown = menu.locator(".row:visible")
    menu.get_by_label("类型").select_option("speech")
    expect(shown).to_have_count(1)
    menu.get_by_role("button", name="全不选").click()
    expect(menu.locator(".scope")).to_have_text("在 10/11 份中查找", use_inner_text=True)
    menu.get_by_label("类型").select_option("")
    menu.get_by_label("年份").select_option("2020")
    expect(shown).to_have_count(1)
    menu.get_by_label("年份").select_option("")
    menu.get_by_role("button", name="全不选").click()
    expect(menu.locator(".scope")).to_have_text("在 0/11 份中查找", use_inner_text=True)

    menu.get_by_label("排列").select_option("kind")
    group = menu.locator(".group").filter(has_text="讲话")
    group.locator("input").check()
    expect(row.locator("input")).to_be_checked()
    expect(menu.locator(".scope")).to_have_text("在 1/11 份中查找", use_inner_text=True)
    menu.get_by_label("排列").select_option("newest")
    expect(shown.first).to_have_attribute("data-document", "第7号")
    menu.get_by_label("排列").select_option("date")
    expect(shown.first).to_have_attribute("data-document", "1632987_2020")
    menu.get_by_role("searchbox").fill("大会")
    expect(shown).to_have_count(1)


def test_with_nothing_checked_nothing_is_asked_and_the_question_stays(visit: Visit, own_texts: OwnTexts) -> None:  # noqa: F811
    own_texts.add({"条例.txt": LAW})
    reader = visit()
    page = reader.page
    ask_only(page)
    reader.box.fill("狗呢")
    reader.box.press("Enter")
    expect(page.locator(".said")).to_contain_text("没有勾选文本", use_inner_text=True)
    expect(reader.box).to_have_value("狗呢")
    expect(page.locator(".turn")).to_have_count(0)


def test_a_text_that_leaves_is_not_asked_and_is_gone_with_the_page(visit: Visit, own_texts: OwnTexts) -> None:  # noqa: F811
    own_texts.add({"条例.txt": LAW, "修路记.txt": GARBLED})
    reader = visit()
    page = reader.page
    press_button(page, "remove", "条例")
    page.keyboard.press("Escape")
    with page.expect_request("**/page/ask") as asked:
        reader.ask("狗应当吃什么？")
    assert (asked.value.post_data_json or {})["documents"] == ["宣言", "修路记"]
    page.reload()
    expect(page.locator("#yw-texts .row")).to_have_count(2)
    for _ in range(100):
        if own_texts.names == ["宣言", "修路记"]:
            break
        page.wait_for_timeout(100)
    assert own_texts.names == ["宣言", "修路记"]


def test_a_page_loaded_anew_before_a_text_is_removed_waits_for_it(
    visit: Visit,
    own_texts: OwnTexts,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own_texts.add({"条例.txt": LAW, "修路记.txt": GARBLED})
    page = visit().page
    press_button(page, "remove", "条例")
    may_go = threading.Event()
    remove = own_texts.jobs.remove
    monkeypatch.setattr(own_texts.jobs, "remove", lambda name: remove(name) if may_go.wait(20) else 0)
    page.reload()
    page.locator(".asking .which").click()
    rows = page.locator("#yw-texts .row")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="条例").locator(".going")).to_be_visible()
    expect(rows.filter(has_text="修路记").locator(".going")).to_be_hidden()
    may_go.set()
    expect(rows).to_have_count(2)


def test_an_added_text_joins_those_that_are_checked(visit: Visit, own_texts: OwnTexts) -> None:  # noqa: F811
    own_texts.add({"条例.txt": LAW, "修路记.txt": GARBLED})
    page = visit().page
    ask_only(page, "条例")
    choose(page, payload("新.txt", "狗吃肉。"))
    expect(page.locator(".asking .scope")).to_have_text("在 2/4 份中查找", use_inner_text=True)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_serious_in_the_library(
    visit: Visit,
    own_texts: OwnTexts,  # noqa: F811
    width: int,
    dark: bool,
) -> None:
    own_texts.add({"a.txt": SPEECH} | {f"第{n}号{'长' * 40 * (n == 3)}.txt": GARBLED for n in range(9)})
    reader = visit(width=width, height=640, dark=dark, locale="en-US")
    page = reader.page
    assert serious(reader) == []
    page.locator(".asking .which").click()
    page.get_by_label("Order").select_option("kind")
    assert serious(reader) == []
    wide = page.evaluate(
        """() => [...document.querySelectorAll('#yw-texts, #yw-texts *')].filter(e => e.checkVisibility())
          .filter(e => !e.closest('.sr') && e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []
