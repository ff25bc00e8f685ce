"""One process at a time changes an index."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.errors import StoreError
from index.storage.lock import locked, refuse_foreign

_HOLD = """
import sys, time
from pathlib import Path
from index.storage.lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_at_once_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    command = [sys.executable, "-c", _HOLD, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == "locked\n"
            began = time.monotonic()
            with pytest.raises(StoreError, match="another process is changing this index"), locked(folder):
                raise AssertionError("two have it")
            assert time.monotonic() - began < 1
        finally:
            holder.kill()
    with locked(folder):
        pass


def test_within_a_process_too_one_has_it(tmp_path: Path) -> None:
    with locked(tmp_path / "i"), pytest.raises(StoreError, match="another process"), locked(tmp_path / "i"):
        pass
    with locked(tmp_path / "i"):
        pass


def test_a_folder_that_was_only_locked_is_known_again(tmp_path: Path) -> None:
    """A first build that was interrupted has no manifest; its folder is ours all the same."""
    with locked(tmp_path / "i"):
        (tmp_path / "i" / "building").mkdir()
    refuse_foreign(tmp_path / "i")
