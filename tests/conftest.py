"""What the tests share."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

import app
from corpus.document import Document
from corpus.parse import parse_source
from corpus.source import SHIPPED, load
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.searcher import Index
from index.storage.database_file import DATABASE
from qa.engine import Engine
from qa.qa_settings import Settings
from tests.fakes import CharacterEmbedder
from tests.web.page import FakeEngine, Visit, Visitor
from web.api.page_context import PageEngine
from web.server.serving import Serving

# The time of one example says nothing on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "untimed"))
expect.set_options(timeout=20_000)  # milliseconds; what is true is seen at once, however long that takes


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes, keep together what drives chromium, and each module's tests that use the model."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif item.get_closest_marker("model"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test wants to connect to {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def no_loop_of_playwright(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide the event loop that Playwright leaves running in this thread from tests that begin one of their own."""
    loop = asyncio._get_running_loop()
    if loop is None or {"browser", "visit", "loading"} & set(request.fixturenames):
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def shipped() -> Document:
    """The shipped text."""
    return parse_source(load(SHIPPED))


@pytest.fixture(scope="session")
def characters(shipped: Document) -> CharacterEmbedder:
    """A fake embedder that knows every character of the shipped text."""
    return CharacterEmbedder("".join(sorted(set(shipped.text))))


@pytest.fixture(scope="session")
def fake_engine(characters: CharacterEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over the shipped text that finds passages by their characters."""
    index = Index.build(tmp_path_factory.mktemp("fake") / "index", [load(SHIPPED)], characters)
    return Engine(index, characters, Settings())


@pytest.fixture(scope="session")
def real_embedder() -> Embedder:
    """The bundled model."""
    return open_embedder(BUNDLED_NAME)


@pytest.fixture(scope="session")
def real_folder(real_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """An index of the shipped text by the bundled model, built once for all processes that test."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "real" / "index"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.parent / "lock"):
        if not (folder / DATABASE).exists():
            Index.build(folder, [load(SHIPPED)], real_embedder)
    return folder


@pytest.fixture(scope="session")
def real_engine(real_embedder: Embedder, real_folder: Path) -> Engine:
    """An engine over the shipped text with the bundled model."""
    return Engine(Index.open(real_folder), real_embedder, Settings())


BROWSER = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def fake(shipped: Document) -> FakeEngine:
    return FakeEngine(shipped)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> PageEngine:
    """The page's engine: the fake, or what `with_both_engines` says."""
    engine: PageEngine = request.getfixturevalue("real_engine" if getattr(request, "param", "") == "real" else "fake")
    return engine


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[PageEngine], str]]:
    """Serve engines, each at its own address, until the tests end."""
    served: dict[int, tuple[Serving, PageEngine]] = {}

    def start(engine: PageEngine) -> str:
        if id(engine) not in served:
            served[id(engine)] = app.launch(app.build_app(engine), port=0), engine
        return served[id(engine)][0].address

    yield start
    for serving, _ in served.values():
        serving.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, serve: Callable[[PageEngine], str], engine: PageEngine) -> Iterator[Visit]:
    """Open the page in a browser of one's own; afterwards nothing may have gone wrong or gone out."""
    contexts: list[BrowserContext] = []
    readers: list[Visitor] = []

    def open_page(*, width: int = 1280, height: int = 860, locale: str = "zh-CN", dark: bool = False) -> Visitor:
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": height},
                locale=locale,
                color_scheme="dark" if dark else "light",
                permissions=["clipboard-read", "clipboard-write"],
            )
        )
        readers.append(Visitor(contexts[-1].new_page(), serve(engine)))
        return readers[-1]

    yield open_page
    for context in contexts:
        context.close()
    for reader in readers:
        assert reader.errors == []
        assert reader.dialogs == []
        outside = {
            url
            for url in reader.requests
            if urlsplit(url.removeprefix("blob:")).hostname != "127.0.0.1" and not url.startswith("data:")
        }
        assert outside == set()
