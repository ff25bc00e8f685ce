"""Rows in the other script than a question's, beside rows in its own: a library with texts in two languages.

The encoder puts texts of one language nearer to each other than to what they say in another one. So every row in the
question's script scores higher, whatever it is about, and would push the others out. The null scores of either script
say by how much: a score counts by its deviations above those of its own rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.text.scripts import has_han
from index.backend import AnyIndex, RowNumbers
from index.encoders.base import Vectors


@dataclass(frozen=True, slots=True)
class NullScores:
    """Mean and standard deviation of the best scores of unrelated everyday questions in an index."""

    mean: float
    deviation: float


Measured = dict[bool, dict[bool, NullScores]]
"""Null scores by the script of rows (whether it is Chinese), then by whether the questions are in the other one.

Rows of a script that the index lacks have none.
"""


@dataclass(frozen=True, slots=True)
class Others:
    """Which rows of an index are in the other script than a question's, and what they score by chance."""

    are_other: npt.NDArray[np.bool_]
    """Shape (rows,), of the index."""
    own_null: NullScores | None = None
    """Of rows in the question's script; None while null scores are measured."""
    other_null: NullScores | None = None

    @classmethod
    def of(cls, index: AnyIndex, question: str, measured: Measured | None = None) -> Others:
        """`measured`: None while they are being measured."""
        in_han = has_han(question)
        nulls = (measured[in_han][False], measured[not in_han][True]) if measured else ()
        return cls(index.in_han != in_han, *nulls)

    def rows(self, within: RowNumbers | None) -> RowNumbers:
        """Return the rows in the other script, ascending. `within`: of these, ascending; None for all of the index."""
        return np.flatnonzero(self.are_other) if within is None else within[self.are_other[within]]

    def level(self, rows: RowNumbers, scores: Vectors) -> Vectors:
        """Return the scores of some rows, those in the other script as if they were in the question's."""
        if self.own_null is None or self.other_null is None:
            return scores
        deviations = (scores - self.other_null.mean) / max(self.other_null.deviation, 1e-6)
        levelled = self.own_null.mean + deviations * self.own_null.deviation
        return np.where(self.are_other[rows], levelled, scores).astype(np.float32)
