"""Rejects input that is not a question about a text: empty, too long, control characters, small talk."""

from __future__ import annotations

import re

from qa import qa_messages
from qa.question.smalltalk import small_talk
from qa.reply import Rejected

# Control characters and lone surrogates. Line ends and tabs are allowed, because people paste them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def reject(question: str, *, longest: int) -> Rejected | None:
    """Return the rejection of a question; None for a valid question. `longest`: its length in characters, at most."""
    if not question.strip():
        return Rejected(question, qa_messages.EMPTY_QUESTION)
    if len(question) > longest:
        return Rejected(question, qa_messages.LONG_QUESTION.format(count=len(question), most=longest))
    if match := _CONTROL.search(question):
        place, code = match.start() + 1, f"U+{ord(match.group()):04X}"
        return Rejected(question, qa_messages.CONTROL_CHARACTER.format(place=place, code=code))
    if message := small_talk(question):
        return Rejected(question, message)
    return None
