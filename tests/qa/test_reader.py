"""What the reader reads together, and which words it marks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Span
from index.search.token_vectors import TokenRows
from qa.qa_settings import READER
from qa.question.words import asks_for_words
from qa.ranking.reader import AnswerRange, _best_range, _passage, answer_spans, halves
from qa.ranking.reader_inputs import PASSAGE

_SURE, _UNSURE = READER.sure_answer + 0.1, READER.sure_answer - 0.1


@given(st.lists(st.integers(1, 240), max_size=12))
def test_every_passage_is_in_one_half(lengths: list[int]) -> None:
    """The short ones in the first, and the greater of both costs is the least that any cut would give."""
    groups = halves(lengths)

    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    ordered = [lengths[place] for group in groups for place in group]
    assert ordered == sorted(lengths)
    if len(groups) == 2:
        costs = [max(cut * ordered[cut - 1], (len(ordered) - cut) * ordered[-1]) for cut in range(1, len(ordered))]
        assert max(len(group) * max(lengths[place] for place in group) for group in groups) == min(costs)


@pytest.mark.parametrize(
    ("probability", "answers", "marked"),
    [(_SURE, True, True), (_UNSURE, True, True), (_SURE, False, True), (_UNSURE, False, False)],
)
def test_words_that_are_not_sure_are_marked_only_where_the_passage_answers(
    probability: float, answers: bool, marked: bool
) -> None:
    """A word that stands in both spans of a passage."""
    found = answer_spans(
        (Span(10, 13), Span(20, 24)), AnswerRange(2, 4, probability), "船在渡口停靠吧", answers=answers
    )

    assert found == ((Span(12, 13), Span(20, 21)) if marked else ())


def test_a_passage_that_was_not_read_has_no_marks() -> None:
    assert answer_spans((Span(0, 3),), None, "甲乙丙", answers=True) == ()


@pytest.mark.parametrize(
    ("marked", "whole"),
    [
        ("全馆藏书3500卷。", "3500卷"),
        ("登记费一百五十元。", "一百五十元"),
        ("电话是6655-0192。", "6655-0192"),
        ("自10:30起。", "10:30"),
        ("增长了2.5%，", "2.5%"),
        ("by Eleanor Marsh.", "Eleanor"),
        ("共3,500卷,", "3,500卷"),
        ("不低于2×10⁵兆帕", "2×10⁵兆帕"),
        ("岚河上有836座桥，", "836座"),
        ("鳄龟长到六百岁。", "六百岁"),
        ("重约10.2亿公斤。", "10.2亿公斤"),
        ("門票三十塊。", "三十塊"),
    ],
)
def test_numbers_and_latin_words_are_marked_whole(marked: str, whole: str) -> None:
    """Wherever the reader cuts into them. A number has its unit."""
    start = marked.index(whole)
    for first in range(start, start + len(whole)):
        for last in range(first + 1, start + len(whole) + 1):
            if not (marked[first].isalnum() and marked[last - 1].isalnum()):
                continue
            (span,) = answer_spans((Span(0, len(marked)),), AnswerRange(first, last, 1.0), marked, answers=True)
            assert marked[span.start : span.end] == whole


@pytest.mark.parametrize(
    ("marked", "read", "whole"),
    [
        ("他毕业于云岭中学。", "云岭中", "云岭中学"),
        ("主编《岚河风物志》一书。", "风物", "岚河风物志"),
        ("主编的《岚河风物志》一书", "编的《岚河风", "主编的《岚河风物志》"),
        ("見《岚河风物志》和手稿", "风物志》和手", "《岚河风物志》和手稿"),
        ("馆长是陈桥。", "陈桥", "陈桥"),
        ("第3和第4号楼", "3", "3"),
        ("中国大陆1978年起", "大陆", "大陆"),
    ],
)
def test_words_and_titles_are_marked_whole(marked: str, read: str, whole: str) -> None:
    start = marked.index(read)
    place = AnswerRange(start, start + len(read), 1.0)

    (span,) = answer_spans((Span(0, len(marked)),), place, marked, answers=True)

    assert marked[span.start : span.end] == whole


def _range_of(text: str, logits: dict[tuple[int, int], float], said: str, best_sentence: int = 0) -> str:
    """Return the words that win. One token a character; `logits`: of ranges, by start and end."""
    ends = np.full((len(text), 2), -9.0, np.float32)
    for (start, end), logit in logits.items():
        ends[start, 0], ends[end - 1, 1] = logit, logit
    offsets = np.array([(at, at + 1) for at in range(len(text))], np.int32)
    segments, cells = np.full(len(text), PASSAGE), np.zeros(len(text), np.int64)
    sentences = np.cumsum([0, *(character == "。" for character in text[:-1])])
    is_new = np.array([character.isalnum() and character not in said for character in text])
    best = _best_range(ends, segments, offsets, cells, is_new, sentences == best_sentence)
    return text[best.start : best.end] if best else ""


def test_words_of_the_question_are_not_its_answer() -> None:
    """Unless they are all that there is, or the question gives its own answers."""
    logits = {(0, 3): 5.0, (4, 7): 3.0}

    assert _range_of("渡船夫是许长山。", logits, "渡船夫是谁") == "渡船夫是许长山"
    assert _range_of("渡船夫是许长山。", logits, "") == "渡船夫"
    assert not _range_of("渡船夫。", {(0, 3): 5.0}, "渡船夫是谁")


def test_the_answer_lies_in_the_sentence_that_matches_best() -> None:
    """Unless that one has no word that is new. It does not go on into the next one."""
    text, logits = "票价四十元。月票三元。", {(2, 5): 9.0, (8, 10): 3.0}

    assert _range_of(text, logits, "月票多少", 1) == "三元"
    assert _range_of(text, logits, "月票多少", 0) == "四十元"
    assert _range_of(text, logits, "月票三元", 1) == "四十元"
    assert _range_of(text, {(2, 10): 9.0}, "", 1) == "月票三元"


@pytest.mark.parametrize(
    "question",
    ["渡船夫是谁？", "渡船幾點開", "什么时候开馆", "如何续借", "Who keeps the bell?", "In what year was it built?"],
)
def test_a_question_asks_for_words_that_it_lacks(question: str) -> None:
    assert asks_for_words(question)


@pytest.mark.parametrize(
    "question",
    [
        *(
            "宠物可以入园吗？",
            "谁都可以进嗎",
            "能不能续借",
            "有沒有什么船",
            "哪个贵，茶还是咖啡？",
            "是否收费",
            "渡船夫",
        ),
        *("Can dogs enter when it rains?", "Which is cheaper, tea or coffee?", "opening hours"),
    ],
)
def test_a_question_that_has_its_answers_asks_for_none(question: str) -> None:
    assert not asks_for_words(question)


def _read(context: str, own: str, asked: list[str], *, with_context: bool = True) -> str:
    """Return the characters of a chunk that are read; each is a token."""
    text = context + own
    there = np.array([[at, at + 1] for at in range(len(text))], np.int32)
    count = len(text)
    rows = TokenRows(
        np.ones((count, 2), np.int8),
        np.ones(count, np.float32),
        there - np.int32(len(context)),
        np.zeros(count, np.int64),
        np.array([count]),
    )
    index: Any = SimpleNamespace(
        manifest=SimpleNamespace(with_context=with_context),
        embedded=lambda row, offsets: (text, offsets + np.int32(len(context))),
        text=lambda row: own,
    )
    read = _passage(0, rows, index, asked)
    assert len(read.side.vectors) == len(read.offsets) == len(read.cells)
    assert read.side.is_context.tolist() == (read.offsets[:, 0] < 0).tolist()
    return "".join(text[start + len(context) : end + len(context)] for start, end in read.offsets.tolist())


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        (["月票"], "票价三元。"),
        (["青岚"], "青岚渡口\n票价三元。"),
        (["票价"], "票价三元。"),  # a heading has it too, but the passage has it itself
        (["收费"], "二、票价收费\n票价三元。"),
        (["青岚", "收费"], "青岚渡口\n二、票价收费\n票价三元。"),
    ],
)
def test_only_lines_of_the_context_that_are_asked_about_are_read(asked: list[str], read: str) -> None:
    assert _read("青岚渡口\n二、票价收费\n", "票价三元。", asked) == read


def test_the_row_of_a_table_is_read_with_its_head() -> None:
    """With others or alone."""
    assert _read("渡口\n票\t价\n", "成人\t三元", []) == "渡口\n票\t价\n成人\t三元"
    assert _read("价\n", "三元", [], with_context=False) == "价\n三元"
