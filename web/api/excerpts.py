"""Excerpts on the page: words that a reader selected, cited, listed and exported.

The browser sends where words stand (document, hash of its bytes, spans), never the words: these are always cut again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import TypedDict

from corpus.document import Document, Passage, Span
from qa.citations.excerpt import Excerpt, excerpts_of
from qa.citations.forms import quote_on_lines, quote_with_citation, reference_alone
from qa.output.excerpt_files import EXTENSIONS, KeptExcerpt, excerpts_file
from web import excerpt_messages
from web.api.page_context import Context
from web.api.request import ExportExcerpts, ListExcerpts, Selected, SpansOfDocument
from web.html.card import permalink
from web.html.error_messages import Gone, Refused
from web.html.excerpt_list import ShownExcerpt, excerpts_html
from web.html.markup import both, shown_name


class CitedSelection(TypedDict):
    """Selected words as they go to the clipboard."""

    text: str
    """The words, each paragraph of several on its own line."""
    cited: str
    """With their citation; for a program the record alone."""
    reference: str
    """The citation alone."""
    link: str
    """The address of the first passage in it, from the page's on, with the place of the words in that passage."""
    digest: str
    """Tells later whether the same spans still hold these words: the file may be the same, and be read otherwise."""


class ExcerptList(TypedDict):
    """The list of excerpts."""

    html: str


class ExportedExcerpts(TypedDict):
    """Excerpts as a file."""

    name: str
    data: str
    """The file in base64."""
    html: str
    """How many were left out; empty where none was."""


class Excerpts:
    """Answers what concerns selected words. Safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def select(self, request: Selected) -> CitedSelection:
        """Return selected words with their citation. Raises Refused if the document has changed or is gone."""
        document, found = self._cut(request.place)
        return {
            "text": _words(document, found),
            "cited": "\n\n".join(quote_with_citation(request.form, document, one) for one in found),
            "reference": "\n".join(reference_alone(request.form, document, one) for one in found),
            "link": _link(document, found[0]),
            "digest": _digest(document, found),
        }

    def list(self, request: ListExcerpts) -> ExcerptList:
        """Return the list of kept excerpts by document. One whose text has changed or is gone says so."""
        shown: list[ShownExcerpt] = []
        for sent in request.excerpts:
            try:
                document, found = self._cut(sent.place)
            except Refused as error:
                shown.append(ShownExcerpt(sent.place.document, None, (), error))
            else:
                shown.append(ShownExcerpt(shown_name(document.name), document, found, None))
        return {"html": excerpts_html(shown)}

    def export(self, request: ExportExcerpts) -> ExportedExcerpts:
        """Return kept excerpts as a file. Those whose text has changed or is gone are left out, and counted.

        Raises Refused if none is left.
        """
        kept: list[KeptExcerpt] = []
        left_out = 0
        for sent in request.excerpts:
            try:
                document, found = self._cut(sent.place)
            except Refused:
                left_out += 1
                continue
            first, *others = found
            kept.append(KeptExcerpt(document, first, sent.note, sent.question))
            kept += [KeptExcerpt(document, other, "", "") for other in others]
        if not kept:
            raise Refused(excerpt_messages.NOTHING_TO_EXPORT)
        kind = request.format if request.format in EXTENSIONS else "markdown"
        return {
            "name": f"yuanwen-excerpts.{EXTENSIONS[kind]}",
            "data": base64.b64encode(excerpts_file(kept, kind, request.form)).decode("ascii"),
            "html": both(excerpt_messages.LEFT_OUT, count=left_out) if left_out else "",
        }

    def _cut(self, place: SpansOfDocument) -> tuple[Document, tuple[Excerpt, ...]]:
        """Return the words, cut from the document as it is now. Raises Refused if they are not those meant."""
        try:
            document = self._context.document(place.document)
        except Gone as error:
            raise Gone(excerpt_messages.GONE, name=place.document) from error
        changed = Refused(excerpt_messages.CHANGED, name=place.document)
        if document.sha256 != place.sha256:
            raise changed
        try:
            found = excerpts_of(document, place.spans)
        except ValueError as error:
            raise changed from error
        if not found:
            raise Refused(excerpt_messages.NOTHING_SELECTED)
        if place.digest and place.digest != _digest(document, found):
            raise changed
        return document, found


def _words(document: Document, found: Sequence[Excerpt]) -> str:
    return "\n".join(quote_on_lines(document, one) for one in found)


def _digest(document: Document, found: Sequence[Excerpt]) -> str:
    words = _words(document, found)
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def _link(document: Document, excerpt: Excerpt) -> str:
    """Return the address of the first passage, and from which to which of its own characters the words go.

    A passage's id changes with its words, so these numbers never mean other words.
    """
    passage = next((one for one in document.passages if one.id == excerpt.id), None)
    if passage is None:
        return ""
    ranges = [f"{start}-{end}" for start, end in _within(passage, excerpt.spans)]
    return permalink(document, passage) + (f"&w={','.join(ranges)}" if ranges else "")


def _within(passage: Passage, spans: Sequence[Span]) -> Sequence[tuple[int, int]]:
    """Return which characters of a passage's own text are in the spans: first and last offset of each stretch."""
    found: list[tuple[int, int]] = []
    offset = 0
    for own in passage.spans:
        for span in spans:
            start, end = max(own.start, span.start), min(own.end, span.end)
            if start < end:
                found.append((offset + start - own.start, offset + end - own.start))
        offset += len(own)
    return found
