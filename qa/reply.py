"""The replies of `Engine.ask`: frozen values that hold documents and spans, never copied text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal

from corpus.document import Document, Passage, Section, Sentence, Span
from corpus.message import Message
from qa import qa_messages
from qa.citations.forms import own_form, work_title
from qa.qa_settings import ANSWERS

_BOTH = attrgetter("bilingual")

Grade = Literal["answers", "may_answer"]
"""What a hit is said to do: `answers` if that is likely, else `may_answer`."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage and its document. `str` gives the work, the section path, the paragraph and the lines."""

    document: Document
    passage: Passage

    @property
    def text(self) -> str:
        """The words of the passage, cut from the document's text, so that they are the source's own."""
        return self.document.quote(self.passage.spans)

    def __str__(self) -> str:
        return own_form(self.document, self.passage)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was retrieved for a question."""

    citation: Citation
    best_sentence: Sentence
    """The sentence of the passage that is closest to the question."""
    matched: tuple[Span, ...]
    """The words of the passage that match words of the question, in order."""
    confidence: float
    """The probability, 0 to 1, that this passage answers the question."""
    answer: tuple[Span, ...] = ()
    """The words that answer, in order; empty where they are not known."""
    grade: Grade = "answers"
    """What is said of a hit of an answer. Nothing is said of a nearest passage."""
    copies: tuple[Citation, ...] = ()
    """The same words at the same place of the same work in other documents, which are copies of this one."""


def copy_label(hit: Hit, copy: Citation) -> str:
    """Return the name of a copy's document, with the citation where that is another one than the hit's."""
    cited = str(copy)
    return copy.document.name if cited == str(hit.citation) else f"{copy.document.name} {cited}"


def quoted_from(hit: Hit) -> Message | None:
    """Return a remark that names the file of a hit whose copies are cited as it is; None if all have other names."""
    is_same = any(str(copy) == str(hit.citation) for copy in hit.copies)
    return qa_messages.QUOTED_FROM.format(name=hit.citation.document.name) if is_same else None


def copies_line(hit: Hit, say: Callable[[Message], str] = _BOTH) -> str | None:
    """Return a line that names the copies of a hit; None if there are none. `say` chooses the language."""
    if not hit.copies:
        return None
    labels = [copy_label(hit, copy) for copy in hit.copies[: ANSWERS.named_copies]]
    more = len(hit.copies) - len(labels)
    ending = f"；{say(qa_messages.MORE_COPIES.format(count=more))}" if more else ""
    remark = quoted_from(hit)
    own = f"（{say(remark)}）" if remark else ""
    return f"{say(qa_messages.ALSO_IN)}: {'；'.join(labels)}{ending}{own}"


Headings = tuple[tuple[Document, Section], ...]
"""Headings to choose from, in the order of the text, each with its document."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The documents answer the question."""

    question: str
    understood_as: str | None
    """The question and the earlier questions that it was searched with; None if it depends on none."""
    unmatched_words: tuple[str, ...]
    """Content words of the question that the documents neither contain nor paraphrase."""
    hits: tuple[Hit, ...]
    """The passages that answer, then those that may answer, one or more, the surest first."""
    near: tuple[Hit, ...] = ()
    """The passages that come after them; none is likely enough to answer."""
    message: Message | None = None
    """What the program says about the passages or the headings; none of it is a quote."""
    headings: Headings = ()
    """Headings that the message speaks of."""

    @property
    def remark(self) -> str | None:
        """The message in both languages, and a line for each heading; None without a message."""
        return None if self.message is None else with_headings(self.message.bilingual, self.headings)


@dataclass(frozen=True, slots=True)
class NotFound:
    """The documents do not answer the question."""

    question: str
    understood_as: str | None
    unmatched_words: tuple[str, ...]
    near: tuple[Hit, ...]
    """The nearest passages, the best first. None of them is likely enough to answer."""
    in_some: bool = False
    """Whether only some of the documents were asked."""

    @property
    def hint(self) -> Message:
        """One sentence: what one can try."""
        return qa_messages.TRY_ALL if self.in_some else qa_messages.TRY


@dataclass(frozen=True, slots=True)
class Rejected:
    """The input is not looked up in the text: it is empty, too long, a greeting, or wants what quotes cannot give.

    The message is the program's own words, not a quote.
    """

    question: str
    message: Message
    """One sentence: why, and what to do."""
    headings: Headings = ()
    """Headings of the text, to choose from."""

    @property
    def reason(self) -> str:
        """The message in both languages, and a line for each heading."""
        return with_headings(self.message.bilingual, self.headings)


def with_headings(said: str, headings: Headings) -> str:
    """Return what is said, and each heading on a line of its own, indented by its level."""
    outermost = min((section.level for _, section in headings), default=0)
    lines = [
        "  " * (section.level - outermost) + (section.label if section.level else work_title(section))
        for _, section in headings
    ]
    return "\n".join([said, *lines])


Reply = Answer | NotFound | Rejected


def all_hits(reply: Reply) -> tuple[Hit, ...]:
    """Return the hits of a reply, then its nearest passages: everything that was found, the best first."""
    match reply:
        case Answer(hits=hits, near=near):
            return hits + near
        case NotFound(near=near):
            return near
        case Rejected():
            return ()


def at_most(reply: Reply, count: int | None) -> Reply:
    """Return the reply with `count` hits and `count` nearest passages at most; with all of them for None."""
    match reply:
        case Answer(hits=hits, near=near):
            return replace(reply, hits=hits[:count], near=near[:count])
        case NotFound(near=near):
            return replace(reply, near=near[:count])
        case Rejected():
            return reply


def status_of(reply: Reply) -> Literal["answered", "not_found", "rejected"]:
    """Return the word for the kind of a reply, as JSON and the page have it."""
    match reply:
        case Answer():
            return "answered"
        case NotFound():
            return "not_found"
        case Rejected():
            return "rejected"
