"""What the tests share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import CharacterEmbedder
from hypothesis import settings

from corpus.load import SHIPPED, load
from corpus.model import Document
from corpus.parse import parse_source
from index.bundled import BUNDLED_NAME
from index.embed import Embedder, open_embedder
from index.store import Index
from qa.engine import Engine
from qa.settings import Settings

# The time of one example says nothing on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


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
def real_folder(real_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the shipped text by the bundled model."""
    folder = tmp_path_factory.mktemp("real") / "index"
    Index.build(folder, [load(SHIPPED)], real_embedder)
    return folder


@pytest.fixture(scope="session")
def real_engine(real_embedder: Embedder, real_folder: Path) -> Engine:
    """An engine over the shipped text with the bundled model."""
    return Engine(Index.open(real_folder), real_embedder, Settings())
