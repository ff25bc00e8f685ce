"""Makes those wait who give wrong passwords: after some free tries, twice as long after each more.

Not the moving window of `limits`: its waits do not grow, and it keeps every name that was ever tried.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from web.web_settings import ACCOUNTS


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Lockout:
    """Counts the wrong passwords of names or addresses. Times are seconds of `clock`."""

    def __init__(self, free_tries: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = free_tries
        self._clock = clock
        self._failures: dict[str, _Failures] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Return the seconds until the next try may come; 0 where it may come now."""
        with self._lock:
            return self._wait(key)

    def try_now(self, key: str) -> bool:
        """Return whether a try may come now, and count it as a failure until `forgive` or `forget` says otherwise.

        So of many tries at once no more than the free ones are looked at.
        """
        with self._lock:
            if self._wait(key) > 0:
                return False
            failures = self._failures.pop(key, None) or _Failures(0, 0.0)
            self._failures[key] = _Failures(failures.count + 1, self._clock())
            if len(self._failures) > ACCOUNTS.failing_clients:
                self._drop()
            return True

    def forget(self, key: str) -> None:
        """Forget the failures of a key."""
        with self._lock:
            self._failures.pop(key, None)

    def forgive(self, key: str) -> None:
        """Take back the last failure of a key: it was none."""
        with self._lock:
            if (failures := self._failures.get(key)) is not None:
                failures.count -= 1

    def _wait(self, key: str) -> float:
        failures, now = self._failures.get(key), self._clock()
        if failures is None:
            return 0.0
        if now - failures.last > ACCOUNTS.failures_kept:
            del self._failures[key]
            return 0.0
        more = failures.count - self._free
        if more < 0:
            return 0.0
        doublings = min(more, 60)  # beyond what a wait can be; a float ends somewhere
        return max(0.0, failures.last + min(ACCOUNTS.first_wait * 2.0**doublings, ACCOUNTS.longest_wait) - now)

    def _drop(self) -> None:
        """Forget half of the keys: those with the fewest failures, of these the oldest. Locks are kept longest."""
        kept = sorted(self._failures.items(), key=lambda item: (item[1].count, item[1].last))
        self._failures = dict(kept[len(kept) // 2 :])
