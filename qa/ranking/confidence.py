"""How likely it is that a passage answers: calibrated in units of what unrelated questions reach in this very text.

Every number stands in `confidence.json`, which `training/confidence.py` fits; docs/quality.md has the reliability
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
    """What everyday questions about other things reach in a text: mean and deviation of their best scores."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the text's answering a question."""

    score: float
    """Of the best passage, as `rank` gives it."""
    null: NullScores
    cross: bool
    """Question and text are in different scripts: an English question to a Chinese text."""
    missing_name: bool
    """The question names something that the text never mentions."""
    missing_word: bool
    """It has another content word that the text never mentions: a paraphrase, or a near miss."""
    wrong_kind: bool
    """The best passage lacks the kind of thing that is asked for: a date, a number, a place, a person."""

    @property
    def deviations(self) -> float:
        """How far the score lies above what unrelated questions reach, in their deviations."""
        return (self.score - self.null.mean) / max(self.null.deviation, 1e-6)


class Logistic(BaseModel):
    """Intercept and slope."""

    model_config = ConfigDict(frozen=True)

    intercept: float
    slope: float


class Script(Logistic):
    """Over the score in null deviations."""

    bar: float
    """The probability, 0 to 1, from which the text counts as answering."""


class Calibration(BaseModel):
    """The fitted numbers."""

    model_config = ConfigDict(frozen=True)

    same: Script
    """Where question and text are in one script."""
    cross: Script
    """Where they are in different ones."""
    most_deviations: float
    """What lies above is no surer."""
    missing_name: float
    """Factor for `Evidence.missing_name`."""
    missing_word: float
    """Factor for `Evidence.missing_word`."""
    wrong_kind: float
    """Factor for `Evidence.wrong_kind`."""
    lead: Logistic
    """For one hit, given that the text answers: over its lead on the best of the others."""
    rank_cost: float
    """For one hit: taken off for each rank."""

    def answerable(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1, that the text answers."""
        script = self.cross if evidence.cross else self.same
        sure = _sigmoid(script.intercept + script.slope * min(evidence.deviations, self.most_deviations))
        for flag, factor in (
            (evidence.missing_name, self.missing_name),
            (evidence.missing_word, self.missing_word),
            (evidence.wrong_kind, self.wrong_kind),
        ):
            sure *= factor if flag else 1
        return sure

    def bar(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1, from which the text counts as answering."""
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
