"""What a follow-up question costs, and what it takes from the answer before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.source import Source
from index.backend import Found
from index.encoders.base import Encoded
from index.query import WeightedQuery
from index.searcher import Index
from qa.conversation import QueryEncoder, Turn
from qa.engine import Engine
from qa.ranking.late_interaction import Ranked
from qa.reply import Answer, Citation, Hit, NotFound, Reply
from qa.scope import Scope
from tests.fakes import CharacterEmbedder

_ABC = CharacterEmbedder("甲乙丙丁")


@dataclass
class _Counted:
    """What an engine does while it answers."""

    encoded: list[list[str]] = field(default_factory=list)
    """The texts of each call of the encoder."""
    searched: list[str] = field(default_factory=list)
    """The question of each search for candidates."""


@pytest.fixture
def counted(fake_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> _Counted:
    """Count from here on; the null scores, which are searched for too, are measured before."""
    fake_engine.ask("禁毒合作")
    counted = _Counted()
    encode, search = fake_engine.embedder.encode_questions, fake_engine.index.search

    def counting_encode(texts: Sequence[str]) -> Encoded:
        counted.encoded.append(list(texts))
        return encode(texts)

    def counting_search(query: WeightedQuery, *arguments: Any) -> Found:
        counted.searched.append(query.question)
        return search(query, *arguments)

    monkeypatch.setattr(fake_engine.embedder, "encode_questions", counting_encode)
    monkeypatch.setattr(fake_engine.index, "search", counting_search)
    return counted


def test_a_question_alone_is_encoded_and_searched_for_once(fake_engine: Engine, counted: _Counted) -> None:
    """Also after a question that it does not depend on."""
    fake_engine.ask("宣言对伊朗核问题全面协议怎么说？", ["鲁班工坊打算建几所？"])

    assert counted == _Counted([["宣言对伊朗核问题全面协议怎么说？"]], ["宣言对伊朗核问题全面协议怎么说？"])


def test_a_bare_follow_up_searches_twice(fake_engine: Engine, counted: _Counted) -> None:
    """For the question before, because a follow-up keeps nothing of one without an answer, and for itself."""
    fake_engine.ask("为什么？", ["网络主权有什么要求"])

    assert counted == _Counted([["网络主权有什么要求"], ["为什么？"]], ["网络主权有什么要求", "为什么？"])


@pytest.mark.parametrize(
    ("history", "question"),
    [
        (["禁毒合作有哪些行动", "谁说的？"], "为什么？"),
        (["禁毒合作有哪些行动", "谁说的？"], "是谁说的？"),
        (["鲁班工坊打算建几所？", "为什么"], "什么时候说的？"),
        (["Who?", "Who said it?"], "Who said that?"),  # none is answered: the text has no Latin letters
    ],
)
def test_a_chain_of_follow_ups_asks_each_earlier_question_once(
    fake_engine: Engine, counted: _Counted, history: list[str], question: str
) -> None:
    """At most three searches for three questions, and each text is encoded once.

    An earlier question is needed up to three times: for whether it was answered, for the title block of its answer and
    for its passages.
    """
    fake_engine.ask(question, history)

    assert sorted(counted.encoded) == sorted([text] for text in [*history, question])
    assert set(history) <= set(counted.searched)
    assert len(counted.searched) == len(set(counted.searched))


def test_the_same_question_twice_is_encoded_once(fake_engine: Engine, counted: _Counted) -> None:
    """为什么？ after 为什么？ is searched for with other questions before it, and is the same text."""
    fake_engine.ask("为什么？", ["为什么？"])

    assert counted.encoded == [["为什么？"]]
    assert set(counted.searched) == {"为什么？"}


def _index(folder: Path, text: str) -> Index:
    return Index.build(folder / "i", [Source.from_bytes("a", text.encode(), None)], _ABC)


def _turn(index: Index, question: str, history: Sequence[str], reply: Reply) -> Turn:
    """A question after others, which have this reply."""
    scope = Scope.of(index)
    return Turn(question, history, scope, QueryEncoder(index, _ABC, scope.text.passages_contain), lambda _: reply)


def _answer(index: Index, *rows: int) -> Answer:
    hits = []
    for row in rows:
        document, passage = index.passages[row]
        hits.append(Hit(Citation(document, passage), passage.sentences[0], (), 0.5))
    return Answer("甲？", None, (), tuple(hits))


def _ranked(index: Index, *scores: float) -> Ranked:
    """Rows 0, 1, 2 and so on, with these scores."""
    rows = np.arange(len(scores))
    best = np.zeros((1, len(rows)), np.float32)
    sentences = np.zeros(len(rows), np.int64)
    known, tokens = index.rows(rows), index.tokens(rows)
    return Ranked(rows, known, np.array(scores, np.float32), best, sentences, tokens, rows)


def test_passages_of_the_answer_before_are_preferred(tmp_path: Path) -> None:
    """By 0.1 the first hit, by 0.03 the second: row 2 passes both others, row 1 does not pass row 0."""
    index = _index(tmp_path, "甲。\n乙。\n丙。")
    turn = _turn(index, "为什么？", ["甲？"], _answer(index, 2, 1))
    preferred = turn.prefer_previous_hits(_ranked(index, 0.95, 0.9, 0.88))

    assert preferred.rows.tolist() == [2, 0, 1]
    assert preferred.scores.tolist() == pytest.approx([0.98, 0.95, 0.93])


def test_without_an_answer_before_the_order_stays(tmp_path: Path) -> None:
    """What came nearest is no answer, and the question is read alone."""
    index = _index(tmp_path, "甲。\n乙。")
    turn = _turn(index, "为什么？", ["甲？"], NotFound("甲？", None, (), _answer(index, 1).hits))

    assert turn.interpretation.understood_as is None
    assert turn.previous_hits == ()
    assert turn.title_block().tolist() == []
    assert turn.prefer_previous_hits(_ranked(index, 0.9, 0.85)).scores.tolist() == pytest.approx([0.9, 0.85])


def test_a_question_that_depends_on_none_has_no_hits_before(tmp_path: Path) -> None:
    """The reply of the earlier question is not asked for."""
    index = _index(tmp_path, "甲。\n乙。")

    assert _turn(index, "甲和乙在丙里说了什么？", ["丁？"], _answer(index, 1)).previous_hits == ()
    assert _turn(index, "为什么？", [], _answer(index, 1)).previous_hits == ()


def test_a_question_without_an_answer_is_passed_over(tmp_path: Path) -> None:
    """The follow-up leans on the one before it, as if it had not been asked."""
    index = _index(tmp_path, "甲。\n乙。")
    scope = Scope.of(index)

    def answer(turn: Turn) -> Reply:
        return NotFound(turn.question, None, (), ()) if "丁" in turn.question else _answer(index, 1)

    turn = Turn("为什么？", ["甲？", "丁？"], scope, QueryEncoder(index, _ABC, scope.text.passages_contain), answer)

    assert turn.interpretation.understood_as == "甲？ → 为什么？"


@pytest.mark.parametrize(
    "request_before", ["总结一下这份报告", "Give me a summary, please", "这篇讲话是谁写的？", "有几章？"]
)
@pytest.mark.parametrize(
    "question", ["它提到瑞典了吗？", "Does it mention sweden?", "其中写到木材吗", "价格呢？", "What about prices?"]
)
def test_a_request_about_the_whole_text_gives_no_topic(tmp_path: Path, request_before: str, question: str) -> None:
    """What names a topic of its own is read alone after it, also where it points at the text with a pronoun."""
    index = _index(tmp_path, "甲。\n乙。")

    assert _turn(index, question, [request_before], _answer(index, 1)).interpretation.understood_as is None


@pytest.mark.parametrize(
    ("history", "question", "understood_as"),
    [
        (["芬兰出口多少木材？", "总结一下"], "那挪威呢？", "挪威出口多少木材？"),
        (["What does Finland export?", "Summarise the document", "What is this text?"], "And Norway?", "Norway"),
        (["总结一下《木材年报》"], "它提到瑞典了吗？", "总结一下《木材年报》 → 它提到瑞典了吗？"),
        (["总结一下这份报告"], "为什么？", "总结一下这份报告 → 为什么？"),
        (["总结一下这份报告"], "继续", "总结一下这份报告 → 继续"),
        (["What is this text?"], "Who wrote it?", "What is this text? → Who wrote it?"),
    ],
)
def test_it_is_passed_over_by_what_needs_a_topic(
    tmp_path: Path, history: list[str], question: str, understood_as: str
) -> None:
    """For the question before it. What goes with any reply leans on it all the same, and so does what it names."""
    index = _index(tmp_path, "甲。\n乙。")
    read = _turn(index, question, history, _answer(index, 1)).interpretation

    assert understood_as in (read.understood_as or "")


def test_more_leaves_out_what_was_shown(tmp_path: Path) -> None:
    """The query is that of the question before."""
    index = _index(tmp_path, "甲。\n乙。\n丙。")
    turn = _turn(index, "还有呢？", ["甲？"], _answer(index, 2, 0))

    assert turn.interpretation.query.texts == ("甲？",)
    assert turn.without_shown(_ranked(index, 0.9, 0.8, 0.7)).rows.tolist() == [1]


def test_going_on_reads_on_in_the_text(tmp_path: Path) -> None:
    """From the first hit, without those shown; at the end of the work there is nothing."""
    index = _index(tmp_path, "甲。\n乙。\n丙。\n丁。")

    assert _turn(index, "详细一点", ["甲？"], _answer(index, 0, 2)).following(most=2).tolist() == [1, 3]
    assert _turn(index, "详细一点", ["甲？"], _answer(index, 0)).following(most=2).tolist() == [1, 2]
    assert _turn(index, "继续", ["甲？"], _answer(index, 3)).following(most=2).tolist() == []


def test_a_tie_is_settled_by_the_words_of_the_question_before(tmp_path: Path) -> None:
    """The reply says so. Without a tie, or where neither passage has the words, the order stays."""
    index = _index(tmp_path, "材料实验室每年接收实习生十名。\n海洋实验室每年接收实习生六名。")
    turn = _turn(index, "实习生有几名？", ["海洋研究什么？"], _answer(index, 1))
    preferred, understood_as = turn.preferred(_ranked(index, 0.9, 0.85))

    assert preferred == 1
    assert understood_as == "海洋研究什么？ → 实习生有几名？"
    assert turn.preferred(_ranked(index, 0.9, 0.5)) == (None, None)
    other = _turn(index, "实习生有几名？", ["食堂几点开门？"], _answer(index, 1))
    assert other.preferred(_ranked(index, 0.9, 0.85))[0] is None


def test_words_of_a_request_settle_no_tie(tmp_path: Path) -> None:
    """Both passages are about exports; that one of them speaks of the report says nothing."""
    index = _index(tmp_path, "挪威出口木材六万吨。\n瑞典出口木材九万吨，报告如此总结。")
    ranked = _ranked(index, 0.9, 0.85)

    assert _turn(index, "出口木材多少吨？", ["总结一下这份报告"], _answer(index, 1)).preferred(ranked) == (None, None)
    before = _turn(index, "出口木材多少吨？", ["瑞典在哪里？", "总结一下这份报告"], _answer(index, 1))
    assert before.preferred(ranked) == (1, "瑞典在哪里？ → 出口木材多少吨？")


def test_alone_reads_nothing_but_the_question(fake_engine: Engine) -> None:
    """Of what was asked before, nothing counts."""
    history = ["成员国的禁毒合作"]
    alone = fake_engine.ask("为什么？", history, alone=True)

    assert alone == fake_engine.ask("为什么？")
    assert alone != fake_engine.ask("为什么？", history)


def test_texts_encoded_one_by_one_are_as_encoded_together() -> None:
    """Vectors, tokens and where each text begins; a text without a token is one too."""
    texts = ["甲乙", "？", "丙甲甲"]
    together = _ABC.encode_questions(texts)
    joined = Encoded.join([_ABC.encode_questions([text]) for text in texts])

    for name in ("vectors", "hidden", "token_ids", "offsets", "starts"):
        assert getattr(joined, name).tolist() == getattr(together, name).tolist()
        assert getattr(joined, name).dtype == getattr(together, name).dtype
