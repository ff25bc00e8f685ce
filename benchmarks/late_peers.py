"""Compares late interaction over all passages with fast-plaid, on the same token vectors: recall, time, bytes.

    python -m benchmarks.late_peers --data news.jsonl.gz --peer PYTHON [--passages 20000] [--questions 50]

`--peer` is the Python of an environment of its own, because fast-plaid needs another version of torch than ours:

    python -m venv peer && peer/bin/python -m pip install fast-plaid

`--data` is as in benchmarks/scale.py, which synthesises the token vectors. Right are the ten passages with the highest
sum, over the question's tokens, of the best cosine among the passage's tokens, computed of all passages with 8 bits a
component. All tokens weigh the same, because fast-plaid knows no weights. Ours are the candidates of dense search and
BM25, compared by token vectors in 3 bits, without the other features of `qa.ranking.late_interaction`. Both get the
encoded question, and are asked one question at a time, in turn. Our bytes include what both searches need.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import row, where
from benchmarks.scale import Synthesising, build, passages
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.index_settings import INDEX
from index.query import WeightedQuery
from index.searcher import Index
from qa.evaluate import read_questions
from qa.qa_settings import ANSWERS
from qa.ranking.late_interaction import Query

_QUESTIONS = Path(__file__).parent / "questions" / "sco-2021.jsonl"
_TOP = 10
_PEER = """
import json, os, sys, time
import numpy as np, torch
from fast_plaid import search
if __name__ == "__main__":
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    folder = sys.argv[1]
    vectors, ends = np.load(f"{folder}/vectors.npy"), np.load(f"{folder}/ends.npy")
    texts = [torch.from_numpy(one.astype(np.float32)) for one in np.split(vectors, ends[:-1])]
    start = time.perf_counter()
    index = search.FastPlaid(index=f"{folder}/plaid", device="cpu")
    index.create(documents_embeddings=texts)
    print(json.dumps(time.perf_counter() - start), flush=True)
    for line in sys.stdin:
        one = torch.from_numpy(np.load(line.strip()))[None]
        start = time.perf_counter()
        (found,) = index.search(one, top_k=10, show_progress=False)
        print(json.dumps([[row for row, _ in found], time.perf_counter() - start]), flush=True)
"""


def _ours(index: Index, query: Query) -> tuple[list[int], float]:
    start = time.perf_counter()
    rows = index.search(query.lexical, query.encoded, ANSWERS.candidates).best(ANSWERS.candidates)
    tokens = index.tokens(rows)
    cosines = query.vectors @ tokens.values.astype(np.float32).T * tokens.scales
    heads = (np.cumsum(tokens.counts) - tokens.counts)[tokens.counts > 0]
    scores = np.maximum.reduceat(cosines, heads, axis=1).sum(axis=0)
    best = rows[tokens.counts > 0][np.argsort(-scores)[:_TOP]]
    return best.tolist(), time.perf_counter() - start


def _exact(vectors: np.ndarray[Any, Any], ends: np.ndarray[Any, Any], asked: np.ndarray[Any, Any]) -> list[int]:
    heads = np.concatenate([[0], ends[:-1]])
    best = np.maximum.reduceat(vectors @ asked.T, heads, axis=0)
    return [int(number) for number in np.argsort(-best.sum(axis=1))[:_TOP]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peer", type=Path, required=True, metavar="PYTHON")
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=50)
    options = parser.parse_args()
    if subprocess.run([options.peer, "-c", "import fast_plaid"], check=False).returncode:
        parser.error("fast-plaid is missing there: see --help")
    heading = where(f"python -m benchmarks.late_peers --passages {options.passages} --questions {options.questions}")
    stream = passages(options.data)
    embedder = Synthesising(open_embedder(BUNDLED_NAME), [next(stream) for _ in range(40_000)][::20])
    asked = [one.turns[-1] for one in read_questions(_QUESTIONS.read_text(encoding="utf-8").split("\n"), name="")]
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        vars(INDEX)["small_token_rows"] = 1 << 62  # the peer gets the vectors in 8 bits
        build(folder / "fine", options.data, options.passages, 500, embedder)
        vars(INDEX)["small_token_rows"] = 0
        start = time.perf_counter()
        build(folder / "ours", options.data, options.passages, 500, embedder)
        built = time.perf_counter() - start
        fine, ours = Index.open(folder / "fine"), Index.open(folder / "ours")
        tokens = fine.tokens(np.arange(fine.manifest.rows))
        vectors, ends = tokens.values.astype(np.float32) * tokens.scales[:, None], np.cumsum(tokens.counts)
        np.save(folder / "vectors.npy", vectors.astype(np.float16))
        np.save(folder / "ends.npy", ends)
        command = [options.peer, "-c", _PEER, work]
        recalls: dict[str, list[float]] = {"ours": [], "fast-plaid": []}
        times: dict[str, list[float]] = {"ours": [], "fast-plaid": []}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
            assert peer.stdin is not None
            assert peer.stdout is not None
            building = {"ours": built, "fast-plaid": float(json.loads(peer.stdout.readline()))}
            for text in asked[:: max(1, len(asked) // options.questions)]:
                weighted = WeightedQuery.of(text)
                query = Query.of(weighted, embedder.encode_questions([text]), ours.common.tokens, embedder)
                np.save(folder / "question.npy", query.vectors)
                right = _exact(vectors, ends, query.vectors)
                peer.stdin.write(f"{folder / 'question.npy'}\n")
                peer.stdin.flush()
                answers = {"fast-plaid": json.loads(peer.stdout.readline()), "ours": _ours(ours, query)}
                for name, (found, seconds) in answers.items():
                    recalls[name].append(len({*found} & {*right}) / len(right))
                    times[name].append(seconds * 1000)
            peer.stdin.close()
        sizes = {"ours": folder / "ours" / "segments", "fast-plaid": folder / "plaid"}
        lines = [
            heading,
            f"{len(ends):,} passages of {len(vectors) / len(ends):.1f} tokens.\n",
            "| system | of the exact ten | ms a question, p50 | p95 | bytes a passage | built, s |",
            "|---" * 6 + "|",
        ]
        for name, of in sizes.items():
            size = sum(path.stat().st_size for path in of.rglob("*") if path.is_file()) / len(ends)
            p50, p95 = (f"{np.percentile(times[name], share):.1f}" for share in (50, 95))
            lines.append(row(name, f"{np.mean(recalls[name]):.3f}", p50, p95, f"{size:,.0f}", f"{building[name]:.0f}"))
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
