"""Measures how the index grows: time to build, disk, memory, and a question's time by stage, at several sizes.

    python -m benchmarks.scale --data news.jsonl.gz [--sizes 1000 10000] [--in-document 500] [--work DIR]

`--data` is gzipped JSON lines with a `text`, cut into passages of one or two sentences, in documents of `--in-document`
passages. If the data is too small, more passages are made from the halves of two. The model encodes `--embedded` of
them; each other vector is synthesised from an encoded one, moved towards another one and by noise. The model encodes
the questions, and the names of the documents. Each index is asked in its own process, and compared there with a flat
FAISS index of the same vectors. At last ten passages are added while it is open. The script prints a JSON object for
each size; `--write docs/performance.md` writes them as a table with a plot (matplotlib). `--records FILE` writes the
output of an earlier run instead.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.report import Stages, put, row, where
from corpus.source import Source
from index.encoders.base import Embedder, Encoded, Vectors, unit_rows
from index.encoders.centering import center
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.fresh_engine import FreshEngine

_QUESTIONS = Path(__file__).parent / "questions" / "sco-2021.jsonl"
_SHORTEST, _LONGEST = 13, 60
"""Characters of a passage; what is shorter is a document's name."""
_NOISE = 0.3
_CLOSEST = 50


class Synthesising:
    """Encodes the first texts with the model, and synthesises the vectors of the others from theirs."""

    def __init__(self, embedder: Embedder, texts: Sequence[str]) -> None:
        self.name, self.fingerprint, self.dimension = embedder.name, embedder.fingerprint, embedder.dimension
        self._embedder = embedder
        self._read = [batch.text(row) for batch in embedder.encode_passages(texts) for row in range(len(batch.vectors))]
        self._lengths = [len(text) for text in texts]
        generator = np.random.default_rng(0)
        self._noise = (generator.standard_normal((8192, self.dimension)) / self.dimension**0.5).astype(np.float32)

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return self._embedder.encode_questions(texts)

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._embedder.surprisal(token_ids)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        for start in range(0, len(texts), 1024):
            yield self._made_up(texts[start : start + 1024])

    def _named(self, text: str) -> Encoded:
        (batch,) = self._embedder.encode_passages([text])
        return batch

    def _made_up(self, texts: Sequence[str]) -> Encoded:
        vectors, hidden, ids, offsets = [], [], [], []
        for text in texts:
            if len(text) < _SHORTEST:
                name = self._named(text)
                vectors.append(name.vectors[0])
                hidden.append(name.hidden)
                ids.append(name.token_ids)
                offsets.append(name.offsets)
                continue
            chance = random.Random(text)
            number, other = chance.randrange(len(self._read)), chance.randrange(len(self._read))
            one = self._read[number]
            at = chance.randrange(len(self._noise) - len(one.hidden) - 1)
            share = chance.uniform(0.3, 1)
            vectors.append(one.vectors[0] + share * self._read[other].vectors[0] + _NOISE * self._noise[at])
            scale = _NOISE * float(np.linalg.norm(one.hidden[0])) if len(one.hidden) else 0.0
            hidden.append(one.hidden + scale * self._noise[at : at + len(one.hidden)])
            ids.append(one.token_ids)
            places = (one.offsets * (len(text) / max(self._lengths[number], 1))).astype(np.int32)
            places[:, 1] = np.maximum(places[:, 1], places[:, 0] + 1)
            offsets.append(places)
        starts = np.cumsum([0, *map(len, hidden)]).astype(np.int64)
        return Encoded(
            unit_rows(np.array(vectors, np.float32)),
            np.concatenate(hidden),
            np.concatenate(ids),
            np.concatenate(offsets),
            starts,
        )


def passages(data: Path) -> Iterator[str]:
    """Yield the sentences of the data, then endlessly new ones made from their halves."""
    texts: list[str] = []
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        for line in lines:
            for sentence in re.findall(r"[^。！？；!?;\s][^。！？；!?;\n]{11,}[。！？；!?;]", json.loads(line)["text"]):
                texts.append(sentence[-_LONGEST:])
                yield texts[-1]
    chance = random.Random(0)
    while True:
        first, second = chance.choice(texts), chance.choice(texts)
        yield first[: len(first) // 2] + second[len(second) // 2 :]


def memory() -> dict[str, int]:
    """Return the memory of this process in MB: VmRSS, its parts RssAnon and RssFile, and its peak VmHWM (Linux)."""
    lines = [line.split() for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines()]
    return {line[0].rstrip(":"): round(int(line[1]) / 1024) for line in lines if line[-1] == "kB"}


def build(folder: Path, data: Path, size: int, in_document: int, embedder: Embedder) -> tuple[float, int]:
    """Build an index of `size` passages, document after document; return the seconds, and the most memory in MB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # VmHWM counts from here
    stream = passages(data)

    def documents() -> Iterator[NewDocument]:
        for number in range(0, size, in_document):
            text = "\n".join(next(stream) for _ in range(min(in_document, size - number)))
            name = f"news-{number // in_document}"
            source = Source.from_bytes(name, text.encode(), None)
            yield NewDocument(name, name, lambda source=source: source)  # type: ignore[misc]

    start = time.perf_counter()
    for _ in Library(folder, lambda: embedder).add(documents()):
        pass
    return time.perf_counter() - start, memory()["VmHWM"]


def add_one(folder: Path, embedder: Embedder, name: str = "湖") -> float:
    """Return the seconds for adding a document of ten passages, without its embedding."""
    text = "\n".join(f"第{number}天，{name}面结了{number}厘米的冰。" for number in range(10))
    source = Source.from_bytes(name, text.encode(), None)
    start = time.perf_counter()
    for _ in Library(folder, lambda: embedder).add([NewDocument(name, name, lambda: source)]):
        pass
    return time.perf_counter() - start


def ask(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Open an index, ask the questions, and return the times, in milliseconds unless the key names another unit."""
    import faiss

    embedder = open_embedder(BUNDLED_NAME)
    start = time.perf_counter()
    index = Index.open(folder)
    opened = time.perf_counter() - start
    start = time.perf_counter()
    engine = Engine(index, embedder, Settings())
    engine.ask(questions[0])
    first = time.perf_counter() - start
    for question in questions:
        engine.ask(question)  # warm-up
    stages = Stages()
    stages.watch_engine(engine)
    for question in questions:
        stages.call(engine.ask, question)
    resident = memory()
    record = {
        "rows": index.manifest.rows,
        "segments": len(index.manifest.segments),
        "shortlist": None if index.manifest.shortlist is None else index.manifest.shortlist.model_dump(),
        "open_ms": round(opened * 1000, 1),
        "first_question_s": round(first, 2),
        "resident_mb": {name: resident[name] for name in ("VmRSS", "RssAnon", "RssFile", "VmHWM")},
        "p50_p95": {
            stage: [round(float(np.percentile(times, share)), 1) for share in (50, 95)]
            for stage, times in sorted(stages.times.items())
        },
    }
    encoded = [embedder.encode_questions([question]) for question in questions]
    vectors = np.concatenate([center(index.common.question_mean, one.vectors) for one in encoded])
    flat = faiss.IndexFlatIP(index.manifest.model.dimension)
    for segment in index.segments:
        flat.add(segment.vector_store.vectors.astype(np.float32))
    times = {"flat": [], "ours": []}  # type: dict[str, list[float]]
    kept = []
    for vector in vectors:
        start = time.perf_counter()
        _, exact = flat.search(vector[None], min(_CLOSEST, flat.ntotal))
        times["flat"].append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        (rows,) = index._dense.search(vector[None], _CLOSEST)
        times["ours"].append((time.perf_counter() - start) * 1000)
        kept.append(np.isin(exact[0], rows).mean())
    record["dense_p50"] = {name: round(float(np.median(one)), 1) for name, one in times.items()}
    record["recall_at_50"] = round(float(np.mean(kept)), 4)
    del flat
    fresh = FreshEngine(engine)
    add_one(folder, embedder, "河")
    start = time.perf_counter()
    fresh.ask(questions[1])
    record["changed_question_s"] = round(time.perf_counter() - start, 2)
    return record


def report(records: Sequence[dict[str, Any]], page: Path, heading: str) -> None:
    """Put the table between the markers of `page`, and the plot `images/growth.svg` beside it."""
    lines = [
        heading,
        "| passages | build, s | most memory then, MB | add ten passages, s | disk, GB | open, ms | resident, MB "
        "| of it files | recall@50 | nearest vectors, ms: ours / flat FAISS | first question, s "
        "| the first after a change, s | question, ms: p50 | p95 | of it encoding, p50 |",
        "|---" * 15 + "|",
    ]
    for one in records:
        stages, resident = one["p50_p95"], one["resident_mb"]
        lines.append(
            row(
                f"{one['passages']:,}",
                one["build_s"],
                one["build_peak_mb"],
                one["add_one_s"],
                f"{one['disk_mb'] / 1024:.2f}",
                one["open_ms"],
                resident["VmRSS"],
                resident["RssFile"],
                f"{one['recall_at_50']:.3f}",
                f"{one['dense_p50']['ours']} / {one['dense_p50']['flat']}",
                one["first_question_s"],
                one["changed_question_s"],
                *stages["whole"],
                stages["encode"][0],
            )
        )
    put("\n".join(lines) + "\n\n![Growth](images/growth.svg)\n", "growth", page)
    plot(records, page.parent / "images" / "growth.svg")


def plot(records: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw a question's time, the memory and the time to build over the number of passages, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "yuanwen"  # the same picture for the same numbers
    import matplotlib.pyplot as plt

    sizes = [one["passages"] for one in records]
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    for panel, title, curves in zip(
        panels,
        ("a question, ms (median)", "resident memory, MB", "building, s"),
        (
            {stage: [one["p50_p95"][stage][0] for one in records] for stage in ("whole", "encode", "dense", "lexical")},
            {"of one process": [one["resident_mb"]["VmRSS"] for one in records]},
            {"vectors made up": [one["build_s"] for one in records]},
        ),
        strict=True,
    ):
        for name, values in curves.items():
            panel.loglog(sizes, values, marker="o", label=name)
        panel.set_title(title)
        panel.set_xlabel("passages")
        panel.legend()
    figure.savefig(path, metadata={"Date": None})


def main() -> int:
    """Print a JSON object for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--in-document", type=int, default=500, metavar="N", help="passages a document (%(default)s)")
    parser.add_argument("--embedded", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--work", type=Path, help="where the indexes go for the while (8 KB a passage)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the markers of FILE")
    parser.add_argument("--records", type=Path, metavar="FILE", help="what an earlier run printed; no new one")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [line["question"] for line in map(json.loads, lines) if "question" in line][:: 277 // options.questions]
    if options.ask is not None:
        sys.stdout.write(json.dumps(ask(options.ask, questions), ensure_ascii=False) + "\n")
        return 0
    documents = (
        "" if options.in_document == parser.get_default("in_document") else f" --in-document {options.in_document}"
    )
    heading = where(f"python -m benchmarks.scale --sizes {' '.join(map(str, options.sizes))}{documents}")
    if options.records is not None:
        if options.write is None:
            parser.error("--records goes with --write")
        records = [json.loads(line) for line in options.records.read_text(encoding="utf-8").splitlines()]
        report(records, options.write, heading)
        return 0
    if options.data is None:
        parser.error("--data is missing")
    records = []
    stream = passages(options.data)
    texts = [next(stream) for _ in range(20 * options.embedded)]
    embedder = Synthesising(open_embedder(BUNDLED_NAME), texts[::20])
    for size in options.sizes:
        folder = Path(tempfile.mkdtemp(prefix="yuanwen-scale-", dir=options.work))
        try:
            seconds, most = build(folder / "index", options.data, size, options.in_document, embedder)
            disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            more = add_one(folder / "index", embedder)
            command = [sys.executable, "-m", "benchmarks.scale", "--ask", str(folder / "index")]
            command += ["--questions", str(options.questions)]
            query = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            building = {"build_s": round(seconds, 1), "build_peak_mb": most, "add_one_s": round(more, 2)}
            records.append({"passages": size, "disk_mb": disk >> 20} | building | json.loads(query.stdout))
            sys.stdout.write(json.dumps(records[-1], ensure_ascii=False) + "\n")
            sys.stdout.flush()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if options.write is not None:
        report(records, options.write, heading)
    return 0


if __name__ == "__main__":
    sys.exit(main())
