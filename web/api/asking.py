"""Questions of the page: the reply, the conversation as a file, and the reader's feedback."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TypedDict

from corpus.document import Document
from corpus.message import Message
from qa.citations.reference import join_lines, line_ranges
from qa.qa_settings import ANSWERS
from qa.reply import Answer, Hit, Reply, all_hits, status_of
from qa.service import feedback
from web import library_messages, strings, talk_messages
from web.api.conversation_export import ConversationExport, Exported, Failed
from web.api.earlier_quotes import compare, present_names
from web.api.page_context import Context
from web.api.request import Ask, Empty, Export, Feedback, Share
from web.html.before_reply import before_reply_html
from web.html.card import spans_of
from web.html.error_messages import Gone, Refused, error_html
from web.html.markup import both, shown_name
from web.html.reply_view import reply_html
from web.html.shared_answer import shared_html
from web.html.verify import is_exact


class State(TypedDict, total=False):
    """Whether questions can be asked. Without the first two: yes."""

    loading: bool
    closed: str
    """HTML: why they cannot be asked until the program is started again."""
    adding: int
    """How many files are being added; absent where none is."""


class ReplyAnswer(TypedDict, total=False):
    """A reply, or why there is none."""

    html: str
    status: str
    """answered, not_found or rejected."""
    documents: list[str]
    """The names of the documents that were asked, as they are now; empty: all."""
    digests: dict[str, str]
    """The SHA-256 of each document that the reply quotes, by its name."""
    before: str
    """HTML: which documents were asked, if not all, and what became of the quotes of an earlier reply."""
    adding: int
    """How many files were being added when all documents were asked; absent where none was."""
    failed: str
    gone: bool
    """Whether a document that was to be asked is gone; then `failed` names it."""


class Shared(TypedDict):
    """A passage that answers a question, as a file of its own."""

    name: str
    html: str
    """The whole file."""


class Note(TypedDict):
    """A message on the page."""

    html: str


class Asking:
    """Answers what concerns questions. Safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def state(self, _: Empty) -> State:
        """Return whether questions can be asked, and how many files are being added."""
        adding = self._context.adding
        return {**self._state(), "adding": adding} if adding else self._state()

    def ask(self, request: Ask) -> State | ReplyAnswer:
        """Return the reply to a question."""
        if state := self._state():
            return state
        adding = self._context.adding  # before the question: a file that comes meanwhile was not asked
        if not self._context.catalog.entries:
            return (
                {"adding": adding}
                if adding
                else {"failed": both(self._context.advice(library_messages.NOTHING_TO_ASK))}
            )
        request = self._with_present_names(request)
        try:
            reply = self.reply(request)
        except Gone as error:
            return {"failed": error_html(error), "gone": True}
        quoted = self._quoted_documents(reply)
        answer: ReplyAnswer = {
            "html": reply_html(reply, stored=quoted, feedback=self._context.keeps_feedback),
            "status": status_of(reply),
            "documents": list(request.documents),
            "digests": {shown_name(document.name): document.sha256 for document in quoted},
            "before": self._before(request, reply),
        }
        return {**answer, "adding": adding} if adding and not request.documents else answer

    def export(self, request: Export) -> Exported | Failed:
        """Return the conversation as a file. Where others wait, `open_export` asks one question at a time."""
        export = self.open_export(request)
        while not export.is_asked:
            export.ask_next()
        return export.file()

    def open_export(self, request: Export) -> ConversationExport:
        """Return the export of a conversation, whose questions are to be asked one after the other."""
        return ConversationExport(self, request)

    def share(self, request: Share) -> Shared:
        """Return a hit as a file of its own. Raises QAError if the reply to its question has no such hit now.

        The question is asked again, so that the quote and its marks are the engine's and not the browser's.
        """
        reply = self.reply(request.turn)
        hit = next((one for one in all_hits(reply) if _address(one) == request.passage), None)
        if hit is None:
            raise Refused(talk_messages.SHARE_GONE)
        document = hit.citation.document
        quote, html = shared_html(
            reply, hit, request.language, is_near=not isinstance(reply, Answer) or hit in reply.near
        )
        if not is_exact(quote, document, self._context.catalog.named([document.name])):
            raise Refused(strings.MISMATCH, name=document.name)
        lines = join_lines(line_ranges(document, hit.citation.passage.spans), "-")
        return {"name": f"{shown_name(document.name)}-{lines}.html", "html": html}

    def feedback(self, request: Feedback) -> Note:
        """Keep a reader's verdict on a reply as a test question. Raises QAError."""
        if not self._context.keeps_feedback:
            raise Refused(strings.NO_FEEDBACK)
        found = [self._context.passage(passage_id) for passage_id in request.passages]
        names = {document.name for document, _ in found}
        file = feedback.default_file()
        feedback.keep(
            request.verdict,
            request.question,
            request.history,
            passages=[passage.id for _, passage in found],
            document=names.pop() if len(names) == 1 else None,
            file=file,
        )
        return {"html": both(strings.NOTED, path=file)}

    def _state(self) -> State:
        engine = self._context.loading
        if engine is not None and engine.is_loading:
            return {"loading": True}
        if engine is not None and engine.error is not None:
            return {"closed": both(strings.NOT_LOADED) + error_html(engine.error)}
        return {}

    def reply(self, request: Ask) -> Reply:
        """Ask the engine. Raises Gone where a document that is to be asked is gone."""
        documents = self._context.names(request.documents)
        history = () if request.alone else request.history
        return self._context.engine.ask(request.question, history, documents=documents)

    def knows(self, request: Ask) -> bool:
        """Return whether the reply is remembered, so that `ask` costs next to nothing."""
        return self.remembers(self._with_present_names(request))

    def remembers(self, request: Ask) -> bool:
        """Return whether `reply` costs next to nothing."""
        engine = self._context.loading
        with suppress(Gone):
            documents = self._context.names(request.documents)
            history = () if request.alone else request.history
            return engine is not None and engine.knows(request.question, history, documents=documents)
        return False

    def texts(self, request: Ask) -> Message:
        """Return which texts a question was put to."""
        from qa.output.export_words import texts_asked

        catalog = self._context.catalog
        names = self._context.names(request.documents) or tuple(entry.name for entry in catalog.entries)
        documents = catalog.named(names[: ANSWERS.named_copies])
        return texts_asked(documents, len(names), are_all=len(names) == len(catalog.entries))

    def _with_present_names(self, request: Ask) -> Ask:
        """Return the request with the present names of documents that an earlier reply knew under others."""
        present = present_names(self._context.catalog, request.earlier)
        return replace(request, documents=tuple(present.get(name, name) for name in request.documents))

    def _before(self, request: Ask, reply: Reply) -> str:
        """Return what stands before a reply; empty where all documents were asked and nothing is to be said."""
        catalog = self._context.catalog
        since = compare(catalog, request.earlier, reply) if request.earlier else None
        asked = set(self._context.names(request.documents))
        entries = [entry for entry in catalog.entries if entry.name in asked]
        return before_reply_html(entries, len(catalog.entries), since)

    def _quoted_documents(self, reply: Reply) -> list[Document]:
        """Return the documents that a reply quotes, as they are stored now; the first of all where it quotes none."""
        catalog = self._context.catalog
        return catalog.named(hit.citation.document.name for hit in all_hits(reply)) or list(catalog.documents[:1])


def _address(hit: Hit) -> str:
    """Return what the card of a hit shows, as the page names it."""
    passage = hit.citation.passage
    return f"{passage.id}@{spans_of(passage)}"
