"""Questions for a section by its number alone: 第三章写了什么？ "What does Article 9 say?"

Such a question wants that kind of section and no other: a document with the number 3 is no answer. Among several works
it means the section of each work that has one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, repeat

from corpus.grammar.enumerators import heading_enumerator
from corpus.text.normalise import normalised
from corpus.text.scripts import has_han
from index.chunks import Heading
from qa.question.counted_headings import PARTS, outermost
from qa.question.heading_labels import groups, member, work_of
from qa.question.section_numbers import BRACKETS, Mention, mentions, normalised_question
from qa.question.section_reference import (
    SectionReference,
    are_parted,
    may_be_called,
    named_works,
    names_work,
    places_in,
    rest_of,
)
from qa.question.text_request import asks_nothing_more
from qa.question.words import ENGLISH_STOP
from qa.question.work_names import titled_works

_CLAUSES = ("款", "点", "大点", "项", "point", "item")
"""What counts in any list or article. 第二条建议 does not: few lists are of that, and their words have to say so."""
_EACH = re.compile(r"各个?|每一?[份篇部本个]|\b(?:each|every|all)\b")
_OF = re.compile(r"\s*(?:of|in|from)\b")


@dataclass(frozen=True, slots=True)
class AskedSection:
    """A section that a question asks for by its number and nothing else: 消防条例第四章写了什么？"""

    question: str
    """The normalised question."""
    numbers: tuple[Mention, ...]
    """Its number, after those of the sections around it."""
    works: frozenset[int]
    """The works that are meant: all where it names none, none where no work has the name that it gives."""

    @property
    def span(self) -> tuple[int, int]:
        """Where its numbers stand in the normalised question."""
        return min(number.start for number in self.numbers), max(number.end for number in self.numbers)

    @property
    def words(self) -> list[str]:
        """The words that neither give a number nor ask what it says."""
        rest = self.question
        for number in self.numbers:
            rest = rest[: number.start] + " " * (number.end - number.start) + rest[number.end :]
        return _EACH.sub(" ", rest_of(rest, 0, 0)).split()


def asked_section(
    question: str, headings: Sequence[Heading], beside: SectionReference | None = None
) -> AskedSection | None:
    """Return the section that a question asks for by its number, whether a work has it or not; None if it asks more.

    The words around the number only ask for it, or name a work: 手册的第三章. `beside`: a section of the works that
    are meant where it names none.
    """
    read = normalised_question(question)
    numbers = tuple(mentions(read))
    if not numbers or not all(number.unit or number.kind in (*PARTS, *_CLAUSES, BRACKETS) for number in numbers):
        return None
    if numbers[0].kind == BRACKETS or any(map(are_parted, repeat(read), numbers, numbers[1:])):
        return None
    if beside:
        every = {work_of(headings, row) for row in beside.sections}
    else:
        every = {row for row, heading in enumerate(headings) if heading.level == 0}
    asked = AskedSection(read, numbers, frozenset(every))
    for word in asked.words:
        named = {row for row in asked.works if _may_name(word) and names_work(word, headings[row])}
        if named:
            asked = replace(asked, works=frozenset(named))
        elif not asks_nothing_more(word):
            return replace(asked, works=frozenset()) if _gives_a_name(asked) else None
    return replace(asked, works=frozenset(asked.works & named_works(headings, read) or asked.works))


def in_every_work(
    question: str, headings: Sequence[Heading], beside: SectionReference | None = None
) -> SectionReference | None:
    """Return the section that a question asks for by its number, in each of several works that has it.

    The works that it names, if it names some (手册的第三章), else all, or those of the sections `beside`. A part may be
    called otherwise if no work calls one so (三、 is the third); a chapter may not. None if there is no such section,
    or if the question asks for more.
    """
    asked = asked_section(question, headings, beside)
    if asked is None or sum(heading.level == 0 for heading in headings) < 2:
        return None
    if beside and not beside.alike:
        return None
    found = _rows_of(asked, headings)
    return SectionReference(found[0], "", alike=tuple(found[1:])) if found else None


def _rows_of(asked: AskedSection, headings: Sequence[Heading]) -> list[int]:
    """Return the section that is asked for, of each work that is meant and has it."""
    number = asked.numbers[-1]
    if len(asked.numbers) > 1 or (number.kind in _CLAUSES and not number.unit):
        numbers = asked.question[slice(*asked.span)]
        return [pointed.section for pointed in places_in(numbers, headings, asked.works) if not pointed.rest]
    inner = [group for group in groups(headings) if work_of(headings, group[0]) in asked.works]
    by_work = [list(own) for _, own in groupby(inner, key=lambda group: work_of(headings, group[0]))]
    called = [[row for group in own if _is_called(headings, group, number) for row in group] for own in by_work]
    if number.kind in PARTS and not any(called):
        called = [outermost(headings, own) for own in by_work]
    return [row for own in called if own and (row := member(headings, sorted(own), number.number)) is not None]


def missing_section(question: str, headings: Sequence[Heading]) -> AskedSection | None:
    """Return the section that a question points at and that no heading of the works meant has, by what is missing.

    Of 第九章第一条 that is 第九章 where there is none; else both, for another chapter may have such an article. A
    question for something in a section (第九章的罚款) points at one where the works count such sections.
    """
    asked = asked_section(question, headings)
    if asked is None:
        asked = _asked_within(normalised_question(question), headings)
    if asked is None or _rows_of(asked, headings):
        return None
    for number in asked.numbers[:-1]:
        if not places_in(asked.question[number.start : number.end], headings, asked.works):
            return replace(asked, numbers=(number,))
    return asked


def _asked_within(question: str, headings: Sequence[Heading]) -> AskedSection | None:
    """Return the section that a question about something in it names, if the works have sections called so."""
    number = next(iter(mentions(question)), None)
    if number is None or not number.unit:
        return None
    every = {row for row, heading in enumerate(headings) if heading.level == 0}
    works = titled_works(headings, question[: number.start]) or every
    called = (group for group in groups(headings) if work_of(headings, group[0]) in works)
    if not any(_is_called(headings, group, number) for group in called):
        return None
    return AskedSection(question, (number,), frozenset(works))


def _may_name(word: str) -> bool:
    return has_han(word) or word not in ENGLISH_STOP


def _gives_a_name(asked: AskedSection) -> bool:
    """Return whether the words around the numbers stand where a work is named: 消防法第四章, part 4 of the act."""
    start, end = asked.span
    if asked.numbers[0].is_english:
        before = rest_of(asked.question[:start], 0, 0)
        return bool(_OF.match(asked.question, end)) and all(map(asks_nothing_more, before.split()))
    return all(map(asks_nothing_more, rest_of(asked.question[end:], 0, 0).split()))


def _is_called(headings: Sequence[Heading], group: Sequence[int], number: Mention) -> bool:
    """Return whether the headings of a group are called as the question says: 第三编 is no 第三篇, but a Part 3."""
    mark = heading_enumerator(headings[group[0]].label)
    if mark is None or not number.unit or mark.unit != number.unit:
        return False
    label = normalised(headings[group[0]].label)
    if mark.unit == "annex":
        return may_be_called(label, number.kind)
    return mark.unit != "part" or number.kind in label or has_han(number.kind) != has_han(label)
