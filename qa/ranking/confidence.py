"""The probability that a passage answers, calibrated in units of the null scores of this very index.

The fitted numbers are in `confidence.json`, which `training/confidence.py` fits; docs/quality.md has the reliability
table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class NullScores:
    """Mean and standard deviation of the best scores that unrelated everyday questions have in an index."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the probability that the documents answer a question is computed from."""

    score: float
    """The score of the best passage, as `late_interaction.rank` gives it."""
    null_scores: NullScores
    cross: bool
    """Whether question and index are in different scripts: an English question to a Chinese text."""
    unmatched_name: bool
    """Whether an unmatched word of the question is a name."""
    unmatched_word: bool
    """Whether another word of the question is unmatched: a paraphrase, or a near miss."""
    wrong_answer_type: bool
    """Whether the best passage lacks what is asked for: a date, a number, a place or a person."""

    @property
    def deviations(self) -> float:
        """The distance of the score above the mean null score, in standard deviations."""
        return (self.score - self.null_scores.mean) / max(self.null_scores.deviation, 1e-6)


class Logistic(BaseModel):
    """A logistic curve: 1 / (1 + exp(−(intercept + slope · x)))."""

    model_config = ConfigDict(frozen=True)

    intercept: float
    slope: float


class Script(Logistic):
    """The curve over `Evidence.deviations`."""

    bar: float
    """The probability, 0 to 1, from which the documents count as answering."""


class Calibration(BaseModel):
    """The numbers that `training/confidence.py` fits."""

    model_config = ConfigDict(frozen=True)

    same: Script
    """For a question in the script of the index."""
    cross: Script
    """For a question in another script."""
    most_deviations: float
    """A score further above the mean does not raise the probability."""
    unmatched_name: float
    """Factor for `Evidence.unmatched_name`."""
    unmatched_word: float
    """Factor for `Evidence.unmatched_word`."""
    wrong_answer_type: float
    """Factor for `Evidence.wrong_answer_type`."""
    lead: Logistic
    """For one hit, given that the documents answer: the curve over its lead over the best other score."""
    rank_cost: float
    """For one hit: what each rank takes off the argument of the curve."""

    def answerable(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1, that the documents answer."""
        script = self.cross if evidence.cross else self.same
        sure = _sigmoid(script.intercept + script.slope * min(evidence.deviations, self.most_deviations))
        for flag, factor in (
            (evidence.unmatched_name, self.unmatched_name),
            (evidence.unmatched_word, self.unmatched_word),
            (evidence.wrong_answer_type, self.wrong_answer_type),
        ):
            sure *= factor if flag else 1
        return sure

    def bar(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1, from which the documents count as answering."""
        return (self.cross if evidence.cross else self.same).bar

    def of_hits(self, answerable: float, scores: Sequence[float]) -> list[float]:
        """Return for each hit, in order, the probability that this very passage answers."""
        confidences = []
        for rank, score in enumerate(scores):
            others = max((*scores[:rank], *scores[rank + 1 :]), default=0.0)
            lead = self.lead.intercept + self.lead.slope * (score - others) - self.rank_cost * rank
            confidences.append(answerable * _sigmoid(lead))
        return confidences


@cache
def calibration() -> Calibration:
    """Return the numbers of `confidence.json`."""
    return Calibration.model_validate_json((Path(__file__).parent / "confidence.json").read_text(encoding="utf-8"))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
