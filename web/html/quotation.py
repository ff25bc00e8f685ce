"""Makes the results of the quotation check: the typed quotation in sans, the document's wording in serif."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.document import Document, NonBody, Passage, Section, Span, cut
from qa.quotations.checker import Check, Place
from web import strings
from web.html.card import link_attributes, permalink, recognised_html, unbroken
from web.html.markup import both, escape, language, marked
from web.html.reading_pane import gaps_between, passage_html, section_anchor
from web.html.verify import is_exact
from web.web_settings import PAGE


def checks_html(checks: Sequence[Check], stored: Sequence[Document]) -> str:
    """Return the results in their order. Of several, a line before them counts the exact ones."""
    if not checks:
        return f'<p class="count">{both(strings.NOTHING_TO_CHECK)}</p>'
    count = ""
    if len(checks) > 1:
        exact = sum(check.verdict == "exact" for check in checks)
        count = f'<p class="count">{both(strings.CHECKED_COUNT, count=len(checks), exact=exact)}</p>'
    return count + "".join(_result(check, stored) for check in checks)


def _result(check: Check, stored: Sequence[Document]) -> str:
    word = both(check.message)
    sign = "✓ " if check.verdict == "exact" else ""
    return (
        f'<article class="result {check.verdict}" data-verdict="{check.verdict}">'
        f'<p class="word">{sign}{word}</p>{_found(check, stored)}</article>'
    )


def _found(check: Check, stored: Sequence[Document]) -> str:
    if check.places:
        first, *rest = check.places
        more = "".join(_place(place, stored, is_quoted=False) for place in rest[: PAGE.shown_places - 1])
        if rest:
            more = f'<p class="label">{both(strings.ALSO_AT, count=len(rest))}</p>{more}'
        return _place(first, stored) + more
    typed = f'<p class="label">{both(strings.TYPED)}</p><p class="asked">{_typed(check)}</p>'
    if check.nearest is None:
        return typed
    label = strings.NEAREST_WORDING if check.verdict == "altered" else strings.NEAREST_AT_ALL
    quote = f'<p class="label">{both(label)}</p>{_place(check.nearest, stored, check)}'
    return typed + quote + (_differences(check) if check.verdict == "altered" else "")


def _place(place: Place, stored: Sequence[Document], check: Check | None = None, *, is_quoted: bool = True) -> str:
    """Return one place where a quotation stands: the wording there, and the citation, a link to it."""
    document = place.document
    changed = _changed(place, check) if check else ()
    passage = place.passages[0] if place.passages else None
    named = f'data-passage="{passage.id}" cite="?p={passage.id}" ' if passage else ""
    spans = ",".join(f"{span.start}-{span.end}" for span in place.spans)
    quote = (
        f'<blockquote class="quote" {named}data-document="{escape(document.name)}" data-spans="{spans}" '
        f'lang="{language(document)}">{marked(document, place.spans, best=changed, best_tag="<ins>")}</blockquote>'
    )
    if not is_exact(quote, document, stored):
        return f'<p class="mismatch" role="alert">{both(strings.MISMATCH, name=document.name)}</p>'
    templates = "".join(
        f'<template class="inpane" data-for="{other.id}">'
        f"{passage_html(document, other, gaps_between(document, other.spans), best=place.spans)}</template>"
        for other in place.passages
    )
    identity = f' data-id="{passage.id}"' if passage else ""
    return (
        f'<div class="place"{identity}>{quote if is_quoted else ""}'
        f'<cite lang="{language(document)}">{_link(place, passage)}</cite>'
        f"{recognised_html(document, place.spans)}{templates}</div>"
    )


def _link(place: Place, passage: Passage | None) -> str:
    document, text = place.document, unbroken(place.citation)
    if passage is not None:
        return f'<a href="{escape(permalink(document, passage))}" {link_attributes(document, passage)}>{text}</a>'
    match place.blocks[0]:
        case Section() as section:
            to = section_anchor(document, section)
            return f'<a href="#{to}" data-to="{to}" data-document="{escape(document.name)}">{text}</a>'
        case NonBody() | Passage():
            return text


def _changed(place: Place, check: Check) -> tuple[Span, ...]:
    """Return the spans of the document's wording that the quotation lacks."""
    spans: list[Span] = []
    offset = 0
    for step in check.diff:
        if step.op != "equal" and step.source:
            spans += cut(place.spans, offset, offset + len(step.source))
        offset += len(step.source)
    return tuple(spans)


def _typed(check: Check) -> str:
    """Return the quotation as typed: words that the document lacks struck out, missing words marked by a caret."""
    if not check.diff or check.verdict != "altered":
        return escape(check.quote)
    out = ""
    for step in check.diff:
        if step.op == "equal":
            out += escape(step.quoted)
        elif step.quoted:
            out += f"<del>{escape(step.quoted)}</del>"
        else:
            out += '<span class="lacks"></span>'
    return out


def _differences(check: Check) -> str:
    named = both(strings.COMMA).join(both(difference) for difference in check.differences)
    steps = [step for step in check.diff if step.op != "equal"]
    pairs = both(strings.SEMICOLON).join(
        f"{_side(step.quoted)} → {_side(step.source)}" for step in steps[: PAGE.shown_places]
    )
    pairs += "……" if len(steps) > PAGE.shown_places else ""
    return f'<p class="differences"><b>{both(strings.DIFFERENT_IN)}{named}</b><br>{pairs}</p>'


def _side(text: str) -> str:
    return f"“{escape(text)}”" if text else both(strings.NO_WORDS)
