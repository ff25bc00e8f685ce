"""Variant characters are read as the common ones, and quoted as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.parse import parse
from corpus.source import Source
from corpus.text.normalise import character_pairs, normalised, simplified
from corpus.text.variants import COMMON_FORMS
from index.search.bm25_terms import terms
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.quotations.checker import Checker
from qa.reply import Answer, NotFound
from tests.fakes import CharacterEmbedder

_TEXT = (
    "旅人志\n\n一、来客\n\n𠮷川先生与髙桥先生从山﨑村来，値宿一夜，次日渡沢北上。\n\n"
    "二、𠮷川文集\n\n文集有三卷，记沿途风物。\n"
)
_OTHER = "村志\n\n一、来客\n\n王先生从东村来，住了一夜。\n\n二、文集\n\n村中文集有五卷。\n"


@pytest.mark.parametrize(
    ("variant", "common"),
    [
        ("𠮷川", "吉川"),
        ("髙橋", "高桥"),
        ("山﨑", "山崎"),
        ("値", "值"),
        ("戶戸户", "户户户"),
        ("淸靑", "清青"),
        ("渡邉", "渡边"),
    ],
)
def test_they_match_in_search(variant: str, common: str) -> None:
    assert normalised(variant) == common
    assert terms(variant) == terms(common)


def test_everyday_characters_stay() -> None:
    """Each is a character of its own, though some tables call it a variant of another."""
    assert normalised("后里只余藉籐彷祇甯昇") == simplified("后里只余藉籐彷祇甯昇")
    for code, common in COMMON_FORMS.items():
        with pytest.raises(UnicodeEncodeError):
            chr(code).encode("gb2312")
        assert (len(common), normalised(common)) == (1, common)


def test_a_quotation_in_common_characters_differs_in_form_alone() -> None:
    check = Checker([parse(_TEXT, name="旅人志")]).check("吉川先生与高桥先生从山崎村来")

    assert (check.verdict, set(check.kinds)) == ("altered", {"form"})


def test_pairs_are_of_one_character_each() -> None:
    pairs = character_pairs()
    others = dict(zip(pairs[::2], pairs[1::2], strict=True))

    assert [others[one] for one in "𠮷髙與Ｂ"] == ["吉", "高", "与", "b"]
    assert "吉" not in others


@pytest.mark.parametrize("question", ["吉川先生从哪里来？", "吉川文集有几卷？"])
def test_a_question_in_common_characters_finds_and_quotes_the_source(tmp_path: Path, question: str) -> None:
    sources = [Source.from_bytes(name, text.encode(), None) for name, text in (("甲", _TEXT), ("乙", _OTHER))]
    index = Index.build(tmp_path / "i", sources, CharacterEmbedder("先生文集卷来住村"))
    reply = Engine(index, CharacterEmbedder("先生文集卷来住村"), Settings()).ask(question)

    assert isinstance(reply, Answer | NotFound)
    assert reply.unmatched_words == ()
    citation = (*getattr(reply, "hits", ()), *reply.near)[0].citation
    assert citation.document.name == "甲"
    assert citation.text in _TEXT
