"""Makes the results of the quotation check: the typed quotation in sans, the document's wording in serif."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.document import Document, Section, Span, cut
from corpus.message import Message
from qa.output.check_report import CheckReport, place_in_draft
from qa.quotations.checker import Check, Place
from qa.quotations.diff import Step
from qa.quotations.draft import DraftQuotation
from qa.quotations.summary import GROUPS, SIGNS, Group, counts_of, group_of, verdict_of
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
    where: Message | None
    """Where it stands in a draft; None for a typed one."""
    places: Sequence[Markup]
    """The places that are shown, the first one with its wording."""
    nearest: Markup
    """The nearest wording; empty where there is none, or where `places` has some."""

    @property
    def group(self) -> Group:
        """What a person has to do about it."""
        return group_of(self.check)

    @property
    def rank(self) -> int:
        """0 for the most severe group."""
        return GROUPS.index(self.group)

    @property
    def sign(self) -> str:
        """Stands before the verdict."""
        return SIGNS[self.group]

    @property
    def verdict(self) -> Message:
        """The verdict in words."""
        return verdict_of(self.check)

    @property
    def kind(self) -> str:
        """The most important kind of difference; empty without one."""
        return self.check.kinds[0] if self.check.kinds else ""

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
    """Return the results in their order, and before them how many there are of each group."""
    if not checks:
        return render("nothing_checked")
    judged = [(group_of(check), check.kinds[0] if check.kinds else "") for check in checks]
    return tally_html(judged) + _results([_result(check, stored, None) for check in checks])


def results_html(checked: Sequence[tuple[DraftQuotation, Check]], stored: Sequence[Document]) -> Markup:
    """Return the results of quotations of a draft, each with its place there."""
    return _results([_result(check, stored, place_in_draft(one)) for one, check in checked])


def tally_html(judged: Sequence[tuple[str, str]]) -> Markup:
    """Return how many results there are, and of each group a button that shows these alone."""
    groups = [(group, SIGNS[group], said) for group, _, said in counts_of(judged)]
    return render("tally", count=len(judged), groups=groups)


def draft_html(name: str, count: int, short: int, unclosed: Sequence[int]) -> Markup:
    """Return what was found in a draft, and what was not checked."""
    report = CheckReport((), name=name, short=short, unclosed=tuple(unclosed))
    remarks = [*report.remarks] if count else [report.summary, *report.remarks]
    return render("draft_read", name=name, count=count, remarks=remarks)


def _results(results: Sequence[CheckedQuotation]) -> Markup:
    return render("checks", results=results, shown_changes=PAGE.shown_places)


def _result(check: Check, stored: Sequence[Document], where: Message | None) -> CheckedQuotation:
    if check.places:
        first, *rest = check.places
        others = [_place(place, stored, is_quoted=False) for place in rest[: PAGE.shown_places - 1]]
        return CheckedQuotation(check, where, [_place(first, stored), *others], Markup())
    nearest = _place(check.nearest, stored, check) if check.nearest else Markup()
    return CheckedQuotation(check, where, (), nearest)


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
