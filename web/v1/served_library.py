"""What a request is about: the documents, and what may change them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from qa.service.index_jobs import IndexJobs
from qa.service.operations import Operations
from web.web_settings import API, SERVER
from web.work import Run


@dataclass(frozen=True, slots=True)
class ServedLibrary:
    """A library as the API serves it."""

    operations: Operations
    jobs: IndexJobs | None = None
    """Changes the documents; None where nobody may."""
    is_ready: Callable[[], bool] = lambda: True
    """Whether questions can be answered: the model is loaded, or will never be."""

    async def wait(self) -> bool:
        """Wait for the model for as long as the settings say; return whether it is there."""
        for _ in range(1 + int(API.patience / SERVER.progress_interval)):
            if self.is_ready():
                return True
            await asyncio.sleep(SERVER.progress_interval)
        return False


LibraryOf = Callable[[Request], ServedLibrary]
"""Returns the library that a request is about."""


def _library_of(request: Request) -> ServedLibrary:
    library_of: LibraryOf = request.app.state.library_of
    return library_of(request)


def _run_of(request: Request) -> Run:
    run: Run = request.app.state.run
    return run


Served = Annotated[ServedLibrary, Depends(_library_of)]
Running = Annotated[Run, Depends(_run_of)]
