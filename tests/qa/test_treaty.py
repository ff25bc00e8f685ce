"""Questions about an English treaty and about a text with rare characters, from the file to the reply."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.source import Source
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Answer, NotFound
from tests.fakes import CharacterEmbedder
from tests.qa.test_section_reference import TREATY

_FISH = "鱼类志\n\n䲟鱼住在暖水里，吃小鱼。\n\n鲤鱼住在湖里，吃水草。\n\n王𠮷写了这本书。\n"


def _engine(folder: Path, text: str) -> Engine:
    embedder = CharacterEmbedder("".join(sorted(set(text))))
    return Engine(Index.build(folder, [Source.from_bytes("text", text.encode(), None)], embedder), embedder, Settings())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What does Article IV say?", "herons"),
        ("What does Article 4 of the treaty say?", "herons"),
        ("第七条说了什么？", "wells"),
        ("What does the sixth article say?", "otters"),
    ],
)
def test_an_article_of_a_treaty_is_the_answer(tmp_path: Path, question: str, words: str) -> None:
    """Its first hit is the paragraph under that number."""
    reply = _engine(tmp_path / "index", TREATY).ask(question)

    assert isinstance(reply, Answer)
    assert words in reply.hits[0].citation.text


@pytest.mark.parametrize(
    ("question", "first", "missing"),
    [
        ("䲟鱼吃什么？", "䲟鱼住在暖水里，吃小鱼。", ()),
        ("王𠮷写了什么？", "王𠮷写了这本书。", ()),
        ("𫚭鱼和鲤鱼吃什么？", "鲤鱼住在湖里，吃水草。", ("𫚭鱼",)),
    ],
)
def test_rare_characters_are_found_and_missed(
    tmp_path: Path, question: str, first: str, missing: tuple[str, ...]
) -> None:
    """A name that the text does not have is said to be missing."""
    reply = _engine(tmp_path / "index", _FISH).ask(question)

    assert isinstance(reply, Answer | NotFound)
    hits = reply.hits if isinstance(reply, Answer) else reply.near
    assert hits[0].citation.text == first
    assert reply.unmatched_words == missing
