"""The MCP server over HTTP (streamable HTTP): one request, one reply as JSON, nothing kept between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from qa.service.operations import Operations
from web.mcp.mcp_tools import server
from web.work import Run, in_thread


def mcp_application(operations: Operations, *, run: Run = in_thread) -> Starlette:
    """Return an application that answers POST at whatever address; there are no sessions to end, no streams to follow.

    `run` does the work of a tool and returns what it returns; what it raises becomes the tool's error. The application
    does not look at Host and Origin: what serves it has to.
    """
    made = server(operations, run=run)
    outside = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    made.streamable_http_app(json_response=True, stateless_http=True, transport_security=outside)
    manager = made.session_manager

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with manager.run():
            yield

    class Answer:
        """An object, because Starlette takes a function for one of a request."""

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await manager.handle_request(scope, receive, send)

    return Starlette(routes=[Route("/{path:path}", Answer(), methods=["POST"])], lifespan=lifespan)
