"""Makes an input that failed smaller and keeps it as a test: `python -m tests.fuzz.keep TARGET FILE NAME`.

It stays in `tests/fuzz/cases/TARGET/NAME`; `tests/fuzz/test_cases.py` replays it. An input that passes is kept whole.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.steps import StepBound
from tests.fuzz.targets import TARGETS

CASES = Path(__file__).with_name("cases")


def failure(target: Callable[[bytes], None], data: bytes) -> str:
    """Return the kind and the place of what leaves a target; empty if nothing does."""
    try:
        target(data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} {last.filename}:{last.lineno}"
    return ""


def minimised(target: Callable[[bytes], None], data: bytes) -> bytes:
    """Return a smaller input that fails in the same way: pieces are taken out while it still does."""
    expected = failure(target, data)
    size = max(len(data) // 2, 1)
    while expected and size:
        at = 0
        while at < len(data):
            shorter = data[:at] + data[at + size :]
            if failure(target, shorter) == expected:
                data = shorter
            else:
                at += size
        size //= 2
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("file", type=Path)
    parser.add_argument("name")
    arguments = parser.parse_args()
    target = StepBound(TARGETS[arguments.target])
    data = minimised(target, arguments.file.read_bytes())
    path = CASES / arguments.target / arguments.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    sys.stdout.write(f"{path}: {len(data)} bytes, {failure(target, data) or 'passes'}\n")


if __name__ == "__main__":
    main()
