"""Measures the ranges of the inputs of the bundled model's products: python -m training.ranges --news FILE.jsonl.gz

FILE has one JSON object a line with a `text` (CRUD_RAG's news, Apache-2.0). Writes index/data/e5-small-q4-ranges.npz:
the lowest and highest value of each channel over 300 news passages and the everyday questions of index/data. The
8-bit encoder rounds to 256 values between them (`index/encoders/openvino_graph.py`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index.encoders.centering import questions
from index.encoders.e5_weights import PROMPTS, RANGES, read_weights
from index.encoders.openvino_encoder import Files, open_core
from index.encoders.openvino_graph import STEPS, Ranges, build_graph

_PASSAGES = 300
_LONGEST = 700
"""Characters: about what the model reads of a text."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=Path, required=True)
    with gzip.open(parser.parse_args().news, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"][:_LONGEST] for line in file]
    passages = random.Random(3).sample(texts, _PASSAGES)
    readable = [PROMPTS["passage"] + text for text in passages] + [PROMPTS["query"] + text for text in questions()]

    weights = read_weights()
    compiled = open_core().compile_model(
        build_graph(weights, None, inspect=True), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    files = Files.of_bundled()
    layers = weights.sizes["num_hidden_layers"]
    low: dict[str, list[list[np.ndarray]]] = {step: [[] for _ in range(layers)] for step in STEPS}
    high: dict[str, list[list[np.ndarray]]] = {step: [[] for _ in range(layers)] for step in STEPS}
    for ids, _ in tqdm(files.reader.read(readable), disable=None):
        outputs = compiled(files.inputs([ids]))
        for number in range(layers * len(STEPS)):
            layer, step = divmod(number, len(STEPS))
            values = outputs[1 + number][0, : len(ids)]
            low[STEPS[step]][layer].append(values.min(axis=0))
            high[STEPS[step]][layer].append(values.max(axis=0))
    Ranges(
        {step: np.array([np.min(some, axis=0) for some in low[step]]) for step in STEPS},
        {step: np.array([np.max(some, axis=0) for some in high[step]]) for step in STEPS},
    ).write(RANGES)
    sys.stdout.write(f"{RANGES}: {len(readable)} texts\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
