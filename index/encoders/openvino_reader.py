"""Runs the reader's network (`qa/ranking/reader.py`): a small transformer over token vectors that are there already.

The weights are one .npz file that `training/reader.py` writes: matrices in 8-bit integers with a scale for each row,
everything else in floats, and the range of each product's input, by which OpenVINO rounds it to 8 bits too. Where
OpenVINO does not run, numpy computes the same network in float32.
"""

from __future__ import annotations

import hashlib
import math
import queue
import zipfile
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.processors import usable_threads
from index.atomic_files import write_atomically
from index.encoders.base import Vectors
from index.encoders.openvino_encoder import OpenVinoUnavailable, open_core
from index.index_settings import ENCODER

EPSILON = 1e-5
FAR = np.float32(-1e9)
_GRAPH = 1
"""Raise it when `build_graph` changes: compiled graphs are kept."""


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """The weights of the network, by their names in the torch module (`training/reader_model.py`)."""

    arrays: dict[str, npt.NDArray[Any]]
    ranges: dict[str, float]
    """The largest absolute value of the input of each product."""
    digest: str

    @classmethod
    def read(cls, path: Path) -> ReaderWeights:
        """Raises OSError, ValueError or KeyError."""
        written = path.read_bytes()
        try:
            file = np.load(path, allow_pickle=False)
        except (zipfile.BadZipFile, EOFError) as error:
            raise ValueError(f"{path}: {error}") from error
        with file:
            names = [name for name in file.files if not name.endswith((".scale", ".range"))]
            arrays = {
                name: file[name] * file[f"{name}.scale"] if f"{name}.scale" in file else file[name].astype(np.float32)
                for name in names
            }
            ranges = {name.removesuffix(".range"): float(file[name]) for name in file.files if name.endswith(".range")}
        return cls(arrays, ranges, hashlib.sha256(written).hexdigest()[:12])

    @staticmethod
    def write(path: Path, arrays: dict[str, npt.NDArray[np.float32]], ranges: dict[str, float]) -> None:
        """Write one file. Raises OSError."""
        written: dict[str, npt.NDArray[Any]] = {}
        for name, values in arrays.items():
            if values.ndim == 2 and values.shape[1] >= 64 and not name.startswith(("segments", "positions")):
                scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), np.finfo(np.float32).tiny) / 127
                written[name] = np.rint(values / scale).astype(np.int8)
                written[f"{name}.scale"] = scale.astype(np.float32)
            else:
                written[name] = values.astype(np.float16 if values.size > 5000 else np.float32)
        written |= {f"{name}.range": np.array(value, np.float32) for name, value in ranges.items()}
        np.savez_compressed(path, **written)  # type: ignore[arg-type]

    @property
    def layers(self) -> int:
        return sum(name.endswith(".similar") for name in self.arrays)

    def placed(self, segments: npt.NDArray[np.int64], positions: npt.NDArray[np.int64]) -> Vectors:
        """Return shape (pairs, tokens, width): what segment and position add to each token."""
        table = self.arrays["positions.weight"]
        # The positions of questions stand in the second half.
        rows = positions + (segments == 1) * (len(table) // 2)
        return np.asarray(self.arrays["segments.weight"][segments] + table[rows], np.float32)


Outputs = tuple[Vectors, Vectors]
"""The logits of the pairs, shape (pairs,), and those of start and end, shape (pairs, tokens, 2)."""


def compute(
    weights: ReaderWeights,
    vectors: Vectors,
    features: Vectors,
    whole: Vectors,
    placed: Vectors,
    mask: npt.NDArray[np.bool_],
    seen: Callable[[str, Vectors], None] = lambda name, values: None,
) -> Outputs:
    """Compute the network with numpy. `seen` gets the input of each product, to measure its range."""
    arrays = weights.arrays

    def linear(values: Vectors, name: str) -> Vectors:
        seen(name, values)
        return np.asarray(values @ arrays[f"{name}.weight"].T + arrays[f"{name}.bias"], np.float32)

    def norm(values: Vectors, name: str) -> Vectors:
        centred = values - values.mean(axis=-1, keepdims=True)
        unit = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
        return np.asarray(unit * arrays[f"{name}.weight"] + arrays[f"{name}.bias"], np.float32)

    far = np.where(mask, 0, FAR).astype(np.float32)[:, None, None, :]
    cosines = (vectors @ vectors.transpose(0, 2, 1))[:, None]
    state = linear(vectors, "project") * np.float32(_gain(vectors)) + linear(features, "features") + placed
    state[:, 0] += linear(whole, "globals")
    tokens_placed = state
    for number in range(weights.layers):
        name = f"layers.{number}"
        similar = arrays[f"{name}.similar"]
        parts = linear(norm(state, f"{name}.before"), f"{name}.attend").reshape(*state.shape[:2], 3, len(similar), -1)
        query, key, value = parts.transpose(2, 0, 3, 1, 4)
        if number + 1 == weights.layers:  # it computes the verdict's token alone
            tokens_placed, state, query, cosines = state, state[:, :1], query[:, :, :1], cosines[:, :, :1]
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(query.shape[-1]))
        scores += cosines * similar[None, :, None, None] + far
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attended = scores / scores.sum(axis=-1, keepdims=True) @ value
        state = state + linear(attended.transpose(0, 2, 1, 3).reshape(state.shape), f"{name}.out")
        wide = linear(norm(state, f"{name}.middle"), f"{name}.widen")
        state = state + linear(_gelu(wide), f"{name}.narrow")
    logits = linear(norm(state, "norm")[:, 0], "verdict") + linear(whole, "direct")
    return logits[:, 0], linear(norm(tokens_placed, "placed"), "places")


def _gain(vectors: Vectors) -> float:
    return 0.1 * math.sqrt(vectors.shape[2])


def _gelu(values: Vectors) -> Vectors:
    """Return the GELU by the error function's approximation of Abramowitz and Stegun, 7.1.26."""
    x = np.abs(values) / np.float32(math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * x)
    poly = ((((1.061405429 * t - 1.453152027) * t) + 1.421413741) * t - 0.284496736) * t + 0.254829592
    erf = np.sign(values) * (1 - poly * t * np.exp(-x * x))
    return np.asarray(0.5 * values * (1 + erf), np.float32)


class Pairs(Protocol):
    """Pairs of a question and a passage, as `qa.ranking.reader_inputs.Inputs` has them."""

    @property
    def vectors(self) -> Vectors: ...
    @property
    def features(self) -> Vectors: ...
    @property
    def globals(self) -> Vectors: ...
    @property
    def segments(self) -> npt.NDArray[np.int64]: ...
    @property
    def positions(self) -> npt.NDArray[np.int64]: ...
    @property
    def mask(self) -> npt.NDArray[np.bool_]: ...


class Network(Protocol):
    """The network, wherever it runs."""

    def __call__(self, batches: Sequence[Pairs]) -> list[Outputs]: ...


class ReaderNetwork:
    """The network, compiled. Calls from several threads share the requests, but for those that numpy computes."""

    def __init__(self, weights: ReaderWeights, requests: Sequence[Any]) -> None:
        """`requests`: OpenVINO's, which run beside each other; none to compute with numpy."""
        self.weights = weights
        self._has_requests = bool(requests)
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for request in requests:
            self._free.put(request)

    @classmethod
    def open(cls, path: Path, cache: Path | None = None) -> ReaderNetwork:
        """Open the file of weights. `cache`: a folder for the compiled graph.

        Raises OSError, ValueError or KeyError.
        """
        weights = ReaderWeights.read(path)
        try:
            core = open_core()
            compiled = _compiled(core, weights, cache)
            requests = [compiled.create_infer_request() for _ in range(ENCODER.reader_requests * _streams())]
        except (OpenVinoUnavailable, RuntimeError):
            return cls(weights, ())
        return cls(weights, requests)

    def __call__(self, batches: Sequence[Pairs]) -> list[Outputs]:
        """Return the logits of each batch. Some are computed beside each other, with a part of the threads each."""
        if not self._has_requests:
            return [
                compute(self.weights, one.vectors, one.features, one.globals, self._placed(one), one.mask)
                for one in batches
            ]
        found: list[Outputs] = []
        running: deque[Any] = deque()
        try:
            for one in batches:
                request = self._free_request(running, found)
                running.append(request)
                far = np.where(one.mask, 0, FAR).astype(np.float32)[:, None, None, :]
                request.start_async([one.vectors, one.features, one.globals[:, None], self._placed(one), far])
            while running:
                found.append(_outputs(running[0]))
                self._free.put(running.popleft())
        finally:  # some run still after an error
            for request in running:
                with suppress(RuntimeError):
                    request.wait()
                self._free.put(request)
        return found

    def _free_request(self, running: deque[Any], found: list[Outputs]) -> Any:
        """Return a request: a free one, else the first of its own that runs, else the next that another call frees."""
        with suppress(queue.Empty):
            return self._free.get_nowait()
        if not running:  # a call that holds a request must not wait for another one's
            return self._free.get()
        found.append(_outputs(running[0]))
        return running.popleft()

    def _placed(self, one: Pairs) -> Vectors:
        return self.weights.placed(one.segments, one.positions)


def _outputs(request: Any) -> Outputs:
    """Return a copy of what a request computes, when it is done: the request reuses its memory."""
    request.wait()
    logits, places = (request.get_output_tensor(number).data.copy() for number in range(2))
    return logits[:, 0, 0], places


def _streams() -> int:
    return min(ENCODER.reader_streams, usable_threads())


def _compiled(core: Any, weights: ReaderWeights, cache: Path | None) -> Any:
    import openvino

    options = {
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": _streams(),
        "INFERENCE_NUM_THREADS": usable_threads(),
    }
    machine = [core.get_property("CPU", what) for what in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
    key = hashlib.sha256(
        f"{openvino.__version__} {machine} {_streams()} {_GRAPH} {weights.digest}".encode()
    ).hexdigest()[:12]
    path = cache / f"reader-{key}.blob" if cache else None
    if path:
        with suppress(OSError, RuntimeError):  # missing or damaged: it is compiled again
            return core.import_model(path.read_bytes(), "CPU", options)
    compiled = core.compile_model(build_graph(weights), "CPU", options)
    if path:
        with suppress(OSError):  # the file only saves time
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, compiled.export_model().getvalue())
    return compiled


def build_graph(weights: ReaderWeights) -> Any:
    """Return the network as an `openvino.Model`. Products whose input has a range run in 8-bit integers."""
    import openvino
    from openvino import opset13 as ops

    arrays = weights.arrays

    def constant(values: npt.ArrayLike) -> Any:
        return ops.constant(np.ascontiguousarray(values))

    def linear(values: Any, name: str) -> Any:
        matrix = arrays[f"{name}.weight"].astype(np.float32)
        right: Any = constant(matrix)
        if (reach := weights.ranges.get(name)) is not None:
            low, high = constant(np.float32(-reach)), constant(np.float32(reach))
            values = ops.fake_quantize(values, low, high, low, high, 256)
            scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), np.finfo(np.float32).tiny) / 127
            whole = constant(np.rint(matrix / scale).astype(np.int8))
            right = ops.multiply(ops.convert(whole, np.float32), constant(scale.astype(np.float32)))
        bias = arrays[f"{name}.bias"].astype(np.float32)
        return ops.add(ops.matmul(values, right, False, True), constant(bias.reshape(1, 1, -1)))

    def norm(values: Any, name: str) -> Any:
        unit = ops.mvn(values, constant(np.array([-1])), True, EPSILON, "INSIDE_SQRT")
        gain, bias = (arrays[f"{name}.{part}"].astype(np.float32).reshape(1, 1, -1) for part in ("weight", "bias"))
        return ops.add(ops.multiply(unit, constant(gain)), constant(bias))

    width = arrays["project.weight"].shape[0]
    dimension, features_of, whole_of = (arrays[f"{n}.weight"].shape[1] for n in ("project", "features", "globals"))
    vectors = ops.parameter([-1, -1, dimension], np.float32, name="vectors")
    features = ops.parameter([-1, -1, features_of], np.float32, name="features")
    whole = ops.parameter([-1, 1, whole_of], np.float32, name="whole")
    placed = ops.parameter([-1, -1, width], np.float32, name="placed")
    far = ops.parameter([-1, 1, 1, -1], np.float32, name="mask")
    gain = constant(np.float32(0.1 * math.sqrt(dimension)))
    state = ops.add(ops.multiply(linear(vectors, "project"), gain), linear(features, "features"))
    state = ops.add(state, placed)
    # Only the first token gets the features of the pair.
    one, many = constant(np.array([1])), constant(np.array([np.iinfo(np.int64).max]))
    none, along = constant(np.array([0])), constant(np.array([1]))
    first = ops.add(ops.slice(state, none, one, one, along), linear(whole, "globals"))
    state = ops.concat([first, ops.slice(state, one, many, one, along)], 1)
    before = state
    cosines = ops.unsqueeze(ops.matmul(vectors, vectors, False, True), ops.constant(np.int64(1)))
    for number in range(weights.layers):
        name = f"layers.{number}"
        similar = arrays[f"{name}.similar"].astype(np.float32)
        heads, is_last = len(similar), number + 1 == weights.layers
        apart, turn = constant(np.array([0, 0, heads, width // heads])), constant(np.array([0, 2, 1, 3]))
        parts = ops.split(linear(norm(state, f"{name}.before"), f"{name}.attend"), ops.constant(np.int64(2)), 3)
        query, key, value = (ops.transpose(ops.reshape(part, apart, True), turn) for part in parts.outputs())
        if is_last:  # it computes the verdict's token alone
            before, state = state, ops.slice(state, none, one, one, along)
            query, cosines = (ops.slice(values, none, one, one, constant(np.array([2]))) for values in (query, cosines))
        query = ops.multiply(query, constant(np.float32((width // heads) ** -0.5)))
        similarity = ops.multiply(cosines, constant(similar.reshape(1, -1, 1, 1)))
        scores = ops.add(ops.matmul(query, key, False, True), similarity)
        attended = ops.matmul(ops.softmax(ops.add(scores, far), -1), value, False, False)
        attended = ops.reshape(ops.transpose(attended, turn), constant(np.array([0, 0, width])), True)
        state = ops.add(state, linear(attended, f"{name}.out"))
        wide = ops.gelu(linear(norm(state, f"{name}.middle"), f"{name}.widen"), "erf")
        state = ops.add(state, linear(wide, f"{name}.narrow"))
    verdict = ops.add(linear(norm(state, "norm"), "verdict"), linear(whole, "direct"))
    results = [ops.result(verdict), ops.result(linear(norm(before, "placed"), "places"))]
    return openvino.Model(results, [vectors, features, whole, placed, far], "reader")
