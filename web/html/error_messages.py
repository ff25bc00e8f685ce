"""Makes the message of an error: one sentence in both languages."""

from __future__ import annotations

from corpus.errors import QAError
from web import strings
from web.html.markup import in_both
from web.strings import Phrase


class Refused(QAError):
    """A request of the page that cannot be fulfilled."""

    def __init__(self, phrase: Phrase, **values: object) -> None:
        super().__init__(phrase.en.format(**values), phrase.zh.format(**values))


class Gone(Refused):
    """A document that is to be asked is gone."""


def error_html(error: QAError, *, beside: str = "") -> str:
    """Return the message of an error. `beside`: the file name that the page already shows next to it."""
    english = str(error).removeprefix(f"{beside}: ")
    return in_both(error.chinese or strings.UNTRANSLATED.format(reason=english), english)
