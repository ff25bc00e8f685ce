"""Times adding a document to an index, and opening it: this checkout against another one, in one run.

    python -m benchmarks.changes --against ../yuanwen-before

Both get the same made-up documents, and a stand-in for the model that gives random vectors at once, so that the store
is what is timed. Rounds alternate between the checkouts. It prints the medians and their ratios: of the wall clock, and
of the processor's time, which says more on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_MEASURE = """
import hashlib, json, random, sys, time
from pathlib import Path
import numpy as np
from corpus.source import Source
from index.encoders.base import Encoded
from index.library import Library, NewDocument  # where both checkouts have them
from index.searcher import Index

class Embedder:
    name, fingerprint, dimension = "random", "0" * 16, 384
    def encode_passages(self, texts, *, progress=False):
        yield self.encode_questions(texts)
    def encode_questions(self, texts):
        counts = [max(1, len(text) // 2) for text in texts]
        starts = np.cumsum([0, *counts]).astype(np.int64)
        seed = int(hashlib.sha256("".join(texts).encode()).hexdigest()[:8], 16)
        hidden = np.random.default_rng(seed).standard_normal((starts[-1], 384), np.float32)
        hidden /= np.linalg.norm(hidden, axis=1, keepdims=True)
        offsets = np.concatenate([np.stack([np.arange(n), np.arange(1, n + 1)], 1) for n in counts]).astype(np.int32)
        vectors = np.add.reduceat(hidden, starts[:-1])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Encoded(vectors, hidden, np.zeros(starts[-1], np.int64), offsets, starts)
    def surprisal(self, token_ids):
        return np.ones(len(token_ids), np.float32)

folder, documents = Path(sys.argv[1]), int(sys.argv[2])
random.seed(1)
letters = [chr(0x4E00 + number) for number in range(3000)]
def text():
    return "\\n".join("".join(random.choices(letters, k=random.randint(30, 200))) + "。" for _ in range(60))
texts = [text() for _ in range(documents)]
def new(number):
    return NewDocument(str(number), str(number), lambda: Source.from_bytes(f"d{number}", texts[number].encode(), None))
embedder = Embedder()
library = Library(folder, lambda: embedder)
[*library.add([new(0), new(1)])]
def timed(action, times):
    wall, cpu = time.perf_counter(), time.process_time()
    for number in times:
        action(number)
    count = len(times)
    return [(time.perf_counter() - wall) / count * 1e3, (time.process_time() - cpu) / count * 1e3]
found = {"add": timed(lambda number: [*library.add([new(number)])], range(2, documents))}
found["open"] = timed(lambda _: Index.open(folder), range(30))
print(json.dumps(found))
"""


def main() -> None:
    """Print the medians of both checkouts, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--against", type=Path, required=True, metavar="CHECKOUT")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    here = Path(__file__).parents[1]
    found: dict[str, list[dict[str, list[float]]]] = {"here": [], "there": []}
    for number in range(options.rounds):
        order = [("here", here), ("there", options.against)]
        for name, checkout in order if number % 2 else reversed(order):
            found[name].append(_measure(checkout.resolve(), options.documents))
    for action in ("add", "open"):
        for place, clock in enumerate(("wall", "processor")):
            mine, other = (statistics.median(one[action][place] for one in found[name]) for name in ("here", "there"))
            sys.stdout.write(
                f"{action:5} {clock:9} {mine:8.2f} ms here {other:8.2f} ms there  ratio {mine / other:.2f}\n"
            )


def _measure(checkout: Path, documents: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _MEASURE, f"{folder}/index", str(documents)]
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        ran = subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True, text=True)
    result: dict[str, list[float]] = json.loads(ran.stdout)
    return result


if __name__ == "__main__":
    main()
