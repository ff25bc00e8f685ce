"""Runs the fuzzer: `make fuzz TARGET=parser RUNS=100000`, or all targets in turn. What it keeps is in `.fuzz/`.

Each target has a process, a corpus that grows (`.fuzz/corpus/TARGET`) and a folder of inputs that failed
(`.fuzz/found/TARGET`). A line of JSON a process goes to stdout and to `.fuzz/results.jsonl`, with the executions that
were counted. An input that failed is put into `tests/fuzz/cases/` by `python -m tests.fuzz.keep`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.targets import TARGETS

_FOLDER = Path(".fuzz")
_MOST_BYTES = {"pdf": 4096, "load": 2048, "html": 300, "docx": 300, "epub": 300, "text": 300, "document-json": 2000}
"""Of an input; 150 for other targets, where a byte stands for a word or a line."""
_NET_SECONDS = 120
"""libFuzzer ends an execution that takes longer, where our own count of steps is of no use: inside a library."""
_DICTIONARY = Path(__file__).with_name("marks.dict")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; none: all")
    parser.add_argument("--runs", type=int, default=10_000, help="executions a target (%(default)s)")
    parser.add_argument("--seconds", type=float, default=86_400, help="a target, at most")
    parser.add_argument("--jobs", type=int, default=1, help="targets at once (%(default)s)")
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - TARGETS.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    targets = arguments.targets or list(TARGETS)
    seeds.write(_FOLDER / "seeds", targets)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        failed = list(pool.map(lambda target: _fuzz(target, arguments.runs, arguments.seconds), targets))
    return int(any(failed))


def _fuzz(target: str, runs: int, seconds: float) -> bool:
    """Fuzz one target, print and append its record. Return whether something failed."""
    corpus, found = _FOLDER / "corpus" / target, _FOLDER / "found" / target
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    counter = _FOLDER / f"counter-{target}"
    counter.write_bytes(bytes(16))
    command = [
        *(sys.executable, "-m", "tests.fuzz.worker", target, "--counter", str(counter)),
        *("--runs", str(runs), "--seconds", str(seconds)),
        *(f"-artifact_prefix={found}/", f"-max_len={_MOST_BYTES.get(target, 150)}", f"-timeout={_NET_SECONDS}"),
        *("-rss_limit_mb=2048", "-reload=0", "-verbosity=0", "-print_final_stats=0", f"-dict={_DICTIONARY}"),
        *(str(corpus), str(_FOLDER / "seeds" / target)),
    ]
    start = time.monotonic()
    with (_FOLDER / f"{target}.log").open("wb") as log:
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode
    took = time.monotonic() - start
    executions, processor = struct.unpack("<qd", counter.read_bytes())
    record = {
        "target": target,
        "executions": executions,
        "seconds": round(took, 1),
        "processor_seconds": round(processor, 1),
        "per_processor_second": round(executions / max(processor, 0.1)),
        "exit": code,
        "found": sorted(path.name for path in set(found.iterdir()) - before),
        "corpus": sum(1 for _ in corpus.iterdir()),
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    line = json.dumps(record, ensure_ascii=False)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    with (_FOLDER / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return code != 0


if __name__ == "__main__":
    sys.exit(main())
