"""Runs work in a forked child, which may be killed, crash or hang."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended."""

    value: Any
    """What the work returned, as JSON holds it; None where it did not return."""
    traceback: str
    """The exception that left the work; empty where none did."""
    signal: int
    """That killed it; 0 where none did."""
    hangs: bool
    """Whether it was still at work when its time was over."""

    @property
    def trouble(self) -> str:
        """What went wrong that never may; empty for a child that returned or was killed by the shim."""
        if self.hangs:
            return "hang"
        if self.traceback:
            return f"traceback: {self.traceback.strip().splitlines()[-1]}"
        return f"crash: signal {self.signal}" if self.signal not in (0, signal.SIGKILL) else ""


def in_child(work: Callable[[], Any], *, seconds: float = 20, as_nobody: bool = False) -> Ended:
    """Do some work in a child and return how it ended. `as_nobody`: without the rights of root."""
    gc.freeze()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing, as_nobody)
    os.close(writing)
    data, end = b"", time.monotonic() + seconds
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0, end - time.monotonic()))[0]:
            part = pipe.read(1 << 16)
            data += part
            if not part:
                break
        else:
            _kill(child)
            os.waitpid(child, 0)
            return Ended(None, "", 0, True)
    _, status = os.waitpid(child, 0)
    _kill(child)  # what it started
    value, error = json.loads(data) if data.endswith(b"]") else (None, "")
    return Ended(value, error, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, False)


def _work(work: Callable[[], Any], writing: int, as_nobody: bool) -> None:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    try:
        if as_nobody and os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        told = [work(), ""]
    except BaseException:
        told = [None, traceback.format_exc()]
    data = json.dumps(told).encode()
    while data:
        data = data[os.write(writing, data) :]
    os._exit(0)


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
