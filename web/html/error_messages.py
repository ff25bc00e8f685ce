"""Makes the message of an error: one sentence in both languages."""

from __future__ import annotations

from markupsafe import Markup

from corpus.errors import QAError
from corpus.message import Message
from web.html.markup import in_both


class Refused(QAError):
    """A request of the page that cannot be fulfilled."""

    def __init__(self, message: Message, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)


class Gone(Refused):
    """A document that is to be asked is gone."""


def error_html(error: QAError, *, beside: str = "") -> Markup:
    """Return the message of an error. `beside`: the file name that the page already shows next to it."""
    english = error.message.en if error.where == beside else str(error)
    return in_both(error.message.zh, english)
