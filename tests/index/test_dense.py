"""Vectors on disk are of half precision; what compares them is of single precision."""

import numpy as np

from index.search.dense import widened


def test_every_finite_number_is_widened_as_numpy_does() -> None:
    """All 63,488 of them, zeros of both signs and the smallest included."""
    numbers = np.arange(1 << 16).astype(np.uint16).view(np.float16)
    finite = numbers[np.isfinite(numbers)].reshape(-1, 62)

    assert np.array_equal(widened(finite).view(np.uint32), finite.astype(np.float32).view(np.uint32))
