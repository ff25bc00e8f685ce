"""Makes the card of a hit: the quote, its citation and confidence, buttons, and on request the reasons and the proof.

Also makes the parts that other views share: a passage's blockquote, its citation, and the links that lead to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent

from markupsafe import Markup

from corpus.document import Document, Passage, Span
from corpus.table_rows import grid_of
from qa.citations.forms import own_form
from qa.citations.reference import join_lines, line_ranges
from qa.citations.slices import members, paragraphs, part_of, sentences_around
from qa.qa_settings import ANSWERS
from qa.reply import Hit, copy_label, quoted_from
from web.html.markup import LIT, UNLIT, Marking, escape, language, marked, title_block_class
from web.html.reading_pane import gaps_between, passage_html
from web.html.table_grid import grid_html
from web.html.templating import render
from web.html.verify import is_exact, write_spans
from web.web_settings import PAGE

_KEPT_TOGETHER = re.compile(r"(\S [›·]|（第[\d–、]{1,16}行）)")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a passage in the reading pane."""

    passage: str
    """The id of the passage."""
    document: str
    """The name of its document."""
    href: str
    label: Markup

    @classmethod
    def to(cls, document: Document, passage: Passage, label: str) -> Link:
        """Return the link to a passage, with a citation as its label."""
        return cls(passage.id, document.name, permalink(document, passage), unbroken(label))


@dataclass(frozen=True, slots=True)
class QuotedParagraph:
    """A paragraph of a quote."""

    words: Markup
    line: int
    """Where it begins in the source, from 1."""
    skips: bool
    """Whether the source has words between the paragraph before it and this one."""


def quote_html(
    document: Document,
    passage: Passage,
    *,
    best: Sequence[Span] = (),
    best_tag: str = LIT,
    answer: Sequence[Span] = (),
    matched: Sequence[Span] = (),
    excerpt: str = "",
) -> Markup:
    """Return the blockquote of a passage, each paragraph of several on its own line.

    Marked are `best`, the best sentence, `answer`, the words that answer, and `matched`, words of the question.
    `excerpt`: classes that say on which sides the passage goes on.
    """

    def words(spans: Sequence[Span]) -> Markup:
        return marked(document, spans, best=best, best_tag=best_tag, answer=answer, matched=matched)

    if rows := grid_of(document, passage.spans):
        quoted = [QuotedParagraph(grid_html(document, rows, lambda cell: words((cell,))), 0, skips=False)]
    else:
        parts = paragraphs(document, passage.spans)
        before = [None, *(part[-1] for part in parts)]
        quoted = [
            QuotedParagraph(words(part), document.line(part[0].start), skips=_is_text_between(document, last, part[0]))
            for part, last in zip(parts, before, strict=False)
        ]
    name = f"{title_block_class(passage)}{excerpt}"
    return blockquote(document, passage.spans, quoted, id=passage.id, classes=name)


def blockquote(
    document: Document, spans: Sequence[Span], quoted: Sequence[QuotedParagraph], *, id: str = "", classes: str = ""
) -> Markup:
    """Return the blockquote of slices of a document. `id`: that of the passage that they are."""
    return render(
        "quote",
        name=document.name,
        sha256=document.sha256,
        language=language(document),
        spans=write_spans(spans),
        paragraphs=quoted,
        id=id,
        classes=classes,
    )


def _is_text_between(document: Document, before: Span | None, after: Span) -> bool:
    """Return whether the source has words between two spans that stand one after the other in a quote."""
    if before is None:
        return False
    return after.start < before.end or bool(document.text[before.end : after.start].strip())


def spans_of(passage: Passage) -> str:
    """Return the spans of a passage as a quote's `data-spans` has them."""
    return write_spans(passage.spans)


def citation_html(document: Document, passage: Passage) -> Markup:
    """Return the citation of a passage: a link to it in the reading pane."""
    link = Link.to(document, passage, own_form(document, passage))
    return render("citation", language=language(document), link=link)


def permalink(document: Document, passage: Passage) -> str:
    """Return the address of a passage: its id, and in case that is gone its document and first words."""
    opening = document.quote(passage.spans)[: PAGE.permalink_words]
    name = percent(document.name.encode("utf-8", "replace"))
    return f"?p={passage.id}&d={name}&t={percent(opening.encode('utf-8', 'replace'))}"


def unmarked_quote_html(document: Document, passage: Passage, *, stored: Sequence[Document] | None = None) -> Markup:
    """Return a passage without marks, and its citation: for example a neighbour of a hit."""
    quote = quote_html(document, passage)
    if not is_exact(quote, document, stored or (document,)):
        return mismatch_html(document)
    return quote + citation_html(document, passage)


def beside_html(quotes: Sequence[Markup]) -> Markup:
    """Return the quotes that stand before or after a hit."""
    return render("beside", quotes=quotes)


def gone_html(nearest: Markup | None) -> Markup:
    """Return the notice that the passage of a permalink is gone. `nearest`: the quote that comes nearest to it."""
    return render("gone", nearest=nearest)


def mismatch_html(document: Document) -> Markup:
    """Return what stands in place of a quote that is not what the stored document has there."""
    return render("mismatch", name=document.name)


def card_html(
    hit: Hit, *, stored: Sequence[Document] | None = None, is_near: bool = False, is_first: bool = False
) -> Markup:
    """Return the card. What answers is marked in the first one, and in others where it surely answers.

    Of a long paragraph the sentences around the answer are shown; the whole of it is there, too, as a template. Of a
    near passage no grade is shown. A quote that is not, character for character, what the stored document has there is
    replaced by an error message.
    """
    document, passage = hit.citation.document, hit.citation.passage
    marks = _marks(hit, is_lit=not is_near and (is_first or hit.grade == "answers"))
    part = _shown_part(document, passage, hit)
    quotes = [quote_html(document, part, **marks, excerpt=_goes_on(passage, part))]
    if part != passage:
        quotes.append(quote_html(document, passage, **marks))
    if not all(is_exact(quote, document, stored or (document,)) for quote in quotes):
        return Markup('<div class="card">{}</div>').format(mismatch_html(document))
    copies = [Link.to(copy.document, copy.passage, copy_label(hit, copy)) for copy in hit.copies]
    return render(
        "card",
        hit=hit,
        is_near=is_near,
        link=Link.to(document, passage, own_form(document, passage)),
        quote=quotes[0],
        citation=citation_html(document, part),
        whole=[*quotes[1:], citation_html(document, passage)] if quotes[1:] else [],
        characters=sum(map(len, passage.spans)),
        is_recognised=document.is_recognised(passage.spans),
        is_doubtful=bool(document.doubtful_in(passage.spans)),
        shown_copies=copies[: ANSWERS.named_copies],
        more_copies=copies[ANSWERS.named_copies :],
        quoted_from=quoted_from(hit),
        matched=list(dict.fromkeys(document.quote((span,)) for span in hit.matched)),
        is_best_marked=bool(marks["best"]) and marks["best_tag"] == LIT,
        is_answer_marked=bool(marks["answer"]),
        lines=join_lines(line_ranges(document, passage.spans), "、"),
        spans=passage.spans,
        sha256=document.sha256,
        passages=_in_pane(hit, marks),
    )


def _marks(hit: Hit, *, is_lit: bool) -> Marking:
    """Return the marks of a hit. Where its answer is not lit, the place of its best sentence can be found all the same.

    The best sentence is not marked where it is the whole passage, and the words that answer stand out in it.
    """
    best = hit.best_sentence.spans
    is_whole = sum(map(len, best)) == sum(map(len, hit.citation.passage.spans))
    if not is_lit:
        return {"best": best, "best_tag": UNLIT, "answer": (), "matched": hit.matched}
    return {
        "best": () if is_whole and hit.answer else best,
        "best_tag": LIT,
        "answer": hit.answer,
        "matched": hit.matched,
    }


def _shown_part(document: Document, passage: Passage, hit: Hit) -> Passage:
    """Return a passage, or of a long paragraph the part around its answer."""
    is_long = sum(map(len, passage.spans)) > PAGE.long_quote
    if not is_long or grid_of(document, passage.spans) or len(paragraphs(document, passage.spans)) > 1:
        return passage
    spans = sentences_around(passage, hit.answer or hit.best_sentence.spans, PAGE.excerpt)
    return part_of(passage, spans) or passage if spans != passage.spans else passage


def _goes_on(passage: Passage, part: Passage) -> str:
    """Return the classes of a quote that is a part of a passage."""
    before = " from-within" if part.spans[0].start != passage.spans[0].start else ""
    return before + (" goes-on" if part.spans[-1].end != passage.spans[-1].end else "")


def unbroken(citation: str) -> Markup:
    """Return a citation in which no line breaks before `›` or `·`, or inside a short list of line numbers."""
    parts = enumerate(_KEPT_TOGETHER.split(citation))
    return Markup().join(
        Markup('<span class="glue">{}</span>').format(escape(part)) if number % 2 else escape(part)
        for number, part in parts
    )


def _in_pane(hit: Hit, marks: Marking) -> list[tuple[str, Markup]]:
    """Return the passages, by their ids, as the reading pane shows them after this card has led there: marked alike."""
    document, passage = hit.citation.document, hit.citation.passage
    return [
        (own.id, passage_html(document, own, gaps_between(document, own.spans), **marks))
        for own in members(document, passage)
    ]
