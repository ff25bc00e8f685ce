"""Puts the headers on every answer that tell browsers to keep other sites away from it."""

from __future__ import annotations

from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.security.scopes import is_under, route_path
from web.web_settings import REQUESTS

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # Permalinks carry words of the source, which no other site shall see. Not no-referrer: under it a browser
        # sends `Origin: null` with the forms of our own page.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=(), "
        "clipboard-read=(), clipboard-write=(self), fullscreen=(self)",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
STATIC = "/static"


class SecurityHeaders:
    """Sets these headers and removes what the application may say to other origins.

    What is not below `/static` is private: no shared cache keeps it, and no cache at all unless the answer itself says
    `private`. HSTS is sent under https alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message.get("headers", ()))}
                _complete(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _complete(headers: MutableHeaders, scope: Scope) -> None:
    for name in {*headers.keys()}:
        if name in ("server", "x-powered-by") or name.startswith("access-control-"):
            del headers[name]
    for name, value in _HEADERS.items():
        headers[name] = value
    if scope["scheme"] == "https" and REQUESTS.hsts:
        headers["Strict-Transport-Security"] = f"max-age={REQUESTS.hsts}"
    if is_under(route_path(scope), STATIC):
        headers.setdefault("Cache-Control", "no-store")  # what is not there
    else:
        if "private" not in headers.get("cache-control", ""):
            headers["Cache-Control"] = "private, no-store"
        headers.add_vary_header("Cookie")
        headers.add_vary_header("Authorization")
