"""Measures the time from start to first answer, with everything cached, and the installed size: make measure

Each run is a new process, and has the byte code of the run before it, as an installed program has: a variable that
forbids to keep it (PYTHONDONTWRITEBYTECODE) is not handed on. The first row is the time to import the two largest
packages; the other rows are also given as multiples of it, because seconds differ from machine to machine. On a busy
machine, processor seconds are more reliable than clock seconds. `--write docs/performance.md` writes the table into
that file.
"""

from __future__ import annotations

import argparse
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

from platformdirs import user_cache_path
from playwright.sync_api import sync_playwright

from benchmarks.report import put, row, spread, where

_ROOT = Path(__file__).parent.parent
_QUESTION = "上合组织秘书处设在哪个城市？"
_MODELS = user_cache_path("yuanwen")
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="times that each is started (%(default)s)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the markers of FILE")
    arguments = parser.parse_args()
    heading = where(f"python -m benchmarks.startup --rounds {arguments.rounds}")
    _run("-m", "qa", "ask", _QUESTION)  # builds what is missing
    measures: dict[str, Callable[[], tuple[float, float]]] = {
        (imports := "`import sentence_transformers, gradio`"): lambda: _run(
            "-c", "import sentence_transformers, gradio"
        ),
        "`python -m qa ask`: start to answer": lambda: _run("-m", "qa", "ask", _QUESTION),
        "`python app.py`: start to HTTP": lambda: _page(ask=False),
        "`python app.py`: start to first answer in the browser": lambda: _page(ask=True),
    }
    seconds: dict[str, list[float]] = {name: [] for name in measures}
    busy: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(arguments.rounds):
        for name, measure in measures.items():  # in turn, so that other work on the machine disturbs all alike
            took, worked = measure()
            seconds[name].append(took)
            busy[name].append(worked)
    lines = [heading, "| | s [least, most] | × the imports [least, most] | processor, s | × |", "|---|---|---|---|---|"]
    for name in measures:
        ratios = [one / base for one, base in zip(seconds[name], seconds[imports], strict=True)]
        work, base = statistics.median(busy[name]), statistics.median(busy[imports])
        cells = (f"{work:.1f}", f"{work / base:.2f}") if work else ("", "")
        lines.append(row(name, spread(seconds[name]), spread(ratios, ".2f"), *cells))
    size = _size(Path(sysconfig.get_path("purelib"))) / 1e9
    lines.append(f"\nInstalled: {size:.2f} GB of packages (those of the tests included), {_size(_MODELS) / 1e9:.2f} GB")
    lines.append("of models in the cache.\n")
    put("\n".join(lines), "startup", arguments.write)
    return 0


def _run(*argv: str) -> tuple[float, float]:
    """Return the clock seconds and the processor seconds of a process."""
    start, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, *argv], cwd=_ROOT, env=_ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    took, after = time.perf_counter() - start, os.times()
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    return took, worked


def _page(*, ask: bool) -> tuple[float, float]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    start = time.perf_counter()
    command = [sys.executable, "app.py", "--port", str(port)]
    server = subprocess.Popen(command, cwd=_ROOT, env=_ENVIRONMENT, stderr=subprocess.DEVNULL)
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
                return seconds, 0.0
        return time.perf_counter() - start, 0.0
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
