"""Replies as plain text, and the chat in a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from corpus.document import Span
from qa import qa_messages
from qa.citations.forms import FORMS, cite
from qa.citations.slices import paragraphs, pieces
from qa.output.terminal_stream import Mark, write_marked
from qa.reply import Answer, Hit, NotFound, Rejected, Reply, copies_line

if TYPE_CHECKING:  # an answer is written without them
    from qa.quotations.checker import Check
    from qa.quotations.diff import Step


def render(reply: Reply, form: str = "own") -> str:
    """Return the reply as lines, with citations in a form of `qa.citations.forms.FORMS`.

    A quote is on a line of its own, character for character, and so is each of its paragraphs where it has several;
    in the form `markdown` it is escaped.
    """
    return "".join(text for text, _ in _pieces(reply, form))


def write(reply: Reply, form: str = "own") -> None:
    """Write the lines of `render` to stdout. A terminal sets off the best sentences and the words that answer."""
    write_marked(_pieces(reply, form))


_Pieces = Iterator[tuple[str, Mark | None]]


def _pieces(reply: Reply, form: str) -> _Pieces:
    """Yield the text in pieces, each with its mark. What comes after the hits of an answer is not shown."""
    match reply:
        case Rejected():
            yield f"{reply.reason}\n", None
        case Answer(hits=hits):
            yield _head(reply), None
            said = None
            for number, hit in enumerate(hits, start=1):
                yield "\n" if number > 1 else "", None
                if hit.grade != said:
                    said = hit.grade
                    yield f"{qa_messages.GRADES[said].bilingual}:\n\n", None
                yield from _hit(number, hit, form, (hit.best_sentence.spans, hit.answer))
        case NotFound(near=near):
            yield f"{qa_messages.NO_ANSWER.bilingual}\n{reply.hint.bilingual}\n{_head(reply)}", None
            yield f"{qa_messages.NEAREST.bilingual}:\n" if near else "", None
            for number, hit in enumerate(near, start=1):
                yield "\n", None
                yield from _hit(number, hit, form, ((), ()))


def _head(reply: Answer | NotFound) -> str:
    """Return the remark, how the question was understood, and its unmatched words."""
    words = f"{reply.remark}\n\n" if isinstance(reply, Answer) and reply.remark is not None else ""
    if reply.understood_as is not None:
        words += f"{qa_messages.UNDERSTOOD_AS.bilingual}: {reply.understood_as}\n"
    if reply.unmatched_words:
        words += f"{qa_messages.NOT_MENTIONED.bilingual}: {'、'.join(reply.unmatched_words)}\n"
    return words


def _hit(number: int, hit: Hit, form: str, layers: tuple[Sequence[Span], Sequence[Span]]) -> _Pieces:
    """Yield a hit: its number, citation and quote. `layers`: what is marked of its best sentence and of its answer."""
    document, passage = hit.citation.document, hit.citation.passage
    citation = cite(form, document, passage)
    if FORMS[form].has_quote:
        yield f"{number}.\n{citation}\n", None
        yield from _also(hit)
        return
    is_record = FORMS[form].language is not None  # a record for programs is not indented
    yield f"{number}.\n{citation}\n\n" if is_record else f"{number}. {citation}\n", None
    for spans in paragraphs(document, passage.spans):
        for piece, (in_sentence, in_answer) in (one for span in spans for one in pieces(span, layers)):
            mark: Mark | None = "answer" if in_answer else "sentence" if in_sentence else None
            yield document.quote((piece,)), mark
        yield "\n", None
    if not is_record and document.is_recognised(passage.spans):
        yield f"{qa_messages.RECOGNISED.bilingual}\n", None
    yield from _also(hit)


def _also(hit: Hit) -> _Pieces:
    """Yield the line that names the copies, if there are any."""
    if (line := copies_line(hit)) is not None:
        yield f"{line}\n", None


def render_check(check: Check) -> str:
    """Return the check of a quotation as lines. The source's wording is on a line of its own."""
    words = f"{check.message.bilingual}\n"
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
        write(reply, form)
        sys.stdout.write("\n")
        sys.stdout.flush()
