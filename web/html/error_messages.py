"""What the page is told where it asks for something that cannot be had: one sentence, in both languages."""

from __future__ import annotations

from corpus.errors import QAError
from web import strings
from web.html.markup import in_both
from web.strings import Phrase


class Refused(QAError):
    """Not there, or not to be had."""

    def __init__(self, phrase: Phrase, **values: object) -> None:
        super().__init__(phrase.en.format(**values), phrase.zh.format(**values))


class Gone(Refused):
    """A text that is to be asked is there no more."""


def error_html(error: QAError, *, beside: str = "") -> str:
    """Return what an error says. `beside`: the file's name where that stands there already."""
    english = str(error).removeprefix(f"{beside}: ")
    return in_both(error.chinese or strings.UNTRANSLATED.format(reason=english), english)
