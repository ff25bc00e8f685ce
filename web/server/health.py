"""Answers what looks after the server: whether it lives, and whether it can answer questions yet."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def health_route(is_loading: Callable[[], bool]) -> Route:
    """Return the route `/healthz`: `status` is "ok", or "loading" while the model is loaded. It needs no login."""

    async def healthz(_: Request) -> Response:
        status = "loading" if is_loading() else "ok"
        return JSONResponse({"status": status}, headers={"cache-control": "no-store"})

    return Route("/healthz", healthz)
