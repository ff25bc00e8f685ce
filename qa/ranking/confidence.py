"""The probability that a passage answers, calibrated against the null scores of the index.

`training/confidence.py` fits the numbers in `confidence.json`; docs/quality.md has the reliability table.
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
    """Mean and standard deviation of the best scores of unrelated everyday questions in an index."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The input of `Calibration.answerable`."""

    score: float
    """The score of the best passage, from `late_interaction.rank`."""
    null_scores: NullScores
    cross: bool
    """Whether question and index are in different scripts: an English question to a Chinese text."""
    unmatched_name: bool
    """Whether an unmatched word of the question is a name."""
    unmatched_word: bool
    """Whether another word of the question is unmatched: a paraphrase, or a near miss."""
    wrong_answer_type: bool
    """Whether the best passage has nothing of the question's answer type."""

    @property
    def deviations(self) -> float:
        """How far the score is above the mean null score, in standard deviations."""
        return (self.score - self.null_scores.mean) / max(self.null_scores.deviation, 1e-6)


class Logistic(BaseModel):
    """A logistic curve: 1 / (1 + exp(−(intercept + slope · x)))."""

    model_config = ConfigDict(frozen=True)

    intercept: float
    slope: float


class Script(Logistic):
    """The curve over `Evidence.deviations` for questions in one script."""

    bar: float
    """The probability, 0 to 1, from which a question counts as answered."""


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
    """The curve for one hit, given that the documents answer. Its argument is the lead over the best other score."""
    rank_cost: float
    """Subtracted from the argument of that curve for each rank."""

    def answerable(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1, that the documents answer the question."""
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
        """Return the probability, 0 to 1, from which a question counts as answered."""
        return (self.cross if evidence.cross else self.same).bar

    def of_hits(self, answerable: float, scores: Sequence[float]) -> list[float]:
        """Return the probability of each hit, in order, that its passage answers."""
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
