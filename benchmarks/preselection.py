"""Compares codes that preselect rows of a large index: how many of the closest they keep, and how long that takes.

    python -m benchmarks.preselection --index FOLDER [--write docs/performance.md]

`--index` is a large index of the bundled model. Each form codes its vectors, and is asked on one thread for the rows
closest to the questions of `benchmarks/questions`; right are the fifty that exact comparison finds. A cell has their
share among so many preselected rows, and the median milliseconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from benchmarks.report import put, row, where
from index.encoders.base import Vectors
from index.encoders.centering import center
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.search.dense import codes_of, widened
from index.searcher import Index

_QUESTIONS = Path(__file__).parent / "questions" / "sco-2021.jsonl"
_SIZES = (512, 1024, 2048, 4096, 8192)
_CLOSEST = 50


def _rabitq(vectors: Vectors) -> Any:
    index = faiss.IndexRaBitQFastScan(vectors.shape[1], faiss.METRIC_INNER_PRODUCT)
    index.train(np.zeros((1, vectors.shape[1]), np.float32))
    index.add(vectors)
    return index


def _trained(parts: int) -> Callable[[Vectors], Any]:
    def build(vectors: Vectors) -> Any:
        index = faiss.IndexPQFastScan(vectors.shape[1], parts, 4, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors[:: max(1, len(vectors) // 60_000)])
        index.add(vectors)
        return index

    return build


def _ours(vectors: Vectors) -> Any:
    return faiss.deserialize_index(np.frombuffer(codes_of(vectors.astype(np.float16)), np.uint8))


def measure(name: str, build: Callable[[Vectors], Any], vectors: Vectors, asked: Vectors, exact: Any) -> str:
    """Return the row of a form."""
    faiss.omp_set_num_threads(2)
    start = time.perf_counter()
    index = build(vectors)
    built = time.perf_counter() - start
    bytes_of_row = len(faiss.serialize_index(index)) / len(vectors)
    faiss.omp_set_num_threads(1)
    cells = []
    for size in _SIZES:
        times, kept = [], []
        for question, right in zip(asked, exact, strict=True):
            start = time.perf_counter()
            _, found = index.search(question[None], size)
            times.append((time.perf_counter() - start) * 1000)
            kept.append(np.isin(right, found[0]).mean())
        cells.append(f"{np.mean(kept):.4f}, {np.median(times):.1f}")
    return row(name, f"{bytes_of_row:.0f}", f"{built:.1f}", *cells)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the markers of FILE")
    options = parser.parse_args()
    opened = Index.open(options.index)
    embedder = open_embedder(BUNDLED_NAME)
    questions = [one["question"] for one in map(json.loads, _QUESTIONS.open(encoding="utf-8")) if "question" in one]
    mean = opened.common.question_mean
    asked = np.concatenate([center(mean, embedder.encode_questions([one]).vectors) for one in questions[::2]])
    vectors = np.concatenate([widened(segment.vector_store.vectors) for segment in opened.segments])
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    _, exact = flat.search(asked, _CLOSEST)
    del flat
    forms = {
        "RaBitQ, 1 bit a component (until format 8)": _rabitq,
        "product quantiser, trained on 60,000 rows, 1 bit": _trained(vectors.shape[1] // 4),
        "**product quantiser, the same for all indexes, 2 bits**": _ours,
        "product quantiser, trained on 60,000 rows, 2 bits": _trained(vectors.shape[1] // 2),
    }
    lines = [
        where("python -m benchmarks.preselection --index FOLDER") + f" {len(vectors):,} rows, {len(asked)} questions.",
        "",
        row("codes", "bytes a row", "built, s", *(f"{size:,}" for size in _SIZES)),
        "|---" * (3 + len(_SIZES)) + "|",
    ]
    lines += [measure(name, build, vectors, asked, exact) for name, build in forms.items()]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if options.write:
        put(text, "preselection", options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
