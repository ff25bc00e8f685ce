"""Which documents are asked, and the rows of a section that a question refers to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import QAError
from corpus.message import Message
from corpus.source import Source
from index.searcher import Index
from qa import qa_messages
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.question.section_reference import SectionReference
from qa.reply import NotFound
from qa.scope import Scope
from tests.fakes import CharacterEmbedder

_LAW = "丙法\n丁。\n第一章 甲\n甲甲。\n乙乙。\n第二章 乙\n丙丙。"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """Two documents: 前, of one passage, and 法, of two chapters after an opening."""
    sources = [Source.from_bytes(name, text.encode(), None) for name, text in (("前", "丁丁。"), ("法", _LAW))]
    return Index.build(tmp_path / "i", sources, CharacterEmbedder("甲乙丙丁"))


def _texts(scope: Scope, reference: SectionReference) -> list[str]:
    return [scope.index.text(row) for row in scope.rows_of(reference).tolist()]


def _section(scope: Scope, label: str) -> int:
    return next(number for number, heading in enumerate(scope.outline) if heading.label == label)


def test_all_documents_are_all_rows(index: Index) -> None:
    """None stands for them: nothing is left out by row."""
    scope = Scope.of(index)

    assert scope.rows is None
    assert scope.text.contains("丁丁")
    assert scope.text.contains("甲甲")


def test_one_document_has_its_own_rows_headings_and_words(index: Index) -> None:
    scope = Scope.of(index, ["法"])

    assert scope.rows is not None
    assert {index.passages[row][0].name for row in scope.rows.tolist()} == {"法"}
    assert len(scope.outline) < len(index.outline)
    assert scope.text.contains("甲甲")
    assert not scope.text.contains("丁丁")
    assert not Scope.of(index, ["前"]).text.contains("第一章")


def test_a_document_that_is_not_there_is_refused(index: Index) -> None:
    """By its name, in both languages."""
    with pytest.raises(QAError, match="no document '后'") as refused:
        Scope.of(index, ["前", "后"])
    assert "这里没有文本“后”" in refused.value.message.zh


@pytest.mark.parametrize("names", [[], ["法"]])
def test_a_section_has_the_rows_of_its_passages(index: Index, names: list[str]) -> None:
    """Also where it is one of the headings of some documents only."""
    scope = Scope.of(index, names)

    assert _texts(scope, SectionReference(_section(scope, "第二章 乙"), "")) == ["丙丙。"]


@pytest.mark.parametrize(
    ("paragraph", "texts"),
    [(1, ["甲甲。"]), (2, ["乙乙。"]), (-1, ["乙乙。"]), (-2, ["甲甲。"]), (3, []), (-3, [])],
)
def test_a_paragraph_is_counted_from_either_end(index: Index, paragraph: int, texts: list[str]) -> None:
    """From 1, or from −1; one that is not there has no row."""
    scope = Scope.of(index)

    assert _texts(scope, SectionReference(_section(scope, "第一章 甲"), "", paragraph=paragraph)) == texts


def test_the_opening_stands_before_the_first_section(index: Index) -> None:
    """Without the title."""
    scope = Scope.of(index)

    assert _texts(scope, SectionReference(_section(scope, "丙法"), "", opening=True)) == ["丁。"]


@pytest.mark.parametrize(
    ("names", "hint"), [((), qa_messages.TRY), (("前",), qa_messages.TRY_ALL), (("前", "法"), qa_messages.TRY)]
)
def test_not_found_in_some_documents_says_that_all_can_be_asked(
    index: Index, names: tuple[str, ...], hint: Message
) -> None:
    reply = Engine(index, CharacterEmbedder("甲乙丙丁"), Settings()).ask("红烧肉怎么做？", documents=names)

    assert isinstance(reply, NotFound)
    assert reply.hint == hint


def test_documents_take_turns(index: Index) -> None:
    """法 has the rows from 1 on; whatever order they come in, each document's first row goes before a second."""
    scope = Scope.of(index)
    rows = np.array([3, 2, 0, 1], np.int64)

    assert rows[scope.taking_turns(rows)].tolist() == [0, 1, 2, 3]
    assert rows[scope.taking_turns(rows)[:2]].tolist() == [0, 1]
    assert scope.taking_turns(np.zeros(0, np.int64)).tolist() == []
