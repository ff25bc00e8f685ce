"""The 文本 menu: the document list, the button and the hint for uploads, and the dialogs that confirm a change.

The words are in `web/strings.py`, what happens on a click in `web/static/js/uploads.js` and `texts.js`.
"""

from __future__ import annotations

from markupsafe import Markup

from corpus.formats import READABLE
from index.catalog import Catalog
from web.html.document_list import document_rows_html, warnings_html
from web.html.templating import render

ACCEPTED = ",".join(("text/*", *READABLE))
"""What a browser offers to choose: what is read, and text with any ending. Another file can still be dropped."""


def documents_menu_html(catalog: Catalog, *, may_change: bool) -> Markup:
    """Return the menu with the document list, and the dialogs and messages of what changes it."""
    return render(
        "documents_menu",
        rows=document_rows_html(catalog.entries, may_change=may_change),
        warnings=warnings_html(catalog.documents[0]) if catalog.entries else "",
        may_change=may_change,
        accepted=ACCEPTED,
    )
