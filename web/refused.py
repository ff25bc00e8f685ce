"""What the page is told where it asks for something that cannot be had: one sentence, in both languages."""

from __future__ import annotations

from corpus.errors import QAError
from web.markup import both
from web.words import Phrase


class Refused(QAError):
    """Not there, or not to be had."""

    def __init__(self, phrase: Phrase, **values: object) -> None:
        super().__init__(phrase.en.format(**values))
        self.html = both(phrase, **values)
