"""Checking quotations on the page: typed ones, and those of a draft, of which nothing is kept."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, TypedDict

from corpus.formats.draft_paragraphs import DraftParagraph
from qa.quotations.attribution import titles_in
from qa.quotations.draft import DraftQuotation, find_quotations, read_quotations
from web import library_messages, strings
from web.api.page_context import Context
from web.api.request import CheckQuotations, CheckReport, Judged
from web.html.error_messages import Refused
from web.web_settings import PAGE

if TYPE_CHECKING:
    from qa.quotations.checker import Check


class Item(TypedDict):
    """A quotation of a draft, as `check` takes it."""

    quote: str
    paragraph: int
    note: str
    source: str


class ReadDraft(TypedDict):
    """The quotations of a draft."""

    name: str
    sha256: str
    items: list[Item]
    short: int
    unclosed: list[int]
    html: str
    """What was not checked."""


class Checked(TypedDict):
    """Checked quotations in HTML."""

    html: str


class ReportFile(TypedDict):
    """A report; its bytes in base64."""

    name: str
    data: str


class DraftCheck:
    """Answers what concerns checked quotations. Safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def read(self, name: str, data: bytes) -> ReadDraft:
        """Return the quotations of a draft, read in the limited process. Raises QAError."""
        from web.html.quotation import draft_html

        reading = read_quotations(name, data)
        if len(reading.quotations) > PAGE.quotations_at_once:
            raise Refused(strings.MANY_IN_DRAFT, count=len(reading.quotations), most=PAGE.quotations_at_once)
        items: list[Item] = [
            {"quote": one.quote, "paragraph": one.paragraph, "note": one.note, "source": one.source}
            for one in reading.quotations
        ]
        digest = hashlib.sha256(data).hexdigest()
        html = draft_html(name, len(items), reading.short, reading.unclosed)
        return {
            "name": name,
            "sha256": digest,
            "items": items,
            "short": reading.short,
            "unclosed": list(reading.unclosed),
            "html": html,
        }

    def check(self, request: CheckQuotations) -> Checked:
        """Return where quotations stand, and what is altered in them; of typed ones how many of each kind there are.

        Raises Refused.
        """
        from web.html.quotation import checks_html, results_html

        checked = self._checked(request)
        places = [place for _, check in checked for place in (*check.places, check.nearest) if place is not None]
        stored = self._context.catalog.named(place.document.name for place in places)
        if request.items:
            return {"html": results_html(checked, stored)}
        return {"html": checks_html([check for _, check in checked], stored)}

    def tally(self, request: Judged) -> Checked:
        """Return how many results there are of each group, as buttons that filter them."""
        from web.html.quotation import tally_html

        return {"html": tally_html(request.pairs)}

    def report(self, request: CheckReport) -> ReportFile:
        """Return the report on quotations, which are checked again: nothing a browser sends is taken for a quote.

        Raises Refused.
        """
        from qa.output import check_report

        if request.ending not in check_report.WRITERS:
            raise Refused(strings.NO_REPORT_FORM, form=request.ending, choices=", ".join(check_report.WRITERS))
        report = check_report.CheckReport(
            tuple(self._checked(request.quotations)), request.name, request.sha256, request.short, request.unclosed
        )
        data = check_report.WRITERS[request.ending](report, "en" if request.is_english else "zh")
        stem = PurePath(request.name).stem or "yuanwen"
        said = strings.REPORT_SUFFIX.en if request.is_english else strings.REPORT_SUFFIX.zh
        return {"name": f"{stem}-{said}{request.ending}", "data": base64.b64encode(data).decode("ascii")}

    def _checked(self, request: CheckQuotations) -> Sequence[tuple[DraftQuotation, Check]]:
        from qa.quotations.checker import quotations

        if not self._context.catalog.entries:
            raise Refused(self._context.advice(library_messages.NOTHING_TO_CHECK_IN))
        checker = self._context.operations.checker
        if request.items:
            checker.allow("".join(one.quote for one in request.items))
            ready = checker.now()
            return [(one, ready.check(one.quote, one.source)) for one in request.items]
        checker.allow(request.text)
        count = len(quotations(request.text))
        if count > PAGE.quotations_at_once:
            raise Refused(strings.MANY_QUOTATIONS, count=count, most=PAGE.quotations_at_once)
        ready = checker.now()
        paragraphs = [DraftParagraph(line, "body", row, "") for row, line in enumerate(request.text.splitlines(), 1)]
        sources = {one.quote: one.source for one in find_quotations(paragraphs).quotations if titles_in(one.source)}
        checks = [
            ready.check(check.quote, source) if (source := sources.get(check.quote)) else check
            for check in ready.check_all(request.text)
        ]
        return [(DraftQuotation(check.quote, number), check) for number, check in enumerate(checks, start=1)]
