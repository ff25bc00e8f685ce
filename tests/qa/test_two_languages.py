"""A library with texts in two languages answers questions in either about both."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpus.source import Source
from index.encoders.base import Embedder
from index.row_scripts import count_texts, in_han
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking.other_script import NullScores, Others
from qa.reply import Answer
from tests.index.stored import sql

_CHINESE = """白浪渡口管理办法
渡船每天早上六点半开航，晚上七点收班，中午不休息。
江面能见度不足五百米，或者风力达到七级，渡船一律停航。
成年人单程票价三元，自行车另收一元，一米二以下的儿童免票。
每条渡船至少配备两名持证船员，载客不得超过三十六人。
乘客上船前应当穿好救生衣，拒不穿着的，船员有权拒绝其登船。
在船上拾得的物品交到码头值班室，保管九十天，无人认领的上交镇政府。
"""
_ENGLISH = """Notes of the observatory
The dome opens to visitors on Thursday evenings from May to September, unless clouds cover the sky.
Its main telescope was built in 1911 by a clockmaker of the town and has a mirror of sixty centimetres.
Children under ten must be accompanied, and torches with white light are not allowed on the platform.
The library of star charts is kept on the second floor and may be read on request.
Every August the members count meteors for three nights and send their figures to the society.
"""
_ASKED = {
    "渡船晚上几点收班？": "渡船每天早上",
    "How many passengers may a ferry carry?": "每条渡船至少",
    "At what wind force does the ferry stop?": "江面能见度",
    "When can visitors enter the dome?": "The dome opens",
    "主望远镜是哪一年造的？": "Its main telescope",
}


def _source(name: str, text: str) -> Source:
    return Source.from_bytes(name, text.encode(), None)


@pytest.mark.model
def test_questions_in_either_language_find_the_passage_in_the_other(tmp_path: Path, real_embedder: Embedder) -> None:
    """Though an English passage is nearer to each English question than any Chinese one."""
    sources = [_source("渡口", _CHINESE), _source("observatory", _ENGLISH)]
    engine = Engine(Index.build(tmp_path / "i", sources, real_embedder), real_embedder, Settings())
    for question, words in _ASKED.items():
        reply = engine.ask(question)
        assert isinstance(reply, Answer), question
        assert reply.hits[0].citation.text.startswith(words), question
    ((kept,),) = sql(tmp_path / "i", "SELECT scores FROM null_scores")
    assert json.loads(kept).keys() == {"han", "other"}
    alone = engine.ask("How many passengers may a ferry carry?", documents=["observatory"])
    assert not isinstance(alone, Answer) or alone.hits[0].grade == "may_answer"


@pytest.mark.model
def test_rows_of_one_script_are_not_told_apart(tmp_path: Path, real_embedder: Embedder) -> None:
    """A table of numbers is in no script."""
    sources = [_source("渡口", _CHINESE), _source("班次", "6.5 7.25 8.0\n12.5 13.25\n")]
    engine = Engine(Index.build(tmp_path / "i", sources, real_embedder), real_embedder, Settings())
    assert engine.index.in_han.all()
    assert engine._others("How many passengers may a ferry carry?") is None
    assert [*engine._measured] == [True]


_PROSE = "The dome opens to visitors on Thursday evenings from May to September."


@pytest.mark.parametrize(
    ("documents", "wanted"),
    [
        ([["渡船每天开航。", "风大停航。"], [_PROSE]], [1, 1, 0]),
        ([[*["渡船每天早上六点半开航，晚上七点收班。"] * 9, _PROSE, _PROSE, _PROSE]], [1] * 9 + [0] * 3),
        ([["渡船每天早上六点半开航，晚上七点收班。" * 9, _PROSE]], [1, 1]),  # a quotation
        ([["使用以下命令安装这个程序。" * 20, *["python -m pip install --upgrade yuanwen==1.0.0 # x"] * 4]], [1] * 5),
        ([[_PROSE * 9, *["渡船每天早上六点半开航，晚上七点收班。"] * 3]], [0, 1, 1, 1]),
        ([[_PROSE, "Xi'an (西安) is the capital of Shaanxi (陕西)."]], [0, 0]),
        ([["12 34", "5.5"], ["渡船每天开航。"]], [1, 1, 1]),
        ([["12 34", "5.5"], [_PROSE]], [0, 0, 0]),
        ([[], []], []),
    ],
)
def test_the_script_of_a_row(documents: list[list[str]], wanted: list[int]) -> None:
    """That of most of its document, but for several sentences that are clearly in the other one."""
    texts = [text for document in documents for text in document]
    firsts = np.cumsum([0, *map(len, documents)])
    assert in_han(count_texts(texts), firsts, texts.__getitem__).tolist() == wanted


def test_a_score_counts_by_its_deviations_above_those_of_its_own_script() -> None:
    others = Others(np.array([False, True, True]), NullScores(0.6, 0.1), NullScores(0.3, 0.05))
    scores = others.level(np.array([0, 1, 2]), np.array([0.7, 0.4, 0.3], np.float32))
    assert scores.tolist() == pytest.approx([0.7, 0.8, 0.6])
    assert others.rows(None).tolist() == [1, 2]
    assert others.rows(np.array([0, 2])).tolist() == [2]
