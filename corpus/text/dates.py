"""Reads dates as texts write them: 2021年9月17日, 二〇二一年九月十七日, ２０２１年, 2021-09-17, 17 September 2021.

Title blocks, supplied metadata, signatures and questions all use this grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.text.numerals import read_numeral

DATE_DIGITS = "零〇○一二三四五六七八九十廿卅"
"""The Chinese numerals of years, months and days, for use inside a character class."""
YEAR = "[0-9０-９]{4}|[〇零○一二三四五六七八九]{4}"
_NUMBER = "[0-9０-９]{1,2}|[一二三四五六七八九十廿卅]{1,3}"
_MONTH_PART = rf"\s*(?P<month>{_NUMBER})\s*月"
_DAY_PART = rf"\s*(?P<day>{_NUMBER})\s*日"
DAY = rf"(?P<year>{YEAR})\s*年{_MONTH_PART}{_DAY_PART}"
"""A pattern of a whole date in Chinese; its groups are `year`, `month` and `day`."""
MONTH = rf"(?P<year>{YEAR})\s*年{_MONTH_PART}(?:{_DAY_PART})?"
"""A pattern of a date in Chinese that may lack the day."""
DATE = rf"(?P<year>{YEAR})\s*年(?:{_MONTH_PART}(?:{_DAY_PART})?)?"
"""A pattern of a date in Chinese that may lack the day, or the month and the day."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DAY_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_PATTERNS = (
    re.compile(rf"(?<![0-9０-９])(?:{DATE})"),
    re.compile(
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-－/.])(?P<month>0?[1-9]|1[0-2]|[０-９]{2})"
        r"(?:(?P=mark)(?P<day>\d{1,2}))?(?!\d)"
    ),
    re.compile(rf"(?i)\b{_DAY_NUMBER}\s+(?:of\s+)?{_MONTH_NAME},?\s+(?P<year>\d{{4}})\b"),
    re.compile(rf"(?i)\b{_MONTH_NAME}\s+{_DAY_NUMBER},?\s+(?P<year>\d{{4}})\b"),
    re.compile(rf"(?i)\b{_MONTH_NAME},?\s+(?P<year>\d{{4}})\b"),
    re.compile(r"(?<![0-9０-９])(?P<year>[0-9０-９]{4})(?![0-9０-９])"),
)

_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in a text, at [start, end). The calendar may not have such a day."""

    year: int
    month: int | None
    day: int | None
    start: int
    end: int


def find_written(text: str) -> WrittenDate | None:
    """Return the first date in a text, or None. A Chinese date is preferred to others, and a year alone comes last."""
    found = (pattern.search(text) for pattern in _PATTERNS)
    return next((of_match(match) for match in found if match), None)


def read_iso(text: str) -> WrittenDate | None:
    """Return the date written as 2021-09-17, 2021-09 or 2021, the forms of editions and of the page; else None."""
    match = _ISO.fullmatch(text)
    return of_match(match) if match else None


def read_written(text: str) -> WrittenDate | None:
    """Return the date that the whole text is, or None."""
    found = (pattern.fullmatch(text.strip()) for pattern in _PATTERNS)
    return next((of_match(match) for match in found if match), None)


def of_match(match: re.Match[str]) -> WrittenDate:
    """Return the date of a match of one of these patterns."""
    groups = match.groupdict()
    # 2021-00-00 and 2021年0月 say no more than the year.
    month = _month(groups["month"]) or None if groups.get("month") else None
    day = read_numeral(groups["day"]) or None if month and groups.get("day") else None
    start = min(match.start(name) for name in ("year", "month", "day") if groups.get(name))
    return WrittenDate(
        read_numeral(groups["year"]) or 0,
        month,
        day,
        start,
        match.end(),
    )


def _month(written: str) -> int | None:
    if not written.isascii() or not written[0].isalpha():
        return read_numeral(written)
    return _MONTHS.index(written[:3].lower()) + 1
