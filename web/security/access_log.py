"""Logs what was asked for and how it ended, to the logger `yuanwen.access`: never a query, a body or an address."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.security.identity import client_network
from web.security.scopes import route_path

_LOG = logging.getLogger("yuanwen.access")


class AccessLog:
    """Logs each request when it has ended, where the logger's level is INFO.

    A client is 8 digits of a keyed hash, with a key of this process: requests of one client can be told apart, but
    nobody can find out the address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._key = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _LOG.isEnabledFor(logging.INFO):
            await self.app(scope, receive, send)
            return
        status, sent, begun = 0, 0, time.monotonic()
        path = quote(route_path(scope).encode("utf-8", "surrogateescape"))  # no line break gets into a log

        async def send_counted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_counted)
        finally:
            fields = {
                "method": scope["method"],
                "path": path,
                "status": status,
                "ms": round((time.monotonic() - begun) * 1000),
                "bytes": sent,
                "client": hmac.new(self._key, client_network(scope).encode(), hashlib.sha256).hexdigest()[:8],
            }
            _LOG.info("%(method)s %(path)s %(status)s, %(ms)s ms, %(bytes)s bytes, client %(client)s", fields)
