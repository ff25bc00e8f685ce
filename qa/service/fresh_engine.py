"""An engine over the newest state of its index, whichever process changed it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from corpus.errors import IndexStale, QAError, StoreError
from index.catalog import Catalog
from qa.service.reply_cache import ReplyCache, asked

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.reply import Reply

_LOG = logging.getLogger("yuanwen.questions")
"""Of each question in its own words, where its level is INFO: `yuanwen serve --log-questions`."""


class FreshEngine:
    """Opens the index again when it has changed. Safe to share between threads.

    Some replies of a state are remembered while it is the newest one. A question that is being answered keeps the state
    that it began with; the files of that state are closed when its last question ends.

    After a small change of a large index the first questions are answered with the null scores from before it, while
    a thread measures its own. From then on answers are those of an index that was built from the same documents.
    """

    def __init__(self, engine: Engine) -> None:
        self._state = engine, ReplyCache()
        """The engine, and the replies of its state: exchanged together."""
        self._turn = threading.Lock()
        self._is_measuring = False
        self.version = 0
        """The number of changes that were noticed."""
        self.when_changed: Callable[[], None] = lambda: None
        """Called after each of them, by the thread that noticed it."""

    @property
    def _engine(self) -> Engine:
        return self._state[0]

    @property
    def engine(self) -> Engine:
        """The engine over the newest state; over the one that is open if the newest cannot be opened."""
        with suppress(StoreError):
            self.reopen()
        return self._engine

    @property
    def catalog(self) -> Catalog:
        """The catalog of the newest state."""
        return self.engine.catalog

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply:
        """Return the reply of the newest state. Raises as `Engine.ask` and `Index.open`."""
        _LOG.info("asked: %(question)r", {"question": question})  # a line, whatever is in it
        what = asked(question, history, documents, alone)
        while True:
            self.reopen()
            engine, replies = self._state
            try:
                return replies.get(what, partial(engine.ask, question, history, documents=documents, alone=alone))
            except IndexStale:
                if engine.index.is_current:
                    raise
                # A document that it would quote has been removed meanwhile: ask the new state.

    def knows(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> bool:
        """Return whether the reply of the newest state is remembered: then `ask` costs next to nothing."""
        engine, replies = self._state
        return engine.index.is_current and replies.known(asked(question, history, documents, alone)) is not None

    def reopen(self) -> None:
        """Open the index again if it has changed. Raises StoreError; then the open state stays."""
        engine = self._engine
        if engine.index.is_current:
            return
        with self._turn:
            if self._engine is not engine:
                return  # another thread has opened it
            from index.backends import open_index
            from qa.engine import Engine

            index = open_index(engine.index.folder, replaced=engine.index)
            newer = Engine(index, engine.embedder, engine.settings, engine.reranker, replaced=engine)
            self._state = newer, ReplyCache()
            self.version += 1
            if newer.is_lent and not self._is_measuring:
                self._is_measuring = True
                threading.Thread(target=self._measure, name="null-scores", daemon=True).start()
        self.when_changed()

    def _measure(self) -> None:
        """Measure the null scores of the newest state, until it has its own; then forget the replies without them."""
        try:
            while True:
                engine = self._engine
                try:
                    engine.measure()
                except QAError:  # the next change tries again
                    self._is_measuring = False
                    return
                with self._turn:
                    if self._engine is engine:
                        self._state = engine, ReplyCache()
                    if not self._engine.is_lent:
                        self._is_measuring = False
                        return
        except BaseException:
            self._is_measuring = False
            raise
