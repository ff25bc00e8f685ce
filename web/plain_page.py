"""Fills the templates of small pages that need no script: the login page, and what a browser is refused for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.message import Message
from corpus.text.controls import replace_surrogates
from web import strings
from web.static_files import static_files

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_STATIC = Path(__file__).parent / "static"


def plain_page(template: str, **values: object) -> str:
    """Return a template of `web/templates/`, filled in. Values are escaped; a lone surrogate becomes U+FFFD."""
    return replace_surrogates(_environment().get_template(template).render(**values))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # takes 60 ms; most runs show no such page
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["both"] = _both
    environment.globals["static_version"] = lambda: static_files().version
    environment.globals["name"] = strings.NAME
    environment.globals["logo"] = Markup((_STATIC / "logo.svg").read_text("utf-8"))
    return environment


def _both(message: Message) -> object:
    """Return a message in both languages, each marked as what it is: without a script nobody can choose one."""
    from markupsafe import Markup

    return Markup('<span lang="zh-Hans">{}</span> <span lang="en">{}</span>').format(message.zh, message.en)
