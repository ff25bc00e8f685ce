"""Imports gradio in half the time, by leaving out the stub files that it writes for editors."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_stub_files() -> Iterator[None]:
    """While this context is open, gradio's import writes no `.pyi` files beside its components.

    At every import it reads and parses the source of each component to write such a file for editors, which takes more
    than a second (`gradio/component_meta.py`). It leaves out classes whose file is unknown; here that is all of its
    own. If a later version works in another way, this has no effect.
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
