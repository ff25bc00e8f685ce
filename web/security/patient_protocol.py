"""Closes a connection whose request does not get to the end of its headers: uvicorn itself would wait for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from web.web_settings import REQUESTS


class PatientProtocol(H11Protocol):
    """uvicorn's protocol over h11, with a limit for the time of the headers. `uvicorn.Config(http=PatientProtocol)`."""

    patience: float = REQUESTS.header_patience
    """Seconds from the connection, or from the first byte of a later request, to the end of the headers."""
    _giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_for_headers()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        has_begun = bool(self.conn.trailing_data[0])
        if has_begun:  # of the next request; without, uvicorn's own limit for idle connections holds
            self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._giving_up is None:  # bytes that trickle in win no time
            self._giving_up = self.loop.call_later(self.patience, self._give_up)

    def _stop_waiting(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def _give_up(self) -> None:
        self._giving_up = None
        self.transport.abort()
