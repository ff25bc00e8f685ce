"""Counts what a browser fetches to show the page for the first time, and again: requests, and bytes with headers.

    python -m benchmarks.first_load http://127.0.0.1:7860/

The page has to be served already (`python app.py`); Chromium has to be there, as for the tests of the page.
"""

from __future__ import annotations

import argparse
import shutil
import sys

from playwright.sync_api import sync_playwright


def main() -> int:
    """Print a line for the first visit and one for the second; return 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of the page")
    address = parser.parse_args().address
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context()
        for visit in ("first", "second"):
            page = context.new_page()
            fetched: list[float] = []
            network = context.new_cdp_session(page)
            network.send("Network.enable")
            network.on("Network.loadingFinished", lambda event, to=fetched: to.append(event["encodedDataLength"]))
            page.goto(address)
            page.wait_for_load_state("networkidle")
            fetched = [size for size in fetched if size]  # what its cache has weighs nothing
            sys.stdout.write(f"{visit} visit: {len(fetched)} requests, {sum(fetched) / 1000:.0f} KB\n")
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
