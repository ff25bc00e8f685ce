"""Words of a question that the text never mentions: 货币 in 哈萨克斯坦的货币叫什么？"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.normalise import HAN, normalised, numbers
from qa.words import Word, content_words

_NAMES = ("ns", "nrt", "nt", "nr", "nz", "nrfg")
_ATTRIBUTE = re.compile(r"^(?:是|叫|为|有|在|由|怎么|如何|为什么|什么|多少|哪|何时|定在|设在|分别)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_VERY_COMMON = frozenset(["第一", "第二", "第三"])


@dataclass(frozen=True, slots=True)
class Missing:
    text: str
    """As the user wrote it."""
    is_name: bool
    """A name of a place, person or body, or a year: hardly ever a paraphrase."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A word counts as mentioned where its best late-interaction match in the text reaches its bar."""

    name: float = 0.55
    attribute: float = 0.70
    """For the noun that is asked for: X的Y是多少."""
    long: float = 0.52
    """For a word of four characters or more."""
    other: float = 0.46


BARS = Bars()


class Text:
    """All that an index holds, as far as words are concerned."""

    def __init__(self, text: str) -> None:
        """`text`: its passages, normalised, one a line."""
        self.normalised = text
        self._numbers = {(value, text[end : end + 1]) for _, end, value in numbers(text)}
        self._values = {value for value, _ in self._numbers}

    def missing_words(self, question: str, match: Callable[[Word], float]) -> list[Missing]:
        """Return the question's content words that the text neither spells nor means.

        `match` gives a word's best late-interaction match among the passages, -1 to 1. English words are not judged
        against a Chinese text, but for the names that `gloss` knows: others match too badly across scripts.
        """
        found = list(self._missing_numbers(question))
        content = content_words(question)
        anchored = any(normalised(word.text) in self.normalised for word in content)
        for word in content:
            spelt = normalised(word.text)
            if word.kind in ("en", "num", "eng") or spelt in self.normalised or not HAN.search(spelt):
                continue
            if spelt in _VERY_COMMON or spelt[0].isdigit():
                continue
            is_name = word.kind in _NAMES
            is_attribute = bool(_ATTRIBUTE.match(normalised(question[word.end :].lstrip("的 ”」》"))))
            if is_name:
                bar = BARS.name
            elif is_attribute:
                bar = BARS.attribute
            else:
                bar = BARS.long if len(spelt) >= 4 else BARS.other
            if (is_name or is_attribute or anchored) and match(word) < bar:
                found.append(Missing(word.text, word.kind in ("ns", "nrt", "nt")))
        return found

    def _missing_numbers(self, question: str) -> Iterator[Missing]:
        """Yield years, and numbered things (第五次), that the text does not have."""
        asked = normalised(question)
        # Folding keeps the length but for the likes of ㋀.
        written = question if len(question) == len(asked) else asked
        for start, end, value in numbers(asked):
            unit = asked[end : end + 1]
            if unit == "年" and len(value) == 4 and value not in self._values:
                yield Missing(written[start : end + 1], True)
            elif not HAN.search(asked) and _YEAR.fullmatch(asked[start:end]) and value not in self._values:
                yield Missing(written[start:end], True)
            is_numbered = asked[start - 1 : start] == "第" and unit and unit in "期届次号条章回卷版"
            if is_numbered and (value, unit) not in self._numbers:
                yield Missing(written[start - 1 : end + 1], True)
