"""Which embedder a name opens.

The bundled model runs on OpenVINO (`openvino_encoder`), or, like every other model, on sentence-transformers and torch
(`sentence_transformers_encoder`). Each is imported only when it is opened. `YUANWEN_ENCODER` in the environment,
`openvino` or `torch`, chooses for the bundled model; unset, it is torch where that sees a CUDA device, else OpenVINO
where it runs.
"""

from __future__ import annotations

import os
import shutil

from corpus.errors import EmbedderError
from index import index_messages
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME


def open_embedder(name: str) -> Embedder:
    """Return the embedder that `--model` names. Raises EmbedderError if there is none."""
    choice = os.environ.get("YUANWEN_ENCODER") or ("torch" if _has_cuda() else "")
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


def _has_cuda() -> bool:
    if shutil.which("nvidia-smi") is None:  # no driver: torch, which takes seconds to import, is not asked
        return False
    import torch

    return torch.cuda.is_available()
