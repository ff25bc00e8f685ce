"""The probability that a passage answers: one model of all evidence, fitted on many collections.

`training/confidence.py` fits the weights in `confidence.json`; docs/quality.md has the reliability table. No single
piece of evidence decides.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from index.encoders.base import Vectors
from qa.qa_settings import READER
from qa.ranking.other_script import NullScores
from qa.ranking.reader import Reading

_LIMITS: dict[str, tuple[float, ...]] = {
    "deviations": (1, 2, 3),
    "reader": (-1, 0, 1),
    "interaction": (0.4, 0.6),
    "coverage": (0.5,),
}
"""Where the slope of a feature may change: what is far above chance is not surer for being further above."""
_CROSSED = ("one", "deviations", "best deviations", "interaction", "names", "words", "unmatched weight", "reader")
"""The features that have a second weight where question and passage are in different scripts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the best passages of a question, in their order."""

    scores: Vectors
    """Shape (passages,): from `late_interaction.rank`."""
    null_scores: NullScores
    """Of the rows whose scores are left as they are (`qa/ranking/other_script.py`)."""
    interaction: Vectors
    """Shape (passages,), -1 to 1: how well each passage matches the question's words."""
    reading: Reading | None
    """Of these passages; None without a reader."""
    is_cross: bool | npt.NDArray[np.bool_]
    """Whether question and passage are in different scripts: an English question to a Chinese text. This and what
    follows is of shape (passages,), or the same for all of them."""
    unmatched_names: int | npt.NDArray[np.int64]
    """Names of the question that the documents in the passage's script neither contain nor paraphrase."""
    unmatched_words: int | npt.NDArray[np.int64]
    """Other such words."""
    unmatched_weight: float | Vectors
    """The weight of all of them in the question, 0 to 1."""
    question_tokens: int

    def read(self, reading: Reading) -> Evidence:
        """Return the evidence about the first passages, which the reader has read."""
        count = len(reading.logits)
        of_each = {field.name: getattr(self, field.name) for field in fields(self)}
        first: dict[str, Any] = {name: one[:count] for name, one in of_each.items() if isinstance(one, np.ndarray)}
        return replace(self, **first, reading=reading)

    @property
    def features(self) -> dict[str, Vectors]:
        """Each feature by its name: shape (passages,)."""
        count = len(self.scores)
        deviations = (self.scores - self.null_scores.mean) / max(self.null_scores.deviation, 1e-6)
        found = {
            "one": np.ones(count),
            "deviations": np.clip(deviations, -2, 6),
            "best deviations": np.full(count, np.clip(deviations.max(initial=-2), -2, 6)),
            "lead": np.clip(_lead(self.scores), -0.2, 0.2),
            "interaction": np.clip(self.interaction, 0, 0.8),
            "names": np.full(count, np.minimum(self.unmatched_names, 2)),
            "words": np.full(count, np.minimum(self.unmatched_words, 2)),
            "unmatched weight": np.full(count, self.unmatched_weight),
            "tokens": np.full(count, np.log1p(self.question_tokens)),
        }
        if self.reading is not None:
            logits = np.clip(self.reading.logits, -8, 8)
            found |= {
                "reader": logits,
                "reader's lead": np.clip(_lead(logits), -6, 6),
                "best of the reader": np.full(count, logits.max(initial=-8)),
                "coverage": self.reading.coverage,
            }
        for name, limits in _LIMITS.items():
            if name in found:
                found |= {f"{name}, at most {limit}": np.minimum(found[name], limit) for limit in limits}
        found |= {f"{name}, across": found[name] * self.is_cross for name in _CROSSED if name in found}
        return {name: np.asarray(values, np.float32) for name, values in found.items()}


def _lead(values: Vectors) -> Vectors:
    """Return shape (passages,): how far each value is above the highest other one."""
    if len(values) < 2:
        return np.zeros(len(values), np.float32)
    second, first = np.partition(values, -2)[-2:]
    return np.asarray(np.where(values == first, values - second, values - first), np.float32)


class Weights(BaseModel):
    """A logistic model."""

    model_config = ConfigDict(frozen=True)

    weights: dict[str, float]
    """By feature."""

    def probabilities(self, evidence: Evidence) -> npt.NDArray[np.float64]:
        """Return shape (passages,), 0 to 1: the probability of each passage that it answers."""
        features = evidence.features
        total = sum((weight * features[name] for name, weight in self.weights.items()), np.zeros(len(evidence.scores)))
        return np.asarray(1 / (1 + np.exp(-np.clip(total, -30, 30))), np.float64)


class Calibration(BaseModel):
    """The numbers that `training/confidence.py` fits, and the bars that are chosen."""

    model_config = ConfigDict(frozen=True)

    with_reader: Weights
    without_reader: Weights
    may_answer: float
    """The probability, 0 to 1, from which a passage may answer: a reply has only such hits."""
    answers: float
    """The probability, 0 to 1, from which a passage is said to answer."""

    def probabilities(self, evidence: Evidence) -> npt.NDArray[np.float64]:
        """Return shape (passages,), 0 to 1: the probability of each passage that it answers."""
        model = self.without_reader if evidence.reading is None else self.with_reader
        return model.probabilities(evidence)

    def worth_reading(self, evidence: Evidence) -> int:
        """Return how many of the first passages to read: those behind could not answer if the reader were for them."""
        count = len(evidence.scores)
        high = Reading(np.full(count, READER.high_logit, np.float32), {}, np.ones(count, np.float32))
        may = np.flatnonzero(self.probabilities(evidence.read(high)) >= self.may_answer)
        return min(count, max(READER.passages, int(may[-1]) + 1 if len(may) else 0))


@cache
def calibration() -> Calibration:
    """Return the numbers of `confidence.json`."""
    return Calibration.model_validate_json((Path(__file__).parent / "confidence.json").read_text(encoding="utf-8"))
