"""A conversation as a file over HTTP: its questions wait for their turns, so that others are served in between."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import Callable, Collection, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from starlette.responses import Response

from corpus.document import Document
from corpus.errors import QAError
from corpus.message import Message
from qa.reply import Reply
from qa.service.question_queue import Busy, QuestionQueue
from tests.web.page import SECRETARIAT, WEATHER, FakeEngine
from web.api.desk import Desk
from web.server.page_routes import PageRoutes
from web.server.turns import Client, Turns

Value = TypeVar("Value")
QUESTIONS = [SECRETARIAT, WEATHER, "禁毒合作"]


class Noting(FakeEngine):
    """Notes what it is asked, and calls `at_first` in the first question."""

    def __init__(self, document: Document, at_first: Callable[[], object] = lambda: None) -> None:
        super().__init__(document)
        self.order: list[str] = []
        self._at_first = at_first

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply:
        self.order.append(question)
        if len(self.order) == 1:
            self._at_first()
        return super().ask(question, history, documents=documents, alone=alone)


def _turns() -> Turns:
    """A queue that answers one question at a time."""
    turns = Turns(lambda: 1)
    turns.queue = QuestionQueue(at_once=1)
    return turns


async def _exported(engine: FakeEngine, turns: Turns, *, gone_after: int = 99, **sent: Any) -> Response:
    """The answer to a browser that goes away when it was looked for so many times."""
    looked: list[bool] = []

    async def is_disconnected() -> bool:
        looked.append(True)
        return len(looked) > gone_after

    routes = PageRoutes(lambda _: Desk(engine), turns, SimpleNamespace())  # type: ignore[arg-type]
    request = SimpleNamespace(is_disconnected=is_disconnected)
    asked = {"format": "markdown", "form": "own", "turns": [{"question": one} for one in QUESTIONS]} | sent
    return await routes._export(request, asked, Client("lin"))  # type: ignore[arg-type]


def _body(response: Response) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(bytes(response.body))
    return body


def test_others_are_served_between_its_questions(shipped: Document) -> None:
    """One who comes while the first is answered comes before the second."""
    turns = _turns()
    in_line = threading.Event()

    async def both() -> tuple[Response, list[str]]:
        loop = asyncio.get_running_loop()
        others: list[asyncio.Task[None]] = []

        async def other() -> None:
            with turns.queue.place("mei") as place:
                in_line.set()
                await place.run(engine.order.append, "mei")

        def come() -> None:
            loop.call_soon_threadsafe(lambda: others.append(loop.create_task(other())))
            assert in_line.wait(30)

        engine = Noting(shipped, come)
        response = await _exported(engine, turns)
        await asyncio.gather(*others)
        return response, engine.order

    response, order = asyncio.run(both())

    assert order == [QUESTIONS[0], "mei", *QUESTIONS[1:]]
    assert SECRETARIAT in base64.b64decode(_body(response)["data"]).decode()


def test_the_file_is_that_of_all_questions_at_once(shipped: Document) -> None:
    desk = Desk(FakeEngine(shipped))
    sent = {"format": "markdown", "form": "own", "turns": [{"question": one} for one in QUESTIONS], "language": "en"}

    assert _body(asyncio.run(_exported(FakeEngine(shipped), _turns(), language="en"))) == desk.call(
        {**sent, "kind": "export"}
    )


def test_who_has_gone_is_asked_no_further(shipped: Document) -> None:
    engine = Noting(shipped)
    asyncio.run(_exported(engine, _turns(), gone_after=1))

    assert engine.order == QUESTIONS[:1]


class _FullFor(Turns):
    """Has no room when it is asked for a turn for the time with this number, from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(lambda: 1)
        self._left = number

    async def run(self, client: Client, work: Callable[[], Value], knows: Callable[[], bool] | None = None) -> Value:
        self._left -= 1
        if self._left == 0:
            raise Busy(0)
        return await super().run(client, work, knows)


def test_where_too_many_wait_it_is_refused_before_the_first_question(shipped: Document) -> None:
    engine = Noting(shipped)
    with pytest.raises(Busy):
        asyncio.run(_exported(engine, _FullFor(1)))

    assert engine.order == []


@pytest.mark.parametrize("number", [2, 3, 4])
def test_what_has_begun_waits(shipped: Document, number: int) -> None:
    """For a question, and for the file."""
    engine = Noting(shipped)

    assert "data" in _body(asyncio.run(_exported(engine, _FullFor(number))))
    assert engine.order == QUESTIONS


@pytest.mark.parametrize(
    "error", [QAError(Message(zh="坏了。再试一次。", en="Broken. Try again")), RuntimeError("of our own")]
)
def test_an_error_is_a_sentence_and_the_last_thing_asked(shipped: Document, error: Exception) -> None:
    def fail() -> None:
        raise error

    engine = Noting(shipped, fail)

    assert list(_body(asyncio.run(_exported(engine, _turns())))) == ["failed"]
    assert engine.order == QUESTIONS[:1]


def test_an_unknown_form_is_a_sentence(shipped: Document) -> None:
    assert list(_body(asyncio.run(_exported(FakeEngine(shipped), _turns(), form="x")))) == ["failed"]


def test_what_is_remembered_waits_for_nobody() -> None:
    """The only place is taken."""

    async def at_once() -> str:
        turns = _turns()
        with turns.queue.place("mei"):
            return await turns.run(Client("lin"), lambda: "there", lambda: True)

    assert asyncio.run(at_once()) == "there"
