"""Makes the document list from the catalog, and what the page shows beside a document: progress and warnings.

A document is shown by the titles of its works; scripts find it by its name, in `data-document`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.document import Document
from corpus.text.title_marks import in_title_marks
from index.catalog import CatalogEntry
from qa.service.index_jobs import Progress
from web import library_messages, strings
from web.html.error_messages import error_html
from web.html.markup import both, shown_name
from web.html.templating import render
from web.web_settings import PAGE


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document as the list shows it."""

    name: str
    title: str
    """The titles of its works, as citations have them; its name where it has none."""
    works: int
    """The number of its works, where not all are named; otherwise 0."""
    kind: str
    """A key of `strings.KINDS`; empty where it is not known."""
    date: str
    """`2021-09-17`, `2021-09` or `2021`; empty where it is not known."""
    passages: int
    folder: int
    """The number of the folder it was added from, from 1; 0 where that is not known."""
    folder_name: str
    """Of another folder of that name, with its number; empty where it is not known."""


def listed(entries: Sequence[CatalogEntry]) -> list[ListedDocument]:
    """Return the documents of a catalog as the list shows them. None is read."""
    folders: dict[str, int] = {"": 0}
    numbers = [folders.setdefault(entry.folder, len(folders)) for entry in entries]
    names = {number: entry.folder_name for number, entry in zip(numbers, entries, strict=True) if entry.folder_name}
    folders_called = Counter(names.values())
    shown = {number: f"{name} ({number})" if folders_called[name] > 1 else name for number, name in names.items()}
    return [_listed(entry, number, shown.get(number, "")) for number, entry in zip(numbers, entries, strict=True)]


def _listed(entry: CatalogEntry, folder: int, folder_name: str) -> ListedDocument:
    name = shown_name(entry.name)
    titles = [
        in_title_marks(work.title.text) if work.title.spans else f"〔{work.title.text}〕"
        for work in entry.works
        if work.title.spans or work.title.text != entry.name
    ]
    return ListedDocument(
        name,
        "".join(titles if len(titles) <= PAGE.named_works else titles[:1]) or name,
        len(titles) if len(titles) > PAGE.named_works else 0,
        next((work.kind for work in entry.works if work.kind != "document"), ""),
        next((str(work.date) for work in entry.works if work.date), ""),
        entry.passages,
        folder,
        folder_name,
    )


def document_rows_html(entries: Sequence[CatalogEntry], *, may_change: bool) -> Markup:
    """Return the rows of the document list. `may_change`: with buttons to describe and to remove."""
    return render("document_rows", documents=listed(entries), may_change=may_change)


def heading_html(entries: Sequence[CatalogEntry]) -> Markup:
    """Return the heading of the first view."""
    match len(entries):
        case 0:
            return both(library_messages.WELCOME_NONE)
        case 1:
            return both(strings.WELCOME)
    return both(library_messages.WELCOME_SEVERAL, count=len(entries))


def can_ask_html(entries: Sequence[CatalogEntry], *, may_change: bool) -> Markup:
    """Return which documents can be asked, by title, and that one's own can be added."""
    first = listed(entries[: PAGE.named_documents])
    return render("can_ask", documents=first, count=len(entries), may_change=may_change)


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
    paragraphs = strings.ONE_PARAGRAPH if change.passages == 1 else strings.PARAGRAPHS.format(count=change.passages)
    return both(message, paragraphs=paragraphs) + renamed


def _failed(progress: Progress) -> Markup:
    name = progress.change.name if progress.change is not None else ""  # the page shows it before the error
    return both(strings.WENT_WRONG) if progress.error is None else error_html(progress.error, beside=name)


def warnings_html(document: Document) -> Markup:
    """Return how many parser warnings a document has, and how to correct it; empty where it has none."""
    count = len(document.warnings)
    return render("warnings", count=count) if count else Markup()
