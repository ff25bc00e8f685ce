"""Labels of headings: their numbers and names, matched with those that a question gives."""

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
    """The number of a section in a question."""

    numeral: str
    """The numeral in lower case; empty if the question counts from the end."""
    back: int = 0
    """1 for the last, 2 for the one before it; 0 if there is a numeral."""
    suffix: int = 0
    """1 in 第五条之一, 2 in Article 5 bis."""
    outer: str = ""
    """3 in 3.2."""

    @property
    def count(self) -> int | None:
        """The number as an integer; below 0 if it counts from the end."""
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
    """Return a heading's label without its number."""
    mark = heading_enumerator(label)
    words = label.strip()
    return normalised(words[mark.end :].lstrip(_AFTER_NUMBER) if mark else words).strip("*— 　")


def _bigrams(text: str) -> set[str]:
    text = re.sub(r"\W+", "", text)
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def contained(name: str, label: str) -> float:
    """Return the share of the name's character pairs that are in the label, 0 to 1."""
    wanted = _bigrams(name)
    return len(wanted & _bigrams(label)) / len(wanted)


def groups(headings: Sequence[Heading]) -> list[list[int]]:
    """Return the groups of subsections of one section that are numbered in the same style, in their order."""
    found: dict[tuple[int | None, str], list[int]] = {}
    for row, heading in enumerate(headings):
        if heading.level > 0:
            mark = heading_enumerator(heading.label)
            found.setdefault((heading.parent, mark.style if mark else ""), []).append(row)
    return list(found.values())


def member(headings: Sequence[Heading], group: Sequence[int], number: SectionNumber) -> int | None:
    """Return the section of a group with this number. In a group without numbers, count its sections."""
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
    """Return whether two headings have the same number."""
    a, b = heading_enumerator(one), heading_enumerator(other)
    return a is not None and b is not None and (a.number, a.suffix) == (b.number, b.suffix)


_Series = Literal["letter", "roman", "stem", ""]


def _series(marks: Sequence[Enumerator]) -> _Series:
    """Return whether ambiguous numerals are Roman numerals or letters: for a C, its neighbours decide."""
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
    """Return how far numbers deviate from consecutive ones: 0 for 1, 2, 3."""
    return sum(abs((after or 0) - (before or 0) - 1) for before, after in pairwise(values))


def _value_in(numeral: str, series: _Series, *, is_annex: bool) -> int | None:
    """Return the value of a question's numeral in a series; None if it cannot belong to the series.

    B is 2 in A, B, C and in 甲, 乙, 丙, and has no value in I, II, III. Annex B may be 附件二.
    """
    if numeral in STEMS or numeral in BRANCHES:
        return read_numeral(numeral) if series in ("stem", "letter") else None
    if not (len(numeral) == 1 and numeral.isascii() and numeral.isalpha()):
        return read_numeral(numeral, prefer="roman")
    if series in ("letter", "stem"):
        return letter_value(numeral)
    return roman_value(numeral) or (letter_value(numeral) if is_annex and not series else None)
