"""Makes the whole page from the catalog: header, conversation, question box, quotation check, reading pane, menus."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from index.catalog import Catalog
from qa.citations.forms import FORMS
from qa.service import feedback
from web.html.document_list import examples_html, no_documents_html
from web.html.reading_pane import contents_html, document_html
from web.html.templating import render
from web.html.upload_menu import documents_menu_html

_STATIC = Path(__file__).parents[1] / "static"
_SCRIPTS = ("base", "talk", "reader", "pages", "find", "cards", "quotations", "texts", "uploads", "keys", "start")
_STYLES = ("page", "talk", "reader", "pages", "texts", "narrow")


def page_html(catalog: Catalog, *, keeps_feedback: bool = True, version: int | None = None, pages: int = 0) -> Markup:
    """Return the page before the first question, with the first document in the reading pane.

    `pages`: how many pages of its file can be shown as they look. `version` counts the changes of the index; None where
    the page is read-only.
    """
    may_change = version is not None
    first = catalog.documents[0] if catalog.entries else None
    return render(
        "page",
        version=version,
        logo=Markup(_logo()),
        examples=examples_html(first) if first else "",
        name=first.name if first else "",
        source=document_html(first, pages=pages) if first else no_documents_html(may_change=may_change),
        contents=contents_html(first) if first else "",
        feedback_file=str(feedback.default_file()) if keeps_feedback else "",
        forms=FORMS,
        documents_menu=documents_menu_html(catalog, may_change=may_change),
    )


def head_html() -> str:
    """Return the style, the behaviour and the icon for the head of the HTML page. None of them is fetched."""
    style = "".join((_STATIC / "css" / f"{name}.css").read_text("utf-8") for name in _STYLES)
    # One scope for all: what stands in the head has no addresses from which modules could import each other.
    behaviour = "".join((_STATIC / "js" / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    icon = "data:image/svg+xml," + "".join(f"%{byte:02x}" for byte in _icon().encode())
    return (
        f'<style>{style}</style><script>(() => {{ "use strict";\n{behaviour}}})();</script>'
        f'<link rel="icon" type="image/svg+xml" href="{icon}">'
    )


def _logo() -> str:
    return (_STATIC / "logo.svg").read_text("utf-8").strip()


def _icon() -> str:
    """Return the first of the logo's two characters, in vermilion."""
    first = _logo().split("<path ")[1].split("/>")[0]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"><path fill="#a5372b" {first}/></svg>'
