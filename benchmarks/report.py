"""Helpers of the benchmarks: writing tables into docs, and describing the machine."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.processors import usable_threads
from index.searcher import Index

if TYPE_CHECKING:
    from qa.engine import Engine


def put(table: str, name: str, path: Path | None) -> None:
    """Print a table, and with `path` put it between that file's `<!-- table: NAME -->` and `<!-- table: end -->`."""
    sys.stdout.write(table)
    if path is not None:
        head, tail = around(name, path)
        path.write_text(f"{head}\n\n{table}\n{tail}", encoding="utf-8")


def around(name: str, path: Path) -> tuple[str, str]:
    """Return the text before and after a table, with its markers. Exit if the file has no such table.

    A benchmark calls it first, so that it fails before its long work.
    """
    start, end = f"<!-- table: {name} -->", "<!-- table: end -->"
    head, found, rest = path.read_text(encoding="utf-8").partition(start)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        sys.exit(f"{path}: has no {start} … {end}. Put these two lines where the table belongs.")
    return head + start, end + tail


def sets_in(path: Path) -> list[Path]:
    """Return the folder itself if it holds a passages.jsonl; else those of its subfolders that do."""
    own, inner = path / "passages.jsonl", sorted(path.glob("*/passages.jsonl"))
    if not own.is_file() and not inner:
        sys.exit(f"{path}: holds no passages.jsonl, nor does a folder in it. Name the folder of a set.")
    return [path] if own.is_file() else [file.parent for file in inner]


def where(command: str) -> str:
    """Return a line with the command, the date, the machine and its load at the start."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"`{command}`, {today}, on {processor()}, {usable_threads()} threads, {platform.system()}{load}.\n"


def processor() -> str:
    """Return the name of the processor, if the system gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    facts = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    facts = {key.strip(): value.strip() for key, value in facts.items()}
    model = facts.get("model name") or platform.processor() or platform.machine()
    flags = facts.get("flags", "").split()
    known = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8") if flag in flags]
    return f"{model} ({', '.join(known)})" if known else model


def spread(values: Sequence[float], form: str = ".1f") -> str:
    """Return the median, with the least and the greatest in brackets."""
    return f"{statistics.median(values):{form}} [{min(values):{form}}, {max(values):{form}}]"


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


class Stages:
    """The times of the parts of a call in milliseconds: for each watched method, and `rest`."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}
        """Times by the name of the stage; `whole` is the whole call."""
        self._spent: dict[str, float] = {}

    def watch(self, owner: Any, name: str, stage: str) -> None:
        """Add the time of an object's method `name` to `stage`. No watched method may call another one."""
        method: Callable[..., Any] = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                self._spent[stage] = self._spent.get(stage, 0.0) + (time.perf_counter() - start) * 1000

        setattr(owner, name, watched)

    def watch_engine(self, engine: Engine) -> None:
        """Watch the stages of a question to an index in a folder."""
        index = engine.index
        assert isinstance(index, Index)
        self.watch(engine.embedder, "encode_questions", "encode")
        self.watch(index._dense, "search", "dense")
        self.watch(index.lexical, "top", "lexical")
        self.watch(index.lexical, "at", "lexical")
        self.watch(index, "tokens", "tokens")
        self.watch(index.documents, "_open", "open")
        self.watch(engine._everything.text, "unmatched_words", "missing")

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function and record its times."""
        self._spent.clear()
        start = time.perf_counter()
        value = function(*args)
        whole = (time.perf_counter() - start) * 1000
        for stage, took in {**self._spent, "rest": whole - sum(self._spent.values()), "whole": whole}.items():
            self.times.setdefault(stage, []).append(took)
        return value
