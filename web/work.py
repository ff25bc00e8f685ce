"""How the work of programs is done: by whoever serves them, or at once in a thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from anyio import to_thread


class Run(Protocol):
    """Does work that keeps a processor busy, after those who came before, and returns what it returns."""

    def __call__(self, work: Callable[[], Any], /, *, knows: Callable[[], bool] | None = None) -> Awaitable[Any]:
        """Raises what the work raises, and QAError where it is not done.

        `knows`, of a question alone: whether its reply is remembered, so that the work need not wait.
        """
        ...


async def in_thread(work: Callable[[], Any], /, *, knows: Callable[[], bool] | None = None) -> Any:
    """Return what the work returns, which is done in a thread at once."""
    return await to_thread.run_sync(work)
