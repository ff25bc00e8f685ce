"""How long a person waits after starting, everything cached, and how much is installed: make measure

Each run is a fresh process. The first row is what Python needs to import the two largest packages; the others
are given as multiples of it too, because seconds differ from machine to machine.
"""

from __future__ import annotations

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

_ROOT = Path(__file__).parent.parent
_QUESTION = "上合组织秘书处设在哪个城市？"
_RUNS = 3


def main() -> int:
    _run("-m", "qa", "ask", _QUESTION)  # builds what is missing
    rows: list[tuple[str, Callable[[], float]]] = [
        ("import sentence_transformers, gradio", lambda: _run("-c", "import sentence_transformers, gradio")),
        ("python -m qa ask: start to answer", lambda: _run("-m", "qa", "ask", _QUESTION)),
        ("python app.py: start to HTTP", lambda: _page(ask=False)),
        ("python app.py: start to first answer in the browser", lambda: _page(ask=True)),
    ]
    write = sys.stdout.write
    write("| | median of 3, s | × the imports |\n|---|---|---|\n")
    imports = 0.0
    for name, measure in rows:
        seconds = statistics.median(measure() for _ in range(_RUNS))
        imports = imports or seconds
        write(f"| {name} | {seconds:.1f} | {seconds / imports:.2f} |\n")
        sys.stdout.flush()
    write(f"\nInstalled: {_size(Path(sysconfig.get_path('purelib'))) / 1e9:.2f} GB of packages (those of the tests")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "yuanwen"
    write(f" included), {_size(cache) / 1e9:.2f} GB of model in the cache\n")
    return 0


def _run(*argv: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *argv], cwd=_ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _page(*, ask: bool) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    start = time.perf_counter()
    server = subprocess.Popen([sys.executable, "app.py", "--port", str(port)], cwd=_ROOT, stderr=subprocess.DEVNULL)
    try:
        while not _answers(address):
            time.sleep(0.05)
        if ask:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
                page = browser.new_page()
                page.goto(address)
                box = page.get_by_role("textbox", name="提问 / Ask")
                box.fill(_QUESTION)
                box.press("Enter")
                page.locator("[data-status=answered]").wait_for()
                seconds = time.perf_counter() - start
                browser.close()
                return seconds
        return time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    with contextlib.suppress(urllib.error.URLError, ConnectionError):
        return bool(urllib.request.urlopen(address, timeout=1).status == 200)
    return False


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
