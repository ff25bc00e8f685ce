"""Measures many people who ask at once: throughput, waiting, errors, replies that are not their own, and memory.

    python -m benchmarks.load [--people 1 4 16 128] [--questions 500] [--write docs/reliability.md]
    YUANWEN_ANSWERS_REMEMBERED=20 python app.py --port 7860 &
    python -m benchmarks.load --address http://127.0.0.1:7860 [--people 1 128]

Each person asks the next question as soon as the one before is answered. In this process, the questions go through the
queue of the server (`qa/service/question_queue.py`) to one engine over the shipped text; with `--address`, to the
`POST /api/v1/ask` of a server on this machine, whose `/metrics` tell its processor time and memory. Each reply is
compared with that to the same question asked alone. "Distinct" rows ask an engine that remembers no reply, and "without
batching" reads each question by itself, in the same process; in "the same few again" everybody asks the same 20, and
replies are remembered, as the server does. A server that is asked distinct questions must remember no more than those
20, as above.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.report import put, row, where
from corpus.source import SHIPPED, load
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.micro_batcher import MicroBatcher
from index.encoders.registry import open_embedder
from index.searcher import Index
from qa.engine import Engine
from qa.output.json_records import reply_as_json
from qa.qa_settings import QUEUE, Settings
from qa.reply import Reply
from qa.service.fresh_engine import FreshEngine
from qa.service.question_queue import QuestionQueue

_OWN = Path(__file__).parent / "questions" / "sco-2021.jsonl"

Ask = Callable[[str, str], Awaitable[Any]]
"""Asks a question for a client and returns what can be compared."""
Usage = Callable[[], tuple[float, float]]
"""Returns what the process that answers has used: seconds of all processors, and megabytes of memory now."""


@dataclass
class Run:
    """What one run measured."""

    took: list[float] = field(default_factory=list)
    """Seconds that each reply took, waiting included."""
    errors: int = 0
    wrong: int = 0
    """Replies that are not those of the question asked alone."""
    seconds: float = 0.0
    processor: float = 0.0
    """Seconds of all processors, of the process that answers."""
    megabytes: float = 0.0
    """Of that process, afterwards."""

    @property
    def throughput(self) -> float:
        """Replies a second."""
        return len(self.took) / self.seconds

    def cells(self, alone: Run) -> list[str]:
        p50, p95 = (float(np.percentile(self.took, at)) for at in (50, 95))
        one = statistics.median(alone.took)
        return [
            f"{self.throughput:.1f}",
            f"{self.throughput / alone.throughput:.2f}",
            f"{p50 * 1000:.0f}",
            f"{p95 * 1000:.0f}",
            f"{p95 / one:.1f}",
            f"{self.processor / max(len(self.took), 1) * 1000:.0f}",
            str(self.errors),
            str(self.wrong),
            f"{self.megabytes:.0f}",
        ]


def resident() -> float:
    """Return the megabytes of this process in memory (Linux; 0 elsewhere)."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)


def own_usage() -> tuple[float, float]:
    """Return that of this process."""
    return time.process_time(), resident()


def _usage_of(address: str) -> Usage:
    import httpx

    def usage() -> tuple[float, float]:
        lines = httpx.get(f"{address.rstrip('/')}/metrics", trust_env=False).raise_for_status().text.splitlines()
        values = dict(line.rsplit(" ", 1) for line in lines if line.startswith("process_"))
        return float(values["process_cpu_seconds_total"]), float(values["process_resident_memory_bytes"]) / 1e6

    return usage


def distinct_questions() -> list[str]:
    """Return the questions of the shipped text's file that stand alone, each once."""
    records = map(json.loads, _OWN.read_text(encoding="utf-8").splitlines())
    return list(dict.fromkeys(one["question"] for one in records if "question" in one))


async def run(ask: Ask, people: int, questions: Sequence[str], alone: dict[str, Any], usage: Usage = own_usage) -> Run:
    """Let so many people ask all questions, each the next one of them."""
    measured = Run()
    left = iter(questions)

    async def person(name: str) -> None:
        for question in left:
            start = time.perf_counter()
            try:
                reply = await ask(name, question)
            except Exception as error:
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
                measured.errors += 1
                continue
            measured.took.append(time.perf_counter() - start)
            if alone.setdefault(question, reply) != reply:
                measured.wrong += 1

    (used, _), begun = usage(), time.perf_counter()
    await asyncio.gather(*(person(f"person-{number}") for number in range(people)))
    measured.seconds = time.perf_counter() - begun
    now, measured.megabytes = usage()
    measured.processor = now - used
    return measured


@contextmanager
def _unbatched() -> Iterator[None]:
    with patch.object(MicroBatcher, "__call__", lambda self, items: self._compute(items)):
        yield


def _in_process(ask_engine: Callable[[str], Reply], at_once: int) -> Ask:
    queue = QuestionQueue(at_once=at_once)

    async def ask(client: str, question: str) -> Any:
        with queue.place(client) as place:
            return reply_as_json(await place.run(ask_engine, question), None)

    return ask


def _over_http(address: str, most: int) -> Ask:
    import httpx

    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
    client = httpx.AsyncClient(base_url=address, timeout=600, limits=limits, trust_env=False)

    async def ask(_: str, question: str) -> Any:
        response = await client.post("/api/v1/ask", json={"question": question})
        response.raise_for_status()
        return response.json()

    return ask


_SAME = "the same few again"
_HEAD = (
    "| questions | people | a second | × alone | p50 ms | p95 ms | p95 ÷ alone | processor ms each | errors | wrong "
    "| MB after |"
)


async def _table(
    options: argparse.Namespace, ways: dict[str, Ask], engine_alone: Ask, usage: Usage = own_usage
) -> list[str]:
    """Return the rows: one who asks alone, then each way with each number of people."""
    distinct = distinct_questions()
    replies: dict[str, Any] = {}
    await run(engine_alone, 1, distinct, replies, usage)  # the first time, files and tables are opened
    alone = await run(engine_alone, 1, distinct, replies, usage)
    lines = [_HEAD, "|---|---|---|---|---|---|---|---|---|---|---|", row("one who asks", 1, *alone.cells(alone))]
    for name, ask in ways.items():
        # Each row goes on where the one before ended, so that none asks what a server still remembers.
        asked = itertools.cycle(distinct[: options.same] if name == _SAME else distinct)
        for people in options.people:
            questions = list(itertools.islice(asked, max(options.questions, people)))
            with _unbatched() if "without" in name else nullcontext():
                measured = await run(ask, people, questions, replies, usage)
            lines.append(row(name, people, *measured.cells(alone)))
            sys.stderr.write(lines[-1] + "\n")
    return lines


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 4, 16, 128], metavar="N", help="%(default)s")
    parser.add_argument("--questions", type=int, default=500, metavar="N", help="of each row (%(default)s)")
    parser.add_argument("--same", type=int, default=20, metavar="N", help="questions asked again (%(default)s)")
    parser.add_argument("--at-once", type=int, default=QUEUE.at_once, metavar="N", help="threads (%(default)s)")
    parser.add_argument("--address", metavar="URL", help="of a server, instead of an engine in this process")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the markers of FILE")
    options = parser.parse_args()
    people = " ".join(map(str, options.people))
    command = f"python -m benchmarks.load --people {people} --questions {options.questions}"
    heading = where(f"{command} --address {options.address}" if options.address else command)
    os.environ["HF_HUB_OFFLINE"] = "1"  # the model is a folder; nothing here should ask a hub
    with tempfile.TemporaryDirectory() as folder:
        if options.address:
            ask = _over_http(options.address, max(options.people))
            usage = _usage_of(options.address)
            lines = asyncio.run(_table(options, {"distinct": ask, _SAME: ask}, ask, usage))
        else:
            embedder = open_embedder(BUNDLED_NAME)
            index = Index.build(Path(folder) / "index", [load(SHIPPED)], embedder, progress=False)
            engine = Engine(index, embedder, Settings())
            plain = _in_process(engine.ask, options.at_once)
            ways = {"distinct": plain, "distinct, without batching": plain}
            ways[_SAME] = _in_process(FreshEngine(engine).ask, options.at_once)
            lines = asyncio.run(_table(options, ways, _in_process(engine.ask, 1)))
    put("\n".join([heading, *lines]) + "\n", "load over HTTP" if options.address else "load", options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
