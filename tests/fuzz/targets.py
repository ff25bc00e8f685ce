"""All targets of the fuzzer by name. Each takes any bytes; nothing may leave it, and it checks what comes out.

To add one: write a function of bytes, put it into a table, and give it seeds in `tests/fuzz/seeds.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tests.fuzz import answer_targets, text_targets

TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType({**text_targets.TARGETS, **answer_targets.TARGETS})
