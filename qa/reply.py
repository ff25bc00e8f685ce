"""What the engine returns: values, all frozen, that hold positions and render themselves as the contract says."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.document import Document, Passage, Sentence, Span
from qa.citations.forms import own_form


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a passage stands: the work, the section path, the paragraph, and the lines of the file."""

    document: Document
    passage: Passage

    @property
    def text(self) -> str:
        """The quote: a view, so that it cannot disagree with the source."""
        return self.document.quote(self.passage.spans)

    def __str__(self) -> str:
        return own_form(self.document, self.passage)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with what was found in it."""

    citation: Citation
    best_sentence: Sentence
    """The sentence that answers best."""
    matched: tuple[Span, ...]
    """The words that matched the question, in order."""
    confidence: float
    """0 to 1, higher is surer: how likely it is that this passage answers the question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The text answers."""

    question: str
    understood_as: str | None
    """How a question that leans on the one before was read; None where it was read as it stands."""
    missing_terms: tuple[str, ...]
    """The question's content words that the text never mentions."""
    hits: tuple[Hit, ...]
    """One or more, the surest first."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """The text does not answer."""

    question: str
    understood_as: str | None
    missing_terms: tuple[str, ...]
    near: tuple[Hit, ...]
    """The closest passages, none of them good enough."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not a question that a text can answer: empty, too long, or a greeting. What is said to it is no quote."""

    question: str
    chinese: str
    """One sentence that says why and what to do."""
    english: str
    """The same in English."""

    @property
    def reason(self) -> str:
        """Both sentences, for where there is no choice of language."""
        return f"{self.chinese}{self.english}"


Reply = Answer | NotFound | Rejected
