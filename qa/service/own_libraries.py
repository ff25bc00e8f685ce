"""Libraries beside the shared one, each in a folder of its own, read by the same models."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from index.catalog import Catalog
from qa.qa_settings import ANSWERS
from qa.service.background_engine import BackgroundEngine
from qa.service.bootstrap import open_beside
from qa.service.index_jobs import IndexJobs


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class OwnLibrary:
    """A library that is open."""

    engine: BackgroundEngine
    jobs: IndexJobs | None
    """What changes it; None where nobody may."""


class OwnLibraries:
    """Opens libraries when they are first asked for. Safe to share between threads."""

    def __init__(self, shared: BackgroundEngine, jobs: IndexJobs | None) -> None:
        """`shared`: the engine whose models read them. `jobs`: what changes its index; None where nobody may change."""
        self._shared = shared
        self._shared_jobs = jobs
        self._open: OrderedDict[Path, OwnLibrary] = OrderedDict()
        self._turn = threading.Lock()

    def at(self, folder: Path) -> OwnLibrary:
        """Return the library in a folder, which is made where there is none; it opens in the background.

        Those that nobody asked for longest are forgotten; their files are closed when their last question ends.
        """
        with self._turn:
            found = self._open.pop(folder, None)
            if found is None:
                engine = BackgroundEngine(Catalog.of([]), lambda: open_beside(self._shared.engine(), folder))
                engine.start()
                shared = self._shared_jobs
                jobs = None
                if shared is not None:
                    jobs = IndexJobs(engine, pool=shared.pool, most_bytes=ANSWERS.own_library)
                found = OwnLibrary(engine, jobs)
            self._open[folder] = found
            while len(self._open) > ANSWERS.open_libraries:
                self._drop_oldest()
        return found

    def _drop_oldest(self) -> None:
        for folder, library in self._open.items():
            if library.jobs is None or not library.jobs.waiting[0]:  # what is being added is not given up
                del self._open[folder]
                if library.jobs is not None:
                    library.jobs.close()
                return
        self._open.popitem(last=False)
