"""A question in, a reply out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from corpus.model import Document, Sentence
from index.embed import Embedder, Vectors
from index.store import Candidate, Index
from qa.confidence import confidence
from qa.model import Answer, Citation, Hit, NotFound, Rejected, Reply
from qa.settings import Settings

# What no keyboard types into a question, and what cannot be written as UTF-8. Line ends and tabs are pasted in.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Engine:
    """Answers questions over one index. Safe to share between threads."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        """Raises IndexStale if another model made the index."""
        index.check_embedder(embedder)
        self.index = index
        self.settings = settings
        self._embedder = embedder

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of the index."""
        return self.index.documents

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """Return what the text says. Never raises because of the question.

        `history`: the questions asked before, the oldest first.
        """
        if rejected := self._reject(question):
            return rejected
        vector = self._embedder.embed_questions([question])[0]
        hits = tuple(self._hit(candidate, vector) for candidate in self.index.search(vector, self.settings.top))
        found = tuple(hit for hit in hits if hit.confidence >= self.settings.bar)
        if found:
            return Answer(question, None, (), found)
        return NotFound(question, None, (), hits)

    def _reject(self, question: str) -> Rejected | None:
        longest = self.settings.longest_question
        if not question.strip():
            return Rejected(question, "问题是空的，请输入一个问题。", "The question is empty: type one.")
        if len(question) > longest:
            return Rejected(
                question,
                f"问题有 {len(question)} 个字符，最多 {longest} 个，请缩短后再问。",
                f"The question has {len(question)} characters, more than {longest}: shorten it.",
            )
        if match := _CONTROL.search(question):
            place, code = match.start() + 1, f"U+{ord(match.group()):04X}"
            return Rejected(
                question,
                f"问题的第 {place} 个字符是控制字符（{code}），请删去后再问。",
                f"Character {place} of the question is a control character ({code}): delete it.",
            )
        return None

    def _hit(self, candidate: Candidate, vector: Vectors) -> Hit:
        citation = Citation(candidate.document, candidate.passage)
        return Hit(citation, self._best_sentence(citation, vector), (), confidence(candidate.score))

    def _best_sentence(self, citation: Citation, vector: Vectors) -> Sentence:
        sentences = citation.passage.sentences
        if len(sentences) == 1:
            return sentences[0]
        texts = [citation.document.quote(sentence.spans) for sentence in sentences]
        return sentences[int(np.argmax(self._embedder.embed_passages(texts) @ vector))]
