"""Says what the options of the command line mean together: who may come in, by which names, and to do what."""

from __future__ import annotations

import argparse
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QAError
from corpus.message import Message
from web import security_messages
from web.security.bearer_tokens import BearerTokens
from web.security.scopes import Authority, Origin, is_loopback
from web.security.users import Users

_ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")


class AccessRefused(QAError):
    """Options that would let in whoever comes, or that cannot be understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may come in, and how."""

    served_names: frozenset[str]
    """Host names and addresses that are served beside those of loopback, in lower case."""
    public_origin: Origin | None
    """Where a proxy serves the pages, if it was said; else the origin is that of the Host header."""
    root_path: str
    """The path under which a proxy serves it: empty, or like `/yuanwen`."""
    trusted_proxies: tuple[str, ...]
    """Addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""
    users: Users | None
    """Who can log in; None where nobody has to."""
    tokens: BearerTokens | None
    """What programs show; None where they need not."""
    is_exposed: bool
    """Whether others than this machine can come in."""
    read_only: bool
    """Whether nobody can change the texts."""

    @property
    def is_locked(self) -> bool:
        """Whether one has to log in or to show a token."""
        return self.users is not None or self.tokens is not None


def open_access() -> Access:
    """Return what holds where no option says anything: whoever is on this machine may read and change."""
    parser = argparse.ArgumentParser()
    parser.set_defaults(host="127.0.0.1", share=False, read_only=False)
    add_access_options(parser)
    return access_of(parser.parse_args([]))


def add_access_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `access_of` reads beside `--host`, `--share` and `--read-only`."""
    group = parser.add_argument_group("who may come in")
    group.add_argument("--auth", type=Path, metavar="FILE", help="users log in; `yuanwen user add` writes the file")
    group.add_argument(
        "--token", type=Path, metavar="FILE", help="programs show one of the tokens in this file, one a line"
    )
    group.add_argument("--public", action="store_true", help="everybody may read, and nobody may change anything")
    group.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="serve under this host name too (or several); localhost is always served",
    )
    group.add_argument(
        "--public-origin", metavar="URL", help="where a proxy serves the page: https://texts.example.org"
    )
    group.add_argument("--root-path", default="", metavar="PATH", help="the path under which a proxy serves it")
    group.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="believe X-Forwarded-For and -Proto of this address or network (or several)",
    )


def access_of(options: argparse.Namespace) -> Access:
    """Return what the options mean. Raises AccessRefused, and QAError for a file of users or tokens.

    Others can come in where the address is not loopback, and also where a name, an origin or a proxy is given: then
    something on this machine passes them on. `--share` lets everybody in, to read only.
    """
    if options.public and (options.auth or options.token):
        raise AccessRefused(security_messages.PUBLIC_AND_LOCKED)
    origin = _origin(options.public_origin)
    names = {_name(value) for value in options.allowed_host} | ({origin.authority.name} if origin else set())
    bound = Authority.parse(options.host) or Authority.parse(f"[{options.host}]")
    if bound is not None and not is_any_address(bound.name):
        names.add(bound.name)
    reason = _why_exposed(options)
    if reason is not None and not (options.auth or options.token or options.public):
        raise AccessRefused(security_messages.NO_LOCK.format(reason=reason))
    return Access(
        served_names=frozenset(names),
        public_origin=origin,
        root_path=_root_path(options.root_path),
        trusted_proxies=tuple(_proxy(value) for value in options.trusted_proxy),
        users=None if options.auth is None else _users(options.auth),
        tokens=None if options.token is None else BearerTokens.read(options.token),
        is_exposed=reason is not None or options.share,
        read_only=options.public or options.share or options.read_only,
    )


def is_any_address(name: str) -> bool:
    """Return whether a server's address stands for all addresses of the machine: it is no name of it."""
    return name in ("0.0.0.0", "::")


def _why_exposed(options: argparse.Namespace) -> Message | None:
    given = (
        ("--allowed-host", [name for name in options.allowed_host if not is_loopback(name.lower())]),
        ("--public-origin", options.public_origin),
        ("--trusted-proxy", options.trusted_proxy),
    )
    if not is_loopback(options.host.strip("[]").lower()):
        return security_messages.REASON_HOST.format(value=options.host)
    named = next((name for name, value in given if value), None)
    return None if named is None else security_messages.REASON_OPTION.format(value=named)


def _name(value: str) -> str:
    """Return a host name as browsers send it: in lower case, Chinese names in their ASCII form."""
    try:
        text = value if value.isascii() else value.encode("idna").decode("ascii")
    except UnicodeError:
        text = ""
    authority = Authority.parse(text) or Authority.parse(f"[{text}]")
    if authority is None or authority.port is not None or is_any_address(authority.name):
        raise AccessRefused(security_messages.BAD_HOST_NAME.format(value=value))
    return authority.name


def _origin(value: str | None) -> Origin | None:
    if value is None:
        return None
    origin = Origin.parse(value.removesuffix("/"))
    if origin is None:
        raise AccessRefused(security_messages.BAD_ORIGIN.format(value=value))
    return origin


def _root_path(value: str) -> str:
    if not _ROOT_PATH.fullmatch(value):
        raise AccessRefused(security_messages.BAD_ROOT_PATH.format(value=value))
    return value


def _proxy(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value) if "/" in value else ipaddress.ip_address(value))
    except ValueError as error:
        raise AccessRefused(security_messages.BAD_PROXY.format(value=value)) from error


def _users(path: Path) -> Users:
    users = Users(path)
    if not users.names():
        raise AccessRefused(security_messages.NO_USERS.format(path=path), path)
    return users
