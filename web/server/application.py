"""Puts the application together: the page's routes, and what is imported only when it is first asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from web.api.desk import Desk
from web.server.page_routes import PageRoutes

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
        async with self._loading:
            if self._application is None:
                self._application = await self._loaded()
        await self._application(scope, receive, send)

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
    """Return the context in which an application answers: its lifespan, or its own `running()`."""
    if isinstance(application, Starlette):
        return application.router.lifespan_context(application)
    running = getattr(application, "running", nullcontext)
    context: AbstractAsyncContextManager[Any] = running()
    return context


@dataclass(frozen=True, slots=True)
class Part:
    """An application beside the page, made when it is first asked."""

    load: LoadApplication
    mount: str = ""
    """Where it is mounted: it sees what comes after that."""
    paths: Sequence[str] = ()
    """Or: the paths that it answers, which it sees whole."""


def page_application(desk: Desk, parts: Sequence[Part] = ()) -> Starlette:
    """Return the application that serves the page over a desk, with other parts beside it."""
    made = [(part, LazyApplication(part.load)) for part in parts]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        for _part, application in made:
            await application.close()
        await to_thread.run_sync(desk.close)

    mounts: list[BaseRoute] = []
    for part, application in made:
        mounts += [Route(path, application) for path in part.paths]
        mounts += [Mount(part.mount, application)] if part.mount else []
    return Starlette(
        routes=[*PageRoutes(lambda _: desk).routes, *mounts],
        middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
        lifespan=lifespan,
    )
