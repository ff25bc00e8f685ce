"""Fuzzes one target in this process, until so many executions or seconds: `python -m tests.fuzz.worker` (run.py).

Executions are counted in a file that is mapped into memory, so that no crash and no kill loses the count.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import mmap
import os
import struct
import sys
import time
from pathlib import Path

import atheris

from tests.fuzz.steps import StepBound

with atheris.instrument_imports(include=["corpus", "qa", "web", "index"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--counter", type=Path, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    arguments, options = parser.parse_known_args()
    with arguments.counter.open("r+b") as file:
        counter = mmap.mmap(file.fileno(), 16)
    bound = StepBound(TARGETS[arguments.target])
    began = time.process_time()
    until = time.monotonic() + arguments.seconds
    done = 0

    def once(data: bytes) -> None:
        nonlocal done
        done += 1
        counter[:8] = struct.pack("<q", done)
        bound(data)
        if done % 64 == 0:
            counter[8:] = struct.pack("<d", time.process_time() - began)
        if done >= arguments.runs or (done % 64 == 0 and time.monotonic() > until):
            sys.stdout.flush()
            atexit._run_exitfuncs()
            os._exit(0)  # libFuzzer has written what it found, and has no way back to Python

    bound(b"")  # what is made once
    gc.freeze()  # what was imported is never garbage; looking at it again and again costs half the time
    atheris.Setup([sys.argv[0], *options], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
