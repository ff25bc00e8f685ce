"""The HTML document of the page: its head, and the body that `web.html.page` makes."""

from __future__ import annotations

from web.api.desk import Desk
from web.html.page import page_html
from web.server.static_files import static_files


def page_document(desk: Desk) -> str:
    """Return the page as the documents of a desk are now. Its addresses are relative, so it may lie below any path."""
    files = static_files()
    base = f"static/{files.version}"
    preloads = "".join(f'<link rel="modulepreload" href="{base}/{name}">' for name in files.modules)
    catalog = desk.catalog
    body = page_html(
        catalog, keeps_feedback=desk.keeps_feedback, version=desk.version, pages=desk.pages_of_first(catalog)
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-Hans">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>原文 Yuanwen</title><script src="{base}/early.js"></script>'
        f'<link rel="stylesheet" href="{base}/page.css">'
        f'<link rel="icon" type="image/svg+xml" href="{base}/icon.svg">{preloads}'
        f'<script type="module" src="{base}/js/start.js"></script></head>\n<body>{body}</body>\n</html>\n'
    )
