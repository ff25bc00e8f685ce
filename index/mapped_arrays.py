"""Maps .npy files whose type is known. Their headers are compared, not parsed: `np.load` evaluates them as Python."""

from __future__ import annotations

import io
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_LENGTH = slice(8, 10)
"""The bytes of a header, of version 1.0, that hold the length of the rest of it."""


def map_array(path: Path, *kinds: npt.DTypeLike) -> npt.NDArray[Any]:
    """Map an array of one of these types; one with a shape, `(type, (dimension,))`, is the type of its rows.

    Raises OSError, or ValueError if it has another type or shape.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    data = np.frombuffer(mapped, np.uint8)
    start = _LENGTH.stop + int.from_bytes(data[_LENGTH].tobytes(), "little")
    for kind in kinds:
        row = np.dtype(kind)
        shape = max(0, len(data) - start) // row.itemsize, *row.shape
        header = io.BytesIO()
        described = {"descr": np.lib.format.dtype_to_descr(row.base), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(header, described)
        if data[:start].tobytes() == header.getvalue() and len(data) == start + shape[0] * row.itemsize:
            array: npt.NDArray[Any] = data[start:].view(row.base).reshape(shape)
            return array
    raise ValueError(f"{path.name} is no array of {' or '.join(str(np.dtype(kind)) for kind in kinds)}")
