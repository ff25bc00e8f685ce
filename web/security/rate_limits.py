"""Limits how many requests a client may send: a user, else a token, else an address."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from web import security_messages
from web.problems import problem
from web.security.identity import visitor_of
from web.security.scopes import is_under, route_path
from web.web_settings import REQUESTS


class RateLimits:
    """Answers 429, with the seconds after which to come back, to a client that sends too many requests a minute.

    A sliding window of two counters, because that forgets a client in the end. The exact moving window of `limits`
    keeps each address that it has ever seen.
    """

    def __init__(self, app: ASGIApp, free_paths: tuple[str, ...], a_minute: int = REQUESTS.a_minute) -> None:
        self.app = app
        self._free = free_paths
        self._limit: RateLimitItem = RateLimitItemPerMinute(a_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_under(route_path(scope), *self._free):
            client = visitor_of(scope).client
            if not self._limiter.hit(self._limit, client):
                after = self._limiter.get_window_stats(self._limit, client).reset_time - time.time()
                await too_many(max(1, math.ceil(after)), scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def too_many(seconds: int, scope: Scope) -> ASGIApp:
    """Return the answer that tells a client to come back after so many seconds."""
    message = security_messages.TOO_MANY_REQUESTS.format(seconds=seconds)
    return problem(429, message, scope=scope, headers={"Retry-After": str(seconds)})
