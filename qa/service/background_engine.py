"""An engine that is opened in the background: the documents are there at once, the questions wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence

from corpus.errors import QAError
from index.catalog import Catalog
from qa.engine import Engine
from qa.reply import Reply


class BackgroundEngine:
    """Opens an engine in a thread of its own. Safe to share between threads."""

    def __init__(self, catalog: Catalog, opening: Callable[[], Engine]) -> None:
        """`catalog`: what can be read until the engine is there; `opening` gives the engine or raises QAError."""
        self._books = catalog
        self._opening = opening
        self._engine: Engine | None = None
        self._done = threading.Event()
        self.error: QAError | None = None
        """What hinders it; questions raise it."""

    @property
    def catalog(self) -> Catalog:
        """The documents: as they are stored, and as the engine has them once it is open."""
        return self._books

    @property
    def is_loading(self) -> bool:
        """Whether the engine is neither open nor known to be unusable."""
        return not self._done.is_set()

    def start(self) -> None:
        """Begin to open it."""
        threading.Thread(target=self._open, name="open-engine", daemon=True).start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for it, for `timeout` seconds at most; return whether it is open or has failed."""
        return self._done.wait(timeout)

    def engine(self) -> Engine:
        """Return the engine once it is open. Raises the QAError that hindered it."""
        self._done.wait()
        if self._engine is None:
            raise self.error or _unopened()
        return self._engine

    def swap(self, engine: Engine) -> None:
        """Answer from another engine from now on; questions that are being answered end with the old one."""
        self._engine, self._books = engine, engine.catalog

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = ()) -> Reply:
        """Return what the text says, once the engine is open. Raises the QAError that hindered it."""
        return self.engine().ask(question, history, documents=documents)

    def _open(self) -> None:
        try:
            self.swap(self._opening())
        except QAError as error:
            self.error = error
        except BaseException:
            self.error = _unopened()
            raise
        finally:
            self._done.set()


def _unopened() -> QAError:
    return QAError(
        "The engine cannot be opened. What went wrong stands in the terminal.", "打不开。出了什么差错，终端里有记录。"
    )
