"""Puts the application together: the page's routes, and what is imported only when it is first asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.service.question_queue import Busy
from web import strings
from web.api.desk import Desk
from web.problems import problem
from web.security.doors import Doors, RouteRules
from web.security.identity import visitor_of
from web.security.scopes import host_of, is_loopback
from web.server.health import health_route
from web.server.own_desks import OwnDesks
from web.server.page_routes import DeskOf, PageRoutes
from web.server.sheet_routes import SheetRoutes
from web.server.sheet_runs import SheetRuns
from web.server.turns import CLIENT, Turns, busy_answer, client_of
from web.web_settings import REQUESTS, SERVER, SHEETS, UPLOADS

OWN = "/mine"
"""Where a user's own library is served."""
API_PATH = "/api/v1"
PROGRAMS = (API_PATH, f"{OWN}{API_PATH}", "/gradio_api", "/mcp")
"""Paths that programs call: they need no token of a page."""
LoadApplication = Callable[[], ASGIApp]


class LazyApplication:
    """An ASGI application that is made when it is first asked: what it imports does not delay the page.

    Its lifespan, where it has one, begins then and ends with the server's, in a task of its own.
    """

    def __init__(self, load: LoadApplication) -> None:
        self._load = load
        self._application: ASGIApp | None = None
        self._loading = asyncio.Lock()
        self._life: asyncio.Task[None] | None = None
        self._ready, self._ended = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = await self.load()
        await application(scope, receive, send)

    async def load(self) -> ASGIApp:
        """Make the application, unless it is made."""
        async with self._loading:
            if self._application is None:
                self._application = await self._loaded()
        return self._application

    async def _loaded(self) -> ASGIApp:
        application = await to_thread.run_sync(self._load)
        self._life = asyncio.create_task(self._live(application))
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self._life}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():  # its lifespan failed
            ready.cancel()
            self._life.result()
        return application

    async def _live(self, application: ASGIApp) -> None:
        async with _running(application):
            self._ready.set()
            await self._ended.wait()

    async def close(self) -> None:
        """End what it began."""
        self._ended.set()
        if self._life is not None:
            with suppress(Exception):
                await self._life


def _running(application: ASGIApp) -> AbstractAsyncContextManager[Any]:
    """Return the context in which an application answers."""
    return application.router.lifespan_context(application) if isinstance(application, Starlette) else nullcontext()


@dataclass(frozen=True, slots=True)
class Part:
    """An application beside the page, made when it is first asked."""

    load: LoadApplication
    mount: str = ""
    """Where it is mounted: it sees what comes after that."""
    paths: Sequence[str] = ()
    """Or: the paths that it answers, which it sees whole."""
    is_early: bool = False
    """Whether it is made a while after the start, though nobody asks: its clients have little patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a server serves."""

    desk: Desk
    """Of the shared library."""
    turns: Turns
    doors: Doors
    own_desks: OwnDesks | None = None
    """Of the users' own libraries; None where nobody logs in."""
    parts: Sequence[Part] = ()


def site_application(site: Site) -> ASGIApp:
    """Return the application that serves a site, behind its doors."""
    parts = [Part(lambda: _api(site, lambda _: site.desk), mount=API_PATH), *site.parts]
    if site.own_desks is not None:
        parts.append(Part(partial(_api, site, site.own_desks.of), mount=f"{OWN}{API_PATH}"))
    made = [(part, LazyApplication(part.load)) for part in parts]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        early = [asyncio.create_task(_load_later(application)) for part, application in made if part.is_early]
        yield
        for task in early:
            task.cancel()
        for _part, application in made:
            await application.close()
        sheets.close()
        site.turns.close()
        await to_thread.run_sync(site.desk.close)
        if site.own_desks is not None:
            await to_thread.run_sync(site.own_desks.close)

    sheets = SheetRuns(site.turns)
    routes: list[BaseRoute] = [
        *site.doors.routes(),
        health_route(lambda: site.desk.is_loading),
        Route("/metrics", partial(_metrics, site)),
        *SheetRoutes(lambda _: site.desk, site.turns, sheets).routes,
        *PageRoutes(lambda _: site.desk, site.turns, site.doors).routes,
    ]
    for part, application in made:
        counted = _Counted(application)
        routes += [Route(path, counted) for path in part.paths]
        routes += [Mount(part.mount, counted)] if part.mount else []
    if site.own_desks is not None:
        own_sheets = SheetRoutes(site.own_desks.of, site.turns, sheets, is_own=True)
        own_page = PageRoutes(site.own_desks.of, site.turns, site.doors, is_own=True)
        own = Router([*own_sheets.routes, *own_page.routes], redirect_slashes=False)
        routes += [Route(OWN, _to_own), Mount(OWN, own)]
    behind = Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
        exception_handlers={404: _nowhere, 405: _nowhere},
        lifespan=lifespan,
    )
    # A redirect to the same address with a slash would carry the path decoded, and the scheme of a proxy's inner side.
    behind.router.redirect_slashes = False
    largest = UPLOADS.largest + REQUESTS.largest_form
    takers = (f"{path}/{name}" for path in ("", OWN) for name in ("page/upload", f"{API_PATH[1:]}/documents"))
    uploads = dict.fromkeys(takers, largest)
    uploads |= dict.fromkeys(("/page/grid", f"{OWN}/page/grid"), SHEETS.largest + REQUESTS.largest_form)
    uploads |= dict.fromkeys(("/page/draft", f"{OWN}/page/draft"), UPLOADS.largest_draft + REQUESTS.largest_form)
    return site.doors.around(behind, RouteRules(programs=PROGRAMS, uploads=uploads))


class _Counted:
    """Notes whose request it is that an application answers: what does its work does not see the request."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        CLIENT.set(client_of(scope))
        await self._application(scope, receive, send)


def _api(site: Site, desk_of: DeskOf) -> ASGIApp:
    """Return the HTTP API over the desk of a request."""
    from web.v1.public_api import v1_application
    from web.v1.served_library import ServedLibrary

    def library_of(request: Request) -> ServedLibrary:
        desk = desk_of(request)
        return ServedLibrary(desk.operations, desk.jobs, lambda: not desk.is_loading)

    api = v1_application(library_of, run=site.turns.run_for_program)
    api.add_exception_handler(Busy, _busy)

    return api


async def _busy(request: Request, error: Exception) -> Response:
    assert isinstance(error, Busy)
    return busy_answer(error)


async def _load_later(application: LazyApplication) -> None:
    await asyncio.sleep(SERVER.early)
    await application.load()


async def _metrics(site: Site, request: Request) -> Response:
    """Tell a monitor the figures: whoever is let in, where that is asked, and otherwise this machine alone.

    What a tunnel or a proxy passes on comes from this machine too, but asks for another host.
    """
    visitor, host = visitor_of(request.scope), host_of(request.scope)
    is_here = is_loopback(visitor.address) and host is not None and is_loopback(host.name)
    if not (visitor.user or visitor.token or is_here):
        raise HTTPException(404)
    from web.server.metrics import CONTENT_TYPE  # as the figures: not before the page is served

    text = await to_thread.run_sync(site.turns.metrics.text)
    return Response(text, media_type=CONTENT_TYPE)


async def _to_own(request: Request) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}{OWN}/")


async def _nowhere(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = error.headers if isinstance(error, HTTPException) else None
    return problem(
        status, strings.NO_ADDRESS if status == 404 else strings.NO_METHOD, scope=request.scope, headers=headers
    )
