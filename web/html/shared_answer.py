"""Makes one passage that answers a question as a file of its own: it opens from a disk, offline, and prints well.

It runs no script and loads nothing; a content-security-policy of its own says so. Its style stands in it.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup

from corpus.message import Message
from qa import qa_messages
from qa.citations.forms import own_form
from qa.citations.reference import join_lines, line_ranges
from qa.reply import Hit, Reply
from web import talk_messages
from web.html.card import quote_html, unbroken
from web.html.markup import language as language_of
from web.html.templating import render

_STYLE = Path(__file__).parents[1] / "static" / "css" / "shared.css"


def shared_html(reply: Reply, hit: Hit, language: str, *, is_near: bool) -> tuple[Markup, Markup]:
    """Return the quote of a hit, and the whole file as HTML. `language`: of our own words, zh or en.

    `is_near`: the hit is one of the nearest passages, which do not answer; nothing is marked in it.
    """
    document, passage = hit.citation.document, hit.citation.passage
    best, answer = ((), ()) if is_near else (hit.best_sentence.spans, hit.answer)
    quote = quote_html(document, passage, best=best, answer=answer)

    def said(message: Message, **values: object) -> str:
        filled = message.format(**values) if values else message
        return filled.en if language == "en" else filled.zh

    html = render(
        "shared",
        said=said,
        language="en" if language == "en" else "zh-Hans",
        style=Markup(_style()),
        style_digest=_style_digest(),
        reply=reply,
        understood_as=getattr(reply, "understood_as", None),
        grade=None if is_near else qa_messages.GRADES[hit.grade],
        quote=quote,
        marks=_marks_in(quote),
        is_recognised=document.is_recognised(passage.spans),
        citation=unbroken(own_form(document, passage)),
        citation_language=language_of(document),
        name=document.name,
        sha256=document.sha256,
        lines=join_lines(line_ranges(document, passage.spans), "、" if language == "zh" else ", "),
        spans=passage.spans,
        today=datetime.datetime.now(datetime.UTC).date().isoformat(),
    )
    return quote, html


def _marks_in(quote: Markup) -> Message | None:
    """Return what the marks in a quote mean; None where it has none."""
    has_best, has_answer = Markup("<mark>") in quote, Markup('<mark class="answer">') in quote
    if has_best and has_answer:
        return talk_messages.SHARED_BOTH
    if has_best:
        return talk_messages.SHARED_BEST
    return talk_messages.SHARED_ANSWER if has_answer else None


@cache
def _style() -> str:
    return _STYLE.read_text("utf-8").strip()


@cache
def _style_digest() -> str:
    """Return the digest by which the file's own policy allows its style."""
    return base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode("ascii")
