"""Questions for several sections at once: 第一条和第三条写了什么？ 第二、三章, 第四条至第六条, "Articles 4 to 6"."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.text.numerals import HAN_NUMERAL
from qa.qa_settings import ANSWERS
from qa.question.section_numbers import EN_KINDS, PARAGRAPHS, Mention, mentions, normalised_question

_TO = r"到|至|~|—|–|\bto\b|\bthrough\b"
_JOINS = re.compile(rf"\s*(?:(?P<to>{_TO})|[、,和与及跟或]|以及|,?\s*\b(?:and|or)\b)\s*(?:the\s+)?")
_SHORT = re.compile(
    rf"第\s*(?P<first>{HAN_NUMERAL})(?P<more>(?:\s*(?:[、,和与及至到~])\s*(?:{HAN_NUMERAL}))+)\s*(?P<kind>条|章|节|部分|编|篇|点|项)"
)
_SHORT_ENGLISH = re.compile(
    rf"\b(?P<kind>{EN_KINDS})(?:s|es)\s+(?P<first>\d+)(?P<more>(?:\s*(?:,|,?\s*\band\b|\bor\b|{_TO}|-)\s*\d+)+)"
)


def each_section(question: str) -> list[str]:
    """Return a question for each of the sections that a question asks for; none where it asks for one, or for none.

    Sections from one number to another are all that lie between; no more than are shown, `ANSWERS.placed`.
    """
    read = _SHORT_ENGLISH.sub(_in_full, _SHORT.sub(_in_full, normalised_question(question)))
    numbers = sorted(mentions(read), key=lambda number: number.start)
    if len(numbers) < 2 or len({number.unit or number.kind for number in numbers}) > 1:
        return []
    if any(number.kind in PARAGRAPHS or number.number.count is None for number in numbers):
        return []
    joins = [_JOINS.fullmatch(read, one.end, other.start) for one, other in pairwise(numbers)]
    if not all(joins):
        return []
    written = [read[numbers[0].start : numbers[0].end]]
    for (one, other), join in zip(pairwise(numbers), joins, strict=True):
        if join and join["to"]:
            written += _between(one, other)
        written.append(read[other.start : other.end])
    before, after = read[: numbers[0].start], read[numbers[-1].end :]
    return [before + one + after for one in [*dict.fromkeys(written)][: ANSWERS.placed]]


def _between(one: Mention, other: Mention) -> list[str]:
    """Return the sections between two, as they are written."""
    first, last = one.number.count, other.number.count
    if first is None or last is None or first < 1:
        return []
    numbers = range(first + 1, min(last, first + 1 + ANSWERS.placed))
    return [f"{one.kind} {number}" if one.is_english else f"第{number}{one.kind}" for number in numbers]


def _in_full(match: re.Match[str]) -> str:
    """Return 第二、三章 as 第二章、第三章, and articles 4 to 6 as article 4 to article 6."""
    kind, is_chinese = match["kind"], match[0].startswith("第")
    form = f"第{{}}{kind}" if is_chinese else f"{kind} {{}}"
    more = re.sub(HAN_NUMERAL, lambda number: form.format(number[0]), match["more"])
    return form.format(match["first"]) + (more if is_chinese else more.replace("-", " to "))
