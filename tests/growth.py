"""Counts the steps of a function, to see how they grow with its input: the same on each machine, unlike seconds."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from corpus.errors import SourceError


def steps(run: Callable[[], object]) -> int:
    """Return how many lines of Python run. A refusal ends the run; what other tests left behind is not counted."""
    count = 0

    def inside(_frame: FrameType, event: str, _value: Any) -> Any:
        nonlocal count
        count += event == "line"
        return inside

    before = sys.gettrace()
    gc.collect()
    gc.disable()  # finalisers run lines of their own
    sys.settrace(inside)
    try:
        run()
    except SourceError:
        pass
    finally:
        sys.settrace(before)
        gc.enable()
    return count


def growth(make: Callable[[int], Any], run: Callable[[Any], object], size: int) -> float:
    """Return by how much the steps grow when the input doubles: 2 for a linear algorithm, 4 for a quadratic one."""
    small, large = make(size), make(2 * size)
    run(make(1))  # fills the caches
    few = steps(lambda: run(small))
    return steps(lambda: run(large)) / max(few, 1)
