"""Makes the token of a page, which the page sends with each change: no other site can read it, so none can send it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web import security_messages
from web.problems import problem
from web.security.identity import visitor_of
from web.security.scopes import changes, is_of_browser, is_under, route_path

HEADER = "Yuanwen-Token"
META = "yuanwen-token"
"""`<meta name="yuanwen-token" content="…">` of a page."""


class PageTokens:
    """Makes and verifies tokens: an HMAC of what they are for, with a secret of this process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def make(self, kind: str, subject: str) -> str:
        """Return the token of a kind (`page`, `login`) for a subject, such as the key of a session."""
        return hmac.new(self._secret, f"{kind}\n{subject}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def verify(self, kind: str, subject: str, token: str) -> bool:
        """Return whether `token` is that token, in constant time."""
        return hmac.compare_digest(self.make(kind, subject).encode(), token.encode("utf-8", "surrogatepass"))

    def for_page(self, scope: Scope) -> str:
        """Return the token for the page that answers a request, another each time; of its session, where there is one.

        It begins with the page's name, up to a full stop.
        """
        page = secrets.token_hex(8)
        return f"{page}.{self.make('page', _page(page, visitor_of(scope).session))}"

    def page_of(self, token: str, session: str) -> str | None:
        """Return the name of the page that has this token, None where it is none of ours."""
        page, _, proof = token.partition(".")
        return page if self.verify("page", _page(page, session), proof) else None


def page_name(scope: Scope) -> str:
    """Return the name of the page that sent a request; empty where a program did, which needs no token."""
    return str(scope["state"].get("page", ""))


def _page(page: str, session: str) -> str:
    return f"{page}\n{session}"


class PageTokensNeeded:
    """Lets a change pass if the page's token comes with it.

    Programs need none on their paths. What a browser sends needs one there too, and so does what comes with the cookie
    of a session: a browser sends cookies by itself, whoever asks it to.
    """

    def __init__(self, app: ASGIApp, tokens: PageTokens, programs: tuple[str, ...], forms: tuple[str, ...]) -> None:
        self.app = app
        self._tokens = tokens
        self._programs = programs
        self._forms = forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_needed(scope):
            tokens = Headers(scope=scope).getlist(HEADER)
            page = self._tokens.page_of(tokens[0], visitor_of(scope).session) if len(tokens) == 1 else None
            if page is None:
                message = security_messages.STALE_PAGE if is_of_browser(scope) else security_messages.TOKEN_FOR_PROGRAMS
                await problem(403, message, scope=scope)(scope, receive, send)
                return
            scope["state"]["page"] = page
        await self.app(scope, receive, send)

    def _is_needed(self, scope: Scope) -> bool:
        path, visitor = route_path(scope), visitor_of(scope)
        if not changes(scope) or is_under(path, *self._forms) or visitor.token:
            return False
        return is_of_browser(scope) or bool(visitor.session) or not is_under(path, *self._programs)
