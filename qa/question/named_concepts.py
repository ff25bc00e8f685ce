"""Named concepts of an English question in the words of a Chinese text: the Shanghai Spirit is 上海精神.

The dictionary has the two wordings, and not what they mean together; that a text has their Chinese side by side tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.text.scripts import has_han
from qa.question.asked_words import all_titled, chinese_wordings
from qa.question.dictionary import translations
from qa.question.words import ENGLISH_STOP

_NAMED = re.compile(r"[“\"](?P<quoted>[A-Za-z][\w’' -]+)[”\"]|\b(?P<titled>[A-Z][a-z]+(?:[ -][A-Z][a-z]+)+)\b")


def in_words_of_texts(question: str, contains: Callable[[str], bool]) -> str:
    """Return an English question in which named concepts of two wordings are as a text has them in Chinese.

    `contains` returns whether a passage has a word. Blanks fill what is shorter, so that all offsets stay true.
    """
    if has_han(question) or all_titled(question):
        return question

    def chinese(match: re.Match[str]) -> str:
        name = match["quoted"] or match["titled"]
        while name.partition(" ")[0].lower() in ENGLISH_STOP:  # Is, What, The: the first word of a sentence
            name = name.partition(" ")[2]
        found = _compounds(name)
        there = next((one for one in found if len(one) <= len(name) and contains(one)), None)
        return match[0] if there is None else match[0].replace(name, there.ljust(len(name)))

    return _NAMED.sub(chinese, question)


def _compounds(name: str) -> list[str]:
    """Return what a name of two wordings may be in Chinese, the shortest first; nothing for any other name."""
    wordings = translations(name)
    if len(wordings) != 2:
        return []
    first, second = (sorted(chinese_wordings(one.english) | one.chinese) for one in wordings)
    return sorted((before + after for before in first for after in second), key=len)
