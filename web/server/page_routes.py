"""The page and what it asks: `/`, `POST /page/KIND`, uploads as a stream, the progress of changes as events."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from corpus.errors import QAError
from qa.service.question_queue import Busy
from web import strings
from web.api.desk import Desk
from web.html.error_messages import error_html
from web.html.markup import both
from web.html.page import Account
from web.problems import problem
from web.security.doors import Doors
from web.security.identity import visitor_of
from web.server.form_file import read_form
from web.server.page_document import page_document
from web.server.turns import Client, Turns, busy_answer, client_of
from web.static_files import static_files
from web.web_settings import SERVER, UPLOADS

Value = TypeVar("Value")
_LABORIOUS = ("check", "checkreport", "share", "why")
"""Kinds of requests that keep a processor busy, beside questions."""
_AT_ONCE = {"content-encoding": "identity", "x-accel-buffering": "no"}
"""Headers of what is sent piece by piece: neither we nor a proxy keep pieces until there are more."""
DeskOf = Callable[[Request], Desk]
"""Returns the desk of the library that a request is about."""


class PageRoutes:
    """Answers what a browser asks."""

    def __init__(self, desk_of: DeskOf, turns: Turns, doors: Doors, *, is_own: bool = False) -> None:
        """`turns`: where questions wait. `is_own`: whether they are about the user's own library."""
        self._desk_of = desk_of
        self._turns = turns
        self._doors = doors
        self._is_own = is_own
        self._threads: CapacityLimiter | None = None

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The routes, for an application."""
        return [
            Route("/", self.page),
            Route("/static/{version}/{name:path}", static_files().answer),
            Route("/page/upload", self.upload, methods=["POST"]),
            Route("/page/progress", self.progress),
            Route("/page/picture", self.picture),
            Route("/page/draft", self.draft, methods=["POST"]),
            Route("/page/{kind}", self.ask, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """Return the page as the documents are now."""
        desk = self._desk_of(request)
        token, user = self._doors.page_tokens.for_page(request.scope), visitor_of(request.scope).user
        root_path = request.scope.get("app_root_path", request.scope.get("root_path", ""))
        account = Account(user, self._is_own, root_path) if user else None
        is_private = account is None and not self._doors.access.is_exposed
        document = partial(page_document, desk, token, account, is_private=is_private)
        return HTMLResponse(await self._in_thread(document))

    async def ask(self, request: Request) -> Response:
        """Return the answer to a request of the page, a JSON object; `failed` in it is a sentence.

        Of a question, the answer is a line of JSON, after a line `{"place": N}` whenever its place in the queue has
        changed. Where too many wait, it is a problem, with the seconds after which to come again.
        """
        try:
            sent = json.loads(await request.body())
        except (ValueError, RecursionError):
            sent = None
        kind = request.path_params["kind"]
        desk = self._desk_of(request)
        call = partial(desk.call, {**sent, "kind": kind} if isinstance(sent, dict) else {})
        client = client_of(request.scope)
        try:
            if kind == "ask":
                lines = self._turns.ask_telling(client, call, partial(desk.knows, sent))
                first = await anext(lines)  # before the answer begins: Busy has a status of its own
                return _JsonLines(_lines(first, lines), headers=_AT_ONCE)
            if kind == "export":
                return await self._export(request, sent, client)
            answer = await (self._turns.run(client, call) if kind in _LABORIOUS else self._in_thread(call))
        except Busy as error:
            return busy_answer(error)
        return JSONResponse(answer)

    async def _export(self, request: Request, sent: object, client: Client) -> Response:
        """Return a conversation as a file. Each of its questions waits for its turn. Raises Busy before the first."""
        desk = self._desk_of(request)
        try:
            export = desk.open_export(sent if isinstance(sent, dict) else {})
        except QAError as error:
            return JSONResponse({"failed": error_html(error)})
        run = self._turns.run
        while not export.is_asked:
            if await request.is_disconnected():
                return Response()
            told = await run(client, partial(desk.ask_next, export), export.knows_next)
            if "failed" in told:
                return JSONResponse(told)
            run = self._turns.go_on
        return JSONResponse(await run(client, partial(desk.exported, export)))

    async def upload(self, request: Request) -> Response:
        """Take a file, the parts `name` and `file` of a form: it waits on the disk for its turn."""
        sent = await read_form(request)
        if sent is None:
            return JSONResponse({"failed": both(strings.UPLOAD_BROKEN)}, status_code=400)
        # The file is not closed here: what reads it closes it.
        take = partial(self._desk_of(request).upload, sent.name, sent.file.file, sent.file.size or 0)
        return JSONResponse(await self._in_thread(take))

    async def draft(self, request: Request) -> Response:
        """Take a draft, the parts `name` and `file` of a form; the answer has its quotations. Nothing of it is kept."""
        sent = await read_form(request)
        if sent is None:
            return JSONResponse({"failed": both(strings.UPLOAD_BROKEN)}, status_code=400)
        read = partial(self._desk_of(request).read_draft, sent.name, await sent.data())
        try:
            return JSONResponse(await self._turns.run(client_of(request.scope), read))
        except Busy as error:
            return busy_answer(error)

    async def progress(self, request: Request) -> Response:
        """Tell how far changes are (`?changes=1,2`), as server-sent events, until each has ended."""
        from sse_starlette.sse import EventSourceResponse

        desk = self._desk_of(request)
        given = dict.fromkeys(map(_number, request.query_params.get("changes", "").split(",")))  # each is told once
        numbers = [*given][: UPLOADS.files]
        return EventSourceResponse(_events(desk, numbers), headers={"cache-control": "no-store"})

    async def picture(self, request: Request) -> Response:
        """Return a page of a file as it looks (`?document=NAME&page=1&width=800`), or 304 where the browser has it."""
        query = request.query_params
        sent = {"document": query.get("document", "")} | {
            name: _number(query.get(name, "")) for name in ("page", "width")
        }
        data = await self._in_thread(partial(self._desk_of(request).picture, sent))
        if data is None:
            return problem(404, strings.NO_PAGE, scope=request.scope)
        tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "private, no-cache", "content-encoding": "identity"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(data, media_type="image/webp", headers=headers)

    async def _in_thread(self, call: Callable[[], Value]) -> Value:
        """Do what blocks in a thread: as many at a time as the settings say."""
        if self._threads is None:
            self._threads = CapacityLimiter(SERVER.threads)
        return await to_thread.run_sync(call, limiter=self._threads)


def _number(text: str) -> int:
    """Return a whole number of few digits; 0 for anything else."""
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else 0


class _JsonLines(StreamingResponse):
    media_type = "application/x-ndjson"


async def _lines(first: Mapping[str, Any], others: AsyncGenerator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
    async with aclosing(others):  # who has gone gives up the place
        yield json.dumps(first).encode() + b"\n"
        async for one in others:
            yield json.dumps(one).encode() + b"\n"


async def _events(desk: Desk, numbers: Sequence[int]) -> AsyncIterator[dict[str, str]]:
    """Yield the progress of changes whenever it is another than before."""
    told: dict[int, Mapping[str, Any]] = {}
    going = list(numbers)
    while going:
        for number in list(going):
            now = desk.call({"kind": "progress", "change": number})
            if now != told.get(number):
                told[number] = now
                yield {"data": json.dumps({"change": number, **now})}
            if "failed" in now or now["stage"] in ("done", "failed"):
                going.remove(number)
        await asyncio.sleep(SERVER.progress_interval)
