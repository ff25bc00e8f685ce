"""The reader's network: OpenVINO and numpy agree, and a pair's result does not depend on its batch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from corpus.message import Message
from index.encoders.openvino_reader import Outputs, ReaderNetwork, ReaderWeights, compute

_WIDTH, _HEADS, _LAYERS, _MIDDLE, _DIMENSION, _FEATURES, _GLOBALS = 64, 4, 3, 96, 32, 4, 4


@dataclass
class Batch:
    """Pairs of random tokens."""

    vectors: npt.NDArray[np.float32]
    features: npt.NDArray[np.float32]
    globals: npt.NDArray[np.float32]
    segments: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]
    mask: npt.NDArray[np.bool_]


def _weights(path: Path, *, rounded: bool) -> ReaderWeights:
    draw = np.random.default_rng(7)

    def matrix(rows: int, columns: int) -> npt.NDArray[np.float32]:
        return np.asarray(draw.normal(size=(rows, columns)) / np.sqrt(columns), np.float32)

    arrays = {"segments.weight": matrix(4, _WIDTH), "positions.weight": matrix(2 * 50, _WIDTH)}
    products = {"project": (_WIDTH, _DIMENSION), "features": (_WIDTH, _FEATURES), "globals": (_WIDTH, _GLOBALS)}
    products |= {"verdict": (1, _WIDTH), "direct": (1, _GLOBALS), "places": (2, _WIDTH)}
    norms = ["norm", "placed"]
    for number in range(_LAYERS):
        name = f"layers.{number}"
        products |= {f"{name}.attend": (3 * _WIDTH, _WIDTH), f"{name}.out": (_WIDTH, _WIDTH)}
        products |= {f"{name}.widen": (_MIDDLE, _WIDTH), f"{name}.narrow": (_WIDTH, _MIDDLE)}
        norms += [f"{name}.before", f"{name}.middle"]
        arrays[f"{name}.similar"] = np.linspace(0, 6, _HEADS, dtype=np.float32)
    for name, shape in products.items():
        arrays |= {f"{name}.weight": matrix(*shape), f"{name}.bias": matrix(1, shape[0])[0]}
    for name in norms:
        arrays |= {f"{name}.weight": 1 + matrix(1, _WIDTH)[0], f"{name}.bias": matrix(1, _WIDTH)[0]}
    ReaderWeights.write(path, arrays, {f"layers.{number}.widen": 6.0 for number in range(_LAYERS)} if rounded else {})
    return ReaderWeights.read(path)


def _batch(lengths: list[int], tokens: int) -> Batch:
    draw = np.random.default_rng(3)
    pairs = len(lengths)
    vectors = draw.normal(size=(pairs, tokens, _DIMENSION)).astype(np.float32)
    mask = np.arange(tokens) < np.array(lengths)[:, None]
    segments = np.where(np.arange(tokens) < 5, 1, 3) * np.ones((pairs, 1), np.int64)
    return Batch(
        vectors / np.linalg.norm(vectors, axis=2, keepdims=True),
        draw.random((pairs, tokens, _FEATURES), dtype=np.float32),
        draw.random((pairs, _GLOBALS), dtype=np.float32),
        segments,
        np.tile(np.arange(tokens), (pairs, 1)),
        mask,
    )


def _computed(weights: ReaderWeights, batch: Batch) -> Outputs:
    placed = weights.placed(batch.segments, batch.positions)
    return compute(weights, batch.vectors, batch.features, batch.globals, placed, batch.mask)


def test_openvino_computes_what_numpy_computes(tmp_path: Path) -> None:
    """The logits of pairs and places, with padding."""
    weights = _weights(tmp_path / "reader.npz", rounded=False)
    batch = _batch([30, 12, 21], 30)

    logits, places = ReaderNetwork.open(tmp_path / "reader.npz")([batch])[0]

    expected, expected_places = _computed(weights, batch)
    there = batch.mask
    assert logits == pytest.approx(expected, abs=1e-4)
    assert places[there] == pytest.approx(expected_places[there], abs=1e-4)
    assert np.ptp(logits) > 0.01


@pytest.mark.model  # imports torch
def test_torch_computes_what_numpy_computes(tmp_path: Path) -> None:
    """As on a GPU, here on the processor."""
    from index.encoders.torch_reader import TorchReaderNetwork

    weights = _weights(tmp_path / "reader.npz", rounded=True)
    batches = [_batch([30, 12, 21], 30), _batch([7], 9)]
    for batch, (logits, places) in zip(batches, TorchReaderNetwork(weights, "cpu")(batches), strict=True):
        expected, expected_places = _computed(weights, batch)
        assert logits == pytest.approx(expected, abs=1e-4)
        assert places[batch.mask] == pytest.approx(expected_places[batch.mask], abs=1e-4)


def test_rounding_to_8_bits_changes_little(tmp_path: Path) -> None:
    """Less than the differences between pairs."""
    weights = _weights(tmp_path / "reader.npz", rounded=True)
    batch = _batch([30, 12, 21], 30)

    logits, _ = ReaderNetwork.open(tmp_path / "reader.npz")([batch])[0]

    assert logits == pytest.approx(_computed(weights, batch)[0], abs=0.1)


@pytest.mark.parametrize("rounded", [False, True])
def test_a_pair_alone_gives_what_it_gives_in_a_batch(tmp_path: Path, rounded: bool) -> None:
    """Padding and the other pairs change nothing."""
    _weights(tmp_path / "reader.npz", rounded=rounded)
    network = ReaderNetwork.open(tmp_path / "reader.npz")
    batch = _batch([30, 12, 21], 30)
    together, places = network([batch])[0]
    alone = Batch(
        batch.vectors[1:2, :12],
        batch.features[1:2, :12],
        batch.globals[1:2],
        batch.segments[1:2, :12],
        batch.positions[1:2, :12],
        batch.mask[1:2, :12],
    )

    logits, own = network([alone])[0]

    assert logits[0] == pytest.approx(together[1], abs=1e-4)
    assert own[0] == pytest.approx(places[1, :12], abs=1e-4)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_any_number_of_batches_is_computed_in_order(tmp_path: Path, count: int) -> None:
    """Two beside each other."""
    weights = _weights(tmp_path / "reader.npz", rounded=False)
    batches = [_batch([9 + number, 20], 20 + number) for number in range(count)]

    found = ReaderNetwork.open(tmp_path / "reader.npz")(batches)

    assert len(found) == count
    for batch, (logits, places) in zip(batches, found, strict=True):
        expected, expected_places = _computed(weights, batch)
        assert logits == pytest.approx(expected, abs=1e-4)
        assert places[batch.mask] == pytest.approx(expected_places[batch.mask], abs=1e-4)


def test_the_compiled_graph_is_kept_and_a_damaged_one_is_made_again(tmp_path: Path) -> None:
    """It only saves time."""
    _weights(tmp_path / "reader.npz", rounded=True)
    cache = tmp_path / "cache" / "of the reader"
    batch = _batch([9, 20], 20)
    first = ReaderNetwork.open(tmp_path / "reader.npz", cache)([batch])[0][0]
    (blob,) = cache.iterdir()
    assert ReaderNetwork.open(tmp_path / "reader.npz", cache)([batch])[0][0] == pytest.approx(first)

    blob.write_bytes(b"damaged")

    assert ReaderNetwork.open(tmp_path / "reader.npz", cache)([batch])[0][0] == pytest.approx(first)


def test_without_openvino_numpy_computes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same logits."""
    from index.encoders import openvino_reader
    from index.encoders.openvino_encoder import OpenVinoUnavailable

    def unavailable() -> None:
        raise OpenVinoUnavailable(Message(zh="无", en="none"))

    weights = _weights(tmp_path / "reader.npz", rounded=False)
    batch = _batch([9, 20], 20)
    monkeypatch.setattr(openvino_reader, "open_core", unavailable)

    logits, _ = ReaderNetwork.open(tmp_path / "reader.npz")([batch])[0]

    assert logits == pytest.approx(_computed(weights, batch)[0], abs=1e-6)
