"""Rows among other rows: numpy's set operations would sort a million of them for each question."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def are_in(rows: npt.NDArray[np.int64], within: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return, for each of some rows, whether it is one of others. `within`: ascending."""
    if not len(within):
        return np.zeros(len(rows), bool)
    found: npt.NDArray[np.bool_] = within.take(within.searchsorted(rows), mode="clip") == rows
    return found
