"""What the HTTP API, the MCP server and others ask of the documents: plain JSON objects, as on the command line.

A document is meant by its id (`qa.output.document_records.document_id`) or by its name. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import TypedDict

from corpus.document import Block, Document, NonBody, Passage, Section, Span
from corpus.errors import BadRequest, NotKnown
from corpus.text.controls import replace_surrogates
from index.catalog import Catalog
from qa import qa_messages
from qa.citations.forms import FORMS, cite, own_form, quote_with_citation
from qa.output import document_records, json_records
from qa.output.document_records import DocumentRecord, FoundRecord, described, document_id
from qa.output.json_records import pairs
from qa.qa_settings import OPERATIONS
from qa.ranking.citable_units import unit_of
from qa.reply import Reply, at_most
from qa.service.background_engine import BackgroundEngine
from qa.service.fresh_checker import FreshChecker

if TYPE_CHECKING:
    from qa.quotations.checker import Place


class AnsweringEngine(Protocol):
    """What is needed of an engine; `BackgroundEngine` and `FreshEngine` are two."""

    @property
    def catalog(self) -> Catalog:
        """The documents as they are now: another object after each change."""
        ...

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = ()) -> Reply:
        """Return the reply to a question, looked for in the documents of these names; empty for all."""
        ...


@described
class CitedQuote(TypedDict):
    """A passage with its citation in one form."""

    passage_id: str
    form: str
    text: str
    """The quote with its citation, as it goes to a clipboard."""
    citation: str
    spans: list[list[int]]
    """Of the quote, without its citation."""
    source_sha256: str


class Operations:
    """Answers programs over one engine. Safe to share between threads."""

    def __init__(self, engine: AnsweringEngine) -> None:
        self._engine = engine
        self.checker = FreshChecker(lambda: engine.catalog)
        """Checks quotations against the documents as they are now."""

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Collection[str] = (),
        *,
        alone: bool = False,
        top: int | None = None,
        form: str = "own",
    ) -> dict[str, Any]:
        """Return the reply to a question as `ask --json` prints it, with `id` None.

        `history`: the questions asked before, the oldest first; `alone` leaves them out. `documents`: ids or names of
        those to look in, all for none. `top`: hits, and nearest passages, at most. `form`: of the citations. Raises
        NotKnown for a document, BadRequest for a form, and QAError as `Engine.ask`.
        """
        _known_form(form)
        reply = self._engine.ask(question, () if alone else tuple(history), documents=self.names(documents))
        return json_records.reply_as_json(at_most(reply, top), None, form)

    def knows(
        self, question: str, history: Sequence[str] = (), documents: Collection[str] = (), *, alone: bool = False
    ) -> bool:
        """Return whether the reply that `ask` would return is remembered, so that it costs next to nothing."""
        if not isinstance(self._engine, BackgroundEngine):
            return False
        with suppress(NotKnown):
            names = self.names(documents)
            return self._engine.knows(question, () if alone else tuple(history), documents=names)
        return False

    def check(self, quote: str, *, with_source: bool = False) -> dict[str, Any]:
        """Return the check of a quotation as `check --json` prints it. Raises BadRequest.

        `with_source`: each place has also its `text` and the `source_sha256` of its document.
        """
        self.checker.allow(quote)
        check = self.checker.now().check(quote)
        record = json_records.check_as_json(check, None)
        if with_source:
            for as_json, place in zip(record["places"], check.places, strict=True):
                as_json |= {"text": place.text, "source_sha256": place.document.sha256}
            if check.nearest:
                record["nearest"] |= {"source_sha256": check.nearest.document.sha256}
        return record

    def cite(self, passage_id: str, form: str = "own", spans: Sequence[Sequence[int]] = ()) -> CitedQuote:
        """Return a passage with its citation in a form of `qa.citations.forms.FORMS`.

        `spans`: those of a hit, which may have more than one passage; empty for the passage alone. Raises NotKnown,
        BadRequest.
        """
        _known_form(form)
        document, passage = self._quoted(passage_id, [list(span) for span in spans])
        return {
            "passage_id": passage.id,
            "form": form,
            "text": quote_with_citation(form, document, passage),
            "citation": cite(form, document, passage),
            "spans": pairs(passage.spans),
            "source_sha256": document.sha256,
        }

    def documents(self) -> list[DocumentRecord]:
        """Return the list of documents. None of them is read."""
        return [document_records.entry_as_json(entry) for entry in self._engine.catalog.entries]

    def document(
        self, given: str, fields: Collection[str] = ("text", "sections", "passages"), form: str = "own"
    ) -> dict[str, Any]:
        """Return a document: its line of the list, `characters`, and those of the fields that are asked for.

        `sections` are its headings; `passages` are places without words, which are slices of `text`. Raises NotKnown.
        """
        _known_form(form)
        catalog = self._engine.catalog
        name = _name(_names_by_id(catalog), given)
        document = _document(catalog, name)
        record: dict[str, Any] = {
            **next(document_records.entry_as_json(entry) for entry in catalog.entries if entry.name == name),
            "characters": len(document.text),
        }
        if "text" in fields:
            record["text"] = document.text
        if "sections" in fields:
            record["sections"] = document_records.sections_as_json(document)
        if "passages" in fields:  # in place of their number
            record["passages"] = [document_records.place_as_json(document, one, form) for one in document.passages]
        return record

    def section(self, given: str, number: int) -> dict[str, Any]:
        """Return a section of a document, by its number in `sections`, with its passages in full. Raises NotKnown."""
        catalog = self._engine.catalog
        document = _document(catalog, _name(_names_by_id(catalog), given))
        sections = document.sections
        if not 0 <= number < len(sections):
            values = {"name": document.name, "given": number, "count": len(sections)}
            raise NotKnown(qa_messages.NO_SUCH_SECTION.format(**values))
        passages = document_records.passages_under(document, sections[number])
        return {
            "document": document.name,
            "document_id": document_id(document.name),
            "source_sha256": document.sha256,
            **document_records.sections_as_json(document)[number],
            "passages": [document_records.passage_as_json(document, passage) for passage in passages],
        }

    def passage(self, passage_id: str, form: str = "own") -> dict[str, Any]:
        """Return a passage with its words, and the ids of the passages `before` and `after` it. Raises NotKnown."""
        _known_form(form)
        document, passage = self._passage(passage_id)
        at = document.passages.index(passage)
        beside = document.passages[max(at - 1, 0) : at], document.passages[at + 1 : at + 2]
        before, after = (next((one.id for one in some), None) for some in beside)
        return document_records.passage_as_json(document, passage, form) | {"before": before, "after": after}

    def find(self, words: str, documents: Collection[str] = (), limit: int | None = None) -> list[FoundRecord]:
        """Return the passages and headings that have these very words, in the order of the documents.

        `found` are the places that begin there; one may go on in what follows. Line breaks between the words do not
        count, as in `check`. `documents`: as for `ask`. `limit`: so many at most. Raises NotKnown for a document,
        BadRequest for blank or too many words.
        """
        self.checker.allow(words)
        if not words.strip():
            raise BadRequest(qa_messages.NO_WORDS)
        places = self.checker.now().find(words, self.names(documents))
        return list(islice(_by_block(places), limit))

    def names(self, given: Collection[str]) -> tuple[str, ...]:
        """Return the names of the documents of these ids or names, each once. Raises NotKnown."""
        catalog = self._engine.catalog
        names = _names_by_id(catalog)
        return tuple(dict.fromkeys(_name(names, one) for one in given))

    def _passage(self, passage_id: str) -> tuple[Document, Passage]:
        if found := self._engine.catalog.find(passage_id):
            return found
        raise NotKnown(qa_messages.NO_SUCH_PASSAGE.format(given=_shown(passage_id)))

    def _quoted(self, passage_id: str, spans: list[list[int]]) -> tuple[Document, Passage]:
        """Return a passage, or all that answers together with it, whichever has these spans."""
        document, passage = self._passage(passage_id)
        if not spans or spans == pairs(passage.spans):
            return document, passage
        unit = unit_of(document, passage)
        if unit is None or spans != pairs(unit.passage.spans):
            raise BadRequest(qa_messages.NO_SUCH_SPANS.format(given=_shown(passage_id)))
        return document, unit.passage


def _known_form(form: str) -> None:
    if form not in FORMS:
        raise BadRequest(qa_messages.NO_SUCH_FORM.format(given=_shown(form), choices=", ".join(FORMS)))


def _names_by_id(catalog: Catalog) -> dict[str, str]:
    return {document_id(entry.name): entry.name for entry in catalog.entries}


def _name(names: Mapping[str, str], given: str) -> str:
    """Return the name of the document with this id or name; a name that is the id of another means that one."""
    if given in names:
        return names[given]
    if names.get(document_id(given)) == given:
        return given
    raise NotKnown(qa_messages.NO_SUCH_DOCUMENT.format(given=_shown(given)))


def _shown(given: str) -> str:
    """Return what was given as a message repeats it: not all of it if it is long."""
    short = given if len(given) <= OPERATIONS.shown else f"{given[: OPERATIONS.shown]}……"
    return replace_surrogates(short)


def _document(catalog: Catalog, name: str) -> Document:
    document = catalog.get(name)
    if document is None:
        raise NotKnown(qa_messages.NO_SUCH_DOCUMENT.format(given=_shown(name)))
    return document


def _by_block(places: Iterator[Place]) -> Iterator[FoundRecord]:
    """Yield the heading, passage or note in which each place begins, once for all places that begin in it."""
    for _, group in groupby(places, key=lambda place: id(place.blocks[0])):
        together = list(group)
        document, block = together[0].document, together[0].blocks[0]
        passage = block if isinstance(block, Passage) else None
        yield document_records.found_as_json(
            document,
            _spans(block),
            (span for place in together for span in place.spans),
            passage.id if passage else None,
            own_form(document, passage) if passage else together[0].citation,
        )


def _spans(block: Block) -> tuple[Span, ...]:
    match block:
        case Passage(spans=spans):
            return spans
        case Section(title_span=span) | NonBody(span=span):
            return (span,) if span else ()
