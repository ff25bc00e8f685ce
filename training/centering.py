"""Measures the common components of token vectors: python -m training.centering --news FILE.jsonl.gz

FILE has one JSON object a line with a `text` (CRUD_RAG's news, Apache-2.0). Writes index/data/e5-small-q4.npz: the
mean of the token vectors of 300 news passages, and the 8 directions in which they vary most.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from pathlib import Path

import numpy as np

from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder

_ROOT = Path(__file__).parent.parent
_PASSAGES = 300
_LONGEST = 700
"""Characters: about what the model reads of a text."""
_DIRECTIONS = 8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=Path, required=True)
    with gzip.open(parser.parse_args().news, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"][:_LONGEST] for line in file]
    texts = random.Random(3).sample(texts, _PASSAGES)
    batches = open_embedder(BUNDLED_NAME).encode_passages(texts, progress=True)
    hidden = np.concatenate([batch.hidden for batch in batches])
    mean = hidden.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(hidden - mean, rowvar=False))
    directions = vectors[:, ::-1][:, :_DIRECTIONS].T
    path = _ROOT / "index" / "data" / f"{BUNDLED_NAME}.npz"
    np.savez(path, mean=mean.astype(np.float32), directions=directions.astype(np.float16))
    sys.stdout.write(f"{path}: {len(hidden)} tokens of {len(texts)} passages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
