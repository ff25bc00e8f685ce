"""Makes the answer to a request that is refused: problem details (RFC 9457) for programs, a small page for browsers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from corpus.message import Message
from web import security_messages
from web.plain_page import plain_page

PROBLEM_JSON = "application/problem+json"


def problem(
    status: int, message: Message, *, scope: Scope | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer with `status` (an HTTP status of 400 or more) that says `message`.

    `title` and `detail` are in both languages on one line; `message` has them apart. With the `scope` of a request by
    which a browser opens a page, the answer is a page that says the same.
    """
    title = security_messages.TITLES.get(status, security_messages.OTHER_TITLE)
    if scope is not None and opens_page(scope):
        root_path = scope.get("root_path", "")
        home = None if status == 421 else security_messages.BACK_HOME  # there the start page is refused too
        page = plain_page("problem", title=title, message=message, root_path=root_path, home=home)
        return HTMLResponse(page, status, headers)
    details = {
        "type": "about:blank",
        "title": title.bilingual,
        "status": status,
        "detail": message.bilingual,
        "message": {"zh": message.zh, "en": message.en},
    }
    # A lone surrogate cannot be encoded, and a message may quote one.
    content = json.dumps(details, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, headers, PROBLEM_JSON)


def opens_page(scope: Scope) -> bool:
    """Return whether a browser shows what comes back as a page: a link or a form, not a script or a program."""
    headers = Headers(scope=scope)
    if (destination := headers.get("sec-fetch-dest")) is not None:
        return destination == "document"
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return "text/html" in headers.get("accept", "") and (scope["method"] in ("GET", "HEAD") or is_form)
