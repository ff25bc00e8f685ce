"""All places of a topic word: a reply shows some passages, and a button finds the others in the text."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from corpus.document import Document
from tests.web.page import SECRETARIAT, Visit

pytestmark = pytest.mark.browser
ROAD = "共建“一带一路”"
"""Line 83 of the text has it too, and is not in the reply."""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_button_finds_all_places_of_a_word_in_the_text(visit: Visit, shipped: Document, width: int) -> None:
    reader = visit(width=width)
    count = shipped.text.count("一带一路")
    button = reader.ask(ROAD).get_by_role("button", name=f"“一带一路”全部 {count} 处")
    button.click()
    expect(reader.page.locator(".find input")).to_have_value("一带一路")
    expect(reader.page.locator(".find .hits")).to_have_text(re.compile(rf"[1-{count}] / {count}"))
    expect(reader.page.locator("article.source")).to_be_in_viewport()


def test_where_each_place_is_shown_there_is_no_button(visit: Visit) -> None:
    expect(visit().ask(SECRETARIAT).locator(".topics")).to_have_count(0)
