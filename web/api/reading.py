"""Reading on the page: a document in the reading pane, a passage and its neighbours, citations, checked quotations."""

from __future__ import annotations

from contextlib import suppress
from typing import TypedDict

from corpus.document import Document, Passage
from corpus.text.normalise import character_pairs
from qa.citations.forms import quote_with_citation, reference_alone
from qa.citations.slices import members
from web.api.originals import Originals
from web.api.page_context import Context
from web.api.request import Around, Citations, Cite, Empty, OfDocument, Permalink
from web.html.card import beside_html, citation_html, gone_html, unmarked_quote_html
from web.html.document_list import no_documents_html, warnings_html
from web.html.error_messages import Refused
from web.html.example_questions import examples_html
from web.html.markup import shown_name
from web.html.reading_pane import contents_html, document_html
from web.web_settings import PAGE


class Shown(TypedDict):
    """A document for the reading pane. All but the name is HTML."""

    name: str
    """Empty where there is no document."""
    html: str
    contents: str
    examples: str
    """Questions to click."""
    warnings: str
    """How many warnings the parser gave; empty where it gave none."""


class PermalinkTarget(TypedDict, total=False):
    """Where a permalink leads: one of the two."""

    document: str
    """The name of the passage's document."""
    html: str
    """The notice that the passage is gone, with the nearest passage."""


class Neighbours(TypedDict):
    """The paragraphs before and after a passage, as quotes in HTML."""

    before: str
    after: str


class CitedQuote(TypedDict):
    """A quote with its citation, and the citation alone, as they go to the clipboard."""

    text: str
    reference: str


class CitationsNow(TypedDict):
    """The citations of quotes in HTML, by their addresses (`ID@SPANS`); those that are gone are missing."""

    cites: dict[str, str]


class Characters(TypedDict):
    """Characters that count as another where words are looked for, each with that one after it."""

    pairs: str


class Reading:
    """Answers what concerns the documents' own words. Safe to share between threads."""

    def __init__(self, context: Context, originals: Originals) -> None:
        self._context = context
        self._originals = originals

    def source(self, request: OfDocument) -> Shown:
        """Return the document of this name, or the first one where no name is given. Raises Refused."""
        catalog = self._context.catalog
        if not catalog.entries:
            html = no_documents_html(may_change=self._context.can_change)
            return {"name": "", "html": html, "contents": "", "examples": "", "warnings": ""}
        document = self._context.document(request.document) if request.document else catalog.documents[0]
        return {
            "name": shown_name(document.name),
            "html": document_html(document, pages=self._originals.count(document)),
            "contents": contents_html(document),
            "examples": examples_html(document),
            "warnings": warnings_html(document),
        }

    def passage(self, request: Permalink) -> PermalinkTarget:
        """Return the document of a permalink's passage, or the nearest passage where it is gone."""
        if found := self._context.catalog.find(request.passage):
            return {"document": shown_name(found[0].name)}
        return {"html": self._gone(request.opening)}

    def around(self, request: Around) -> Neighbours:
        """Return the paragraphs before and after a passage, or around the one of a quoted part. Raises Refused."""
        document, passage = self._context.quoted(request.passage)
        own = members(document, passage)
        if own[0] not in document.passages:
            own = (self._context.passage(passage.id)[1],)
        first, last = document.passages.index(own[0]), document.passages.index(own[-1])
        return {
            "before": self._quotes(document, document.passages[max(first - PAGE.around, 0) : first]),
            "after": self._quotes(document, document.passages[last + 1 : last + 1 + PAGE.around]),
        }

    def cite(self, request: Cite) -> CitedQuote:
        """Return a passage with its citation in the form that is asked for. Raises Refused."""
        document, passage = self._context.quoted(request.passage)
        return {
            "text": quote_with_citation(request.form, document, passage),
            "reference": reference_alone(request.form, document, passage),
        }

    def cites(self, request: Citations) -> CitationsNow:
        """Return the citations of passages as they are now: what a person supplies changes them."""
        found: dict[str, str] = {}
        for address in request.passages:
            with suppress(Refused):
                found[address] = citation_html(*self._context.quoted(address))
        return {"cites": found}

    def characters(self, _request: Empty) -> Characters:
        """Return the characters that the page's find takes as another: full width, Traditional, variants."""
        return {"pairs": character_pairs()}

    def _quotes(self, document: Document, passages: tuple[Passage, ...]) -> str:
        stored = self._context.catalog.named([document.name])
        return beside_html([unmarked_quote_html(document, passage, stored=stored) for passage in passages])

    def _gone(self, opening: str) -> str:
        """Return the notice that a permalink's passage is gone, with the nearest passage."""
        nearest = self._nearest(opening)
        if nearest is None:
            return gone_html(None)
        document, passage = nearest
        return gone_html(unmarked_quote_html(document, passage, stored=self._context.catalog.named([document.name])))

    def _nearest(self, opening: str) -> tuple[Document, Passage] | None:
        """Return the passage that shares most of these words; None where none comes near."""
        if not opening.strip() or self._context.operations.checker.is_too_much:
            return None
        check = self._context.operations.checker.now().check(opening)
        for place in (*check.places, check.nearest):
            if place is not None and place.passages:
                return place.document, place.passages[0]
        return None
