"""Dense search after a preselection by codes."""

from __future__ import annotations

from functools import partial

import faiss
import numpy as np
import numpy.typing as npt
import pytest

from index.index_settings import SEARCH
from index.manifest import Shortlist
from index.search.dense import Dense, codes_of, open_codes

Half = npt.NDArray[np.float16]


def _vectors(rows: int, dimension: int, *, uneven: bool = False) -> Half:
    """Return unit vectors. `uneven`: with components of very different sizes."""
    vectors = np.random.default_rng(rows).standard_normal((rows, dimension))
    if uneven:
        vectors *= np.geomspace(1, 30, dimension)
    halves: Half = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    return halves


def _older_codes(vectors: Half) -> bytes:
    """Return codes as programs before format 9 wrote them: 1 bit a component."""
    index = faiss.IndexRaBitQFastScan(vectors.shape[1], faiss.METRIC_INNER_PRODUCT)
    index.train(np.zeros((1, vectors.shape[1]), np.float32))
    index.add(vectors.astype(np.float32))
    return bytes(faiss.serialize_index(index).tobytes())


def _dense(parts: list[Half], older: tuple[int, ...] = (), size: int = 300) -> Dense:
    segments = []
    for number, part in enumerate(parts):
        codes = np.frombuffer(_older_codes(part) if number in older else codes_of(part), np.uint8)
        segments.append((part, partial(open_codes, codes, part)))
    shortlist = Shortlist(rows=sum(map(len, parts)), size=size, recall=1.0)
    return Dense(segments, parts[0].shape[1], shortlist)


@pytest.fixture(autouse=True)
def _preselect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(SEARCH), "exact_rows", 100)


@pytest.mark.parametrize(("dimension", "uneven"), [(64, False), (65, False), (7, False), (64, True), (65, True)])
def test_what_is_preselected_has_nearly_all_that_is_closest(dimension: int, uneven: bool) -> None:
    """Of several segments, with any number of components, and where some are far greater than others."""
    vectors = _vectors(3000, dimension, uneven=uneven)
    dense = _dense([vectors[:1000], vectors[1000:1001], vectors[1001:]])
    questions = vectors[::100].astype(np.float32)
    exact = np.argsort(-(questions @ vectors.astype(np.float32).T), axis=1, kind="stable")[:, :10]
    found = dense.search(questions, 10)

    assert np.mean([np.isin(right, rows).mean() for right, rows in zip(exact, found, strict=True)]) > 0.95


@pytest.mark.parametrize("older", [(0,), (1,), (0, 1)])
def test_codes_of_an_older_program_are_made_anew(older: tuple[int, ...]) -> None:
    """The rows are those that codes of this program find."""
    vectors = _vectors(500, 32)
    parts = [vectors[:200], vectors[200:]]
    questions = _vectors(20, 32).astype(np.float32)
    found = zip(_dense(parts, older).search(questions, 30), _dense(parts).search(questions, 30), strict=True)

    assert all(np.array_equal(mixed, own) for mixed, own in found)


def test_a_shortlist_of_few_is_measured_as_such() -> None:
    """It is the first size that keeps enough of the closest rows."""
    vectors = _vectors(40_000, 48)
    shortlist = _dense([vectors]).measure(vectors[::2000].astype(np.float32))

    assert shortlist is not None
    assert shortlist.size == SEARCH.shortlist_sizes[0]
    assert SEARCH.recall <= shortlist.recall <= 1
