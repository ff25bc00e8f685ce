"""A small application behind the doors, and requests to it as programs and browsers send them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from web.security.access import Access, access_of, add_access_options
from web.security.doors import Doors, RouteRules
from web.security.identity import visitor_of

RULES = RouteRules(programs=("/api/v1", "/gradio_api"), uploads={"/page/upload": 5_000})
HERE = "http://localhost:7860"
BROWSER = {"Origin": HERE, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
"""What a browser sends with `fetch` of our own page."""
OPENS = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html,*/*;q=0.8"}
"""What a browser sends when it opens a page."""


def options(*argv: str) -> argparse.Namespace:
    """The options of the command line, those of app.py that matter included."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--share", action="store_true")
    parser.add_argument("--read-only", action="store_true")
    add_access_options(parser)
    return parser.parse_args(argv)


def access(*argv: str | Path) -> Access:
    return access_of(options(*map(str, argv)))


class Tiny:
    """The application, and what it has been asked to do."""

    def __init__(self, *argv: str | Path) -> None:
        self.changes: list[str] = []
        self.doors = Doors(access(*argv))
        self.app: ASGIApp = self.doors.around(
            Starlette(
                routes=[
                    Route("/", self.page),
                    Route("/healthz", self.static),
                    Route("/static/{name:path}", self.static),
                    Route("/{path:path}", self.change, methods=["POST", "DELETE"]),
                    *self.doors.routes(),
                ][:: -1 if self.doors.access.users else 1]
            ),
            RULES,
        )

    async def page(self, request: Request) -> Response:
        visitor = visitor_of(request.scope)
        token = self.doors.page_tokens.for_page(request.scope)
        return JSONResponse({"token": token, "user": visitor.user, "may_change": visitor.may_change})

    async def static(self, request: Request) -> Response:
        return PlainTextResponse(
            "a", headers={"Cache-Control": "public, max-age=9", "Access-Control-Allow-Origin": "*"}
        )

    async def change(self, request: Request) -> Response:
        body = await request.body()
        self.changes.append(request.url.path)
        return PlainTextResponse(str(len(body)))

    def client(self, address: str = HERE, *, peer: str = "127.0.0.1") -> TestClient:
        return TestClient(self.app, base_url=address, client=(peer, 50_000), follow_redirects=False)

    def page_token(self, client: TestClient) -> str:
        return str(client.get("/").json()["token"])


def said(response: Any) -> Mapping[str, Any]:
    """What a refusal says, which must be problem details in both languages."""
    assert response.headers["content-type"] == "application/problem+json"
    details: Mapping[str, Any] = response.json()
    assert details["status"] == response.status_code
    assert details["message"]["zh"] in details["detail"]
    assert details["message"]["en"] in details["detail"]
    return details
