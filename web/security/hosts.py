"""Serves only requests whose Host header is a name of this server: against a foreign page whose name leads to it.

The port of Host is not compared: a browser writes there what it has connected to, so a foreign page cannot choose it,
and behind `ssh -L` or in a container it differs. `origins.py` compares it with the port of the page's origin.
`X-Forwarded-Host` and its like are taken off each request: libraries behind the doors would believe whoever sends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.message import Message
from web import security_messages
from web.problems import problem
from web.security.scopes import Authority, host_of, ip_address, is_loopback, route_path

_FORWARDED = re.compile(rb"forwarded|x-forwarded-.*|x-(?:original|rewrite)-.*|x-host")
"""Headers by which a proxy says what it was asked for; those of a trusted proxy have been read by then."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ServedHosts:
    """The names of this server: those of loopback, those that were given, and the address that a request came to."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)

    def add(self, name: str) -> None:
        """Serve under this name too, such as that of `--share`, which is known late."""
        self._names.add(name.lower())

    def serves(self, host: Authority, scope: Scope) -> bool:
        """Return whether a request to this host is ours."""
        return is_loopback(host.name) or host.name in self._names or _came_to(host.name, scope)


class Hosts:
    """Refuses a malformed Host with 400 and another one with 421; it closes WebSockets, which nothing here uses.

    What goes on has no header that says another Host, or another path.
    """

    def __init__(self, app: ASGIApp, hosts: ServedHosts) -> None:
        self.app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            kept = [(name, value) for name, value in scope.get("headers", ()) if not _FORWARDED.fullmatch(name)]
            await self.app({**scope, "headers": kept}, receive, send)
        else:
            await problem(*refusal, scope=scope)(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, Message] | None:
        host = host_of(scope)
        if host is None:
            return 400, security_messages.BAD_HOST
        if not self._hosts.serves(host, scope):
            return 421, security_messages.OTHER_HOST.format(name=host.name)
        return None if is_plain_path(route_path(scope)) else (400, security_messages.BAD_TARGET)


def is_plain_path(path: str) -> bool:
    r"""Return whether a decoded path begins with one slash and has no `.` or `..` and no control character.

    `//evil` and `/\evil` are addresses of other servers to a browser that is sent there.
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")) or _CONTROL.search(path):
        return False
    return not {".", ".."} & set(re.split(r"[/\\]", path))


def _came_to(name: str, scope: Scope) -> bool:
    """Return whether a host is the very address that the connection came to: no name, so nobody can make it lead here.

    0.0.0.0 is never one: it is where foreign pages look for servers of this machine.
    """
    server, address = scope.get("server"), ip_address(name)
    if server is None or address is None or address.is_unspecified:
        return False
    return ip_address(str(server[0])) == address
