"""Tells editions of one work apart by what a question says of one: its year, its number, its version, its status.

第58号令第二条, 2015年修正的…法, 合同v2.1, 现行的办法, 旧版. What a work says of itself is in its title, its title block
and the name of its document.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from corpus.text.edition_marks import Mark, marks
from corpus.text.normalise import normalised
from corpus.text.scripts import IDEOGRAPHS
from index.chunks import Heading
from qa.question.asked_years import CHINESE_WORK, ENGLISH_WORK, asked_years
from qa.question.work_names import title_words

_CURRENT = re.compile(
    rf"现行|新版|最新版|新修[订正改]|最新的?[^,。?!的]{{0,10}}?{CHINESE_WORK}"
    rf"|\b(?:current|latest|newest){ENGLISH_WORK}|\bin force\b"
)
_FORMER = re.compile(
    rf"旧版|老版|旧的?[^,。?!的]{{0,10}}?{CHINESE_WORK}|已(?:经|被)?(?:废止|失效)的|修[订正改]之?以?前的?|废止之?以?前"
    rf"|\b(?:old|former|previous|repealed|superseded){ENGLISH_WORK}"
)
_ENDED = re.compile(r"废止|失效|作废|\b(?:repealed|superseded|obsolete)\b")
_IN_FORCE = re.compile(r"现行|\bin force\b")
_NOT_TITLE = re.compile(rf"[(\[〔<].*?[)\]〕>]|(?<![a-z])v(?=\d)|\d+\s?年?度?(?:修[正订]|第?版)?|[^a-z{IDEOGRAPHS}]")
"""What distinguishes titles of editions of one work, in brackets or digits."""


def names_edition(question: str) -> bool:
    """Return whether a question may name an edition. It tells without a look at the works."""
    return bool(marks(question)) or any(pattern.search(normalised(question)) for pattern in (_CURRENT, _FORMER))


def named_editions(question: str, headings: Sequence[Heading], works: Collection[int], *, any_year: bool) -> set[int]:
    """Return those of some works that are the edition that the question names; all of them if it names none.

    `works`: places in `headings`. `any_year`: each year in the question may be that of the edition, and not only one
    that names a work.
    """
    asked = marks(question)
    if not any_year:
        years = asked_years(question).works
        asked = frozenset(mark for mark in asked if mark[0] != "year" or int(mark[1]) in years)
    held = {row: _agreement(asked, marks(title_words(headings, row))) for row in works} if asked else {}
    most = max(held.values(), default=0.0)
    named = {row for row, count in held.items() if count == most} if most else set(works)
    text = normalised(question)
    current, former = bool(_CURRENT.search(text)), bool(_FORMER.search(text))
    return named if current == former else _of_status(headings, named, current=current)


def _agreement(asked: frozenset[Mark], own: frozenset[Mark]) -> float:
    """Return how many of the asked marks a work has, and a little more the fewer years its last one is after those.

    A later edition names the years of the earlier ones, too.
    """
    shared = asked & own
    years = [int(value) for kind, value in shared if kind == "year"]
    newest = max((int(value) for kind, value in own if kind == "year"), default=0)
    return len(shared) + (1 / (2 + newest - max(years)) if years else 0.0)


def without_status(words: str) -> str:
    """Return some words without those for the status of an edition: 修正前的条例 is called 条例."""
    return _FORMER.sub(" ", _CURRENT.sub(" ", words))


def edition_title(work: Heading) -> str:
    """Return what the titles of all editions of a work have in common."""
    return _NOT_TITLE.sub("", normalised(work.label))


def _of_status(headings: Sequence[Heading], works: Collection[int], *, current: bool) -> set[int]:
    """Return the works without the former editions of any of them, or without the current ones."""
    editions: dict[str, list[int]] = {}
    for row in works:
        editions.setdefault(edition_title(headings[row]), []).append(row)
    found = set[int]()
    for rows in editions.values():
        orders = {row: _order(title_words(headings, row)) for row in rows}
        newest = max(orders.values())
        newer = {row for row in rows if orders[row] == newest}
        found |= newer if current or len(newer) == len(rows) else set(rows) - newer
    return found


def _order(words: str) -> tuple[bool, bool, int, tuple[int, ...]]:
    """Return what is greater for a later edition: in force, year, version. `words`: its title words."""
    text = normalised(words)
    own = marks(words)
    years = [int(value) for kind, value in own if kind == "year"]
    versions = [tuple(map(int, value.split("."))) for kind, value in own if kind == "version"]
    return not _ENDED.search(text), bool(_IN_FORCE.search(text)), max(years, default=0), max(versions, default=())
