"""The reader as a torch module. `qa/ranking/reader.py` runs the weights that it learns."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from qa.ranking.reader_inputs import FEATURES, GLOBALS


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of the model."""

    dimension: int = 384
    """Of a token vector."""
    width: int = 192
    layers: int = 4
    """The last one computes the verdict's token alone."""
    heads: int = 6
    middle: int = 384
    question: int = 48
    """The most tokens of a question."""
    passage: int = 240


class Layer(nn.Module):
    """A pre-norm transformer layer whose attention also knows the cosines of the token vectors."""

    def __init__(self, sizes: Sizes, dropout: float) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.before = nn.LayerNorm(sizes.width)
        self.attend = nn.Linear(sizes.width, 3 * sizes.width)
        self.out = nn.Linear(sizes.width, sizes.width)
        self.middle = nn.LayerNorm(sizes.width)
        self.widen = nn.Linear(sizes.width, sizes.middle)
        self.narrow = nn.Linear(sizes.middle, sizes.width)
        self.similar = nn.Parameter(torch.linspace(0, 6, sizes.heads))
        """What a cosine of 1 adds to the attention, for each head."""
        self.dropout = nn.Dropout(dropout)

    def forward(self, state: Tensor, cosines: Tensor, mask: Tensor, *, last: bool) -> Tensor:
        """Return the next state of all tokens; with `last`, of the first one alone."""
        pairs, tokens, width = state.shape
        parts = self.attend(self.before(state)).view(pairs, tokens, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        if last:
            state, query, cosines, tokens = state[:, :1], query[:, :, :1], cosines[:, :1], 1
        bias = cosines[:, None] * self.similar[None, :, None, None] + mask
        attended = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        state = state + self.dropout(self.out(attended.transpose(1, 2).reshape(pairs, tokens, width)))
        wide = nn.functional.gelu(self.widen(self.middle(state)))
        after: Tensor = state + self.dropout(self.narrow(wide))
        return after


class Reader(nn.Module):
    """Says of pairs of question and passage whether the passage answers, and where."""

    def __init__(self, sizes: Sizes, dropout: float = 0.1) -> None:
        super().__init__()
        self.sizes = sizes
        self.project = nn.Linear(sizes.dimension, sizes.width)
        self.features = nn.Linear(len(FEATURES), sizes.width)
        self.globals = nn.Linear(len(GLOBALS), sizes.width)
        self.segments = nn.Embedding(4, sizes.width)
        self.positions = nn.Embedding(2 * max(sizes.question, sizes.passage), sizes.width)
        nn.init.normal_(self.positions.weight, std=0.1)
        nn.init.normal_(self.segments.weight, std=0.3)
        self.layers = nn.ModuleList(Layer(sizes, dropout) for _ in range(sizes.layers))
        self.norm, self.placed = nn.LayerNorm(sizes.width), nn.LayerNorm(sizes.width)
        self.verdict = nn.Linear(sizes.width, 1)
        self.direct = nn.Linear(len(GLOBALS), 1)
        self.places = nn.Linear(sizes.width, 2)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, vectors: Tensor, features: Tensor, whole: Tensor, segments: Tensor, positions: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of the pairs, shape (pairs,), and of start and end, shape (pairs, tokens, 2)."""
        far = torch.zeros(mask.shape).masked_fill(~mask, -1e9)[:, None, None, :]
        cosines = vectors @ vectors.transpose(1, 2)
        # The positions of questions stand after those of passages.
        placed = positions + (segments == 1) * self.sizes.passage
        state = self.project(vectors) * (vectors.shape[2] ** 0.5) * 0.1 + self.features(features)
        state = state + self.segments(segments) + self.positions(placed)
        state = torch.cat([state[:, :1] + self.globals(whole)[:, None], state[:, 1:]], dim=1)
        state = self.dropout(state)
        *layers, last = self.layers
        for layer in layers:
            state = layer(state, cosines, far, last=False)
        first = self.norm(last(state, cosines, far, last=True))
        return (self.verdict(first[:, 0]) + self.direct(whole))[:, 0], self.places(self.placed(state))
