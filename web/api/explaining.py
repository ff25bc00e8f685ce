"""What explains a text to its reader: why a passage ranks where it does, and what the dictionary has for its words."""

from __future__ import annotations

from typing import TypedDict

from corpus.grammar.enumerators import heading_enumerator
from qa.citations.slices import members
from qa.qa_settings import GLOSSES
from web.api.page_context import Context
from web.api.request import LookUp, OfDocument, Why
from web.html.gloss import gloss_html
from web.html.reading_pane import contents_label
from web.html.shares import shares_html


class Glossed(TypedDict, total=False):
    """A word and what the dictionary has for it; empty where no Chinese word stands there."""

    start: int
    end: int
    """The range [start, end) of the word in the text that was sent, in code points."""
    html: str


class Explained(TypedDict):
    """Why a quote ranks where it does, in HTML."""

    html: str


class GlossedHeadings(TypedDict):
    """A line of English words for each entry of a document's contents."""

    lines: list[str]
    """In the order of the contents; empty for a heading without Chinese words."""


class Explaining:
    """Answers what explains a text. Safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def why(self, request: Why) -> Explained:
        """Return the shares of the question's words in the rank of a quote. Raises Refused and what the engine does."""
        document, passage = self._context.quoted(request.passage)
        asked = request.asked
        explanation = self._context.engine.explain(
            asked.question,
            [own.id for own in members(document, passage)],
            () if asked.alone else asked.history,
            documents=self._context.names(asked.documents),
            alone=asked.alone,
        )
        return {"html": shares_html(explanation)}

    def gloss(self, request: LookUp) -> Glossed:
        """Return the dictionary's entries for the word at a place of a text."""
        from qa.question.glossing import gloss_at  # a page is served before it is imported

        gloss = gloss_at(request.text, request.position)
        return {} if gloss is None else {"start": gloss.start, "end": gloss.end, "html": gloss_html(gloss)}

    def headings(self, request: OfDocument) -> GlossedHeadings:
        """Return the dictionary's words for each heading. Raises Gone."""
        document = self._context.document(request.document)
        glossed, others = document.sections[: GLOSSES.headings], document.sections[GLOSSES.headings :]
        return {"lines": [_line(contents_label(section)) for section in glossed] + [""] * len(others)}


def _line(label: str) -> str:
    """Return the words of a heading, but for its number, which is understood in any language."""
    from qa.question.glossing import brief_glosses

    enumerator = heading_enumerator(label)
    return " · ".join(brief_glosses(label[enumerator.end :] if enumerator else label))
