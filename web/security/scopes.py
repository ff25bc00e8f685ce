"""Reads what the doors look at in an ASGI scope: authorities (`name:port`), origins, the path within the server."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)(?::([0-9]{1,5}))?")
_ORIGIN = re.compile(r"(https?)://([^/?#@\s]+)")
_USUAL_PORTS = (("http", "80"), ("https", "443"))


@dataclass(frozen=True, slots=True)
class Authority:
    """A host name or address, in lower case, IPv6 without brackets; and a port, or None where none is said."""

    name: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Authority | None:
        """Return what a Host header or an origin says, None where it is malformed.

        >>> Authority.parse("LOCALHOST:7860")
        Authority(name='localhost', port=7860)
        """
        found = _AUTHORITY.fullmatch(text)
        if found is None:
            return None
        name, port = found[1].lower(), None if found[2] is None else int(found[2])
        if name.startswith("["):
            address = ip_address(name[1:-1])
            if address is None:
                return None
            name = str(address)
        return cls(name, port) if port is None or 0 < port < 1 << 16 else None

    def with_port(self, scheme: str) -> Authority:
        """Return it with a port: its own, or the usual one of the scheme."""
        return self if self.port is not None else Authority(self.name, int(dict(_USUAL_PORTS)[scheme]))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page comes from: scheme, and an authority with its port."""

    scheme: str
    authority: Authority

    @classmethod
    def parse(cls, text: str) -> Origin | None:
        """Return an origin as browsers write it, None for `null` and for what is malformed."""
        found = _ORIGIN.fullmatch(text)
        authority = Authority.parse(found[2]) if found else None
        return None if found is None or authority is None else cls(found[1], authority.with_port(found[1]))

    @classmethod
    def of_url(cls, url: str) -> Origin | None:
        """Return the origin of a URL, as `Referer` has one."""
        return cls.parse("/".join(re.split(r"[?#]", url)[0].split("/")[:3]))


def ip_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address in its usual form, without a zone; None for anything else, `127.1` and `0x7f.0.0.1` too."""
    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def is_loopback(name: str) -> bool:
    """Return whether a host name is always this machine: `localhost`, 127.0.0.0/8, ::1."""
    if name == "localhost":
        return True
    address = ip_address(name)
    return address is not None and (address.version == 4 or address == ipaddress.IPv6Address(1)) and address.is_loopback


def host_of(scope: Scope) -> Authority | None:
    """Return the one Host header of a request; None where there is none, or two, or a malformed one."""
    hosts = Headers(scope=scope).getlist("host")
    return Authority.parse(hosts[0]) if len(hosts) == 1 else None


def route_path(scope: Scope) -> str:
    """Return the path of a request within the server: without the root path under which a proxy has it."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def is_under(path: str, *prefixes: str) -> bool:
    """Return whether a path is one of these or below it; `/login` has below it `/login/x`, not `/loginx`."""
    return any(path == prefix or path.startswith(f"{prefix.rstrip('/')}/") for prefix in prefixes)


def changes(scope: Scope) -> bool:
    """Return whether the method of a request may change something."""
    return scope["method"] not in ("GET", "HEAD", "OPTIONS")


def is_of_browser(scope: Scope) -> bool:
    """Return whether a page in a browser sent a request.

    `Sec-Fetch-Mode` alone says nothing: `fetch` of Node.js sends it too.
    """
    headers = Headers(scope=scope)
    return any(name in headers for name in ("origin", "sec-fetch-site", "referer"))
