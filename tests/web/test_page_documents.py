"""The texts on the page in a real browser: added, refused, asked alone, described, removed; by keys, on a phone."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

import app
from corpus.corpus_settings import READING
from corpus.document import Document
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from index.catalog import Catalog
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.corpus.test_refusals import CASES
from tests.fakes import Held, folder_of
from tests.hostile_worker import COMMAND
from tests.web.page import QUESTION, SECRETARIAT, Visit, assert_exact, clipboard
from tests.web.test_page_access import serious

pytestmark = pytest.mark.browser
LAW = "猫狗条例\n\n第一条 猫应当吃鱼，每天三次。\n\n第二条 狗应当吃肉。\n\n第三条 违反规定的，处五百元罚款。\n"
GARBLED = "修路记\n\n先修路，后种树。\n\n这里有锟斤拷一处乱码，别处都好。\n\n路修好了，树也种上了。\n"
DOGS = "狗应当吃什么？"
LONG = "\n\n".join(["宣言", *(f"第{n}，秘书处设在北京，各国共同商定第{n}件事。" for n in range(1, 61))])
"""The text that is there at first: of few different characters, which are the fake's dimensions."""
REFUSED = {name: data for name, data, _ in CASES}


FIRST = Source.from_file("宣言.txt", LONG.encode(), None)


class OwnTexts:
    """The page's texts behind it, to be put back after each test."""

    def __init__(self, folder: Path, embedder: Held) -> None:
        self.embedder = embedder
        index = Index.build(folder, [FIRST], embedder)
        self.engine_behind = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
        self.engine_behind.start()
        assert self.engine_behind.wait(10)
        self.jobs = IndexJobs(self.engine_behind)

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.engine_behind.catalog.entries]

    def document(self, name: str) -> Document:
        document = self.engine_behind.catalog.get(name)
        assert document
        return document

    def add(self, files: dict[str, str]) -> None:
        """Add texts at once, as another program would, and open them."""
        library = Library(folder_of(self.engine_behind.engine().index), lambda: self.embedder)
        incoming = [
            NewDocument(name, name, lambda name=name, text=text: Source.from_file(name, text.encode(), None))  # type: ignore[misc]
            for name, text in files.items()
        ]
        assert {change.what for change in library.add(incoming)} == {"added"}
        self.engine_behind.fresh().reopen()

    def tidy(self) -> None:
        self.embedder.free.set()
        end = time.monotonic() + 40
        while self.jobs.waiting != (0, 0) and time.monotonic() < end:  # of a failed test
            time.sleep(0.05)
        library = Library(folder_of(self.engine_behind.engine().index), lambda: self.embedder)
        if more := self.names[1:]:
            library.remove(more)
        library.describe("宣言", ())
        self.engine_behind.fresh().reopen()


@pytest.fixture(scope="module")
def own_texts(tmp_path_factory: pytest.TempPathFactory) -> OwnTexts:
    letters = "".join(sorted(set(LONG + LAW + GARBLED + DOGS + SECRETARIAT)))
    return OwnTexts(tmp_path_factory.mktemp("own") / "index", Held(letters))


@pytest.fixture
def engine(own_texts: OwnTexts) -> Iterator[BackgroundEngine]:
    yield own_texts.engine_behind
    own_texts.tidy()


@pytest.fixture(scope="module")
def serve(own_texts: OwnTexts) -> Iterator[Callable[[object], str]]:
    served = app.launch(app.build_app(own_texts.engine_behind, jobs=own_texts.jobs), port=0)
    yield lambda _: served.address
    served.close()


def payload(name: str, data: bytes | str) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": data.encode() if isinstance(data, str) else data}


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("#yw-texts input[type=file]").set_input_files(list(files))


def drop(page: Page, *files: FilePayload) -> None:
    sent = [[one["name"], list(one["buffer"])] for one in files]
    moved = page.evaluate_handle(
        "files => { const moved = new DataTransfer();"
        " for (const [name, bytes] of files) moved.items.add(new File([new Uint8Array(bytes)], name)); return moved; }",
        sent,
    )
    page.dispatch_event(".talk", "dragover", {"dataTransfer": moved})
    expect(page.locator(".drophere")).to_be_visible()
    page.dispatch_event(".talk", "drop", {"dataTransfer": moved})


def line(page: Page, name: str) -> Locator:
    return page.locator(".coming li").filter(has=page.get_by_text(name, exact=True))


def open_texts(page: Page) -> Locator:
    if page.locator(".bar .phone").is_visible():
        page.locator(".bar .phone").click()
    page.locator(".readerbar .texts").click()
    menu = page.locator("#yw-texts")
    expect(menu).to_be_visible()
    return menu


def press_button(page: Page, act: str, name: str) -> None:
    open_texts(page).locator(f'[data-act="{act}"][data-document="{name}"]').click()


def ask_only(page: Page, *names: str) -> None:
    """Check these texts alone, and close the list."""
    open_texts(page).get_by_role("button", name="全不选").click()
    for name in names:
        page.locator(f'#yw-texts [data-act="only"][data-document="{name}"]').check()
    page.keyboard.press("Escape")


def removed(page: Page, name: str, *, is_first: bool = True) -> None:
    """Remove a text, and let the time pass in which that can be undone. `is_first`: by this page."""
    if is_first:
        page.clock.install()
    press_button(page, "remove", name)
    page.keyboard.press("Escape")
    page.clock.fast_forward(9_000)
    page.clock.resume()


def cards(reply: Locator) -> Locator:
    return reply.locator(".card")


def test_a_chosen_file_is_added_asked_and_cited(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    page = reader.page
    with page.expect_file_chooser() as chooser:
        open_texts(page).get_by_role("button", name="添加文件").click()
    chooser.value.set_files(payload("猫狗条例.txt", LAW))
    expect(line(page, "猫狗条例.txt")).to_contain_text("已添加，4 段", use_inner_text=True)
    assert own_texts.names == ["宣言", "猫狗条例"]

    reply = reader.ask(DOGS)
    quote = reply.locator('blockquote[data-document="猫狗条例"]', has_text="狗应当吃肉").first
    expect(quote).to_have_count(1)
    assert_exact(reply.locator('blockquote[data-document="猫狗条例"]'), own_texts.document("猫狗条例"))
    page.locator(".near summary").click() if reply.get_attribute("data-status") == "not_found" else None
    cite = quote.locator("xpath=following-sibling::cite[1]/a")
    expect(cite).to_have_text("《猫狗条例》 第二条 · 第1段（第5行）")
    cite.click()
    reader.sees(quote.get_attribute("data-passage") or "")
    expect(page.locator("article.source")).to_have_attribute("data-document", "猫狗条例")

    page.get_by_role("button", name="查看", exact=True).click()
    line(page, "猫狗条例.txt").get_by_role("button", name="关闭").click()
    expect(page.locator(".adding")).to_be_hidden()
    expect(reader.box).to_be_focused()


def test_no_refused_files_are_counted_where_all_are_added(visit: Visit, own_texts: OwnTexts) -> None:
    page = visit().page
    drop(page, payload("丙.txt", LAW), payload("丁.md", "# 修桥\n\n先修桥，后铺路。\n"))
    expect(page.locator(".counts .zh")).to_have_text("已添加 2 份", timeout=30_000)
    expect(page.locator(".counts .en")).to_have_text("2 added")
    expect(page.locator(".coming li:visible")).to_have_count(0)


def test_of_several_dropped_files_one_is_refused_and_the_others_are_added(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    page = reader.page
    drop(
        page,
        payload("甲.txt", LAW),
        payload("白.pdf", REFUSED["白.pdf"]),
        payload("坏字节.txt", REFUSED["坏字节.txt"]),
        payload("乙.md", "# 修路\n\n先修路，后种树。\n"),
    )
    expect(page.locator(".drophere")).to_be_hidden()
    expect(page.locator(".counts .zh")).to_have_text("共 4 份，已添加 2 份，未添加 2 份", timeout=30_000)
    expect(line(page, "白.pdf").locator(".how .zh")).to_have_text(
        ["没有文字层，从图片里也没有认出文字。请换一份更清楚的（300 dpi，正放），或添加它的文字稿。"]
    )
    expect(line(page, "坏字节.txt")).to_contain_text("第 2 行（字节 16）不合 UTF-8 编码", use_inner_text=True)
    assert not re.search(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", page.locator(".adding").inner_text())
    assert own_texts.names == ["宣言", "甲", "乙"]

    page.get_by_role("button", name="EN", exact=True).click()
    expect(line(page, "白.pdf")).to_have_text(
        re.compile("^Not added\\s*白.pdf\\s*has no text layer"), use_inner_text=True
    )
    assert not re.search(r"[\u4e00-\u9fff]", line(page, "白.pdf").locator(".how").inner_text())
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".coming li:visible b")).to_have_text(["白.pdf", "坏字节.txt"])
    page.get_by_role("button", name="清除").click()
    expect(page.locator(".coming li b")).to_have_text(["白.pdf", "坏字节.txt"])
    page.get_by_role("button", name="清除").click()
    expect(page.locator(".adding")).to_be_hidden()


def test_how_far_a_file_is_can_be_seen_and_questions_are_answered_meanwhile(visit: Visit, own_texts: OwnTexts) -> None:
    """A large file, whose bytes arrive as they were."""
    reader = visit()
    page = reader.page
    long = "\n\n".join(f"第{n}段。{'修路种树' * 400}。" for n in range(300))
    page.evaluate(
        "window.seen = []; new MutationObserver(() => seen.push(document.querySelector('.coming').innerText))"
        ".observe(document.querySelector('.coming'), {childList: true, subtree: true, characterData: true})"
    )
    own_texts.embedder.free.clear()
    choose(page, payload("长.txt", long), payload("后.txt", LAW))
    expect(line(page, "长.txt")).to_contain_text("正在添加", use_inner_text=True, timeout=30_000)
    expect(line(page, "后.txt")).to_contain_text("等待添加", use_inner_text=True)
    assert re.search(r"上传 \d+%", "".join(page.evaluate("seen")))
    expect(reader.ask(SECRETARIAT)).to_have_attribute("data-status", re.compile("."))
    own_texts.embedder.free.set()
    expect(line(page, "后.txt")).to_contain_text("已添加", use_inner_text=True, timeout=20_000)
    assert own_texts.document("长").sha256 == hashlib.sha256(long.encode()).hexdigest()
    expect(page.locator(".adding .heard")).to_contain_text("后.txt 已添加")


def test_a_file_that_is_not_sent_yet_can_be_taken_back(visit: Visit, own_texts: OwnTexts) -> None:
    page = visit().page
    page.evaluate("File.prototype.slice = () => ({arrayBuffer: () => new Promise(done => { window.go = done; })})")
    choose(page, payload("甲.txt", LAW), payload("乙.txt", LAW))
    line(page, "乙.txt").get_by_role("button", name="关闭").click()
    page.evaluate("go()")
    expect(line(page, "甲.txt")).to_contain_text("已添加", use_inner_text=True, timeout=20_000)
    assert own_texts.names == ["宣言", "甲"]


def test_a_file_that_is_cut_off_on_its_way_is_said(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    reader.page.route("**/page/upload", lambda route: route.abort())
    choose(reader.page, payload("甲.txt", LAW))
    expect(line(reader.page, "甲.txt")).to_contain_text("未添加", use_inner_text=True)
    assert own_texts.names == ["宣言"]
    reader.errors.clear()  # the browser says what was cut off


def test_an_upload_that_does_not_end_is_cancelled_and_others_are_added_meanwhile(
    visit: Visit, own_texts: OwnTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = own_texts.jobs.pool
    monkeypatch.setattr(pool, "_new_process", lambda: ReadingProcess(command=COMMAND))
    monkeypatch.setattr(pool, "_free", [])
    monkeypatch.setitem(vars(READING), "patience", 1)
    page = visit().page
    choose(page, payload("悬.txt", "hang"), payload("乙.txt", LAW))
    hanging = line(page, "悬.txt")
    expect(line(page, "乙.txt")).to_contain_text("已添加", use_inner_text=True, timeout=20_000)
    expect(line(page, "乙.txt").locator(".stop")).to_have_count(0)
    expect(hanging).to_contain_text("正在读取", use_inner_text=True)
    hanging.get_by_role("button", name="取消").press("Enter")
    expect(hanging).to_contain_text("已经取消。要收录，请再添加一次。", use_inner_text=True)
    expect(hanging.locator(".stop")).to_have_count(0)
    expect(hanging.get_by_role("button", name="关闭")).to_be_focused()
    assert own_texts.names == ["宣言", "乙"]
    for process in pool._free:
        process.close()


def test_the_browser_asks_before_files_that_are_not_sent_are_left_behind(visit: Visit, own_texts: OwnTexts) -> None:
    """Once all are sent, the server adds them whether the page is there or not."""
    page = visit().page
    leaves = "() => dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert page.evaluate(leaves)
    held: list[Route] = []
    page.route("**/page/upload", lambda route: held.append(route))
    with page.expect_request("**/page/upload"):
        choose(page, payload("猫.txt", LAW), payload("空.txt", ""))
    assert not page.evaluate(leaves)
    held[0].continue_()
    page.unroute("**/page/upload")
    expect(line(page, "空.txt")).to_contain_text("没有文字", use_inner_text=True)
    assert page.evaluate(leaves)
    expect(line(page, "猫.txt")).to_contain_text("已添加", use_inner_text=True, timeout=20_000)
    assert "猫" in own_texts.names


def test_what_the_browser_cannot_read_is_said(visit: Visit) -> None:
    """A folder, say, or a file that was moved away."""
    page = visit().page
    page.evaluate("File.prototype.slice = () => ({arrayBuffer: () => Promise.reject(new Error('NotFound'))})")
    choose(page, payload("夹", LAW))
    expect(line(page, "夹")).to_contain_text("浏览器读不到它", use_inner_text=True)


def test_some_texts_only_are_asked_also_after_a_reload(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({"猫狗条例.txt": LAW, "修路记.txt": "先修路，后种树。狗也帮忙。"})
    reader = visit()
    page = reader.page
    ask_only(page, "猫狗条例")
    expect(page.locator(".asking")).to_contain_text(re.compile(r"在 1/\d 份中查找\s*《猫狗条例》"), use_inner_text=True)
    first = reader.ask(DOGS)
    of = "cards => [...new Set(cards.map(card => card.dataset.of))]"
    assert cards(first).evaluate_all(of) == ["猫狗条例"]

    page.reload()
    again = reader.reply(1)
    assert cards(again).evaluate_all(of) == ["猫狗条例"]
    expect(page.locator(".asking")).to_contain_text(re.compile(r"在 1/\d 份中查找\s*《猫狗条例》"), use_inner_text=True)
    page.get_by_role("button", name="问全部文本").click()
    expect(page.locator(".asking")).to_have_text(re.compile(r"^在全部 3 份中查找"), use_inner_text=True)
    expect(reader.box).to_be_focused()
    assert "修路记" in cards(reader.ask("先修路，后种什么？")).evaluate_all(of)


def test_a_text_leaves_at_once_and_is_removed_when_it_can_no_longer_be_undone(
    visit: Visit, own_texts: OwnTexts
) -> None:
    own_texts.add({"猫狗条例.txt": LAW})
    page = visit().page
    page.clock.install()
    press_button(page, "remove", "猫狗条例")
    row = page.locator('#yw-texts .row[data-document="猫狗条例"]')
    undo = row.get_by_role("button", name="撤销")
    expect(row).to_contain_text("已移除；你自己的文件不受影响。", use_inner_text=True)
    expect(undo).to_be_focused()
    expect(page.locator("#yw-texts .choosing")).to_be_hidden()
    undo.press("Enter")
    expect(row.get_by_role("button", name="移除")).to_be_focused()
    page.clock.fast_forward(9_000)
    assert own_texts.names == ["宣言", "猫狗条例"]

    row.locator(".name").click()
    expect(page.locator("article.source")).to_have_attribute("data-document", "猫狗条例")
    press_button(page, "remove", "猫狗条例")
    page.keyboard.press("Escape")
    said = page.locator(".said")
    expect(said).to_contain_text("已移除 《猫狗条例》。", use_inner_text=True)
    said.get_by_role("button", name="撤销").click()
    expect(said).to_have_count(0)

    press_button(page, "remove", "猫狗条例")
    page.keyboard.press("Escape")
    page.clock.fast_forward(9_000)
    page.clock.resume()
    expect(page.locator("#yw-texts .row")).to_have_count(1)
    expect(said).to_have_text("《猫狗条例》已经移除。", use_inner_text=True)
    expect(page.locator("article.source")).to_have_attribute("data-document", "宣言")
    assert own_texts.names == ["宣言"]


def test_a_removal_waits_behind_an_upload_and_is_done_also_where_another_was_faster(
    visit: Visit, own_texts: OwnTexts
) -> None:
    own_texts.add({"猫狗条例.txt": LAW})
    pages = [visit(locale="en-US").page, visit(locale="en-US").page]
    own_texts.embedder.free.clear()
    choose(pages[0], payload("甲.txt", "狗吃肉。"))
    expect(line(pages[0], "甲.txt")).to_contain_text("Adding", use_inner_text=True)
    for page in pages:
        removed(page, "猫狗条例")
        expect(page.locator(".said")).to_have_text(
            "《猫狗条例》 will be removed when the changes before it are done.", use_inner_text=True
        )
    own_texts.embedder.free.set()
    for page in pages:
        expect(page.locator(".said")).to_have_text("《猫狗条例》 was removed.", use_inner_text=True)
    assert own_texts.names == ["宣言", "甲"]


def test_a_text_that_another_tab_removes_is_missed_calmly(visit: Visit, own_texts: OwnTexts) -> None:
    """While it is read, while it is asked alone, and where its citations are followed."""
    own_texts.add({"猫狗条例.txt": LAW})
    here, there = visit(), visit()
    page = here.page
    press_button(page, "text", "猫狗条例")
    expect(page.locator("article.source")).to_have_attribute("data-document", "猫狗条例")
    ask_only(page, "猫狗条例")
    here.ask(DOGS)
    reply = here.replies.first  # whatever comes after it
    if reply.get_attribute("data-status") == "not_found":
        reply.locator(".near summary").click()

    removed(there.page, "猫狗条例")
    expect(there.page.locator("#yw-texts .row")).to_have_count(1)

    here.box.fill(DOGS)
    here.box.press("Enter")
    failed = page.locator(".failed")
    expect(failed).to_contain_text("这里已经没有文本“猫狗条例”，请换一份。", use_inner_text=True)
    expect(page.locator("article.source")).to_have_attribute("data-document", "宣言")
    expect(page.locator(".asking")).to_contain_text(re.compile(r"在 1/\d 份中查找\s*《猫狗条例》"), use_inner_text=True)
    failed.get_by_role("button", name="问全部文本").click()
    expect(here.replies).to_have_count(2)
    expect(page.locator(".asking")).to_be_hidden()

    reply.locator("cite a").first.click()
    expect(page.locator(".said")).to_have_text("这里已经没有文本“猫狗条例”，请换一份。", use_inner_text=True)
    reply.get_by_role("button", name="复制（含出处）").first.click()
    expect(page.locator(".said")).to_have_text("这一段已不在文本里，请重新提问。", use_inner_text=True)


def test_a_choice_of_texts_is_not_lost_unasked_where_another_tab_removes_them(
    visit: Visit, own_texts: OwnTexts
) -> None:
    own_texts.add({"猫狗条例.txt": LAW, "修路记.txt": GARBLED, "甲.txt": "狗吃肉。"})
    reader = visit()
    page = reader.page
    asking = page.locator(".asking")
    ask_only(page, "猫狗条例", "修路记")
    library = Library(folder_of(own_texts.engine_behind.engine().index), lambda: own_texts.embedder)

    def remove(name: str) -> None:
        library.remove([name])
        own_texts.engine_behind.fresh().reopen()
        page.evaluate("document.querySelector('.log').replaceChildren()")

    remove("修路记")
    reader.box.fill("甲")
    reader.box.press("Enter")
    expect(page.locator(".said")).to_have_text("《修路记》已经移除。", use_inner_text=True)
    expect(asking.locator("b")).to_have_text("《猫狗条例》")
    remove("猫狗条例")
    page.reload()
    expect(page.locator(".said")).to_have_text("“猫狗条例”已经移除。", use_inner_text=True)
    expect(asking.locator("b")).to_have_text("“猫狗条例”")
    reader.box.fill(DOGS)
    reader.box.press("Enter")
    failed = page.locator(".turn").last.locator(".failed")
    expect(failed).to_contain_text("这里已经没有文本“猫狗条例”", use_inner_text=True)
    failed.get_by_role("button", name="问全部文本").click()
    expect(asking.locator(".scope")).to_have_text("在全部 2 份中查找", use_inner_text=True)
    expect(page.locator(".turn").last.locator("[data-status]")).to_have_count(1)


def test_what_is_read_stays_where_it_is_while_texts_are_added(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    page = reader.page
    passage = own_texts.document("宣言").passages[40]
    reader.open(f"?p={passage.id}")
    reader.sees(passage.id)
    at = reader.pane.evaluate("pane => pane.scrollTop")
    page.evaluate("window.article = document.querySelector('article.source')")
    choose(page, payload("甲.txt", LAW))
    expect(line(page, "甲.txt")).to_contain_text("已添加", use_inner_text=True)
    expect(page.locator("#yw-texts .row")).to_have_count(2)
    reader.sees(passage.id)
    assert page.evaluate("article === document.querySelector('article.source')")
    assert reader.pane.evaluate("pane => pane.scrollTop") == at


def test_the_last_text_can_be_removed_and_another_added(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({"猫狗条例.txt": LAW})
    reader = visit()
    page = reader.page
    for left, name in ((1, "宣言"), (0, "猫狗条例")):
        removed(page, name, is_first=left == 1)
        expect(page.locator("#yw-texts .row")).to_have_count(left)
    try:
        nothing = page.locator(".reader .nothing")
        expect(nothing).to_contain_text("还没有文本。点“添加文件”，或把文件拖到页面上", use_inner_text=True)
        reader.box.fill(DOGS)
        reader.box.press("Enter")
        expect(page.locator(".failed .why")).to_have_text("还没有文本可问。请先添加文件，再提问。", use_inner_text=True)
        page.reload()
        with page.expect_file_chooser() as chooser:
            nothing.get_by_role("button").click()
        chooser.value.set_files(payload("甲.txt", LAW))
        expect(page.locator("article.source")).to_have_attribute("data-document", "甲")
    finally:
        library = Library(folder_of(own_texts.engine_behind.engine().index), lambda: own_texts.embedder)
        library.replace_all([(FIRST, "")])
        own_texts.engine_behind.fresh().reopen()


def test_where_the_rules_were_unsure_stands_in_the_margin(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({"修路记.txt": GARBLED})
    page = visit().page
    press_button(page, "text", "修路记")
    mark = page.get_by_role("button", name="这里结构存疑")
    expect(mark).to_have_count(1)
    mark.click()
    expect(page.locator("#yw-warning")).to_contain_text("这里是乱码，原文已被错误的编码覆盖。")
    page.keyboard.press("Escape")
    open_texts(page).get_by_role("button", name="结构存疑处：1 处").click()
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    assert page.locator("article.source").evaluate("source => source.textContent") == GARBLED


def test_what_is_supplied_reaches_every_citation_and_the_export(visit: Visit, own_texts: OwnTexts) -> None:
    """Of the text whose details were opened, whichever text is being read."""
    own_texts.add({"猫狗条例.txt": LAW, "修路记.txt": GARBLED})
    reader = visit()
    page = reader.page
    ask_only(page, "猫狗条例")
    reply = reader.ask(DOGS)
    if reply.get_attribute("data-status") == "not_found":
        reply.locator(".near summary").click()
    press_button(page, "text", "修路记")

    press_button(page, "about", "猫狗条例")
    form = page.get_by_role("dialog", name="出处信息")
    expect(form).to_contain_text("原文：猫狗条例", use_inner_text=True)
    form.get_by_label("题名").fill("某市猫狗条例")
    form.get_by_label("作者").fill("张三；李四")
    form.get_by_label("日期").fill("去年")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("alert")).to_contain_text("“去年”不是日期", use_inner_text=True)
    form.get_by_label("日期").fill("2020-05-01")
    form.get_by_role("button", name="保存").click()
    expect(form).to_be_hidden()

    expect(reply.locator("cite a").first).to_have_text(re.compile("^〔某市猫狗条例〕 第"))
    expect(page.locator("article.source")).to_have_attribute("data-document", "修路记")
    for name, wanted in (
        ("GB/T 7714—2025", "〔张三，李四〕. 〔某市猫狗条例〕"),
        ("BibTeX", "某市猫狗条例"),
    ):
        reply.get_by_role("button", name="引文格式").first.click()
        page.get_by_role("menuitemradio", name=name).click()
        for _ in range(20):
            if wanted in (copied := clipboard(page)):
                break
            page.wait_for_timeout(100)
        assert wanted in copied
    with page.expect_download() as download:
        page.get_by_role("button", name="菜单").click()
        page.get_by_role("button", name="Markdown").first.click()
    assert "某市猫狗条例" in download.value.path().read_text("utf-8")

    press_button(page, "about", "猫狗条例")
    expect(form.get_by_label("作者")).to_have_value("张三；李四")
    page.reload()
    expect(reader.reply(1).locator("cite a").first).to_have_text(re.compile("^〔某市猫狗条例〕"))


def test_details_that_come_late_do_not_take_the_place_of_others(
    visit: Visit, own_texts: OwnTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_texts.add({"猫狗条例.txt": LAW, "修路记.txt": GARBLED})
    page = visit().page
    supplied, free = own_texts.jobs.supplied, threading.Event()

    def slow(name: str) -> Any:
        assert name != "猫狗条例" or free.wait(10)
        return supplied(name)

    monkeypatch.setattr(own_texts.jobs, "supplied", slow)
    form = page.get_by_role("dialog", name="出处信息")
    with page.expect_request(lambda request: "猫狗条例" in (request.post_data or "")):
        press_button(page, "about", "猫狗条例")
    press_button(page, "about", "修路记")
    expect(form.locator(".which")).to_have_text("《修路记》")
    form.get_by_label("题名").fill("某修路记")
    free.set()
    page.wait_for_timeout(500)
    expect(form.locator(".which")).to_have_text("《修路记》")
    expect(form.get_by_label("题名")).to_have_value("某修路记")
    form.get_by_role("button", name="保存").click()
    expect(form).to_be_hidden()
    assert [bool(supplied(name)[1]) for name in ("猫狗条例", "修路记")] == [False, True]


def test_a_save_that_waits_leaves_alone_what_is_opened_or_written_meanwhile(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({"猫狗条例.txt": LAW, "修路记.txt": GARBLED})
    page = visit().page
    form = page.get_by_role("dialog", name="出处信息")
    save = form.get_by_role("button", name="保存")
    own_texts.embedder.free.clear()
    choose(page, payload("甲.txt", "狗吃肉。"))
    expect(line(page, "甲.txt")).to_contain_text("正在添加", use_inner_text=True)
    press_button(page, "about", "猫狗条例")
    form.get_by_label("题名").fill("某条例")
    save.click()
    expect(save).to_be_disabled()
    expect(form.get_by_role("status")).to_have_text("正在保存……", use_inner_text=True)
    page.keyboard.press("Escape")
    press_button(page, "about", "修路记")
    expect(form.locator(".which")).to_have_text("《修路记》")
    expect(save).to_be_enabled()
    form.get_by_label("题名").fill("某修路记")
    save.click()
    form.get_by_label("作者").fill("张三")
    own_texts.embedder.free.set()
    expect(save).to_be_enabled()
    expect(form.get_by_label("作者")).to_have_value("张三")
    save.click()
    expect(form).to_be_hidden()
    told = [own_texts.jobs.supplied(name)[1][0] for name in ("猫狗条例", "修路记")]
    assert [one.title.supplied for one in told if one.title] == ["某条例", "某修路记"]
    assert told[1].authors


def test_names_are_names_whatever_they_look_like(visit: Visit, own_texts: OwnTexts) -> None:
    reader = visit()
    page = reader.page
    hostile = "<img src=x onerror=alert(1)>.txt"
    named = ["../../x.txt", "a\\b.txt", hostile, "同.txt", "..", "'\"&.md"]
    choose(page, *(payload(name, f"{LAW}\n{number}") for number, name in enumerate(named)), payload("同.txt", LAW))
    expect(page.locator('.coming [data-stage="done"]')).to_have_count(len(named) + 1, timeout=20_000)
    assert own_texts.names == ["宣言", "x", "b", "<img src=x onerror=alert(1)>", "同", "text", "'\"&", "同-2"]
    expect(page.locator(".coming li").last).to_contain_text("；名字已有，所以叫 同-2", use_inner_text=True)
    expect(page.locator("img")).to_have_count(0)
    for name in (hostile.removesuffix(".txt"), "'\"&", "text"):
        open_texts(page).locator(f".name[data-document={json.dumps(name)}]").click()
        expect(page.locator("article.source")).to_have_attribute("data-document", name)
    choose(page, payload("同.txt", LAW), payload("另.txt", LAW))
    expect(line(page, "同.txt").last).to_contain_text("已经在这里了，4 段", use_inner_text=True)
    expect(line(page, "另.txt")).to_contain_text("已添加，4 段", use_inner_text=True)
    assert len(own_texts.names) == 9


def test_among_two_hundred_texts_one_is_found_by_its_name_with_the_keyboard(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({f"第{n:03}号.txt": f"第{n:03}号文件说，修路要先勘察，再种树。" for n in range(200)})
    reader = visit()
    page = reader.page
    press = page.keyboard.press
    menu = page.locator("#yw-texts")
    page.locator(".readerbar .texts").focus()
    press("Enter")
    press("Tab")
    search = page.get_by_role("searchbox", name="按标题、名称或文件夹找文本")
    expect(search).to_be_focused()
    menu.get_by_role("button", name="全不选").press("Enter")
    expect(menu.locator(".scope")).to_have_text("在 0/201 份中查找", use_inner_text=True)
    search.fill("137")
    row = menu.locator(".row:visible")
    expect(row).to_have_count(1)
    for _ in range(3):
        press("ArrowDown")
    expect(row.locator(".name")).to_be_focused()
    press("ArrowLeft")
    press("Space")
    expect(page.locator(".asking")).to_have_text(
        re.compile(r"在 1/201 份中查找\s*“第137号”\s*▾\s*问全部文本"), use_inner_text=True
    )
    press("ArrowRight")
    press("Enter")
    expect(page.locator("article.source")).to_have_attribute("data-document", "第137号")

    page.locator(".readerbar .texts").focus()
    press("Enter")
    search.fill("没有这个")
    expect(page.locator("#yw-texts .none")).to_be_visible()
    search.fill("")
    rows = page.locator("#yw-texts .row")
    expect(rows).to_have_count(201)
    for number in range(3):
        rows.nth(number + 1).locator("input").check()
    expect(page.locator(".asking .scope")).to_have_text("在 4/201 份中查找", use_inner_text=True)
    expect(page.locator(".asking .others")).to_have_text("等", use_inner_text=True)
    assert menu.evaluate("menu => menu.scrollHeight <= menu.clientHeight + 1")
    press("Escape")
    reader.ask("勘察")
    expect(page.get_by_role("textbox", name=QUESTION)).to_be_focused()


def test_adding_filtering_and_removing_go_by_keyboard(visit: Visit, own_texts: OwnTexts) -> None:
    own_texts.add({"修路记.txt": GARBLED})
    page = visit().page
    page.on("filechooser", lambda _: None)  # from now on: the key would come before the browser knows
    press = page.keyboard.press
    menu = page.locator("#yw-texts")

    def to(selector: str, key: str = "ArrowDown") -> None:
        for _ in range(12):
            press(key)
            if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    page.locator(".readerbar .texts").focus()
    press("Enter")
    expect(menu).to_be_visible()
    press("Tab")
    to('[data-act="add"]')
    with page.expect_file_chooser() as chooser:
        press("Enter")
    chooser.value.set_files(payload("猫狗条例.txt", LAW))
    expect(line(page, "猫狗条例.txt")).to_contain_text("已添加", use_inner_text=True)

    page.locator(".readerbar .texts").focus()
    press("Enter")
    press("Tab")
    to('.name[data-document="猫狗条例"]')
    to('[data-act="only"][data-document="猫狗条例"]', "ArrowLeft")
    press("Space")
    expect(page.locator(".asking .scope")).to_have_text("在 2/3 份中查找", use_inner_text=True)
    to('.about[data-document="猫狗条例"]', "ArrowRight")
    press("Enter")
    expect(page.get_by_role("dialog", name="出处信息")).to_be_visible()
    press("Escape")
    expect(page.locator(".readerbar .texts")).to_be_focused()
    page.clock.install()
    press("Enter")
    press("Tab")
    to('.name[data-document="猫狗条例"]')
    to('.remove[data-document="猫狗条例"]', "ArrowRight")
    press("Enter")
    expect(menu.get_by_role("button", name="撤销")).to_be_focused()
    press("Escape")
    expect(page.locator(".readerbar .texts")).to_be_focused()
    page.clock.fast_forward(9_000)
    page.clock.resume()
    expect(page.locator("#yw-texts .row")).to_have_count(2)
    expect(page.locator(".asking .scope")).to_have_text("在全部 2 份中查找", use_inner_text=True)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious_among_the_texts(visit: Visit, own_texts: OwnTexts, width: int, dark: bool) -> None:
    own_texts.add({f"第{n}号文件{'长' * 30 if n == 3 else ''}.txt": GARBLED for n in range(9)})
    reader = visit(width=width, dark=dark)
    page = reader.page
    choose(page, payload("甲.txt", LAW), payload("坏字节.txt", REFUSED["坏字节.txt"]))
    expect(page.locator(".counts")).to_contain_text("已添加 1 份，未添加 1 份", use_inner_text=True)
    found = {"lines": serious(reader), **_wide(page, width)}
    menu = open_texts(page)
    menu.locator(".pick input").nth(1).click()
    found |= {"menu": serious(reader), **_wide(page, width)}
    menu.locator(".name").nth(1).click()
    page.locator(".warning").click()
    found |= {"warning": serious(reader)}
    page.keyboard.press("Escape")
    page.locator(".readerbar .texts").click()
    menu.locator(".about").nth(1).click()
    page.locator("#yw-about [data-work]").wait_for()
    found |= {"about": serious(reader), **_wide(page, width)}
    page.keyboard.press("Escape")
    page.locator(".readerbar .texts").click()
    menu.locator(".remove").nth(1).click()
    found |= {"leaving": serious(reader), **_wide(page, width)}
    page.keyboard.press("Escape")
    found |= {"undo": serious(reader), **_wide(page, width)}
    page.locator(".said").get_by_role("button", name="撤销").click()
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def _wide(page: Page, width: int) -> dict[str, Any]:
    """What reaches over an edge of the window, of what is open."""
    wide: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.pop:popover-open, .pop:popover-open *, dialog[open] *, .adding *')]
          .filter(e => e.checkVisibility() && !e.closest('.sr, .drawer .talk'))
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
          .map(e => e.outerHTML.slice(0, 90))"""
    )
    return {f"wider than {width}": wide} if wide else {}
