"""The requests of the page as values: made from untrusted JSON, in which a field of another type counts as absent.

Each field has a limit, far beyond what the page sends. It is compared before anything is done with the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from corpus.document import Span
from qa.citations.forms import FORMS
from qa.qa_settings import ANSWERS
from qa.quotations.draft import DraftQuotation
from web import excerpt_messages, strings
from web.html.error_messages import Refused
from web.web_settings import PAGE

Fields = Mapping[str, object]
"""A JSON object that a browser sent."""


def text_field(fields: Fields, name: str, *, most: int = PAGE.longest_name) -> str:
    """Return a text; empty where it is absent. Raises Refused if it has more than `most` characters."""
    value = fields.get(name)
    return _within(value, most) if isinstance(value, str) else ""


def texts_field(fields: Fields, name: str, *, most: int = PAGE.longest_name) -> tuple[str, ...]:
    """Return a list of texts, without its other items; empty where it is absent.

    Raises Refused if one has more than `most` characters.
    """
    values = fields.get(name)
    texts = values if isinstance(values, list) else ()
    return tuple(_within(text, most) for text in texts if isinstance(text, str))


def history_field(fields: Fields) -> tuple[str, ...]:
    """Return the questions before, the oldest first. Raises Refused if one is longer than a question may be."""
    return texts_field(fields, "history", most=ANSWERS.longest_question)[-PAGE.history :]


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused(strings.TOO_LONG, count=len(text), most=most)
    return text


def form_field(fields: Fields) -> str:
    """Return the name of a citation form. Raises QAError if no form has it."""
    form = text_field(fields, "form")
    if form not in FORMS:
        raise Refused(strings.NO_FORM, form=form, choices=", ".join(FORMS))
    return form


@dataclass(frozen=True, slots=True)
class Empty:
    """A request without fields: `state`, `texts` and `characters`."""

    @classmethod
    def read(cls, _: Fields) -> Self:
        return cls()


@dataclass(frozen=True, slots=True)
class EarlierQuote:
    """A quote of an earlier reply, as a browser remembers it: where it stood, never its words."""

    document: str
    sha256: str
    passage: str
    """The id of the passage, or of the first of several."""
    first: str
    """Where it began: its first span, as `data-spans` has it."""


def earlier_field(fields: Fields) -> tuple[EarlierQuote, ...]:
    """Return the quotes of an earlier reply to the same question. Raises Refused if a text is too long."""
    values = fields.get("earlier")
    objects = [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
    return tuple(
        EarlierQuote(
            text_field(one, "document"),
            text_field(one, "sha256"),
            text_field(one, "passage"),
            text_field(one, "spans").partition(",")[0],
        )
        for one in objects[: PAGE.earlier_quotes]
    )


@dataclass(frozen=True, slots=True)
class Ask:
    """A question."""

    question: str
    history: tuple[str, ...]
    """The questions before it, the oldest first."""
    documents: tuple[str, ...]
    """The names of the documents that are asked; empty: all."""
    alone: bool = False
    """Whether it is read without the questions before it."""
    earlier: tuple[EarlierQuote, ...] = ()
    """What an earlier reply to it quoted, where a conversation is opened again."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises Refused. A question that is too long is rejected by the engine, which says so in its reply."""
        question = fields.get("question")
        documents = texts_field(fields, "documents")
        if len(documents) > PAGE.documents_asked:
            raise Refused(strings.TOO_MANY_ASKED, count=len(documents), most=PAGE.documents_asked)
        alone = fields.get("alone") is True
        asked = question if isinstance(question, str) else ""
        return cls(asked, history_field(fields), documents, alone, earlier_field(fields))


@dataclass(frozen=True, slots=True)
class Export:
    """A conversation that is wanted as a file."""

    is_docx: bool
    """Word; otherwise Markdown."""
    form: str
    language: str
    """Of our own words in it: `zh` or `en`."""
    turns: tuple[Ask, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises QAError if there is no such citation form."""
        turns = fields.get("turns")
        objects = [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
        asked = tuple(Ask.read(turn) for turn in objects[-PAGE.history :])
        is_docx = text_field(fields, "format") == "docx"
        return cls(is_docx, form_field(fields), text_field(fields, "language"), asked)


@dataclass(frozen=True, slots=True)
class Share:
    """A hit of the reply to a question that is wanted as a file of its own."""

    passage: str
    """What its card shows, as `ID@SPANS`."""
    turn: Ask
    language: str
    """Of our own words: zh or en."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises Refused."""
        language = "en" if fields.get("language") == "en" else "zh"
        return cls(text_field(fields, "passage"), Ask.read(fields), language)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's verdict on a reply."""

    verdict: str
    question: str
    history: tuple[str, ...]
    passages: tuple[str, ...]
    """The ids of the passages that answer."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            text_field(fields, "verdict"),
            text_field(fields, "question", most=ANSWERS.longest_question),
            history_field(fields),
            texts_field(fields, "passages")[-PAGE.history :],
        )


@dataclass(frozen=True, slots=True)
class OfDocument:
    """A request about one document: `source`, `remove` and `about`."""

    document: str
    """Its name; for `source`, empty: the first document."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(text_field(fields, "document"))


@dataclass(frozen=True, slots=True)
class LookUp:
    """A word of a text that is looked up in the dictionary."""

    text: str
    """What stands around the word, and the word."""
    position: int
    """Of a character of the word in the text, in code points."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        position = fields.get("position")
        return cls(text_field(fields, "text"), position if isinstance(position, int) else 0)


@dataclass(frozen=True, slots=True)
class Why:
    """A question, and the quote whose rank is to be explained."""

    asked: Ask
    passage: str
    """Its address, `ID@SPANS`."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises Refused."""
        return cls(Ask.read(fields), text_field(fields, "passage"))


@dataclass(frozen=True, slots=True)
class OfPage:
    """A page of a file that is wanted as it looks."""

    document: str
    page: int
    """From 1."""
    width: int
    """In pixels."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        page, width = (value if isinstance(value := fields.get(name), int) else 1 for name in ("page", "width"))
        return cls(text_field(fields, "document"), page, max(width, 1))


@dataclass(frozen=True, slots=True)
class LightUp:
    """A passage whose place on the pages of its file is wanted."""

    passage: str
    best: tuple[tuple[int, int], ...]
    """First and last offset of each part of it that answers best."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        ranges = re.findall(r"(\d{1,9})-(\d{1,9})", text_field(fields, "best"))
        return cls(text_field(fields, "passage"), tuple((int(start), int(end)) for start, end in ranges))


@dataclass(frozen=True, slots=True)
class Permalink:
    """The address of a passage."""

    passage: str
    opening: str
    """The first words of the passage, by which the nearest one is found where it is gone."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(text_field(fields, "p"), text_field(fields, "t"))


@dataclass(frozen=True, slots=True)
class Around:
    """A passage whose neighbours are wanted."""

    passage: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(text_field(fields, "passage"))


@dataclass(frozen=True, slots=True)
class Cite:
    """A passage that is copied with its citation."""

    passage: str
    form: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises QAError if there is no such citation form."""
        return cls(text_field(fields, "passage"), form_field(fields))


@dataclass(frozen=True, slots=True)
class Citations:
    """Passages whose citations are wanted as they are now."""

    passages: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(texts_field(fields, "passages")[: PAGE.citations_at_once])


def quotations_field(fields: Fields) -> tuple[DraftQuotation, ...]:
    """Return the quotations of a draft, as the answer to `draft` had them. Raises Refused for one that is too long."""
    sent = fields.get("items")
    items = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    if len(items) > PAGE.quotations_at_once:
        raise Refused(strings.MANY_QUOTATIONS, count=len(items), most=PAGE.quotations_at_once)
    return tuple(
        DraftQuotation(
            text_field(one, "quote", most=PAGE.longest_check),
            paragraph if isinstance(paragraph := one.get("paragraph"), int) else 0,
            text_field(one, "note"),
            text_field(one, "source"),
        )
        for one in items
    )


@dataclass(frozen=True, slots=True)
class CheckQuotations:
    """Quotations to check: those of a draft, or a text: one a line, or those between “ ” in a paragraph."""

    text: str
    items: tuple[DraftQuotation, ...] = ()

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(text_field(fields, "text", most=PAGE.longest_check), quotations_field(fields))


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A report on checked quotations that is wanted as a file."""

    quotations: CheckQuotations
    ending: str
    is_english: bool
    name: str
    """Of the draft; empty for typed quotations."""
    sha256: str
    short: int
    unclosed: tuple[int, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        short, unclosed = fields.get("short"), fields.get("unclosed")
        places = unclosed if isinstance(unclosed, list) else []
        return cls(
            CheckQuotations.read(fields),
            text_field(fields, "ending"),
            text_field(fields, "language") == "en",
            text_field(fields, "name"),
            text_field(fields, "sha256")[:64],
            short if isinstance(short, int) else 0,
            tuple(one for one in places if isinstance(one, int)),
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """Groups and most important kinds of difference, to be counted."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        groups, kinds = (texts_field(fields, name)[: PAGE.quotations_at_once] for name in ("groups", "kinds"))
        return cls(tuple(zip(groups, kinds, strict=False)))


@dataclass(frozen=True, slots=True)
class Describe:
    """What a person states of a document's works for their citations."""

    document: str
    works: object
    """As it was sent: `web.html.metadata_form` reads it, beside the form that sends it."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(text_field(fields, "document"), fields.get("works"))


@dataclass(frozen=True, slots=True)
class FollowChange:
    """A change of the index whose progress is wanted."""

    change: int | None
    """The number that the answer to `upload`, `remove` or `describe` gave."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        change = fields.get("change")
        return cls(change if isinstance(change, int) else None)


@dataclass(frozen=True, slots=True)
class SpansOfDocument:
    """Words of a document, by the place where a browser found them."""

    document: str
    sha256: str
    """The hash of the document's bytes, as the browser knows it."""
    spans: tuple[Span, ...]
    """In reading order."""
    digest: str
    """What was told of the words when they were kept (`web.api.excerpts`); empty for words selected just now."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises Refused if there are too many spans, or if one is none."""
        sent = fields.get("spans")
        pairs = sent if isinstance(sent, list) else []
        if len(pairs) > PAGE.spans_selected:
            raise Refused(excerpt_messages.MANY_SPANS, count=len(pairs), most=PAGE.spans_selected)
        try:
            spans = tuple(Span(*pair) for pair in pairs if all(type(offset) is int for offset in pair))
        except (TypeError, ValueError) as error:
            raise Refused(excerpt_messages.NOTHING_SELECTED) from error
        return cls(text_field(fields, "document"), text_field(fields, "sha256"), spans, text_field(fields, "digest"))


@dataclass(frozen=True, slots=True)
class Selected:
    """Selected words that are wanted with their citation."""

    place: SpansOfDocument
    form: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises Refused."""
        return cls(SpansOfDocument.read(fields), form_field(fields))


@dataclass(frozen=True, slots=True)
class SentExcerpt:
    """An excerpt that a browser keeps."""

    place: SpansOfDocument
    note: str
    """The reader's own."""
    question: str
    """The question whose answer it is from; empty for one from the reading pane."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """One that no server could have given stands nowhere: it does not keep the others from being shown."""
        try:
            place = SpansOfDocument.read(fields)
        except Refused:
            place = SpansOfDocument(str(fields.get("document"))[: PAGE.longest_name], "", (), "")
        note, question = (value if isinstance(value := fields.get(name), str) else "" for name in ("note", "question"))
        return cls(place, note, question)


def excerpts_field(fields: Fields) -> tuple[SentExcerpt, ...]:
    """Return the excerpts that a browser keeps. Raises Refused if there are too many."""
    sent = fields.get("excerpts")
    objects = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    if len(objects) > PAGE.excerpts:
        raise Refused(excerpt_messages.MANY_EXCERPTS, count=len(objects), most=PAGE.excerpts)
    return tuple(map(SentExcerpt.read, objects))


@dataclass(frozen=True, slots=True)
class ListExcerpts:
    """The kept excerpts whose list is wanted, in the reader's order."""

    excerpts: tuple[SentExcerpt, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises Refused."""
        return cls(excerpts_field(fields))


@dataclass(frozen=True, slots=True)
class ExportExcerpts:
    """The kept excerpts that are wanted as a file."""

    excerpts: tuple[SentExcerpt, ...]
    format: str
    """One of `qa.output.excerpt_files.EXTENSIONS`; Markdown where it is none of them."""
    form: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Raises Refused."""
        return cls(excerpts_field(fields), text_field(fields, "format"), form_field(fields))
