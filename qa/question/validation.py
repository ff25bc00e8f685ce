"""What is no question to a text: nothing, too much, control characters, a greeting."""

from __future__ import annotations

import re

from qa.question.smalltalk import small_talk
from qa.reply import Rejected

# What no keyboard types into a question, and what cannot be written as UTF-8. Line ends and tabs are pasted in.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def reject(question: str, *, longest: int) -> Rejected | None:
    """Return why a question cannot be asked and what to do; None if it can. `longest`: characters, at most."""
    if not question.strip():
        return Rejected(question, "问题是空的，请输入一个问题。", "The question is empty: type one.")
    if len(question) > longest:
        return Rejected(
            question,
            f"问题有 {len(question)} 个字符，最多 {longest} 个，请缩短后再问。",
            f"The question has {len(question)} characters, more than {longest}: shorten it.",
        )
    if match := _CONTROL.search(question):
        place, code = match.start() + 1, f"U+{ord(match.group()):04X}"
        return Rejected(
            question,
            f"问题的第 {place} 个字符是控制字符（{code}），请删去后再问。",
            f"Character {place} of the question is a control character ({code}): delete it.",
        )
    if words := small_talk(question):
        return Rejected(question, *words)
    return None
