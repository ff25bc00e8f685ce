"""Opens an engine in the background. Its documents can be read at once; questions wait until it is open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence

from corpus.errors import QAError
from index.catalog import Catalog
from qa import qa_messages
from qa.engine import Engine
from qa.reply import Reply


class BackgroundEngine:
    """Opens an engine in a thread of its own. Safe to share between threads."""

    def __init__(self, catalog: Catalog, open_engine: Callable[[], Engine]) -> None:
        """`catalog`: used until the engine is open. `open_engine` returns the engine or raises QAError."""
        self._catalog = catalog
        self._open_engine = open_engine
        self._engine: Engine | None = None
        self._finished = threading.Event()
        self.error: QAError | None = None
        """The error with which opening failed; every question raises it."""

    @property
    def catalog(self) -> Catalog:
        """The catalog of the engine; before it is open, the one given."""
        return self._catalog

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

    def engine(self) -> Engine:
        """Wait until the engine is open, and return it. Raises the QAError with which it failed."""
        self._finished.wait()
        if self._engine is None:
            raise self.error or QAError(qa_messages.ENGINE_CANNOT_BE_OPENED)
        return self._engine

    def swap(self, engine: Engine) -> None:
        """Replace the engine. Questions that are being answered keep the old one."""
        self._engine, self._catalog = engine, engine.catalog

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = ()) -> Reply:
        """Wait until the engine is open, and return its reply. Raises the QAError with which it failed."""
        return self.engine().ask(question, history, documents=documents)

    def _open(self) -> None:
        try:
            self.swap(self._open_engine())
        except QAError as error:
            self.error = error
        except BaseException:
            self.error = QAError(qa_messages.ENGINE_CANNOT_BE_OPENED)
            raise
        finally:
            self._finished.set()
