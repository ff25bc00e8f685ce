"""The name of a new document: one line that can be shown, typed and sent; an honest name stays byte for byte."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.corpus_settings import DOCUMENTS
from corpus.source import Source
from corpus.text.document_name import document_name


@pytest.mark.parametrize(
    "name",
    [
        "政府工作报告（2024年）",
        "a-2",
        "C:\\x",
        "Dr. Who, vol. 2",
        "全角　空格",
        "nbsp\u00a0inside",
        "e\u0301 and é: in whatever form",
        "می\u200cخواهم",
        "क्\u200dष",
        "👨\u200d👩\u200d👧 family",
        "葛\U000e0100城",
        "私用\ue000字",
        "字" * 85,
    ],
)
def test_an_honest_name_stays(name: str) -> None:
    """The ids of documents and passages are made of it."""
    assert document_name(name) == name
    assert Source.from_file(f"{name}.txt".replace("\\", "_"), "甲。".encode(), None).name == name.replace("\\", "_")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("坏\ud800名", "坏\ufffd名"),
        ("\ud83d\ude00", "😀"),
        ("gpj.exe\u202e", "gpj.exe"),
        ("\u2066\u061c法\u200e", "法"),
        ("上\u200b海\u2060市\ufeff", "上海市"),
        ("上\u200d海", "上海"),
        ("红\x1b[31m\x9b名", "红[31m名"),
        ("a\r\nb\u2028c\td", "a b c d"),
        ("a\0b", "ab"),
        (" \u3000.. 甲 ...\n", "甲"),
        ("..", "text"),
        ("", "text"),
        ("\u3164\u200b", "text"),
        ("甲\uffff\ufdd0", "甲"),
        ("字" * 86, "字" * 85),
        ("a" * 254 + "é", "a" * 254),
        ("a" * 253 + " . b", "a" * 253),
    ],
)
def test_what_cannot_be_shown_goes(name: str, named: str) -> None:
    assert document_name(name) == named


def test_a_name_of_nothing_is_what_the_caller_says() -> None:
    assert document_name("\u202e..", otherwise="stdin") == "stdin"


@given(
    st.text(st.characters(exclude_categories=()))
    | st.text("ab.甲 \u3000\u200c\u200d\u202e\ud83d\ude00\0م", max_size=300)
)
def test_any_name_becomes_one_that_stays(name: str) -> None:
    """Short, on one line, in any encoding, and the same when it comes in again."""
    named = document_name(name)
    assert document_name(named) == named
    assert 1 <= len(named.encode()) <= DOCUMENTS.longest_name
    assert named.strip(". ") == named
    assert not {unicodedata.category(character) for character in named} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff") & {*named}
