"""What a reader does with a reply: copy, cite, link, look around, ask for proof, judge it, keep it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

import app
from corpus.document import Document, cut
from qa.citations.forms import FORMS, quote_with_citation
from qa.evaluate import Question, read_questions
from tests.web.page import MANY, SECRETARIAT, WEATHER, FakeEngine, Visit, Visitor, assert_exact, clipboard

pytestmark = pytest.mark.browser
BELT = "共建“一带一路”"
both_widths = pytest.mark.parametrize("width", [1280, 390])


@both_widths
def test_copying_takes_the_exact_slices(visit: Visit, shipped: Document, width: int) -> None:
    reader = visit(width=width)
    card = reader.ask(BELT).locator(".card").first
    card.get_by_role("button", name="复制原文").click()

    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    (passage,) = [p for p in shipped.passages if shipped.line(p.spans[0].start) == 79]
    assert len(passage.spans) == 2
    assert clipboard(reader.page) == shipped.quote(passage.spans)


@both_widths
def test_a_quote_is_copied_with_its_citation_in_a_form_chosen_once(visit: Visit, shipped: Document, width: int) -> None:
    reader = visit(width=width)
    card = reader.ask(SECRETARIAT).locator(".card").first
    passage = next(p for p in shipped.passages if p.id == card.locator("blockquote").get_attribute("data-passage"))
    forms = reader.page.locator("#yw-forms")
    for form in [name for name in FORMS if name != "text"]:  # it is the same as our own form
        card.get_by_role("button", name="引文格式").click()
        forms.locator(f"[data-form='{form}']").click()
        expect(forms).to_be_hidden()
        expect(card.get_by_role("button", name="已复制")).to_be_visible()
        assert clipboard(reader.page) == quote_with_citation(form, shipped, passage)
        expect(card.get_by_role("button", name="已复制")).to_be_hidden()

    last = "markdown"
    reader.page.reload()
    reader.reply(1)
    reader.page.get_by_role("button", name="复制（含出处）").click()
    expect(reader.page.get_by_role("button", name="已复制")).to_be_visible()
    assert clipboard(reader.page) == quote_with_citation(last, shipped, passage)


def test_a_copied_link_leads_back(visit: Visit) -> None:
    reader = visit()
    card = reader.ask(SECRETARIAT).locator(".card").first
    card.get_by_role("button", name="更多").click()
    card.get_by_role("button", name="复制链接").click()
    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    link = clipboard(reader.page)
    assert link.startswith(reader.address)
    passage_id = card.locator("blockquote").get_attribute("data-passage") or ""
    reader.page.goto(link)
    reader.sees(passage_id)


def test_why_how_sure_and_proof_come_on_request(visit: Visit, shipped: Document) -> None:
    reader = visit()
    card = reader.ask(BELT).locator(".card").first
    more = card.get_by_role("button", name="更多")
    expect(more).to_have_attribute("aria-expanded", "false")
    expect(card.locator(".sha")).to_be_hidden()
    expect(card.locator(".grade")).to_have_text("回答了", use_inner_text=True)
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    for said in ("对上的词", "标黄的一句", "0.90", "0 到 1", "已核对", "第 79–81 行", shipped.sha256):
        expect(card.locator(".more")).to_contain_text(said)
    more.click()
    expect(card.locator(".sha")).to_be_hidden()


@both_widths
def test_of_many_passages_some_are_open_and_the_rest_is_a_key_away(visit: Visit, shipped: Document, width: int) -> None:
    """Opening them moves nothing that the reader sees; each quote is exact, and marks are no part of its text."""
    reader = visit(width=width)
    reply = reader.ask(MANY)
    ids = assert_exact(reply.locator("blockquote.quote"), shipped)
    assert ids == [passage.id for passage in shipped.passages[8:18]]
    expect(reply.locator(".count")).to_have_text("找到 6 段原文", use_inner_text=True)
    expect(reply.locator("blockquote:visible")).to_have_count(6)
    marked = reply.locator(":scope > .cards > .card .quote").evaluate_all(
        "quotes => quotes.map(q => [...q.querySelectorAll('mark.answer')].map(mark => mark.textContent).join(''))"
    )
    assert marked == [shipped.quote(cut(one.sentences[-1].spans, 4, 12)) for one in shipped.passages[8:14]]

    rest = reply.locator(".rest > summary")
    rest.focus()
    before = rest.bounding_box()
    reader.page.keyboard.press("Enter")
    expect(reply.locator("blockquote:visible")).to_have_count(8)
    assert rest.bounding_box() == before
    expect(reply.locator(".rest .grade")).to_have_text(["可能回答"] * 2, use_inner_text=True)
    expect(reply.locator(".rest mark")).to_have_count(0)
    reply.locator(".next > summary").click()
    expect(reply.locator("blockquote:visible")).to_have_count(10)
    expect(reply.locator(".next mark")).to_have_count(0)


def test_the_three_marks_are_told_apart_without_their_colour(visit: Visit) -> None:
    reader = visit()
    card = reader.ask(MANY).locator(".card").first
    look = "getComputedStyle(mark)"
    script = f"mark => [{look}.textDecorationStyle, {look}.textDecorationThickness, {look}.fontWeight]"
    looks = [card.locator(mark).first.evaluate(script) for mark in ("mark:not(.answer)", "mark.answer", ".matched")]
    assert [look[0] for look in looks] == ["solid", "solid", "dotted"]  # what matched is not like a link
    assert looks[1][2] == "700"
    assert float(looks[1][1].removesuffix("px")) > float(looks[0][1].removesuffix("px"))


@both_widths
def test_what_stands_around_a_passage_is_quoted_too(visit: Visit, shipped: Document, width: int) -> None:
    reader = visit(width=width)
    card = reader.ask(SECRETARIAT).locator(".card").first
    card.get_by_role("button", name="更多").click()
    card.get_by_role("button", name="上下文").click()
    expect(card.locator("blockquote.quote")).to_have_count(5)
    ids = assert_exact(card.locator("blockquote.quote"), shipped)
    order = [passage.id for passage in shipped.passages]
    assert ids == order[order.index(ids[2]) - 2 : order.index(ids[2]) + 3]
    card.get_by_role("button", name="复制原文").click()
    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    assert clipboard(reader.page) == shipped.quote(next(p.spans for p in shipped.passages if p.id == ids[2]))
    card.locator(".around cite a").first.click()
    reader.sees(ids[0])
    if width < 800:
        reader.page.keyboard.press("Escape")
    card.get_by_role("button", name="上下文").click()
    expect(card.locator("blockquote.quote")).to_have_count(1)


def test_a_not_found_selects_the_missing_word_to_be_replaced(visit: Visit, fake: FakeEngine) -> None:
    reader = visit()
    question = "哈萨克斯坦的货币叫什么？"
    reply = reader.ask(question)
    reply.get_by_role("button", name="换掉“货币”再问").click()
    expect(reader.box).to_have_value(question)
    reader.page.keyboard.type("首都")
    expect(reader.box).to_have_value("哈萨克斯坦的首都叫什么？")
    reply.locator(".chip[data-to]").first.click()
    expect(reader.page.locator(".source h3").first).to_be_in_viewport()


def test_a_follow_up_says_how_it_was_understood(visit: Visit) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    reply = reader.ask("那多边主义呢？")
    expect(reply.locator(".understood")).to_contain_text(f"{SECRETARIAT} → 那多边主义呢？")


def test_a_reload_asks_again_and_keeps_the_conversation(visit: Visit, shipped: Document, fake: FakeEngine) -> None:
    """What stands on the page after a reload has been cut from the source anew."""
    reader = visit()
    for question in (SECRETARIAT, WEATHER, SECRETARIAT):
        reader.ask(question)
    fake.asked.clear()
    reader.page.reload()
    reader.reply(3)
    expect(reader.bubbles).to_have_text([SECRETARIAT, WEATHER, SECRETARIAT])
    assert fake.asked == [(SECRETARIAT, ()), (WEATHER, (SECRETARIAT,)), (SECRETARIAT, (SECRETARIAT, WEATHER))]
    assert_exact(reader.page.locator("blockquote.quote"), shipped)

    reader.page.get_by_role("button", name="菜单").click()
    reader.page.get_by_role("button", name="新的问答").click()
    expect(reader.replies).to_have_count(0)
    expect(reader.page.locator("[data-ask]:visible")).to_have_count(6)
    reader.ask(WEATHER)
    assert fake.asked[-1] == (WEATHER, ())
    reader.page.reload()
    expect(reader.bubbles).to_have_text([WEATHER])


def test_the_conversation_is_exported(visit: Visit, shipped: Document, tmp_path: Path) -> None:
    reader = visit()
    for question in (SECRETARIAT, WEATHER):
        reader.ask(question)
    for name, ending in (("Markdown", "md"), ("Word（.docx）", "docx")):
        reader.page.get_by_role("button", name="菜单").click()
        with reader.page.expect_download() as download:
            reader.page.get_by_role("button", name=name).click()
        assert re.fullmatch(rf"{SECRETARIAT} \d{{4}}-\d\d-\d\d\.{ending}", download.value.suggested_filename)
        download.value.save_as(tmp_path / f"conversation.{ending}")
    text = (tmp_path / "conversation.md").read_text("utf-8")
    archive = zipfile.ZipFile(tmp_path / "conversation.docx")
    word, notes = (archive.read(f"word/{part}.xml").decode() for part in ("document", "footnotes"))
    for said in (SECRETARIAT, WEATHER, "所问的文本", "回答了"):
        assert said in text
        assert said in word
    assert "（第57行）" in text
    assert "（第57行）" in notes
    assert "Exported" not in text + word  # one language


def test_there_is_nothing_to_export_before_a_question(visit: Visit) -> None:
    reader = visit()
    reader.page.get_by_role("button", name="菜单").click()
    reader.page.get_by_role("button", name="Markdown").click()
    expect(reader.page.get_by_role("alert")).to_have_text("还没有可以导出的问答。", use_inner_text=True)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where feedback goes."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "yuanwen" / "feedback.jsonl"


def judge(reply: Locator, name: str) -> None:
    reply.locator(".judge").get_by_role("button", name=name, exact=True).click()


def lines_of(kept: Path) -> list[Question]:
    return read_questions(kept.read_text("utf-8").splitlines(), name=kept.name)


def test_right_and_should_be_not_found_become_test_questions(visit: Visit, kept: Path) -> None:
    reader = visit()
    reply = reader.ask(SECRETARIAT)
    judge(reply, "对")
    expect(reply.locator(".judged")).to_contain_text(str(kept))
    judge(reply, "应为无答案")
    expect(reply.locator(".judge [aria-pressed='true']")).to_have_text("应为无答案", use_inner_text=True)
    expect(reply.locator(".judged")).to_contain_text("记下了")
    reader.page.wait_for_timeout(200)
    right, none = lines_of(kept)
    assert right.passages == {reply.locator("blockquote").get_attribute("data-passage")}
    assert (right.turns, right.document, none.turns) == ((SECRETARIAT,), "sco-2021", (SECRETARIAT,))
    assert not none.is_answerable


def test_of_several_passages_the_reader_says_which_is_right(visit: Visit, kept: Path) -> None:
    reader = visit()
    reply = reader.ask(BELT)
    judge(reply, "对")
    expect(reply.locator(".judged")).to_contain_text("哪一段回答了问题？")
    assert not kept.exists()
    judge(reply, "2")
    expect(reply.locator(".judged")).to_contain_text("记下了")
    (line,) = lines_of(kept)
    assert line.passages == {reply.locator("blockquote").nth(1).get_attribute("data-passage")}


@both_widths
def test_a_wrong_passage_is_noted_with_the_right_one_or_not_at_all(visit: Visit, kept: Path, width: int) -> None:
    reader = visit(width=width)
    reply = reader.ask("那多边主义呢？")
    reply = reader.ask(SECRETARIAT)
    judge(reply, "段落不对")
    expect(reply.locator(".judged")).to_contain_text("不指出来就什么也不记")
    if width < 800:
        expect(reader.page.get_by_role("dialog")).to_contain_text("请在原文里点一下")
    reader.page.get_by_role("button", name="取消").last.click()
    expect(reply.locator(".judged")).to_be_empty()
    expect(reply.locator(".judge button").first).to_be_focused()
    assert not kept.exists()
    judge(reply, "段落不对")
    picked = reader.page.locator(".source .passage").nth(5)
    picked.focus()
    reader.page.keyboard.press("Enter")
    expect(reply.locator(".judged")).to_contain_text("记下了")
    (line,) = lines_of(kept)
    assert line.passages == {picked.get_attribute("data-passage")}
    assert line.kind == "feedback: wrong passage"


def test_feedback_on_a_follow_up_brings_what_it_leans_on(visit: Visit, kept: Path) -> None:
    reader = visit()
    reader.ask(SECRETARIAT)
    reply = reader.ask("那多边主义呢？")
    judge(reply, "应为无答案")
    expect(reply.locator(".judged")).to_contain_text("记下了")
    assert json.loads(kept.read_text("utf-8"))["turns"] == [SECRETARIAT, "那多边主义呢？"]


def test_feedback_is_switched_off_on_the_page_or_at_the_start(
    visit: Visit, browser: Browser, shipped: Document, kept: Path
) -> None:
    reader = visit()
    reply = reader.ask(WEATHER)
    expect(reply.locator(".judge")).to_be_visible()
    reader.page.get_by_role("button", name="菜单").click()
    switch = reader.page.get_by_role("switch", name="保存我的评价")
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(reader.page.locator("#yw-menu")).to_contain_text("feedback.jsonl")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(reply.locator(".judge")).to_be_hidden()
    reader.page.reload()
    expect(reader.reply(1).locator(".judge")).to_be_hidden()

    served = app.launch(app.build_app(FakeEngine(shipped), keeps_feedback=False), port=0)
    other = Visitor(browser.new_page(), served.address)
    expect(other.ask(WEATHER)).to_have_attribute("data-status", "not_found")
    expect(other.page.locator(".judge, [data-act=keepFeedback]")).to_have_count(0)
    other.page.close()
    served.close()
    assert not kept.exists()
