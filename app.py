"""The page's server: options, start, stop. `python app.py` or `yuanwen serve`. The only importer of gradio."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import sys
import threading
import time
import webbrowser
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from corpus.configuration import check
from corpus.errors import QAError
from index.encoders.e5_weights import BUNDLED_NAME
from qa.option_types import INDEX_HELP, index_location
from qa.output.terminal_stream import controls_shown
from qa.qa_settings import Settings
from qa.service import process_limits
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from web import strings
from web.api.desk import Desk
from web.api.page_context import PageEngine
from web.gradio_import import without_stub_files
from web.problems import problem
from web.security.access import Access, access_of, add_access_options, open_access
from web.security.doors import Doors, server_options
from web.server.application import Part, Site, site_application
from web.server.logs import SERVER_LOG, add_log_options, logging_to_stderr
from web.server.own_desks import OwnDesks
from web.server.serving import Serving
from web.server.turns import Turns, client_of
from web.web_settings import SERVER

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from qa.service.operations import Operations


GRADIO_PATHS = (
    "/config",
    "/gradio_api/info",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/heartbeat/{session}",
    "/gradio_api/cancel",
    "/gradio_api/reset",
)
"""The routes of gradio that its clients need. Its others (files, proxies, uploads, components) are closed."""
_LOG = logging.getLogger(SERVER_LOG)
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def build_app(
    engine: PageEngine,
    *,
    keeps_feedback: bool = True,
    jobs: IndexJobs | None = None,
    doors: Doors | None = None,
    own_base: Path | None = None,
    stays: bool = False,
) -> ASGIApp:
    """Return the page over an engine, not yet served. `jobs` changes its index; without it the page is read-only.

    `doors`: who may come in; None: whoever is on this machine. Strangers who may only read leave no feedback either: it
    is kept on the disk. `own_base`: the folder of the users' own libraries.
    `stays`: it is served for long, so what some clients may ask for is imported beforehand.
    """
    turns = Turns(lambda: len(engine.catalog.entries))
    doors = doors or Doors(open_access())
    keeps_feedback = keeps_feedback and not (doors.access.is_exposed and doors.access.read_only)

    @cache
    def operations() -> Operations:
        from qa.service.operations import Operations  # as what asks it: not before the page is served

        return Operations(engine)

    def mcp() -> ASGIApp:
        from web.mcp.mcp_application import mcp_application

        return mcp_application(operations(), run=turns.run_for_program)

    own_desks = None
    if own_base is not None and isinstance(engine, BackgroundEngine):
        from qa.service.own_libraries import OwnLibraries

        own_desks = OwnDesks(OwnLibraries(engine, jobs), own_base)
    return site_application(
        Site(
            desk=Desk(engine, keeps_feedback=keeps_feedback, jobs=jobs),
            turns=turns,
            doors=doors,
            own_desks=own_desks,
            parts=[
                Part(lambda: gradio_application(operations(), turns), paths=GRADIO_PATHS, is_early=stays),
                Part(mcp, paths=("/mcp",)),
            ],
        )
    )


def gradio_application(operations: Operations, turns: Turns) -> ASGIApp:
    """Return a `gradio.Server` with its queue, for `gradio_client`: `/ask`, `/check`, `/cite` and `/documents`.

    It is made while a loop runs in this thread: where none does, gradio makes several that nobody closes.
    """
    return asyncio.run(_gradio_application(operations, turns))


async def _gradio_application(operations: Operations, turns: Turns) -> ASGIApp:
    # It would report its version and ours, and keep statistics of questions in pandas; both are read at the import.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with _without_proxy(), without_stub_files():  # with a SOCKS proxy it cannot even be imported
        import gradio
        from fastapi.exceptions import RequestValidationError
        from gradio.events import api
        from gradio.routes import App

    async def ask(
        request: Any,
        question: str,
        history: list[str] | None = None,
        documents: list[str] | None = None,
        top: int | None = None,
        form: str = "own",
    ) -> dict[str, Any]:
        what = question, history or (), documents or ()
        work, knows = partial(operations.ask, *what, top=top, form=form), partial(operations.knows, *what)
        with _told():
            return dict(await turns.ask(client_of(request.request.scope), work, knows))

    async def check(request: Any, quote: str) -> dict[str, Any]:
        with _told():
            return await turns.run(client_of(request.request.scope), partial(operations.check, quote))

    async def cite(request: Any, passage_id: str, form: str = "own") -> dict[str, Any]:
        with _told():
            return dict(await turns.run(client_of(request.request.scope), partial(operations.cite, passage_id, form)))

    async def documents(request: Any) -> list[dict[str, Any]]:
        with _told():
            return [*map(dict, await turns.run(client_of(request.request.scope), operations.documents))]

    functions = (ask, check, cite, documents)
    for function in functions:
        function.__annotations__["request"] = gradio.Request  # so gradio gives it, and does not ask its client for it

    server = gradio.Server(title="原文 Yuanwen", docs_url=None, redoc_url=None, openapi_url=None)
    with gradio.Blocks(mode="server", analytics_enabled=False, title="原文 Yuanwen") as blocks:
        for function in functions:
            api(function, api_name=function.__name__, concurrency_limit=None)  # they wait in our queue
    blocks.run_history = False
    blocks.show_error = True  # the sentences of `_told`
    server.add_exception_handler(RequestValidationError, _wrong)
    App.create_app(blocks, app=server)
    own = server.router.lifespan_context

    @contextlib.asynccontextmanager
    async def lifespan(application: Any) -> AsyncIterator[None]:
        async with own(application):
            blocks.run_startup_events()
            await blocks.run_extra_startup_events()
            yield
            blocks.close(verbose=False)

    server.router.lifespan_context = lifespan
    return server


async def _wrong(request: Request, error: Exception) -> Response:
    """Answer what gradio cannot read, without repeating it: it need not be anything that can be encoded."""
    return problem(422, strings.WENT_WRONG)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell what is wrong with a call to a client of gradio in its way."""
    import gradio

    try:
        yield
    except QAError as error:
        raise gradio.Error(str(error), print_exception=False) from error


def launch(
    application: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    strict_port: bool = False,
    access: Access | None = None,
) -> Serving:
    """Serve the page in the background and return once it answers HTTP.

    Takes the next free port where `port` is taken, unless `strict_port`; any free one for 0. The page loads nothing
    from outside this machine.
    """
    options = server_options(access or open_access())
    return Serving(application, host=host, port=port, strict_port=strict_port, options=options)


def main(argv: Sequence[str] | None = None, *, prog: str = "app.py") -> int:
    """Serve the page until it is interrupted. Return 0, or 1 with a line on stderr if it cannot start.

    `prog` is the command's name in its help and usage errors. The page is served before the model is open, and
    questions wait for it. If the model cannot be opened, the page shows why, and the process ends.
    """
    with controls_shown():
        options = _parser(prog).parse_args(argv)
        with logging_to_stderr(options):
            return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    try:
        engine, served = _start(options)
    except QAError as error:
        _LOG.error("%s", error)
        return 1
    except OSError as error:
        _LOG.error("The page cannot be served at %s, port %s: %s", options.host, options.port, error)
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 1
    if options.port and served.port != options.port:
        _LOG.warning("Port %s is taken.", options.port)
    _LOG.info("原文 is at %s (Ctrl+C stops it)", served.address)
    engine.start()
    if options.open and _has_screen():
        webbrowser.open(served.address)
    with contextlib.suppress(KeyboardInterrupt):
        engine.wait()
        if engine.error is None:
            _wait_for_interrupt()
        else:
            _LOG.error("%s", engine.error)
            time.sleep(SERVER.farewell)
    served.close()
    return 0 if engine.error is None else 1


def _start(options: argparse.Namespace) -> tuple[BackgroundEngine, Serving]:
    from qa.service.bootstrap import default_folder, open_engine, stored_catalog

    check()
    access = access_of(options)
    process_limits.prepare()
    engine = BackgroundEngine(
        stored_catalog(options.index, options.model),
        lambda: open_engine(options.index, options.model, Settings(), options.reranker),
    )
    jobs = None if access.read_only else IndexJobs(engine)
    doors = Doors(access)
    folder = options.index if isinstance(options.index, Path) else default_folder(options.model)
    own_base = None if access.users is None else folder.with_name(f"{folder.name}.users")
    application = build_app(
        engine, keeps_feedback=options.feedback, jobs=jobs, doors=doors, own_base=own_base, stays=True
    )
    served = launch(application, host=options.host, port=options.port, strict_port=options.strict_port, access=access)
    if options.share:
        shared = _shared(served)
        doors.hosts.add(urlsplit(shared).hostname or "")
        _LOG.info("原文 is shared at %s: everybody who has that address can ask.", shared)
    return engine, served


def _shared(served: Serving) -> str:
    """Open a public address through gradio's servers, and return it. Raises OSError."""
    with without_stub_files():
        from gradio.networking import setup_tunnel
    try:
        return str(setup_tunnel("127.0.0.1", served.port, secrets.token_urlsafe(), None, None))
    except Exception as error:  # of many kinds, none documented
        served.close()
        raise OSError(f"gradio's servers give no public address: {error}") from error


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="原文: ask a text, get its own words back.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to serve at (default: %(default)s, this machine only)"
    )
    parser.add_argument(
        "--port", type=_port, default=7860, help="port, or the next free one, 0 for any (default: %(default)s)"
    )
    parser.add_argument(
        "--strict-port", action="store_true", help="end where the port is taken, instead of taking the next free one"
    )
    parser.add_argument("--share", action="store_true", help="open a public address through gradio's servers")
    parser.add_argument("--open", action="store_true", help="open the page in the browser, where there is a screen")
    parser.add_argument("--index", type=index_location, metavar="WHERE", help=INDEX_HELP)
    parser.add_argument(
        "--model", metavar="NAME", default=BUNDLED_NAME, help="a sentence-transformers model or folder (%(default)s)"
    )
    parser.add_argument(
        "--reranker", metavar="NAME", help="a CrossEncoder or folder that orders the best passages (default: none)"
    )
    parser.add_argument(
        "--no-feedback", dest="feedback", action="store_false", help="no buttons that keep feedback as test questions"
    )
    parser.add_argument(
        "--read-only", action="store_true", help="nobody can add or remove texts on the page (--share implies it)"
    )
    add_access_options(parser)
    add_log_options(parser)
    return parser


def _port(given: str) -> int:
    number = int(given) if given.isascii() and given.isdigit() else -1
    if not 0 <= number < 1 << 16:
        raise argparse.ArgumentTypeError(f"{given} is no port: choose a number from 0 to 65535")
    return number


def _wait_for_interrupt() -> None:
    threading.Event().wait()


def _has_screen() -> bool:
    """Return whether a browser can open a window: without a screen, one that runs in the terminal would start."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextlib.contextmanager
def _without_proxy() -> Iterator[None]:
    """Take the environment's proxy away meanwhile."""
    before = {name: value for name, value in os.environ.items() if name.lower() in _PROXIES}
    for name in before:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(before)


if __name__ == "__main__":
    sys.exit(main())
