"""What the page asks of the server: JSON values in, JSON values out. Nothing that comes in is trusted.

`{"kind": …}` names a method below; what goes wrong there is a sentence in both languages, never a stack.
"""

from __future__ import annotations

import base64
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from corpus.errors import QAError
from corpus.model import Document, Passage
from qa import feedback
from qa.cite import FORMS, quote_with_citation
from qa.late import LateEngine
from qa.model import Answer, NotFound, Reply
from web import words
from web.card import quoted_html
from web.markup import both, escape
from web.render import reply_html
from web.source import contents_html, source_html

if TYPE_CHECKING:
    from qa.quotes import Checker

_AT_ONCE = 4
"""Questions answered at the same time; more of them wait."""
_HISTORY = 50
"""Earlier questions of a conversation that are looked at, and turns that are exported."""
_AROUND = 2
"""Paragraphs shown before a passage, and after it."""


class Asks(Protocol):
    """What the page needs of an engine."""

    @property
    def documents(self) -> tuple[Document, ...]: ...

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply: ...


class Desk:
    """Serves one page over one engine. Safe to share between threads."""

    def __init__(self, engine: Asks, *, keeps_feedback: bool = True) -> None:
        self._engine = engine
        self._keeps_feedback = keeps_feedback
        self._turns = threading.Semaphore(_AT_ONCE)
        self._answers: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "state": self._state,
            "ask": self._ask,
            "source": self._source,
            "passage": self._passage,
            "around": self._around,
            "cite": self._cite,
            "check": self._check,
            "export": self._export,
            "feedback": self._feedback,
        }

    @property
    def documents(self) -> tuple[Document, ...]:
        return self._engine.documents

    def call(self, request: object) -> dict[str, Any]:
        """Return the answer to a request of the page; `failed` holds a sentence where there is none."""
        sent: Mapping[str, Any] = request if isinstance(request, dict) else {}
        answer = self._answers.get(_text(sent, "kind"))
        if answer is None:
            return {"failed": both(words.FAILED)}
        try:
            return answer(sent)
        except QAError as error:
            return {"failed": escape(str(error))}
        except Exception:
            # The boundary of the page: a person gets a sentence, the terminal what went wrong.
            traceback.print_exc(file=sys.stderr)
            return {"failed": both(words.FAILED)}

    def _state(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """Whether questions can be asked: nothing said is yes."""
        if isinstance(self._engine, LateEngine) and self._engine.is_loading:
            return {"loading": True}
        if isinstance(self._engine, LateEngine) and self._engine.error is not None:
            return {"closed": both(words.NOT_LOADED) + escape(str(self._engine.error))}
        return {}

    def _ask(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        if state := self._state(sent):
            return state
        with self._turns:
            reply = self._engine.ask(_text(sent, "question"), _texts(sent, "history"))
        return {"html": reply_html(reply, stored=self.documents, feedback=self._keeps_feedback)}

    def _source(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        document = self._document(sent)
        return {"name": document.name, "html": source_html(document), "contents": contents_html(document)}

    def _passage(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Where a permalink leads: its document, or the nearest passage where it is gone."""
        passage_id = _text(sent, "p")
        for document in self.documents:
            if any(passage.id == passage_id for passage in document.passages):
                return {"document": document.name}
        return {"html": self._gone(_text(sent, "t"))}

    def _gone(self, words_of_it: str) -> str:
        nearest = self._nearest(words_of_it)
        if nearest is None:
            more = f"<p>{both(words.GONE_BROWSE)}</p>"
        else:
            document, passage = nearest
            card = quoted_html(document, passage, stored=self.documents)
            more = f'<p class="count">{both(words.GONE_NEAREST)}</p><div class="card">{card}</div>'
        return f'<div class="gone" role="status"><p class="verdict"><strong>{both(words.GONE)}</strong></p>{more}</div>'

    def _nearest(self, words_of_it: str) -> tuple[Document, Passage] | None:
        """Return the passage that has most of the opening words of one that is gone."""
        check = self._checker.check(words_of_it)
        for place in (*check.places, check.nearest):
            if place is not None and place.passages:
                return place.document, place.passages[0]
        return None

    def _around(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The paragraphs before and after a passage, as quotes."""
        document, passage = self._find(sent)
        at = document.passages.index(passage)
        before = document.passages[max(at - _AROUND, 0) : at]
        after = document.passages[at + 1 : at + 1 + _AROUND]
        return {
            side: "".join(f'<div class="beside">{quoted_html(document, p, stored=self.documents)}</div>' for p in some)
            for side, some in (("before", before), ("after", after))
        }

    def _cite(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        document, passage = self._find(sent)
        return {"text": quote_with_citation(_form(sent), document, passage)}

    @cached_property
    def _checker(self) -> Checker:
        from qa.quotes import Checker

        return Checker(self.documents)

    def _check(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        from web.check import checks_html

        return {"html": checks_html(self._checker.check_all(_text(sent, "text")), self.documents)}

    def _export(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The conversation as a file. Its questions are asked again, so that nothing the browser sends is a quote."""
        from qa.export import to_docx, to_markdown

        form = _form(sent)
        turns = [turn for turn in sent.get("turns") or () if isinstance(turn, dict)][-_HISTORY:]
        replies = [self._engine.ask(_text(turn, "question"), _texts(turn, "history")) for turn in turns]
        kept = [reply for reply in replies if isinstance(reply, Answer | NotFound)]
        if not kept:
            return {"failed": both(words.NOTHING_TO_EXPORT)}
        if _text(sent, "format") == "docx":
            data, ending = to_docx(kept, form), "docx"
        else:
            data, ending = to_markdown(kept, form).encode(), "md"
        return {"name": f"yuanwen.{ending}", "data": base64.b64encode(data).decode("ascii")}

    def _feedback(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        if not self._keeps_feedback:
            raise QAError("Feedback is switched off.")
        found = [self._by_id(passage_id) for passage_id in _texts(sent, "passages")]
        names = {document.name for document, _ in found}
        file = feedback.default_file()
        feedback.keep(
            _text(sent, "verdict"),
            _text(sent, "question"),
            _texts(sent, "history"),
            passages=[passage.id for _, passage in found],
            document=names.pop() if len(names) == 1 else None,
            file=file,
        )
        return {"html": both(words.NOTED, path=file)}

    def _document(self, sent: Mapping[str, Any]) -> Document:
        name = _text(sent, "document")
        for document in self.documents:
            if document.name == name:
                return document
        raise QAError(f"There is no document {name!r} here. Reload the page.")

    def _find(self, sent: Mapping[str, Any]) -> tuple[Document, Passage]:
        return self._by_id(_text(sent, "passage"))

    def _by_id(self, passage_id: str) -> tuple[Document, Passage]:
        for document in self.documents:
            for passage in document.passages:
                if passage.id == passage_id:
                    return document, passage
        raise QAError("That passage is no longer there. Reload the page.")


def _form(sent: Mapping[str, Any]) -> str:
    """Return the citation form that is asked for. Raises QAError if there is none of that name."""
    form = _text(sent, "form")
    if form not in FORMS:
        raise QAError(f"{form!r} is no citation form. Choose one of {', '.join(FORMS)}.")
    return form


def _text(sent: Mapping[str, Any], key: str) -> str:
    value = sent.get(key)
    return value if isinstance(value, str) else ""


def _texts(sent: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = sent.get(key)
    return tuple(value for value in values if isinstance(value, str))[-_HISTORY:] if isinstance(values, list) else ()
