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
    together = {key: int(values[place]) for key, place in table.places(asked).items()}
    assert together == {key: value for key, value in expected.items() if value is not None}
    assert list(together) == [key for key in asked if key in keys]


def test_nothing_is_asked(tmp_path: Path) -> None:
    SortedTable.write(tmp_path / "keys.npy", ["山".encode()])
    table = SortedTable.open(tmp_path / "keys.npy")
    assert table.places([]) == {}
    assert table.places([b"\0", "山水".encode()]) == {}
    assert table.place(b"") is None
