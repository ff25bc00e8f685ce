"""Interrupts changes: kills, fails, tears and power failures at the n-th call."""

from __future__ import annotations

import errno
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.errors import IndexCorrupt, QAError
from index.searcher import Index
from tests.faults import power, shim, world
from tests.faults.children import Ended, in_child
from tests.faults.judge import judge
from tests.faults.scenarios import Scenario
from tests.faults.world import Documents

_ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "EMFILE": errno.EMFILE, "EACCES": errno.EACCES}
_CHANGES = ("write", "sync", "create", "rename", "unlink", "rmdir", "mkdir", "truncate")
_FAILS = {
    "EIO": (*_CHANGES, "open", "mmap"),
    "ENOSPC": ("write", "sync", "create", "rename", "mkdir", "truncate"),
    "EMFILE": ("open", "create"),
    "EACCES": ("open", "create", "rename", "unlink", "rmdir", "mkdir"),
}
"""The kinds of call that fail for each reason."""


@dataclass
class Interrupted:
    """A scenario, run once without a fault: what it calls, and which states it may leave."""

    scenario: Scenario
    work: Path
    """A folder of its own, which is made."""
    quick: int = 3
    texts: dict[str, str] = field(default_factory=lambda: dict(world.TEXTS))

    def __post_init__(self) -> None:
        self.before = self.work / "before" / "root"
        self.before.parent.mkdir(parents=True)
        _told(in_child(self._begin))
        trial = self._fresh("trial")
        _told(in_child(lambda: self._change(trial, "count", 0, 0, self.work / "log")))
        self.calls = shim.read_log(self.work / "log")
        old, new, texts = _told(in_child(lambda: self._states(trial)))
        self.allowed: list[Documents] = [old, new]
        if self.scenario.may_be_part:
            added = [name for name in new if name not in old]
            self.allowed = [{**old, **{name: new[name] for name in added[:count]}} for count in range(len(added) + 1)]
        self.texts |= texts
        shutil.rmtree(trial.parent)

    def _begin(self) -> None:
        world.seed(self.scenario.name)
        self.scenario.begin(self.before)

    def _states(self, trial: Path) -> tuple[Documents, Documents, dict[str, str]]:
        if self.scenario.judge != "library":
            return {}, {}, {}
        old = {}
        if any(self.before.iterdir()):
            held = self._fresh("held")
            try:
                world.library(held, self.scenario.model).refresh()  # an older format cannot be opened as it is
            except IndexCorrupt:
                world.library(held, self.scenario.model).repair()
            old = world.documents(held)
        opened = Index.open(trial)
        return old, world.documents(trial), {one.sha256: one.text for one in opened.documents}

    def _fresh(self, name: str) -> Path:
        folder = self.work / name / "root"
        shutil.rmtree(folder.parent, ignore_errors=True)
        shutil.copytree(self.before, folder)
        return folder

    def _change(self, folder: Path, mode: str, number: int, error: int, log: Path | None) -> str:
        world.use(self.scenario.model)
        world.seed(f"{self.scenario.name} {mode}")
        try:
            self.scenario.change(folder, lambda: shim.arm(folder, mode, number, error, log))
        except QAError as problem:
            return f"named: {problem}"
        return "done"

    @cached_property
    def cases(self) -> list[str]:
        """The names of all cases: scenario, fault and number of the call."""
        found = []
        name = self.scenario.name
        for call in self.calls:
            faults = ["kill", "power", "power-names"] if call.kind in _CHANGES else []
            faults += ["tear", "short"] if call.kind == "write" else []
            faults += [f"{one}{on}" for one, kinds in _FAILS.items() if call.kind in kinds for on in ("", "+")]
            found += [f"{name}:{fault}:{call.number}" for fault in faults]
        return [*found, f"{name}:order:0", f"{name}:power-names:{len(self.calls) + 1}"]

    def run(self, case: str) -> tuple[str, str]:
        """Run a case and judge the folder. Return the outcome and what there is to say of it."""
        _, fault, count = case.split(":")
        number = int(count)
        folder, log = self._fresh("case"), self.work / "case" / "log"
        if fault == "order":
            wrong = [*power.wrong_order(self.work / "trial" / "root", self.calls, self.before)]
            return ("order" if wrong else "new"), "; ".join(wrong[:5])
        is_power = fault.startswith("power")
        mode = "killed-after" if is_power else fault
        code = _ERRORS.get(fault.rstrip("+"), 0)
        if code:
            mode = "fail-on" if fault.endswith("+") else "fail"
        ended = in_child(lambda: self._change(folder, mode, number, code, log if is_power else None))
        if ended.trouble:
            return _split(ended.trouble)
        if is_power:
            power.fail(folder, shim.read_log(log), self.before, names=fault == "power-names")
        judged = in_child(lambda: judge(self.scenario, folder, self.allowed, self.texts))
        if judged.trouble:
            return _split(f"{judged.trouble} (in what follows)")
        outcome, detail = judged.value
        changes = self.scenario.judge == "library" and self.allowed[0] != self.allowed[-1]
        if ended.value == "done" and changes and outcome in ("old", "part"):
            return "not done", "the change reported success, and the old state is there"
        return outcome, detail or str(ended.value or "")


def _split(trouble: str) -> tuple[str, str]:
    outcome, _, detail = trouble.partition(": ")
    return outcome, detail


def _told(ended: Ended) -> Any:
    """Return what a child returned that nothing hindered."""
    assert not ended.trouble and not ended.signal, ended
    return ended.value
