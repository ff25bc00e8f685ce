"""Measures the time of a question on the shipped text, in all and by stage, compared with other systems.

    python -m benchmarks.question [--rounds 3] [--write docs/performance.md]

The other systems are those of benchmarks/retrieval.py, with the same model: sentence-transformers with a flat FAISS
index, as in retrievers of LangChain or LlamaIndex, and txtai's hybrid search. In each round, one system after the other
answers all questions, because the idle threads of one would disturb the next. All questions are asked once before. The
table also shows how often each system has a right passage first, because a fast wrong answer is worth little.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.report import Stages, put, row, spread, where
from benchmarks.retrieval import Ours, Search, dense, shipped, txtai
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder

_STAGES = {
    "encode": "reading the question",
    "dense": "nearest vectors",
    "lexical": "BM25",
    "tokens": "token vectors from disk",
    "missing": "words that the text never mentions",
    "rest": "late interaction, confidence, quotes, all else",
    "whole": "**whole**",
}


def main() -> int:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="times that all is asked (%(default)s)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the markers of FILE")
    options = parser.parse_args()
    heading = where(f"python -m benchmarks.question --rounds {options.rounds}")
    os.environ["HF_HUB_OFFLINE"] = "1"  # the model is a folder; nothing here should ask a hub

    one = shipped(None)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(one, Path(folder) / "index", open_embedder(BUNDLED_NAME))
        systems: dict[str, Search] = {(plain := "dense alone"): dense(one.texts), **txtai(one.texts), "**ours**": ours}
        right = {
            name: [bool(rows := search(question.text)) and rows[0] in question.gold for question in one.questions]
            for name, search in systems.items()
        }
        stages = Stages()
        stages.watch_engine(ours.engine)
        took: dict[str, list[list[float]]] = {name: [[] for _ in range(options.rounds)] for name in systems}
        for number in range(options.rounds):
            for name, search in systems.items():
                for question in one.questions:
                    start = time.perf_counter()
                    stages.call(search, question.text) if search is ours else search(question.text)
                    took[name][number].append((time.perf_counter() - start) * 1000)
    medians = {name: [statistics.median(some) for some in rounds] for name, rounds in took.items()}
    lines = [
        heading,
        f"{len(one.questions)} questions, each {options.rounds} times; in brackets the least and the greatest round.\n",
        "| system | ms a question, p50 | p95 | × dense alone | right passage first |",
        "|---|---|---|---|---|",
    ]
    for name, rounds in took.items():
        ratios = [own / base for own, base in zip(medians[name], medians[plain], strict=True)]
        p95 = [float(np.percentile(some, 95)) for some in rounds]
        share = f"{np.mean(right[name]):.3f}"
        lines.append(row(name, spread(medians[name]), spread(p95), spread(ratios, ".2f"), share))
    lines += ["", "| of ours | ms, p50 | p95 |", "|---|---|---|"]
    for stage, label in _STAGES.items():
        times = stages.times.get(stage, [0.0])
        lines.append(row(label, f"{statistics.median(times):.1f}", f"{np.percentile(times, 95):.1f}"))
    put("\n".join(lines) + "\n", "question", options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
