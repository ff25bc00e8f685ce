"""Remembers the replies of one state of an index, and lets those who ask the same at the same time share one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from contextlib import suppress

from index.index_settings import INDEX
from qa.qa_settings import ANSWERS
from qa.reply import Answer, Rejected, Reply, all_hits

Asked = tuple[str, tuple[str, ...], tuple[str, ...], bool]
"""The question, the questions before it, the documents, and whether it was asked alone."""


def asked(question: str, history: Sequence[str], documents: Collection[str], alone: bool) -> Asked:
    """Return what a reply depends on, but for the state of the index."""
    return question, () if alone else tuple(history), tuple(documents), alone


class ReplyCache:
    """Replies by what was asked: the ones used last, of bounded number and size. Safe to share between threads.

    A reply holds the documents that it quotes, so their size counts, each once.
    """

    def __init__(self) -> None:
        self._replies: OrderedDict[Asked, Reply] = OrderedDict()
        self._under_way: dict[Asked, Future[Reply]] = {}
        self._lock = threading.Lock()

    def known(self, what: Asked) -> Reply | None:
        """Return the reply if it is remembered."""
        with self._lock:
            reply = self._replies.get(what)
            if reply is not None:
                self._replies.move_to_end(what)
            return reply

    def get(self, what: Asked, ask: Callable[[], Reply]) -> Reply:
        """Return the reply: the remembered one, that for which another thread is asking, or that of `ask`.

        Raises what `ask` raises; nobody else's error.
        """
        if (reply := self.known(what)) is not None:
            return reply
        own: Future[Reply] = Future()
        with self._lock:
            asking = self._under_way.setdefault(what, own)
        if asking is not own:
            with suppress(Exception):
                return asking.result()
            return ask()
        try:
            reply = ask()
            self._keep(what, reply)
        except BaseException:
            own.cancel()  # with the error it would hold the engine, and the files of its state
            raise
        finally:
            with self._lock:
                del self._under_way[what]
        own.set_result(reply)
        return reply

    def _keep(self, what: Asked, reply: Reply) -> None:
        with self._lock:
            self._replies[what] = reply
            while self._replies and self._is_too_much():
                self._replies.popitem(last=False)

    def _is_too_much(self) -> bool:
        if len(self._replies) > ANSWERS.remembered:
            return True
        sizes = {id(text): len(text) for reply in self._replies.values() for text in _texts(reply)}
        asked_characters = sum(len(what[0]) + sum(map(len, what[1])) for what in self._replies)
        return sum(sizes.values()) + asked_characters > INDEX.kept_characters


def _texts(reply: Reply) -> list[str]:
    """Return the texts of the documents that a reply holds."""
    held = [citation.document for hit in all_hits(reply) for citation in (hit.citation, *hit.copies)]
    if isinstance(reply, Answer | Rejected):
        held += [document for document, _ in reply.headings]
    return [document.text for document in held]
