import json
from pathlib import Path

import pytest
from fakes import CharacterEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexStale
from corpus.load import SHIPPED, load
from index.store import Index
from qa.engine import Engine
from qa.model import Answer, NotFound, Rejected
from qa.settings import Settings
from qa.wire import reply_as_json


def test_a_passage_asked_in_its_own_words_is_the_first_hit(fake_engine: Engine) -> None:
    """Line 179, by its characters."""
    reply = fake_engine.ask("成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。")

    assert isinstance(reply, Answer)
    assert reply.hits[0].citation.text == "成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。"


def test_a_question_of_other_characters_is_not_found(fake_engine: Engine) -> None:
    """The text's only Latin letters are a stray and. A value, not an exception, with what came nearest."""
    reply = fake_engine.ask("When?")

    assert isinstance(reply, NotFound)
    assert len(reply.near) == 3


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "问题是空的"),
        (" \n\t　", "问题是空的"),
        ("上" * 2001, "问题有 2001 个字符，最多 2000 个"),
        ("上合\0组织", "第 3 个字符是控制字符（U+0000）"),
        ("\x1b[31m", "第 1 个字符是控制字符（U+001B）"),
        ("half \ud800", "U+D800"),
    ],
)
def test_a_question_that_cannot_be_asked_is_rejected_with_its_reason(
    fake_engine: Engine, question: str, words: str
) -> None:
    """In a sentence, in both languages, that says what to do."""
    reply = fake_engine.ask(question)

    assert isinstance(reply, Rejected)
    assert words in reply.reason


def test_the_longest_question_is_asked(fake_engine: Engine) -> None:
    """2,000 characters are fine."""
    assert not isinstance(fake_engine.ask("上" * 2000), Rejected)


@settings(max_examples=50, deadline=None)
@given(question=st.text(max_size=50))
def test_no_question_raises(fake_engine: Engine, question: str) -> None:
    """Whatever is typed, there is a reply, and it can be sent as JSON."""
    json.dumps(reply_as_json(fake_engine.ask(question), None))


def test_an_index_of_another_model_is_refused(tmp_path: Path) -> None:
    """Before a question is asked."""
    index = Index.build(tmp_path / "i", [load(SHIPPED)], CharacterEmbedder("甲"))

    with pytest.raises(IndexStale):
        Engine(index, CharacterEmbedder("甲", fingerprint="f" * 16), Settings())


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "line", "citation"),
    [
        (
            "上合组织秘书处设在哪个城市？",
            57,
            "〔上海合作组织二十周年杜尚别宣言〕 一、上合组织的建立、发展建设和主要原则 · 第7段（第57行）",
        ),
        (
            "How many vaccine doses has China provided so far?",
            73,
            "《不忘初心 砥砺前行 开启上海合作组织发展新征程》 第一，走团结合作之路 · 第2段（第73行）",
        ),
    ],
)
def test_a_question_is_answered_with_its_line_and_section(
    real_engine: Engine, question: str, line: int, citation: str
) -> None:
    """In Chinese and in English."""
    reply = real_engine.ask(question)

    assert isinstance(reply, Answer)
    hit = next(h for h in reply.hits if h.citation.document.lines(h.citation.passage.spans) == (line, line))
    assert str(hit.citation) == citation


@pytest.mark.model
def test_the_best_sentence_is_the_one_that_answers(real_engine: Engine) -> None:
    """Of the four sentences of line 73, the one with the number of doses."""
    reply = real_engine.ask("How many vaccine doses has China provided so far?")

    assert isinstance(reply, Answer)
    assert "将近12亿剂疫苗" in real_engine.documents[0].quote(reply.hits[0].best_sentence.spans)


@pytest.mark.model
@pytest.mark.parametrize("question", ["红烧肉怎么做？", "Who won the World Cup in 1998?", "推荐一部科幻電影"])
def test_a_question_about_something_else_is_not_found(real_engine: Engine, question: str) -> None:
    """In Chinese, English and Traditional Chinese."""
    assert isinstance(real_engine.ask(question), NotFound)
