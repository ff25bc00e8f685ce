"""The network of the reader (`qa/ranking/reader.py`) for the vectors of a model, opened once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.encoders.e5_weights import BUNDLED_NAME, model_folder
from index.encoders.openvino_reader import Network, ReaderNetwork, ReaderWeights
from index.encoders.registry import cuda_is_there, runs_on_torch

WEIGHTS = Path(__file__).parent / f"reader-{BUNDLED_NAME}.npz"


@cache
def network_for(embedder_name: str) -> Network | None:
    """Return the network that was trained on the vectors of a model, or None. It runs where the model does."""
    if embedder_name != BUNDLED_NAME or not WEIGHTS.is_file():
        return None
    if runs_on_torch() and cuda_is_there():
        from index.encoders.torch_reader import TorchReaderNetwork

        return TorchReaderNetwork(ReaderWeights.read(WEIGHTS), "cuda")
    return ReaderNetwork.open(WEIGHTS, model_folder("reader"))
