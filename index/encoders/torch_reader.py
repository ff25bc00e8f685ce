"""Runs the network of `index/encoders/openvino_reader.py` with torch, on a GPU, in float32."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from index.encoders.openvino_reader import EPSILON, FAR, Outputs, Pairs, ReaderWeights


class TorchReaderNetwork:
    """The network on a device of torch. Calls from several threads may overlap."""

    def __init__(self, weights: ReaderWeights, device: str) -> None:
        self._weights = weights
        self._device = torch.device(device)
        self._arrays = {name: self._tensor(values.astype(np.float32)) for name, values in weights.arrays.items()}

    def __call__(self, batches: Sequence[Pairs]) -> list[Outputs]:
        """Return the logits of each batch."""
        with torch.inference_mode():
            found = [self._compute(one) for one in batches]
            return [(logits.cpu().numpy(), places.cpu().numpy()) for logits, places in found]

    def _compute(self, pairs: Pairs) -> tuple[Tensor, Tensor]:
        vectors, features, whole = map(self._tensor, (pairs.vectors, pairs.features, pairs.globals))
        placed = self._tensor(self._weights.placed(pairs.segments, pairs.positions))
        far = self._tensor(np.where(pairs.mask, 0, FAR).astype(np.float32))[:, None, None, :]
        cosines = (vectors @ vectors.transpose(1, 2))[:, None]
        gain = 0.1 * math.sqrt(vectors.shape[2])
        state = self._linear(vectors, "project") * gain + self._linear(features, "features") + placed
        first = state[:, :1] + self._linear(whole, "globals")[:, None]
        before = state = torch.cat([first, state[:, 1:]], dim=1)
        for number in range(self._weights.layers):
            name = f"layers.{number}"
            similar = self._arrays[f"{name}.similar"]
            parts = self._linear(self._norm(state, f"{name}.before"), f"{name}.attend")
            parts = parts.reshape(*state.shape[:2], 3, len(similar), -1)
            query, key, value = parts.permute(2, 0, 3, 1, 4)
            if number + 1 == self._weights.layers:  # it computes the verdict's token alone
                before, state, query, cosines = state, state[:, :1], query[:, :, :1], cosines[:, :, :1]
            bias = cosines * similar[None, :, None, None] + far
            attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
            state = state + self._linear(attended.transpose(1, 2).flatten(2), f"{name}.out")
            wide = functional.gelu(self._linear(self._norm(state, f"{name}.middle"), f"{name}.widen"))
            state = state + self._linear(wide, f"{name}.narrow")
        verdict = self._linear(self._norm(state, "norm")[:, 0], "verdict") + self._linear(whole, "direct")
        return verdict[:, 0], self._linear(self._norm(before, "placed"), "places")

    def _linear(self, values: Tensor, name: str) -> Tensor:
        return functional.linear(values, self._arrays[f"{name}.weight"], self._arrays[f"{name}.bias"])

    def _norm(self, values: Tensor, name: str) -> Tensor:
        weight, bias = (self._arrays[f"{name}.{part}"] for part in ("weight", "bias"))
        return functional.layer_norm(values, values.shape[-1:], weight, bias, EPSILON)

    def _tensor(self, values: npt.NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, np.float32)).to(self._device)
