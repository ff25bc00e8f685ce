"""A sample of the faults (`make soak` makes all), and that the harness sees what it is for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import power, shim

pytestmark = pytest.mark.skipif(bool(shim.why_not()), reason=shim.why_not())
_ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """That of a process under the shim."""
    return shim.environment(tmp_path_factory.mktemp("shim")) | {"PYTHONPATH": str(_ROOT)}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run code in the folder `inside` with a fault; the log is beside it."""

    def run(code: str, mode: str = "count", number: int = 0, error: int = 0) -> subprocess.CompletedProcess[str]:
        inside = tmp_path / "inside"
        inside.mkdir(exist_ok=True)
        start = "import os\nfrom pathlib import Path\nfrom tests.faults import shim\n"
        arm = f"shim.arm(Path.cwd(), {mode!r}, {number}, {error}, Path({str(tmp_path / 'log')!r}))\n"
        command = [sys.executable, "-c", start + arm + code]
        return subprocess.run(command, cwd=inside, env=environment, capture_output=True, text=True)

    return run


_WRITES = """
for name in "ab":
    file = os.open(name, os.O_CREAT | os.O_WRONLY)
    os.write(file, b"12345678")
    os.fsync(file)
    os.rename(name, name * 2)
"""


def _there(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (folder / "inside").iterdir()}


@pytest.mark.parametrize(
    ("mode", "number", "there"),
    [
        *(("kill", 2, {"a": 0}), ("tear", 2, {"a": 4}), ("killed-after", 2, {"a": 8}), ("kill", 5, {"aa": 8})),
        *(("kill", 8, {"aa": 8, "b": 8}), ("tear", 6, {"aa": 8, "b": 4}), ("kill", 9, {"aa": 8, "bb": 8})),
    ],
)
def test_a_process_dies_at_the_call_that_was_named(
    run: Run, tmp_path: Path, mode: str, number: int, there: dict[str, int]
) -> None:
    ended = run(_WRITES, mode, number)

    assert ended.returncode == (0 if number == 9 else -9)
    assert _there(tmp_path) == there


def test_a_call_fails_once_or_from_then_on(run: Run, tmp_path: Path) -> None:
    """28 is a full disk: it fails writes, and not what deletes."""
    code = """
file = os.open("a", os.O_CREAT | os.O_WRONLY)
for word in (b"one", b"two", b"three"):
    try:
        os.write(file, word)
    except OSError as error:
        print(error.errno)
os.unlink("a")
"""
    assert run(code, "fail", 3, 28).stdout.split() == ["28"]
    assert run(code, "fail-on", 3, 28).stdout.split() == ["28", "28"]
    assert _there(tmp_path) == {}


def test_numpy_and_sqlite_are_counted_and_files_elsewhere_are_not(run: Run, tmp_path: Path) -> None:
    code = """
import sqlite3, numpy
numpy.save("a.npy", numpy.arange(9))
connection = sqlite3.connect("b.sqlite")
connection.execute("create table t (n)")
(Path.cwd().parent / "outside").write_text("o")
"""
    assert run(code).stderr == ""
    written = [Path(call.path).name for call in shim.read_log(tmp_path / "log") if call.kind == "write"]

    assert {*written} == {"a.npy", "b.sqlite", "b.sqlite-journal"}
    assert written.count("a.npy") == 2  # the header and the array


def test_what_was_not_synced_is_lost_when_the_power_fails(run: Run, tmp_path: Path) -> None:
    """The old file stays under its name where the rename was not synced, too."""
    for name in ("inside", "before"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "aa").write_text("old")
    run(_WRITES.replace("os.fsync(file)", "name == 'a' and os.fsync(file)"))
    calls = shim.read_log(tmp_path / "log")

    power.fail(tmp_path / "inside", calls, tmp_path / "before", names=False)
    assert _there(tmp_path) == {"aa": 8, "bb": 0}
    power.fail(tmp_path / "inside", calls, tmp_path / "before", names=True)
    assert _there(tmp_path) == {"aa": 3}


def test_the_judge_sees_what_is_lost_or_mixed(run: Run) -> None:
    """c and d were there, and e was to be added: without d one is lost. With neither state of c, the two are mixed."""
    code = """
shim.disarm()
from tests.faults import world
from tests.faults.judge import judge
from tests.faults.scenarios import SCENARIOS
folder = Path.cwd() / "index"
world.add(folder, "c.md", "d.txt")
old = world.documents(folder)
world.library(folder).remove(["d"])
for allowed in ([old, {**old, "e": "0"}], [{"c": "0"}, {"c": "1"}]):
    print(judge(SCENARIOS[0], folder, allowed, {})[0])
print(judge(SCENARIOS[0], folder, [world.documents(folder)] * 2, {})[0])
"""
    ended = run(code)
    assert ended.stdout.splitlines() == ["lost", "mixed", "wrong quote"], ended.stderr  # no text was given


@pytest.mark.timeout(600)  # a hundred processes, one after the other: half a minute where nothing else runs
def test_a_sample_of_all_faults() -> None:
    """No change loses a document, and no damage makes a wrong quote, a traceback or a hang."""
    command = [sys.executable, "-m", "tests.faults.run", "--quick", "--jobs", "2"]
    ended = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True)

    assert ended.stderr == ""
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["cases"] > 90
