"""What speaks for a passage beside its words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.source import Source
from index.query import WeightedQuery
from index.searcher import Index
from qa.question.asked_years import asked_years
from qa.ranking.features import Titles, definition_pattern, dictionary_overlap, of_first, of_its_year
from tests.fakes import CharacterEmbedder

_ABC = CharacterEmbedder("甲乙丙丁0129", common="丁")


def _index(folder: Path, *texts: str) -> Index:
    """An index of documents named 0, 1, 2 and so on."""
    sources = [Source.from_bytes(str(number), text.encode(), None) for number, text in enumerate(texts)]
    return Index.build(folder / "i", sources, _ABC)


@pytest.mark.parametrize(
    ("question", "shares"),
    [
        ("1999年的甲", [0.5**0.5, 0]),
        ("二〇〇一年的甲", [0, 0.5**0.5]),
        ("1999年和2001年的甲", [0.5, 0.5]),
        ("甲乙丙", [0, 0]),
        ("报告", [0, 0]),  # in both titles
    ],
)
def test_a_title_shares_what_the_question_takes_from_titles(tmp_path: Path, question: str, shares: list[float]) -> None:
    """The passages are those of the reports of 1999 and 2001, one each. Each title, 报告1999 twice, has two terms of
    its own (1999, and 1999 before 报), and the question has one of them."""
    sources = [Source.from_bytes(f"报告{year}", "甲乙丙。".encode(), None) for year in ("1999", "2001")]
    titles = Titles(Index.build(tmp_path / "i", sources, _ABC))

    assert titles.shares(WeightedQuery.of(question), np.array([0, 1]), np.array([0, 0])) == pytest.approx(shares)


def test_the_title_of_a_single_document_says_nothing(tmp_path: Path) -> None:
    """There is none to tell it apart from."""
    titles = Titles(Index.build(tmp_path / "i", [Source.from_bytes("1999", "甲乙丙。".encode(), None)], _ABC))

    assert titles.shares(WeightedQuery.of("1999年"), np.array([0]), np.array([0])).tolist() == [0]


def test_a_section_about_another_year_counts_as_if_its_title_had_that_year(tmp_path: Path) -> None:
    """The passages are the plan of the report of 1999, and the review of 1999 in the report of 2000."""
    sources = [Source.from_bytes(f"报告{year}", "甲乙丙。".encode(), None) for year in ("1999", "2000")]
    titles = Titles(Index.build(tmp_path / "i", sources, _ABC))
    plan, review = titles.shares(WeightedQuery.of("1999年的甲"), np.array([0, 1]), np.array([1999, 1999]))

    assert plan == review > 0


def test_an_english_word_counts_where_its_chinese_is_spelt(tmp_path: Path) -> None:
    """The union of the question is 联盟; the second passage spells it, and its one word is all that is asked."""
    index = _index(tmp_path, "甲乙。\n甲联盟。")

    assert dictionary_overlap(WeightedQuery.of("the union"), np.arange(2), index).tolist() == [0.0, 1.0]


def test_english_words_that_the_text_never_spells_count_half(tmp_path: Path) -> None:
    """Beside a word that it has: that one is a good half of what is asked, never all of it."""
    index = _index(tmp_path, "甲乙。\n甲联盟。")
    share = float(dictionary_overlap(WeightedQuery.of("union zzyzx"), np.arange(2), index)[1])

    assert 0.4 < share < 0.7


def test_a_chinese_question_is_spelt_by_its_own_terms_alone(tmp_path: Path) -> None:
    """The dictionary says nothing of it."""
    index = _index(tmp_path, "甲乙。\n甲联盟。")

    assert dictionary_overlap(WeightedQuery.of("联盟"), np.arange(2), index).tolist() == [0.0, 0.0]


_REPORT = "政府工作报告\n一、2025年工作回顾\n甲。\n二、2026年重点工作\n乙。\n三、结语\n丙。"


def _fits(index: Index, question: str) -> list[float]:
    """How the passages that are one letter fit the years of a question."""
    rows = np.array([row for row in range(len(index.passages)) if len(index.text(row)) == 2])
    return [float(fit) for fit in of_its_year(asked_years(question), Titles(index).periods.of(rows))]


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("2025年怎么样", [1, -1, 0]),
        ("二〇二六年怎么样", [-1, 0, 0]),  # nothing that has happened
        ("2026年的目标", [-1, 1, 1]),
        ("2026年要增长多少", [-1, 1, 1]),
        ("What is the target for 2026?", [-1, 1, 1]),
        ("2025年的目标", [-1, -1, -1]),  # in the report before
        ("去年怎么样", [1, -1, 0]),  # of 2026
        ("今年怎么样", [-1, 1, 0]),
        ("去年和今年", [1, 1, 0]),
        ("2026年政府工作报告怎么说", [0, 0, 0]),  # names the report
        ("怎么样", [0, 0, 0]),
        ("60岁以上年龄的老人当今年轻人基本年薪过去年份", [0, 0, 0]),  # neither 上年 nor 今年, 本年, 去年
    ],
)
def test_sections_fit_the_year_that_they_speak_of(tmp_path: Path, question: str, fits: list[float]) -> None:
    """The report is of 2026, by its name, and looks back on 2025."""
    assert (
        _fits(Index.build(tmp_path / "i", [Source.from_bytes("2026_省", _REPORT.encode(), None)], _ABC), question)
        == fits
    )


@pytest.mark.parametrize(
    ("heading", "question", "fits"),
    [
        ("一、过去一年工作回顾", "2011年怎么样", [1]),
        ("一、去年工作回顾", "2011年怎么样", [1]),
        ("一、工作回顾", "2012年怎么样", [-1]),
        ("一、过去五年工作回顾", "2007年怎么样", [1]),
        ("一、过去五年工作回顾", "2006年怎么样", [-1]),
        ("一、2011年回顾和2012年打算", "2011年怎么样", [1]),
        ("一、今年的任务", "2012年的目标", [1]),
        ("一、上半年的事", "2012年怎么样", [0]),
    ],
)
def test_a_review_counts_from_the_year_of_its_work(
    tmp_path: Path, heading: str, question: str, fits: list[float]
) -> None:
    """The title block has the year: it is neither in the title nor in the document's name."""
    text = f"学校工作报告\n——2012年1月9日在教职工代表大会上\n校长 王平\n\n{heading}\n甲。\n二、结语\n"
    index = Index.build(tmp_path / "i", [Source.from_bytes("报告", text.encode(), None)], _ABC)

    assert _fits(index, question) == fits


def test_of_two_works_that_tell_no_years_apart_the_one_of_the_year_fits_better(tmp_path: Path) -> None:
    """Such as two laws. If no work is of that year, none is worse than another."""
    sources = [Source.from_bytes(f"规程{year}", "甲。\n".encode(), None) for year in ("1998", "2020")]
    index = Index.build(tmp_path / "i", sources, _ABC)
    periods = Titles(index).periods.of(np.arange(2))

    assert of_its_year(asked_years("1998年甲多少度"), periods).tolist() == [0, -0.5]
    assert of_its_year(asked_years("1999年甲多少度"), periods).tolist() == [0, 0]


def test_last_year_of_a_text_without_a_year_is_unknown(tmp_path: Path) -> None:
    """Nothing is counted from the day on which somebody asks."""
    index = Index.build(tmp_path / "i", [Source.from_bytes("省", _REPORT.encode(), None)], _ABC)

    assert not any(_fits(index, "去年怎么样"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("什么是格式条款？", "格式条款是当事人预先拟定的条款。"),
        ("格式条款是什么", "本法所称格式条款，是指预先拟定的条款。"),
        ("请问，格式条款指的是什么？", "所谓“格式条款”"),
        ("你知道什么是格式条款吗？", "格式条款是当事人预先拟定的条款。"),
        ("格式条款是什么意思？", "格式条款,是指预先拟定的条款。"),
        ("记分周期有多长，满分是多少？", "记分周期为十二个月。"),
    ],
)
def test_definition_patterns(question: str, words: str) -> None:
    pattern = definition_pattern(question)

    assert pattern is not None
    assert pattern.search(words)
    assert not pattern.search("对格式条款有两种以上解释的；一个记分周期内；格式条款是否有效；记分周期为了")


@pytest.mark.parametrize("question", ["格式条款怎么解释？", "为什么是中国？", "他说了什么？", "What is it?", ""])
def test_other_questions_ask_for_no_definition(question: str) -> None:
    assert definition_pattern(question) is None


def test_a_definition_gains_a_little(tmp_path: Path) -> None:
    """Among the first passages; brackets and dots in a term are no pattern."""
    index = _index(tmp_path, "甲.乙(丙)是丁。\n甲甲乙丙是丁。")

    assert of_first(WeightedQuery.of("什么是甲.乙(丙)？"), np.array([1, 0]), index).tolist() == pytest.approx([0, 0.05])
