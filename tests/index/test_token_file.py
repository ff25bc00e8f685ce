"""Token vectors of a segment on disk: each row gets its own back, whatever rows have in common."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.index_settings import INDEX
from index.search.token_file import SHARE, SHARED_TOKENS, SHARES, SMALL_TOKENS, TOKENS, Block, TokenFile, write_tokens
from index.search.token_vectors import (
    Records,
    as_form,
    record_type,
    small_record_type,
    smallest_record_type,
)

_ROWS = st.lists(st.tuples(st.text("ab", max_size=5), st.text("xyz", max_size=4)), max_size=12)
"""The context and the words of each row, a token a character."""


def _records(rows: Sequence[tuple[str, str]]) -> Block:
    """The records of some rows in 8 bits: equal characters at equal places have equal ones."""
    counts = np.array([len(context) + len(words) for context, words in rows], np.int64)
    made = np.zeros(counts.sum(), record_type(8))
    at = 0
    for context, words in rows:
        for place, character in enumerate(context + words):
            made[at]["start"], made[at]["end"] = place - len(context), place - len(context) + 1
            made[at]["scale"] = 0.01
            made[at]["values"] = np.random.default_rng(ord(character)).integers(-127, 128, 8)
            at += 1
    return made, counts


def _written(folder: Path, records: Records, counts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> TokenFile:
    """Write them in blocks of three rows, open."""

    def blocks() -> Iterator[Block]:
        ends = np.concatenate([[0], np.cumsum(counts)])
        for first in range(0, len(counts), 3):
            last = min(first + 3, len(counts))
            yield records[ends[first] : ends[last]], counts[first:last]

    ends = write_tokens(folder, blocks, len(counts), 8)
    (path,) = (folder / name for name in (TOKENS, SMALL_TOKENS, SHARED_TOKENS) if (folder / name).exists())
    return TokenFile.open(path, 8, ends.astype(np.uint64))


def _read(file: TokenFile, rows: Sequence[int]) -> list[bytes]:
    """The bytes of each row's records, read together."""
    read, counts = file.read_rows(np.array(rows, np.int64))
    return [part.tobytes() for part in np.split(read, np.cumsum(counts)[:-1])]


@example([("a", ""), ("a", ""), ("", "x"), ("a", "x")], [3, 0, 2, 1], 1)
@given(_ROWS.filter(bool), st.lists(st.integers(0, 11), min_size=1, max_size=8), st.integers(1, 2000))
def test_rows_in_any_order_get_their_records(rows: list[tuple[str, str]], asked: list[int], at_once: int) -> None:
    """As many rows as one likes, some of them twice; and all of them block by block."""
    records, counts = _records(rows)
    small = as_form(records, smallest_record_type(8))
    meant = [part.tobytes() for part in np.split(small, np.cumsum(counts)[:-1])]
    asked = [number % len(rows) for number in asked]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setitem(vars(INDEX), "small_token_rows", 0)
        patch.setitem(vars(INDEX), "copied_at_once", at_once)
        file = _written(Path(folder), records, counts)
        blocks = [*file.blocks(0, len(rows) - 1)]

        assert file.path.name == SHARED_TOKENS
        assert _read(file, asked) == [meant[number] for number in asked]
        assert b"".join(block.tobytes() for block, _ in blocks) == b"".join(meant)
        assert np.concatenate([own for _, own in blocks]).tolist() == counts.tolist()


@pytest.mark.parametrize(
    ("contexts", "own"),
    [
        (["abba", "abba", "", "abba"], [5, 1, 1, 1]),
        (["abba", "bb", "bb", "abba"], [5, 3, 1, 5]),
        (["abba", "abcd", "abdc", "abba"], [5, 3, 3, 1]),  # as under the head of a table, which its rows change
        (["abba", "abab", "abab", "abab"], [5, 3, 5, 1]),  # the second time, another context is worth being there whole
    ],
)
def test_what_rows_have_in_common_is_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contexts: list[str], own: list[int]
) -> None:
    """Each row has one token of its own after those of its context."""
    monkeypatch.setitem(vars(INDEX), "small_token_rows", 0)
    file = _written(tmp_path, *_records([(context, "x") for context in contexts]))

    assert file.shares is not None
    assert np.diff(file.ends, prepend=np.uint64(0)).tolist() == own
    assert file.shares["count"].tolist() == [len(one) + 1 - left for one, left in zip(contexts, own, strict=True)]


def test_a_long_context_is_shared_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """8,000 tokens, 72,000 bytes."""
    monkeypatch.setitem(vars(INDEX), "small_token_rows", 0)
    records, counts = _records([("ab" * 4000, "x"), ("ab" * 4000, "y")])
    file = _written(tmp_path, records, counts)

    assert file.ends.tolist() == [8001, 8002]
    assert b"".join(_read(file, [0, 1])) == as_form(records, smallest_record_type(8)).tobytes()


@pytest.mark.parametrize(("field", "value"), [("start", -40_000), ("end", 400), ("sentence", 256)])
def test_a_token_far_away_keeps_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str, value: int
) -> None:
    """In the form with wider numbers: 40,000 characters before the words, 400 characters long, in sentence 257."""
    monkeypatch.setitem(vars(INDEX), "small_token_rows", 0)
    records, counts = _records([("a", "xy"), ("a", "z"), ("b", "z"), ("b", "zz")])
    records[field][-1] = value
    if field == "start":
        records["end"][-1] = value + 1
    file = _written(tmp_path, records, counts)

    assert [path.name for path in tmp_path.iterdir()] == [SMALL_TOKENS]
    assert b"".join(_read(file, range(4))) == as_form(records, small_record_type(8)).tobytes()


def test_a_small_segment_keeps_eight_bits(tmp_path: Path) -> None:
    records, counts = _records([("a", "xy"), ("a", "z")])
    file = _written(tmp_path, records, counts)

    assert [path.name for path in tmp_path.iterdir()] == [TOKENS]
    assert b"".join(_read(file, range(2))) == records.tobytes()


def test_files_that_do_not_fit_each_other_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share beyond the end when it is read; one too few when the file is opened."""
    monkeypatch.setitem(vars(INDEX), "small_token_rows", 0)
    file = _written(tmp_path, *_records([("ab", "xy"), ("ab", "z")]))
    assert file.shares is not None
    shares = np.array(file.shares)
    shares["start"][1] = 9
    np.save(tmp_path / SHARES, shares)
    with pytest.raises(EOFError):
        TokenFile.open(tmp_path / SHARED_TOKENS, 8, file.ends).read_rows(np.array([1]))
    np.save(tmp_path / SHARES, shares[:1])
    with pytest.raises(ValueError, match="do not fit"):
        TokenFile.open(tmp_path / SHARED_TOKENS, 8, file.ends)
    np.save(tmp_path / SHARES, np.zeros(2, [("start", "<u8"), *SHARE.descr[1:]]))
    with pytest.raises(ValueError, match="is no array"):
        TokenFile.open(tmp_path / SHARED_TOKENS, 8, file.ends)
