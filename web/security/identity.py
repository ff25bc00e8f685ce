"""Finds out who sends a request, by the cookie of a session or a token, and lets in who may come in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.errors import QAError
from web import security_messages
from web.problems import opens_page, problem
from web.security.access import Access
from web.security.scopes import ip_address, is_under, route_path
from web.security.sessions import Sessions, cookie_of, session_cookie

_NETWORK = {4: 32, 6: 64}
"""The bits of an address that tell clients apart: a client has a whole IPv6 network of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who sends a request. Empty: not logged in, no token."""

    address: str
    user: str = ""
    session: str = ""
    """The key of the user's session."""
    token: str = ""
    """The name of the token that was shown."""
    may_change: bool = False
    """Whether the visitor may add and remove texts."""

    @property
    def client(self) -> str:
        """Whom rates are counted for."""
        if self.user:
            return f"user {self.user}"
        return f"token {self.token}" if self.token else f"address {self.address}"


def visitor_of(scope: Scope) -> Visitor:
    """Return who sends a request that has passed `Identification`."""
    visitor = scope["state"]["visitor"]
    assert isinstance(visitor, Visitor)
    return visitor


class Identification:
    """Puts a `Visitor` into the state of each request. It refuses nobody."""

    def __init__(self, app: ASGIApp, access: Access, sessions: Sessions | None) -> None:
        self.app = app
        self._access = access
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["visitor"] = self._visitor(scope)
        await self.app(scope, receive, send)

    def _visitor(self, scope: Scope) -> Visitor:
        access = self._access
        token = (access.tokens.name_of(scope) if access.tokens else None) or ""
        session_id = "" if self._sessions is None or token else cookie_of(scope, session_cookie(scope))
        session = None
        if self._sessions is not None and session_id:
            with suppress(QAError):  # while the users cannot be read nobody is one
                session = self._sessions.find(session_id)
        is_known = bool(token) or session is not None
        return Visitor(
            address=client_network(scope),
            user="" if session is None else session.user,
            session="" if session is None else session.key,
            token=token,
            may_change=not access.read_only and (is_known or not access.is_locked),
        )


class Admission:
    """Lets in who is known, where that is asked for: others are sent to the login page, or told to show a token."""

    def __init__(self, app: ASGIApp, access: Access, open_paths: tuple[str, ...]) -> None:
        self.app = app
        self._access = access
        self._open = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._access.is_locked and not is_under(route_path(scope), *self._open):
            visitor = visitor_of(scope)
            if not (visitor.user or visitor.token):
                await self._refusal(scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp:
        if self._access.users is not None and opens_page(scope):
            query = scope["query_string"].decode("latin-1")
            wanted = quote(route_path(scope) + (f"?{query}" if query else ""), safe="")
            return RedirectResponse(f"{scope.get('root_path', '')}/login?next={wanted}", 303)
        message = security_messages.SHOW_TOKEN if self._access.tokens else security_messages.LOG_IN_FIRST
        return problem(401, message, scope=scope, headers={"WWW-Authenticate": "Bearer"})


def client_network(scope: Scope) -> str:
    """Return the address that a request comes from; of an IPv6 address its network, of which a client has many."""
    peer = scope.get("client")
    address = ip_address(peer[0]) if peer else None
    if address is None:
        return peer[0] if peer else ""
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    shift = address.max_prefixlen - _NETWORK[address.version]
    return str(type(address)(int(address) >> shift << shift))
