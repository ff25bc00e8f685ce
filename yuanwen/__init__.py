"""Ask a text, get its own words back: the interface for Python.

    from yuanwen import Library

    reply = Library.open().ask("上海精神是什么？")

What is exported here is kept stable. The packages below it (qa, index, corpus) are typed and documented too, but their
modules may move.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from corpus.configuration import check
from corpus.errors import QAError
from index.encoders.e5_weights import BUNDLED_NAME
from index.location import location
from qa.qa_settings import Settings
from qa.reply import Answer, Citation, Hit, NotFound, Rejected, Reply

if TYPE_CHECKING:
    from corpus.document import Document
    from index.intake import DocumentChange
    from qa.engine import Engine
    from yuanwen.client import Client, ClientError

__all__ = ["Answer", "Citation", "Client", "ClientError", "Hit", "Library", "NotFound", "QAError", "Rejected", "Reply"]


def __getattr__(name: str) -> object:
    """Import the client of a server when it is first named: not everyone needs httpx."""
    if name in ("Client", "ClientError"):
        from yuanwen import client

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class Library:
    """An index with the model that reads it, in its newest state. Threads may share it for asking."""

    def __init__(self, engine: Engine, model: str) -> None:
        """`Library.open` makes one."""
        from qa.service.fresh_engine import FreshEngine  # heavy, as below

        self._engine = FreshEngine(engine)
        self._model = model

    @classmethod
    def open(
        cls, folder: str | os.PathLike[str] | None = None, *, model: str = BUNDLED_NAME, reranker: str | None = None
    ) -> Library:
        """Return the index in `folder`; None is the model's own folder, which is built where it does not exist yet.

        `folder` may be the address of an index on a server: `milvus://HOST:PORT/COLLECTION`.

        `model` is the bundled one, or the name or folder of a sentence-transformers model; `reranker` that of a
        CrossEncoder, which orders the best passages again. Raises IndexNotFound for a
        folder without an index (`yuanwen index add --index FOLDER FILE` makes one), SettingsError for a setting that
        cannot be used, and other kinds of QAError.
        """
        from qa.service.bootstrap import open_engine  # heavy; the command line reads this module too, but needs none

        check()
        where = None if folder is None else location(os.fspath(folder))
        return cls(open_engine(where, model, Settings(), reranker), model)

    @property
    def documents(self) -> Sequence[Document]:
        """The documents, each parsed when it is asked for."""
        return self._engine.engine.documents

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = ()) -> Reply:
        """Return what the documents say: an Answer, NotFound or Rejected; no text of a question raises.

        `history`: the questions asked before, the oldest first. `documents`: names of those to look in, all for none.
        Raises QAError if there is no document of such a name.
        """
        return self._engine.ask(question, history, documents=documents)

    def add(self, paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[DocumentChange]:
        """Add a file or folder, or several, and return what became of each document.

        A file that cannot be read gives a DocumentChange with `what` "refused" and a `reason`. A file that was added
        before is replaced if it has changed. Raises StoreError, EmbedderError.
        """
        from corpus.reading_process import ReadingProcess
        from qa.service.bootstrap import add

        engine = self._engine.engine
        some = [paths] if isinstance(paths, str | os.PathLike) else paths
        names = [os.fspath(path) for path in some]
        with ReadingProcess() as reading:
            changes = list(
                add(engine.index.folder, self._model, names, None, reading=reading, embedder=lambda: engine.embedder)
            )
        self._engine.reopen()
        return changes
