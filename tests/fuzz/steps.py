"""Bounds the steps of one execution. Steps are lines of our own code that ran: they are counted, so that a busy machine
changes nothing. Counting is slow; only executions that took long are run again and counted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

_ROOT = Path(__file__).parents[2]
_OWN = tuple(f"{_ROOT / package}/" for package in ("corpus", "index", "qa", "web"))
SUSPICIOUS_SECONDS = 0.2
"""Of processor time, from which an execution is counted."""
STEPS, STEPS_A_BYTE = 300_000, 10_000
"""At most so many steps, and so many more for each byte of input: a byte stands for up to a line of text."""


class TooManySteps(AssertionError):
    """An execution went over its bound."""


class StepBound:
    """Runs a target, and raises TooManySteps where it takes more steps than its input may cost."""

    def __init__(self, target: Callable[[bytes], None]) -> None:
        self._target = target

    def __call__(self, data: bytes) -> None:
        start = time.thread_time()
        self._target(data)
        if time.thread_time() - start > SUSPICIOUS_SECONDS:
            most = STEPS + STEPS_A_BYTE * len(data)
            if (steps := count_steps(self._target, data)) > most:
                raise TooManySteps(f"{steps} steps for {len(data)} bytes; at most {most}")


def count_steps(target: Callable[[bytes], None], data: bytes) -> int:
    """Return how many lines of our own code a target runs for an input."""
    steps = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        nonlocal steps
        if event == "call":
            return trace if frame.f_code.co_filename.startswith(_OWN) else None
        if event == "line":
            steps += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        target(data)
    finally:
        sys.settrace(before)
    return steps
