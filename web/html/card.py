"""A passage as a card: the quote, its citation, how sure it is, what to do with it, and on request why and proof."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as percent

from corpus.document import Document, Passage, Span
from qa.citations.forms import own_form
from qa.citations.reference import join_lines, line_ranges
from qa.reply import Hit
from web import strings
from web.html.markup import both, escape, language, marked, title_block_class
from web.html.reading_pane import gaps_of, passage_html
from web.html.verify import is_exact

SURE = 0.8
"""From this confidence on, the page calls a passage 很相关 instead of 可能相关."""
_HINT = 40
"""Characters of a passage that its permalink carries, to find the nearest one should it be gone."""


def quote_html(
    document: Document,
    passage: Passage,
    *,
    best: tuple[Span, ...] = (),
    matched: tuple[Span, ...] = (),
) -> str:
    """Return the blockquote of a passage. `best` is left unmarked where it is the whole passage."""
    spans = ",".join(f"{span.start}-{span.end}" for span in passage.spans)
    inner = marked(document, passage.spans, best=_part(best, passage), matched=matched)
    return (
        f'<blockquote class="quote{title_block_class(passage)}" data-passage="{escape(passage.id)}" '
        f'data-document="{escape(document.name)}" data-spans="{spans}" cite="?p={escape(passage.id)}" '
        f'lang="{language(document)}">{inner}</blockquote>'
    )


def cite_html(document: Document, passage: Passage) -> str:
    """Return the citation, a link into the source."""
    return (
        f'<cite lang="{language(document)}">'
        f'<a href="{escape(permalink(document, passage))}" {goes_to(document, passage)}>'
        f"{glued(own_form(document, passage))}</a></cite>"
    )


def goes_to(document: Document, passage: Passage) -> str:
    """Return the attributes of what leads to a passage in the source pane."""
    return f'data-goto="{escape(passage.id)}" data-document="{escape(document.name)}"'


def permalink(document: Document, passage: Passage) -> str:
    """Return the address of a passage: its id, and for the day when that is gone its document and opening words."""
    opening = document.quote(passage.spans)[:_HINT]
    named = percent(document.name.encode("utf-8", "replace"))
    return f"?p={passage.id}&d={named}&t={percent(opening.encode('utf-8', 'replace'))}"


def quoted_html(document: Document, passage: Passage, *, stored: Sequence[Document] | None = None) -> str:
    """Return a passage as it stands, without any mark, and its citation: what is around a hit, say."""
    quote = quote_html(document, passage)
    if not is_exact(quote, document, stored or (document,)):
        return _mismatch(document)
    return quote + cite_html(document, passage)


def card_html(hit: Hit, *, stored: Sequence[Document] | None = None, is_near: bool = False) -> str:
    """Return the card. A near passage gets neither the yellow of an answer nor a word on how sure it is.

    If the quote is not, character for character, what the stored source has there, it is not shown.
    """
    document, passage = hit.citation.document, hit.citation.passage
    best = () if is_near else hit.best_sentence.spans
    quote = quote_html(document, passage, best=best, matched=hit.matched)
    if not is_exact(quote, document, stored or (document,)):
        return f'<div class="card">{_mismatch(document)}</div>'
    sure = "" if is_near else both(strings.SURE if hit.confidence >= SURE else strings.UNSURE)
    return (
        f'<div class="card" {_names(document, passage)}>{quote}{cite_html(document, passage)}'
        f'<div class="foot"><span class="sure">{sure}</span>'
        f"{_copies('copy', strings.COPY)}"
        f'<span class="split">{_copies("cite", strings.COPY_CITED)}'
        f'<button type="button" class="forms" popovertarget="yw-forms"><span aria-hidden="true">▾</span>'
        f'<span class="sr">{both(strings.FORM)}</span></button></span>'
        f'<button type="button" {goes_to(document, passage)}>{both(strings.SHOW)}</button>'
        f'<button type="button" data-act="more" aria-expanded="false">{both(strings.MORE)}</button></div>'
        f'<div class="more" hidden>{_more(hit, is_near)}</div>{_template(hit, best)}</div>'
    )


def glued(citation: str) -> str:
    """Keep `›` and `·` on the line of what they follow, and a few line numbers together."""
    return re.sub(r"\S [›·]|（第[\d–、]{1,16}行）", r'<span class="glue">\g<0></span>', escape(citation))


def _more(hit: Hit, is_near: bool) -> str:
    document, passage = hit.citation.document, hit.citation.passage
    matched = list(dict.fromkeys(document.quote((span,)) for span in hit.matched))
    why = (
        both(strings.MATCHED) + both(strings.COMMA).join(f"<b>{escape(word)}</b>" for word in matched)
        if matched
        else ""
    )
    why += both(strings.BY_MEANING) if not matched else ""
    if not is_near:
        why += both(strings.BEST if _part(hit.best_sentence.spans, passage) else strings.BEST_IS_ALL)
    number = "" if is_near else f"<dt>{both(strings.HOW_SURE)}</dt><dd>{_number(hit)}</dd>"
    lines = join_lines(line_ranges(document, passage.spans), "、")
    spans = both(strings.COMMA).join(f"{span.start}–{span.end}" for span in passage.spans)
    return (
        f'<p class="acts">{_copies("link", strings.LINK)}'
        f'<button type="button" data-act="around" aria-expanded="false"><span>{both(strings.AROUND)}</span></button>'
        "</p>"
        f'<dl><dt>{both(strings.WHY)}</dt><dd class="why">{why}</dd>{number}'
        f'<dt class="checked">{both(strings.CHECKED)}</dt><dd class="proof">{both(strings.CHECKED_HOW)}'
        f'<br>{both(strings.PROOF_PLACE, name=document.name, lines=lines)}<span class="spans">{spans}</span>'
        f'<br><span class="sha">SHA-256 {escape(document.sha256)}</span></dd></dl>'
    )


def _number(hit: Hit) -> str:
    return (
        f'<b class="number">{hit.confidence:.2f}</b> {both(strings.NUMBER_MEANS, percent=round(hit.confidence * 100))}'
    )


def _template(hit: Hit, best: tuple[Span, ...]) -> str:
    """The passage as the source pane shows it while this card has led there: with the same marks."""
    document, passage = hit.citation.document, hit.citation.passage
    inner = passage_html(
        document,
        passage,
        gaps_of(document, passage.spans),
        best=_part(best, passage),
        matched=hit.matched,
    )
    return f'<template class="inpane" data-for="{escape(passage.id)}">{inner}</template>'


def _part(best: tuple[Span, ...], passage: Passage) -> tuple[Span, ...]:
    """The best sentence, unless it is all there is."""
    return () if sum(map(len, best)) == sum(map(len, passage.spans)) else best


def _copies(act: str, phrase: strings.Phrase) -> str:
    return (
        f'<button type="button" data-act="{act}"><span class="todo">{both(phrase)}</span>'
        f'<span class="done">{both(strings.COPIED)}</span></button>'
    )


def _names(document: Document, passage: Passage) -> str:
    link = escape(permalink(document, passage))
    return f'data-id="{escape(passage.id)}" data-of="{escape(document.name)}" data-link="{link}"'


def _mismatch(document: Document) -> str:
    return f'<p class="mismatch" role="alert">{both(strings.MISMATCH, name=document.name)}</p>'
