"""The network of the reader (`qa/ranking/reader.py`) for the vectors of a model, opened once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.encoders.e5_weights import BUNDLED_NAME, model_folder
from index.encoders.openvino_reader import ReaderNetwork

WEIGHTS = Path(__file__).parent / f"reader-{BUNDLED_NAME}.npz"


@cache
def network_for(embedder_name: str) -> ReaderNetwork | None:
    """Return the network that was trained on the vectors of a model; None if there is none."""
    if embedder_name != BUNDLED_NAME or not WEIGHTS.is_file():
        return None
    return ReaderNetwork.open(WEIGHTS, model_folder("reader"))
