"""The process that reads files, with a reader that misbehaves: what a hostile file could make of a library in C.

Tests run it as `python -m tests.hostile_worker`. The first bytes of a file say what the reader does; other files are
read as always.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus import reading_worker
from corpus.source import Source

COMMAND = (sys.executable, "-m", "tests.hostile_worker")

_kept: list[Any] = []


def _hang() -> None:
    while True:
        time.sleep(1)


def _spin() -> None:
    while True:
        pass


def _eat_memory() -> None:
    while True:
        _kept.append(bytes(1 << 24))


def _open_files() -> None:
    while True:
        _kept.append(open(os.devnull))  # noqa: PTH123, SIM115  # it is to stay open


def _write_a_file() -> None:
    path = Path("hostile")
    try:
        path.write_bytes(b"x" * 9)
    finally:
        path.unlink()


def _print() -> None:
    """Write what is no message where the pipe was."""
    os.write(1, b"\x01nonsense")
    print("nonsense", flush=True)  # noqa: T201  # the hostile way


def _leave_a_child() -> None:
    """Die, while a process that this one started holds the pipe open, in a group of its own."""
    pipes = [number for number in range(3, 20) if _is_pipe(number)]
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(5)"], pass_fds=pipes, start_new_session=True)
    _hang()


def _is_pipe(number: int) -> bool:
    with contextlib.suppress(OSError):
        return os.fstat(number).st_mode & 0o170000 == 0o010000
    return False


def _wear_out() -> None:
    """Read this file well, and break at the next one."""
    if _kept:
        os.abort()
    _kept.append(None)


HOSTILE: dict[bytes, Callable[[], Any]] = {
    b"hang": _hang,
    b"spin": _spin,
    b"memory": _eat_memory,
    b"files": _open_files,
    b"write": _write_a_file,
    b"print": _print,
    b"exit": lambda: os._exit(3),
    b"SIGSEGV": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    b"raise": lambda: 1 / 0,
    b"recurse": lambda: HOSTILE[b"recurse"](),
    b"child": _leave_a_child,
    b"worn": _wear_out,
}


def _from_file(filename: str, data: bytes, edition: str | None) -> Source:
    word = data.partition(b" ")[0]
    if word in HOSTILE:
        HOSTILE[word]()
    if word == b"much":
        return Source(filename, data, edition, "x" * int(data.split()[1]))
    return _honest(filename, data, edition)


_honest = Source.from_file

if __name__ == "__main__":
    Source.from_file = _from_file  # type: ignore[method-assign]
    reading_worker.main()
