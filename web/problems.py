"""Makes the answer to a request that is refused: problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Scope

from corpus.message import Message

PROBLEM_JSON = "application/problem+json"


def problem(
    status: int, message: Message, *, scope: Scope | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer with `status` (an HTTP status of 400 or more) that says `message`.

    `detail` is in both languages on one line; `message` has them apart.
    """
    details = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message.bilingual,
        "message": {"zh": message.zh, "en": message.en},
    }
    # Not JSONResponse: it cannot encode a lone surrogate, and a message may quote one.
    return Response(json.dumps(details), status, headers, PROBLEM_JSON)
