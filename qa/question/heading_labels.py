"""The sections of an index as a question may count or name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from corpus.grammar.enumerators import Enumerator, heading_enumerator
from corpus.text.normalise import normalised
from corpus.text.numerals import BRANCHES, STEMS, letter_value, read_numeral, roman_value
from index.chunks import Heading

_AFTER_NUMBER = " \t\u3000,，、:：.．。*—"


@dataclass(frozen=True, slots=True)
class SectionNumber:
    """The number of a section, as a question gives it."""

    numeral: str
    """In lower case; empty where it counts from the end."""
    back: int = 0
    """1 for the last, 2 for the one before it; 0 where there is a numeral."""
    suffix: int = 0
    """1 of 第五条之一, 2 of Article 5 bis."""
    outer: str = ""
    """3 of 3.2."""

    @property
    def count(self) -> int | None:
        """Return it as a number, below 0 from the end."""
        return -self.back if self.back else read_numeral(self.numeral)


def work_of(headings: Sequence[Heading], row: int) -> int:
    while (parent := headings[row].parent) is not None:
        row = parent
    return row


def ordinal(label: str) -> int | None:
    """Return the number of a heading: 三、安全领域 → 3, 第二，走安危共担之路 → 2, Article IV → 4."""
    mark = heading_enumerator(label)
    return mark.number if mark else None


def bare(label: str) -> str:
    """Return the heading without its number."""
    mark = heading_enumerator(label)
    words = label.strip()
    return normalised(words[mark.end :].lstrip(_AFTER_NUMBER) if mark else words).strip("*— 　")


def _bigrams(text: str) -> set[str]:
    text = re.sub(r"\W+", "", text)
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def contained(name: str, label: str) -> float:
    """Return the share of the name's character pairs that the label has, 0 to 1."""
    wanted = _bigrams(name)
    return len(wanted & _bigrams(label)) / len(wanted)


def groups(headings: Sequence[Heading]) -> list[list[int]]:
    """Return the sections of each section that count in the same way, in their order."""
    found: dict[tuple[int | None, str], list[int]] = {}
    for row, heading in enumerate(headings):
        if heading.level > 0:
            mark = heading_enumerator(heading.label)
            found.setdefault((heading.parent, mark.style if mark else ""), []).append(row)
    return list(found.values())


def member(headings: Sequence[Heading], group: Sequence[int], number: SectionNumber) -> int | None:
    """Return the section of a group that has a number, or that is counted so where they have none."""
    if number.back:
        return group[-number.back] if number.back <= len(group) else None
    marks = [mark for row in group if (mark := heading_enumerator(headings[row].label))]
    if not marks:
        count = number.count or 0
        return group[count - 1] if 0 < count <= len(group) and not number.suffix and not number.outer else None
    series = _series(marks)
    wanted = _value_in(number.numeral, series, is_annex=marks[0].unit == "annex")
    if wanted is None:
        return None
    for row, mark in zip(group, marks, strict=True):
        value = read_numeral(mark.numeral, prefer=series) if series in ("letter", "roman") else mark.number
        if value == wanted and mark.suffix == number.suffix and number.outer in ("", mark.outer):
            return row
    return None


def same_number(one: str, other: str) -> bool:
    """Whether two headings have the same number."""
    a, b = heading_enumerator(one), heading_enumerator(other)
    return a is not None and b is not None and (a.number, a.suffix) == (b.number, b.suffix)


_Series = Literal["letter", "roman", "stem", ""]


def _series(marks: Sequence[Enumerator]) -> _Series:
    """Return how numbers count that could be Roman numerals or letters: the neighbours of a C decide."""
    numerals = [mark.numeral for mark in marks]
    if all(numeral in STEMS or numeral in BRANCHES for numeral in numerals):
        return "stem"
    if not all(numeral.isascii() and numeral.isalpha() for numeral in numerals) or any(
        read_numeral(numeral, prefer="roman") is None for numeral in numerals
    ):
        return ""
    letters = [letter_value(numeral) for numeral in numerals]
    romans = [roman_value(numeral) for numeral in numerals]
    if None in letters:
        return "" if None in romans else "roman"
    if None in romans or marks[0].style in ("A.", "(a)"):
        return "letter"
    if len(marks) == 1:
        return "roman" if marks[0].number == romans[0] else "letter"
    return "roman" if _steps(romans) <= _steps(letters) else "letter"


def _steps(values: Sequence[int | None]) -> int:
    """Return how far numbers are from following each other."""
    return sum(abs((after or 0) - (before or 0) - 1) for before, after in pairwise(values))


def _value_in(numeral: str, series: _Series, *, is_annex: bool) -> int | None:
    """Return what a numeral of a question is in a series; None where it cannot be of it.

    B is 2 among letters and among 甲, 乙, 丙, but none of I, II, III; Annex B may be 附件二.
    """
    if numeral in STEMS or numeral in BRANCHES:
        return read_numeral(numeral) if series in ("stem", "letter") else None
    if not (len(numeral) == 1 and numeral.isascii() and numeral.isalpha()):
        return read_numeral(numeral, prefer="roman")
    if series in ("letter", "stem"):
        return letter_value(numeral)
    return roman_value(numeral) or (letter_value(numeral) if is_annex and not series else None)
