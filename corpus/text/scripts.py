"""Scripts: the definition of a Chinese character, and the script of a text."""

from __future__ import annotations

import re

IDEOGRAPHS = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""Chinese characters, for use inside a character class: 々, 〇, the first block, Extensions A and those in planes 2
and 3 (present ones and those to come), and compatibility ideographs."""
HAN = re.compile(f"[{IDEOGRAPHS}]")
"""One Chinese character."""
_RARE = re.compile("[\u3400-\u4dbf\u9fa6-\u9fff\U00020000-\U0003fffd]")
_HAN_RUN = re.compile(f"[{IDEOGRAPHS}]+")
WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
"""Characters that no blank separates from their neighbours, for use inside a character class: ideographs, kana,
full-width punctuation."""
_WIDE = re.compile(f"[{WIDE}“”‘’—…·①-⒛]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def has_han(text: str) -> bool:
    """Return whether a text has a Chinese character."""
    return bool(HAN.search(text))


def has_rare(text: str) -> bool:
    """Return whether a text has a Chinese character of the extensions, which dictionaries and models often lack."""
    return bool(_RARE.search(text))


def han_count(text: str) -> int:
    """Return how many Chinese characters a text has."""
    # Not by findall, which would make a list of all characters.
    return sum(match.end() - match.start() for match in _HAN_RUN.finditer(text))


def has_wide(text: str) -> bool:
    """Return whether a text has a character that no blank separates from its neighbours (Chinese or full-width)."""
    return bool(_WIDE.search(text))


def has_kana_or_hangul(text: str) -> bool:
    """Return whether a text has a character that only Japanese or Korean uses."""
    return bool(_KANA_OR_HANGUL.search(text))


def is_mostly_han(text: str) -> bool:
    """Return whether more than half of the letters of a text are Chinese characters."""
    return han_count(text) * 2 > sum(map(str.isalpha, text))
