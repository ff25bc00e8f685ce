"""Finds a model of sentence-transformers by the name that a person gives, and opens it.

A name is that of a folder or of a model of the Hugging Face hub. A folder, and what was downloaded before, is opened
without the network. This module imports neither sentence_transformers nor torch.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import EmbedderError
from corpus.message import Message
from index import index_messages

_Model = TypeVar("_Model")


@dataclass(frozen=True, slots=True)
class ModelOption:
    """An option of the command line that takes the name of a model."""

    name: str
    instead: Message
    """What to do if there is no such model, at the end of a sentence."""
    organisation: str
    """The hub's organisation of a name that has none."""
    is_whole: Callable[[Path], bool]
    """Whether a folder of the hub's cache holds what opening such a model needs."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a model is."""

    name: str
    """As the person gave it."""
    place: str
    """A folder, or a name of the hub."""
    is_local: bool
    remedy: Message
    """What to do if it cannot be loaded."""

    @classmethod
    def find(cls, name: str, option: ModelOption) -> ModelSource:
        """Find a folder, a model in the hub's cache, or one that the hub may have. Raises EmbedderError."""
        folder = Path(name).expanduser()
        given: dict[str, object] = {"option": option.name, "instead": option.instead}
        if folder.is_dir():
            return cls(name, str(folder), True, index_messages.OTHER_MODEL_FOLDER.format(**given))
        if folder.is_absolute() or not re.fullmatch(r"(\w[\w.-]*/)?\w[\w.-]*", name):
            raise EmbedderError(index_messages.NO_MODEL_FOLDER.format(name=name, **given))
        repository = name if "/" in name else f"{option.organisation}/{name}"
        cached = _in_hub_cache(repository, option.is_whole)
        remedy = index_messages.FETCH_MODEL.format(repository=repository, **given)
        return cls(name, str(cached or name), cached is not None, remedy)

    def open(self, load: Callable[[], _Model]) -> _Model:
        """Return what `load` returns, which says nothing meanwhile. Raises EmbedderError if it raises anything."""
        try:
            with _quiet():
                return load()
        except Exception as exc:  # each library below raises its own errors for a damaged or foreign folder
            raise self.error(in_one_line(exc)) from exc

    def error(self, reason: object) -> EmbedderError:
        """Return the error that the model cannot be loaded."""
        message = index_messages.MODEL_CANNOT_BE_LOADED
        return EmbedderError(message.format(name=self.name, reason=reason, remedy=self.remedy))

    def settings(self, file: str) -> dict[str, Any] | None:
        """Return what a JSON file of the model says; None if it has no such file. Raises EmbedderError."""
        return self.open(lambda: self._settings(file))

    def _settings(self, file: str) -> dict[str, Any] | None:
        path = str(Path(self.place, file))
        if not self.is_local:
            from huggingface_hub import hf_hub_download
            from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError

            try:
                path = hf_hub_download(self.place, file, cache_dir=_cache())
            except (EntryNotFoundError, RepositoryNotFoundError):  # loading the model will say what is wrong
                return None
        if not Path(path).is_file():
            return None
        read = json.loads(Path(path).read_text(encoding="utf-8"))
        return read if isinstance(read, dict) else {}


def in_one_line(exc: Exception) -> str:
    """Return the words of another library's error."""
    words = " ".join(f"{type(exc).__name__}: {exc}".split())
    return words if len(words) <= 300 else f"{words[:300]}…"


def _cache() -> str | None:
    """Return sentence-transformers' own cache folder, if one is set."""
    return os.environ.get("SENTENCE_TRANSFORMERS_HOME")


def _in_hub_cache(repository: str, is_whole: Callable[[Path], bool]) -> Path | None:
    """Return the folder of a model that was downloaded before; it opens without the network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(repository, cache_dir=_cache(), local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return folder if is_whole(folder) else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Mute the bars and remarks that transformers writes to stderr while it loads a model, and nothing else."""
    from transformers.utils.logging import set_tqdm_hook

    loggers = [logging.getLogger(name) for name in ("sentence_transformers", "transformers")]
    levels = [logger.level for logger in loggers]
    hook = set_tqdm_hook(lambda bar, args, options: bar(*args, **{**options, "disable": True}))
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        set_tqdm_hook(hook)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
