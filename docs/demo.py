"""Walk through the page in a browser and keep what it shows: make demo

Writes docs/images/demo.webp, some forty seconds of it, and the README's pictures. The frames are screenshots, each
held as long as a reader needs: recording a video would take a program that no package registry of Python has.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from app import build_app, launch
from index.encoders.e5_weights import BUNDLED_NAME
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.bootstrap import open_engine
from qa.service.index_jobs import IndexJobs

_IMAGES = Path(__file__).parent / "images"
_CHROMIUM = "/usr/bin/chromium"
_QUESTION = "各国在互联网上有没有自己做主的权利？"
_FOLLOW_UP = "那禁毒方面呢？"
_NO_ANSWER = "红烧肉怎么做？"
_ALTERED = "未来3年，中方将向上海合作组织国家提供2000名扶贫培训名额"
_EXACT = "各国在管理互联网方面享有平等权利，并拥有网络主权"
_COLOURS = 128
"""Of a picture's palette: enough for paper, ink, vermilion and yellow with soft edges."""
_WIDTH = 960
"""Pixels of the walk-through."""


@dataclass
class Walk:
    """A walk through the page, frame by frame."""

    page: Page
    frames: list[tuple[Image.Image, int]] = field(default_factory=list)
    """Each with how long it is held, in milliseconds."""

    def hold(self, seconds: float) -> None:
        frame = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        height = round(frame.height * _WIDTH / frame.width)
        self.frames.append((frame.resize((_WIDTH, height), Image.Resampling.LANCZOS), round(seconds * 1000)))

    def click(self, target: Locator, seconds: float) -> None:
        target.click()
        self.page.wait_for_timeout(400)
        self.hold(seconds)

    def ask(self, question: str, seconds: float) -> None:
        box = _box(self.page)
        for end in (len(question) // 3, 2 * len(question) // 3, len(question)):
            box.fill(question[:end])
            self.hold(0.35)
        _ask(self.page, question)
        self.hold(seconds)

    def save(self, path: Path) -> None:
        first, *rest = [frame for frame, _ in self.frames]
        durations = [duration for _, duration in self.frames]
        first.save(path, save_all=True, append_images=rest, duration=durations, loop=0, quality=60, method=6)


def main() -> int:
    opened = open_engine(None, BUNDLED_NAME, Settings())
    engine = BackgroundEngine(opened.catalog, lambda: opened)
    engine.start()
    served = launch(build_app(engine, jobs=IndexJobs(engine)), port=0)  # as it is served: files can be added
    address = served.address
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        walk = Walk(_page(browser, address, 1280, "light"))
        _walk(walk)
        walk.save(_IMAGES / "demo.webp")
        seconds = sum(duration for _, duration in walk.frames) / 1000
        sys.stderr.write(f"docs/images/demo.webp: {seconds:.0f} s, {len(walk.frames)} frames\n")
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                _keep(_answered(browser, address, width, scheme), f"page-{scheme}-{width}.png")
        _keep(_checked(browser, address), "check-light-1280.png")
        for width in (1280, 390):
            _keep(_started(browser, address, width), f"start-light-{width}.png")
        _keep(_selected(browser, address), "selection-light-1280.png")
        _keep(_excerpts(browser, address), "excerpts-light-1280.png")
        _keep(_why(browser, address), "why-english-1280.png")
        _keep(_presented(browser, address), "presenter-dark-1280.png")
        browser.close()
    served.close()
    return 0


def _walk(walk: Walk) -> None:
    page = walk.page
    walk.hold(3)
    walk.ask(_QUESTION, 3)
    last = page.locator("[data-status]").last
    walk.click(last.locator("cite a").first, 3)
    walk.click(last.get_by_role("button", name="更多").first, 3.5)
    walk.click(last.get_by_role("button", name="上下文").first, 2.5)
    _select(page)
    walk.hold(3)
    walk.click(page.get_by_role("button", name="摘录", exact=True), 2.5)
    walk.ask(_FOLLOW_UP, 3)
    walk.ask(_NO_ANSWER, 2.5)
    walk.click(page.locator(".near summary").last, 2.5)
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.get_by_role("searchbox").fill("网络主权")
    page.wait_for_timeout(300)
    walk.hold(2.5)
    page.keyboard.press("Escape")
    walk.click(page.get_by_role("tab", name="引文核对"), 1)
    page.get_by_role("textbox").fill(f"{_EXACT}\n{_ALTERED}")
    walk.hold(1.5)
    walk.click(page.get_by_role("button", name="核对", exact=True), 4)
    walk.click(page.locator(".result cite a").last, 3)
    walk.click(page.get_by_role("tab", name="摘录"), 3)
    walk.click(page.locator('.bar [data-act="theme"]'), 2.5)


def _answered(browser: Browser, address: str, width: int, scheme: str) -> Page:
    page = _page(browser, address, width, scheme)
    for question in (_NO_ANSWER, _QUESTION):
        _ask(page, question)
    if width > 800:
        page.locator("[data-status]").last.locator("cite a").first.click()
        page.wait_for_timeout(300)
    return page


def _checked(browser: Browser, address: str) -> Page:
    page = _page(browser, address, 1280, "light")
    page.get_by_role("tab", name="引文核对").click()
    page.get_by_role("textbox").fill(f"{_EXACT}\n{_ALTERED}")
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator(".result cite a").last.click()
    page.wait_for_timeout(300)
    return page


def _started(browser: Browser, address: str, width: int) -> Page:
    return _page(browser, address, width, "light")


def _select(page: Page) -> None:
    """Select words of the passage that is lit in the pane, as a reader does with the mouse."""
    page.locator(".source .passage.lit").first.evaluate(
        """passage => { const range = document.createRange();
          const words = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT).nextNode();
          range.setStart(words, 0); range.setEnd(words, Math.min(12, words.length));
          getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    page.get_by_role("toolbar").wait_for()
    page.wait_for_timeout(300)


def _selected(browser: Browser, address: str) -> Page:
    page = _answered(browser, address, 1280, "light")
    _select(page)
    return page


def _excerpts(browser: Browser, address: str) -> Page:
    page = _selected(browser, address)
    page.get_by_role("button", name="摘录", exact=True).click()
    page.get_by_role("tab", name="摘录").click()
    page.locator("#yw-excerpts blockquote").wait_for()
    return page


def _why(browser: Browser, address: str) -> Page:
    page = _page(browser, address, 1280, "light", "en")
    _ask(page, "What about weapons in outer space?")
    page.locator('.card [data-act="more"]').first.click()
    page.wait_for_timeout(2000)
    return page


def _presented(browser: Browser, address: str) -> Page:
    page = _answered(browser, address, 1280, "dark")
    page.locator(".talk .scroller").first.click(position={"x": 5, "y": 5})
    page.keyboard.press("p")
    page.wait_for_timeout(800)
    return page


def _page(browser: Browser, address: str, width: int, scheme: str, locale: str = "zh-CN") -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": 860 if width > 800 else 844},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=locale,
        reduced_motion="reduce",
    ).new_page()
    page.goto(address)
    _box(page).wait_for()
    page.wait_for_timeout(500)
    return page


def _box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="提问 / Ask")


def _ask(page: Page, question: str) -> None:
    count = page.locator("[data-status]").count()
    _box(page).fill(question)
    _box(page).press("Enter")
    page.locator("[data-status]").nth(count).wait_for()
    page.wait_for_timeout(400)


def _keep(page: Page, name: str) -> None:
    """Save a picture with a palette: a third of the size, and nobody sees it."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(_IMAGES / name, optimize=True)
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())
