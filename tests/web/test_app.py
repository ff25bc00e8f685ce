"""Starting the page: what is printed, which port is taken, what stands in the way."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import app
import qa.service.bootstrap
from corpus.document import Document
from corpus.errors import IndexCorrupt
from corpus.message import Message
from tests.web.page import FakeEngine
from web.api.page_context import PageEngine
from web.web_settings import SERVER

if TYPE_CHECKING:
    from starlette.types import ASGIApp


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch, shipped: Document, capfd: pytest.CaptureFixture[str]) -> list[int]:
    """Let `main` serve a fake engine; where it would wait, visit the page as it was announced, and interrupt."""
    statuses: list[int] = []

    def visit() -> NoReturn:
        announced = capfd.readouterr().err
        sys.stderr.write(announced)
        address = announced.split("原文 is at ")[1].split()[0]
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address) as response:
            statuses.append(response.status)
        raise KeyboardInterrupt

    monkeypatch.setattr(qa.service.bootstrap, "open_engine", lambda *_: FakeEngine(shipped))
    monkeypatch.setattr(app, "_wait_for_interrupt", visit)
    return statuses


def test_help_does_not_wait_for_gradio() -> None:
    code = "import sys, app\ntry: app.main(['--help'])\nexcept SystemExit: print('gradio' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "--share" in out
    assert out.endswith("False\n")


@pytest.mark.parametrize("prog", ["app.py", "yuanwen serve"])
def test_the_help_names_the_command_that_was_typed(prog: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        app.main(["--help"], prog=prog)
    assert capsys.readouterr().out.startswith(f"usage: {prog} [-h]")


@pytest.mark.browser
def test_the_address_is_printed_once_the_page_answers(visits: list[int], capfd: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--port", "0"]) == 0
    out, err = capfd.readouterr()
    assert visits == [200]
    assert out == ""
    assert re.fullmatch(r"原文 is at http://127\.0\.0\.1:\d+/ \(Ctrl\+C stops it\)", err.splitlines()[-1])


@pytest.mark.browser
def test_a_taken_port_gives_way_to_the_next(visits: list[int], capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        assert app.main(["--port", str(taken)]) == 0
    said, address = capfd.readouterr().err.splitlines()[-2:]
    assert said == f"Port {taken} is taken."
    assert taken < int(address.split(":")[2].split("/")[0]) < taken + 100
    assert visits == [200]


@pytest.mark.browser
def test_a_proxy_does_not_stand_between_the_page_and_itself(visits: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    proxies = {
        "http_proxy": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "socks5://127.0.0.1:9",
    }
    for name, address in proxies.items():
        monkeypatch.setenv(name, address)
    before = {name: os.environ.get(name) for name in (*proxies, "no_proxy", "NO_PROXY")}  # others may be set

    assert app.main(["--port", "0"]) == 0

    assert visits == [200]
    assert {name: os.environ.get(name) for name in before} == before


@pytest.mark.browser
def test_what_hinders_the_engine_is_one_line_after_the_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page is there before the model; what hinders that ends the process."""

    def broken(*_: object) -> NoReturn:
        raise IndexCorrupt(
            Message(
                zh="索引损坏了。请重建：python -m qa index build",
                en="the index is damaged. Rebuild it: python -m qa index build",
            )
        )

    monkeypatch.setattr(qa.service.bootstrap, "open_engine", broken)
    monkeypatch.setitem(vars(SERVER), "farewell", 0.0)
    assert app.main(["--port", "0"]) == 1
    address, why = capsys.readouterr().err.splitlines()[-2:]
    assert address.startswith("原文 is at ")
    assert why == "the index is damaged. Rebuild it: python -m qa index build"


def test_a_folder_without_an_index_is_told_before_anything_is_served(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert app.main(["--index", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert str(tmp_path) in err


@pytest.mark.parametrize(("options", "keeps"), [([], True), (["--no-feedback"], False)])
def test_feedback_can_be_switched_off_at_the_start(
    visits: list[int], monkeypatch: pytest.MonkeyPatch, options: list[str], keeps: bool
) -> None:
    kept: list[bool] = []
    build = app.build_app

    def build_app(engine: PageEngine, *, keeps_feedback: bool, **others: Any) -> ASGIApp:
        kept.append(keeps_feedback)
        return build(engine, keeps_feedback=keeps_feedback, **others)

    monkeypatch.setattr(app, "build_app", build_app)
    assert app.main(["--port", "0", *options]) == 0
    assert kept == [keeps]
