"""Parts of a citation for people that several forms use: editions, volumes, dates, titles of works."""

from __future__ import annotations

import re

from corpus.document import Date, Metadata, Section, SourcedValue
from corpus.text.title_marks import in_title_marks
from qa.citations.reference import bracket, one_line

_EDITION = re.compile(r"第?(\d+)\s*(?:版|(?:st|nd|rd|th)?(?:\s+ed(?:\.|ition)?)?)", re.IGNORECASE | re.ASCII)


def work_title(work: Section) -> str:
    """Return the work's title: in 《 》 if the source has it, in 〔 〕 if it is supplied."""
    return in_title_marks(work.label) if work.title_span else f"〔{work.label}〕"


def is_in_journal(metadata: Metadata) -> bool:
    """Return whether it is an article, or is in a publication with volumes or issues other than a newspaper."""
    counted = metadata.volume or metadata.issue
    return metadata.kind == "article" or bool(metadata.publication and counted and metadata.kind != "newspaper")


def counted(pattern: str, value: SourcedValue) -> str:
    """Return 第1卷 for 1; return other words (上册) unchanged."""
    text = one_line(value)
    return bracket(value, pattern.format(text) if text.isdecimal() else text)


def edition(metadata: Metadata, pattern: str) -> str:
    """Return 2版 for 2, 第2版 or 2nd edition; return other words unchanged. A first edition is left out."""
    if not metadata.edition:
        return ""
    text = one_line(metadata.edition)
    if match := _EDITION.fullmatch(text):
        number = int(match[1])
        if number == 1:
            return ""
        text = pattern.format(number if "版" in pattern else _ordinal(number))
    return bracket(metadata.edition, text)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def iso(date: Date | None) -> str:
    """Return 2021-09-17; empty for no date."""
    return bracket(date, str(date)) if date else ""


def year(date: Date | None) -> str:
    """Return 2021; empty for no date."""
    return bracket(date, str(date.year)) if date else ""
