"""Opens an encoder by its name.

The bundled model runs on OpenVINO (`openvino_encoder`), or, like every other model, on sentence-transformers and torch
(`sentence_transformers_encoder`). Each module is imported only when it is needed. The environment variable
`YUANWEN_ENCODER`, `openvino` or `torch`, chooses for the bundled model. By default it runs on torch if torch sees a
CUDA device, else on OpenVINO if that runs here, else on torch.
"""

from __future__ import annotations

import os
import shutil

from corpus.errors import EmbedderError
from index import index_messages
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME


def open_embedder(name: str) -> Embedder:
    """Return the encoder with the name that `--model` takes. Raises EmbedderError if there is none."""
    choice = _choice()
    if choice not in ("", "openvino", "torch"):
        raise EmbedderError(index_messages.NO_ENCODER.format(choice=choice))
    if name == BUNDLED_NAME and choice != "torch":
        from index.encoders.openvino_encoder import OpenVinoEmbedder, OpenVinoUnavailable

        try:
            return OpenVinoEmbedder.from_bundled()
        except OpenVinoUnavailable:
            if choice:
                raise
    from index.encoders.sentence_transformers_encoder import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder.from_name(name)


def runs_on_torch() -> bool:
    """Return whether the bundled model is to run on torch."""
    return _choice() == "torch"


def _choice() -> str:
    return os.environ.get("YUANWEN_ENCODER") or ("torch" if cuda_is_there() else "")


def cuda_is_there() -> bool:
    """Return whether torch sees a CUDA device."""
    if shutil.which("nvidia-smi") is None:  # without a driver, save the seconds of importing torch
        return False
    import torch

    return torch.cuda.is_available()
