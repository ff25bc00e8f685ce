"""Questions of the page: the reply, the conversation as a file, and the reader's feedback."""

from __future__ import annotations

import base64
from typing import TypedDict

from corpus.document import Document
from qa.reply import Answer, NotFound, Rejected, Reply, all_hits, status_of
from qa.service import feedback
from web import library_messages, strings
from web.api.page_context import Context
from web.api.request import Ask, Empty, Export, Feedback
from web.html.error_messages import Gone, Refused, error_html
from web.html.markup import both
from web.html.reply_view import reply_html


class State(TypedDict, total=False):
    """Whether questions can be asked. Empty: yes."""

    loading: bool
    closed: str
    """HTML: why they cannot be asked until the program is started again."""


class ReplyAnswer(TypedDict, total=False):
    """A reply, or why there is none."""

    html: str
    status: str
    """answered, not_found or rejected."""
    failed: str
    gone: bool
    """Whether a document that was to be asked is gone; then `failed` names it."""


class Exported(TypedDict):
    """A conversation as a file."""

    name: str
    data: str
    """The file in base64."""
    html: str
    """What was left out; empty where nothing was."""


class Note(TypedDict):
    """A message on the page."""

    html: str


class Failed(TypedDict):
    """A request that was not fulfilled."""

    failed: str
    """HTML: a sentence in both languages that says why."""


class Asking:
    """Answers what concerns questions. Safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def state(self, _: Empty) -> State:
        """Return whether questions can be asked."""
        return self._state()

    def ask(self, request: Ask) -> State | ReplyAnswer:
        """Return the reply to a question."""
        if state := self._state():
            return state
        if not self._context.catalog.entries:
            return {"failed": both(self._context.advice(library_messages.NOTHING_TO_ASK))}
        try:
            reply = self._reply(request)
        except Gone as error:
            return {"failed": error_html(error), "gone": True}
        html = reply_html(reply, stored=self._quoted_documents(reply), feedback=self._context.keeps_feedback)
        return {"html": html, "status": status_of(reply)}

    def export(self, request: Export) -> Exported | Failed:
        """Return the conversation as a file.

        Its questions are asked again, so that nothing the browser sends is taken for a quote. Questions of documents
        that are gone are left out, and the answer states how many.
        """
        from qa.output.export import to_docx, to_markdown

        replies: list[Answer | NotFound] = []
        left_out = 0
        for turn in request.turns:
            try:
                reply = self._reply(turn)
            except Gone:
                left_out += 1
                continue
            if not isinstance(reply, Rejected):
                replies.append(reply)
        if not replies:
            return {"failed": both(strings.NOTHING_TO_EXPORT)}
        if request.is_docx:
            data, extension = to_docx(replies, request.form), "docx"
        else:
            data, extension = to_markdown(replies, request.form).encode(), "md"
        html = both(strings.LEFT_OUT, count=left_out) if left_out else ""
        return {"name": f"yuanwen.{extension}", "data": base64.b64encode(data).decode("ascii"), "html": html}

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

    def _reply(self, request: Ask) -> Reply:
        """Ask the engine. Raises Gone where a document that is to be asked is gone."""
        documents = self._context.names(request.documents)
        history = () if request.alone else request.history
        return self._context.engine.ask(request.question, history, documents=documents)

    def _quoted_documents(self, reply: Reply) -> list[Document]:
        """Return the documents that a reply quotes, as they are stored now; the first of all where it quotes none."""
        catalog = self._context.catalog
        return catalog.named(hit.citation.document.name for hit in all_hits(reply)) or list(catalog.documents[:1])
