"""The bundled model is opened while a command is imported; no other model is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corpus.errors import EmbedderError
from corpus.message import Message
from index.encoders import registry
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME
from qa.ranking import reader_network
from qa.service import early_models
from tests.fakes import CharacterEmbedder

_CHARACTERS = CharacterEmbedder("甲")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models that were opened, in a process that has not imported the engine."""
    names: list[str] = []

    def open_embedder(name: str) -> Embedder:
        names.append(name)
        return _CHARACTERS

    monkeypatch.delitem(sys.modules, "qa.engine", raising=False)
    monkeypatch.setenv("YUANWEN_ENCODER", "openvino")
    monkeypatch.setattr(registry, "open_embedder", open_embedder)
    monkeypatch.setattr(reader_network, "network_for", names.append)
    return names


def test_begun_model_is_given_once(opened: list[str]) -> None:
    """With its reader, and only to the first who asks."""
    early_models.begin(None, BUNDLED_NAME)

    assert early_models.begun() is _CHARACTERS
    assert opened == [BUNDLED_NAME, BUNDLED_NAME]
    assert early_models.begun() is None


def test_nothing_is_begun_for_torch_or_a_missing_folder(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong folder is reported at once; torch is imported by one thread."""
    early_models.begin(tmp_path / "missing", BUNDLED_NAME)
    early_models.begin(None, "another/model")
    monkeypatch.setenv("YUANWEN_ENCODER", "torch")
    early_models.begin(None, BUNDLED_NAME)

    assert early_models.begun() is None
    assert opened == []


def test_error_reaches_who_waits(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the model had been opened there."""

    def broken(name: str) -> Embedder:
        raise EmbedderError(Message(zh="坏了", en="it is broken"))

    monkeypatch.setattr(registry, "open_embedder", broken)
    early_models.begin(None, BUNDLED_NAME)

    with pytest.raises(EmbedderError, match="it is broken"):
        early_models.begun()
