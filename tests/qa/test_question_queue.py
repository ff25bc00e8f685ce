"""A few are answered at once; the others wait, each client in its turn, or are told when to come again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from qa.service.question_queue import Busy, Place, QuestionQueue

Value = TypeVar("Value")


def _run(coroutine: Coroutine[Any, Any, Value]) -> Value:
    return asyncio.run(asyncio.wait_for(coroutine, 60))


class Held:
    """Work that notes who began, and ends when it is let."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.free = threading.Semaphore(0)

    def __call__(self, who: str) -> str:
        self.began.append(who)
        assert self.free.acquire(timeout=30)
        return who.upper()


async def _ask(queue: QuestionQueue, client: str, work: Held, who: str) -> str:
    with queue.place(client) as place:
        return await place.run(work, who)


async def _until(true: Any) -> None:
    while not true():
        await asyncio.sleep(0.001)


def test_a_client_with_many_questions_does_not_keep_the_others_waiting() -> None:
    async def scenario() -> None:
        queue, work = QuestionQueue(at_once=1, waiting=200, waiting_of_one=100), Held()
        asking = [asyncio.create_task(_ask(queue, "a", work, f"a{number}")) for number in range(101)]
        await _until(lambda: queue.waiting == 100)
        asking += [asyncio.create_task(_ask(queue, client, work, f"{client}0")) for client in "bc"]
        await _until(lambda: queue.waiting == 102)
        for _ in asking:
            work.free.release()

        replies = await asyncio.gather(*asking)
        assert work.began[:6] == ["a0", "a1", "b0", "c0", "a2", "a3"]
        assert replies == [f"A{number}" for number in range(101)] + ["B0", "C0"]
        assert (queue.running, queue.waiting) == (0, 0)

    _run(scenario())


def test_a_place_knows_its_number() -> None:
    async def scenario() -> None:
        queue = QuestionQueue(at_once=1, waiting=10, waiting_of_one=10)
        places = [queue.place(client) for client in ("a", "a", "a", "b", "a", "b", "c")]
        order = sorted(places[1:], key=lambda place: place.number)

        assert [place.number for place in places] == [0, 1, 4, 2, 6, 5, 3]
        started: list[Place] = []
        for _ in order:
            leaving = places[0] if not started else started[-1]
            with leaving:
                pass
            started.append(next(place for place in order if place.number == 0 and place not in started))
        assert started == order

    _run(scenario())


def test_the_members_of_a_client_take_turns() -> None:
    """Pages that share an address: who asked once does not wait for who asks ever more."""

    async def scenario() -> None:
        queue = QuestionQueue(at_once=1, waiting=20, waiting_of_one=20)
        first = queue.place("school", "a")
        places = [(name, queue.place("school", name[0])) for name in ("a1", "a2", "a3", "b1", "c1", "b2", "a4")]
        other = queue.place("home")

        assert [name for name, _ in sorted(places, key=lambda one: one[1].number)] == [
            "a1",
            "b1",
            "c1",
            "a2",
            "b2",
            "a3",
            "a4",
        ]
        assert other.number == 2
        with first:
            pass
        assert places[0][1].number == 0

    _run(scenario())


def test_numbers_are_told_until_it_is_ones_turn() -> None:
    async def scenario() -> list[int]:
        queue, work = QuestionQueue(at_once=1, waiting=10, waiting_of_one=10), Held()
        queue.told_every = 0.001
        asking = [asyncio.create_task(_ask(queue, client, work, client)) for client in "abc"]
        await _until(lambda: queue.waiting == 2)
        told = []
        with queue.place("d") as place:
            async for number in place.numbers():
                told.append(number)
                work.free.release()
        await asyncio.gather(*asking)
        return told

    assert _run(scenario()) == [3, 2, 1]


def test_who_comes_when_too_many_wait_is_told_when_to_come_again() -> None:
    async def scenario() -> None:
        queue = QuestionQueue(at_once=1, waiting=2, waiting_of_one=1)
        queue.place("a"), queue.place("a")
        with pytest.raises(Busy):
            queue.place("a")  # one of its own waits already
        second = queue.place("b")
        with pytest.raises(Busy, match=r"ask again in \d+ s") as caught:
            queue.place("c")
        assert caught.value.retry_after >= 1
        with second:
            pass
        assert queue.place("c").number == 2

    _run(scenario())


def test_who_leaves_gives_the_place_up_and_running_work_keeps_its_own_until_it_ends() -> None:
    async def scenario() -> None:
        queue, work = QuestionQueue(at_once=1, waiting=10, waiting_of_one=10), Held()
        runs, waits, stays = (asyncio.create_task(_ask(queue, client, work, client)) for client in "abc")
        await _until(lambda: work.began == ["a"] and queue.waiting == 2)
        for gone in (runs, waits):
            gone.cancel()
        await asyncio.wait([runs, waits])

        assert (queue.running, queue.waiting) == (1, 1)
        assert work.began == ["a"]  # c waits: the thread of a is not free yet
        work.free.release()
        work.free.release()
        assert await stays == "C"
        assert work.began == ["a", "c"]
        assert (queue.running, queue.waiting) == (0, 0)

    _run(scenario())


def test_work_that_fails_frees_its_place() -> None:
    async def scenario() -> None:
        queue = QuestionQueue(at_once=1, waiting=0, waiting_of_one=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError), queue.place("a") as place:
                await place.run(lambda: 1 // 0)
        with queue.place("b") as place:
            assert await place.run(divmod, 7, 2) == (3, 1)
        assert queue.running == 0

    _run(scenario())


def test_no_more_run_at_once_than_may() -> None:
    async def scenario() -> None:
        queue, lock = QuestionQueue(at_once=3, waiting=500, waiting_of_one=500), threading.Lock()
        running, most, names = 0, 0, set()

        def work() -> None:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                names.add(threading.current_thread().name)
            threading.Event().wait(0.001)
            with lock:
                running -= 1

        async def ask(client: int) -> None:
            with queue.place(client) as place:
                await place.run(work)

        await asyncio.gather(*(ask(number % 7) for number in range(200)))
        assert most <= 3
        assert len(names) <= 3

    _run(scenario())


def test_a_place_may_be_left_before_anything_ran() -> None:
    async def scenario() -> Place:
        queue = QuestionQueue(at_once=1)
        with queue.place("a") as place:
            pass
        assert queue.running == 0
        return place

    assert _run(scenario()).number == 0
