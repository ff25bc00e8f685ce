"""Two processes change one index while threads and processes ask: `python -m tests.faults.two_writers`.

Documents come and go in pairs, a pair in one change. So an answer is from one state exactly when the index that gave it
holds both documents of each pair or neither. The last line is a JSON object; the exit code is 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from corpus.errors import QAError
from corpus.source import Source
from index import index_messages
from index.intake import NewDocument
from index.searcher import Index
from qa.engine import Engine
from qa.output.json_records import reply_as_json
from qa.qa_settings import Settings
from qa.service.fresh_engine import FreshEngine
from tests.faults import world

_PAIRS = 5
"""Pairs of documents that a writer has in the index at most."""
_FIRST = {"a": "a.txt", "b": "b.txt", "c": "c.md"}
"""The documents that stay, by name."""
_WORDS = ("渡船遇雾停开", "学生免费借书", "迟还罚一元", "馆员每月查账", "邮车雨天减速")


def _source(name: str) -> Source:
    """Return the document of a name, which says what is in it."""
    if name in _FIRST:
        return world.source(_FIRST[name])
    numbers = random.Random(name)
    lines = (f"{numbers.choice(_WORDS)}，{name}第{line}行。\n" for line in range(numbers.randint(1, 9)))
    return Source.from_bytes(name, "".join(lines).encode(), None)


def _pair(writer: int, number: int) -> tuple[str, str]:
    return f"w{writer}-{number}-left", f"w{writer}-{number}-right"


def _write(folder: Path, writer: int, changes: int) -> dict[str, Any]:
    """Make changes; wait where the other writer is at work."""
    numbers, there = random.Random(writer), list[int]()
    locked = 0
    for change in range(changes):
        is_full = len(there) == _PAIRS or (there and numbers.random() < 0.4)
        number = numbers.choice(there) if is_full else change
        while True:
            try:
                if is_full:
                    world.library(folder).remove(_pair(writer, number))
                else:
                    new = [NewDocument(name, name, partial(_source, name)) for name in _pair(writer, number)]
                    outcomes = [one.what for one in world.library(folder).add(new)]
                    assert outcomes == ["added", "added"], outcomes
                break
            except QAError as error:
                if error.message != index_messages.LOCKED:
                    raise
                locked += 1
                time.sleep(numbers.random() / 50)
        there.remove(number) if is_full else there.append(number)
    return {"changes": changes, "waited": locked, "names": [name for number in there for name in _pair(writer, number)]}


def _read(fresh: FreshEngine, end: Path) -> dict[str, Any]:
    """Ask as the page does, until the writers have ended."""
    answers = 0
    while not end.exists():
        for question in world.QUESTIONS:
            reply = reply_as_json(fresh.ask(question), None)
            texts = {source.sha256: source.text for source in (_source(hit["document"]) for hit in reply["hits"])}
            wrong = world.wrong_quotes(reply | {"near": []}, texts)
            assert not wrong, wrong
            answers += 1
        names = {record.name for record in fresh.engine.index.manifest.documents}
        pairs = {name.rpartition("-")[0] for name in names if name.startswith("w")}
        expected = {*_FIRST, *(f"{pair}-{half}" for pair in pairs for half in ("left", "right"))}
        assert names == expected, f"half of a change: {sorted(names ^ expected)}"
    descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
    memory = int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20
    return {"answers": answers, "opened": fresh.version, "descriptors": descriptors, "megabytes": memory}


def _engine(folder: Path) -> FreshEngine:
    return FreshEngine(Engine(Index.open(folder), world.embedder(), Settings()))


def _read_in_threads(folder: Path, end: Path, count: int) -> dict[str, Any]:
    """Read in threads of one process, as the page does."""
    told: list[dict[str, Any]] = []
    fresh = _engine(folder)

    def work() -> None:
        told.append(_outcome(lambda: _read(fresh, end)))

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"threads": told}


def _outcome(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return work()
    except BaseException:
        return {"error": traceback.format_exc()}


def _start(work: Callable[[], dict[str, Any]], told: Path) -> int:
    child = os.fork()
    if child == 0:
        told.write_text(json.dumps(_outcome(work)))
        os._exit(0)
    return child


def main(argv: Sequence[str] | None = None) -> int:
    """Run writers and readers. Return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.two_writers", description=__doc__)
    parser.add_argument("--changes", type=int, default=1000, metavar="N", help="of both writers (%(default)s)")
    changes = parser.parse_args(argv).changes
    large = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    work = Path(tempfile.mkdtemp(prefix="writers-", dir=large))
    try:
        world.load_everything(work)
        record = _run(work, changes)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    return 1 if record["errors"] else 0


def _run(work: Path, changes: int) -> dict[str, Any]:
    folder, end = work / "index", work / "end"
    world.add(folder, *_FIRST.values())
    began = time.monotonic()
    readers = [_start(lambda: _read(_engine(folder), end), work / f"reader-{n}") for n in range(4)]
    readers.append(_start(lambda: _read_in_threads(folder, end, 4), work / "reader-threads"))
    writers = [_start(lambda n=n: _write(folder, n, changes // 2), work / f"writer-{n}") for n in range(2)]  # type: ignore[misc]
    largest = 0
    while writers:
        child, _ = os.waitpid(writers[0], os.WNOHANG)
        writers = [one for one in writers if one != child]
        largest = max(largest, _files(folder))
        time.sleep(0.2)
    end.touch()
    for reader in readers:
        os.waitpid(reader, 0)
    told = {path.name: json.loads(path.read_text()) for path in sorted(work.glob("*er-*"))}
    threads = told.pop("reader-threads").get("threads", [])
    told |= {f"thread-{number}": one for number, one in enumerate(threads)}
    errors = {name: one["error"] for name, one in told.items() if "error" in one}
    if not errors:
        names = {*world.documents(folder)}
        expected = {*_FIRST, *told["writer-0"]["names"], *told["writer-1"]["names"]}
        if names != expected:
            errors["index"] = f"{sorted(names ^ expected)}"
        if left := world.leftovers(folder):
            errors["leftover"] = str(left)
    total = {
        name: sum(one.get(name, 0) for one in told.values()) for name in ("changes", "waited", "answers", "opened")
    }
    most = {name: max(one.get(name, 0) for one in told.values()) for name in ("descriptors", "megabytes")}
    seconds = round(time.monotonic() - began)
    return {**total, **most, "files": largest, "seconds": seconds, "errors": errors}


def _files(folder: Path) -> int:
    """Return how many files the folder has now; they come and go meanwhile."""
    return sum(len(files) for _, _, files in os.walk(folder))


if __name__ == "__main__":
    raise SystemExit(main())
