"""Questions for a section by its number alone: 第三章写了什么？ "What does Article 9 say?"

Such a question wants that kind of section and no other: a document with the number 3 is no answer. Among several works
it means the section of each work that has one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from corpus.grammar.enumerators import heading_enumerator
from corpus.text.normalise import normalised
from corpus.text.scripts import has_han
from index.chunks import Heading
from qa.question.counted_headings import PARTS, outermost
from qa.question.heading_labels import groups, member, work_of
from qa.question.section_numbers import Mention, mentions, normalised_question
from qa.question.section_reference import SectionReference, named_works, names_work, rest_of
from qa.question.text_request import asks_nothing_more

_EACH = re.compile(r"各个?|每一?[份篇部本个]|\b(?:each|every|all)\b")
_CLAUSES = ("款",)
"""What no heading counts, so that only the words of a text can have it."""


def asked_section(question: str) -> Mention | None:
    """Return the number of the section that a question asks for and nothing else, at a place in `normalised_question`.

    None for any other question, and for one that names a work, too.
    """
    number, rest = _asked(normalised_question(question))
    return None if any(not asks_nothing_more(word) for word in rest) else number


def in_every_work(
    question: str, headings: Sequence[Heading], beside: SectionReference | None = None
) -> SectionReference | None:
    """Return the section that a question asks for by its number, in each of several works that has it.

    The works that it names, if it names some (手册的第三章), else all, or those of the sections `beside`. A part may be
    called otherwise if no work calls one so (三、 is the third); a chapter may not. None if there is no such section,
    or if the question asks for more.
    """
    number, rest = _asked(normalised_question(question))
    if number is None:
        return None
    if beside:
        every = {work_of(headings, row) for row in beside.sections}
    else:
        every = {row for row, heading in enumerate(headings) if heading.level == 0}
    if len(every) < 2:
        return None
    works = every & named_works(headings, normalised_question(question)) or every
    for word in rest:
        named = {row for row in works if names_work(word, headings[row])} if has_han(word) else set[int]()
        if not named and not asks_nothing_more(word):
            return None
        works = named or works
    inner = [group for group in groups(headings) if work_of(headings, group[0]) in works]
    by_work = [list(own) for _, own in groupby(inner, key=lambda group: work_of(headings, group[0]))]
    called = [[row for group in own if _is_called(headings, group, number) for row in group] for own in by_work]
    if number.kind in PARTS and not any(called):
        called = [outermost(headings, own) for own in by_work]
    found = [row for own in called if own and (row := member(headings, sorted(own), number.number)) is not None]
    return SectionReference(found[0], "", alike=tuple(found[1:])) if found else None


def _asked(question: str) -> tuple[Mention | None, list[str]]:
    """Return the only section number in a normalised question, and its other words that do not ask; or None, []."""
    numbers = mentions(question)
    if len(numbers) != 1 or not (numbers[0].unit or numbers[0].kind in (*PARTS, *_CLAUSES)):
        return None, []
    return numbers[0], _EACH.sub(" ", rest_of(question, numbers[0].start, numbers[0].end)).split()


def _is_called(headings: Sequence[Heading], group: Sequence[int], number: Mention) -> bool:
    """Return whether the headings of a group are called as the question says: 第三编 is no 第三篇, but a Part 3."""
    mark = heading_enumerator(headings[group[0]].label)
    if mark is None or not number.unit or mark.unit != number.unit:
        return False
    label = normalised(headings[group[0]].label)
    return mark.unit not in ("part", "annex") or number.kind in label or has_han(number.kind) != has_han(label)
