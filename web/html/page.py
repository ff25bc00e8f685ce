"""Makes the whole page from the catalog: header, conversation, question box, quotation check, reading pane, menus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from index.catalog import Catalog
from qa.citations.forms import FORMS
from qa.qa_settings import ANSWERS, GRID
from qa.service import feedback
from web.html.document_list import can_ask_html, heading_html, listed, no_documents_html
from web.html.example_questions import examples_html
from web.html.reading_pane import contents_html, document_html
from web.html.templating import render
from web.html.upload_menu import documents_menu_html

_FORMS = {name: form for name, form in FORMS.items() if name != "text"}
"""On the page each form comes with the quote; so our own form and `text` would be the same."""
_STATIC = Path(__file__).parents[1] / "static"


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in, and whose library the page shows."""

    user: str
    is_own: bool
    """Whether it is the user's own library; otherwise the shared one."""
    root_path: str
    """The path under which a proxy serves the page; empty, or like `/yuanwen`."""


def page_html(
    catalog: Catalog,
    *,
    keeps_feedback: bool = True,
    version: int | None = None,
    pages: int = 0,
    account: Account | None = None,
    is_private: bool = False,
) -> Markup:
    """Return the page before the first question, with the first document in the reading pane.

    `pages`: how many pages of its file can be shown as they look. `version` counts the changes of the index; None where
    the page is read-only. `account`: None where nobody logs in. `is_private`: nobody else than this machine can
    come in.
    """
    may_change = version is not None
    first = catalog.documents[0] if catalog.entries else None
    return render(
        "page",
        version=version,
        account=account,
        logo=Markup(_logo()),
        examples=examples_html(first) if first else "",
        may_change=may_change,
        is_private=is_private,
        heading=heading_html(catalog.entries),
        can_ask=can_ask_html(catalog.entries, may_change=may_change),
        title=listed(catalog.entries[:1])[0].title if first else "",
        source=document_html(first, pages=pages) if first else no_documents_html(may_change=may_change),
        contents=contents_html(first) if first else "",
        feedback_file=str(feedback.default_file()) if keeps_feedback else "",
        forms=_FORMS,
        most_across=GRID.documents,
        longest_question=ANSWERS.longest_question,
        documents_menu=documents_menu_html(catalog, may_change=may_change),
    )


def _logo() -> str:
    return (_STATIC / "logo.svg").read_text("utf-8").strip()
