"""Runs the faults: `python -m tests.faults.run` for all, `--quick` for a sample, `--case NAME` for one.

The last line is a JSON object: how many cases ended how. A case that breaks the law of changes (tests/faults/judge.py)
is named on stderr, and the exit code is 1. With `--state FILE` a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from tests.faults import shim


class Family(Protocol):
    """Cases that share what was prepared for them."""

    quick: int
    """The number of cases in the quick form."""

    @property
    def cases(self) -> Sequence[str]:
        """The names of the cases."""

    def run(self, case: str) -> tuple[str, str]:
        """Run a case. Return how it ended, and what there is to say of it."""


def _families(only: str) -> list[tuple[str, Callable[[Path], Family]]]:
    """Return the families whose name begins with `only`: the name, and what prepares it in a folder."""
    from tests.faults.damage import ATTACKS
    from tests.faults.interrupt import Interrupted
    from tests.faults.scenarios import SCENARIOS

    found: list[tuple[str, Callable[[Path], Family]]] = [(one.name, partial(Interrupted, one)) for one in SCENARIOS]
    found += [(attack.name, attack) for attack in ATTACKS]
    return [(name, make) for name, make in found if name.startswith(only.split(":")[0])]


def _work(arguments: argparse.Namespace, results: Path, worker: int) -> None:
    """Run this worker's share of the cases, and append a line for each to `results`."""
    done = {json.loads(line)["case"] for line in results.read_text("utf-8").splitlines()}
    large = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None  # no disk: a case takes milliseconds
    work = Path(tempfile.mkdtemp(prefix="faults-", dir=large))
    work.chmod(0o755)
    try:
        for place, (name, make) in enumerate(_families(arguments.case or arguments.only)):
            if arguments.quick and place % arguments.jobs != worker:
                continue  # preparing a family takes as long as its sample
            family = make(work / name)
            cases = [one for one in family.cases if one.startswith(arguments.only) and arguments.case in ("", one)]
            cases = cases[:: max(1, len(cases) // family.quick) if arguments.quick else arguments.every]
            for number, case in enumerate(cases):
                if case not in done and (arguments.quick or number % arguments.jobs == worker):
                    outcome, detail = family.run(case)
                    with results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps({"case": case, "outcome": outcome, "detail": detail[:2000]}) + "\n")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _report(results: Path) -> int:
    from tests.faults.judge import GOOD

    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    counts: dict[str, Counter[str]] = {}
    for line in lines:
        counts.setdefault(line["case"].split(":")[0], Counter())[line["outcome"]] += 1
        if line["outcome"] not in GOOD:
            command = f"python -m tests.faults.run --case '{line['case']}'"
            sys.stderr.write(f"{line['outcome']}: {command}\n    {line['detail']}\n")
    total = sum(counts.values(), Counter())
    breaches = sum(count for outcome, count in total.items() if outcome not in GOOD)
    families = {name: dict(sorted(count.items())) for name, count in counts.items()}
    record = {"cases": len(lines), "breaches": breaches, "outcomes": dict(sorted(total.items())), "families": families}
    sys.stdout.write(json.dumps(record) + "\n")
    return 1 if breaches or not lines else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the cases. Return 1 if one breaks the law of changes."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--case", default="", metavar="NAME", help="this case only")
    parser.add_argument("--only", default="", metavar="PREFIX", help="the cases whose name begins so")
    parser.add_argument("--quick", action="store_true", help="a sample")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th case only")
    parser.add_argument("--state", type=Path, metavar="FILE", help="where results are kept, and found the next time")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (%(default)s)")
    arguments = parser.parse_args(argv)
    if reason := shim.why_not():
        sys.stderr.write(f"Nothing was tried: {reason}.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        if not shim.is_loaded():
            command = [sys.executable, "-m", "tests.faults.run", *(sys.argv[1:] if argv is None else argv)]
            return os.spawnve(os.P_WAIT, sys.executable, command, shim.environment(Path(folder)))
        from tests.faults import world

        world.load_everything(Path(folder))
        results = arguments.state or Path(folder) / "results"
        results.touch()
        children = []
        for worker in range(arguments.jobs):
            child = os.fork()
            if child == 0:
                _work(arguments, results, worker)
                os._exit(0)
            children.append(child)
        ended = [os.waitpid(child, 0)[1] for child in children]
        return _report(results) or int(any(ended))


if __name__ == "__main__":
    raise SystemExit(main())
