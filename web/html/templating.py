"""Renders the page's templates, `web/templates/*.html`.

A template escapes each value by the rule of `markup.escape`, unless it is HTML that we made, a `Markup`. What is
neither text nor a number nor HTML, such as None, is a mistake and raises TypeError; a name without a value raises
`jinja2.UndefinedError`. No template may switch escaping off: tests/web/test_templates.py looks.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from corpus.message import Message
from qa import qa_messages
from web import excerpt_messages, library_messages, strings, talk_messages
from web.html.markup import attribute, both, escape, in_both

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parents[1] / "templates"


def render(template: str, /, **values: object) -> Markup:
    """Return the HTML of `TEMPLATE.html` with these values. Each is compiled once, when first used."""
    return Markup(_environment().get_template(f"{template}.html").render(values))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_as_html,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"in_each": _in_each, "with_code": _with_code}
    environment.globals.update(
        strings=strings,
        talk_messages=talk_messages,
        excerpt_messages=excerpt_messages,
        library_messages=library_messages,
        qa_messages=qa_messages,
        both=both,
        in_both=in_both,
        attribute=attribute,
    )
    return environment


def _in_each(message: Message) -> Markup:
    """Return a message in both languages, each marked as what it is: without a script nobody can choose one."""
    return Markup('<span lang="zh-Hans">{}</span> <span lang="en">{}</span>').format(message.zh, message.en)


def _with_code(text: str) -> Markup:
    """Return a sentence of which what stands between backticks is code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


def _as_html(value: object) -> Markup:
    """Return a value of a template as HTML. Jinja2's own escaping, which follows, leaves that as it is."""
    if isinstance(value, str):
        return value if isinstance(value, Markup) else escape(value)
    if isinstance(value, int | float):
        return Markup(value)
    from jinja2 import Undefined

    if isinstance(value, Undefined):  # an `if` without `else` is nothing; a name without a value raises
        return Markup(str(value))
    raise TypeError(f"a template was given a {type(value).__name__}, which is neither text nor a number")
