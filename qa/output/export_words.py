"""What an export of a conversation says beside the quotes, in one language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Document, Span
from corpus.message import Message
from qa import qa_messages
from qa.citations.forms import FORMS, cite, work_title
from qa.citations.markdown_quote import uncarriable
from qa.citations.reference import RECOGNISED
from qa.qa_settings import ANSWERS
from qa.reply import Answer, Hit, NotFound, Rejected, Reply, copies_line, with_headings


@dataclass(frozen=True, slots=True)
class ExportedTurn:
    """A question of a conversation: its reply, and which texts were asked."""

    reply: Reply
    texts: Message | None = None
    """As `texts_asked` has them; None where they are not known."""


def texts_asked(documents: Sequence[Document], count: int, *, are_all: bool) -> Message:
    """Return which texts were asked: the first by title and name, and how many there are if there are more.

    `documents`: the first `answers.named_copies` of the `count` texts. `are_all`: whether there are no others.
    """
    titles = "；".join(_one_line(f"{_titles(document)}（{document.name}）") for document in documents)
    if count <= len(documents):
        return Message(zh=titles, en=titles)
    if are_all:
        return qa_messages.ALL_TEXTS.format(count=count)
    return qa_messages.AND_OTHERS.format(titles=titles, count=count)


def _titles(document: Document) -> str:
    works = [work_title(section) for section in document.sections if not section.level]
    more = "……" if len(works) > ANSWERS.named_copies else ""
    return "".join(works[: ANSWERS.named_copies]) + more


@dataclass(frozen=True, slots=True)
class ExportWords:
    """The program's words in an export. Each is one line of characters that a file can hold."""

    language: str
    """`zh` or `en`."""

    def say(self, message: Message) -> str:
        """Return a message in the language."""
        return message.in_language(self.language)

    def head(self, turns: Sequence[ExportedTurn], on: datetime.date | None) -> list[str]:
        """Return what stands under the title: which texts were asked, if all turns asked the same; date; promise."""
        texts = {turn.texts for turn in turns}
        same = texts.pop() if len(texts) == 1 else None
        day = (on or datetime.date.today()).isoformat()
        return [
            *([] if same is None else [self._labelled(qa_messages.ASKED_TEXTS, self.say(same))]),
            self._labelled(qa_messages.EXPORTED_ON, day),
            self.say(qa_messages.EXPORT_PROMISE),
        ]

    def remarks(self, turn: ExportedTurn, turns: Sequence[ExportedTurn]) -> list[str]:
        """Return the status of a reply, which texts were asked if not all turns asked the same, how it was read."""
        reply = turn.reply
        if isinstance(reply, Rejected):
            return [self._labelled(qa_messages.REJECTED, with_headings(self.say(reply.message), reply.headings))]
        said = [self._status(reply)]
        if turn.texts is not None and len({other.texts for other in turns}) > 1:
            said.append(self._labelled(qa_messages.ASKED_TEXTS, self.say(turn.texts)))
        if isinstance(reply, Answer) and reply.message is not None:
            said.append(_one_line(with_headings(self.say(reply.message), reply.headings)))
        if reply.understood_as is not None:
            said.append(self._labelled(qa_messages.UNDERSTOOD_AS, reply.understood_as))
        if reply.unmatched_words:
            comma = ", " if self.language == "en" else "、"
            said.append(self._labelled(qa_messages.NOT_MENTIONED, comma.join(reply.unmatched_words)))
        if isinstance(reply, NotFound) and reply.near:
            said.append(self._labelled(qa_messages.NEAREST, ""))
        return said

    def _status(self, reply: Answer | NotFound) -> str:
        if isinstance(reply, NotFound):
            return self.say(qa_messages.NO_ANSWER)
        sure = sum(hit.grade == "answers" for hit in reply.hits)
        if sure:
            return self._labelled(qa_messages.ANSWERED, str(sure))
        return self._labelled(qa_messages.MAY_BE_ANSWERED, str(len(reply.hits)))

    def grade(self, hit: Hit, reply: Reply) -> str | None:
        """Return in words whether a hit answers; nothing is said of a nearest passage."""
        return self.say(qa_messages.GRADES[hit.grade]) if isinstance(reply, Answer) else None

    def copies(self, hit: Hit) -> str | None:
        """Return a line that names the copies of a hit; None if there are none."""
        line = copies_line(hit, self.say)
        return None if line is None else _one_line(line)

    def left_out(self, characters: str) -> str:
        """Return the sentence that replaces a quote with such characters. No quote is better than an altered one."""
        return f"（{self.say(qa_messages.QUOTE_LEFT_OUT.format(characters=characters))}）"

    def recognised(self, turns: Iterable[ExportedTurn]) -> list[str]:
        """Return what our citations' sign for a quote that was read from a picture means, if there is such a quote."""
        cited = (hit.citation for turn in turns for hit in hits_of(turn.reply))
        is_there = any(one.document.is_recognised(one.passage.spans) for one in cited)
        return [f"{RECOGNISED}: {self.say(qa_messages.RECOGNISED)}"] if is_there else []

    def sources(self, turns: Iterable[ExportedTurn]) -> list[tuple[str, str]]:
        """Return name and SHA-256 of each quoted document, in the order of the conversation."""
        documents = [hit.citation.document for turn in turns for hit in hits_of(turn.reply)]
        return list(dict.fromkeys((_one_line(document.name), document.sha256) for document in documents))

    def question(self, number: int, turn: ExportedTurn) -> str:
        """Return the heading of a question."""
        return f"{number}. {_one_line(turn.reply.question)}"

    def _labelled(self, label: Message, said: str) -> str:
        colon = ": " if self.language == "en" else "："
        return f"{self.say(label)}{colon}{_one_line(said)}".rstrip(" ")


def hits_of(reply: Reply) -> tuple[Hit, ...]:
    """Return the hits of an answer, or the nearest passages of a not-found."""
    match reply:
        case Answer(hits=hits):
            return hits
        case NotFound(near=near):
            return near
        case Rejected():
            return ()


def marked_in(hit: Hit, reply: Reply) -> tuple[Span, ...]:
    """Return what is marked in a hit: the words that answer, or the best sentence if they are not known.

    As on the page: in the first hit of an answer always, in others where they surely answer.
    """
    if not isinstance(reply, Answer) or (hit is not reply.hits[0] and hit.grade != "answers"):
        return ()
    return hit.answer or hit.best_sentence.spans


def citation_of(hit: Hit, form: str) -> str:
    """Return a citation without characters that a file cannot hold: names of an older index may have some."""
    cited = cite(form, hit.citation.document, hit.citation.passage)
    return "".join("\ufffd" if uncarriable(character) else character for character in cited)


def form_beside_quote(form: str) -> str:
    """Return our own form instead of one with the quote, which would repeat the quote."""
    return "own" if FORMS[form].has_quote else form


def _one_line(text: str) -> str:
    """Return a question or a name (not source text) on one line, without characters that a file cannot hold."""
    return " ".join("".join(" " if uncarriable(character) else character for character in text).split())
