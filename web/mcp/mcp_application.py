"""The MCP server over HTTP (streamable HTTP): one request, one reply as JSON, nothing kept between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from qa.service.operations import Operations

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager


class McpApplication:
    """An ASGI application for one address, whatever it is. Its `running()` is part of the server's lifespan.

    It does not look at Host and Origin: what serves it has to. The SDK is imported for the first request.
    """

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._manager: StreamableHTTPSessionManager | None = None
        self._task: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer requests within this context; once."""
        try:
            yield
        finally:
            if self._task is not None:
                self._task.cancel()
                with suppress(asyncio.CancelledError):
                    await self._task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a POST. There are no sessions to end and no streams to follow: other methods get 405."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
            return
        manager = await self._open()
        await manager.handle_request(scope, receive, send)

    async def _open(self) -> StreamableHTTPSessionManager:
        async with self._opening:
            if self._manager is None:
                manager = await asyncio.to_thread(_manager, self._operations)
                ready = asyncio.Event()
                self._task = asyncio.create_task(_run(manager, ready))
                await ready.wait()
                self._manager = manager
            return self._manager


def mcp_application(operations: Operations) -> McpApplication:
    """Return the application over these operations."""
    return McpApplication(operations)


def _manager(operations: Operations) -> StreamableHTTPSessionManager:
    from mcp.server.transport_security import TransportSecuritySettings

    from web.mcp.mcp_tools import server

    made = server(operations)
    outside = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    made.streamable_http_app(json_response=True, stateless_http=True, transport_security=outside)
    return made.session_manager


async def _run(manager: StreamableHTTPSessionManager, ready: asyncio.Event) -> None:
    """Run what answers requests, until it is cancelled."""
    async with manager.run():
        ready.set()
        await asyncio.Event().wait()
