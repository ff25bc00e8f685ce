"""Below a root path: what a proxy takes off and what it leaves there is one address, for every door."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from tests.web.doors_app import Tiny
from web.security.root_path import RootPath


def asked(path: str, root: str, app: ASGIApp | None = None) -> tuple[str, bytes, int]:
    """Ask as uvicorn does, which puts the root path before what came; return the paths of the scope and the status."""
    status = 0

    async def nothing(*_: Any) -> None: ...

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    scope: dict[str, Any] = {
        **{"type": "http", "method": "GET", "scheme": "http", "http_version": "1.1", "query_string": b""},
        **{"path": root + path, "raw_path": (root + path).encode(), "root_path": root},
        **{"headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7860)},
    }

    async def ask() -> None:
        await (app or RootPath(nothing))(scope, receive, send)

    asyncio.run(ask())
    return scope["path"], scope["raw_path"], status


@pytest.mark.parametrize(
    ("came", "stands"),
    [
        ("/", "/y/"),
        ("/y/", "/y/"),
        ("/y/a", "/y/a"),
        ("/a", "/y/a"),
        ("/yes/a", "/y/yes/a"),
        ("/y/y/a", "/y/y/a"),
        ("//y/a", "/y//y/a"),
    ],
)
def test_the_root_path_stands_once(came: str, stands: str) -> None:
    assert asked(came, "/y")[:2] == (stands, stands.encode())


def test_the_root_path_without_its_slash_leads_to_the_page() -> None:
    assert asked("/y", "/y")[2] == 307


def test_without_a_root_path_nothing_changes() -> None:
    assert asked("/y/y/a", "")[:2] == ("/y/y/a", b"/y/y/a")


@pytest.mark.parametrize("before", ["", "/y"], ids=["taken off", "left there"])
def test_the_doors_are_the_same_either_way(before: str, tmp_path: Path) -> None:
    """What needs a token needs it, what is open is open, and tricks with the path are refused."""
    tokens = tmp_path / "tokens"
    tokens.write_text("0123456789abcdef" * 2)
    tiny = Tiny("--token", tokens, "--root-path", "/y")
    for path, status in (
        ("/healthz", 200),
        ("/static/a.css", 200),
        ("/", 401),
        ("/healthz/../page", 400),
        ("/static/../", 400),
        ("/healthzy", 401),
        ("//evil.example/", 400),
    ):
        assert asked(f"{before}{path}", "/y", tiny.app)[2] == status, path
