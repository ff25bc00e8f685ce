"""Late interaction by eye: two tokens have cosine 1 if they are the same character, else 0."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import numpy as np
import pytest

from corpus.document import Span
from corpus.source import Source
from index.backend import Candidates
from index.query import WeightedQuery
from index.searcher import Index
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, Ranked, matched_spans, rank, rank_rows
from tests.fakes import CharacterEmbedder

_ABC = CharacterEmbedder("甲乙丙丁0129", common="丁")
_SHORT = 0.02 * math.log(5)
"""What the length of a passage of five tokens or fewer takes off its score."""


def _index(folder: Path, *texts: str, edition: str | None = None, embedder: CharacterEmbedder = _ABC) -> Index:
    """An index of documents named 0, 1, 2 and so on."""
    sources = [Source.from_bytes(str(number), text.encode(), edition) for number, text in enumerate(texts)]
    return Index.build(folder / "i", sources, embedder)


def _query(index: Index, question: str, *, earlier: str | None = None, weight: float = 0.0) -> Query:
    """A question, after an earlier one of this weight."""
    weighted = WeightedQuery((earlier, question), (weight, 1.0)) if earlier else WeightedQuery.of(question)
    return Query.of(weighted, _ABC.encode_questions(weighted.texts), index.common.tokens, _ABC)


def _rank(index: Index, query: Query) -> Ranked:
    return rank(query, index, Titles(index), limit=10)


def _by_meaning(index: Index, query: Query) -> Ranked:
    """All passages, by their tokens alone."""
    rows = np.arange(len(index.passages))
    return rank_rows(query, Candidates(rows, np.zeros(len(rows), np.float32)), index)


def _matched(index: Index, query: Query, row: int) -> tuple[Span, ...]:
    ranked = _by_meaning(index, query)
    return matched_spans(query, ranked, ranked.rows.tolist().index(row), index)


def test_a_score_is_interaction_best_sentence_and_length(tmp_path: Path) -> None:
    """Of 乙丙, 乙丙。 has both halves, 甲乙。 one, 甲。 none; the best sentence, the only one, counts a quarter."""
    index = _index(tmp_path, "甲。\n甲乙。\n乙丙。")
    ranked = _by_meaning(index, _query(index, "乙丙"))

    assert ranked.rows.tolist() == [2, 1, 0]
    assert ranked.scores == pytest.approx([1.25 - _SHORT, 0.625 - _SHORT, 0 - _SHORT], abs=1e-5)


def test_each_token_of_the_question_takes_its_best_match(tmp_path: Path) -> None:
    """Rows are 乙 and 丙 of the question; columns are the passages, in their order."""
    index = _index(tmp_path, "甲乙。\n乙丙。")

    assert _by_meaning(index, _query(index, "乙丙")).best == pytest.approx(np.array([[1, 1], [1, 0]]), abs=1e-5)


def test_matches_in_one_sentence_count_more(tmp_path: Path) -> None:
    """Both passages have 乙 and 丙; where they stand together the best sentence adds 1/4, apart 1/8."""
    index = _index(tmp_path, "乙甲。甲丙。\n甲甲。乙丙。")
    ranked = _by_meaning(index, _query(index, "乙丙"))

    assert ranked.rows.tolist() == [1, 0]
    assert ranked.scores == pytest.approx([1.25 - _SHORT, 1.125 - _SHORT], abs=1e-5)


def test_the_best_sentence_is_the_one_with_most_matches(tmp_path: Path) -> None:
    """乙丙。 is the second of three; of equal ones, the first."""
    index = _index(tmp_path, "甲乙。乙丙。丙甲。\n甲甲。乙甲。丙甲。")
    ranked = _by_meaning(index, _query(index, "乙丙"))

    assert (ranked.rows.tolist(), ranked.sentences.tolist()) == ([0, 1], [1, 1])


def test_equal_passages_keep_the_order_of_the_text(tmp_path: Path) -> None:
    """A refrain is found at its first place first."""
    index = _index(tmp_path, "甲。\n乙。\n甲。\n乙。")

    assert _by_meaning(index, _query(index, "乙")).rows.tolist() == [1, 3, 0, 2]


def test_shared_terms_add_half_their_share(tmp_path: Path) -> None:
    """Beside what the tokens say."""
    index = _index(tmp_path, "甲。\n乙。")
    query = _query(index, "乙")
    share = index.lexical.scores(WeightedQuery.of("乙"))[1]

    assert share > 0
    assert _rank(index, query).scores[0] == pytest.approx(1.25 - _SHORT + 0.5 * share, abs=1e-5)


def test_a_common_token_weighs_little(tmp_path: Path) -> None:
    """乙 has 12 − 8 = 4 nats to spare; 丁 has none, and weighs the least, 0.1."""
    index = _index(tmp_path, "甲。")

    assert _query(index, "乙丁").weights == pytest.approx([4 / 4.1, 0.1 / 4.1])


def test_an_earlier_question_weighs_what_it_counts(tmp_path: Path) -> None:
    """甲丙 together a quarter of 乙, however many tokens they are."""
    query = _query(_index(tmp_path, "甲。"), "乙", earlier="甲丙", weight=0.25)

    assert query.weights == pytest.approx([0.1, 0.1, 0.8])


def test_matched_are_the_words_that_the_question_has_too(tmp_path: Path) -> None:
    """Of 丙丙甲乙丙, 乙 and 甲: they touch, and are one span."""
    index = _index(tmp_path, "丙丙甲乙丙。")

    assert _matched(index, _query(index, "乙甲"), 0) == (Span(2, 4),)


def test_one_ideograph_alone_is_not_a_match(tmp_path: Path) -> None:
    """It says nothing: 甲 and 乙, apart."""
    index = _index(tmp_path, "甲丙乙。")

    assert _matched(index, _query(index, "甲乙"), 0) == ()


def test_a_number_matches_as_a_whole(tmp_path: Path) -> None:
    """Only the 9 of 1900 is in the question."""
    index = _index(tmp_path, "甲1900乙，2。")

    assert _matched(index, _query(index, "92"), 0) == (Span(1, 5), Span(7, 8))


def test_matched_words_across_a_column_break_are_two_spans(tmp_path: Path) -> None:
    """Lines 1 and 3 are one paragraph, 甲乙丙丁。; 乙 is the last character of the one, 丙 the first of the other."""
    text = "甲乙\n丁\n丙丁。"
    edition = f"""
        sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"
        [[works]]
        lines = ["1-3"]
        supplied_title = "题"
        [[joins]]
        lines = [1, 3]
    """
    index = _index(tmp_path, text, edition=edition)
    row = next(row for row, (_, passage) in enumerate(index.passages) if len(passage.spans) == 2)

    assert _matched(index, _query(index, "乙丙"), row) == (Span(1, 2), Span(5, 6))


@pytest.mark.parametrize("question", ["？？？", " ", "…", "🙂", "戊"])
def test_a_question_without_a_token_matches_nothing(tmp_path: Path, question: str) -> None:
    """It has scores all the same, and no words light up."""
    index = _index(tmp_path, "甲。\n乙。")
    query = _query(index, question)
    ranked = _rank(index, query)

    assert ranked.scores.tolist() == [0, 0]
    assert ranked.sentences.tolist() == [0, 0]
    assert _matched(index, query, 0) == ()


def test_a_question_of_words_that_the_model_does_not_read_goes_by_its_terms(tmp_path: Path) -> None:
    """戊 is no token of the fake model, and BM25 knows it."""
    index = _index(tmp_path, "甲。\n乙。\n戊。")

    assert _rank(index, _query(index, "戊")).rows.tolist() == [2, 0, 1]


def test_a_passage_without_a_token_is_last(tmp_path: Path) -> None:
    """* * * between two paragraphs."""
    index = _index(tmp_path, "甲。\n* * *\n乙。")

    assert _by_meaning(index, _query(index, "乙")).rows.tolist() == [2, 0, 1]


def test_an_empty_index_has_no_candidates(tmp_path: Path) -> None:
    """Nothing in, nothing out."""
    index = _index(tmp_path, "\n")

    assert _rank(index, _query(index, "乙")).rows.tolist() == []


@pytest.mark.parametrize(
    ("question", "document"), [("1999年甲乙", "1999"), ("2001年甲乙", "2001"), ("二〇〇一年甲乙", "2001")]
)
def test_among_several_documents_the_title_takes_part(tmp_path: Path, question: str, document: str) -> None:
    """Near duplicates, told apart by the year of their title, which is not in the passage."""
    sources = [Source.from_bytes(name, "甲乙丙。".encode(), None) for name in ("1999", "2001")]
    index = Index.build(tmp_path / "i", sources, _ABC)
    ranked = _rank(index, _query(index, question))

    assert index.passages[ranked.rows[0]][0].name == document
    assert ranked.scores[0] > ranked.scores[1]


def test_in_one_document_the_title_takes_no_part(tmp_path: Path) -> None:
    """It would be the same before every paragraph, and blur it."""
    index = Index.build(tmp_path / "i", [Source.from_bytes("1999", "甲乙丙。".encode(), None)], _ABC)

    assert _by_meaning(index, _query(index, "1999")).scores == pytest.approx([-_SHORT], abs=1e-5)


def test_a_word_of_the_title_is_never_a_matched_span(tmp_path: Path) -> None:
    """It is not in the passage: of 1999 and 乙丙, only 乙丙 is, at the place where the passage has it."""
    sources = [Source.from_bytes(name, "甲乙丙。".encode(), None) for name in ("1999", "2001")]
    index = Index.build(tmp_path / "i", sources, _ABC)

    assert _matched(index, _query(index, "1999乙丙"), 0) == (Span(1, 3),)


def test_a_title_makes_no_sentence_the_best(tmp_path: Path) -> None:
    """1999 is in the title alone, before the first sentence; 甲乙 is in the second."""
    sources = [Source.from_bytes(name, "丁丙。甲乙。".encode(), None) for name in ("1999", "2001")]
    index = Index.build(tmp_path / "i", sources, _ABC)

    assert _by_meaning(index, _query(index, "1999甲乙")).sentences.tolist() == [1, 1]


def test_what_the_rest_of_a_short_section_says_counts_too(tmp_path: Path) -> None:
    """Under 第一章 one passage has 乙 and one 丙; under 第二章 one has 乙, and 丙 is nowhere."""
    index = _index(tmp_path, "题\n第一章 甲\n乙甲。\n丙甲。\n第二章 甲\n乙甲。\n甲甲。")
    query = _query(index, "乙丙")
    by_row = dict(zip((ranked := _rank(index, query)).rows.tolist(), ranked.scores.tolist(), strict=True))
    rows = {index.text(row): row for row in by_row if index.outline[1].first <= row < index.outline[1].end}
    alone = next(row for row in by_row if index.text(row) == "乙甲。" and row not in rows.values())

    assert by_row[rows["乙甲。"]] == pytest.approx(by_row[alone] + 0.4 * 0.5, abs=1e-5)


def test_the_best_match_of_a_word_is_the_mean_of_its_tokens(tmp_path: Path) -> None:
    """Of 乙丙, one passage has 乙 and none has both; tokens of the earlier question at the same place do not count."""
    index = _index(tmp_path, "甲乙。\n甲甲。")
    query = _query(index, "甲乙丙", earlier="丙丙丙", weight=0.5)
    ranked = _by_meaning(index, query)

    assert query.best_match(ranked, 0, 2) == pytest.approx(1, abs=1e-5)
    assert query.best_match(ranked, 1, 3) == pytest.approx(0.5, abs=1e-5)
    assert query.best_match(ranked, 2, 3) == pytest.approx(0, abs=1e-5)
    assert query.best_match(ranked, 3, 9) == 1  # the model reads nothing there
