"""Finds the headings that a question counts: 几点建议, 分几章, "how many articles"; none where they cannot tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from corpus.grammar.enumerators import ENCLOSED_STYLES, UNITS, heading_enumerator
from corpus.text.normalise import normalised
from corpus.text.numerals import ENGLISH_CARDINAL, HAN_NUMERAL, read_numeral
from index.chunks import Heading
from qa.question.dictionary import translations
from qa.question.heading_labels import bare, groups, work_of

PARTS = ("部分", "部份", "大部分", "章节", "板块", "part", "section")
"""Words that people use for the outermost headings, whatever these are called."""
_INNER = ("小节", "节", "部分", "方面", "点", "条", "项", "款", "subsection", "section", "part", "point", "item")
"""Words for the headings inside a section."""
_AFTER_A_SENTENCE = re.compile(r"[。!?;]|\.\s")


def counted_headings(
    noun: str, unit: str, headings: Sequence[Heading], works: Collection[int], inside: int | None = None
) -> list[int]:
    """Return the headings that a noun or a unit counts, in the order of the text; empty where it cannot be told.

    `works`: the works that are meant. `inside`: the section whose own headings are meant. They have to be numbered
    from 1 without a gap, or their number has to stand before them: else the parser may have missed one.
    """
    word = _singular(noun or unit)
    if inside is not None:
        found = [group for group in groups(headings) if headings[group[0]].parent == inside]
        return found[0] if len(found) == 1 and word in _INNER and _is_whole(headings, found[0]) else []
    inner = [group for group in groups(headings) if work_of(headings, group[0]) in works]
    if word in UNITS or word in PARTS:
        numbered = _numbered(headings, UNITS.get(word, "chapter"), works)
        return numbered or (outermost(headings, inner) if word in PARTS else [])
    nouns = _wordings(word)
    found = [group for group in inner if _are_called(headings, group, nouns)]
    return found[0] if len(found) == 1 else []


def _singular(noun: str) -> str:
    word = noun.strip()
    if not word.isascii():
        return word
    return re.sub(r"(?<=[a-z]{3})(?:(?<=x)es|(?<=s)es|s)$", "", re.sub(r"ies$", "y", word))


def _wordings(noun: str) -> frozenset[str]:
    """Return the noun and its Chinese translations."""
    return frozenset([noun]).union(*(translation.chinese for translation in translations(noun)))


def _numbered(headings: Sequence[Heading], unit: str, works: Collection[int]) -> list[int]:
    """Return the headings with a unit (第一条, Article 1) in the only work that has some; empty if one is missing."""
    rows = [
        row
        for row, heading in enumerate(headings)
        if (mark := heading_enumerator(heading.label)) and mark.unit == unit and work_of(headings, row) in works
    ]
    by_work = [list(group) for _, group in groupby(rows, key=lambda row: work_of(headings, row))]
    return by_work[0] if len(by_work) == 1 and _counts_up(headings, by_work[0]) else []


def outermost(headings: Sequence[Heading], inner: Iterable[list[int]]) -> list[int]:
    """Return the outermost headings of the only work that has some in a series of its own."""
    outer = [group for group in inner if headings[group[0]].level == 1]
    plain = [
        group for group in outer if (mark := heading_enumerator(headings[group[0]].label)) and _is_plain(mark.style)
    ]
    found = [group for group in plain or outer if len(group) > 1]
    return found[0] if len(found) == 1 and (plain or len(outer) == 1) and _is_whole(headings, found[0]) else []


def _is_plain(style: str) -> bool:
    return style not in (*ENCLOSED_STYLES, "第一,", "一是")


def _is_whole(headings: Sequence[Heading], group: Sequence[int]) -> bool:
    """Return whether no heading of a group is missing, as far as their numbers show."""
    return _counts_up(headings, group) or all(heading_enumerator(headings[row].label) is None for row in group)


def _counts_up(headings: Sequence[Heading], group: Sequence[int]) -> bool:
    """Return whether the numbers of some headings go from 1 upwards without a gap; 第三条之一 may follow 第三条."""
    last = 0
    for row in group:
        mark = heading_enumerator(headings[row].label)
        if mark is None or mark.number != last + (0 if mark.suffix else 1):
            return False
        last = mark.number
    return bool(group)


def _are_called(headings: Sequence[Heading], group: Sequence[int], nouns: Collection[str]) -> bool:
    """Return whether some headings are called so: by themselves, by the heading above or the words just before."""
    first = headings[group[0]]
    if len(group) > 1 and all(normalised(headings[row].label).startswith(tuple(nouns)) for row in group):
        return True
    mark = heading_enumerator(first.label)
    if mark and mark.unit:
        return False  # 第一条 under 申请条件 is no condition
    above = bare(headings[first.parent].label) if first.parent is not None and headings[first.parent].level else ""
    if above and any(above.endswith(noun) or _singular(above.rpartition(" ")[2]) == noun for noun in nouns):
        return _is_whole(headings, group)
    stated = _announced(first.before, nouns)
    if stated is None:
        return False
    return stated == len(group) if stated else _counts_up(headings, group)


def _announced(before: str, nouns: Collection[str]) -> int | None:
    """Return the number in the words before a list: 5 in 提出五点建议：, 0 for 以下建议; None without the noun."""
    pieces = [piece for piece in _AFTER_A_SENTENCE.split(normalised(before)) if piece.strip()]
    last = pieces[-1].strip() if pieces else ""
    for noun in nouns:
        if noun.isascii():
            pattern = (
                rf"\b(?:following|these|the|(?P<number>{ENGLISH_CARDINAL}|\d+)) (?:\w+ ){{0,3}}{re.escape(noun)}s?\b"
            )
        else:
            of = rf"(?:以下|如下|下列|下面|这)?(?P<number>{HAN_NUMERAL})?\s?(?:几)?(?:个|条|点|项|大)?(?:方面)?(?:的)?"
            opens = rf"(?=以下|如下|下列|下面|这|几|{HAN_NUMERAL}[个条点项大])"
            pattern = rf"(?:{opens}{of}[^,]{{0,4}}?{noun}|{noun}(?:如下|是|为)?:?$)"
        if match := re.search(pattern, last):
            return (read_numeral(match["number"]) or 0) if match["number"] else 0
    return None
