"""What the parts of the page's interface share: the engine, its documents, and finding one of them by name or id."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from corpus.document import Document, Passage
from corpus.message import Message
from index.catalog import Catalog
from qa.citations.slices import part_of
from qa.ranking.citable_units import unit_of
from qa.reply import Reply
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from web import library_messages, strings
from web.html.error_messages import Gone, Refused
from web.html.markup import shown_name
from web.html.verify import read_spans

if TYPE_CHECKING:
    from qa.ranking.explanation import Explanation
    from qa.service.operations import Operations


class PageEngine(Protocol):
    """What the page needs of an engine."""

    @property
    def catalog(self) -> Catalog: ...

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply: ...

    def explain(
        self,
        question: str,
        passages: Sequence[str],
        history: Sequence[str] = (),
        *,
        documents: Collection[str] = (),
        alone: bool = False,
    ) -> Explanation | None: ...


class Context:
    """One engine and, where its documents can be changed, the jobs that change its index."""

    def __init__(self, engine: PageEngine, *, keeps_feedback: bool, jobs: IndexJobs | None) -> None:
        """`jobs` changes the index of `engine`; None where the page is read-only."""
        self.engine = engine
        self.keeps_feedback = keeps_feedback
        self._jobs = jobs
        """What the page shares with the other interfaces."""

    @cached_property
    def operations(self) -> Operations:
        """What programs ask; the page shares its checker."""
        from qa.service.operations import Operations  # a page is served before it is imported

        return Operations(self.engine)

    @property
    def catalog(self) -> Catalog:
        """The documents as they are now: another object after each change."""
        return self.engine.catalog

    @property
    def version(self) -> int | None:
        """The number of changes of the index since it was opened; None where the page is read-only."""
        return None if self._jobs is None else self._jobs.version

    @property
    def can_change(self) -> bool:
        """Whether documents can be added, described and removed."""
        return self._jobs is not None

    def advice(self, can_add: Message) -> Message:
        """Return what to do where there is no document: this where one can be added here."""
        return can_add if self.can_change else library_messages.ADMINISTRATOR_ADDS

    @property
    def adding(self) -> int:
        """How many files are being added and are not there yet."""
        return 0 if self._jobs is None else self._jobs.waiting[0]

    @property
    def jobs(self) -> IndexJobs:
        """What changes the index. Raises QAError where the page is read-only."""
        if self._jobs is None:
            raise Refused(strings.NO_CHANGES)
        return self._jobs

    @property
    def loading(self) -> BackgroundEngine | None:
        """The engine where it opens in the background; None where it was open from the start."""
        return self.engine if isinstance(self.engine, BackgroundEngine) else None

    def document(self, sent: str) -> Document:
        """Return the document of a name that a browser sent. Raises Gone if there is none."""
        (name,) = self.names([sent])
        document = self.catalog.get(name)
        if document is None:  # it was removed just now
            raise Gone(strings.NO_TEXT, name=name)
        return document

    def names(self, sent: Collection[str]) -> tuple[str, ...]:
        """Return the names of the documents that a browser means, each once; no document is read. Raises Gone."""
        if not sent:
            return ()
        entries = self.catalog.entries
        known = {shown_name(entry.name): entry.name for entry in reversed(entries)} | {
            entry.name: entry.name for entry in entries
        }
        for name in sent:
            if name not in known:
                raise Gone(strings.NO_TEXT, name=name)
        return tuple(dict.fromkeys(known[name] for name in sent))

    def passage(self, passage_id: str) -> tuple[Document, Passage]:
        """Return the passage of this id with its document. Raises Refused if there is none."""
        if found := self.catalog.find(passage_id):
            return found
        raise Refused(strings.NO_PASSAGE)

    def quoted(self, address: str) -> tuple[Document, Passage]:
        """Return what a card quotes, by `ID@SPANS` or the passage's `ID` alone. Raises Refused if there is none.

        The spans are those of the passage, of all that answers together with it, or of a part of either; otherwise
        the passage is returned.
        """
        passage_id, _, addressed = address.partition("@")
        document, passage = self.passage(passage_id)
        spans = read_spans(addressed)
        if not spans or spans == passage.spans:
            return document, passage
        if part := part_of(passage, spans):
            return document, part
        unit = unit_of(document, passage)
        if unit is None or spans == unit.passage.spans:
            return document, unit.passage if unit else passage
        return document, part_of(unit.passage, spans) or passage
