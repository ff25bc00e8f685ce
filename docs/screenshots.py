"""Make the README's pictures: make screenshots"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent))

from app import build_app, launch  # noqa: E402  (the repository is no installed package)
from index.bundled import BUNDLED_NAME  # noqa: E402
from qa.opening import open_engine  # noqa: E402
from qa.settings import Settings  # noqa: E402


def main() -> int:
    blocks = build_app(open_engine(None, BUNDLED_NAME, Settings()))
    address = launch(blocks, port=0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width, height in ((1280, 860), (390, 844)):
            for scheme in ("light", "dark"):
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                    locale="zh-CN",
                    reduced_motion="reduce",
                )
                page.goto(address)
                box = page.get_by_role("textbox", name="提问 / Ask")
                for number, question in enumerate(
                    ("哈萨克斯坦的货币叫什么？", "各国在互联网上有没有自己做主的权利？"), 1
                ):
                    box.fill(question)
                    box.press("Enter")
                    page.locator("[data-status]").nth(number - 1).wait_for()
                if width > 800:
                    page.locator("cite a:visible").last.scroll_into_view_if_needed()
                    page.locator("[data-status]").last.locator("cite a").first.click()
                page.wait_for_timeout(300)
                page.screenshot(path=_HERE / f"page-{scheme}-{width}.png")
                page.close()
        browser.close()
    blocks.close(verbose=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
