"""Makes the list of kept excerpts, by document. What is the reader's own, the notes, the behaviour puts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.document import Document
from corpus.errors import QAError
from qa.citations.excerpt import Excerpt
from qa.citations.forms import own_form, work_title
from web.html.card import Link, QuotedParagraph, blockquote, mismatch_html
from web.html.error_messages import error_html
from web.html.markup import language, marked
from web.html.templating import render
from web.html.verify import is_exact


@dataclass(frozen=True, slots=True)
class ShownExcerpt:
    """A kept excerpt as it is now."""

    name: str
    """The name of its document."""
    document: Document | None
    excerpts: tuple[Excerpt, ...]
    """Its words, one excerpt for each work; none if the document has changed or is gone."""
    error: QAError | None
    """Why it has no words."""


@dataclass(frozen=True, slots=True)
class _Row:
    at: int
    """Its place in the reader's order, from 0."""
    quotes: list[Markup]
    message: Markup


def excerpts_html(shown: Sequence[ShownExcerpt]) -> Markup:
    """Return the list by work. Works stand in the order of their first excerpts; what has no words, by document."""
    groups: dict[tuple[str, str], list[_Row]] = {}
    for at, one in enumerate(shown):
        message = error_html(one.error) if one.error is not None else Markup()
        quotes = [_quote(one.document, excerpt) for excerpt in one.excerpts] if one.document else []
        title = work_title(one.excerpts[0].section.work) if one.excerpts else ""
        groups.setdefault((one.name, title), []).append(_Row(at, quotes, message))
    return render("excerpts", groups=groups)


def _quote(document: Document, excerpt: Excerpt) -> Markup:
    paragraphs = [
        QuotedParagraph(marked(document, part), document.line(part[0].start), skips=False) for part in excerpt.parts
    ]
    quote = blockquote(document, excerpt.spans, paragraphs, id=excerpt.id)
    if not is_exact(quote, document, (document,)):
        return mismatch_html(document)
    passage = next((one for one in document.passages if one.id == excerpt.id), None)
    label = own_form(document, excerpt)
    return quote + render(
        "excerpt_citation",
        language=language(document),
        link=Link.to(document, passage, label) if passage else None,
        citation=label,
    )
