"""Chinese names for those in an English question, and acronyms written out. They are used for matching, never shown.

The encoder does not know that Shaanxi is 陕西, or what SCO stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel import Locale

from corpus.text.scripts import has_han


@cache
def _names() -> dict[str, str]:
    """Return Chinese names by English ones in lower case: countries (Unicode CLDR) and `data/english_names.txt`."""
    english, chinese = Locale("en").territories, Locale("zh").territories
    found = {
        name.lower(): chinese[code]
        for code, name in english.items()
        if code.isalpha() and len(code) == 2 and code in chinese
    }
    lines = (Path(__file__).parent / "data" / "english_names.txt").read_text(encoding="utf-8").splitlines()
    return found | dict(line.split("\t") for line in lines)


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, _names()), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(longest_first)})\b", re.IGNORECASE)


def glosses(question: str) -> list[tuple[str, str]]:
    """Return (English, Chinese) for each name in an English question; nothing for a question in Chinese."""
    if has_han(question):
        return []
    return [(match[0], _names()[match[0].lower()]) for match in _pattern().finditer(question)]


def chinese_name(english: str) -> str | None:
    """Return the Chinese name for an English one; None if it is not known."""
    return _names().get(english.lower())


_ACRONYMS = {
    "SCO": "Shanghai Cooperation Organization",
    "UN": "United Nations",
    "NATO": "North Atlantic Treaty Organization",
    "EU": "European Union",
    "WTO": "World Trade Organization",
    "WHO": "World Health Organization",
    "IMF": "International Monetary Fund",
    "IAEA": "International Atomic Energy Agency",
    "ASEAN": "Association of Southeast Asian Nations",
    "APEC": "Asia-Pacific Economic Cooperation",
    "OPEC": "Organization of the Petroleum Exporting Countries",
    "CIS": "Commonwealth of Independent States",
    "EAEU": "Eurasian Economic Union",
    "BRICS": "BRICS countries",
    "PRC": "People's Republic of China",
    "CPC": "Communist Party of China",
    "NPC": "National People's Congress",
    "CPPCC": "Chinese People's Political Consultative Conference",
    "GDP": "gross domestic product",
    "BRI": "Belt and Road Initiative",
    "R&D": "research and development",
    "SOE": "state-owned enterprise",
    "NPT": "Non-Proliferation Treaty",
    "UNSC": "United Nations Security Council",
    "RATS": "Regional Anti-Terrorist Structure",
}
_ACRONYM = re.compile(r"\b(" + "|".join(map(re.escape, _ACRONYMS)) + r")\b")


def written_out(acronym: str) -> str | None:
    """Return what an acronym stands for; None if it is not known."""
    return _ACRONYMS.get(acronym)


def spelt_out(question: str, contains: Callable[[str], bool]) -> str:
    """Return an English question in which acronyms that no text contains are written out.

    `contains` returns whether a lower-case word occurs in the texts.
    """
    if has_han(question):
        return question
    return _ACRONYM.sub(lambda match: match[0] if contains(match[0].lower()) else _ACRONYMS[match[0]], question)
