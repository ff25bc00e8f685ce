"""Requests of the page: what a browser sends is read as typed values, and fields of another type count as absent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.bibliography.edition import CitationFields, Value
from corpus.errors import QAError
from corpus.message import Message
from qa.qa_settings import ANSWERS
from web import strings
from web.api.request import (
    Around,
    Ask,
    CheckQuotations,
    Citations,
    Cite,
    Describe,
    Export,
    Feedback,
    Fields,
    FollowChange,
    OfDocument,
    Permalink,
)
from web.html.error_messages import Refused
from web.html.metadata_form import citation_fields_of
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
    read = Export.read({"format": "docx", "form": "own", "language": "en", "turns": turns})
    assert read == Export(True, "own", "en", (Ask("猫呢？", (), ("甲",)),))
    assert Export.read({"form": "own", "turns": {"question": "猫呢？"}}).turns == ()


def test_a_citation_form_that_does_not_exist_is_an_error_that_names_those_that_do() -> None:
    with pytest.raises(QAError, match=r"'mla' is no citation form. Choose one of .*gbt7714"):
        Export.read({"form": "mla", "turns": []})


def test_names_and_numbers_of_another_type_are_absent() -> None:
    assert OfDocument.read({"document": ["甲"]}).document == ""
    assert Citations.read({"passages": "0123456789abcdef"}).passages == ()
    assert FollowChange.read({"change": "3"}).change is None
    assert FollowChange.read({"change": 3}).change == 3


LONG = "长" * (PAGE.longest_name + 1)
LONG_QUESTION = "长" * (ANSWERS.longest_question + 1)


@pytest.mark.parametrize(
    ("read", "fields"),
    [
        (Ask.read, {"question": "甲？", "history": ["猫" * 200_000] * 50}),
        (Ask.read, {"question": "甲？", "history": [LONG_QUESTION]}),
        (Ask.read, {"question": "甲？", "documents": ["甲", LONG]}),
        (Ask.read, {"question": "甲？", "documents": ["甲"] * (PAGE.documents_asked + 1)}),
        (Export.read, {"form": "own", "turns": [{"question": "甲？", "history": [LONG_QUESTION]}]}),
        (Export.read, {"form": LONG, "turns": []}),
        (Feedback.read, {"verdict": LONG, "question": "甲？"}),
        (Feedback.read, {"verdict": "none", "question": LONG_QUESTION}),
        (Feedback.read, {"verdict": "none", "question": "甲？", "history": [LONG_QUESTION]}),
        (Feedback.read, {"verdict": "right", "question": "甲？", "passages": [LONG]}),
        (OfDocument.read, {"document": LONG}),
        (Permalink.read, {"p": LONG}),
        (Permalink.read, {"t": LONG}),
        (Around.read, {"passage": LONG}),
        (Cite.read, {"passage": LONG, "form": "own"}),
        (Citations.read, {"passages": [LONG]}),
        (CheckQuotations.read, {"text": "长" * (PAGE.longest_check + 1)}),
        (Describe.read, {"document": LONG}),
    ],
)
def test_a_field_beyond_its_limit_is_refused_in_both_languages(
    read: Callable[[Fields], object], fields: dict[str, object]
) -> None:
    """Before anything else is done with it."""
    with pytest.raises(Refused) as caught:
        read(fields)
    assert caught.value.message.zh.endswith("。")
    assert caught.value.message.en.endswith((".", "again."))
    assert len(caught.value.message.bilingual) < 200


def test_what_the_page_sends_at_most_is_within_the_limits() -> None:
    """Fifty turns of the longest questions, with a name of 255 bytes."""
    history = ["长" * ANSWERS.longest_question] * PAGE.history
    sent = {"question": LONG_QUESTION, "history": history, "documents": ["字" * 85]}
    assert Ask.read(sent) == Ask(LONG_QUESTION, tuple(history), ("字" * 85,))


def test_the_fields_of_a_citation_have_a_limit() -> None:
    wrong = citation_fields_of([{"title": "长" * (PAGE.longest_field + 1)}], 1)
    assert wrong == strings.TOO_LONG.format(count=PAGE.longest_field + 1, most=PAGE.longest_field)
    many = {f"x{n}": "甲" for n in range(100_000)}
    said = citation_fields_of([{**many, "title": "题\x1b\ud800"}], 1)
    assert not isinstance(said, Message)
    assert said[0] == CitationFields(title=Value(supplied="题"))
