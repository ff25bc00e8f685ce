"""What `Engine.ask` returns: frozen values that hold documents and positions in them, never copied text."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.document import Document, Passage, Sentence, Span
from corpus.message import Message
from qa.citations.forms import own_form


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage and its document: `str` gives the work, the section path, the paragraph and the lines."""

    document: Document
    passage: Passage

    @property
    def text(self) -> str:
        """The words of the passage, cut from the document's text: they cannot disagree with the source."""
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


@dataclass(frozen=True, slots=True)
class Answer:
    """The documents answer the question."""

    question: str
    understood_as: str | None
    """The questions that were searched for together; None if the question depends on no earlier one."""
    unmatched_words: tuple[str, ...]
    """The question's unmatched words: content words that the documents never mention."""
    hits: tuple[Hit, ...]
    """One or more, the surest first."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """The documents do not answer the question."""

    question: str
    understood_as: str | None
    unmatched_words: tuple[str, ...]
    near: tuple[Hit, ...]
    """The closest passages, best first; none is likely enough to answer."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The input is no question to a text: empty, too long, a control character in it, or a greeting.

    The sentences are the program's own, not quotes.
    """

    question: str
    message: Message
    """One sentence that says why and what to do."""

    @property
    def reason(self) -> str:
        """Both wordings, for output in no chosen language."""
        return self.message.bilingual


Reply = Answer | NotFound | Rejected
