"""Replies as HTML, under the page's contract: a quote's text content is its slices and nothing else."""

from __future__ import annotations

import re
from typing import assert_never

from corpus.model import Document, Passage, Span
from qa.model import Answer, Hit, NotFound, Rejected, Reply
from web import words
from web.markup import both, escape, in_both, language, marked

SURE = 0.8
"""From this confidence on, the page calls a passage 很相关 instead of 可能相关."""


def reply_html(reply: Reply) -> str:
    """Return the reply: one element with `data-status` answered, not_found or rejected."""
    match reply:
        case Answer():
            return _article("answered", _found(reply))
        case NotFound():
            return _article("not_found", _understood(reply) + _verdict(reply) + _near(reply))
        case Rejected():
            return _article("rejected", f'<p class="verdict">{in_both(reply.chinese, reply.english)}</p>')
        case _:
            assert_never(reply)


def quote_html(
    document: Document,
    passage: Passage,
    *,
    best: tuple[Span, ...] = (),
    matched: tuple[Span, ...] = (),
) -> str:
    """Return the blockquote of a passage. `best` is left unmarked where it is the whole passage."""
    spans = ",".join(f"{span.start}-{span.end}" for span in passage.spans)
    whole = sum(map(len, best)) == sum(map(len, passage.spans))
    inner = marked(document, passage.spans, best=() if whole else best, matched=matched)
    return (
        f'<blockquote class="quote{title_block_class(passage)}" data-passage="{escape(passage.id)}" '
        f'data-document="{escape(document.name)}" data-spans="{spans}" cite="?p={escape(passage.id)}" '
        f'lang="{language(document)}">{inner}</blockquote>'
    )


def title_block_class(passage: Passage) -> str:
    """Return the class that sets a title block's slices as lines of their own, with a blank before it."""
    return "" if passage.paragraph else " titleblock"


def _article(status: str, inner: str) -> str:
    return f'<article class="reply" data-status="{status}">{inner}</article>'


def _found(answer: Answer) -> str:
    count = len(answer.hits)
    found = both(words.FOUND_ONE) if count == 1 else both(words.FOUND, count=count)
    cards = "".join(_card(hit) for hit in answer.hits)
    return f'{_understood(answer)}<p class="count">{found}{_missing(answer)}</p>{cards}'


def _understood(reply: Answer | NotFound) -> str:
    if reply.understood_as is None:
        return ""
    return f'<p class="understood">{both(words.UNDERSTOOD_AS)}{escape(reply.understood_as)}</p>'


def _verdict(reply: NotFound) -> str:
    return f'<p class="verdict"><strong>{both(words.NOT_FOUND)}</strong>{_missing(reply)}</p>'


def _missing(reply: Answer | NotFound) -> str:
    """Name the question's words that the text lacks: a warning where there are quotes all the same."""
    if not reply.missing_terms:
        return ""
    terms = both(words.COMMA).join(f"<b>{escape(term)}</b>" for term in reply.missing_terms)
    return f' <span class="missing">{both(words.MISSING)}{terms}</span>'


def _near(reply: NotFound) -> str:
    if not reply.near:
        return ""
    cards = "".join(_card(hit, is_near=True) for hit in reply.near)
    return f'<details class="near"><summary>{both(words.NEAREST)}</summary>{cards}</details>'


def _card(hit: Hit, *, is_near: bool = False) -> str:
    """A near passage gets neither the yellow of an answer nor a word on how sure it is."""
    document, passage = hit.citation.document, hit.citation.passage
    best = () if is_near else hit.best_sentence.spans
    sure = "" if is_near else both(words.SURE if hit.confidence >= SURE else words.UNSURE)
    passage_id = escape(passage.id)
    return (
        f'<div class="card">{quote_html(document, passage, best=best, matched=hit.matched)}'
        f'<cite><a href="?p={passage_id}" data-goto="{passage_id}">{_citation(str(hit.citation))}</a></cite>'
        f'<div class="foot"><span class="sure">{sure}</span>'
        f'<button type="button" data-act="copy"><span class="todo">{both(words.COPY)}</span>'
        f'<span class="done">{both(words.COPIED)}</span></button>'
        f'<button type="button" data-goto="{passage_id}">{both(words.SHOW)}</button></div></div>'
    )


def _citation(text: str) -> str:
    """Keep `›` and `·` on the line of what they follow, and a few line numbers together."""
    return re.sub(r"\S [›·]|（第[\d–、]{1,16}行）", r'<span class="glue">\g<0></span>', escape(text))
