"""The quotation check on the page: groups that filter and order, copying the right wording, whole drafts, reports."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from corpus.document import Document
from tests.web.page import Visit, Visitor, assert_exact
from tests.web.test_page_check import TRAINING, check

pytestmark = pytest.mark.browser

_PATIENCE = 60_000
"""In milliseconds: the process that reads drafts has to start."""
DRAFT = f"""# 札记

《不忘初心 砥砺前行》写道：“{TRAINING.replace("1000", "2000")}”[^1]，又写道：“{TRAINING}”。

《上海合作组织二十周年杜尚别宣言》写道：“{TRAINING}”，所谓“双标”不算。<script>window.hit = 1</script>

> 天上的银河里并没有一座收费的桥

没合上“的引号。

[^1]: 同上。
"""


def groups(page: Page) -> list[str]:
    expect(page.locator(".tally")).to_be_visible(timeout=_PATIENCE)
    return [one.get_attribute("data-group") or "" for one in page.locator(".result:visible").all()]


def give(reader: Visitor, tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    reader.page.get_by_role("tab", name="引文核对").click()
    reader.page.locator("#yw-check input.draft").set_input_files(file)


def test_groups_filter_and_order(visit: Visit) -> None:
    reader = visit()
    check(reader, f"{TRAINING}\n{TRAINING.replace('1000', '2000')}\n红烧肉很好吃，大家都喜欢吃红烧肉")
    page = reader.page
    assert groups(page) == ["exact", "altered", "absent"]
    page.get_by_role("button", name="按严重程度").click()
    assert groups(page) == ["altered", "absent", "exact"]
    page.get_by_role("button", name="1 有出入（1 数字）").click()
    assert groups(page) == ["altered"]
    page.get_by_role("button", name="核对了 3 条").click()
    page.get_by_role("button", name="按位置").click()
    assert groups(page) == ["exact", "altered", "absent"]


def test_a_verdict_is_never_colour_alone(visit: Visit) -> None:
    reader = visit()
    results = check(reader, f"{TRAINING}\n{TRAINING.replace('1000', '2000')}\n红烧肉很好吃，大家都喜欢吃红烧肉")
    assert [one.locator(".word").inner_text()[0] for one in results.all()] == ["✓", "≠", "✕"]
    edges = [one.evaluate("e => getComputedStyle(e).borderInlineStartColor") for one in results.all()]
    red = reader.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--red')")
    assert edges[0] != red
    assert "gradient" in results.nth(1).evaluate("e => getComputedStyle(e, '::before').backgroundImage")


def test_the_right_wording_is_copied_with_its_citation(visit: Visit, shipped: Document) -> None:
    reader = visit()
    (result,) = check(reader, TRAINING.replace("1000", "2000")).all()
    assert_exact(result.locator("blockquote.quote"), shipped)
    reader.page.evaluate("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }")
    result.get_by_role("button", name="复制正确的原文（含出处）").click()
    words, citation = reader.page.evaluate("window.copied").split("\n")
    assert words == TRAINING
    assert citation.startswith("《不忘初心 砥砺前行 开启上海合作组织发展新征程》")


def test_results_survive_a_reload(visit: Visit) -> None:
    reader = visit()
    check(reader, TRAINING)
    reader.page.reload()
    expect(reader.page.locator(".result.exact")).to_be_visible()
    expect(reader.page.get_by_role("textbox", name="要核对的引文")).to_have_value(TRAINING)


def test_a_draft_is_checked_whole(visit: Visit, tmp_path: Path, shipped: Document) -> None:
    reader = visit()
    give(reader, tmp_path, "稿.md", DRAFT.encode())
    page = reader.page
    assert groups(page) == ["altered", "exact", "misattributed", "absent"]
    wheres = [one.inner_text() for one in page.locator(".result .where").all()]
    assert wheres == ["第2段", "第2段", "第3段", "第4段"]
    expect(page.locator(".result.misattributed .word")).to_contain_text("张冠李戴", use_inner_text=True)
    expect(page.locator(".draftread")).to_contain_text("1 处引号里不足四个字", use_inner_text=True)
    expect(page.locator(".draftread")).to_contain_text("第5段", use_inner_text=True)
    assert_exact(page.locator(".result.altered blockquote.quote"), shipped)
    assert page.evaluate("window.hit") is None
    page.reload()
    assert groups(page) == ["altered", "exact", "misattributed", "absent"]


def test_a_word_draft_with_footnotes_and_its_report(visit: Visit, tmp_path: Path) -> None:
    file = docx.Document()
    file.add_paragraph(f"习近平说：“{TRAINING}”。")
    file.add_paragraph("与会各方认为：")
    file.add_paragraph("我们共促政治互信，天上另有一座桥", "Quote")
    data = io.BytesIO()
    file.save(data)
    reader = visit()
    give(reader, tmp_path, "论文.docx", data.getvalue())
    page = reader.page
    expect(page.locator(".result")).to_have_count(2, timeout=_PATIENCE)
    expect(page.locator(".tally")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="网页", exact=True).click()
    assert waiting.value.suggested_filename == "论文-引文核对.html"
    report = Path(waiting.value.path()).read_text("utf-8")
    assert TRAINING in report
    assert "<script" not in report
    assert "第1段" in report


def test_a_file_that_is_no_draft_gets_a_sentence(visit: Visit, tmp_path: Path) -> None:
    reader = visit()
    give(reader, tmp_path, "稿.docx", b"PK\x03\x04 nothing")
    expect(reader.page.locator(".draftread")).to_contain_text(re.compile("稿.docx"), timeout=_PATIENCE)
    expect(reader.page.locator(".result")).to_have_count(0)
