"""Token vectors on disk: what compressing costs, and what it must not touch."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index.embed import Encoded, Vectors
from index.tokens import Background, Tokens

_NOTHING = Background(np.zeros(4, np.float32), np.zeros((0, 4), np.float32))
_HIDDEN = arrays.arrays(np.float32, st.tuples(st.integers(0, 5), st.just(4)), elements=st.floats(-50, 50, width=16))


def _batch(passages: list[Vectors], first: int) -> Encoded:
    """The passages' hidden states; their tokens stand at [first, first + 1), [first + 1, first + 2) and so on."""
    hidden = np.concatenate([np.zeros((0, 4), np.float32), *passages])
    offsets = np.array([[first + at, first + at + 1] for at in range(len(hidden))], np.int32).reshape(-1, 2)
    starts = np.cumsum([0, *map(len, passages)]).astype(np.int64)
    return Encoded(np.zeros((len(passages), 4), np.float32), hidden, np.zeros(len(hidden), np.int64), offsets, starts)


@given(st.lists(st.lists(_HIDDEN, max_size=3), max_size=3))
def test_pack_write_open_keeps_the_vectors_to_a_127th(batches: list[list[Vectors]]) -> None:
    """Each number is off by no more than 1/127 of the largest of its vector."""
    encoded = [_batch(passages, first=0) for passages in batches]
    with tempfile.TemporaryDirectory() as folder:
        Tokens.pack(encoded, _NOTHING).write(Path(folder))
        opened = Tokens.open(Path(folder))

    meant = np.concatenate([np.zeros((0, 4), np.float32), *(_NOTHING.less(batch.hidden) for batch in encoded)])
    error = np.abs(opened.values * opened.scales[:, None] - meant)
    assert (error <= np.abs(meant).max(axis=1, initial=0, keepdims=True) / 127).all()


@given(st.lists(st.lists(_HIDDEN, max_size=3), max_size=3))
def test_pack_write_open_keeps_offsets_and_starts_exactly(batches: list[list[Vectors]]) -> None:
    """Across batches, whose own starts begin at 0, and passages without tokens."""
    encoded = [_batch(passages, first=10 * number) for number, passages in enumerate(batches)]
    with tempfile.TemporaryDirectory() as folder:
        Tokens.pack(encoded, _NOTHING).write(Path(folder))
        opened = Tokens.open(Path(folder))

    assert opened.offsets.tolist() == [pair for batch in encoded for pair in batch.offsets.tolist()]
    lengths = [len(passage) for passages in batches for passage in passages]
    assert opened.starts.tolist() == [sum(lengths[:number]) for number in range(len(lengths) + 1)]


def test_no_batches_give_no_rows(tmp_path: Path) -> None:
    """A document without passages; a file without rows can be opened."""
    Tokens.pack([], _NOTHING).write(tmp_path)
    opened = Tokens.open(tmp_path)

    assert (opened.values.shape, opened.offsets.shape, opened.starts.tolist()) == ((0, 4), (0, 2), [0])


def test_opened_vectors_are_memory_mapped(tmp_path: Path) -> None:
    """Those of passages that are no candidates are never read."""
    Tokens.pack([_batch([np.eye(4, dtype=np.float32)], first=0)], _NOTHING).write(tmp_path)

    assert isinstance(Tokens.open(tmp_path).values, np.memmap)


@pytest.mark.parametrize(
    ("rows", "places", "counts"),
    [
        ([0, 2], [0, 1, 2, 3, 4], [2, 3]),
        ([2], [2, 3, 4], [3]),
        ([1], [], [0]),
        ([1, 2], [2, 3, 4], [0, 3]),
        ([], [], []),
    ],
)
def test_rows_gives_the_places_of_some_passages(rows: list[int], places: list[int], counts: list[int]) -> None:
    """Three passages, of two tokens, none and three."""
    tokens = Tokens.pack([_batch([np.eye(4, dtype=np.float32)[:n] for n in (2, 0, 3)], first=0)], _NOTHING)
    found, lengths = tokens.rows(np.array(rows, np.int64))

    assert (found.tolist(), lengths.tolist()) == (places, counts)


def test_less_takes_the_mean_away() -> None:
    """(1, 3) less (1, 0) is (0, 3), of length 1 (0, 1)."""
    background = Background(np.array([1, 0], np.float32), np.zeros((0, 2), np.float32))

    assert background.less(np.array([[1, 3]], np.float32)).tolist() == [[0, 1]]


def test_less_takes_the_directions_away() -> None:
    """Of (3, 0, 2), what is along the first axis goes."""
    background = Background(np.zeros(3, np.float32), np.array([[1, 0, 0]], np.float32))

    assert background.less(np.array([[3, 0, 2]], np.float32)).tolist() == [[0, 0, 1]]


def test_less_of_the_mean_itself_is_nothing() -> None:
    """It has no direction, and is close to nothing."""
    background = Background(np.array([1, 2], np.float32), np.zeros((0, 2), np.float32))

    assert background.less(np.array([[1, 2]], np.float32)).tolist() == [[0, 0]]
