"""Calls that come while a batch is computed are computed together, and none is harmed by another."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from index.encoders.micro_batcher import MicroBatcher


class Doubler:
    """Doubles numbers, when it is let; refuses negative ones."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun = threading.Semaphore(0)
        self.free = threading.Semaphore(0)

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.begun.release()
        assert self.free.acquire(timeout=30)
        if min(items, default=0) < 0:
            raise ValueError(f"negative: {min(items)}")
        return [2 * item for item in items]


def _together(
    doubler: Doubler, batcher: MicroBatcher[int, int], calls: Sequence[Sequence[int]]
) -> list[Future[Sequence[int]]]:
    """Call with 1 first; while that is computed, let the calls come one after the other; then let all be computed."""
    pool = ThreadPoolExecutor(len(calls) + 1)
    results = [pool.submit(batcher, [1])]
    assert doubler.begun.acquire(timeout=30)
    for number, call in enumerate(calls):
        results.append(pool.submit(batcher, call))
        while len(batcher._waiting) <= number:
            threading.Event().wait(0.001)
    for _ in range(50):
        doubler.free.release()
    pool.shutdown()
    return results


def test_who_comes_meanwhile_is_computed_in_one_batch() -> None:
    doubler = Doubler()
    results = _together(doubler, MicroBatcher(doubler, 10), [[2, 3], [4], []])

    assert [one.result() for one in results] == [[2], [4, 6], [8], []]
    assert doubler.batches == [[1], [2, 3, 4]]


def test_a_batch_has_no_more_than_it_may_and_a_long_call_is_one_batch() -> None:
    doubler = Doubler()
    results = _together(doubler, MicroBatcher(doubler, 2), [[2], [3], [4], [5, 6, 7]])

    assert [one.result() for one in results] == [[2], [4], [6], [8], [10, 12, 14]]
    assert doubler.batches == [[1], [2, 3], [4], [5, 6, 7]]


def test_one_that_fails_fails_no_other() -> None:
    doubler = Doubler()
    results = _together(doubler, MicroBatcher(doubler, 10), [[2], [-3], [4]])

    assert [results[number].result() for number in (0, 1, 3)] == [[2], [4], [8]]
    with pytest.raises(ValueError, match="negative: -3"):
        results[2].result()


def test_one_who_asks_alone_waits_for_nobody_and_may_ask_after_an_error() -> None:
    doubler = Doubler()
    batcher = MicroBatcher(doubler, 10)
    for _ in range(2):
        doubler.free.release()
    with pytest.raises(ValueError, match="negative: -1"):
        batcher([-1])

    assert batcher([7]) == [14]


def test_many_threads_each_get_their_own() -> None:
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda items: [3 * item for item in items], 8)
    with ThreadPoolExecutor(32) as pool:
        results = list(pool.map(lambda number: list(batcher([number, -number])), range(2000)))

    assert results == [[3 * number, -3 * number] for number in range(2000)]
