"""A checker of quotations over the newest state of the documents, made when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from corpus.errors import BadRequest
from index.catalog import Catalog
from qa import qa_messages
from qa.qa_settings import QUOTATIONS

if TYPE_CHECKING:
    from qa.quotations.checker import Checker


class FreshChecker:
    """Makes one checker a state of the documents. Safe to share between threads."""

    def __init__(self, catalog: Callable[[], Catalog]) -> None:
        """`catalog` returns the documents as they are now: another object after each change."""
        self._catalog = catalog
        self._checkers: WeakKeyDictionary[Catalog, Checker] = WeakKeyDictionary()
        """That of the newest state; those of earlier states go with their catalogs."""
        self._making = threading.Lock()

    @property
    def is_too_much(self) -> bool:
        """Whether the documents are too large to check quotations against them here."""
        return self._catalog().size > QUOTATIONS.checked_bytes

    def now(self) -> Checker:
        """Return the checker of the documents as they are now. Raises BadRequest if they are too large."""
        from qa.quotations.checker import Checker

        with self._making:
            catalog = self._catalog()
            if catalog.size > QUOTATIONS.checked_bytes:
                size, most = catalog.size // 1_000_000, QUOTATIONS.checked_bytes // 1_000_000
                raise BadRequest(qa_messages.TOO_MUCH_TO_CHECK.format(size=size, most=most))
            if catalog not in self._checkers:
                self._checkers[catalog] = Checker(catalog.documents)
            return self._checkers[catalog]

    @staticmethod
    def allow(quotations: str) -> None:
        """Raise BadRequest for more words than are checked at a time."""
        if len(quotations) > QUOTATIONS.longest:
            message = qa_messages.LONG_QUOTATIONS.format(count=len(quotations), most=QUOTATIONS.longest)
            raise BadRequest(message)
