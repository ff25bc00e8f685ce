"""The reader's network: OpenVINO and numpy agree, and a pair's result does not depend on its batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from corpus.message import Message
from index.encoders.openvino_reader import Outputs, ReaderNetwork, ReaderWeights, compute

_WIDTH, _HEADS, _LAYERS, _MIDDLE, _DIMENSION, _FEATURES, _GLOBALS = 64, 4, 3, 96, 32, 4, 4
Batch = dict[str, npt.NDArray[np.generic]]


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
    return {
        "vectors": vectors / np.linalg.norm(vectors, axis=2, keepdims=True),
        "features": draw.random((pairs, tokens, _FEATURES), dtype=np.float32),
        "whole": draw.random((pairs, _GLOBALS), dtype=np.float32),
        "segments": segments,
        "positions": np.tile(np.arange(tokens), (pairs, 1)),
        "mask": mask,
    }


def _computed(weights: ReaderWeights, batch: Batch) -> Outputs:
    placed = weights.placed(batch["segments"], batch["positions"])  # type: ignore[arg-type]
    return compute(weights, batch["vectors"], batch["features"], batch["whole"], placed, batch["mask"])  # type: ignore[arg-type]


def test_openvino_computes_what_numpy_computes(tmp_path: Path) -> None:
    """The logits of pairs and places, with padding."""
    weights = _weights(tmp_path / "reader.npz", rounded=False)
    batch = _batch([30, 12, 21], 30)

    logits, places = ReaderNetwork.open(tmp_path / "reader.npz")(**batch)  # type: ignore[arg-type]

    expected, expected_places = _computed(weights, batch)
    there = np.asarray(batch["mask"], bool)
    assert logits == pytest.approx(expected, abs=1e-4)
    assert places[there] == pytest.approx(expected_places[there], abs=1e-4)
    assert np.ptp(logits) > 0.01


def test_rounding_to_8_bits_changes_little(tmp_path: Path) -> None:
    """Less than the differences between pairs."""
    weights = _weights(tmp_path / "reader.npz", rounded=True)
    batch = _batch([30, 12, 21], 30)

    logits, _ = ReaderNetwork.open(tmp_path / "reader.npz")(**batch)  # type: ignore[arg-type]

    assert logits == pytest.approx(_computed(weights, batch)[0], abs=0.1)


@pytest.mark.parametrize("rounded", [False, True])
def test_a_pair_alone_gives_what_it_gives_in_a_batch(tmp_path: Path, rounded: bool) -> None:
    """Padding and the other pairs change nothing."""
    _weights(tmp_path / "reader.npz", rounded=rounded)
    network = ReaderNetwork.open(tmp_path / "reader.npz")
    batch = _batch([30, 12, 21], 30)
    together, places = network(**batch)  # type: ignore[arg-type]
    alone = {name: values[1:2] if name == "whole" else values[1:2, :12] for name, values in batch.items()}

    logits, own = network(**alone)  # type: ignore[arg-type]

    assert logits[0] == pytest.approx(together[1], abs=1e-4)
    assert own[0] == pytest.approx(places[1, :12], abs=1e-4)


def test_the_compiled_graph_is_kept_and_a_damaged_one_is_made_again(tmp_path: Path) -> None:
    """It only saves time."""
    _weights(tmp_path / "reader.npz", rounded=True)
    cache = tmp_path / "cache" / "of the reader"
    batch = _batch([9, 20], 20)
    first = ReaderNetwork.open(tmp_path / "reader.npz", cache)(**batch)[0]  # type: ignore[arg-type]
    (blob,) = cache.iterdir()
    assert ReaderNetwork.open(tmp_path / "reader.npz", cache)(**batch)[0] == pytest.approx(first)  # type: ignore[arg-type]

    blob.write_bytes(b"damaged")

    assert ReaderNetwork.open(tmp_path / "reader.npz", cache)(**batch)[0] == pytest.approx(first)  # type: ignore[arg-type]


def test_without_openvino_numpy_computes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same logits."""
    from index.encoders import openvino_reader
    from index.encoders.openvino_encoder import OpenVinoUnavailable

    def unavailable() -> None:
        raise OpenVinoUnavailable(Message(zh="无", en="none"))

    weights = _weights(tmp_path / "reader.npz", rounded=False)
    batch = _batch([9, 20], 20)
    monkeypatch.setattr(openvino_reader, "open_core", unavailable)

    logits, _ = ReaderNetwork.open(tmp_path / "reader.npz")(**batch)  # type: ignore[arg-type]

    assert logits == pytest.approx(_computed(weights, batch)[0], abs=1e-6)
