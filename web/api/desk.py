"""The page's one interface to the server: a JSON value in, a JSON object out. Nothing that comes in is trusted.

`{"kind": …}` names a row of the table in `Desk.__init__`: how the request is read (`web.api.request`), and which part
answers it (`web.api.asking`, `web.api.reading`, `web.api.originals`,
`web.api.excerpts`, `web.api.documents`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, Protocol, TypeVar

from corpus.errors import QAError
from corpus.message import Message
from corpus.text.controls import replace_surrogates
from index.catalog import Catalog
from qa.service.index_jobs import IndexJobs
from web import strings
from web.api import request
from web.api.asking import Asking
from web.api.conversation_export import ConversationExport
from web.api.documents import Documents
from web.api.draft_check import DraftCheck
from web.api.excerpts import Excerpts
from web.api.explaining import Explaining
from web.api.originals import Originals
from web.api.page_context import Context, PageEngine
from web.api.reading import Reading
from web.api.request import Fields
from web.api.sheet_questions import SheetQuestions, SheetRequest
from web.html.error_messages import error_html
from web.html.markup import both

if TYPE_CHECKING:
    from qa.service.operations import Operations

_LOG = logging.getLogger("yuanwen.page")
Request = TypeVar("Request")


@dataclass(frozen=True, slots=True)
class Handler(Generic[Request]):
    """What answers one kind of request."""

    read: Callable[[Fields], Request]
    """Makes the request of what was sent. Raises QAError."""
    answer: Callable[[Request], Mapping[str, object]]
    """Raises QAError."""
    failed: Message = strings.WENT_WRONG
    """What the page shows where our own code fails."""

    def __call__(self, sent: Fields) -> Mapping[str, object]:
        return self.answer(self.read(sent))


class AnyHandler(Protocol):
    """A handler, whatever its request is."""

    @property
    def failed(self) -> Message: ...

    def __call__(self, sent: Fields) -> Mapping[str, object]: ...


class Desk:
    """Answers the requests of the page over one engine. Safe to share between threads."""

    def __init__(self, engine: PageEngine, *, keeps_feedback: bool = True, jobs: IndexJobs | None = None) -> None:
        """`jobs` changes the index of that engine; without it the page is read-only."""
        context = Context(engine, keeps_feedback=keeps_feedback, jobs=jobs)
        self._originals = originals = Originals(context)
        asking, reading, documents = Asking(context), Reading(context, originals), Documents(context)
        explaining = Explaining(context)
        excerpts = Excerpts(context)
        self._asking = asking
        self._drafts = drafts = DraftCheck(context)
        self._context, self._documents, self._jobs = context, documents, jobs
        self._handlers: dict[str, AnyHandler] = {
            "state": Handler(request.Empty.read, asking.state),
            "ask": Handler(request.Ask.read, asking.ask, strings.FAILED),
            "export": Handler(request.Export.read, asking.export),
            "share": Handler(request.Share.read, asking.share),
            "feedback": Handler(request.Feedback.read, asking.feedback),
            "source": Handler(request.OfDocument.read, reading.source),
            "pages": Handler(request.OfDocument.read, originals.pages),
            "page": Handler(request.OfPage.read, originals.page),
            "lit": Handler(request.LightUp.read, originals.lit),
            "passage": Handler(request.Permalink.read, reading.passage),
            "around": Handler(request.Around.read, reading.around),
            "cite": Handler(request.Cite.read, reading.cite),
            "cites": Handler(request.Citations.read, reading.cites),
            "characters": Handler(request.Empty.read, reading.characters),
            "check": Handler(request.CheckQuotations.read, drafts.check),
            "tally": Handler(request.Judged.read, drafts.tally),
            "checkreport": Handler(request.CheckReport.read, drafts.report),
            "why": Handler(request.Why.read, explaining.why),
            "gloss": Handler(request.LookUp.read, explaining.gloss),
            "headings": Handler(request.OfDocument.read, explaining.headings),
            "texts": Handler(request.Empty.read, documents.list),
            "span": Handler(request.Selected.read, excerpts.select),
            "excerpts": Handler(request.ListExcerpts.read, excerpts.list),
            "exportexcerpts": Handler(request.ExportExcerpts.read, excerpts.export),
        }
        if jobs is not None:
            self._handlers |= {
                "remove": Handler(request.OfDocument.read, documents.remove),
                "about": Handler(request.OfDocument.read, documents.about),
                "describe": Handler(request.Describe.read, documents.describe),
                "progress": Handler(request.FollowChange.read, documents.progress),
                "cancel": Handler(request.FollowChange.read, documents.cancel),
            }

    @property
    def catalog(self) -> Catalog:
        """The documents as they are now."""
        return self._context.catalog

    @property
    def operations(self) -> Operations:
        """What programs ask of the same documents."""
        return self._context.operations

    @property
    def jobs(self) -> IndexJobs | None:
        """What changes the documents; None where the page is read-only."""
        return self._jobs

    @property
    def is_loading(self) -> bool:
        """Whether the engine has neither opened nor failed yet."""
        engine = self._context.loading
        return engine is not None and engine.is_loading

    @property
    def keeps_feedback(self) -> bool:
        """Whether readers can keep feedback as test questions."""
        return self._context.keeps_feedback

    @property
    def version(self) -> int | None:
        """The number of changes of the index since it was opened; None where the page is read-only."""
        return self._context.version

    def close(self) -> None:
        """End the process that draws pages. Another request starts a new one."""
        self._originals.close()

    def pages_of_first(self, catalog: Catalog) -> int:
        """Return how many pages of the first document's file can be shown as they look."""
        return sum(map(self._originals.count, catalog.documents[:1]))

    def call(self, sent: object) -> dict[str, Any]:
        """Return the answer to a request of the page; where there is none, `failed` holds a sentence.

        Where documents can be changed, each answer has the `version` of the index: so a page notices the changes of
        others.
        """
        fields: Fields = sent if isinstance(sent, dict) else {}
        kind = fields.get("kind")
        handler = self._handlers.get(kind) if isinstance(kind, str) else None
        if handler is None:
            return self._sent({"failed": both(strings.WENT_WRONG)})
        return self._answer(lambda: handler(fields), handler.failed)

    def knows(self, sent: object) -> bool:
        """Return whether the reply to a question is remembered, so that `call` costs next to nothing."""
        with suppress(QAError):
            return isinstance(sent, dict) and self._asking.knows(request.Ask.read(sent))
        return False

    def upload(self, name: str, file: BinaryIO, size: int) -> dict[str, Any]:
        """Add a file of `size` bytes; return the number of the change, or what `failed`. The file is closed in time."""
        answer = self._answer(lambda: self._documents.upload(name, file, size), strings.WENT_WRONG)
        if "failed" in answer:
            file.close()
        return answer

    def read_draft(self, name: str, data: bytes) -> dict[str, Any]:
        """Return the quotations of a draft, or what `failed`. Nothing of it is kept."""
        return self._answer(lambda: self._drafts.read(name, data), strings.WENT_WRONG)

    def picture(self, sent: Fields) -> bytes | None:
        """Return the picture of a page of a file, as WebP; None where there is none."""
        try:
            return self._originals.picture(request.OfPage.read(sent))
        except QAError:
            return None

    def open_sheet(self, sheet: SheetRequest) -> SheetQuestions:
        """Return the questions of a sheet, to be asked one after the other. Raises QAError."""
        return SheetQuestions(self._context, sheet)

    def open_export(self, sent: Fields) -> ConversationExport:
        """Return the export of a conversation, to be asked one question after the other. Raises QAError."""
        return self._asking.open_export(request.Export.read(sent))

    def ask_next(self, export: ConversationExport) -> dict[str, Any]:
        """Ask the next question of an export; return what `failed`, if anything did."""

        def ask() -> Mapping[str, object]:
            export.ask_next()
            return {}

        return self._answer(ask, strings.WENT_WRONG)

    def exported(self, export: ConversationExport) -> dict[str, Any]:
        """Return an export as a file, or what `failed`."""
        return self._answer(export.file, strings.WENT_WRONG)

    def _answer(self, answer: Callable[[], Mapping[str, object]], failed: Message) -> dict[str, Any]:
        try:
            return self._sent(answer())
        except QAError as error:
            return self._sent({"failed": error_html(error)})
        except Exception:
            # The boundary of the page: the reader gets a sentence, the terminal the stack.
            _LOG.exception("A request of the page failed.")
            return self._sent({"failed": both(failed)})

    def _sent(self, answer: Mapping[str, object]) -> dict[str, Any]:
        sendable: dict[str, Any] = _sendable(dict(answer))
        return sendable if self._jobs is None else {"version": self.version, **sendable}


def _sendable(value: Any) -> Any:
    """Return the same JSON value without lone surrogates: one in a name would make the whole answer fail."""
    match value:
        case str():
            return replace_surrogates(value)
        case list():
            return [_sendable(one) for one in value]
        case dict():
            return {key: _sendable(one) for key, one in value.items()}
    return value
