"""Limits what the body of a request weighs, and how slowly it may come.

Slow headers are the matter of `patient_protocol.py`: the application is only called when they are whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.message import Message as Wording
from web import security_messages
from web.problems import problem
from web.security.scopes import is_under, route_path
from web.web_settings import REQUESTS


class BodyRefused(Exception):
    """Raised where the application reads on in a body that is refused. What it answers is not sent."""


class BodyLimits:
    """Answers 413 to a body that is too large, whatever its Content-Length says, and 408 to one that is too slow.

    `most`: bytes by the beginning of the path, where the limit is not `requests.largest_body`. A body may be waited for
    `patience` seconds, and more as long as `rate` bytes a second come. The time in which the application does not
    read counts for nothing.
    """

    def __init__(
        self,
        app: ASGIApp,
        most: Mapping[str, int],
        *,
        patience: float = REQUESTS.body_patience,
        rate: float = REQUESTS.slowest_body,
    ) -> None:
        self.app = app
        self._most = most
        self._patience = patience
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        most = next((most for prefix, most in self._most.items() if is_under(path, prefix)), REQUESTS.largest_body)
        body = _Body(receive, send, most, self._patience, self._rate)
        lengths = Headers(scope=scope).getlist("content-length")
        if not all(length.isascii() and length.isdigit() for length in lengths) or len(lengths) > 1:
            body.refusal = 400, security_messages.BAD_LENGTH
        elif any(int(length[:20]) > most for length in lengths):
            body.refusal = 413, security_messages.BODY_TOO_LARGE.format(most=most)
        else:
            with suppress(BodyRefused):
                await self.app(scope, body.receive, body.send)
        if body.refusal is not None and not body.has_begun:
            response = problem(*body.refusal, scope=scope, headers={"Connection": "close"})
            await response(scope, receive, send)


class _Body:
    """What is read of one body, and whether its answer has begun."""

    def __init__(self, receive: Receive, send: Send, most: int, patience: float, rate: float) -> None:
        self.refusal: tuple[int, Wording] | None = None
        self.has_begun = False
        self._receive, self._send = receive, send
        self._most, self._patience, self._rate = most, patience, rate
        self._received = 0
        self._waited = 0.0
        self._is_whole = False

    async def receive(self) -> Message:
        if self.refusal is not None:
            raise BodyRefused
        if self._is_whole:
            return await self._receive()  # the application waits for the end of the connection
        begun = anyio.current_time()
        message: Message | None = None
        with anyio.move_on_after(self._patience + self._received / self._rate - self._waited):
            message = await self._receive()
        self._waited += anyio.current_time() - begun
        if message is None:
            self._refuse(408, security_messages.BODY_TOO_SLOW)
        elif message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._is_whole = not message.get("more_body", False)
            if self._received > self._most:
                self._refuse(413, security_messages.BODY_TOO_LARGE.format(most=self._most))
        assert message is not None
        return message

    async def send(self, message: Message) -> None:
        if self.refusal is not None and not self.has_begun:
            return  # the application has caught the exception; its answer would say something else
        self.has_begun = True
        await self._send(message)

    def _refuse(self, status: int, message: Wording) -> None:
        self.refusal = status, message
        raise BodyRefused
