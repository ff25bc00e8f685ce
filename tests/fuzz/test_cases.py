"""What the fuzzer found stays found: each kept input goes through its target again, without the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import seeds
from tests.fuzz.keep import CASES
from tests.fuzz.steps import STEPS, STEPS_A_BYTE, count_steps
from tests.fuzz.targets import TARGETS

_KEPT = sorted(path for path in CASES.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", _KEPT, ids=[path.relative_to(CASES).as_posix() for path in _KEPT])
def test_a_found_case_passes(path: Path) -> None:
    """Nothing leaves the target, the laws hold, and the steps stay within their bound."""
    data = path.read_bytes()
    assert count_steps(TARGETS[path.parent.name], data) <= STEPS + STEPS_A_BYTE * len(data)


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_takes_its_seeds(target: str) -> None:
    """A target that failed at once would find nothing else; one that does nothing would find nothing at all."""
    steps = [count_steps(TARGETS[target], data) for data in seeds.of(target)]
    assert max(steps) > 20
