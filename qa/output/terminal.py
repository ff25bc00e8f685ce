"""Replies as plain text, and the chat in a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable

from qa import qa_messages
from qa.citations.forms import FORMS, cite
from qa.quotations.checker import Check
from qa.quotations.diff import Step
from qa.reply import Answer, Hit, NotFound, Rejected, Reply


def render(reply: Reply, form: str = "own") -> str:
    """Return the reply as lines, with citations in a form of `qa.citations.forms.FORMS`.

    A quote is on a line of its own, character for character; in the form `markdown` it is escaped.
    """
    match reply:
        case Rejected():
            return f"{reply.reason}\n"
        case Answer(hits=hits):
            return _head(reply) + "\n".join(_render_hit(number, hit, form) for number, hit in enumerate(hits, start=1))
        case NotFound(near=near):
            words = f"{qa_messages.NO_ANSWER.bilingual}\n{_head(reply)}"
            if near:
                words += f"{qa_messages.NEAREST.bilingual}:\n\n"
            return words + "\n".join(_render_hit(number, hit, form) for number, hit in enumerate(near, start=1))


def _head(reply: Answer | NotFound) -> str:
    """Return the remark, how the question was understood, and its unmatched words."""
    words = f"{reply.remark}\n\n" if isinstance(reply, Answer) and reply.remark is not None else ""
    if reply.understood_as is not None:
        words += f"{qa_messages.UNDERSTOOD_AS.bilingual}: {reply.understood_as}\n"
    if reply.unmatched_words:
        words += f"{qa_messages.NOT_MENTIONED.bilingual}: {'、'.join(reply.unmatched_words)}\n"
    return words


def _render_hit(number: int, hit: Hit, form: str) -> str:
    citation = cite(form, hit.citation.document, hit.citation.passage)
    if FORMS[form].has_quote:
        return f"{number}.\n{citation}\n"
    if FORMS[form].language:  # a record for programs is not indented
        return f"{number}.\n{citation}\n\n{hit.citation.text}\n"
    return f"{number}. {citation}\n{hit.citation.text}\n"


def render_check(check: Check) -> str:
    """Return the check of a quotation as lines. The source's wording is on a line of its own."""
    words = f"{qa_messages.VERDICTS[check.verdict].bilingual}\n"
    if check.nearest is None:
        return words + "".join(f"{number}. {place.citation}\n" for number, place in enumerate(check.places, start=1))
    if check.verdict == "altered":
        chinese = "、".join(difference.zh for difference in check.differences)
        english = ", ".join(difference.en for difference in check.differences)
        words += f"{qa_messages.DIFFERENCE.bilingual}: {chinese} {english}\n\n{qa_messages.SOURCE_WORDING.bilingual}:\n"
    else:
        words += f"\n{qa_messages.NEAREST_WORDING.bilingual}:\n"
    words += f"{check.nearest.text}\n{check.nearest.citation}\n\n"
    return f"{words}引文中 [-多出-] {{+缺少+}} [-改动-]{{+原文+}} Added, missing, changed:\n{_marked(check.diff)}\n"


def _marked(diff: Iterable[Step]) -> str:
    """Return the quotation with its differences marked: [-its own words-]{+the source's+}."""
    return "".join(
        step.quoted
        if step.op == "equal"
        else (f"[-{step.quoted}-]" if step.quoted else "") + (f"{{+{step.source}+}}" if step.source else "")
        for step in diff
    )


def chat(ask: Callable[..., Reply], form: str = "own") -> None:
    """Answer questions from stdin, one a line, until it ends."""
    person = sys.stdin.isatty() and sys.stdout.isatty()
    if person:
        with contextlib.suppress(ImportError):  # line editing and ↑, if Python was built with it
            import readline  # noqa: F401  (the import switches it on)
        sys.stderr.write(f"{qa_messages.CHAT.bilingual}\n")
    history: list[str] = []
    while True:
        try:
            question = input(f"{qa_messages.CHAT_PROMPT.bilingual} › " if person else "")
        except EOFError:
            break
        if not question.strip():
            continue
        reply = ask(question, history)
        if not isinstance(reply, Rejected):
            history.append(question)
        sys.stdout.write(render(reply, form) + "\n")
        sys.stdout.flush()
