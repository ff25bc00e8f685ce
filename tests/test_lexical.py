"""BM25: what counts as the same word, and what a score means."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import Lexical

_LINES = st.lists(st.text("甲乙丙。 a1", max_size=8), max_size=6)


def _scores(texts: list[str], question: str) -> list[float]:
    return [float(score) for score in Lexical.build(texts).scores([(question, 1.0)])]


def test_a_passage_without_terms_keeps_its_row() -> None:
    """bm25s would drop it, and 丙 would be found in the row before."""
    scores = _scores(["甲乙", "。。。", "", "丙"], "丙")

    assert scores[:3] == [0, 0, 0]
    assert scores[3] > 0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("秘書處設在哪裡", "秘书处设在哪里"),  # Traditional
        ("秘书处设在哪里", "秘書處設在哪裡"),
        ("ＳＣＯ１２", "sco12"),  # full width, and case
        ("SCO12", "ｓｃｏ１２"),
        ("２０２１年", "2021年"),
    ],
)
def test_another_spelling_scores_as_the_same(question: str, text: str) -> None:
    """As much as the text's own spelling does."""
    assert _scores([text, "别的"], question) == _scores([text, "别的"], text)


@pytest.mark.parametrize("question", ["300亿", "三百亿", "３００亿", "300億", "30 billion", "30,000,000,000"])
@pytest.mark.parametrize("text", ["贷款300亿元", "贷款三百亿元", "贷款３００亿元"])
def test_a_number_is_found_in_any_spelling(question: str, text: str) -> None:
    """And 500亿 and 300万 are other numbers."""
    right, *wrong = _scores([text, "贷款500亿元", "贷款300万元"], question)

    assert right > max(wrong)


@pytest.mark.parametrize("question", ["2021年", "二〇二一年", "二零二一年", "２０２１年"])
@pytest.mark.parametrize("text", ["成立于2021年", "成立于二〇二一年"])
def test_a_year_is_found_in_any_spelling(question: str, text: str) -> None:
    """And 2011年 is another year."""
    right, wrong = _scores([text, "成立于2011年"], question)

    assert right > wrong


def test_the_order_of_the_characters_counts() -> None:
    """Pairs are terms too: 发展 is not 展发."""
    right, wrong = _scores(["发展", "展发"], "发展")

    assert right > wrong


@given(_LINES, st.text("甲乙丙丁a1", max_size=8))
def test_a_score_is_a_share(texts: list[str], question: str) -> None:
    """One a passage, 0 to 1."""
    scores = _scores(texts, question)

    assert len(scores) == len(texts)
    assert all(0 <= score <= 1 for score in scores)


def test_a_word_that_no_passage_has_counts_in_what_could_be_reached() -> None:
    """A question of which half is unknown scores less."""
    (known,), (half,) = _scores(["甲"], "甲"), _scores(["甲"], "甲，戊")

    assert 0 < half < known / 2


def test_a_part_counts_as_much_as_it_is_said_to() -> None:
    """甲 counts a quarter of 乙: of all that can be reached 1/5 and 4/5."""
    lexical = Lexical.build(["甲", "乙"])
    first, second = lexical.scores([("甲", 0.25), ("乙", 1.0)])

    assert second == pytest.approx(4 * first)
    assert first == pytest.approx(lexical.scores([("甲", 1.0)])[0] / 5)


def test_weight_is_the_inverse_document_frequency() -> None:
    """Of two passages one has 甲, both have 乙, none has 丙."""
    lexical = Lexical.build(["甲乙", "乙"])

    assert lexical.weight("甲") == pytest.approx(math.log(1 + 1.5 / 1.5))
    assert lexical.weight("乙") == pytest.approx(math.log(1 + 0.5 / 2.5))
    assert lexical.weight("丙") == pytest.approx(math.log(1 + 2.5 / 0.5))


@given(_LINES, st.text("甲乙丙丁a1", max_size=8))
def test_law_5_an_opened_one_scores_the_same(texts: list[str], question: str) -> None:
    """Save, open: bit for bit."""
    built = Lexical.build(texts)
    with tempfile.TemporaryDirectory() as folder:
        built.write(Path(folder))
        opened = Lexical.open(Path(folder), len(texts))

        assert np.array_equal(opened.scores([(question, 1.0)]), built.scores([(question, 1.0)]))
