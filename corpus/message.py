"""Messages of the program to a person, in Chinese and in English.

Each package has its messages in one table beside its code: `corpus/corpus_messages.py`, `index/index_messages.py`,
`qa/qa_messages.py`, `web/strings.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in both languages, or a template with fields in braces: `{count} pages`."""

    zh: str
    en: str

    @property
    def bilingual(self) -> str:
        """Both languages on one line, for output without a choice of language."""
        return self.zh + ("" if self.zh.endswith(("。", "）")) else " ") + self.en

    def in_language(self, language: str) -> str:
        """Return the message in English for `en`, else in Chinese."""
        return self.en if language == "en" else self.zh

    def format(self, **values: object) -> Message:
        """Return the message with its fields filled in.

        A value that is itself a message is filled in by language. Braces in values stay as they are. Raises KeyError
        for a field without a value.
        """
        return Message(
            zh=self.zh.format_map({name: _of(value, "zh") for name, value in values.items()}),
            en=self.en.format_map({name: _of(value, "en") for name, value in values.items()}),
        )


def _of(value: object, language: str) -> object:
    return getattr(value, language) if isinstance(value, Message) else value
