"""The queue of those who ask: a few are answered at once, the others wait, and each client in its turn.

    with queue.place(client) as place:                  # raises Busy where too many wait
        async for number in place.numbers(): ...        # for who wants to tell it: 3, 2, 1
        reply = await place.run(engine.ask, question)   # in a thread of the queue

Leaving the block gives the place up. Work that runs already is not interrupted: its place is free when it ends, so no
more work than `at_once` ever runs, and always in the same few threads.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from corpus.errors import QAError
from qa import qa_messages
from qa.qa_settings import QUEUE

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Busy(QAError):
    """Too many wait already."""

    def __init__(self, retry_after: int) -> None:
        """`retry_after`: whole seconds after which there may be room, one or more."""
        super().__init__(qa_messages.BUSY.format(seconds=retry_after))
        self.retry_after = retry_after


class QuestionQueue:
    """Admits those who ask, one client after the other. It is used in one event loop, the work runs in threads."""

    def __init__(
        self, *, at_once: int | None = None, waiting: int | None = None, waiting_of_one: int | None = None
    ) -> None:
        """`at_once`: that run at the same time. `waiting`: of all clients, and `waiting_of_one` of each, at most.

        What is None is as the settings say.
        """
        self._at_once = QUEUE.at_once if at_once is None else at_once
        self._most = QUEUE.waiting if waiting is None else waiting
        self._most_of_one = QUEUE.waiting_of_one if waiting_of_one is None else waiting_of_one
        self._lines: OrderedDict[Hashable, deque[Place]] = OrderedDict()
        """The places that wait, by client; the client whose turn is next is the first."""
        self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="question")
        self._seconds = QUEUE.first_guess
        """How long one question runs, about: the latest ones count most."""
        self.told_every = QUEUE.told_every
        """Seconds after which a place that waits looks at its number again."""
        self.running = 0
        """Places whose turn it is."""

    @property
    def waiting(self) -> int:
        """The number of places that wait."""
        return sum(map(len, self._lines.values()))

    def place(self, client: Hashable, member: Hashable = "") -> Place:
        """Return a place in the client's own line, whose members take turns. Raises Busy.

        So who opens many pages waits no less than who has one, and pupils of a school, which has one address, do not
        wait for the one among them who asks a hundred questions.
        """
        line = self._lines.get(client, ())
        if self.running >= self._at_once and (self.waiting >= self._most or len(line) >= self._most_of_one):
            raise Busy(max(1, math.ceil(self.waiting * self._seconds / self._at_once)))
        place = Place(self, client, member)
        if self.running < self._at_once:
            self._start(place)
        else:
            self._join(self._lines.setdefault(client, deque()), place)
        return place

    def _join(self, line: deque[Place], place: Place) -> None:
        """Put a place behind those that have no more places of their own member before them."""
        own = sum(other.member == place.member for other in line)
        before: Counter[Hashable] = Counter()
        for number, other in enumerate(line):
            if before[other.member] > own:
                line.insert(number, place)
                return
            before[other.member] += 1
        line.append(place)

    def close(self) -> None:
        """Start no more work. What runs goes on to its end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self, place: Place) -> None:
        self.running += 1
        place._turn.set()

    def _number(self, place: Place) -> int:
        """Return how many start before a waiting place, and itself; 0 if it does not wait."""
        line = self._lines.get(place.client, ())
        if place not in line:
            return 0
        own = line.index(place)
        clients = list(self._lines)
        at = clients.index(place.client)
        before = (min(len(self._lines[other]), own + (number < at)) for number, other in enumerate(clients))
        return 1 + own + sum(count for count, other in zip(before, clients, strict=True) if other != place.client)

    def _leave(self, place: Place) -> None:
        """Give up a place that waits, or free one whose turn it was."""
        line = self._lines.get(place.client, deque())
        if place in line:
            line.remove(place)
            if not line:
                del self._lines[place.client]
        else:
            self.running -= 1
            self._next()

    def _next(self) -> None:
        if not self._lines or self.running >= self._at_once:
            return
        client, line = self._lines.popitem(last=False)
        self._start(line.popleft())
        if line:
            self._lines[client] = line  # behind all others

    def _learn(self, seconds: float) -> None:
        self._seconds += (seconds - self._seconds) * QUEUE.weight_of_latest


class Place:
    """A place in the queue, from `QuestionQueue.place`. Used as a context, which gives it up at the end."""

    def __init__(self, queue: QuestionQueue, client: Hashable, member: Hashable) -> None:
        self._queue = queue
        self.client = client
        self.member = member
        self._turn = asyncio.Event()
        self._work: asyncio.Future[Any] | None = None

    @property
    def number(self) -> int:
        """1 for who is next, 2 for the one after; 0 for whose turn it is."""
        return self._queue._number(self)

    async def numbers(self) -> AsyncIterator[int]:
        """Yield the number when it has changed, every second or so, until it is this place's turn.

        A newcomer may raise it.
        """
        told = 0
        while not self._turn.is_set():
            if (number := self.number) != told:
                told = number
                yield number
            with suppress(TimeoutError):
                await asyncio.wait_for(self._turn.wait(), self._queue.told_every)

    async def run(
        self, work: Callable[Arguments, Result], /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        """Wait for the turn, then return what the work returns. Raises what it raises. Once for each place."""
        await self._turn.wait()
        begun = time.monotonic()
        work_done = asyncio.get_running_loop().run_in_executor(self._queue._threads, lambda: work(*arguments, **named))
        self._work = work_done
        try:
            return await asyncio.shield(work_done)
        finally:
            self._queue._learn(time.monotonic() - begun)

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._work is None or self._work.done():
            self._queue._leave(self)
        else:  # who asked has gone; the thread works on
            self._work.add_done_callback(self._work_ended)

    def _work_ended(self, work: asyncio.Future[Any]) -> None:
        if not work.cancelled():
            work.exception()  # nobody is left who would hear of it
        self._queue._leave(self)
