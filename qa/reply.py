"""The replies of `Engine.ask`: frozen values that hold documents and spans, never copied text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.document import Document, Passage, Sentence, Span
from corpus.message import Message
from qa.citations.forms import own_form

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


@dataclass(frozen=True, slots=True)
class Answer:
    """The documents answer the question."""

    question: str
    understood_as: str | None
    """The question and the earlier questions that it was searched with; None if it depends on none."""
    unmatched_words: tuple[str, ...]
    """Content words of the question that the documents neither contain nor paraphrase."""
    hits: tuple[Hit, ...]
    """The passages that answer or may answer, one or more, the surest first."""
    near: tuple[Hit, ...] = ()
    """The passages that come after them; none is likely enough to answer."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """The documents do not answer the question."""

    question: str
    understood_as: str | None
    unmatched_words: tuple[str, ...]
    near: tuple[Hit, ...]
    """The nearest passages, the best first. None of them is likely enough to answer."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The input cannot be answered from a text: it is empty, too long, a greeting, or has a control character.

    The message is the program's own words, not a quote.
    """

    question: str
    message: Message
    """One sentence: why, and what to do."""

    @property
    def reason(self) -> str:
        """The message in both languages."""
        return self.message.bilingual


Reply = Answer | NotFound | Rejected
