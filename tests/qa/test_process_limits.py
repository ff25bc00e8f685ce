"""The limits that the system sets the process: a sentence where they are too tight, and no limit that need not be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
_ROOT = Path(__file__).parents[2]


def _run(limit: str, command: str) -> tuple[int, str]:
    code = f"import resource as r; r.setrlimit(r.{limit}); {command}"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=_ROOT, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_too_little_memory_is_a_sentence() -> None:
    """Not a traceback of the first library that is imported."""
    command = "from qa.cli import main; raise SystemExit(main(['index', 'list', '--index', 'none']))"
    code, out = _run("RLIMIT_AS, (512 << 20, -1)", command)

    assert code == 1
    assert out == (
        "The system allows this program 512 MB of address space, and it needs 1239. "
        "Raise the limit and start again: ulimit -v unlimited\n"
    )


def test_the_limit_of_open_files_is_raised_as_far_as_may_be() -> None:
    command = "from qa.service.process_limits import prepare; prepare(); print(r.getrlimit(r.RLIMIT_NOFILE)[0])"
    assert _run("RLIMIT_NOFILE, (64, 512)", command) == (0, "512\n")
    assert _run("RLIMIT_NOFILE, (600, 600)", command) == (0, "600\n")
