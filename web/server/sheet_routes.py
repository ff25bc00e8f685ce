"""Many questions at once on the page: a sheet comes in, progress is told as events, a workbook goes out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from corpus.errors import QAError
from corpus.message import Message
from qa.service.question_queue import Busy
from web import strings
from web.api.sheet_questions import SheetRequest
from web.html.error_messages import Refused, error_html
from web.html.markup import both
from web.problems import problem
from web.security.identity import visitor_of
from web.server.form_file import FormFile, read_form
from web.server.page_routes import DeskOf
from web.server.sheet_runs import SheetRun, SheetRuns
from web.server.turns import Turns, busy_answer, client_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetRoutes:
    """Answers what a browser asks about sheets. Nothing here changes the documents."""

    def __init__(self, desk_of: DeskOf, turns: Turns, runs: SheetRuns, *, is_own: bool = False) -> None:
        """`is_own`: whether the questions are about the user's own library."""
        self._desk_of = desk_of
        self._turns = turns
        self._runs = runs
        self._is_own = is_own

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The routes, for an application."""
        return [
            Route("/page/grid", self.begin, methods=["POST"]),
            Route("/page/grid/progress", self.progress),
            Route("/page/grid/stop", self.stop, methods=["POST"]),
            Route("/page/grid/answers", self.answers),
        ]

    async def begin(self, request: Request) -> Response:
        """Take a sheet, the part `file` of a form, and begin to ask; the answer has the `run`, which names it.

        Further parts: `name` of the file, `documents` (a JSON list), `across` (`yes`, `no`), `form` of the citations.
        """
        visitor = visitor_of(request.scope)
        try:
            self._runs.check_room(visitor.client)  # before the sheet is read
            sent = await read_form(request, most_fields=4)
            if sent is None:
                raise Refused(strings.UPLOAD_BROKEN)
            sheet = await _sheet_of(sent, self._page(request))
            questions = await self._turns.run(
                client_of(request.scope), partial(self._desk_of(request).open_sheet, sheet)
            )
            key = self._runs.begin(visitor, sheet.name, questions)
        except Busy as error:
            return busy_answer(error)
        except QAError as error:
            return _failed(error)
        return JSONResponse({"run": key, **_told(self._runs.get(visitor, key))})

    async def progress(self, request: Request) -> Response:
        """Tell how far a run is (`?run=KEY`), as server-sent events, until it is over."""
        from sse_starlette.sse import EventSourceResponse

        return EventSourceResponse(self._events(request), headers={"cache-control": "no-store"})

    async def stop(self, request: Request) -> Response:
        """Ask no further question of a run; what is answered is written."""
        try:
            sent = json.loads(await request.body())
        except (ValueError, RecursionError):
            sent = None
        key = sent.get("run") if isinstance(sent, dict) else None
        try:
            run = self._runs.get(visitor_of(request.scope), key if isinstance(key, str) else "")
        except QAError as error:
            return _failed(error)
        run.is_wanted = False
        return JSONResponse(_told(run))

    async def answers(self, request: Request) -> Response:
        """Return the workbook of a run (`?run=KEY`)."""
        try:
            run = self._runs.get(visitor_of(request.scope), request.query_params.get("run", ""))
        except Refused as error:
            return problem(404, error.message, scope=request.scope)
        if run.workbook is None:
            return problem(404, strings.SHEET_NOT_READY, scope=request.scope)
        stem = PurePath(run.name).stem
        name = quote(f"{stem}-{strings.SHEET_ANSWERS}.xlsx", safe="", errors="replace")
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
        }
        return Response(run.workbook, media_type=_XLSX, headers=headers)

    async def _events(self, request: Request) -> AsyncIterator[dict[str, str]]:
        try:
            run = self._runs.get(visitor_of(request.scope), request.query_params.get("run", ""))
        except Refused as error:
            yield {"data": json.dumps({"stage": "failed", "html": error_html(error)})}
            return
        async for now in self._runs.follow(run):
            yield {"data": json.dumps(_told(now))}

    def _page(self, request: Request) -> str:
        """Return the address of the page under which the browser has it: links in the answers lead there."""
        address = str(request.base_url)
        if origin := request.headers.get("origin"):  # it is ours; behind a proxy it alone has the scheme
            address = f"{origin}{request.base_url.path}"
        return f"{address}mine/" if self._is_own else address


async def _sheet_of(sent: FormFile, page: str) -> SheetRequest:
    """Return what a form asks."""
    try:
        documents = json.loads(sent.fields.get("documents", "[]"))
    except (ValueError, RecursionError):
        documents = []
    return SheetRequest(
        name=sent.name,
        data=await sent.data(),
        documents=tuple(name for name in documents if isinstance(name, str)) if isinstance(documents, list) else (),
        is_across={"yes": True, "no": False}.get(sent.fields.get("across", "")),
        form=sent.fields.get("form", ""),
        page=page,
    )


def _told(run: SheetRun) -> Mapping[str, Any]:
    """Return how far a run is, for the page."""
    values = {"done": run.questions.done, "all": run.questions.all}
    said = strings.SHEET_STAGES[run.stage].format(**values)
    return {
        "stage": run.stage,
        "name": run.name,
        **values,
        "has_answers": run.workbook is not None,
        "html": both(said) + _why(run.error),
    }


def _why(error: QAError | Message | None) -> str:
    if error is None:
        return ""
    return error_html(error) if isinstance(error, QAError) else both(error)


def _failed(error: QAError) -> Response:
    return JSONResponse({"failed": error_html(error)})
