"""What a reader types and has not sent yet is not lost: by a reload, or by Enter pressed twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.web.page import SECRETARIAT, Visit

pytestmark = pytest.mark.browser


def test_a_question_that_is_half_typed_survives_a_reload(visit: Visit) -> None:
    reader = visit()
    reader.box.fill("一个写了一半的\n<问题>")
    reader.page.reload()
    expect(reader.box).to_have_value("一个写了一半的\n<问题>")

    reader.ask(SECRETARIAT)
    reader.page.reload()
    reader.reply(1)
    expect(reader.box).to_have_value("")


def test_quotations_that_are_not_checked_yet_survive_a_reload_in_either_tab(visit: Visit) -> None:
    """Also where others were checked before: what was typed since is what comes back."""
    reader = visit()
    page = reader.page
    page.get_by_role("tab", name="引文核对").click()
    typed = page.locator(".tocheck textarea")
    typed.fill("秘书处设在北京")
    page.locator(".tocheck [type=submit]").click()
    expect(page.locator(".results .result")).to_have_count(1)
    typed.fill("另一句还没有核对")
    page.reload()
    expect(page.locator(".results .result")).to_have_count(1)
    expect(typed).to_have_value("另一句还没有核对")

    page.get_by_role("tab", name="问答").click()
    page.reload()
    page.get_by_role("tab", name="引文核对").click()
    expect(typed).to_have_value("另一句还没有核对")


def test_enter_pressed_twice_asks_once(visit: Visit) -> None:
    """The second one has nothing to ask, and does not push the answer out of sight."""
    reader = visit()
    held: list[Route] = []
    reader.page.route("**/page/ask", lambda route: held.append(route))
    reader.box.fill(SECRETARIAT)
    reader.box.press("Enter")
    reader.box.press("Enter")
    expect(reader.page.locator(".turn")).to_have_count(1)
    held[0].continue_()
    reader.page.unroute("**/page/ask")
    reader.reply(1)
    expect(reader.page.locator(".turn")).to_have_count(1)
    expect(reader.box).to_be_focused()
    reader.box.fill("  ")
    reader.box.press("Enter")
    expect(reader.reply(2)).to_have_attribute("data-status", "rejected")
