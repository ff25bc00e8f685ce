"""A passage for others in a real browser: the link, the file from the disk and on paper, the picture."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from corpus.document import Document
from tests.web.page import ALL, MANY, SECRETARIAT, WEATHER, Visit, Visitor, clipboard
from tests.web.test_page_access import serious

pytestmark = pytest.mark.browser


def share(reader: Visitor, card: Locator) -> Locator:
    card.locator('[data-act="more"]').click()
    card.locator('[data-act="share"]').click()
    dialog = reader.page.locator("#yw-share")
    expect(dialog).to_be_visible()
    expect(dialog.locator("a.file")).to_have_attribute("href", re.compile("^blob:"))
    return dialog


def from_module(page: Page, name: str, body: str, argument: object = None) -> Any:
    """Run the body of a function of `(module, argument)` with a module of the page, which it has not loaded."""
    base = page.locator("link[href$='js/base.js']").get_attribute("href") or ""
    address = f"./{base.replace('base.js', name)}"
    return page.evaluate(
        f"async ([address, argument]) => ({body})(await import(new URL(address, location.href).href), argument)",
        [address, argument],
    )


def save(page: Page, link: Locator, folder: Path) -> Path:
    with page.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_file_opens_from_the_disk_and_prints_on_one_page(
    visit: Visit, browser: Browser, shipped: Document, tmp_path: Path
) -> None:
    reader = visit()
    card = reader.ask(MANY).locator(".card").first
    quote = card.locator("blockquote.quote")
    words, cited = quote.evaluate("quote => quote.textContent"), card.locator("cite").inner_text()
    dialog = share(reader, card)
    path = save(reader.page, dialog.locator("a.file"), tmp_path)
    assert path.suffix == ".html"

    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(path.as_uri())
    shown = page.locator("blockquote.quote")
    assert shown.evaluate("quote => quote.textContent") == words
    assert "Serif" in shown.evaluate("quote => getComputedStyle(quote).fontFamily")
    assert "Serif" not in page.locator("cite").evaluate("cite => getComputedStyle(cite).fontFamily")
    assert page.locator("cite").inner_text() == cited
    expect(page.locator("mark.answer")).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.get_by_text(shipped.sha256)).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.pdf().count(b"/Type /Page\n") == 1
    assert said == []
    page.close()


def test_the_picture_is_drawn_shown_downloaded_and_copied(visit: Visit, tmp_path: Path) -> None:
    reader = visit(dark=True)
    dialog = share(reader, reader.ask(MANY).locator(".card").first)
    image = dialog.get_by_role("img", name="这一段引文的图片，附出处和凭据")
    expect(image).to_be_visible()
    path = save(reader.page, dialog.locator("a.png"), tmp_path)
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width == 1080 and 600 < height < 14_000
    corner = image.evaluate(
        "async image => { const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);"
        " const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);"
        " const all = context.getImageData(0, 0, canvas.width, canvas.height).data; const seen = new Set();"
        " for (let at = 0; at < all.length; at += 4) seen.add(`${all[at]},${all[at + 1]},${all[at + 2]}`);"
        " return ['255,253,248', '251,233,169', '245,208,88', '165,55,43'].filter(colour => seen.has(colour)); }"
    )
    assert corner == ["255,253,248", "251,233,169", "245,208,88", "165,55,43"]  # light paper, both marks, the citation
    dialog.get_by_role("button", name="复制图片").click()
    expect(dialog.locator(".copypng.copied")).to_be_visible()


def test_each_passage_can_be_drawn_and_the_longest_are_refused_in_words(visit: Visit, shipped: Document) -> None:
    """Titles, passages that the source breaks, short ones; and one that no browser would draw."""
    reader = visit()
    reader.ask(ALL)
    heights = from_module(
        reader.page,
        "picture.js",
        """async ({ draw }) => {
          const out = [];
          for (const quote of [...document.querySelectorAll('.reply .quote')].slice(0, 40)) {
            const file = new DOMParser().parseFromString(`<p class="label">问</p><h1 class="asked">问</h1>
              <cite>出处</cite><p class="grade">好</p><div class="proof"><dl><dt>文</dt><dd>名</dd></dl><p>何</p></div>
              <footer>完</footer>`, 'text/html');
            file.querySelector('h1').after(file.adoptNode(quote.cloneNode(true)));
            const png = await draw(file);
            out.push(png ? png.size : 0);
            if (quote.textContent.length > 100) {
              file.querySelector('.quote').textContent = quote.textContent.repeat(200);
              out.push(await draw(file) === null ? 'long' : 'drawn');
            }
          }
          return out;
        }""",
    )
    assert all(isinstance(one, int) and one > 5_000 for one in heights if one != "long")
    assert "long" in heights


def test_lines_break_by_the_rules_of_chinese(visit: Visit) -> None:
    reader = visit()
    texts = [
        ("甲乙丙丁，戊己", 4),
        ("甲乙丙（丁戊）己", 4),
        ("甲 word 乙", 4),
        ("abcdefghij", 4),
        ("甲乙丙丁 戊", 4),
        ("他说：“好。”走", 5),
        ("", 4),
        ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 6),
    ]
    lines = from_module(
        reader.page,
        "line_breaks.js",
        "({ linesOf }, texts) => texts.map(([text, width]) => linesOf([{text}], width, part => [...part].length)"
        ".map(line => line.map(({text}) => text).join('')))",
        texts,
    )
    assert lines == [
        ["甲乙丙", "丁，戊己"],
        ["甲乙丙", "（丁戊）", "己"],
        ["甲 ", "word ", "乙"],
        ["abcd", "efgh", "ij"],
        ["甲乙丙丁 ", "戊"],
        ["他说：", "“好。”走"],
        [""],
        ["👨‍👩‍👧", "👨‍👩‍👧", "👨‍👩‍👧"],
    ]


def test_the_link_says_that_it_works_on_this_machine_only_and_is_copied(visit: Visit) -> None:
    reader = visit()
    card = reader.ask(SECRETARIAT).locator(".card").first
    dialog = share(reader, card)
    expect(dialog.locator(".here")).to_have_text(
        "这个链接只在这台电脑上打得开。要发给别人，请用下面的文件或图片。", use_inner_text=True
    )
    dialog.get_by_role("button", name="复制链接").click()
    link = clipboard(reader.page)
    assert link.startswith(reader.address) and "?p=" in link
    reader.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(card.locator('[data-act="share"]')).to_be_focused()


def test_which_addresses_are_this_machine_alone(visit: Visit) -> None:
    here = ["127.0.0.1", "127.8.9.1", "localhost", "a.localhost", "[::1]"]
    others = ["127.0.0.1.example.org", "10.0.0.2", "yuanwen.example"]
    page = visit().page
    found = from_module(page, "share.js", "({ isLoopback }, hosts) => hosts.filter(isLoopback)", [*here, *others])
    assert found == here


def test_an_answer_that_changed_meanwhile_is_said_and_a_server_that_is_gone(visit: Visit) -> None:
    reader = visit()
    card = reader.ask(SECRETARIAT).locator(".card").first
    card.locator("blockquote").first.evaluate("quote => { quote.dataset.spans = '0-1'; }")
    card.locator('[data-act="more"]').click()
    card.locator('[data-act="share"]').click()
    wrong = reader.page.locator("#yw-share .wrong")
    expect(wrong).to_contain_text("已不在这个问题的回答里", use_inner_text=True)
    expect(reader.page.locator("#yw-share a.file")).not_to_have_attribute("href", "")
    reader.page.keyboard.press("Escape")
    reader.page.route("**/page/share", lambda route: route.abort())
    card.locator('[data-act="share"]').click()
    expect(wrong).to_contain_text("程序没有应答", use_inner_text=True)
    reader.errors.clear()  # the browser says what was cut off


@pytest.mark.parametrize(
    ("width", "locale", "dark"), [(320, "en-US", True), (390, "zh-CN", False), (1280, "zh-CN", True)]
)
def test_the_dialog_fits_and_has_no_serious_fault(visit: Visit, width: int, locale: str, dark: bool) -> None:
    reader = visit(width=width, height=640, locale=locale, dark=dark)
    reply = reader.ask(WEATHER)
    reply.locator("summary").click()
    dialog = share(reader, reply.locator(".card").first)
    expect(dialog.locator("img")).to_be_visible()
    box = dialog.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= 640
    assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth")
    close = dialog.locator("[type=submit]")
    expect(close).to_be_in_viewport()
    assert serious(reader) == []
