"""Makes the results of the quotation check: the typed quotation in sans, the document's wording in serif."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.document import Document, Section, Span, cut
from qa.quotations.checker import Check, Place
from qa.quotations.diff import Step
from web.html.card import Link, QuotedParagraph, blockquote, mismatch_html, unbroken
from web.html.markup import language, marked
from web.html.reading_pane import gaps_between, passage_html, section_anchor
from web.html.templating import render
from web.html.verify import is_exact
from web.web_settings import PAGE


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A result of the check as `checks.html` shows it."""

    check: Check
    places: Sequence[Markup]
    """The places that are shown, the first one with its wording."""
    nearest: Markup
    """The nearest wording; empty where there is none, or where `places` has some."""

    @property
    def is_altered(self) -> bool:
        return self.check.verdict == "altered"

    @property
    def others(self) -> int:
        """How many places there are beside the first one, shown or not."""
        return max(len(self.check.places) - 1, 0)

    @property
    def typed(self) -> Sequence[Step]:
        """The quotation as typed: words that the document lacks are struck out, missing words marked by a caret."""
        return self.check.diff if self.is_altered else ()

    @property
    def changes(self) -> Sequence[Step]:
        """What is altered in it."""
        return [step for step in self.check.diff if step.op != "equal"]


def checks_html(checks: Sequence[Check], stored: Sequence[Document]) -> Markup:
    """Return the results in their order. Of several, a line before them counts the exact ones."""
    return render(
        "checks",
        results=[_result(check, stored) for check in checks],
        exact=sum(check.verdict == "exact" for check in checks),
        shown_changes=PAGE.shown_places,
    )


def _result(check: Check, stored: Sequence[Document]) -> CheckedQuotation:
    if check.places:
        first, *rest = check.places
        others = [_place(place, stored, is_quoted=False) for place in rest[: PAGE.shown_places - 1]]
        return CheckedQuotation(check, [_place(first, stored), *others], Markup())
    return CheckedQuotation(check, (), _place(check.nearest, stored, check) if check.nearest else Markup())


def _place(place: Place, stored: Sequence[Document], check: Check | None = None, *, is_quoted: bool = True) -> Markup:
    """Return one place where a quotation stands: the wording there, and the citation, a link to it."""
    document = place.document
    passage = place.passages[0] if place.passages else None
    words = marked(document, place.spans, best=_changed(place, check) if check else (), best_tag="<ins>")
    quote = blockquote(
        document, place.spans, [QuotedParagraph(words, 0, skips=False)], id=passage.id if passage else ""
    )
    if not is_exact(quote, document, stored):
        return mismatch_html(document)
    block = place.blocks[0]
    return render(
        "place",
        name=document.name,
        language=language(document),
        quote=quote if is_quoted else "",
        link=Link.to(document, passage, place.citation) if passage else None,
        anchor=section_anchor(document, block) if isinstance(block, Section) else "",
        citation=unbroken(place.citation),
        is_recognised=document.is_recognised(place.spans),
        is_doubtful=bool(document.doubtful_in(place.spans)),
        passages=[
            (other.id, passage_html(document, other, gaps_between(document, other.spans), best=place.spans))
            for other in place.passages
        ],
    )


def _changed(place: Place, check: Check) -> tuple[Span, ...]:
    """Return the spans of the document's wording that the quotation lacks."""
    spans: list[Span] = []
    offset = 0
    for step in check.diff:
        if step.op != "equal" and step.source:
            spans += cut(place.spans, offset, offset + len(step.source))
        offset += len(step.source)
    return tuple(spans)
