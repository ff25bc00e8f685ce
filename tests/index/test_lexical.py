"""BM25: what counts as the same word, and what a score means."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import bm25s
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.index_settings import SEARCH
from index.query import WeightedQuery
from index.search.bm25_terms import terms
from index.search.lexical import Lexical
from index.search.postings import Postings

_LINES = st.lists(st.text("甲乙丙。 a1", max_size=8), max_size=6)


def _scores(texts: list[str], question: str) -> list[float]:
    return [float(score) for score in Lexical.build(texts).scores(WeightedQuery.of(question))]


def test_a_passage_without_terms_keeps_its_row() -> None:
    """Otherwise 丙 would be found in the row before."""
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


def test_a_text_of_the_query_counts_as_much_as_it_weighs() -> None:
    """甲 counts a quarter of 乙: of all that can be reached 1/5 and 4/5."""
    lexical = Lexical.build(["甲", "乙"])
    first, second = lexical.scores(WeightedQuery(("甲", "乙"), (0.25, 1.0)))

    assert second == pytest.approx(4 * first)
    assert first == pytest.approx(lexical.scores(WeightedQuery.of("甲"))[0] / 5)


def test_weight_is_the_inverse_document_frequency() -> None:
    """Of two passages one has 甲, both have 乙, none has 丙."""
    lexical = Lexical.build(["甲乙", "乙"])

    assert lexical.weight("甲") == pytest.approx(math.log(1 + 1.5 / 1.5))
    assert lexical.weight("乙") == pytest.approx(math.log(1 + 0.5 / 2.5))
    assert lexical.weight("丙") == pytest.approx(math.log(1 + 2.5 / 0.5))


@given(_LINES, st.text("甲乙丙丁a1", max_size=8))
def test_scores_are_those_of_bm25s(texts: list[str], question: str) -> None:
    """An independent implementation; it cannot count a text without terms, so none is given here."""
    texts = [f"{text}戊" for text in [*texts, ""]]
    asked = list(dict.fromkeys(terms(question)))
    peer = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    peer.index([terms(text) for text in texts], show_progress=False)
    known = [term for term in asked if term in peer.vocab_dict]
    lexical = Lexical.build(texts)
    most = sum(map(lexical.weight, asked))
    expected = peer.get_scores(known) / most if known else np.zeros(len(texts))

    assert lexical.scores(WeightedQuery.of(question)) == pytest.approx(expected, abs=1e-5)


@given(st.lists(_LINES, max_size=4), st.text("甲乙丙丁a1", max_size=8))
def test_scores_do_not_depend_on_how_rows_are_divided(segments: list[list[str]], question: str) -> None:
    """Bit for bit: frequencies and the mean length are those of all rows."""
    whole = Lexical.build([text for texts in segments for text in texts])
    parts = Lexical([Postings.of(texts) for texts in segments])

    assert np.array_equal(parts.scores(WeightedQuery.of(question)), whole.scores(WeightedQuery.of(question)))


@given(st.lists(_LINES, max_size=4), st.text("甲乙丙丁a1", max_size=8), st.randoms(use_true_random=False))
def test_joined_segments_are_those_of_what_stays(segments: list[list[str]], question: str, random: Random) -> None:
    """Some rows are removed and the others renumbered; no term of removed rows is left."""
    masks = [np.array([random.random() < 0.6 for _ in texts], bool) for texts in segments]
    stays = np.concatenate([np.zeros(0, bool), *masks])
    kept = [text for text, stay in zip((t for texts in segments for t in texts), stays, strict=True) if stay]
    joined = Postings.join([(Postings.of(texts)[0], mask) for texts, mask in zip(segments, masks, strict=True)])
    fresh, _ = Postings.of(kept)

    for name in ("hashes", "starts", "rows", "counts"):
        assert getattr(joined, name).tolist() == getattr(fresh, name).tolist()


@pytest.mark.parametrize(
    "kinds", [(np.uint64, np.uint32, np.uint16, np.uint8), (np.uint64, np.int64, np.int32, np.uint16)]
)
@given(st.lists(_LINES, min_size=1, max_size=3), st.text("甲乙丙丁a1", max_size=8), st.integers(1, 4))
def test_postings_in_files_score_as_those_in_memory(
    kinds: tuple[Any, ...], segments: list[list[str]], question: str, limit: int
) -> None:
    """Bit for bit, in the types that are written now and in those of format 7; also joined with each other."""
    counted = [Postings.of(texts) for texts in segments]
    query = WeightedQuery.of(question)
    with tempfile.TemporaryDirectory() as folder:
        opened = []
        for number, (postings, lengths) in enumerate(counted):
            own = Path(folder) / str(number)
            own.mkdir()
            postings.write(own)
            for name, kind in zip(("hashes", "starts", "rows", "counts"), kinds, strict=True):
                if number % 2 == 0:
                    np.save(own / f"terms.{name}.npy", getattr(postings, name).astype(kind))
            opened.append((Postings.open(own), lengths))
        in_files, in_memory = Lexical(opened), Lexical(counted)
        rows = np.arange(in_memory.size)[::2]
        asked = [*dict.fromkeys(terms(question))]
        joined = [
            Postings.join([(postings, np.ones(len(lengths), bool)) for postings, lengths in some])
            for some in (opened, counted)
        ]

        assert opened[0][0].rows.dtype == kinds[2]
        assert np.array_equal(in_files.scores(query), in_memory.scores(query))
        assert np.array_equal(in_files.at(query, rows), in_memory.at(query, rows))
        assert np.array_equal(in_files.top(query, limit), in_memory.top(query, limit))
        assert np.array_equal(in_files.rows_with(asked, limit), in_memory.rows_with(asked, limit))
        for name in ("hashes", "starts", "rows", "counts"):
            assert np.array_equal(getattr(joined[0], name), getattr(joined[1], name))


@pytest.mark.parametrize(
    ("row", "count", "kinds"),
    [
        (65_535, 255, (np.uint16, np.uint8)),
        (65_536, 1, (np.int32, np.uint8)),
        (0, 256, (np.uint16, np.uint16)),
    ],
)
def test_a_great_number_is_written_in_a_wider_type(
    tmp_path: Path, row: int, count: int, kinds: tuple[Any, Any]
) -> None:
    postings = Postings(
        np.array([7], np.uint64), np.array([0, 1]), np.array([row], np.int32), np.array([count], np.uint16)
    )
    postings.write(tmp_path)
    opened = Postings.open(tmp_path)

    assert (opened.rows.tolist(), opened.counts.tolist()) == ([row], [count])
    assert (opened.rows.dtype, opened.counts.dtype) == kinds


@example(["", "a乙", "1乙乙甲"], "乙", 1, (0, 0.01), None)
@given(
    _LINES,
    st.text("甲乙丙丁a1", max_size=8),
    st.integers(1, 4),
    st.tuples(st.integers(0, 3), st.sampled_from([0.01, 1, 4])),
    st.none() | st.sets(st.integers(0, 9)),
)
def test_the_top_is_what_the_scores_say(
    texts: list[str], question: str, limit: int, costs: tuple[int, float], among: set[int] | None
) -> None:
    """The highest first; also where common terms are not added up, and among some rows; of equal ones the first."""
    lexical = Lexical([Postings.of(texts[:2]), Postings.of(texts[2:])])
    query = WeightedQuery(("甲乙", question), (0.3, 1.0))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(
            ("long_postings", "common_share", "lookup_cost"), (costs[0], 0.0, costs[1]), strict=True
        ):
            patch.setitem(vars(SEARCH), name, value)
        top = lexical.top(
            query, limit, None if among is None else np.array(sorted(among & {*range(len(texts))}), np.int64)
        )
    scores = lexical.scores(query)
    first = [
        row
        for row in np.argsort(-scores, kind="stable").tolist()
        if scores[row] > 0 and (among is None or row in among)
    ][:limit]

    assert top.tolist() == first
    assert np.array_equal(lexical.at(query, np.sort(top)), scores[np.sort(top)])


@given(_LINES, st.text("甲乙a1", min_size=1, max_size=3), st.integers(1, 3))
def test_rows_with_all_of_some_terms(texts: list[str], word: str, limit: int) -> None:
    """The first ones."""
    wanted = set(terms(word))
    found = Lexical([Postings.of(texts[:2]), Postings.of(texts[2:])]).rows_with(sorted(wanted), limit)
    holding = [row for row, text in enumerate(texts) if wanted and wanted <= set(terms(text))]

    assert found.tolist() == holding[:limit]


@given(_LINES, st.text("甲乙丙丁a1", max_size=8))
def test_law_5_an_opened_one_scores_the_same(texts: list[str], question: str) -> None:
    """Save, open: bit for bit."""
    built, lengths = Postings.of(texts)
    with tempfile.TemporaryDirectory() as folder:
        built.write(Path(folder))
        opened = Lexical([(Postings.open(Path(folder)), lengths)])

        assert np.array_equal(
            opened.scores(WeightedQuery.of(question)), Lexical.build(texts).scores(WeightedQuery.of(question))
        )
