"""The form 出处: for each work, what the source says for its citations, and fields for what a person supplies.

The fields are the rows of `corpus/bibliography/metadata_fields.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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
from web.html.markup import attribute, both, escape
from web.web_settings import PAGE

_BETWEEN_PERSONS = re.compile(r"[;；\n]")


def about_html(document: Document, supplied: Sequence[CitationFields]) -> str:
    """Return the fields of each work. `document` is as it is without what a person supplied."""
    said = [*supplied, *[CitationFields()] * (len(document.works) - len(supplied))]
    works = zip(document.works, said, strict=False)
    return "".join(_work(document.about(work), own, number) for number, (work, own) in enumerate(works))


def _work(known: Metadata, own: CitationFields, number: int) -> str:
    common, more = (
        "".join(_row(field, known, own, number) for field in FIELDS if field.is_common is is_common)
        for is_common in (True, False)
    )
    options = _option("", known.kind, chosen=False) + "".join(
        _option(kind, kind, chosen=kind == own.kind) for kind in strings.KINDS
    )
    is_open = any(_own(field, own) for field in FIELDS if not field.is_common)
    return (
        f"<fieldset data-work><legend>{escape(known.title.text)}</legend>{common}"
        f'<p class="field"><label for="yw-about-{number}-kind">{both(strings.ABOUT_KIND)}</label>'
        f'<select id="yw-about-{number}-kind" name="kind">{options}</select></p>'
        f"<details{' open' if is_open else ''}><summary>{both(strings.MORE)}</summary>{more}</details></fieldset>"
    )


def _row(field: MetadataField, known: Metadata, own: CitationFields, number: int) -> str:
    there = _known(field, known)
    key = f"yw-about-{number}-{field.name}"
    source = f'<span class="there" id="{key}-there">{there}</span>' if there else ""
    described = f' aria-describedby="{key}-there"' if there else ""
    hint = attribute("placeholder", field.help)
    return (
        f'<p class="field"><label for="{key}">{both(field.label)}</label>'
        f'<input id="{key}" name="{field.name}" maxlength="{PAGE.longest_field}" autocomplete="off" '
        f'value="{escape(_own(field, own))}"{described} {hint}>{source}</p>'
    )


def _known(field: MetadataField, known: Metadata) -> str:
    """Return what is known without the person's own words, and where it comes from."""
    facts = field_values(known, field)
    if not facts:
        return ""
    text = "；".join(fact_words(fact) if isinstance(fact, SourcedValue) else bracket(fact, str(fact)) for fact in facts)
    from_source = all(fact.spans for fact in facts)
    return both(strings.FROM_SOURCE if from_source else strings.FROM_ELSEWHERE) + escape(text)


def _own(field: MetadataField, own: CitationFields) -> str:
    """Return what the person supplied."""
    value: Value | tuple[Value, ...] | None = getattr(own, field.name)
    given = value if isinstance(value, tuple) else (value,) if value else ()
    return "；".join(one.supplied or "" for one in given)


def _option(value: str, kind: str, *, chosen: bool) -> str:
    """An option cannot hold two languages: the behaviour puts in the one that is chosen."""
    chinese, english = escape(strings.KINDS[kind].zh), escape(strings.KINDS[kind].en)
    selected = " selected" if chosen else ""
    return f'<option value="{value}" data-zh="{chinese}" data-en="{english}"{selected}>{chinese}</option>'


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
