"""Gradio's import in half the time."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_stub_files() -> Iterator[None]:
    """Import gradio in here: it then writes no `.pyi` files beside its components.

    It does so for editors, at every import: it reads and parses the source of each component again, more than a second
    of work (`gradio/component_meta.py`). It leaves out classes whose file cannot be told, and here that is all of its
    own. Where a later version does otherwise, this changes nothing.
    """
    tell = inspect.getfile

    def of_others(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError("no stub file is wanted")
        return tell(thing)

    inspect.getfile = of_others  # type: ignore[assignment]  # its own type names every kind of object
    try:
        yield
    finally:
        inspect.getfile = tell
