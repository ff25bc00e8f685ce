import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.document import Document, Span
from corpus.errors import IndexStale
from corpus.source import SHIPPED, Source, load
from index.searcher import Index
from qa.citations.slices import members
from qa.engine import Engine
from qa.output.json_records import reply_as_json
from qa.qa_settings import Settings
from qa.reply import Answer, Hit, NotFound, Rejected, Reply
from tests.budget import budget
from tests.fakes import CharacterEmbedder


def _is_inside(span: Span, spans: tuple[Span, ...]) -> bool:
    return any(around.start <= span.start and span.end <= around.end for around in spans)


def _first(reply: Reply) -> Hit:
    assert isinstance(reply, Answer)
    return reply.hits[0]


def test_a_passage_asked_in_its_own_words_is_the_first_hit(fake_engine: Engine) -> None:
    """Line 179, by its characters."""
    reply = fake_engine.ask("成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。")

    assert isinstance(reply, Answer)
    assert reply.hits[0].citation.text == "成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。"


def test_a_question_of_other_characters_is_not_found(fake_engine: Engine) -> None:
    """The text's only Latin letters are a stray and. A value, not an exception, with what came nearest."""
    reply = fake_engine.ask("Who?")

    assert isinstance(reply, NotFound)
    assert len(reply.near) == 3


def test_what_matched_lies_in_the_passage(fake_engine: Engine, shipped: Document) -> None:
    """And the best sentence is one of its sentences. Each seventh passage of the text, asked in its own words."""
    for passage in shipped.passages[::7]:
        hit = _first(fake_engine.ask(shipped.quote(passage.spans)))

        assert passage in members(hit.citation.document, hit.citation.passage)
        assert hit.best_sentence in passage.sentences
        assert hit.matched
        assert all(_is_inside(span, passage.spans) for span in hit.matched)


def test_hits_are_in_the_order_of_their_confidence(fake_engine: Engine) -> None:
    """The surest first; each is between 0 and 1."""
    reply = fake_engine.ask("成员国的禁毒合作")

    assert isinstance(reply, Answer)
    confidences = [hit.confidence for hit in (*reply.hits, *reply.near)]
    assert len(confidences) > 2
    assert confidences == sorted(confidences, reverse=True)
    assert 1 >= confidences[0] >= confidences[-1] >= 0


def test_a_year_that_the_text_never_mentions_is_named(fake_engine: Engine) -> None:
    """As the user wrote it; 2021年 is in the text."""
    reply = fake_engine.ask("１９４９年和2021年有什么大事？")

    assert isinstance(reply, Answer | NotFound)
    assert reply.unmatched_words == ("１９４９年",)


@pytest.mark.parametrize("text", ["", "\n", "。。。", "* * *"])
def test_a_text_without_words_has_no_answer(tmp_path: Path, text: str) -> None:
    """It can be indexed and asked all the same."""
    embedder = CharacterEmbedder("甲乙")
    index = Index.build(tmp_path / "i", [Source.from_bytes("a", text.encode(), None)], embedder)

    assert isinstance(Engine(index, embedder, Settings()).ask("甲是什么？"), NotFound)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "问题是空的"),
        (" \n\t　", "问题是空的"),
        ("上" * 2001, "问题有 2001 个字符，最多 2000 个"),
        ("上合\0组织", "第 3 个字符是控制字符（U+0000）"),
        ("\x1b[31m", "第 1 个字符是控制字符（U+001B）"),
        ("half \ud800", "U+D800"),
        ("你好！", "你好。用平常的话提问"),
        ("Who are you?", "This is Yuanwen"),
    ],
)
def test_a_question_that_cannot_be_asked_is_rejected_with_its_reason(
    fake_engine: Engine, question: str, words: str
) -> None:
    """In a sentence, in both languages, that says what to do."""
    reply = fake_engine.ask(question)

    assert isinstance(reply, Rejected)
    assert words in reply.reason


def test_the_longest_question_is_asked(tmp_path: Path) -> None:
    """2,000 characters are fine."""
    embedder = CharacterEmbedder("上海下雨")
    index = Index.build(tmp_path / "i", [Source.from_bytes("雨", "上海下雨。".encode(), None)], embedder)
    assert not isinstance(Engine(index, embedder, Settings()).ask("上" * 2000), Rejected)


@settings(max_examples=budget(50))
@given(question=st.text(max_size=50), history=st.lists(st.text(st.characters(exclude_categories=()), max_size=50)))
@example(question="你好" * 1000, history=[])
@example(question="那呢？", history=["\ud800"])
@example(question="那呢？", history=["", "〇" * 5000])
def test_no_question_raises(fake_engine: Engine, question: str, history: list[str]) -> None:
    """Whatever is typed, and was typed before, there is a reply, and it can be sent as JSON."""
    json.dumps(reply_as_json(fake_engine.ask(question, history), None))


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
    """In Chinese and in English, as the first hit."""
    hit = _first(real_engine.ask(question))

    assert hit.citation.document.lines(hit.citation.passage.spans) == (line, line)
    assert str(hit.citation) == citation


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["上合組織祕書處設在哪個城市？", "上合组织秘书处设在哪个城市", "秘书处的所在地是哪里？"]
)
def test_another_wording_finds_the_same_line(real_engine: Engine, question: str) -> None:
    """Traditional; without a question mark; other words."""
    hit = _first(real_engine.ask(question))

    assert hit.citation.document.lines(hit.citation.passage.spans) == (57, 57)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many vaccine doses has China provided so far?", "将近12亿剂疫苗"),  # one of four sentences of line 73
        ("上合组织秘书处设在哪个城市？", "设在北京的秘书处"),
    ],
)
def test_the_best_sentence_is_the_one_that_answers(real_engine: Engine, question: str, words: str) -> None:
    """The sentence with the number, the one with the city."""
    assert words in real_engine.documents[0].quote(_first(real_engine.ask(question)).best_sentence.spans)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "word"),
    [("How many vaccine doses has China provided so far?", "疫苗"), ("上合組織秘書處設在哪個城市？", "秘书处")],
)
def test_matched_words_cross_languages_and_scripts(real_engine: Engine, question: str, word: str) -> None:
    """They are slices of the passage."""
    hit = _first(real_engine.ask(question))

    assert any(word in real_engine.documents[0].quote((span,)) for span in hit.matched)
    assert all(_is_inside(span, hit.citation.passage.spans) for span in hit.matched)


@pytest.mark.model
@pytest.mark.parametrize("question", ["红烧肉怎么做？", "Who won the World Cup in 1998?", "推荐一部科幻電影"])
def test_a_question_about_something_else_is_not_found(real_engine: Engine, question: str) -> None:
    """In Chinese, English and Traditional Chinese."""
    assert isinstance(real_engine.ask(question), NotFound)


@pytest.mark.model
def test_what_the_text_never_mentions_is_named(real_engine: Engine) -> None:
    """It speaks of Kazakhstan, not of a currency."""
    reply = real_engine.ask("哈萨克斯坦的货币叫什么？")

    assert isinstance(reply, Answer | NotFound)
    assert reply.unmatched_words == ("货币",)


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["上合组织秘书处设在哪个城市？", "How many vaccine doses has China provided so far?"]
)
def test_a_question_that_the_text_answers_carries_no_warning(real_engine: Engine, question: str) -> None:
    """All its words are there, or meant."""
    reply = real_engine.ask(question)

    assert isinstance(reply, Answer)
    assert reply.unmatched_words == ()


@pytest.mark.model
@pytest.mark.parametrize("question", ["他是什么时候说的？", "这话是谁说的", "Who said that?"])
def test_who_said_it_is_answered_by_the_title_block(real_engine: Engine, question: str) -> None:
    """Of the work that answered before: title, occasion, date and speaker."""
    reply = real_engine.ask(question, ["鲁班工坊打算建几所？"])

    assert isinstance(reply, Answer)
    assert "习近平" in reply.hits[0].citation.text
    assert "2021年9月17日" in reply.hits[0].citation.text
