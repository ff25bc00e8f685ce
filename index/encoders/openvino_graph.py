"""Builds the bundled model as an OpenVINO graph: token embeddings in, last hidden states out.

Matrix products run in 8-bit integers, because the weights have only 4 bits; everything else is float32. The inputs of a
product are rounded on a fixed grid, so that a token's vector depends on its own text alone and not on the other texts
of the batch. `training/ranges.py` measured the range of each grid. A few channels have much larger values than the
others; part of their scale, set by `_SHIFT`, moves from the inputs into the weights before both are rounded (Xiao and
others, "SmoothQuant", 2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from index.encoders.e5_weights import Weights, floats

_SHIFT = 0.8
"""0 leaves the channels as they are; 1 gives all inputs of a product the same range. Measured on news (ranges.py)."""
_SMALLEST = 1e-3
"""The least range of a channel: other texts may exceed the range that was measured."""

STEPS = ("attention", "context", "inner", "outer")
"""A layer's products by their inputs: of queries, keys and values; of attention's output; of the two of the middle."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """The range of each input channel of the products, over much text."""

    low: dict[str, Vectors]
    """By step: shape (layers, channels), the lowest value of each channel; `high` has the highest."""
    high: dict[str, Vectors]

    @classmethod
    def read(cls, path: Path) -> Ranges:
        """Read the file that `write` wrote. Raises OSError, ValueError or KeyError."""
        with np.load(path, allow_pickle=False) as file:
            low, high = ({step: file[f"{step}.{end}"].astype(np.float32) for step in STEPS} for end in ("low", "high"))
        return cls(low, high)

    def write(self, path: Path) -> None:
        """Write one file. Raises OSError."""
        named = {f"{step}.low": self.low[step] for step in STEPS} | {f"{step}.high": self.high[step] for step in STEPS}
        np.savez_compressed(path, **{name: values.astype(np.float16) for name, values in named.items()})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Grid:
    """How the input of one product is rounded: divided by `shift`, then rounded to 256 values from `low` to `high`."""

    shift: Vectors
    """Shape (channels,)."""
    low: float
    high: float


@dataclass(slots=True)
class _Builder:
    """Builds the graph. `ranges`: None for float32 throughout."""

    weights: Weights
    ranges: Ranges | None
    exact_outer: bool
    ops: Any
    """OpenVINO's module of operations."""
    inputs: list[Any] = field(default_factory=list)
    """The inputs of all products, by layer and in the order of `STEPS`, for measuring their ranges."""

    def tensor(self, name: str) -> Vectors:
        return floats(self.weights.tensors[name])

    def constant(self, values: npt.ArrayLike) -> Any:
        return self.ops.constant(np.ascontiguousarray(values))

    def row(self, values: npt.NDArray[np.floating]) -> Any:
        return self.constant(values.astype(np.float32).reshape(1, 1, -1))

    def grid(self, layer: int, step: str, matrix: Vectors) -> _Grid | None:
        if self.ranges is None or (step == "outer" and self.exact_outer):
            return None
        low, high = self.ranges.low[step][layer], self.ranges.high[step][layer]
        reach = np.maximum(np.maximum(-low, high), _SMALLEST)
        shift = reach**_SHIFT / np.maximum(np.abs(matrix).max(axis=0), _SMALLEST) ** (1 - _SHIFT)
        shift /= np.exp(np.log(shift).mean())
        if step == "outer":  # GELU is hardly ever below 0
            return _Grid(shift, float((low / shift).min()), float((high / shift).max()))
        widest = float((reach / shift).max())
        return _Grid(shift, -widest, widest)

    def rounded(self, values: Any, grid: _Grid | None, step: str) -> Any:
        """Round the input of a product; without a grid, return it unchanged."""
        self.inputs.append(values)
        if grid is None:
            return values
        low, high = self.constant(np.float32(grid.low)), self.constant(np.float32(grid.high))
        return self.ops.fake_quantize(values, low, high, low, high, 256)

    def product(self, values: Any, matrix: Vectors, bias: Vectors) -> Any:
        right = self.constant(matrix)
        if self.ranges is not None:
            scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), np.finfo(np.float32).tiny) / 127
            whole = self.constant(np.rint(matrix / scale).astype(np.int8))
            right = self.ops.multiply(self.ops.convert(whole, np.float32), self.constant(scale.astype(np.float32)))
        return self.ops.add(self.ops.matmul(values, right, False, True), self.row(bias))

    def centred(self, values: Any) -> Any:
        epsilon = float(self.weights.sizes["layer_norm_eps"])
        return self.ops.mvn(values, self.constant(np.array([-1])), True, epsilon, "INSIDE_SQRT")

    def scaled(self, values: Any, name: str, grid: _Grid | None = None) -> Any:
        """Return the second half of a layer norm, divided by the shift of the grid."""
        by = np.float32(1) if grid is None else 1 / grid.shift
        gain, bias = self.tensor(f"{name}.weight") * by, self.tensor(f"{name}.bias") * by
        return self.ops.add(self.ops.multiply(values, self.row(gain)), self.row(bias))

    def layer(self, number: int, before: Any, norm: str, mask: Any) -> tuple[Any, str]:
        """Return the layer's output, as `centred` returns it, and the name of its norm."""
        name, ops = f"encoder.layer.{number}", self.ops
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        matrices, biases = [self.tensor(f"{part}.weight") for part in parts], [self.tensor(f"{p}.bias") for p in parts]
        out, widen, narrow = (
            self.tensor(f"{name}.{part}.weight")
            for part in ("attention.output.dense", "intermediate.dense", "output.dense")
        )
        if (context := self.grid(number, "context", out)) is not None:
            # Dividing the values divides their weighted sums too.
            matrices[2], biases[2] = matrices[2] / context.shift[:, None], biases[2] / context.shift
            out = out * context.shift
        grid = self.grid(number, "attention", np.concatenate(matrices))
        read = self.rounded(self.scaled(before, norm, grid), grid, "attention")
        if grid is not None:
            matrices = [matrix * grid.shift for matrix in matrices]
        heads = self.weights.sizes["num_attention_heads"]
        width = self.weights.sizes["hidden_size"]
        apart = self.constant(np.array([0, 0, len(parts) * heads, width // heads]))
        turn = self.constant(np.array([0, 2, 1, 3]))
        # OpenVINO's own attention would divide by the root of a head's width in an extra pass.
        matrices[0], biases[0] = (values * np.float32((width // heads) ** -0.5) for values in (matrices[0], biases[0]))
        # One product, cut behind the turn: two nodes for six, each of which OpenVINO prepares again for another length.
        both = ops.reshape(self.product(read, np.concatenate(matrices), np.concatenate(biases)), apart, True)
        query, key, value = ops.split(ops.transpose(both, turn), ops.constant(np.int64(1)), len(parts)).outputs()
        close = ops.softmax(ops.add(ops.matmul(query, key, False, True), mask), -1)
        attended = ops.matmul(close, value, False, False)
        attended = ops.reshape(ops.transpose(attended, turn), self.constant(np.array([0, 0, width])), True)
        attended = self.product(
            self.rounded(attended, context, "context"), out, self.tensor(f"{name}.attention.output.dense.bias")
        )
        middle = self.centred(ops.add(attended, self.scaled(before, norm)))

        middle_norm = f"{name}.attention.output.LayerNorm"
        grid = self.grid(number, "inner", widen)
        read = self.rounded(self.scaled(middle, middle_norm, grid), grid, "inner")
        wide = self.product(
            read, widen if grid is None else widen * grid.shift, self.tensor(f"{name}.intermediate.dense.bias")
        )
        wide = ops.gelu(wide, "erf")
        if (grid := self.grid(number, "outer", narrow)) is not None:
            wide, narrow = ops.multiply(wide, self.row(1 / grid.shift)), narrow * grid.shift
        after = self.product(self.rounded(wide, grid, "outer"), narrow, self.tensor(f"{name}.output.dense.bias"))
        return self.centred(ops.add(after, self.scaled(middle, middle_norm))), f"{name}.output.LayerNorm"


def build_graph(weights: Weights, ranges: Ranges | None, *, exact_outer: bool = False, inspect: bool = False) -> Any:
    """Return an `openvino.Model` that takes (texts, tokens, dimension) and a mask of shape (texts, 1, 1, tokens).

    The mask is 0 at tokens and far below 0 at padding. The output has shape (texts, tokens, dimension). Without
    `ranges` the graph computes in float32. With `exact_outer`, the output of a layer's middle, which is the hardest to
    round, stays float32: less than half of the error, a quarter more time. With `inspect`, the inputs of each product
    are outputs too.
    """
    import openvino
    from openvino import opset13 as ops

    builder = _Builder(weights, ranges, exact_outer, ops)
    width = weights.sizes["hidden_size"]
    tokens = ops.parameter([-1, -1, width], np.float32, name="tokens")
    mask = ops.parameter([-1, 1, 1, -1], np.float32, name="mask")
    state, norm = builder.centred(tokens), "embeddings.LayerNorm"
    for number in range(weights.sizes["num_hidden_layers"]):
        state, norm = builder.layer(number, state, norm, mask)
    outputs: Sequence[Any] = [builder.scaled(state, norm), *(builder.inputs if inspect else ())]
    return openvino.Model([ops.result(output) for output in outputs], [tokens, mask], "encoder")
