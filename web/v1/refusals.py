"""Makes problem details (RFC 9457) of every error, and describes them for OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match, Route

from corpus.errors import BadRequest, NotKnown, QAError
from corpus.message import Message
from corpus.text.controls import replace_surrogates
from qa.qa_settings import OPERATIONS
from web.problems import PROBLEM_JSON, problem
from web.v1 import api_messages
from web.web_settings import API

PROBLEM_SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "message"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "In Chinese and in English."},
        "message": {
            "type": "object",
            "description": "The same, apart.",
            "required": ["zh", "en"],
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
        },
    },
}
_DESCRIPTIONS = {
    400: "The body is not well formed.",
    403: "The documents cannot be changed here.",
    404: "There is no such document, section, passage or change.",
    413: "The file is too large.",
    415: "The body is of another type than this takes.",
    422: "Something in the request is wrong; the message names it.",
    429: "Too much waits already. `Retry-After` says when to come back.",
    503: "The model is loading, or the index cannot be used. `Retry-After` says when to come back.",
}
_LONG_ADDRESS = "The address is longer than the server reads (`server.longest_header`). Its answer is no JSON."
_BY_STATUS = {
    400: api_messages.BAD_REQUEST,
    404: api_messages.NO_ADDRESS,
    405: api_messages.NO_METHOD,
    415: api_messages.NOT_JSON,
}
_OF_FIELD = {
    "missing": api_messages.MISSING,
    "extra_forbidden": api_messages.UNKNOWN_FIELD,
    "string_type": api_messages.NO_TEXT,
    "string_unicode": api_messages.NO_TEXT,
    "bool_type": api_messages.NO_TRUTH_VALUE,
    "bool_parsing": api_messages.NO_TRUTH_VALUE,
    "int_type": api_messages.NO_WHOLE_NUMBER,
    "int_parsing": api_messages.NO_WHOLE_NUMBER,
    "int_parsing_size": api_messages.NO_WHOLE_NUMBER,
    "int_from_float": api_messages.NO_WHOLE_NUMBER,
    "list_type": api_messages.NO_LIST,
    "model_attributes_type": api_messages.NO_OBJECT,
    "model_type": api_messages.NO_OBJECT,
    "string_too_long": api_messages.TOO_LONG,
    "too_long": api_messages.TOO_LONG,
    "string_too_short": api_messages.TOO_SHORT,
    "too_short": api_messages.TOO_SHORT,
    "greater_than_equal": api_messages.TOO_SMALL,
    "less_than_equal": api_messages.TOO_LARGE,
    "literal_error": api_messages.NO_CHOICE,
    "enum": api_messages.NO_CHOICE,
}
"""By the type of pydantic's error."""


class Refusal(Exception):
    """A request that is refused with a status of its own."""

    def __init__(self, status: int, message: Message, *, retry_after: int | None = None) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message
        self.headers = None if retry_after is None else {"Retry-After": str(retry_after)}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may be refused with these statuses."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _DESCRIPTIONS[status], "content": content} for status in statuses}


def problems_of_address(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the same for a route whose address holds what is asked: one that is too long the server does not read."""
    content = {"text/plain": {"schema": {"type": "string"}}}
    return {400: {"description": _LONG_ADDRESS, "content": content}, **problems(*statuses)}


def answer_errors(application: FastAPI) -> None:
    """Let an application answer each error with problem details."""
    application.add_exception_handler(Refusal, _refused)
    application.add_exception_handler(QAError, _failed)
    application.add_exception_handler(RequestValidationError, _invalid)
    application.add_exception_handler(HTTPException, _of_http)
    application.add_exception_handler(ClientDisconnect, _broken_off)
    application.add_exception_handler(Exception, _unforeseen)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem(error.status, error.message, headers=error.headers)


async def _failed(_: Request, error: Exception) -> Response:
    """What is asked for is wrong, or the index or the model cannot be used. Where they lie stays here."""
    assert isinstance(error, QAError)
    status = 404 if isinstance(error, NotKnown) else 422 if isinstance(error, BadRequest) else 503
    return problem(status, error.message)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = _BY_STATUS.get(error.status_code, api_messages.OTHER_REFUSAL)
    if error.status_code == 400 and request.headers.get("content-type", "").startswith("application/json"):
        message = api_messages.BAD_JSON
    headers = _allowed(request) if error.status_code == 405 else error.headers
    return problem(error.status_code, message, headers=headers)


def _allowed(request: Request) -> dict[str, str]:
    """Return the header with the methods of all routes of the address; Starlette names those of the first one."""
    routes: Sequence[Route] = request.app.state.routes
    fitting = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {"Allow": ", ".join(sorted({method for route in fitting for method in route.methods or ()}))}


async def _broken_off(_: Request, error: Exception) -> Response:
    """Nobody gets it: the client went while it sent the body."""
    return problem(400, api_messages.BAD_REQUEST)


async def _unforeseen(_: Request, error: Exception) -> Response:
    """The server that runs the application prints the stack; the client gets none."""
    return problem(500, api_messages.WENT_WRONG)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    if any(one["type"] == "json_invalid" for one in errors):
        return problem(400, api_messages.BAD_JSON)
    named = [_in_words(one) for one in errors[: API.named_errors]]
    if more := len(errors) - len(named):
        named.append(api_messages.AND_MORE.format(count=more))
    places = Message(zh="；".join(one.zh for one in named), en="; ".join(one.en for one in named))
    return problem(422, api_messages.WRONG_FIELDS.format(places=places))


def _in_words(error: Mapping[str, Any]) -> Message:
    """Return what is wrong with a field, without what was sent in it."""
    message = _OF_FIELD.get(error["type"], api_messages.WRONG_FIELD)
    return message.format(**error.get("ctx", {}), field=_field(error["loc"]))


def _field(place: Sequence[str | int]) -> str | Message:
    """Return `documents[3]` for `("body", "documents", 3)`; a name that the client made up is shortened."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place[1:]).lstrip(".")
    return replace_surrogates(name)[: OPERATIONS.shown] or api_messages.THE_BODY
