"""Tells whoever waits for a file which of its pages is being read."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

Tell = Callable[[int, int], None]
"""Called with the number of the page, from 1, and the number of pages that are read in this way."""
_TELL: ContextVar[Tell | None] = ContextVar("tell", default=None)


def listen(tell: Tell) -> None:
    """Let `tell` be called from now on, in this context."""
    _TELL.set(tell)


def report(page: int, pages: int) -> None:
    """Say that a page is read now, which takes seconds."""
    if tell := _TELL.get():
        tell(page, pages)
