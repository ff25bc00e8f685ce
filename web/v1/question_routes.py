"""Questions, quotations and citations: `POST /ask`, `/check`, `/cite`. They change nothing."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from qa.output.record_types import CheckRecord, ReplyRecord
from qa.service.operations import CitedQuote
from web.v1 import api_messages
from web.v1.asked import Ask, CheckQuote, CitePassage
from web.v1.record_response import record_response
from web.v1.refusals import Refusal, problems
from web.v1.served_library import Running, Served
from web.web_settings import API


def _is_json(request: Request) -> None:
    """Refuse a body of another type: only of this one a page of another site cannot send any without being asked."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


question_routes = APIRouter(tags=["questions"], dependencies=[Depends(_is_json)])


@question_routes.post("/ask", response_model=ReplyRecord, responses=problems(400, 404, 415, 422, 429, 503))
async def ask(asked: Ask, served: Served, run: Running) -> Response:
    """Ask a question: the passages that answer it, word for word, or that there are none."""
    if not await served.wait():
        message = api_messages.STILL_LOADING.format(seconds=API.retry_after)
        raise Refusal(503, message, retry_after=API.retry_after)
    what = asked.question, asked.history, asked.documents
    call = partial(served.operations.ask, *what, alone=asked.alone, top=asked.top, form=asked.form)
    knows = partial(served.operations.knows, *what, alone=asked.alone)
    return record_response(await run(call, knows=knows))


@question_routes.post("/check", response_model=CheckRecord, responses=problems(400, 415, 422, 429))
async def check(asked: CheckQuote, served: Served, run: Running) -> Response:
    """Check whether a quotation stands in the documents, word for word."""
    return record_response(await run(partial(served.operations.check, asked.quote)))


@question_routes.post("/cite", response_model=CitedQuote, responses=problems(400, 404, 415, 422))
def cite(asked: CitePassage, served: Served) -> Response:
    """Cite a passage in a form."""
    return record_response(served.operations.cite(asked.passage_id, asked.form, asked.spans))
