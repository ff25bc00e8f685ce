"""What identifies a sentence-transformers model, and how common its tokens are."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from index.encoders.base import Vectors
from index.index_settings import ENCODER

_READING = "long passages in parts"
"""How `sentence_transformers_encoder` reads. Change it when the same model gives other vectors than before."""


def fingerprint(model: Any) -> str:
    """Return 16 hex digits: a digest of the model's weights and of whatever else determines its vectors."""
    modules = [[type(module).__name__, str(getattr(module, "pooling_mode", ""))] for module in model]
    settings = [modules, model.prompts, model.max_seq_length, _READING]
    if more := [_more_settings(module) for module in model if _more_settings(module)]:
        settings.append(more)
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    for name, values in sorted(model.state_dict().items()):
        if ".pooler." in name:  # BERT's own pooling layer is unused, and random if the file lacks it
            continue
        flat = values.detach().flatten()
        sample = flat[:: max(1, len(flat) // ENCODER.fingerprint_values)].float().cpu().numpy().astype("<f4")
        digest.update(f"{name} {tuple(values.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:16]


def _more_settings(module: Any) -> dict[str, Any]:
    """Return the settings of a module that change vectors, where the usual modules have none or their defaults."""
    names = (
        *("query_length", "document_length", "query_expansion"),
        *("skiplist_words", "skiplist_tasks", "keep_only_token_ids", "activation_function", "use_residual"),
    )
    found = {name: getattr(module, name, None) for name in names}
    found["leaves_out_prompt"] = getattr(module, "include_prompt", True) is False
    return {name: value for name, value in found.items() if value}


def surprisals(model: Any) -> Vectors:
    """Return each piece's surprisal in nats by the tokenizer's unigram model; without one, the same for all pieces."""
    fast = getattr(model.tokenizer, "backend_tokenizer", None)
    vocabulary = json.loads(fast.to_str())["model"] if fast is not None else {}
    size = len(model.tokenizer)
    if vocabulary.get("type") != "Unigram":
        return np.full(size, ENCODER.ordinary_surprisal, np.float32)
    scores = [-score for _, score in vocabulary["vocab"]]
    return np.array([*scores, *[0.0] * (size - len(scores))], np.float32)
