"""Where else a document has the topic words of a question: an answer shows some passages, a topic may have more."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from corpus.document import Document, Passage
from qa.question.words import content_words

_NAMED = re.compile("[“「『]([^“”「」『』]{2,20})[”」』]")
"""A name that the question has in quotation marks: it is one word."""


@dataclass(frozen=True, slots=True)
class TopicPlaces:
    """A word of a question, and how often a document has it."""

    word: str
    """As the question has it."""
    count: int


def topic_places(question: str, document: Document, shown: Collection[Passage], most: int) -> list[TopicPlaces]:
    """Return the topic words that also stand outside the passages that are `shown`, the rarest first.

    A word that the document has more than `most` times is no topic of a question about it. Words are compared as they
    are spelt, but for case: a question in other characters than the document's gets none.
    """
    names = [(match[1], match.span()) for match in _NAMED.finditer(question)]
    for word in content_words(question):
        if word.kind != "num" and not any(start <= word.start < end for _, (start, end) in names):
            names.append((word.text, (word.start, word.end)))
    whole = document.text.lower()
    quoted = "\n".join(document.quote(passage.spans) for passage in shown).lower()
    found: dict[str, TopicPlaces] = {}
    for name, _ in names:
        wanted = name.lower()
        if quoted.count(wanted) < (count := whole.count(wanted)) <= most:
            found.setdefault(wanted, TopicPlaces(name, count))
    return sorted(found.values(), key=lambda one: one.count)
