"""The form of what citations say of each work: what the source says stands there, what is supplied can be typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.title_block_facts import read_supplied_date
from corpus.document import Date, Document, Metadata, SourcedValue
from qa.citations.reference import words as fact_words
from web import strings
from web.html.markup import attribute, both, escape
from web.strings import Phrase

FIELDS = ("title", "subtitle", "authors", "date", "publication", "publisher", "place")
_LONGEST = 300
"""Characters of a field, at most."""
_BETWEEN_AUTHORS = re.compile(r"[;；\n]")


def about_html(document: Document, supplied: Sequence[CitationFields]) -> str:
    """Return the fields of each work. `document` is as it is without what a person supplied."""
    said = [*supplied, *[CitationFields()] * (len(document.works) - len(supplied))]
    works = zip(document.works, said, strict=False)
    return "".join(_work(document.about(work), own, number) for number, (work, own) in enumerate(works))


def _work(known: Metadata, own: CitationFields, number: int) -> str:
    rows = "".join(_field(name, known, own, number) for name in FIELDS)
    options = _option("", known.kind, chosen=False) + "".join(
        _option(kind, kind, chosen=kind == own.kind) for kind in strings.KINDS
    )
    return (
        f"<fieldset data-work><legend>{escape(known.title.text)}</legend>{rows}"
        f'<p class="field"><label for="yw-about-{number}-kind">{both(strings.ABOUT_KIND)}</label>'
        f'<select id="yw-about-{number}-kind" name="kind">{options}</select></p></fieldset>'
    )


def _field(name: str, known: Metadata, own: CitationFields, number: int) -> str:
    phrase = strings.ABOUT[name]
    there = _known(name, known)
    field = f"yw-about-{number}-{name}"
    source = f'<span class="there" id="{field}-there">{there}</span>' if there else ""
    described = f' aria-describedby="{field}-there"' if there else ""
    hint = f" {attribute('placeholder', strings.DATE_LIKE)}" if name == "date" else ""
    return (
        f'<p class="field"><label for="{field}">{both(phrase)}</label>'
        f'<input id="{field}" name="{name}" maxlength="{_LONGEST}" autocomplete="off" '
        f'value="{escape(_own(name, own))}"{described}{hint}>{source}</p>'
    )


def _known(name: str, known: Metadata) -> str:
    """Return what is known without the person's own words, and where it comes from."""
    value: object = getattr(known, name)
    facts = value if isinstance(value, tuple) else (value,) if value else ()
    if not facts:
        return ""
    text = "；".join(fact_words(fact) if isinstance(fact, SourcedValue) else _date_words(fact) for fact in facts)
    from_source = all(fact.spans for fact in facts)
    return both(strings.FROM_SOURCE if from_source else strings.FROM_ELSEWHERE) + escape(text)


def _date_words(date: Date) -> str:
    return str(date) if date.spans else f"〔{date}〕"


def _own(name: str, own: CitationFields) -> str:
    if name == "authors":
        return "；".join(value.supplied or "" for value in own.authors or ())
    value: Value | None = getattr(own, name)
    return (value.supplied or "") if value else ""


def _option(value: str, kind: str, *, chosen: bool) -> str:
    """An option cannot hold two languages: the behaviour puts in the one that is chosen."""
    chinese, english = escape(strings.KINDS[kind].zh), escape(strings.KINDS[kind].en)
    selected = " selected" if chosen else ""
    return f'<option value="{value}" data-zh="{chinese}" data-en="{english}"{selected}>{chinese}</option>'


def citation_fields_of(sent: object, works: int) -> tuple[CitationFields, ...] | Phrase:
    """Return what a page sends of so many works, or what is wrong with it. Empty fields supply nothing."""
    given = sent if isinstance(sent, list) else []
    said: list[CitationFields] = []
    for one in given[:works]:
        fields = {
            key: " ".join(text.split())[:_LONGEST]
            for key, text in (one.items() if isinstance(one, dict) else ())
            if isinstance(text, str) and text.strip()
        }
        date = fields.get("date")
        if date and read_supplied_date(date) is None:
            return Phrase(
                strings.NO_DATE.zh.format(date=date).replace("{", "{{").replace("}", "}}"),
                strings.NO_DATE.en.format(date=date).replace("{", "{{").replace("}", "}}"),
            )
        values = {name: Value(supplied=fields[name]) for name in FIELDS if name in fields and name != "authors"}
        authors = [part.strip() for part in _BETWEEN_AUTHORS.split(fields.get("authors", "")) if part.strip()]
        kind = fields.get("kind")
        said.append(
            CitationFields.model_validate(
                {
                    **values,
                    "authors": tuple(Value(supplied=author) for author in authors) or None,
                    "kind": kind if kind in strings.KINDS else None,
                }
            )
        )
    return tuple(said)
