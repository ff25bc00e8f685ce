"""Named concepts of English questions, read as a Chinese text has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.source import Source
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.question.named_concepts import in_words_of_texts
from tests.fakes import CharacterEmbedder

TEXT = "两国签署了京都议定书。文化帝国主义受到批评。药房技术员共十名。绿色港口计划已经开始。"


def _contains(word: str) -> bool:
    return word in TEXT


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("What does the Kyoto Protocol say?", "What does the 京都议定书          say?"),
        ("Is Cultural Imperialism mentioned?", "Is 文化帝国主义               mentioned?"),
        ('What is "green port"?', 'What is "绿色港口      "?'),
        ("How many Pharmacy Technicians are there?", "How many 药房技术员                are there?"),
    ],
)
def test_a_name_of_two_wordings_is_read_as_the_text_has_it(question: str, read: str) -> None:
    """What follows it stands where it stood."""
    found = in_words_of_texts(question, _contains)

    assert found == read
    assert len(found) == len(question)


@pytest.mark.parametrize(
    "question",
    [
        "What does the Vienna Protocol say?",  # no text has it
        "What does the kyoto protocol say?",  # nothing shows that it is a name
        "What Does The Kyoto Protocol Say?",  # all words have capitals
        "WHAT IS THE KYOTO PROTOCOL?",
        "京都议定书 and the Kyoto Protocol",
        "Where is the Great Green Harbour Plan?",  # of more than two wordings
        "How does it begin?",
        "",
    ],
)
def test_any_other_question_stays_as_it_is(question: str) -> None:
    assert in_words_of_texts(question, _contains) == question


def test_it_is_encoded_so_and_shown_as_it_was_asked(tmp_path: Path) -> None:
    embedder = CharacterEmbedder("京都议定书文化")
    engine = Engine(
        Index.build(tmp_path / "i", [Source.from_bytes("a", TEXT.encode(), None)], embedder), embedder, Settings()
    )
    encoder = engine._query_encoder()
    question = "What does the Kyoto Protocol say?"

    assert "京都议定书" in encoder.read_as(question)
    assert engine.ask(question).question == question
