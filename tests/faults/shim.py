"""Compiles and arms the shim (shim.c), and says what calls it logged."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MODES = {"count": 0, "kill": 1, "killed-after": 2, "fail": 3, "fail-on": 4, "tear": 5, "short": 6}
_VARIABLE = "FAULTS_SHIM"


def why_not() -> str:
    """Return why there can be no shim here; empty where there can."""
    if not sys.platform.startswith("linux"):
        return "faults are made by LD_PRELOAD, which only Linux has here"
    return "" if shutil.which("cc") else "the shim needs a C compiler: install gcc"


def environment(folder: Path) -> dict[str, str]:
    """Compile the shim into a folder, and return the environment of a process that is under it."""
    library = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    # Threads of numpy and faiss do not outlive a fork, and with a fixed seed each run has the same cases.
    fixed = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    return {**os.environ, **fixed, "LD_PRELOAD": str(library), _VARIABLE: str(library)}


def is_loaded() -> bool:
    """Return whether this process is under the shim."""
    return _VARIABLE in os.environ


@dataclass(frozen=True, slots=True)
class Call:
    """A call that touched the folder."""

    number: int
    kind: str
    """write, sync, create, open, rename, unlink, rmdir, mkdir, truncate or mmap."""
    path: str
    other: str
    """The new path of a rename; "truncated" where a file was opened to be written anew."""
    size: int
    is_done: bool
    """Whether the system carried it out."""


def arm(folder: Path, mode: str, number: int, error: int, log: Path | None) -> None:
    """Count the calls of this process from now on, and make the fault at one of them."""
    shim = ctypes.CDLL(os.environ[_VARIABLE])
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if log else -1
    shim.faults_arm(os.fsencode(folder), MODES[mode], ctypes.c_long(number), error, file)


def disarm() -> None:
    ctypes.CDLL(os.environ[_VARIABLE]).faults_disarm()


def read_log(log: Path) -> list[Call]:
    """Return the calls of a log."""
    rows = (line.split("\t") for line in log.read_text("utf-8", "surrogateescape").splitlines())
    return [Call(int(n), kind, path, other, int(size), done == "1") for n, kind, path, other, size, done in rows]
