"""Runs the calls of several threads together: who comes while a batch is computed goes into the next one.

No thread of its own and no added delay: a call that finds nobody computing computes at once. When it is done, one of
those who came meanwhile computes for all of them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class MicroBatcher(Generic[Item, Result]):
    """Computes the items of several callers in one call. Safe to share between threads.

    The results must not depend on what else is in a batch.
    """

    def __init__(self, compute: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        """`compute` returns a result for each item, in order. `most`: items of a batch of several callers."""
        self._compute = compute
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Call[Item, Result]] = deque()
        self._is_busy = False

    def __call__(self, items: Sequence[Item]) -> Sequence[Result]:
        """Return the result of each item. Raises what `compute` raises for these items alone."""
        call: _Call[Item, Result] = _Call(items)
        with self._lock:
            if leads := not self._is_busy:
                self._is_busy = True
            else:
                self._waiting.append(call)
        if leads or call.turn.result() == "leads":
            self._lead(call)
        return call.done.result()

    def _lead(self, call: _Call[Item, Result]) -> None:
        """Compute a call with those that wait, then hand the lead to one of those that came meanwhile."""
        together = [call, *self._joining(len(call.items))]
        try:
            self._run(together)
        finally:
            with self._lock:
                following = self._waiting.popleft() if self._waiting else None
                self._is_busy = following is not None
            if following is not None:
                following.turn.set_result("leads")
            for other in together[1:]:
                other.turn.set_result("done")

    def _joining(self, count: int) -> list[_Call[Item, Result]]:
        joining = []
        with self._lock:
            while self._waiting and count + len(self._waiting[0].items) <= self._most:
                joining.append(self._waiting.popleft())
                count += len(joining[-1].items)
        return joining

    def _run(self, calls: Sequence[_Call[Item, Result]]) -> None:
        """Compute the calls together. If that fails, compute each alone: one that fails fails no other."""
        try:
            results = self._compute([item for call in calls for item in call.items])
        except BaseException as error:
            if len(calls) == 1 or not isinstance(error, Exception):
                for call in calls:
                    call.done.set_exception(error)
            else:
                for call in calls:
                    self._run([call])
            return
        start = 0
        for call in calls:
            call.done.set_result(results[start : start + len(call.items)])
            start += len(call.items)


class _Call(Generic[Item, Result]):
    """The items of one caller."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.turn: Future[str] = Future()
        """`leads`: compute for those who wait. `done`: another caller has computed these items."""
        self.done: Future[Sequence[Result]] = Future()
