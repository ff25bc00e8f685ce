"""Rejects what is no question about a text: empty, too long, control characters, marks alone, small talk."""

from __future__ import annotations

import re
import unicodedata

from corpus.text.normalise import compatible
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
    if not any(map(_is_of_words, compatible(question))):
        return Rejected(question, qa_messages.MARKS_ALONE)
    if message := small_talk(question):
        return Rejected(question, message)
    return None


def _is_of_words(character: str) -> bool:
    """Return whether a character may be of a word: a letter, a digit, one of an old font's own; no mark or emoji."""
    return unicodedata.category(character)[0] in "LN" or unicodedata.category(character) == "Co"
