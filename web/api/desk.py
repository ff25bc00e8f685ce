"""What the page asks of the server: JSON values in, JSON values out. Nothing that comes in is trusted.

`{"kind": …}` names a method below; what goes wrong there is a sentence in both languages, never a stack.
"""

from __future__ import annotations

import base64
import sys
import threading
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from corpus.document import Document, Passage
from corpus.errors import QAError
from index.catalog import Catalog
from qa.citations.forms import FORMS, quote_with_citation
from qa.reply import Answer, NotFound, Rejected, Reply
from qa.service import feedback
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from web import strings
from web.api.uploads import Uploads
from web.html.card import cite_html, quoted_html
from web.html.document_list import examples_html, nothing_html, progress_html, texts_html, warnings_html
from web.html.error_messages import Gone, Refused, error_html
from web.html.markup import both
from web.html.metadata_form import about_html, citation_fields_of
from web.html.reading_pane import contents_html, source_html
from web.html.reply_view import reply_html

if TYPE_CHECKING:
    from qa.quotations.checker import Checker

_AT_ONCE = 4
"""Questions answered at the same time; more of them wait."""
_HISTORY = 50
"""Earlier questions of a conversation that are looked at, and turns that are exported."""
_CITED = 10_000
"""Citations that are made anew at a time: more than a page has."""
_AROUND = 2
"""Paragraphs shown before a passage, and after it."""
_CHECKED = 50_000_000
"""Bytes of texts that quotations are checked against, at most: all of them are read for it."""


class Asks(Protocol):
    """What the page needs of an engine."""

    @property
    def catalog(self) -> Catalog: ...

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = ()) -> Reply: ...


class Desk:
    """Serves one page over one engine. Safe to share between threads."""

    def __init__(self, engine: Asks, *, keeps_feedback: bool = True, changes: IndexJobs | None = None) -> None:
        """`changes` changes the index of that engine; without it nobody can."""
        self._engine = engine
        self._changes = changes
        self._uploads = Uploads()
        self._checker_of: tuple[Catalog, Checker] | None = None
        self._checking = threading.Lock()
        self._keeps_feedback = keeps_feedback
        self._turns = threading.Semaphore(_AT_ONCE)
        self._answers: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "state": self._state,
            "ask": self._ask,
            "source": self._source,
            "passage": self._passage,
            "around": self._around,
            "cite": self._cite,
            "cites": self._cites,
            "check": self._check,
            "export": self._export,
            "feedback": self._feedback,
            "texts": self._list,
        }
        if changes is not None:
            self._answers |= {
                "upload": self._upload,
                "remove": self._remove,
                "about": self._about,
                "describe": self._describe,
                "progress": self._progress,
            }

    @property
    def _books(self) -> Catalog:
        return self._engine.catalog

    def call(self, request: object) -> dict[str, Any]:
        """Return the answer to a request of the page; `failed` holds a sentence where there is none.

        Where texts can be changed it carries the `version` of them: so a page hears of what others have changed.
        """
        answered = self._answer(request if isinstance(request, dict) else {})
        return answered if self._changes is None else {**answered, "version": self._changes.version}

    def _answer(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._answers.get(_text(sent, "kind"))
        if answer is None:
            return {"failed": both(strings.WENT_WRONG)}
        try:
            return answer(sent)
        except QAError as error:
            return {"failed": error_html(error)}
        except Exception:
            # The boundary of the page: a person gets a sentence, the terminal what went wrong.
            traceback.print_exc(file=sys.stderr)
            return {"failed": both(strings.FAILED if answer == self._ask else strings.WENT_WRONG)}

    def _state(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """Whether questions can be asked: nothing said is yes."""
        if isinstance(self._engine, BackgroundEngine) and self._engine.is_loading:
            return {"loading": True}
        if isinstance(self._engine, BackgroundEngine) and self._engine.error is not None:
            return {"closed": both(strings.NOT_LOADED) + error_html(self._engine.error)}
        return {}

    def _ask(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        if state := self._state(sent):
            return state
        if not self._books.listed:
            return {"failed": both(strings.NO_TEXTS)}
        try:
            with self._turns:
                reply = self._put(sent)
        except Gone as error:
            return {"failed": error_html(error), "gone": True}
        return {"html": reply_html(reply, stored=self._stored(reply), feedback=self._keeps_feedback)}

    def _put(self, sent: Mapping[str, Any]) -> Reply:
        """Ask the engine what the page asks. Raises Gone where a text that is to be asked is there no more."""
        names = _all_texts(sent, "documents")
        known = {listed.name for listed in self._books.listed}
        if gone := [name for name in names if name not in known]:
            raise Gone(strings.NO_TEXT, name=gone[0])
        return self._engine.ask(_text(sent, "question"), _texts(sent, "history"), documents=names)

    def _stored(self, reply: Reply) -> list[Document]:
        """Return the documents that a reply quotes, as they are now; the first of all where it quotes none."""
        hits = () if isinstance(reply, Rejected) else reply.hits if isinstance(reply, Answer) else reply.near
        catalog = self._books
        return catalog.named(hit.citation.document.name for hit in hits) or list(catalog.documents[:1])

    def _source(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """A document to read: the one of that name, or the first."""
        if not self._books.listed:
            nothing = nothing_html(may_change=self._changes is not None)
            return {"name": "", "html": nothing, "contents": "", "examples": "", "doubts": ""}
        document = self._document(sent) if _text(sent, "document") else self._books.documents[0]
        return {
            "name": document.name,
            "html": source_html(document),
            "contents": contents_html(document),
            "examples": examples_html(document),
            "doubts": warnings_html(document),
        }

    def _list(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What there is to read."""
        listed = self._books.listed
        return {
            "html": texts_html(listed, may_change=self._changes is not None),
            "names": [one.name for one in listed],
            "digests": [one.sha256 for one in listed],
        }

    def _passage(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Where a permalink leads: its document, or the nearest passage where it is gone."""
        found = self._books.find(_text(sent, "p"))
        return {"document": found[0].name} if found else {"html": self._gone(_text(sent, "t"))}

    def _gone(self, words_of_it: str) -> str:
        nearest = self._nearest(words_of_it)
        if nearest is None:
            more = f"<p>{both(strings.GONE_BROWSE)}</p>"
        else:
            document, passage = nearest
            card = quoted_html(document, passage, stored=self._books.named([document.name]))
            more = f'<p class="count">{both(strings.GONE_NEAREST)}</p><div class="card">{card}</div>'
        return (
            f'<div class="gone" role="status"><p class="verdict"><strong>{both(strings.GONE)}</strong></p>{more}</div>'
        )

    def _nearest(self, words_of_it: str) -> tuple[Document, Passage] | None:
        """Return the passage that has most of the opening words of one that is gone."""
        if not words_of_it.strip() or sum(listed.size for listed in self._books.listed) > _CHECKED:
            return None
        check = self._checker().check(words_of_it)
        for place in (*check.places, check.nearest):
            if place is not None and place.passages:
                return place.document, place.passages[0]
        return None

    def _around(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The paragraphs before and after a passage, as quotes."""
        document, passage = self._find(sent)
        at = document.passages.index(passage)
        stored = self._books.named([document.name])
        before = document.passages[max(at - _AROUND, 0) : at]
        after = document.passages[at + 1 : at + 1 + _AROUND]
        return {
            side: "".join(f'<div class="beside">{quoted_html(document, p, stored=stored)}</div>' for p in some)
            for side, some in (("before", before), ("after", after))
        }

    def _cites(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The citations of passages, as they are now: what a person supplies changes them."""
        found = {one: self._books.find(one) for one in _all_texts(sent, "passages")[:_CITED]}
        return {"cites": {one: cite_html(*there) for one, there in found.items() if there is not None}}

    def _cite(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        document, passage = self._find(sent)
        return {"text": quote_with_citation(_form(sent), document, passage)}

    def _checker(self) -> Checker:
        """Return what checks against the documents as they are: made when it is first needed."""
        from qa.quotations.checker import Checker

        with self._checking:
            catalog = self._books
            size = sum(listed.size for listed in catalog.listed)
            if size > _CHECKED:
                raise Refused(strings.TOO_MUCH_TO_CHECK, size=size // 1_000_000, most=_CHECKED // 1_000_000)
            if self._checker_of is None or self._checker_of[0] is not catalog:
                self._checker_of = catalog, Checker(catalog.documents)
            return self._checker_of[1]

    def _check(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        from web.html.quotation import checks_html

        checks = self._checker().check_all(_text(sent, "text"))
        places = [place for check in checks for place in (*check.places, check.nearest) if place is not None]
        return {"html": checks_html(checks, self._books.named(place.document.name for place in places))}

    def _export(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The conversation as a file. Its questions are asked again, so that nothing the browser sends is a quote.

        What was asked of a text that is gone is left out, and that is said.
        """
        from qa.output.export import to_docx, to_markdown

        form = _form(sent)
        turns = [turn for turn in sent.get("turns") or () if isinstance(turn, dict)][-_HISTORY:]
        kept: list[Answer | NotFound] = []
        left_out = 0
        for turn in turns:
            try:
                reply = self._put(turn)
            except Gone:
                left_out += 1
                continue
            if not isinstance(reply, Rejected):
                kept.append(reply)
        if not kept:
            return {"failed": both(strings.NOTHING_TO_EXPORT)}
        if _text(sent, "format") == "docx":
            data, ending = to_docx(kept, form), "docx"
        else:
            data, ending = to_markdown(kept, form).encode(), "md"
        said = both(strings.LEFT_OUT, count=left_out) if left_out else ""
        return {"name": f"yuanwen.{ending}", "data": base64.b64encode(data).decode("ascii"), "html": said}

    def _feedback(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        if not self._keeps_feedback:
            raise QAError("Feedback is switched off.", "这里不记评价。")
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
        return {"html": both(strings.NOTED, path=file)}

    def _upload(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """A piece of a file. The last one adds it: then the answer has the number of the change."""
        piece = self._uploads.take(sent)
        if piece.data is None:
            return {"upload": piece.upload}
        return {"change": self._changing.add(piece.name, piece.data)}

    def _remove(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        return {"change": self._changing.remove(self._listed(sent))}

    def _about(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The form of what citations say of a document's works."""
        document, supplied = self._changing.supplied(self._listed(sent))
        return {"html": about_html(document, supplied)}

    def _describe(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        document, _ = self._changing.supplied(self._listed(sent))
        said = citation_fields_of(sent.get("works"), len(document.works))
        if isinstance(said, strings.Phrase):
            return {"failed": both(said)}
        return {"change": self._changing.describe(document.name, said)}

    def _progress(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        number = sent.get("change")
        progress = self._changing.progress(number) if isinstance(number, int) else None
        if progress is None:
            return {"failed": both(strings.WENT_WRONG)}
        name = progress.change.name if progress.change is not None else ""
        return {"stage": progress.stage, "name": name, "html": progress_html(progress)}

    @property
    def _changing(self) -> IndexJobs:
        if self._changes is None:
            raise QAError("The texts cannot be changed here.", "这里不能改动文本。")
        return self._changes

    def _listed(self, sent: Mapping[str, Any]) -> str:
        """Return the name of a document of the list. Raises Refused."""
        name = _text(sent, "document")
        if all(listed.name != name for listed in self._books.listed):
            raise Refused(strings.NO_TEXT, name=name)
        return name

    def _document(self, sent: Mapping[str, Any]) -> Document:
        document = self._books.get(_text(sent, "document"))
        if document is None:
            raise Refused(strings.NO_TEXT, name=_text(sent, "document"))
        return document

    def _find(self, sent: Mapping[str, Any]) -> tuple[Document, Passage]:
        return self._by_id(_text(sent, "passage"))

    def _by_id(self, passage_id: str) -> tuple[Document, Passage]:
        if found := self._books.find(passage_id):
            return found
        raise Refused(strings.NO_PASSAGE)


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
    return _all_texts(sent, key)[-_HISTORY:]


def _all_texts(sent: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = sent.get(key)
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()
