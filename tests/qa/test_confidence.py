"""The scale of confidence: 0 to 1, and what moves it up and down."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.qa_settings import READER
from qa.ranking.confidence import Evidence, calibration
from qa.ranking.other_script import NullScores
from qa.ranking.reader import Reading

_NULL = NullScores(mean=0.5, deviation=0.1)
_SCORES = st.lists(st.floats(-2, 2, width=32), min_size=1, max_size=12)
_LOGITS = st.floats(-20, 20, width=32)


def _evidence(scores: list[float], logits: list[float] | None = None, **known: Any) -> Evidence:
    values = np.array(scores, np.float32)
    some = np.full(len(scores), 0.5, np.float32)
    reading = None
    if logits is not None:
        reading = Reading(np.array(logits, np.float32), {}, some)
    given = {"is_cross": False, "unmatched_names": 0, "unmatched_words": 0, "unmatched_weight": 0.0} | known
    return Evidence(scores=values, null_scores=_NULL, interaction=some, reading=reading, question_tokens=8, **given)


def _best(evidence: Evidence) -> float:
    return float(calibration().probabilities(evidence).max())


@given(_SCORES, _LOGITS, st.booleans(), st.integers(0, 9), st.integers(0, 9))
def test_a_probability_is_between_0_and_1(
    scores: list[float], logit: float, is_cross: bool, names: int, words: int
) -> None:
    """Whatever the evidence, with the reader and without it."""
    for logits in (None, [logit] * len(scores)):
        evidence = _evidence(scores, logits, is_cross=is_cross, unmatched_names=names, unmatched_words=words)
        probabilities = calibration().probabilities(evidence)

        assert probabilities.shape == (len(scores),)
        assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_no_passage_gives_no_probability() -> None:
    """An index without candidates for a question."""
    assert calibration().probabilities(_evidence([], [])).shape == (0,)


@pytest.mark.parametrize("is_cross", [False, True])
@pytest.mark.parametrize("logits", [None, [3.0]])
def test_a_higher_score_is_surer(is_cross: bool, logits: list[float] | None) -> None:
    """All else being equal."""
    low, high = (_best(_evidence([score], logits, is_cross=is_cross)) for score in (0.5, 0.9))

    assert low < high


@pytest.mark.parametrize("is_cross", [False, True])
def test_what_the_reader_says_counts(is_cross: bool) -> None:
    """The same passages, once read as answering and once not."""
    no, yes = (_best(_evidence([0.8, 0.6], logits, is_cross=is_cross)) for logits in ([-6.0, -6.0], [4.0, -6.0]))

    assert no < calibration().may_answer < yes


def test_nothing_vetoes() -> None:
    """A passage that the reader is sure of may answer, though a word of the question is nowhere."""
    for names, words in ((1, 0), (0, 1)):
        evidence = _evidence([0.95, 0.5], [7.0, -6.0], unmatched_names=names, unmatched_words=words)

        assert _best(evidence) >= calibration().may_answer


@pytest.mark.parametrize("logits", [None, [0.0]])
def test_a_missing_name_lowers_it(logits: list[float] | None) -> None:
    """The text never mentions what the question is about."""
    evidence = _evidence([0.7], logits)

    assert _best(dataclasses.replace(evidence, unmatched_names=1)) < _best(evidence)


@pytest.mark.parametrize("deviation", [0.0, 1e-9])
def test_everyday_questions_that_all_score_the_same_divide_nothing_by_zero(deviation: float) -> None:
    """A text of one passage, say."""
    evidence = dataclasses.replace(_evidence([0.5, 0.4], [1.0, 0.0]), null_scores=NullScores(0.5, deviation))

    assert np.isfinite(calibration().probabilities(evidence)).all()


@given(_SCORES, st.booleans())
def test_what_is_not_read_could_not_answer(scores: list[float], is_cross: bool) -> None:
    """Behind the first passages, whose verdicts are wanted in any case: even if the reader were for one of the rest."""
    evidence = _evidence(scores := sorted(scores, reverse=True), is_cross=is_cross)
    count = calibration().worth_reading(evidence)
    likely = _evidence(scores, [READER.high_logit] * len(scores), is_cross=is_cross)

    assert min(len(scores), READER.passages) <= count <= len(scores)
    assert (calibration().probabilities(likely)[count:] < calibration().may_answer).all()


def test_evidence_that_was_read_is_about_what_was_read() -> None:
    reading = Reading(np.zeros(2, np.float32), {}, np.ones(2, np.float32))

    assert len(calibration().probabilities(_evidence([0.9, 0.8, 0.7]).read(reading))) == 2
