"""Responses with a JSON object of the command line, in its very characters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from corpus.text.controls import escape_controls_in_json

_UNKEPT = {"cache-control": "no-store"}
_REVALIDATED = {"cache-control": "private, no-cache"}


def record_response(record: Mapping[str, Any], status: int = 200, location: str | None = None) -> Response:
    """Return a response that nobody keeps. `location`: an address relative to that of the request."""
    headers = _UNKEPT if location is None else {**_UNKEPT, "location": location}
    return Response(_json(record), status, headers, "application/json")


def kept_response(request: Request, record: Mapping[str, Any]) -> Response:
    """Return a response with a strong ETag, or 304 where the client has the same already."""
    content = _json(record)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**_REVALIDATED, "etag": tag}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "application/json")


def _json(record: Mapping[str, Any]) -> bytes:
    return escape_controls_in_json(json.dumps(record, ensure_ascii=False)).encode()
