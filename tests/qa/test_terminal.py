"""What a reply looks like in a terminal, and as plain text."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest

from corpus.document import Document, Passage, Section, Span
from corpus.parse import parse
from qa import qa_messages
from qa.output.terminal import render, write
from qa.output.terminal_stream import controls_shown
from qa.reply import Answer, Citation, Grade, Hit, NotFound, Reply, all_hits, at_most

_TEXT = "秘书处设在北京。反恐机构设在塔什干。\n\n第二段。\n\n第三段。\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _written(reply: Reply) -> str:
    """Return what a terminal gets that can set words off."""
    with redirect_stdout(_Terminal()) as terminal, controls_shown("stdout"):
        write(reply)
    return terminal.getvalue()


@pytest.fixture(autouse=True)
def _able(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def document() -> Document:
    return parse(_TEXT, name="d")


def _hit(
    document: Document, passage: Passage | int, answer: tuple[Span, ...] = (), grade: Grade = "answers", best: int = 0
) -> Hit:
    passage = document.passages[passage] if isinstance(passage, int) else passage
    return Hit(Citation(document, passage), passage.sentences[best], (), 0.9, answer, grade)


def test_hits_stand_below_their_grade_in_words(document: Document) -> None:
    """What comes after the hits of an answer is not shown."""
    hits = (_hit(document, 0), _hit(document, 1, grade="may_answer"))
    lines = render(Answer("?", None, (), hits, near=(_hit(document, 2),))).split("\n")

    assert lines == [
        *("回答了 It answers:", "", "1. 〔d〕 · 第1段（第1行）", "秘书处设在北京。反恐机构设在塔什干。", ""),
        *("可能回答 It may answer:", "", "2. 〔d〕 · 第2段（第3行）", "第二段。", ""),
    ]


def test_a_not_found_says_so_before_the_nearest_passages(document: Document) -> None:
    lines = render(NotFound("?", None, (), (_hit(document, 1), _hit(document, 2)))).split("\n")

    assert lines == [
        "文中没有找到答案。Not in the text.",
        qa_messages.TRY.bilingual,
        *("最接近的段落（不够回答这个问题）Nearest passages, not enough to answer:", ""),
        *("1. 〔d〕 · 第2段（第3行）", "第二段。", "", "2. 〔d〕 · 第3段（第5行）", "第三段。", ""),
    ]


def test_a_terminal_sets_off_the_best_sentence_and_in_it_the_words_that_answer(document: Document) -> None:
    """Bold, and bold with the colours reversed."""
    bold, strong, end, strong_end = "\x1b[1m", "\x1b[1;7m", "\x1b[22m", "\x1b[22;27m"
    quote = f"{bold}秘书处设在{end}{strong}北京{strong_end}{bold}。{end}反恐机构设在塔什干。"

    assert _written(Answer("?", None, (), (_hit(document, 0, answer=(Span(5, 7),)),))).endswith(f"\n{quote}\n")


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("NO_COLOR", "")])
def test_a_terminal_that_cannot_or_shall_not_gets_plain_text(
    document: Document, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    reply = Answer("?", None, (), (_hit(document, 0, answer=(Span(5, 7),)),))

    assert _written(reply) == render(reply)


def test_of_a_nearest_passage_nothing_is_set_off(document: Document) -> None:
    assert "\x1b" not in _written(NotFound("?", None, (), (_hit(document, 0, answer=(Span(5, 7),)),)))


def test_between_the_marks_a_control_character_is_shown_and_not_obeyed() -> None:
    """Also a carriage return at the beginning of the marked words, which a stream would obey there."""
    for text, answer, written in (
        ("甲\x1b[2J乙\u202e丙。", Span(1, 5), "甲\x1b[22m\x1b[1;7m^[[2J\x1b[22;27m\x1b[1m乙<U+202E>丙。\x1b[22m\n"),
        ("甲\r乙丙。", Span(1, 3), "甲\x1b[22m\x1b[1;7m^M乙\x1b[22;27m\x1b[1m丙。\x1b[22m\n"),
    ):
        work = Section("d", None, 0, None, is_run_in=False)
        passage = Passage("0" * 16, (Span(0, len(text)),), (len(text),), work, 1)
        hit = _hit(Document("d", text, "0" * 64, (work, passage)), passage, answer=(answer,))
        assert _written(Answer("?", None, (), (hit,))).endswith(written)


def test_each_paragraph_of_a_quote_is_a_line(document: Document) -> None:
    """What belongs together and is answered together; a paragraph that the source breaks stays one line."""
    first, second, third = document.passages
    whole = Passage(first.id, first.spans + second.spans + third.spans, (24,), first.section, 1)

    assert render(Answer("?", None, (), (_hit(document, whole),))).endswith(
        "\n秘书处设在北京。反恐机构设在塔什干。\n第二段。\n第三段。\n"
    )


def test_a_reply_is_cut_to_so_many_passages(document: Document) -> None:
    """Of each kind; without a number nothing is cut."""
    hits = tuple(_hit(document, number) for number in range(3))
    answer, not_found = Answer("?", None, (), hits[:2], hits[1:]), NotFound("?", None, (), hits)

    assert at_most(answer, 1) == Answer("?", None, (), hits[:1], hits[1:2])
    assert at_most(not_found, 2) == NotFound("?", None, (), hits[:2])
    assert at_most(answer, None) == answer
    assert all_hits(answer) == (hits[0], hits[1], hits[1], hits[2])
