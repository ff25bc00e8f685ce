"""Rows among other rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.row_sets import are_in

_ROWS = st.lists(st.integers(0, 30))


@given(_ROWS, st.sets(st.integers(0, 30)))
def test_a_row_is_among_others_or_not(rows: list[int], within: set[int]) -> None:
    found = are_in(np.array(rows, np.int64), np.array(sorted(within), np.int64))

    assert found.tolist() == [row in within for row in rows]
