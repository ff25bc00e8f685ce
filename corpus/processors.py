"""How many processors this process may use."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def usable_threads() -> int:
    """Return how many threads to use: the processors of this process, or OMP_NUM_THREADS if that is fewer."""
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # a container's share of the processors, if it has one
        quota, period = map(int, Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split())
        threads = min(threads, -(-quota // period))
    with suppress(ValueError):
        threads = min(threads, int(os.environ.get("OMP_NUM_THREADS", "")) or threads)
    return max(1, threads)
