"""Keeps the sessions of users who are logged in, in memory: a restart of the server ends them all.

The browser has a random id in a cookie; the server has only its SHA-256.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie

from starlette.datastructures import Headers
from starlette.types import Scope

from web.security.users import Users
from web.web_settings import ACCOUNTS


@dataclass(frozen=True, slots=True)
class Session:
    """A user who is logged in."""

    key: str
    """SHA-256 of the id that the browser has."""
    user: str
    stamp: str
    """Of the user's password: a session ends when that changes."""
    begun: float
    seen: float


class Sessions:
    """The sessions of the users of a file. Times are seconds of `clock`."""

    def __init__(self, users: Users, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        """By key, the one that was idle longest first."""
        self._lock = threading.Lock()

    def begin(self, user: str, stamp: str) -> str:
        """Return the id of a new session. `stamp` is that of the password that was right."""
        session_id, now = secrets.token_urlsafe(32), self._clock()
        key = _key(session_id)
        with self._lock:
            own = [one.key for one in self._sessions.values() if one.user == user]
            for old in own[: max(0, len(own) + 1 - ACCOUNTS.sessions_a_user)]:
                del self._sessions[old]
            while len(self._sessions) >= ACCOUNTS.sessions:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[key] = Session(key, user, stamp, now, now)
        return session_id

    def find(self, session_id: str) -> Session | None:
        """Return the session of an id, None where it has ended. Raises UsersError where the users cannot be read."""
        key, now = _key(session_id), self._clock()
        with self._lock:
            session = self._sessions.get(key)
            if session is None:
                return None
            goes_on = self._goes_on(session, now)
            del self._sessions[key]
            if not goes_on:
                return None
            self._sessions[key] = replace(session, seen=now)  # the last one now
            return self._sessions[key]

    def end(self, session_id: str) -> None:
        """End a session, if it is there."""
        with self._lock:
            self._sessions.pop(_key(session_id), None)

    def _goes_on(self, session: Session, now: float) -> bool:
        return (
            now - session.seen <= ACCOUNTS.idle
            and now - session.begun <= ACCOUNTS.longest_session
            and self._users.stamp(session.user) == session.stamp
        )


def session_cookie(scope: Scope) -> str:
    """Return the name of the cookie of a session: its prefix lets browsers refuse one that another site planted."""
    if scope["scheme"] != "https":
        return "yuanwen-session"
    return "__Secure-yuanwen-session" if scope.get("root_path") else "__Host-yuanwen-session"


def cookie_of(scope: Scope, name: str) -> str:
    """Return the value of a cookie of a request; empty where there is none, or where there are two of that name."""
    values = []
    for header in Headers(scope=scope).getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                values.append(value)
    return values[0] if len(values) == 1 else ""


def set_cookie(scope: Scope, name: str, value: str, *, seconds: float | None = None) -> str:
    """Return a `Set-Cookie` header; no `seconds`: until the browser is closed; 0: the browser forgets it."""
    cookie: SimpleCookie = SimpleCookie({name: value})
    morsel = cookie[name]
    morsel["path"] = scope.get("root_path") or "/"
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    if scope["scheme"] == "https":
        morsel["secure"] = True
    if seconds is not None:
        morsel["max-age"] = int(seconds)
    return morsel.OutputString()


def _key(session_id: str) -> str:
    return hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).hexdigest()
