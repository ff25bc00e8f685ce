"""Puts the doors around the application, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from web.security.access import Access
from web.security.access_log import AccessLog
from web.security.bodies import BodyLimits
from web.security.headers import STATIC, SecurityHeaders
from web.security.hosts import Hosts, ServedHosts
from web.security.identity import Admission, Identification
from web.security.login import Login
from web.security.origins import FORM, UPLOAD, Origins
from web.security.page_tokens import PageTokens, PageTokensNeeded
from web.security.rate_limits import RateLimits
from web.security.root_path import RootPath
from web.security.sessions import Sessions
from web.web_settings import REQUESTS

_FORMS = ("/login", "/logout")
_OPEN = ("/login", "/healthz", STATIC)
_UNCOUNTED = ("/healthz", STATIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRules:
    """What the routes of the application take. A path stands for itself and all below it."""

    programs: tuple[str, ...]
    """Paths that programs call, without the token of a page."""
    uploads: Mapping[str, int]
    """Paths that take files, with the most bytes of a body there."""


class Doors:
    """Everything that stands between the network and the application."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.hosts = ServedHosts(access.served_names)
        self.page_tokens = PageTokens()
        """`page_tokens.for_page(scope)` stands in the `<meta name="yuanwen-token">` of a page."""
        self._sessions = None if access.users is None else Sessions(access.users)

    def routes(self) -> list[Route]:
        """Return the routes of login and logout that the application has to have; none where nobody logs in."""
        if self.access.users is None or self._sessions is None:
            return []
        return Login(self.access.users, self._sessions, self.page_tokens).routes()

    def around(self, app: ASGIApp, rules: RouteRules) -> ASGIApp:
        """Return the application behind the doors. What is added last is passed first."""
        access = self.access
        app = PageTokensNeeded(app, self.page_tokens, rules.programs, _FORMS)
        app = Admission(app, access, _OPEN)
        if access.is_exposed:
            app = RateLimits(app, _UNCOUNTED)
        app = Identification(app, access, self._sessions)
        app = BodyLimits(app, {**rules.uploads, **dict.fromkeys(_FORMS, REQUESTS.largest_form)})
        app = Origins(
            app, access.public_origin, {**dict.fromkeys(rules.uploads, UPLOAD), **dict.fromkeys(_FORMS, FORM)}
        )
        app = Hosts(app, self.hosts)
        app = SecurityHeaders(app)
        app = AccessLog(app)
        if access.trusted_proxies:
            app = ProxyHeadersMiddleware(app, list(access.trusted_proxies))  # type: ignore[arg-type, assignment]
        return RootPath(app)


def server_options(access: Access) -> dict[str, object]:
    """Return the options of `uvicorn.Config` that belong to the doors."""
    from web.security.patient_protocol import PatientProtocol

    return {
        "http": PatientProtocol,
        "ws": "none",
        "proxy_headers": False,  # uvicorn believes every program on this machine; the doors believe only who is named
        "server_header": False,
        "access_log": False,
        "root_path": access.root_path,
        "timeout_keep_alive": REQUESTS.keep_alive,
        "h11_max_incomplete_event_size": REQUESTS.headers,
        "limit_concurrency": REQUESTS.connections,
    }
