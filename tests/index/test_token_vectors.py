"""Token vectors on disk: what compressing costs, and what it must not touch."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index.encoders.base import Encoded, Vectors
from index.encoders.centering import Centering
from index.search.token_file import TokenFile
from index.search.token_vectors import (
    Records,
    TokenRows,
    as_form,
    offsets_of,
    pack,
    record_type,
    small_record_type,
    smallest_record_type,
    vectors_of,
)

_NOTHING = Centering(np.zeros(4, np.float32), np.zeros((0, 4), np.float32))
_HIDDEN = arrays.arrays(np.float32, st.tuples(st.integers(0, 5), st.just(4)), elements=st.floats(-50, 50, width=16))


def _batch(passages: list[Vectors], first: int) -> Encoded:
    """The passages' hidden states; their tokens stand at [first, first + 1), [first + 1, first + 2) and so on."""
    hidden = np.concatenate(passages) if passages else np.zeros((0, 4), np.float32)
    offsets = np.array([[first + at, first + at + 1] for at in range(len(hidden))], np.int32).reshape(-1, 2)
    starts = np.cumsum([0, *map(len, passages)]).astype(np.int64)
    return Encoded(np.zeros((len(passages), 4), np.float32), hidden, np.zeros(len(hidden), np.int64), offsets, starts)


def _written(folder: Path, batch: Encoded, contexts: Sequence[int], ends: Sequence[Sequence[int]]) -> TokenFile:
    """Pack, write, open."""
    (folder / "tokens.bin").write_bytes(pack(batch, _NOTHING, contexts, ends).tobytes())
    return TokenFile.open(folder / "tokens.bin", 4, batch.starts[1:].astype(np.uint64))


def _of_row(file: TokenFile, row: int) -> Records:
    ((records, _),) = file.blocks(row, row)
    return records


@given(st.lists(_HIDDEN, max_size=4))
def test_packing_keeps_the_vectors_to_a_127th(rows: list[Vectors]) -> None:
    """Each number is off by no more than 1/127 of the largest of its vector."""
    batch = _batch(rows, first=0)
    records = pack(batch, _NOTHING, [0] * len(rows), [[99]] * len(rows))
    meant = _NOTHING.center(batch.hidden)
    error = np.abs(records["values"] * records["scale"][:, None] - meant)

    assert (error <= np.abs(meant).max(axis=1, initial=0, keepdims=True) / 127).all()


@given(st.lists(_HIDDEN, max_size=4))
def test_each_row_gets_its_own_tokens_back(rows: list[Vectors]) -> None:
    """Rows without tokens too."""
    batch = _batch(rows, first=0)
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder), batch, [0] * len(rows), [[99]] * len(rows))
        read = [_of_row(file, row) for row in range(len(rows))]

    assert [len(part) for part in read] == [*map(len, rows)]
    assert [start for part in read for start in part["start"].tolist()] == batch.offsets[:, 0].tolist()


def test_a_shorter_file_is_noticed(tmp_path: Path) -> None:
    """Rather than read as zeros."""
    file = _written(tmp_path, _batch([np.eye(4, dtype=np.float32)], first=0), [0], [[99]])
    (tmp_path / "tokens.bin").write_bytes(b"")

    with pytest.raises(EOFError, match="ends before record 4"):
        file.read(0, 4)


def test_places_count_from_the_words_and_then_from_the_passage() -> None:
    """In 题\\n甲。乙 the title is below 0, and 乙 in the second sentence; the chunk begins at 10, sentence 3."""
    batch = _batch([np.eye(4, dtype=np.float32)[[0, 1, 2]]], first=0)
    batch.offsets[:] = [[0, 1], [2, 3], [4, 5]]
    records = pack(batch, _NOTHING, [2], [[2, 3]])
    rows = TokenRows.join([records], np.array([3]), np.array([10], np.int32), np.array([3], np.int32))

    assert records["sentence"].tolist() == [0, 0, 1]
    assert rows.offsets.tolist() == [[-2, -1], [10, 11], [12, 13]]
    assert rows.sentences.tolist() == [3, 3, 4]


def test_no_rows_have_no_tokens() -> None:
    """A question without candidates."""
    none = np.zeros(0, np.int32)
    rows = TokenRows.join([np.zeros(0, record_type(4))], none.astype(np.int64), none, none)

    assert (rows.values.shape, rows.offsets.shape, rows.counts.tolist()) == ((0, 4), (0, 2), [])


def test_centering_removes_the_mean() -> None:
    """(1, 3) − (1, 0) is (0, 3), and (0, 1) with length 1."""
    centering = Centering(np.array([1, 0], np.float32), np.zeros((0, 2), np.float32))

    assert centering.center(np.array([[1, 3]], np.float32)).tolist() == [[0, 1]]


def test_centering_removes_the_directions() -> None:
    """(3, 0, 2) loses its component along the first axis."""
    centering = Centering(np.zeros(3, np.float32), np.array([[1, 0, 0]], np.float32))

    assert centering.center(np.array([[3, 0, 2]], np.float32)).tolist() == [[0, 0, 1]]


def test_the_centered_mean_is_zero() -> None:
    """It has no direction, and its cosine with any vector is 0."""
    centering = Centering(np.array([1, 2], np.float32), np.zeros((0, 2), np.float32))

    assert centering.center(np.array([[1, 2]], np.float32)).tolist() == [[0, 0]]


def test_without_pread_the_records_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, and from several threads: each reads where it means to."""
    batch = _batch([np.full((3, 4), number + 1, np.float32) for number in range(50)], first=0)
    file = _written(tmp_path, batch, [0] * 50, [[999]] * 50)
    expected = [_of_row(file, row).tobytes() for row in range(50)]
    monkeypatch.delattr(os, "pread", raising=False)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda row: _of_row(file, row).tobytes(), [*range(50)] * 20))

    assert found == expected * 20
    with pytest.raises(EOFError):
        file.read(149, 152)


@given(arrays.arrays(np.float32, st.tuples(st.integers(0, 5), st.just(16)), elements=st.floats(-50, 50, width=16)))
def test_three_bits_are_the_same_in_three_bits_again(hidden: Vectors) -> None:
    """A row may go from a large segment to a small one and back, in 8 bits meanwhile: it loses nothing more."""
    batch = _batch([hidden], first=0)
    centering = Centering(np.zeros(16, np.float32), np.zeros((0, 16), np.float32))
    small = as_form(pack(batch, centering, [0], [[99]]), small_record_type(16))
    between = as_form(small, record_type(16))

    smallest = as_form(small, smallest_record_type(16))
    assert np.array_equal(as_form(between, small_record_type(16)), small)
    assert np.array_equal(as_form(smallest, small_record_type(16)), small)
    assert np.array_equal(as_form(smallest, record_type(16)), between)
    assert np.array_equal(as_form(between, smallest_record_type(16)), smallest)
    assert np.array_equal(np.multiply(*_columns(between)), np.multiply(*_columns(small)))
    assert np.array_equal(offsets_of(between), offsets_of(small))


def _columns(records: Records) -> tuple[Vectors, Vectors]:
    values, scales = vectors_of(records)
    return values.astype(np.float32), scales[:, None]


def test_three_bits_keep_cosines() -> None:
    """Of random directions: an exact match stays 1, another vector's cosine is off by some hundredths."""
    vectors = np.random.default_rng(0).standard_normal((40, 384)).astype(np.float32)
    centering = Centering(np.zeros(384, np.float32), np.zeros((0, 384), np.float32))
    batch = _batch([vectors], first=3)
    packed = pack(batch, centering, [5], [[20, 99]])
    small = as_form(packed, small_record_type(384))
    unit, (values, scales) = centering.center(vectors), _columns(small)

    assert small.dtype.itemsize * 2 < packed.dtype.itemsize
    assert np.abs(unit @ (values * scales).T - unit @ unit.T).max() < 0.05
    assert np.allclose((unit * values * scales).sum(axis=1), 1, atol=0.002)
    assert np.array_equal(offsets_of(small), offsets_of(packed))
    assert small["sentence"].tolist() == packed["sentence"].tolist()


def test_rows_of_both_forms_are_read_together() -> None:
    """A question's candidates come from large and from small segments, of this and of older programs, in any order."""
    centering = Centering(np.zeros(16, np.float32), np.zeros((0, 16), np.float32))
    vectors = np.random.default_rng(0).standard_normal((4, 16)).astype(np.float32)
    packed = pack(_batch([vectors], first=0), centering, [0], [[99]])
    small, smallest = as_form(packed, small_record_type(16)), as_form(packed, smallest_record_type(16))
    none = np.zeros(3, np.int32)
    rows = TokenRows.join([packed[:1], small[1:2], smallest[2:]], np.array([1, 1, 2]), none, none)

    assert [rows.of_row(row).offsets.tolist() for row in range(3)] == [[[0, 1]], [[1, 2]], [[2, 3], [3, 4]]]
    assert (((rows.values * rows.scales[:, None]) * centering.center(vectors)).sum(axis=1) > 0.9).all()
