"""The scale of confidence: 0 to 1, and what moves it up and down."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.ranking.confidence import Evidence, NullScores, calibration

_NULL = NullScores(mean=0.5, deviation=0.1)
_SCORES = st.floats(-2, 2)
_YES = st.booleans()


_CLEAN = Evidence(0.0, _NULL, cross=False, unmatched_name=False, unmatched_word=False, wrong_answer_type=False)


def _answerable(score: float, **flags: Any) -> float:
    return calibration().answerable(dataclasses.replace(_CLEAN, score=score, **flags))


def _bar(cross: bool) -> float:
    return calibration().bar(dataclasses.replace(_CLEAN, cross=cross))


@given(_SCORES, _YES, _YES, _YES)
def test_a_probability_is_between_0_and_1(
    score: float, cross: bool, unmatched_name: bool, wrong_answer_type: bool
) -> None:
    """Whatever the score."""
    assert 0 <= _answerable(score, cross=cross, unmatched_name=unmatched_name, wrong_answer_type=wrong_answer_type) <= 1


@given(_SCORES, _SCORES, _YES)
def test_a_higher_score_is_never_less_sure(one: float, other: float, cross: bool) -> None:
    """The probability rises with the score."""
    assert _answerable(min(one, other), cross=cross) <= _answerable(max(one, other), cross=cross)


@pytest.mark.parametrize("cross", [False, True])
def test_what_everyday_questions_reach_is_below_the_bar(cross: bool) -> None:
    """And four deviations above is over it."""
    assert _answerable(0.5, cross=cross) < _bar(cross) < _answerable(0.9, cross=cross)


@pytest.mark.parametrize("deviation", [0.0, 1e-9])
def test_everyday_questions_that_all_score_the_same_divide_nothing_by_zero(deviation: float) -> None:
    """A text of one passage, say."""
    null_scores = NullScores(mean=0.5, deviation=deviation)

    assert 0 < _answerable(0.5, null_scores=null_scores) < 1


@given(_SCORES, _YES)
def test_a_missing_name_lowers_it(score: float, cross: bool) -> None:
    """The text never mentions what the question is about."""
    assert _answerable(score, cross=cross, unmatched_name=True) < _answerable(score, cross=cross)


@given(_SCORES, _YES)
def test_another_missing_word_lowers_it_less(score: float, cross: bool) -> None:
    """It may be a paraphrase."""
    missing = _answerable(score, cross=cross, unmatched_word=True)

    assert _answerable(score, cross=cross, unmatched_name=True) < missing < _answerable(score, cross=cross)


@given(_SCORES, _YES)
def test_the_wrong_kind_of_thing_lowers_it(score: float, cross: bool) -> None:
    """A date is asked for, and the best passage has none."""
    assert _answerable(score, cross=cross, wrong_answer_type=True) < _answerable(score, cross=cross)


@pytest.mark.parametrize("cross", [False, True])
def test_the_best_score_is_not_answered_where_a_name_is_missing(cross: bool) -> None:
    """It alone keeps a question below the bar."""
    assert _answerable(2.0, cross=cross, unmatched_name=True) < _bar(cross)


@given(st.floats(0, 1), st.lists(_SCORES, max_size=5))
def test_no_hit_is_surer_than_the_answer(answerable: float, scores: list[float]) -> None:
    """Each is the answer's probability times that of being the passage that answers."""
    assert all(0 <= hit <= answerable for hit in calibration().of_hits(answerable, sorted(scores, reverse=True)))


@given(st.floats(0.1, 1), st.lists(_SCORES, min_size=1, max_size=5))
def test_hits_are_less_and_less_sure(answerable: float, scores: list[float]) -> None:
    """In the order of their scores."""
    hits = calibration().of_hits(answerable, sorted(scores, reverse=True))

    assert hits == sorted(hits, reverse=True)


def test_a_lead_makes_the_first_hit_surer() -> None:
    """One passage that stands out, and two that are nearly as good as each other."""
    clear, _ = calibration().of_hits(1.0, [1.2, 0.6])
    close, _ = calibration().of_hits(1.0, [1.2, 1.19])

    assert clear > 0.95 > close
