"""Opens the bundled model in a thread while a command still imports the rest of the program.

OpenVINO reads its compiled graphs without the interpreter's lock, so both go on at once. torch is not opened so: its
modules and ours would import the same libraries from two threads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index.encoders.e5_weights import BUNDLED_NAME

if TYPE_CHECKING:
    from concurrent.futures import Future

    from index.encoders.base import Embedder
    from index.location import Location

_BEGUN: list[Future[Embedder]] = []


def begin(where: Location | None, model: str) -> None:
    """Begin to open the model, unless it is another one or the folder that the user named does not exist.

    Where the rest is imported already, there is nothing to do meanwhile.
    """
    is_there = not isinstance(where, Path) or where.is_dir()
    if model != BUNDLED_NAME or not is_there or "qa.engine" in sys.modules:
        return
    from concurrent.futures import ThreadPoolExecutor

    from index.encoders.registry import runs_on_torch
    from qa.ranking import reader_network  # here: numpy is imported by one thread

    if not runs_on_torch():
        _BEGUN.append(ThreadPoolExecutor(1, "open-model").submit(_open, model, reader_network.network_for))


def _open(model: str, open_reader: Callable[[str], object]) -> Embedder:
    from index.encoders.registry import open_embedder

    embedder = open_embedder(model)
    open_reader(model)
    return embedder


def begun() -> Embedder | None:
    """Wait for the model and return it, once; None if it was not begun. Raises EmbedderError as `open_embedder`."""
    return _BEGUN.pop().result() if _BEGUN else None
