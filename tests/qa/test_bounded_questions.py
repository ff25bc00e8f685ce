"""No question and no quotation takes long, whatever somebody sends."""

from __future__ import annotations

import random
import sys
import time

import pytest

from corpus.parse import parse
from qa.qa_settings import ANSWERS, QUOTATIONS
from qa.question.dependence import points_back
from qa.question.word_segmenter import _tagger, tagged
from qa.quotations.checker import Checker, quotations
from tests.growth import growth

SECONDS = 10.0


@pytest.mark.model
@pytest.mark.parametrize("characters", ["𠀀", "龘甲"])
def test_the_longest_question_of_one_character_is_cut(characters: str) -> None:
    """It took up to 23 seconds."""
    text = (characters * ANSWERS.longest_question)[: ANSWERS.longest_question]
    begin = time.process_time()

    assert "".join(word for word, _ in tagged(text)) == text
    assert time.process_time() - begin < SECONDS


@pytest.mark.model
def test_the_states_are_those_of_jieba() -> None:
    """Of characters that its table knows and of some that it does not, alone, repeated and mixed."""
    _tagger()
    posseg, viterbi = sys.modules["jieba.posseg"], sys.modules["jieba.posseg.viterbi"]
    states = _tagger()._POSTokenizer__cut.__closure__
    tag_states = next(cell.cell_contents for cell in states if hasattr(cell.cell_contents, "of"))
    tables = (posseg.char_state_tab_P, posseg.start_P, posseg.trans_P, posseg.emit_P)
    chance = random.Random(7)
    for text in (
        "甲",
        "甲甲甲",
        "丙是龘",
        *("".join(chance.choices("甲乙的是在一人民龘〇々上海", k=6)) for _ in range(20)),
    ):
        assert tag_states.of(text) == viterbi.viterbi(text, *tables)[1]


def test_nested_quotation_marks_take_as_long_as_they_are_many() -> None:
    """The words inside each pair were counted again for the pair around it."""
    assert growth(lambda size: "“" * size + "甲乙丙丁" + "”" * size, quotations, 200) < 2.3
    assert growth(lambda size: "“甲乙丙丁”\n" * size, quotations, 100) < 2.3


def test_a_long_quotation_is_looked_for_in_fewer_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its length times its places is bounded."""
    monkeypatch.setitem(vars(QUOTATIONS), "characters", 100)
    checker = Checker([parse("甲" * 200, name="甲")])

    assert len(checker.check("甲" * 50).places) == 3
    assert len(checker.check("甲" * 4).places) == 26


def test_what_points_back_is_looked_for_once() -> None:
    """The words before each word were cut again: a question of 1,200 characters after another took minutes."""
    assert growth(lambda size: "第3条？" * size, points_back, 12) < 3
    assert growth(lambda size: "猫" + "这个，" * size, points_back, 12) < 3
