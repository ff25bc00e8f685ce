"""Fills the templates of small pages that need no script: the login page, and what a browser is refused for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

from web import strings
from web.html.templating import render
from web.static_files import static_files


def plain_page(template: str, **values: object) -> Markup:
    """Return a template of `web/templates/`, filled in."""
    return render(template, name=strings.NAME, logo=_logo(), static_version=static_files().version, **values)


@cache
def _logo() -> Markup:
    return Markup((Path(__file__).parent / "static" / "logo.svg").read_text("utf-8"))
