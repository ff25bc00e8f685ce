"""Editions of one work: which one a question names, and how citations tell them apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.parse import parse_source
from corpus.source import Source
from corpus.text.edition_marks import marks
from index.searcher import Index
from qa.citations.forms import own_form
from qa.question.followup import interpret
from qa.question.section_reference import place
from qa.ranking.periods import Periods
from qa.scope import Scope
from tests.fakes import CharacterEmbedder

_EDITIONS = {
    "消防条例": (
        "岭东市消防条例\n（1998年9月1日起施行，岭东市人民政府令第12号，已废止）\n\n第一条　甲。\n第二条　乙。\n"
    ),
    "消防条例2": (
        "岭东市消防条例（2015年修正）\n（1998年6月2日通过　根据2015年3月1日《决定》修正）\n\n"
        "第一条　丙。\n第二条　丁。\n"
    ),
    "合同_v2.0": "保管合同\n\n第一条　戊。\n第二条　己。\n",
    "合同_v2.1": "保管合同\n\n第一条　庚。\n第二条　辛。\n",
}


def _index(folder: Path, *names: str) -> Index:
    sources = [Source.from_bytes(name, _EDITIONS[name].encode(), None) for name in names]
    return Index.build(folder / "i", sources, CharacterEmbedder("甲乙丙丁戊己庚辛"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("消防条例第二条", {"乙。", "丁。"}),
        ("第二条是什么？", {"乙。", "丁。"}),
        ("现行消防条例第二条", {"丁。"}),
        ("2015年修正的条例第二条是什么", {"丁。"}),
    ],
)
def test_an_article_is_of_all_editions_that_may_be_meant(tmp_path: Path, question: str, words: set[str]) -> None:
    """Nothing is left of a question that only names the work and the article."""
    scope = Scope.of(_index(tmp_path, "消防条例", "消防条例2"))
    reference = place(question, scope.outline)

    assert reference is not None
    assert {scope.index.text(row)[-2:] for row in scope.rows_of(reference).tolist()} == words
    assert reference.rest == ""


@pytest.mark.parametrize("names", [("消防条例", "消防条例2"), ("消防条例2", "消防条例"), tuple(_EDITIONS)])
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("2015年修正的消防条例第二条", "丁。"),
        ("消防条例（1998年）第二条", "乙。"),  # which the later edition names, too
        ("岭东市人民政府令第12号第一条", "甲。"),
        ("第十二号令第一条", "甲。"),
        ("现行消防条例第二条", "丁。"),
        ("修正前的消防条例第二条", "乙。"),
        ("已废止的消防条例第二条", "乙。"),
    ],
)
def test_an_article_is_of_the_edition_that_the_question_names(
    tmp_path: Path, names: tuple[str, ...], question: str, words: str
) -> None:
    """In an index of two works as in one of four, in any order."""
    index = _index(tmp_path, *names)
    reference = place(question, index.outline)

    assert reference is not None
    assert index.text(index.outline[reference.section].first).endswith(words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("合同v2.1第一条", "庚。"),
        ("2.0版合同第二条", "己。"),
        ("Article 1 of version 2.1", "庚。"),
        ("最新版合同第二条", "辛。"),
    ],
)
def test_a_version_may_be_in_the_name_of_the_document_alone(tmp_path: Path, question: str, words: str) -> None:
    index = _index(tmp_path, "合同_v2.0", "合同_v2.1")
    reference = place(question, index.outline)

    assert reference is not None
    assert index.text(index.outline[reference.section].first).endswith(words)


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("2015年修正的条例里的甲", ["消防条例"]),
        ("第12号令里的甲", ["消防条例2"]),
        ("现行的条例", ["消防条例"]),
        ("2015年的甲", []),  # the year of the fact
        ("现在的甲", []),
        ("How many old 甲 are there?", []),
        ("甲已经失效怎么办？", []),
    ],
)
def test_works_other_than_the_named_edition(tmp_path: Path, question: str, others: list[str]) -> None:
    index = _index(tmp_path, "消防条例", "消防条例2")
    rows = np.arange(len(index.passages))
    other = Periods(index).of_other_editions(question, rows)

    assert sorted({index.passages[row][0].name for row in rows[other].tolist()}) == others


def test_marks_of_an_edition() -> None:
    """A day of a month and a line of the underground number no edition."""
    assert marks("国务院令第722号（２０２０年修订） v2.1") == {("number", "722"), ("year", "2020"), ("version", "2.1")}
    assert marks("3月5号坐1号线") == set()


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("消防条例", _EDITIONS["消防条例"], "《岭东市消防条例》（1998年9月1日起施行，岭东市人民政府令第12号，已废止）"),
        ("消防条例2", _EDITIONS["消防条例2"], "《岭东市消防条例（2015年修正）》"),
        ("合同_v2.1", _EDITIONS["合同_v2.1"], "《保管合同》〔合同_v2.1〕"),
        ("合同", _EDITIONS["合同_v2.1"], "《保管合同》"),
        (
            "pol",
            "Travel Policy\nVersion 3.1, effective 1 July 2023\n\nArticle 1. 甲.\n",
            "《Travel Policy》（Version 3.1, effective 1 July 2023）",
        ),
        (
            "narrow",
            "岭东市消防条例\n（2001年3月2日通过　根据2012年\n5月6日《决定》修\n正）\n\n第一条　甲。\n第二条　乙。\n",
            "《岭东市消防条例》（2001年3月2日通过　根据2012年5月6日《决定》修正）",
        ),
        (
            "open",
            "Travel Policy\n(Version 4.2, effective\n1 July 2024)\n\nArticle 1. 甲.\n",
            "《Travel Policy》（Version 4.2, effective 1 July 2024）",
        ),
        ("讲话2021", "在大会上的讲话\n（2021年9月17日）\n\n甲乙丙。\n", "《在大会上的讲话》"),
    ],
)
def test_citations_tell_editions_apart(name: str, text: str, title: str) -> None:
    """By the words of the title block, else by the name of the file, which is supplied."""
    document = parse_source(Source.from_bytes(name, text.encode(), None))

    assert own_form(document, document.passages[-1]).startswith(f"{title} ")


@pytest.mark.parametrize(
    ("before", "question", "words"),
    [
        ("2015年修正的消防条例第一条", "那1998年的第二条呢？", "乙。"),
        ("消防条例（1998年）第一条", "2015年的第二条呢", "丁。"),
        ("消防条例（1998年）第一条", "第二条呢", "乙。"),
    ],
)
def test_a_follow_up_may_name_the_other_edition(tmp_path: Path, before: str, question: str, words: str) -> None:
    """Else it stays with the edition of the question before."""
    index = _index(tmp_path, "消防条例", "消防条例2")
    first = interpret(before, (), index.outline)
    reference = interpret(question, [first], index.outline).section_reference

    assert reference is not None
    assert index.text(index.outline[reference.section].first).endswith(words)
