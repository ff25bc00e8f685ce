"""Opens an engine in the background. Its documents can be read at once; questions wait until it is open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from corpus.errors import QAError
from index.catalog import Catalog
from qa import qa_messages
from qa.service.fresh_engine import FreshEngine

if TYPE_CHECKING:  # a page is served before they are imported
    from qa.engine import Engine
    from qa.ranking.explanation import Explanation
    from qa.reply import Reply


class BackgroundEngine:
    """Opens an engine in a thread of its own. Safe to share between threads."""

    def __init__(self, catalog: Catalog, open_engine: Callable[[], Engine]) -> None:
        """`catalog`: used until the engine is open. `open_engine` returns the engine or raises QAError."""
        self._catalog = catalog
        self._open_engine = open_engine
        self._fresh: FreshEngine | None = None
        self._finished = threading.Event()
        self.error: QAError | None = None
        """The error with which opening failed; every question raises it."""
        self.when_changed: Callable[[], None] = lambda: None
        """Called after each change of the index."""

    @property
    def catalog(self) -> Catalog:
        """The catalog of the engine; before it is open, the one given."""
        return self._fresh.catalog if self._fresh else self._catalog

    @property
    def version(self) -> int:
        """The number of changes of the index since it was opened, by whichever process."""
        return self._fresh.version if self._fresh else 0

    @property
    def is_loading(self) -> bool:
        """Whether the engine has neither opened nor failed yet."""
        return not self._finished.is_set()

    def start(self) -> None:
        """Begin to open the engine."""
        threading.Thread(target=self._open, name="open-engine", daemon=True).start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds; return whether the engine has opened or failed."""
        return self._finished.wait(timeout)

    def fresh(self) -> FreshEngine:
        """Wait until the engine is open, and return it. Raises the QAError with which it failed."""
        self._finished.wait()
        if self._fresh is None:
            raise self.error or QAError(qa_messages.ENGINE_CANNOT_BE_OPENED)
        return self._fresh

    def engine(self) -> Engine:
        """Return the engine over the newest state of the index. Waits and raises as `fresh`."""
        return self.fresh().engine

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply:
        """Return the reply of the engine. Waits and raises as `fresh`."""
        return self.fresh().ask(question, history, documents=documents, alone=alone)

    def knows(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> bool:
        """Return whether the reply is remembered, at once: while the engine is being opened, none is."""
        return self._fresh is not None and self._fresh.knows(question, history, documents=documents, alone=alone)

    def explain(
        self,
        question: str,
        passages: Sequence[str],
        history: Sequence[str] = (),
        *,
        documents: Collection[str] = (),
        alone: bool = False,
    ) -> Explanation | None:
        """Return why one of some passages ranks where it does. Waits and raises as `fresh` and `Engine.explain`."""
        return self.engine().explain(question, passages, history, documents=documents, alone=alone)

    def _open(self) -> None:
        try:
            self._fresh = FreshEngine(self._open_engine())
            self._fresh.when_changed = lambda: self.when_changed()
        except QAError as error:
            self.error = error
        except BaseException:
            self.error = QAError(qa_messages.ENGINE_CANNOT_BE_OPENED)
            raise
        finally:
            self._finished.set()
