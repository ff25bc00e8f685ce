"""The law of changes: what may be in a folder after a change was interrupted.

Each document that was added and not removed by name is there, whole, or a named error says what is damaged and what to
do; nothing is ever deleted because it could not be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from corpus.errors import IndexNotFound, QAError
from index.index_settings import INDEX
from tests.faults import world
from tests.faults.scenarios import Scenario, keep_feedback
from tests.faults.world import Documents

GOOD = ("old", "part", "new", "named", "repaired")
"""The outcomes that are allowed; any other is a breach of the law."""


def judge(scenario: Scenario, folder: Path, allowed: Sequence[Documents], texts: Mapping[str, str]) -> tuple[str, str]:
    """Return the outcome and what there is to say of it. `allowed`: the old state, those between, the new state.

    It changes the folder: after the outcome is known, another change must succeed and lose nothing.
    """
    if scenario.judge == "feedback":
        return _feedback(folder)
    if scenario.judge == "model":
        return _model(scenario, folder)
    world.use(scenario.model)
    try:
        found = _documents(folder)
    except QAError as error:
        return _after_error(scenario, folder, allowed, str(error))
    if found not in allowed:
        return _breach(found, allowed)
    outcome = "old" if found == allowed[0] else "new" if found == allowed[-1] else "part"
    breach = _asking(folder, found, texts) or _adding(scenario, folder, found)
    return breach or (outcome, "")


def _asking(folder: Path, found: Documents, texts: Mapping[str, str]) -> tuple[str, str] | None:
    """Ask; return the breach, if there is one."""
    for question in world.QUESTIONS if found else ():
        ran, reply = world.asked(folder, question)
        if reply is None:
            return "no answer", ran.err
        if wrong := world.wrong_quotes(reply, {**texts}):
            return "wrong quote", "; ".join(wrong)
    return None


def _adding(scenario: Scenario, folder: Path, found: Documents) -> tuple[str, str] | None:
    """Add another document; return the breach, if there is one."""
    try:
        world.add(folder, world.LATER, model=scenario.model)
    except QAError as error:
        return "stuck", f"adding fails: {error}"
    after = _documents(folder)
    after.pop("z", None)
    if after != found:
        return "lost", f"adding z changes {sorted(found)} to {sorted(after)}"
    left = world.leftovers(folder)
    return ("leftover", ", ".join(left[:5])) if left else None


def _documents(folder: Path) -> Documents:
    try:
        return world.documents(folder)
    except IndexNotFound:
        return {}


def _breach(found: Documents, allowed: Sequence[Documents]) -> tuple[str, str]:
    missing = {*allowed[0]} & {*allowed[-1]} - {*found}
    said = f"{sorted(found)} instead of {sorted(allowed[0])} or {sorted(allowed[-1])}"
    return ("lost", said) if missing else ("mixed", said)


def _after_error(scenario: Scenario, folder: Path, allowed: Sequence[Documents], error: str) -> tuple[str, str]:
    """After a named error a change repairs the index, or says what to do; no document is lost in between."""
    repairs: dict[str, Callable[[], object]] = {
        "add": lambda: world.add(folder, world.LATER, model=scenario.model),
        "refresh": lambda: world.library(folder, scenario.model).refresh(),
        "repair": lambda: world.library(folder, scenario.model).repair(),
    }
    for name, repair in repairs.items():
        try:
            repair()
            found = _documents(folder)
        except QAError:
            continue
        found.pop("z", None)
        if found in allowed:
            return "repaired", f"by {name}: {error}"
        return _breach(found, allowed)[0], f"{error}; then {name}: {_breach(found, allowed)[1]}"
    return "stuck", error


def _feedback(folder: Path) -> tuple[str, str]:
    """Lines that were written stay; the next one is a line of its own."""
    kept = _questions(folder)
    keep_feedback(folder, "丁问")
    after = _questions(folder)
    if kept[:2] != ["甲问", "乙问"] or after[: len(kept)] != kept or after[-1] != "丁问":
        return "lost", f"{kept}, then {after}"
    if after.count("") > 1:
        return "leftover", f"{after}"
    return ("new" if "丙问" in kept else "old"), ""


def _questions(folder: Path) -> list[str]:
    """Return the question of each line of the feedback file; "" for a line that cannot be read."""
    found = []
    for line in (folder / "feedback.jsonl").read_bytes().split(b"\n"):
        try:
            found.append(json.loads(line)["question"])
        except ValueError:
            found += [""] if line else []
    return found


def _model(scenario: Scenario, folder: Path) -> tuple[str, str]:
    """The model's folder is there with all its files, or it is not there and is built the next time."""
    vars(INDEX)["abandoned_after"] = -1  # as an hour later
    whole = folder.parent / "whole" / "root"
    whole.mkdir(parents=True)
    scenario.change(whole, lambda: None)
    (expected,) = _models(whole)
    built = [one for one in _models(folder) if not one.name.startswith(".")]
    if built and world.files(built[0]) != world.files(expected):
        return "mixed", f"{world.files(built[0])}"
    scenario.change(folder, lambda: None)
    left = [one.name for one in _models(folder)]
    if not built and left != [expected.name]:
        return "leftover", f"{left}"
    return ("new" if built else "old"), ""


def _models(folder: Path) -> list[Path]:
    return sorted((folder / "yuanwen" / "models").glob("*"))
