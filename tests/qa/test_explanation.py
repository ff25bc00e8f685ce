"""Why a passage ranks where it does: the shares of the words are the ranker's own sum, taken apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document
from index.backend import Candidates
from index.searcher import Index
from qa.engine import Engine
from qa.ranking.explanation import Explanation, explain
from qa.ranking.late_interaction import Query, rank_rows
from tests.qa.test_late_interaction import _index, _query

ACROSS = "What about weapons in outer space?"
WITHIN = "各国在互联网上有没有自己做主的权利？"


def _explained(index: Index, query: Query, row: int) -> Explanation | None:
    rows = np.array([row], np.int64)
    ranked = rank_rows(query, Candidates(rows, np.zeros(1, np.float32)), index)
    return explain(query, query.weighted.texts, ranked, 0, index)


def _said(document: Document, explanation: Explanation) -> dict[str, list[str]]:
    return {word.text: [document.quote(spans) for spans in word.matched] for word in explanation.words}


def test_a_word_has_the_sum_of_its_tokens(tmp_path: Path) -> None:
    """Of the four characters of 甲乙 and 丙乙, 丙 is not in the passage; each of the others has a third."""
    index = _index(tmp_path, "甲乙。")
    explanation = _explained(index, _query(index, "甲乙，丙乙"), 0)

    assert explanation is not None
    assert explanation.interaction == pytest.approx(0.75)
    assert sum(word.share for word in explanation.words) == pytest.approx(1)
    shares = {word.text: word.share for word in explanation.words}
    assert sum(share for text, share in shares.items() if "甲" in text) >= 1 / 3 - 1e-6
    assert [word.share for word in explanation.words] == sorted(shares.values(), reverse=True)


def test_nothing_alike_has_no_explanation(tmp_path: Path) -> None:
    index = _index(tmp_path, "甲乙。")
    assert _explained(index, _query(index, "丙"), 0) is None
    assert _explained(index, _query(index, "？？？"), 0) is None


def test_an_earlier_question_is_told_apart(tmp_path: Path) -> None:
    """Its words count with its weight: 乙, of weight 1/2, has a third."""
    index = _index(tmp_path, "甲乙。")
    explanation = _explained(index, _query(index, "甲", earlier="乙", weight=0.5), 0)

    assert explanation is not None
    assert [(word.text, word.is_earlier) for word in explanation.words] == [("甲", False), ("乙", True)]
    assert [word.share for word in explanation.words] == pytest.approx([2 / 3, 1 / 3])


@given(question=st.text(alphabet="甲乙丙丁0129，？ a", max_size=12))
def test_the_shares_add_up_whatever_is_asked(tmp_path_factory: pytest.TempPathFactory, question: str) -> None:
    """To 1, and to the weighted sum by which the passage was ranked; each token counts once."""
    index = _shared(tmp_path_factory)
    query = _query(index, question)
    ranked = rank_rows(query, Candidates(np.arange(2), np.zeros(2, np.float32)), index)
    for number in range(2):
        explanation = explain(query, [question], ranked, number, index)
        by_ranker = float(query.weights @ ranked.best[:, number])
        if explanation is None:
            assert by_ranker <= 0
            continue
        assert explanation.interaction == pytest.approx(by_ranker, rel=1e-6)
        assert sum(word.share for word in explanation.words) == pytest.approx(1, rel=1e-6)
        for word in explanation.words:
            assert all(explanation.document.quote(spans) for spans in word.matched)


_KEPT: list[Index] = []


def _shared(folders: pytest.TempPathFactory) -> Index:
    if not _KEPT:
        _KEPT.append(_index(folders.mktemp("explained"), "甲乙12。", "丙丁0。"))
    return _KEPT[0]


def test_a_question_that_points_at_a_place_has_no_shares(fake_engine: Engine) -> None:
    passage = fake_engine.documents[0].passages[3].id
    assert fake_engine.explain("第三节写了什么？", [passage]) is None
    assert fake_engine.explain("", [passage]) is None
    assert fake_engine.explain("各国", ["0" * 16]) is None


@pytest.mark.model
@pytest.mark.parametrize("question", [ACROSS, WITHIN, "How many vaccine doses has China provided so far?"])
def test_the_shares_are_those_of_the_score_that_ranked(real_engine: Engine, question: str) -> None:
    """To 1e-6 of the ranker's number, for each of the best passages."""
    evidence, ranked = real_engine.judge(question)
    for number in range(5):
        _, passage = real_engine.index.passages[int(ranked.rows[number])]
        explanation = real_engine.explain(question, [passage.id])
        assert explanation is not None
        by_ranker = float(evidence.interaction[number])
        assert explanation.interaction == pytest.approx(by_ranker, rel=1e-6)
        assert sum(word.share for word in explanation.words) * explanation.interaction == pytest.approx(
            by_ranker, rel=1e-6
        )


@pytest.mark.model
def test_words_are_paired_with_words_of_the_source(real_engine: Engine) -> None:
    """Across languages and within one; a word that says nothing is paired with nothing."""
    for question, pairs in ((ACROSS, {"weapons": "武器", "space": "外空"}), (WITHIN, {"互联网": "互联网"})):
        hit = real_engine.ask(question).hits[0]  # type: ignore[union-attr]
        explanation = real_engine.explain(question, [hit.citation.passage.id])
        assert explanation is not None
        said = _said(hit.citation.document, explanation)
        for asked, found in pairs.items():
            assert any(found in word for word in said[asked])
        for word in explanation.words:
            assert word.matched == () or word.is_topic
            for spans in word.matched:
                assert hit.citation.document.quote(spans) in hit.citation.text


@pytest.mark.model
def test_an_unrelated_question_matches_little(real_engine: Engine) -> None:
    """What is not close is not called a match."""
    question = "明天北京天气怎么样？"
    passage = real_engine.documents[0].passages[20]
    explanation = real_engine.explain(question, [passage.id])
    assert explanation is None or all(not word.matched for word in explanation.words)
