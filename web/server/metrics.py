"""What a server tells a monitor about itself, in Prometheus's text format. Never a word of a question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qa.service.question_queue import Busy
from web.web_settings import METRICS

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Queue(Protocol):
    """The counts of a queue, as `qa.service.question_queue.QuestionQueue` has them."""

    @property
    def waiting(self) -> int: ...
    @property
    def running(self) -> int: ...


_STATUSES = ("answered", "not_found", "rejected", "busy", "failed")


@dataclass
class Asked:
    """A question that is being answered."""

    status: str = "failed"
    """That of its reply, to be set: answered, not_found or rejected; empty: it was no question, and is not counted."""


class Metrics:
    """Counts questions, and reads the other figures when they are asked for. Safe to share between threads."""

    def __init__(self, queue: Queue, documents: Callable[[], int]) -> None:
        """`documents` returns how many there are."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

        self._registry: CollectorRegistry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, processor time, open files
        self._questions = Counter(
            "yuanwen_questions", "Questions by the status of their reply.", ["status"], registry=self._registry
        )
        for status in _STATUSES:
            self._questions.labels(status)  # shown as 0 from the start
        self._seconds = Histogram(
            "yuanwen_question_seconds",
            "From the arrival of a question to its reply, waiting included.",
            buckets=METRICS.seconds,
            registry=self._registry,
        )
        for name, what, read in (
            ("yuanwen_queue_waiting", "Questions that wait.", lambda: queue.waiting),
            ("yuanwen_queue_running", "Questions that are being answered.", lambda: queue.running),
            ("yuanwen_documents", "Documents that can be asked.", documents),
        ):
            Gauge(name, what, registry=self._registry).set_function(read)

    @contextmanager
    def question(self) -> Iterator[Asked]:
        """Count a question, which takes as long as the block. Set `status` of what is yielded."""
        asked, begun = Asked(), time.monotonic()
        try:
            yield asked
        except Busy:
            asked.status = "busy"
            raise
        finally:
            if asked.status:
                self._count(asked, begun)

    def _count(self, asked: Asked, begun: float) -> None:
        self._questions.labels(asked.status if asked.status in _STATUSES else "failed").inc()
        if asked.status != "busy":  # who is sent away at once says nothing of how long a question takes
            self._seconds.observe(time.monotonic() - begun)

    def text(self) -> bytes:
        """Return all figures, of the type `CONTENT_TYPE`."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry)
