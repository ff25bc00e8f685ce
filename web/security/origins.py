"""Keeps pages of other sites from asking and changing anything here.

1. A preflight is refused: no page of another site may call this server, and no answer has a CORS header.
2. `Origin`, where it is sent, is ours; `null` is foreign. An https page of the same host and port is ours too: a proxy
   that does not say `X-Forwarded-Proto` may stand before us.
3. `Sec-Fetch-Site`, where it is sent, is `same-origin`; for reading also `none` (typed, a bookmark), and anything where
   a link opens the page in a window. `same-site` is foreign: another port of localhost is the same site.
4. A change without either has a `Referer` of ours or none: older browsers send it, programs send nothing. That a page
   can leave it out does no harm: a change from a browser needs the page's token too (`page_tokens.py`).
5. The body of a change is JSON and says so, which a form of another site cannot; files only where they are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.message import Message
from web import security_messages
from web.problems import problem
from web.security.scopes import Origin, changes, host_of, is_under, route_path

JSON = ("application/json",)
UPLOAD = ("multipart/form-data", "application/octet-stream", "application/json")
FORM = ("application/x-www-form-urlencoded",)


class Origins:
    """Refuses what a page of another site sends with 403, and a body of another type with 415.

    `types`: the content types of bodies by the beginning of the path, where they are not JSON.
    """

    def __init__(self, app: ASGIApp, public_origin: Origin | None, types: Mapping[str, tuple[str, ...]]) -> None:
        self.app = app
        self._public_origin = public_origin
        self._types = types

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await problem(*refusal, scope=scope)(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, Message] | None:
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            return 403, security_messages.NO_PREFLIGHT
        if not self._is_ours(scope, headers):
            return 403, security_messages.FOREIGN
        return self._body_refusal(scope, headers) if changes(scope) else None

    def _is_ours(self, scope: Scope, headers: Headers) -> bool:
        origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
        if not all(self._is_our_origin(scope, Origin.parse(one)) for one in origins):
            return False
        if not changes(scope):
            return all(site in ("same-origin", "none") for site in sites) or _opens_window(headers)
        if origins or sites:
            return all(site == "same-origin" for site in sites)
        return all(self._is_our_origin(scope, Origin.of_url(one)) for one in headers.getlist("referer"))

    def _is_our_origin(self, scope: Scope, origin: Origin | None) -> bool:
        if origin is None:
            return False
        if origin == self._public_origin:
            return True
        host = host_of(scope)
        is_scheme = origin.scheme in (scope["scheme"], "https")
        return is_scheme and host is not None and origin.authority == host.with_port(origin.scheme)

    def _body_refusal(self, scope: Scope, headers: Headers) -> tuple[int, Message] | None:
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if not has_body:
            return None
        if headers.get("content-encoding", "identity") != "identity":
            return 415, security_messages.ENCODED_BODY
        path = route_path(scope)
        types = next((types for prefix, types in self._types.items() if is_under(path, prefix)), JSON)
        given = headers.getlist("content-type")
        if len(given) == 1 and _is_type(given[0], types):
            return None
        return 415, security_messages.NOT_JSON.format(types=" / ".join(types))


def _is_type(value: str, types: tuple[str, ...]) -> bool:
    message = EmailMessage()
    try:
        message["Content-Type"] = value
    except ValueError:  # a line break
        return False
    charset = message.get_param("charset", "utf-8")
    is_utf8 = isinstance(charset, str) and charset.lower() in ("utf-8", "utf8")
    return is_utf8 and value.partition(";")[0].strip().lower() in types


def _opens_window(headers: Headers) -> bool:
    """Return whether a link of another site opens this in a window: no frame, no image, no script reads it."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
