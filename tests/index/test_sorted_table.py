"""A table on disk is searched as a dictionary in memory is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sorted_table import SortedTable

_KEYS = st.lists(st.binary(min_size=1, max_size=5).filter(lambda key: not key.endswith(b"\0")), min_size=1, unique=True)


@given(_KEYS, st.lists(st.binary(max_size=7)))
def test_every_key_is_found_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, keys: list[bytes], others: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("table") / "keys.npy"
    order = SortedTable.write(path, keys)
    table = SortedTable.open(path)
    values = np.arange(len(keys))[order]
    asked = list(dict.fromkeys([*others, *keys]))
    expected = {key: keys.index(key) if key in keys else None for key in asked}
    found = {key: None if (place := table.place(key)) is None else int(values[place]) for key in asked}
    assert found == expected


_WORDS = st.text("ab山\0", max_size=6)


@given(
    st.lists(_WORDS.filter(lambda key: key and not key.endswith("\0")), min_size=1, unique=True),
    st.lists(_WORDS),
)
def test_all_keys_that_a_text_begins_with_are_found(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("table") / "keys.npy"
    order = SortedTable.write(path, [key.encode() for key in keys])
    found = SortedTable.open(path).beginnings(texts)
    assert {key: keys[order[place]] for key, place in found.items()} == {
        key: key for key in keys if any(text.startswith(key) for text in texts)
    }


def test_nothing_is_asked(tmp_path: Path) -> None:
    SortedTable.write(tmp_path / "keys.npy", ["山".encode()])
    table = SortedTable.open(tmp_path / "keys.npy")
    assert table.beginnings([]) == {}
    assert table.beginnings(["", "\0", "水山"]) == {}
    assert table.place(b"") is None
