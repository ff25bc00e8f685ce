"""Makes the document list from the catalog, and what the page shows beside a document: progress, warnings, examples."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.document import Document
from index.catalog import CatalogEntry
from qa.service.index_jobs import Progress
from web import strings
from web.html.error_messages import error_html
from web.html.markup import both, escape, language
from web.web_settings import PAGE


def document_rows_html(entries: Sequence[CatalogEntry], *, may_change: bool) -> str:
    """Return the rows of the document list. `may_change`: with buttons to describe and to remove."""
    rows = "".join(_row(entry, len(entries) > 1, may_change) for entry in entries)
    return rows or f'<p class="note">{both(strings.NO_TEXTS)}</p>'


def no_documents_html(*, may_change: bool) -> str:
    """Return what the reading pane shows where there is no document."""
    add = f'<button type="button" data-act="add">{both(strings.ADD_SOME)}</button>' if may_change else ""
    return f'<p class="nothing">{both(strings.NO_TEXTS)}{both(strings.DROP_FIRST) if add else ""}{add}</p>'


def _row(entry: CatalogEntry, several: bool, may_change: bool) -> str:
    name = escape(entry.name)
    only = (
        f'<button type="button" class="only" data-act="only" data-document="{name}" aria-pressed="false">'
        f'{both(strings.ONLY)}<span class="sr"> {name}</span></button>'
    )
    about = (
        f'<button type="button" class="about" data-act="about" data-document="{name}">'
        f'{both(strings.ABOUT_IT)}<span class="sr"> {name}</span></button>'
    )
    remove = (
        f'<button type="button" class="remove" data-act="remove" data-document="{name}">'
        f'<span aria-hidden="true">✕</span><span class="sr">{both(strings.REMOVE)} {name}</span></button>'
    )
    return (
        f'<div class="row"><button type="button" class="name" data-act="text" data-document="{name}">'
        f'<span class="of">{name}</span><span class="note">{both(strings.PARAGRAPHS, count=entry.passages)}</span>'
        f"</button>{only if several else ''}{about + remove if may_change else ''}</div>"
    )


def progress_html(progress: Progress) -> str:
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
    renamed = both(strings.RENAMED, name=change.name) if change.reason else ""
    return both(message, count=change.passages) + renamed


def _failed(progress: Progress) -> str:
    name = progress.change.name if progress.change is not None else ""  # the page shows it beside the error
    return both(strings.WENT_WRONG) if progress.error is None else error_html(progress.error, beside=name)


def warnings_html(document: Document) -> str:
    """Return how many parser warnings a document has, and how to correct it; empty where it has none."""
    count = len(document.warnings)
    if not count:
        return ""
    return (
        '<hr><button type="button" data-act="nextWarning">'
        f"{both(strings.DOUBTS if count > 1 else strings.DOUBT, count=count)}"
        f'</button><p class="note">{both(strings.MEND)}</p>'
    )


def examples_html(document: Document) -> str:
    """Return example questions to click: those written for the document, or questions about its headings."""
    questions = strings.EXAMPLES.get(document.name) or _questions_about_headings(document)[: PAGE.example_questions]
    return "".join(f'<button type="button" class="chip" data-ask>{escape(question)}</button>' for question in questions)


def _questions_about_headings(document: Document) -> list[str]:
    pattern = strings.WHAT_SAYS.zh if language(document) == "zh-Hans" else strings.WHAT_SAYS.en
    labels = dict.fromkeys(
        " ".join(section.label.split()) for section in document.sections if section.level and section.title_span
    )
    return [pattern.format(heading=label) for label in labels if 2 <= len(label) <= PAGE.longest_example]
