"""Makes the card of a hit: the quote, its citation and confidence, buttons, and on request the reasons and the proof.

Also makes the parts that other views share: a passage's blockquote, its citation, and the links that lead to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as percent

from corpus.document import Document, Passage, Span
from corpus.message import Message
from corpus.table_rows import grid_of
from qa import qa_messages
from qa.citations.forms import own_form
from qa.citations.reference import join_lines, line_ranges
from qa.citations.slices import members, paragraphs
from qa.qa_settings import ANSWERS
from qa.reply import Hit, copy_label, quoted_from
from web import strings
from web.html.markup import both, escape, language, marked, title_block_class
from web.html.reading_pane import gaps_between, passage_html
from web.html.table_grid import grid_html
from web.html.verify import is_exact
from web.web_settings import PAGE


def quote_html(
    document: Document,
    passage: Passage,
    *,
    best: tuple[Span, ...] = (),
    answer: tuple[Span, ...] = (),
    matched: tuple[Span, ...] = (),
) -> str:
    """Return the blockquote of a passage, each paragraph of several on its own line.

    Marked are `best`, the best sentence, `answer`, the words that answer, and `matched`, words of the question.
    """
    spans = spans_of(passage)
    best = _unless_whole(best, answer, passage)
    inner = ""
    rows = grid_of(document, passage.spans)
    if rows:
        inner = grid_html(
            document, rows, lambda cell: marked(document, (cell,), best=best, answer=answer, matched=matched)
        )
    parts = paragraphs(document, passage.spans) if not rows else []
    for number, part in enumerate(parts):
        text = marked(document, part, best=best, answer=answer, matched=matched)
        if len(parts) > 1:
            skips = " skips" if number and _is_text_between(document, parts[number - 1][-1], part[0]) else ""
            text = f'<span class="para{skips}" data-line="{document.line(part[0].start)}">{text}</span>'
        inner += text
    return (
        f'<blockquote class="quote{title_block_class(passage)}" data-passage="{escape(passage.id)}" '
        f'data-document="{escape(document.name)}" data-spans="{spans}" cite="?p={escape(passage.id)}" '
        f'lang="{language(document)}">{inner}</blockquote>'
    )


def _is_text_between(document: Document, before: Span, after: Span) -> bool:
    """Return whether the source has words between two spans that stand one after the other in a quote."""
    return after.start < before.end or bool(document.text[before.end : after.start].strip())


def spans_of(passage: Passage) -> str:
    """Return the spans of a passage as a quote's `data-spans` has them."""
    return ",".join(f"{span.start}-{span.end}" for span in passage.spans)


def citation_html(document: Document, passage: Passage) -> str:
    """Return the citation of a passage: a link to it in the reading pane."""
    return (
        f'<cite lang="{language(document)}">'
        f'<a href="{escape(permalink(document, passage))}" {link_attributes(document, passage)}>'
        f"{unbroken(own_form(document, passage))}</a></cite>"
    )


def link_attributes(document: Document, passage: Passage) -> str:
    """Return the attributes of an element that leads to a passage in the reading pane."""
    return f'data-goto="{escape(passage.id)}" data-document="{escape(document.name)}"'


def permalink(document: Document, passage: Passage) -> str:
    """Return the address of a passage: its id, and in case that is gone its document and first words."""
    opening = document.quote(passage.spans)[: PAGE.permalink_words]
    name = percent(document.name.encode("utf-8", "replace"))
    return f"?p={passage.id}&d={name}&t={percent(opening.encode('utf-8', 'replace'))}"


def unmarked_quote_html(document: Document, passage: Passage, *, stored: Sequence[Document] | None = None) -> str:
    """Return a passage without marks, and its citation: for example a neighbour of a hit."""
    quote = quote_html(document, passage)
    if not is_exact(quote, document, stored or (document,)):
        return _mismatch(document)
    return quote + citation_html(document, passage)


def card_html(hit: Hit, *, stored: Sequence[Document] | None = None, is_near: bool = False) -> str:
    """Return the card. Of a near passage neither a sentence nor an answer is marked, and no grade is shown.

    A quote that is not, character for character, what the stored document has there is replaced by an error message.
    """
    document, passage = hit.citation.document, hit.citation.passage
    best, answer = ((), ()) if is_near else (hit.best_sentence.spans, hit.answer)
    quote = quote_html(document, passage, best=best, answer=answer, matched=hit.matched)
    if not is_exact(quote, document, stored or (document,)):
        return f'<div class="card">{_mismatch(document)}</div>'
    grade = "" if is_near else both(qa_messages.GRADES[hit.grade])
    return (
        f'<div class="card" {_card_attributes(document, passage)}>{quote}{citation_html(document, passage)}'
        f"{recognised_html(document, passage.spans)}{_copies(hit)}"
        f'<div class="foot"><span class="grade">{grade}</span>'
        f"{_copy_button('copy', strings.COPY)}"
        f'<span class="split">{_copy_button("cite", strings.COPY_CITED)}'
        f'<button type="button" class="forms" popovertarget="yw-forms"><span aria-hidden="true">▾</span>'
        f'<span class="sr">{both(strings.FORM)}</span></button></span>'
        f'<button type="button" {link_attributes(document, passage)}>{both(strings.SHOW)}</button>'
        f'<button type="button" data-act="more" aria-expanded="false">{both(strings.MORE)}</button></div>'
        f'<div class="more" hidden>{_more(hit, is_near)}</div>{_templates(hit, best, answer)}</div>'
    )


def _copies(hit: Hit) -> str:
    """Return the line that names the copies of a hit, each a link; nothing if there are none."""
    if not hit.copies:
        return ""
    links = [
        f'<a href="{escape(permalink(copy.document, copy.passage))}" '
        f"{link_attributes(copy.document, copy.passage)}>{unbroken(copy_label(hit, copy))}</a>"
        for copy in hit.copies
    ]
    shown, rest = links[: ANSWERS.named_copies], links[ANSWERS.named_copies :]
    comma = both(strings.COMMA)
    more = (
        f"<details><summary>{both(qa_messages.MORE_COPIES, count=len(rest))}</summary>{comma.join(rest)}</details>"
        if rest
        else ""
    )
    remark = quoted_from(hit)
    own = f" · {both(remark)}" if remark else ""
    return f'<div class="copies">{both(strings.ALSO_IN)}{comma.join(shown)}{more}{own}</div>'


def recognised_html(document: Document, spans: Sequence[Span]) -> str:
    """Return the sentence under a quote that was read from a picture; else nothing."""
    if not document.is_recognised(spans):
        return ""
    weak = both(strings.DOUBTFUL_CHARACTERS) if document.doubtful_in(spans) else ""
    return f'<p class="recognised"><b>OCR</b> {both(qa_messages.RECOGNISED)}{weak}</p>'


def unbroken(citation: str) -> str:
    """Return a citation in which no line breaks before `›` or `·`, or inside a short list of line numbers."""
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
        is_marked = _unless_whole(hit.best_sentence.spans, hit.answer, passage)
        why += both(strings.BEST if is_marked else strings.BEST_IS_ALL)
        why += both(strings.ANSWER_WORDS) if hit.answer else ""
    number = "" if is_near else f"<dt>{both(strings.HOW_SURE)}</dt><dd>{_number(hit)}</dd>"
    lines = join_lines(line_ranges(document, passage.spans), "、")
    spans = both(strings.COMMA).join(f"{span.start}–{span.end}" for span in passage.spans)
    return (
        f'<p class="acts">{_copy_button("link", strings.LINK)}'
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


def _templates(hit: Hit, best: tuple[Span, ...], answer: tuple[Span, ...]) -> str:
    """Return the passage as the reading pane shows it after this card has led there: with the same marks."""
    document, passage = hit.citation.document, hit.citation.passage
    best = _unless_whole(best, answer, passage)
    out = ""
    for own in members(document, passage):
        gaps = gaps_between(document, own.spans)
        inner = passage_html(document, own, gaps, best=best, answer=answer, matched=hit.matched)
        out += f'<template class="inpane" data-for="{escape(own.id)}">{inner}</template>'
    return out


def _unless_whole(best: tuple[Span, ...], answer: tuple[Span, ...], passage: Passage) -> tuple[Span, ...]:
    """Return the best sentence; nothing where it is the whole passage, and the words that answer stand out in it."""
    is_whole = sum(map(len, best)) == sum(map(len, passage.spans))
    return () if is_whole and answer else best


def _copy_button(act: str, message: Message) -> str:
    return (
        f'<button type="button" data-act="{act}"><span class="todo">{both(message)}</span>'
        f'<span class="done">{both(strings.COPIED)}</span></button>'
    )


def _card_attributes(document: Document, passage: Passage) -> str:
    link = escape(permalink(document, passage))
    return f'data-id="{escape(passage.id)}" data-of="{escape(document.name)}" data-link="{link}"'


def _mismatch(document: Document) -> str:
    return f'<p class="mismatch" role="alert">{both(strings.MISMATCH, name=document.name)}</p>'
