"""Serves an ASGI application in a thread of its own, at a port that is free."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from web.web_settings import SERVER

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp


class Serving:
    """An application that is served until it is closed."""

    def __init__(
        self,
        application: ASGIApp,
        *,
        host: str,
        port: int,
        strict_port: bool = False,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """Serve it, and return once it answers. Takes the next free port where `port` is taken, any free one for 0.

        `strict_port`: take no other, for what stands before the server knows this one alone. `options`: further ones of
        `uvicorn.Config`. Raises OSError if no port is free or the address is none of this machine.
        """
        import uvicorn

        self.host = host.strip("[]")
        self._socket = _bound(self.host, port, 1 if strict_port else SERVER.ports_tried)
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            application,
            log_config=None,  # as everything here: `web/server/logs.py`
            log_level="error",
            timeout_graceful_shutdown=1,
            lifespan="on",
            **(options or {}),
        )
        self._server: uvicorn.Server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="serve-page", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)
        if not self._server.started:
            raise OSError(f"the server did not start at {host}, port {self.port}")

    @property
    def address(self) -> str:
        """The address in a browser, with the slash at its end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # all addresses are none to go to
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}/"

    def close(self) -> None:
        """Stop serving. Requests under way get a second to end."""
        self._server.should_exit = True
        self._thread.join(timeout=SERVER.stopping)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _bound(host: str, port: int, tried: int) -> socket.socket:
    """Return a socket at the first free one of so many ports from `port` on. Raises OSError where there is none."""
    ports = range(port, min(port + tried, 65536)) if port else (0,)
    for candidate in ports:
        with contextlib.suppress(OSError):
            return _socket_at(host, candidate)
    # Once more, for its own words: the address may be none of this machine.
    _socket_at(host, 0).close()
    if tried == 1:
        raise OSError("the port is taken. End what serves there, or choose another one with --port.")
    raise OSError(f"no free port from {port} to {ports[-1]}")


def _socket_at(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(SERVER.backlog)
    except OSError:
        made.close()
        raise
    return made
