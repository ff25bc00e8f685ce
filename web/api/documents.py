"""The documents of the page: their list, uploading, removing and describing them, and how far a change is."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import BinaryIO, TypedDict

from corpus.message import Message
from web import strings
from web.api.page_context import Context
from web.api.request import Describe, Empty, FollowChange, OfDocument
from web.html.document_list import can_ask_html, document_rows_html, heading_html, progress_html
from web.html.error_messages import Refused
from web.html.markup import shown_name
from web.html.metadata_form import about_html, citation_fields_of
from web.web_settings import PAGE, UPLOADS


class Listed(TypedDict):
    """All documents."""

    version: int | None
    """That of the index, which is no newer than the list; None where documents cannot be changed."""
    html: str
    names: list[str]
    digests: list[str]
    """The SHA-256 of each file, in the order of the names."""
    heading: str
    """The heading of the first view; HTML, as what follows."""
    can_ask: str
    """Which documents can be asked, by title."""


class Begun(TypedDict):
    """A change of the index that was begun."""

    change: int
    """The number to ask for its progress with."""


class MetadataForm(TypedDict):
    """The form of a document's citation fields."""

    html: str


class ChangeProgress(TypedDict):
    """How far a change is."""

    stage: str
    """waiting, reading, parsing, working, done or failed."""
    name: str
    """The name of the document; empty until it is known."""
    html: str


class Documents:
    """Answers what concerns the list of documents and its changes. Safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, _: Empty) -> Listed:
        """Return the list of all documents."""
        version = self._context.version  # first: a page that gets a newer one with an older list keeps that list
        entries = self._context.catalog.entries
        return {
            "version": version,
            "html": document_rows_html(entries, may_change=self._context.can_change),
            "names": [shown_name(entry.name) for entry in entries],
            "digests": [entry.sha256 for entry in entries],
            "heading": heading_html(entries),
            "can_ask": can_ask_html(entries, may_change=self._context.can_change),
        }

    def upload(self, name: str, file: BinaryIO, size: int) -> Begun:
        """Add a file of `size` bytes, which is read and closed when its turn comes. Raises Refused.

        Its name is only a name: what looks like a folder in it is left out.
        """
        jobs = self._context.jobs
        if len(name) > PAGE.longest_name:
            raise Refused(strings.TOO_LONG, count=len(name), most=PAGE.longest_name)
        if size > UPLOADS.largest:
            raise Refused(strings.TOO_LARGE, size=f"{size / 1e6:.0f}", most=UPLOADS.largest // 1_000_000)
        files, together = jobs.waiting
        if files >= UPLOADS.files or together + size > UPLOADS.together:
            raise Refused(strings.TOO_MANY)
        return {"change": jobs.add(PureWindowsPath(name).name or "text", file, size)}

    def remove(self, request: OfDocument) -> Begun:
        """Remove a document. Raises Refused."""
        (name,) = self._context.names([request.document])
        return {"change": self._context.jobs.remove(name)}

    def about(self, request: OfDocument) -> MetadataForm:
        """Return the form of the citation fields of a document's works. Raises QAError."""
        (name,) = self._context.names([request.document])
        document, supplied = self._context.jobs.supplied(name)
        return {"html": about_html(document, supplied)}

    def describe(self, request: Describe) -> Begun:
        """Keep the citation fields that a person supplies for a document's works. Raises QAError."""
        (name,) = self._context.names([request.document])
        document, _ = self._context.jobs.supplied(name)
        supplied = citation_fields_of(request.works, len(document.works))
        if isinstance(supplied, Message):
            raise Refused(supplied)
        return {"change": self._context.jobs.describe(document.name, supplied)}

    def progress(self, request: FollowChange) -> ChangeProgress:
        """Return how far a change is. Raises Refused for a number that no change has."""
        progress = None if request.change is None else self._context.jobs.progress(request.change)
        if progress is None:
            raise Refused(strings.WENT_WRONG)
        name = progress.change.name if progress.change is not None else ""
        return {"stage": progress.stage, "name": shown_name(name), "html": progress_html(progress)}

    def cancel(self, request: FollowChange) -> ChangeProgress:
        """Stop adding a file, unless it is too late. Return and raise what `progress` does."""
        if request.change is not None:
            self._context.jobs.cancel(request.change)
        return self.progress(request)
