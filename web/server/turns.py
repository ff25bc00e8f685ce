"""Lets what keeps a processor busy run a few at a time, and counts the questions among it.

A question whose reply is remembered is answered at once: it neither waits nor is it refused where too many wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response
from starlette.types import Scope

from qa.qa_settings import QUEUE
from qa.service.question_queue import Busy, QuestionQueue
from web.problems import problem
from web.security.identity import visitor_of
from web.security.page_tokens import page_name

if TYPE_CHECKING:
    from web.server.metrics import Metrics

Value = TypeVar("Value")


class Client(NamedTuple):
    """Whom work is done for: who has a line in the queue, and who of those that share it."""

    name: str
    """Of a user, a token or an address."""
    member: str = ""
    """The page, where there is no better name than the address: a school has one address."""


CLIENT: ContextVar[Client] = ContextVar("client", default=Client(""))  # noqa: B039 (it cannot be changed)
"""Whom the request under way is counted for, where what answers it does not see the request."""


def never() -> bool:
    """Return that a reply has to be made."""
    return False


class Turns:
    """The one queue of a server, for all that ask it."""

    def __init__(self, documents: Callable[[], int]) -> None:
        """`documents` returns how many there are, for the metrics."""
        self.queue = QuestionQueue()
        self._documents = documents

    @cached_property
    def metrics(self) -> Metrics:
        """The figures of the server, counted from the first question on; in the event loop alone."""
        from web.server.metrics import Metrics  # prometheus_client takes long to import

        return Metrics(self.queue, self._documents)

    async def run(self, client: Client, work: Callable[[], Value], knows: Callable[[], bool] | None = None) -> Value:
        """Return what the work returns, once it is the client's turn. Raises Busy, and what the work raises.

        `knows` returns whether a reply is remembered: then the work neither waits for others nor is refused.
        """
        if knows is not None and await self._at_once(knows):
            return await self._at_once(work)
        with self.queue.place(*client) as place:
            return await place.run(work)

    async def go_on(self, client: Client, work: Callable[[], Value], knows: Callable[[], bool] | None = None) -> Value:
        """Do as `run` for what has begun: where too many wait, it comes again. Raises what the work raises."""
        while True:
            try:
                return await self.run(client, work, knows)
            except Busy as error:
                await asyncio.sleep(error.retry_after)

    async def ask(
        self, client: Client, work: Callable[[], Mapping[str, Any]], knows: Callable[[], bool] = never
    ) -> Mapping[str, Any]:
        """Return the reply to a question, which has a `status`, and count it. Raises as `run`."""
        with self.metrics.question() as asked:
            answer = await self.run(client, work, knows)
            asked.status = _status_of(answer)
        return answer

    async def run_for_program(self, work: Callable[[], Any], /, *, knows: Callable[[], bool] | None = None) -> Any:
        """Do as `run`, or with `knows` as `ask`, for the client of the request under way: a `web.work.Run`."""
        client = CLIENT.get()
        return await (self.run(client, work) if knows is None else self.ask(client, work, knows))

    async def ask_telling(
        self, client: Client, work: Callable[[], Mapping[str, Any]], knows: Callable[[], bool] = never
    ) -> AsyncGenerator[Mapping[str, Any]]:
        """Do as `ask`, and yield `{"place": N}` whenever the place in the queue changes, then the answer."""
        with self.metrics.question() as asked:
            if await self._at_once(knows):
                answer = await self._at_once(work)
            else:
                with self.queue.place(*client) as place:
                    async for number in place.numbers():
                        yield {"place": number}
                    answer = await place.run(work)
            asked.status = _status_of(answer)
        yield answer

    async def _at_once(self, work: Callable[[], Value]) -> Value:
        """Return what the work returns, which takes next to nothing: a few at a time in threads beside the queue's."""
        return await to_thread.run_sync(work, limiter=self._threads)

    @cached_property
    def _threads(self) -> CapacityLimiter:
        return CapacityLimiter(QUEUE.at_once)

    def close(self) -> None:
        """Begin no more work."""
        self.queue.close()


def _status_of(answer: Mapping[str, Any]) -> str:
    """Return the status to count; empty where the model is still loading, for then the same question comes again."""
    return "" if answer.get("loading") else str(answer.get("status", "failed"))


def busy_answer(error: Busy) -> Response:
    """Return the problem that says when to come again."""
    return problem(429, error.message, headers={"Retry-After": str(error.retry_after)})


def client_of(scope: Scope) -> Client:
    """Return whom a request's questions are counted for."""
    visitor = visitor_of(scope)
    return Client(visitor.client, "" if visitor.user or visitor.token else page_name(scope))
