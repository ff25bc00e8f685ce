"""The form 出处: for each work, what the source says for its citations, and fields for what a person supplies.

The fields are the rows of `corpus/bibliography/metadata_fields.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS, MetadataField, read_doi
from corpus.bibliography.title_block_facts import read_supplied_date
from corpus.document import Document, Metadata, SourcedValue
from corpus.message import Message
from corpus.text.controls import without_controls
from qa.citations.reference import bracket
from qa.citations.reference import values as field_values
from qa.citations.reference import words as fact_words
from web import strings
from web.html.templating import render
from web.web_settings import PAGE

_BETWEEN_PERSONS = re.compile(r"[;；\n]")


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form as `metadata_form.html` shows it."""

    field: MetadataField
    known: str
    """What is known without the person's own words."""
    is_from_source: bool
    own: str
    """What the person supplied."""


@dataclass(frozen=True, slots=True)
class WorkForm:
    """The fields of a work."""

    title: str
    kind: str
    """What the rules take it for."""
    own_kind: str | None
    common: Sequence[FormField]
    further: Sequence[FormField]
    """Those that are folded, unless the person has filled one in."""

    @property
    def is_open(self) -> bool:
        return any(one.own for one in self.further)


def about_html(document: Document, supplied: Sequence[CitationFields]) -> Markup:
    """Return the fields of each work. `document` is as it is without what a person supplied."""
    said = [*supplied, *[CitationFields()] * (len(document.works) - len(supplied))]
    works = [_work(document.about(work), own) for work, own in zip(document.works, said, strict=False)]
    return render("metadata_form", works=works, kinds=strings.KINDS, longest=PAGE.longest_field)


def _work(known: Metadata, own: CitationFields) -> WorkForm:
    common, further = (
        [_field(field, known, own) for field in FIELDS if field.is_common is is_common] for is_common in (True, False)
    )
    return WorkForm(known.title.text, known.kind, own.kind, common, further)


def _field(field: MetadataField, known: Metadata, own: CitationFields) -> FormField:
    facts = field_values(known, field)
    text = "；".join(fact_words(fact) if isinstance(fact, SourcedValue) else bracket(fact, str(fact)) for fact in facts)
    return FormField(field, text, all(fact.spans for fact in facts), _own(field, own))


def _own(field: MetadataField, own: CitationFields) -> str:
    """Return what the person supplied."""
    value: Value | tuple[Value, ...] | None = getattr(own, field.name)
    given = value if isinstance(value, tuple) else (value,) if value else ()
    return "；".join(one.supplied or "" for one in given)


def citation_fields_of(sent: object, works: int) -> tuple[CitationFields, ...] | Message:
    """Return what a page sends of so many works, or what is wrong with it. Empty fields supply nothing."""
    given = sent if isinstance(sent, list) else []
    said: list[CitationFields] = []
    for one in given[:works]:
        fields = one if isinstance(one, dict) else {}
        texts: dict[str, str] = {}
        for key in ("kind", *(field.name for field in FIELDS)):
            text = fields.get(key)
            if not isinstance(text, str):
                continue
            if len(text) > PAGE.longest_field:
                return strings.TOO_LONG.format(count=len(text), most=PAGE.longest_field)
            if words := " ".join(without_controls(text).split()):
                texts[key] = words
        values: dict[str, object] = {"kind": kind} if (kind := texts.get("kind")) in strings.KINDS else {}
        for field in FIELDS:
            if field.name in texts:
                text = texts[field.name]
                if wrong := _wrong(field, text):
                    return wrong
                values[field.name] = _values(field, text)
        said.append(CitationFields.model_validate(values))
    return tuple(said)


def _wrong(field: MetadataField, text: str) -> Message | None:
    """Return a sentence that says why a field cannot say this, and what to write; None if it can."""
    if field.kind == "date" and read_supplied_date(text) is None:
        return strings.NO_DATE.format(text=text)
    if field.kind == "doi" and read_doi(text) is None:
        return strings.NO_DOI.format(text=text)
    return None


def _values(field: MetadataField, text: str) -> Value | tuple[Value, ...] | None:
    if field.kind != "person":
        return Value(supplied=text)
    names = [name.strip() for name in _BETWEEN_PERSONS.split(text)]
    return tuple(Value(supplied=name) for name in names if name) or None
