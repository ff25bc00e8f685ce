"""The HTML document of the page: its head, and the body that `web.html.page` makes."""

from __future__ import annotations

from markupsafe import Markup

from web.api.desk import Desk
from web.html.page import Account, page_html
from web.html.templating import render
from web.static_files import static_files


def page_document(desk: Desk, token: str = "", account: Account | None = None, *, is_private: bool = False) -> Markup:
    """Return the page as the documents of a desk are now. Its addresses are relative, so it may lie below any path.

    `token`: shows the server that a request is of this page. `is_private`: nobody else than this machine can come in.
    """
    files = static_files()
    version = desk.version  # before the catalog: of a list that is newer than its version, the page gets a newer one
    catalog = desk.catalog
    body = page_html(
        catalog,
        keeps_feedback=desk.keeps_feedback,
        version=version,
        pages=desk.pages_of_first(catalog),
        account=account,
        is_private=is_private,
    )
    return render("document", base=f"static/{files.version}", modules=files.modules, token=token, body=body)
