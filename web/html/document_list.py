"""Makes the document list from the catalog, and what the page shows beside a document: progress, warnings, examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.document import Document
from index.catalog import CatalogEntry
from qa.service.index_jobs import Progress
from web import strings
from web.html.error_messages import error_html
from web.html.markup import both, language
from web.html.templating import render
from web.web_settings import PAGE


@dataclass(frozen=True, slots=True)
class Example:
    """A question to click."""

    question: str
    language: str
    """The one in which the page shows it, `zh` or `en`; empty: in both."""


def document_rows_html(entries: Sequence[CatalogEntry], *, may_change: bool) -> Markup:
    """Return the rows of the document list. `may_change`: with buttons to describe and to remove."""
    return render("document_rows", entries=entries, may_change=may_change)


def no_documents_html(*, may_change: bool) -> Markup:
    """Return what the reading pane shows where there is no document."""
    return render("no_documents", may_change=may_change)


def progress_html(progress: Progress) -> Markup:
    """Return how far a change of the index is, in words."""
    change = progress.change
    match progress.stage:
        case "waiting":
            return both(strings.WAITING)
        case "reading" if progress.page is not None:
            page, pages = progress.page
            return both(strings.BEING_RECOGNISED, page=page, pages=pages)
        case "reading":
            return both(strings.BEING_READ)
        case "parsing":
            return both(strings.BEING_PARSED)
        case "working":
            return both(strings.READING, percent=round(progress.share * 100))
        case "failed":
            return _failed(progress)
    if change is None or change.what == "removed":
        return both(strings.DONE)
    message = {"unchanged": strings.THERE_ALREADY, "replaced": strings.REPLACED}.get(change.what, strings.ADDED)
    renamed = both(strings.RENAMED, name=change.name) if change.reason else Markup()
    return both(message, count=change.passages) + renamed


def _failed(progress: Progress) -> Markup:
    name = progress.change.name if progress.change is not None else ""  # the page shows it beside the error
    return both(strings.WENT_WRONG) if progress.error is None else error_html(progress.error, beside=name)


def warnings_html(document: Document) -> Markup:
    """Return how many parser warnings a document has, and how to correct it; empty where it has none."""
    count = len(document.warnings)
    return render("warnings", count=count) if count else Markup()


def examples_html(document: Document) -> Markup:
    """Return example questions to click: those written for the document, or questions about its headings."""
    questions = strings.EXAMPLES.get(document.name) or _questions_about_headings(document)[: PAGE.example_questions]
    english = strings.ENGLISH_EXAMPLES.get(document.name) or questions
    shown = [
        Example(
            question, "" if question in questions and question in english else "zh" if question in questions else "en"
        )
        for question in dict.fromkeys((*questions, *english))
    ]
    return render("examples", examples=shown)


def _questions_about_headings(document: Document) -> list[str]:
    pattern = strings.WHAT_SAYS.zh if language(document) == "zh-Hans" else strings.WHAT_SAYS.en
    labels = dict.fromkeys(
        " ".join(section.label.split()) for section in document.sections if section.level and section.title_span
    )
    return [pattern.format(heading=label) for label in labels if 2 <= len(label) <= PAGE.longest_example]
