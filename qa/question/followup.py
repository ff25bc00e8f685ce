"""Follow-up questions: whether a question depends on earlier ones, and the query that they make together.

Nothing is generated. A sibling (数据中心呢？ 第十五条呢？) takes the place of its like in the question before; what
asks for more (还有呢？ 详细一点) repeats that question; any other follow-up is searched together with the earlier
questions, in the user's own words, and they weigh less. A relative section reference (再前一条呢？) counts from theirs.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.text.normalise import normalised
from corpus.text.scripts import has_han
from index.chunks import Heading
from index.query import WeightedQuery
from qa.qa_settings import FOLLOW_UPS, QUESTION
from qa.question.asked_section import asked_section, in_every_work
from qa.question.dependence import GoesOn, goes_on, has_topic, points_back, stripped, weight_of_earlier
from qa.question.editions import names_edition
from qa.question.heading_labels import work_of
from qa.question.section_lists import each_section
from qa.question.section_numbers import mentions, normalised_question
from qa.question.section_reference import SectionReference, heading_called, neighbour, place, sibling
from qa.question.siblings import replaced, sibling_phrase
from qa.question.text_request import text_request
from qa.question.work_names import works_with

_SHIFT = re.compile(
    r"(?P<back>(再|往)?(前|上)(面)?(一|1)个?(条|点|节|部分|段|章|项|个)|the (?:previous|one before|preceding))"
    r"|(?P<forward>(再|往)?(下|后)(面)?(一|1)个?(条|点|节|部分|段|章|项|个)|the next)"
)
_CIRCUMSTANCE = re.compile(
    r"^(?:那么?|这|而)?(?:这?[句番段]?话)?(?:他们?|她们?|它|这)?(?:都|又)?是?"
    r"(?:谁|什么人|什么时候|甚么时候|何时|哪一?[天年月]|几号|在?(?:什么|哪个|哪次)(?:地方|场合|会议?)上?|在?哪[里儿])"
    r"(?:说|讲|发表|写|做)出?的(?:这?[句番段]?话|这个讲话|这篇讲话)?$"
    r"|^(?:and )?(?:who|when|where) (?:was (?:it|this|that) |did (?:he|she|they) )?(?:said|say|wrote|write|written)"
    r"(?: (?:it|this|that|so))?$"
)
"""The question asks who said that, when or where. The title block of the work answers."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How a question is read: on its own, or by way of the earlier questions that it depends on."""

    question: str
    asked: str
    """The question that is looked up: itself, or an earlier one, changed (第十五条呢？) or repeated (还有呢？)."""
    earlier: tuple[str, ...] = ()
    """The earlier questions that it is searched with, at most two, the oldest first."""
    weight: float = 0.0
    """The weight of the earlier questions together, 0 to 1; the question itself weighs 1."""
    section_reference: SectionReference | None = None
    """The section that it refers to."""
    goes_on: GoesOn | None = None
    """Whether it asks for more of what `asked` brought."""
    text: str = ""
    """The name of the text that a request is about (总结一下公园条例), for questions that lean on it; else empty."""
    understood_as: str | None = None
    """In the user's own words: what it is searched as; None if it depends on no other question."""

    @property
    def query(self) -> WeightedQuery:
        """The query: the question with weight 1, and the earlier questions, which share `weight` equally."""
        each = self.weight / max(len(self.earlier), 1)
        return WeightedQuery((*self.earlier, self.asked), (each,) * len(self.earlier) + (1.0,))

    @property
    def asks_who_said_it(self) -> bool:
        """Whether it asks for speaker, time or place of the passage that answered the previous question."""
        return bool(self.earlier and not self.goes_on and _asks_who_said_it(self.question))

    @property
    def is_bare(self) -> bool:
        """Whether the question has no topic of its own: 为什么？"""
        return self.weight >= QUESTION.no_topic


def stands_alone(question: str, before: str, headings: Sequence[Heading]) -> bool:
    """Return whether a question depends on none, as far as the one just before it tells."""
    depends = goes_on(question) or _shift(question) or _asks_who_said_it(question) or sibling_phrase(question)
    counts_in_text = asked_section(question, headings) and _named_text(before, headings)
    return (
        not depends
        and not counts_in_text
        and not _leaves_work_open(question, headings)
        and not _weight(question, before, headings)
    )


def leans_on_topics(question: str) -> bool:
    """Return whether it can only lean on a question that had a topic; 继续, 为什么 and 谁说的 go with any reply."""
    return has_topic(question) and not (goes_on(question) or _shift(question) or _asks_who_said_it(question))


def gives_no_topic(question: str) -> bool:
    """Return whether a question is a request about the text as a whole that names nothing: 总结一下这份报告."""
    request = text_request(question)
    return request is not None and not request.has_content


def earlier_questions(question: str) -> int:
    """Return how many earlier questions it may depend on: 那边 may refer to the one before the previous one."""
    return 2 if points_back(question) else 1


def interpret(question: str, earlier: Sequence[Interpretation], headings: Sequence[Heading]) -> Interpretation:
    """Interpret a question. `earlier`: the questions before it that were answered, the latest first; two are enough.

    `headings`: the outline of the documents that are searched; a section reference is a position in it.
    """
    if not earlier or stands_alone(question, earlier[0].asked, headings):
        return Interpretation(
            question, question, section_reference=_pointed_at(question, headings), text=_named_text(question, headings)
        )
    previous = earlier[0]
    step = _shift(question)
    if more := goes_on(question) or ("on" if step > 0 and not previous.section_reference else None):
        understood = f"{previous.understood_as or previous.asked} → {question}"
        return dataclasses.replace(previous, question=question, goes_on=more, understood_as=understood)
    if step and previous.section_reference:
        # 再前一条呢？ moves on from that section; 第四条呢？ counts in the same list.
        return _leaning(question, FOLLOW_UPS.no_topic, earlier, neighbour(previous.section_reference, step, headings))
    phrase = sibling_phrase(question)
    if named := _section_of_named(question, phrase or "", previous, headings):
        return Interpretation(question, named, section_reference=_pointed_at(named, headings), understood_as=named)
    if phrase and (asked := replaced(previous.asked, phrase)):
        own = place(question, headings) if names_edition(phrase) else None
        reference = own or _place(asked, previous, headings)
        return Interpretation(question, asked, section_reference=reference, understood_as=asked)
    reference = _place(question, previous, headings)
    if not reference and not phrase and (each := in_every_work(question, headings)):
        return Interpretation(question, question, section_reference=each)
    weight = _weight(question, previous.asked, headings) or (FOLLOW_UPS.topic if reference or phrase else 0.0)
    if not weight:
        return Interpretation(question, question, section_reference=reference)
    return _leaning(question, weight, earlier, reference)


def _leaning(
    question: str, weight: float, earlier: Sequence[Interpretation], reference: SectionReference | None
) -> Interpretation:
    """Return a question that is searched with earlier ones."""
    texts = (*earlier[0].earlier, earlier[0].text or earlier[0].asked)
    if len(earlier) > 1 and len(texts) == 1:
        texts = (earlier[1].text or earlier[1].asked, *texts)
    understood = " → ".join((*texts[-2:], question))
    return Interpretation(question, question, texts[-2:], weight, reference, understood_as=understood)


def _named_text(question: str, headings: Sequence[Heading]) -> str:
    """Return the name of the text that a request is about, as the question has it; empty for any other question."""
    request = text_request(question)
    name = (request.title or request.name) if request else ""
    if not name or mentions(name) or not works_with(headings, name):
        return ""
    at = normalised(question).find(name)
    return question[at : at + len(name)] if at >= 0 and len(normalised(question)) == len(question) else name


def _section_of_named(question: str, phrase: str, previous: Interpretation, headings: Sequence[Heading]) -> str | None:
    """Return the question for a section of a work, where one of two questions has its number and the other its name.

    第三章写了什么？ and then 图书馆的呢？ or 总结一下公园条例 and then 第三章呢？ `phrase`: 图书馆的, or empty.
    """
    every = sum(heading.level == 0 for heading in headings)
    for numbered, name in ((question, previous.text), (previous.asked, phrase)):
        asked = asked_section(numbered, headings) if name else None
        if asked is None or (numbered == question and len(asked.works) < every):
            continue
        written = asked.question[slice(*asked.span)]
        named = f"{name.removesuffix('的')}的{written}" if has_han(written) else f"{written} of {name}"
        meant = asked_section(named, headings)
        if meant and 0 < len(meant.works) < every:
            return named
    return None


def _pointed_at(question: str, headings: Sequence[Heading]) -> SectionReference | None:
    if several := [one for each in each_section(question) if (one := _pointed_at(each, headings))]:
        alike = (row for one in several for row in one.sections)
        first, *others = dict.fromkeys(alike)
        return dataclasses.replace(several[0], section=first, alike=tuple(others))
    return (
        in_every_work(question, headings)
        or _in_named(question, headings, place(question, headings))
        or heading_called(question, headings)
    )


def _in_named(
    question: str, headings: Sequence[Heading], reference: SectionReference | None
) -> SectionReference | None:
    """Return the reference, or None if the question names other works than that of the section."""
    asked = asked_section(question, headings) if reference else None
    if reference and asked and asked.works and work_of(headings, reference.section) not in asked.works:
        return None
    return reference


def _place(question: str, previous: Interpretation, headings: Sequence[Heading]) -> SectionReference | None:
    """Return the section that a question refers to, counted where the section of the previous one counts."""
    before = previous.section_reference
    if before and before.alike and (reference := in_every_work(question, headings, before)):
        return reference
    reference = place(question, headings, beside=before)
    if before is None or reference is None or names_edition(question):
        return reference  # 那2021年的第三条呢？ is not of the edition before
    return sibling(before, reference, headings)


def _leaves_work_open(question: str, headings: Sequence[Heading]) -> bool:
    """Return whether it refers to a section and not to the work that has it: 第十五条规定了什么？"""
    return bool(mentions(normalised_question(question))) and place(question, headings) is None


def _weight(question: str, before: str, headings: Sequence[Heading]) -> float:
    """Return the weight of the earlier questions; 0 for a question that refers to a section, and so has a topic."""
    weight = FOLLOW_UPS.no_topic if _asks_who_said_it(question) else weight_of_earlier(question, before)
    return 0.0 if weight and not sibling_phrase(question) and place(question, headings) else weight


def _asks_who_said_it(question: str) -> bool:
    return bool(_CIRCUMSTANCE.match(stripped(question)))


def _shift(question: str) -> int:
    """Return −1 for 再前一条呢, +1 for 下一部分呢, 0 for neither."""
    text = stripped(question)
    match = _SHIFT.search(text)
    return 0 if not match or len(text) > 40 or (has_han(text) and len(text) >= 14) else -1 if match["back"] else 1
