"""The login page and logout: routes that need no script.

The same words and the same time for an unknown name and a wrong password. A form of another site cannot log anybody in:
the form carries a token of the browser's own cookie. Who tries passwords has to wait (`lockout.py`), by name and by
address; a browser in which the user was logged in before is counted apart, so that nobody can lock the user out of it.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Sequence

import anyio
import anyio.to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from corpus.errors import QAError
from corpus.message import Message
from web import security_messages
from web.plain_page import plain_page
from web.problems import problem
from web.security.hosts import is_plain_path
from web.security.identity import client_network
from web.security.lockout import Lockout
from web.security.page_tokens import PageTokens
from web.security.sessions import Sessions, cookie_of, session_cookie, set_cookie
from web.security.users import Users, user_key
from web.web_settings import ACCOUNTS

_UNSEEN = re.compile(r"[\s\x00-\x20\x7f]")


class Login:
    """Logs users in and out."""

    def __init__(self, users: Users, sessions: Sessions, tokens: PageTokens) -> None:
        self._users = users
        self._sessions = sessions
        self._tokens = tokens
        self._names = Lockout(ACCOUNTS.free_tries)
        self._clients = Lockout(ACCOUNTS.free_tries_of_client)
        self._hashing = anyio.CapacityLimiter(ACCOUNTS.hashes_at_once)

    def routes(self) -> list[Route]:
        """Return `GET /login`, `POST /login` and `POST /logout`."""
        return [
            Route("/login", self.show, methods=["GET"]),
            Route("/login", self.log_in, methods=["POST"]),
            Route("/logout", self.log_out, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the page; `next` is where to go afterwards."""
        return self._page(request.scope, user="", wanted=request.query_params.get("next", ""))

    async def log_in(self, request: Request) -> Response:
        """Begin a session and go to `next`, or show the page again with what is wrong."""
        scope = request.scope
        async with request.form(max_files=0, max_fields=8) as form:
            user, password, token, wanted = (_field(form, name) for name in ("user", "password", "token", "next"))
        user = user[: ACCOUNTS.longest_name + 1]
        nonce = cookie_of(scope, _cookie(scope, "login"))
        if not nonce or not self._tokens.verify("login", nonce, token):
            return self._page(scope, user=user, wanted=wanted, said=security_messages.LOGIN_EXPIRED, status=403)
        tries = self._tries(scope, user)
        wait = max(lockout.wait(key) for lockout, key in tries)
        if wait > 0 or not all([lockout.try_now(key) for lockout, key in tries]):
            return self._wait(scope, user, wanted, max(1, math.ceil(wait)))
        try:
            stamp = self._users.stamp(user)  # before the password is looked at: it may be changed meanwhile
            is_right = await anyio.to_thread.run_sync(self._users.verify, user, password, limiter=self._hashing)
        except QAError as error:
            return problem(503, error.message, scope=scope)
        if not is_right or stamp is None:
            return self._page(scope, user=user, wanted=wanted, said=security_messages.WRONG_LOGIN, status=403)
        names, clients = tries[0], tries[1:]
        names[0].forget(names[1])
        for lockout, key in clients:
            lockout.forgive(key)
        return self._begin(scope, user_key(user), stamp, wanted)

    async def log_out(self, request: Request) -> Response:
        """End the session on the server and in the browser."""
        scope = request.scope
        name = session_cookie(scope)
        self._sessions.end(cookie_of(scope, name))
        response = _go(scope, "/login")
        response.headers.append("Set-Cookie", set_cookie(scope, name, "", seconds=0))
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def _begin(self, scope: Scope, user: str, stamp: str, wanted: str) -> Response:
        name = session_cookie(scope)
        self._sessions.end(cookie_of(scope, name))  # the id of before is never one of after
        session_id = self._sessions.begin(user, stamp)
        nonce = secrets.token_urlsafe()
        known = f"{nonce}.{self._tokens.make('known', _known(nonce, user))}"
        response = _go(scope, local_path(wanted))
        for cookie, value, seconds in (
            (name, session_id, ACCOUNTS.longest_session),
            (_cookie(scope, "known"), known, ACCOUNTS.longest_session),
            (_cookie(scope, "login"), "", 0.0),
        ):
            response.headers.append("Set-Cookie", set_cookie(scope, cookie, value, seconds=seconds))
        return response

    def _tries(self, scope: Scope, user: str) -> Sequence[tuple[Lockout, str]]:
        """Return what a try is counted for: the name and the address; of a known browser, that browser and the name."""
        nonce, _, proof = cookie_of(scope, _cookie(scope, "known")).partition(".")
        if self._tokens.verify("known", _known(nonce, user_key(user)), proof):
            return [(self._names, f"known {nonce}")]
        return [(self._names, f"name {user_key(user)}"), (self._clients, client_network(scope))]

    def _wait(self, scope: Scope, user: str, wanted: str, seconds: int) -> Response:
        said = security_messages.WAIT_TO_LOG_IN.format(seconds=seconds)
        response = self._page(scope, user=user, wanted=wanted, said=said, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response

    def _page(
        self, scope: Scope, *, user: str, wanted: str, said: Message | None = None, status: int = 200
    ) -> Response:
        name = _cookie(scope, "login")
        nonce = cookie_of(scope, name) or secrets.token_urlsafe()
        page = plain_page(
            "login",
            title=security_messages.LOGIN_TITLE,
            said=said,
            root_path=scope.get("root_path", ""),
            token=self._tokens.make("login", nonce),
            next=local_path(wanted),
            user=user,
            user_label=security_messages.USER_NAME,
            password_label=security_messages.PASSWORD,
            button=security_messages.LOG_IN,
            longest_name=ACCOUNTS.longest_name,
            longest_password=ACCOUNTS.longest_password,
        )
        response = HTMLResponse(page, status)
        if cookie_of(scope, name) != nonce:
            response.headers.append("Set-Cookie", set_cookie(scope, name, nonce))
        return response


def local_path(text: str) -> str:
    r"""Return an address within this server as it is, and `/` for anything else.

    >>> [local_path(text) for text in ("/?p=1#a", "//evil.org", "/\\evil.org", "https://evil.org", "/a\r\nX: y")]
    ['/?p=1#a', '/', '/', '/', '/']
    """
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    return text if is_plain_path(path) and "\\" not in text and not _UNSEEN.search(text) else "/"


def _go(scope: Scope, path: str) -> Response:
    return RedirectResponse(f"{scope.get('root_path', '')}{path}", 303)


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _cookie(scope: Scope, what: str) -> str:
    return session_cookie(scope).replace("session", what)


def _known(nonce: str, user: str) -> str:
    return f"{nonce}\n{user}"
