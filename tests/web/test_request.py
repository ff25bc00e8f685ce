"""Requests of the page: what a browser sends is read as typed values, and fields of another type count as absent."""

from __future__ import annotations

import pytest

from corpus.errors import QAError
from web.api.request import Ask, Citations, Export, FilePiece, FollowChange, OfDocument
from web.web_settings import PAGE


def test_a_question_is_read_with_its_history_and_documents() -> None:
    sent = {"kind": "ask", "question": "狗呢？", "history": ["猫呢？"], "documents": ["猫狗条例"]}
    assert Ask.read(sent) == Ask("狗呢？", ("猫呢？",), ("猫狗条例",))


@pytest.mark.parametrize("wrong", [None, 7, True, "甲", {"0": "甲"}, [7, None, ["甲"]]])
def test_a_history_of_another_type_is_none(wrong: object) -> None:
    assert Ask.read({"question": "狗呢？", "history": wrong}) == Ask("狗呢？", (), ())


def test_only_the_last_questions_of_a_long_history_are_read() -> None:
    history = [f"问题{n}" for n in range(PAGE.history + 3)]
    assert Ask.read({"question": "", "history": history}).history == tuple(history[3:])


def test_the_turns_of_an_export_are_questions_and_nothing_else() -> None:
    turns = [7, {"question": "猫呢？", "documents": ["甲", 1]}, "狗呢？", None]
    read = Export.read({"format": "docx", "form": "own", "turns": turns})
    assert read == Export(True, "own", (Ask("猫呢？", (), ("甲",)),))
    assert Export.read({"form": "own", "turns": {"question": "猫呢？"}}).turns == ()


def test_a_citation_form_that_does_not_exist_is_an_error_that_names_those_that_do() -> None:
    with pytest.raises(QAError, match=r"'mla' is no citation form. Choose one of .*gbt7714"):
        Export.read({"form": "mla", "turns": []})


def test_a_piece_of_a_file_is_decoded() -> None:
    assert FilePiece.read({"name": "a.txt", "size": 3, "data": "YWJj"}) == FilePiece("", "a.txt", 3, b"abc")
    assert FilePiece.read({"upload": "k", "data": ""}) == FilePiece("k", None, None, b"")


def test_names_and_numbers_of_another_type_are_absent() -> None:
    assert OfDocument.read({"document": ["甲"]}).document == ""
    assert Citations.read({"passages": "0123456789abcdef"}).passages == ()
    assert FollowChange.read({"change": "3"}).change is None
    assert FollowChange.read({"change": 3}).change == 3
