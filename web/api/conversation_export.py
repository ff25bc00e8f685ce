"""A conversation as a file. Its questions are asked again one after the other, so that others are served meanwhile."""

from __future__ import annotations

import base64
import datetime
from collections import deque
from typing import TYPE_CHECKING, Protocol, TypedDict

from pathvalidate import sanitize_filename

from corpus.message import Message
from qa.reply import Rejected, Reply
from web import strings
from web.api.request import Ask, Export
from web.html.error_messages import Gone
from web.html.markup import both
from web.web_settings import PAGE

if TYPE_CHECKING:
    from qa.output.export_words import ExportedTurn


class Exported(TypedDict):
    """A conversation as a file."""

    name: str
    data: str
    """The file in base64."""
    html: str
    """What was left out; empty where nothing was."""


class Failed(TypedDict):
    """A request that was not fulfilled."""

    failed: str
    """HTML: a sentence in both languages that says why."""


class Replies(Protocol):
    """What answers the questions: `web.api.asking.Asking`."""

    def reply(self, request: Ask) -> Reply:
        """Raises Gone where a document that is to be asked is gone."""
        ...

    def remembers(self, request: Ask) -> bool:
        """Return whether `reply` costs next to nothing."""
        ...

    def texts(self, request: Ask) -> Message:
        """Return which texts a question was put to."""
        ...


class ConversationExport:
    """The export of one conversation. Only one thread at a time may use it.

    Nothing that the browser sends is taken for a quote, hence the questions. Those of documents that are gone are left
    out, and the answer states how many.
    """

    def __init__(self, replies: Replies, request: Export) -> None:
        self._replies = replies
        self._request = request
        self._left = deque(request.turns)
        self._turns: list[ExportedTurn] = []
        self._gone = 0

    @property
    def is_asked(self) -> bool:
        """Whether no question is left."""
        return not self._left

    def knows_next(self) -> bool:
        """Return whether the reply to the next question, of which there must be one, is remembered."""
        return self._replies.remembers(self._left[0])

    def ask_next(self) -> None:
        """Ask the next question, of which there must be one. Raises QAError."""
        from qa.output.export_words import ExportedTurn

        turn = self._left.popleft()
        try:
            reply = self._replies.reply(turn)
        except Gone:
            self._gone += 1
            return
        if not isinstance(reply, Rejected):
            self._turns.append(ExportedTurn(reply, self._replies.texts(turn)))

    def file(self) -> Exported | Failed:
        """Return the questions that were asked, and their replies."""
        from qa.output.docx_export import to_docx
        from qa.output.markdown_export import to_markdown

        turns, request = self._turns, self._request
        if not turns:
            return {"failed": both(strings.NOTHING_TO_EXPORT)}
        if request.is_docx:
            data, extension = to_docx(turns, request.form, language=request.language), "docx"
        else:
            data, extension = to_markdown(turns, request.form, language=request.language).encode(), "md"
        html = both(strings.LEFT_OUT, count=self._gone) if self._gone else ""
        name = f"{_file_name(turns[0].reply.question)}.{extension}"
        return {"name": name, "data": base64.b64encode(data).decode("ascii"), "html": html}


def _file_name(question: str) -> str:
    """Return a file name without ending that every system takes: the first question and today's date."""
    words = " ".join(question.encode("utf-8", "replace").decode().split())[: PAGE.file_name]
    return f"{sanitize_filename(words, platform='universal').strip(' .') or strings.NAME.zh} {datetime.date.today()}"
