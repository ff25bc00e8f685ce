"""Section references in questions: 最后一条建议, 宣言第三部分, 防务合作那一节, "the section on drugs".

`section_numbers` reads the numbers in a question, `heading_labels` those of headings; this module finds the section.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from corpus.grammar.enumerators import ENCLOSED_STYLES, UNITS, heading_enumerator
from corpus.text.normalise import normalised
from index.chunks import Heading
from qa.qa_settings import QUESTION
from qa.question.editions import edition_title, named_editions, without_status
from qa.question.heading_labels import bare, contained, groups, member, same_number, work_of
from qa.question.section_numbers import BRACKETS, PARAGRAPHS, Mention, mentions, normalised_question
from qa.question.work_names import titled_works

_NAMED = re.compile(
    r"(?:关于|有关|谈|讲|论)?(?P<title>[^,。;?!\s、的]{2,20}?)(?:的)?"
    r"(?:(?P<that>[那这该])?[一个几]?(?:小?节|部分|部份|章节|板块|标题下|小标题)|[那这该一]一?[章段条])(?!之)"
)
_EN_NAMED = re.compile(
    r"(?:section|part|chapter|passage|heading|recommendation)s?\s+(?:on|about|of|called|titled|covering|dealing with)"
    r"\s+(?P<title>[^?,.;]+?)"
    r"(?=\s+(?:say|says|said|contain|cover|discuss|mention|talk)\b|[?,.;]|$)"
    r"|\bthe\s+(?P<title2>[\w\- ]{3,40}?)\s+(?:section|chapter|part)\b"
)
_OPENING = re.compile(r"前言|序言|引言|导言|开场白|开头(?:部分|几段|那段)?|开篇|preamble|\bintroduction|\bopening\b")
_WHAT = re.compile(
    r"(都|主要|具体|分别|一共)?(写|说|讲|谈|提|包括|包含|涉及|规定|强调|介绍|论述|阐述)(到|及|述)?了?"
    r"(些|一些)?(什么|哪些|啥|甚么)?(内容|方面|要点|事|东西)?(呢|吗|的)?"
    r"|(怎么|怎样|如何)(写|说|讲|谈|提|规定)的?|(是|有)(关于)?(什么|哪些|啥|怎么说的|怎样的)(内容)?(呢)?|(的)?(主要)?内容(是)?(什么)?"
    r"|的?标题(是什么|叫什么)?|讲的是什么|请问|帮我|找到?|列出|看看|一下|概括|总结|大意"
    r"|^\s*and\b"
    r"|\b(what['’]?s|what|does|do|did|is|are|was|were|the|of|in|say|says|said|about|tell|me|give|show|contain|contents?|cover|"
    r"discuss|written|stand|it|in|to|state|read|mention)\b"
)
_BETWEEN = re.compile(r"[和与跟同及或、至到~-]|\b(?:and|or|to|with|versus|vs)\b")


@dataclass(frozen=True, slots=True)
class SectionReference:
    """The section that a question refers to."""

    section: int
    rest: str
    """The question without the reference; empty if it asks for the section itself."""
    opening: bool = False
    """Whether it refers to the paragraphs before the first section."""
    paragraph: int | None = None
    """The paragraph of the section, from 1; −1 for the last; None for the whole section."""
    alike: tuple[int, ...] = ()
    """The like section of each other work or edition that may be meant as well."""

    @property
    def sections(self) -> tuple[int, ...]:
        """All sections that are meant."""
        return (self.section, *self.alike)


def neighbour(before: SectionReference, step: int, headings: Sequence[Heading]) -> SectionReference | None:
    """Return the section or paragraph `step` after a reference, in each work that is meant; None beyond the ends."""
    if before.paragraph is not None:
        moved = before.paragraph + step
        return None if moved == 0 else SectionReference(before.section, "", paragraph=moved)
    found = [row for section in before.sections if (row := _neighbour(section, step, headings)) is not None]
    return SectionReference(found[0], "", alike=tuple(found[1:])) if found else None


def _neighbour(section: int, step: int, headings: Sequence[Heading]) -> int | None:
    group = next((rows for rows in groups(headings) if section in rows), [])
    if group and (unit := _unit(headings, group)) in _COUNT_ALONE:  # articles count on from chapter to chapter
        alike = [rows for rows in groups(headings) if _unit(headings, rows) == unit]
        group = next(rows for rows in _by_work(headings, alike) if section in rows)
    at = group.index(section) + step if group else -1
    return group[at] if 0 <= at < len(group) else None


_WORK_KINDS = (
    ("讲话|演讲|致辞|发言|speech|address|remarks", "讲话|演讲|致辞|发言"),
    ("宣言|声明|declaration", "宣言|声明"),
    ("报告|report", "报告"),
    ("宪法|constitution", "宪法"),
)


def named_works(headings: Sequence[Heading], question: str) -> set[int]:
    """Return the works whose kind (宣言, 报告) the question names."""
    asked = [in_title for in_question, in_title in _WORK_KINDS if re.search(in_question, question)]
    if not asked:
        return set()
    kinds = re.compile("|".join(asked))
    works = ((row, heading) for row, heading in enumerate(headings) if heading.level == 0)
    return {row for row, heading in works if kinds.search(normalised(heading.label + heading.words))}


_DIVISIONS = (
    "部分", "大部分", "部份", "章", "编", "篇", "卷", "单元", "板块", "part", "chapter", "section", "book", "title",
)  # fmt: skip
POINTS = (
    "条", "点", "项", "款", "建议", "个建议", "主张", "article", "recommendation", "proposal", "suggestion", "point",
    "item",
)  # fmt: skip
_MADE_IN_SENTENCES = ("第一,", "一是")
"""Styles of enumerators of points in an argument; parts of a text rarely have them."""


def _fits(headings: Sequence[Heading], group: list[int], kind: str, rest: str, works: set[int]) -> float:
    """Return a score of how well a group of sections fits the unit in a question; below 0 if it does not fit."""
    first = headings[group[0]]
    mark = heading_enumerator(first.label)
    style, numbers = (mark.style, mark.unit) if mark else ("", "")
    score = 0.0
    if works:
        score += 4.0 if work_of(headings, group[0]) in works else -4.0
    if kind in _DIVISIONS:
        score += {1: 2.0, 2: 0.5}.get(first.level, 0.0)
        is_plain = mark is not None and not numbers and style not in ENCLOSED_STYLES
        if style in _MADE_IN_SENTENCES:
            score -= 1.0
        elif is_plain or numbers in ("part", "chapter"):
            score += 1.0
    if kind in ("节", "小节", "section"):
        score += 1.0 if style in ENCLOSED_STYLES or numbers == "section" else 0.0
    if kind in POINTS:
        score += 2.0 if numbers or style in _MADE_IN_SENTENCES else 0.0
    if numbers and UNITS.get(kind) == numbers:
        score += 3.0
    if re.search("建议|recommendation|proposal|suggestion", kind + rest) and re.search(
        "建议|主张", normalised(first.before)
    ):
        score += 3.0
    if first.parent is not None and rest:
        score += 3.0 * contained(rest, bare(headings[first.parent].label)) if len(rest) > 1 else 0.0
    return score + 0.1 * min(len(group), 5)


def sibling(before: SectionReference, pointed: SectionReference, headings: Sequence[Heading]) -> SectionReference:
    """Return the sibling of `before` with the number of `pointed`; `pointed` itself if there is none."""
    group = next((rows for rows in groups(headings) if before.section in rows), [])
    label = headings[pointed.section].label
    row = next((row for row in group if same_number(headings[row].label, label)), None)
    return pointed if row is None else dataclasses.replace(pointed, section=row, alike=())


def place(
    question: str, headings: Sequence[Heading], *, beside: SectionReference | None = None
) -> SectionReference | None:
    """Return the section that a question refers to, or None.

    `beside`: a section of the work that is meant where the question names none of several.
    """
    question = normalised_question(question)
    numbers = mentions(question)
    if not numbers and not any(pattern.search(question) for pattern in (_NAMED, _EN_NAMED, _OPENING)):
        return None  # without a look at the headings: there may be a hundred thousand
    works = named_works(headings, question)
    every = [row for row, heading in enumerate(headings) if heading.level == 0]
    if len(every) > QUESTION.few_works:
        if numbers and (titled := titled_works(headings, without_status(_name(question, numbers[0])))):
            own = question if numbers[0].is_english else question[numbers[0].start :]
            return _agreed(own, headings, named_editions(question, headings, titled, any_year=True))
        if len(works) != 1 and numbers and beside is not None:
            works = {work_of(headings, beside.section)}
        if len(works) != 1:
            return None  # the third part of which one?
    elif len(edition := named_editions(question, headings, works or every, any_year=True)) < len(works or every):
        works = edition
    found = _place_in(question, headings, works or (set(every) if len(every) == 1 else set()))
    if found is None:
        return None
    title = edition_title(headings[work_of(headings, found.section)])
    editions = {row for row in works or every if edition_title(headings[row]) == title}
    others = places_in(question, headings, editions - {work_of(headings, found.section)})
    return _meant([found, *others], headings)


def places_in(question: str, headings: Sequence[Heading], works: Collection[int]) -> list[SectionReference]:
    """Return the section referred to in each of some works that has it."""
    found = []
    for work in sorted(works):
        pointed = _place_in(question, _of_work(headings, work), {0})  # not all headings for each of many works
        if pointed:
            found.append(dataclasses.replace(pointed, section=pointed.section + work))
    return found


def _of_work(headings: Sequence[Heading], work: int) -> list[Heading]:
    """Return a work and its sections, which follow it; `parent` counts from the work on."""
    own = [headings[work]]
    for row in range(work + 1, len(headings)):
        heading = headings[row]
        if heading.parent is None:
            break
        own.append(dataclasses.replace(heading, parent=heading.parent - work))
    return own


def _meant(found: Sequence[SectionReference], headings: Sequence[Heading]) -> SectionReference:
    """Return the first reference with those that have the same heading, and without words that only name the work."""
    first = found[0]
    label = normalised(headings[first.section].label)
    alike = (other.section for other in found[1:] if normalised(headings[other.section].label) == label)
    work = headings[work_of(headings, first.section)]
    rest = without_status(first.rest.removeprefix("那")).split()
    rest = [word for word in rest if not names_work(word, work)]
    return dataclasses.replace(first, rest=" ".join(rest), alike=tuple(alike))


def names_work(word: str, work: Heading) -> bool:
    """Return whether a word only names a work: 条例 of 消防条例（2015年修正）, a word of an English title."""
    title = normalised(work.label + work.words)
    if word.isascii() and not word.isdigit():
        return word in re.findall(r"[a-z0-9]+", title)
    own = edition_title(work)
    return (len(word) > 1 and (own.startswith(word) or own.endswith(word))) or (
        word in title and any(map(str.isdigit, word))
    )


def _place_in(question: str, headings: Sequence[Heading], works: set[int]) -> SectionReference | None:
    """Return the section that a question refers to, preferably in one of `works`; in any work if `works` is empty."""
    numbers = mentions(question)
    if len(numbers) > 1 and numbers[1].kind not in PARAGRAPHS:
        first, second = numbers[0], numbers[1]
        edge = max(first.end, second.start) if first.start < second.start else len(question)
        outer = _by_number(question[:edge], first, headings, works)
        inner = _groups_inside(headings, outer.section, second) if outer else []
        if inner:
            found = (row for group in inner if (row := member(headings, group, second.number)) is not None)
            row = next(found, None)
            ends = min(first.start, second.start), max(number.end for number in numbers)
            return None if row is None else SectionReference(row, rest_of(question, *ends))
        if outer and second.unit not in ("", first.unit) and not are_parted(question, first, second):
            return None  # 第三章第九条, and no article stands in that chapter
    if (opening := _OPENING.search(question)) and works and not numbers:
        return SectionReference(min(works), rest_of(question, opening.start(), opening.end()), opening=True)
    if numbers and (pointed := _by_number(question, numbers[0], headings, works)):
        return pointed
    return _by_name(question, headings, works)


def are_parted(question: str, number: Mention, other: Mention) -> bool:
    """Return whether two numbers are of two sections, neither inside the other: 第九章和第十章."""
    return bool(_BETWEEN.search(question[min(number.end, other.end) : max(number.start, other.start)]))


def _groups_inside(headings: Sequence[Heading], outer: int, number: Mention) -> list[list[int]]:
    """Return the groups inside the section `outer` in which a number may count.

    These are the groups of the number's own unit at any depth, as one group if it counts from the end: the last article
    of a chapter is that of its last section. If there are none, the groups directly below `outer` whose numbers have no
    unit: 第三条第二款 is no annex.
    """
    within = {outer}
    for row, heading in enumerate(headings):
        if heading.parent in within:
            within.add(row)
    inside = [group for group in groups(headings) if headings[group[0]].parent in within]
    own = [group for group in inside if number.unit and _unit(headings, group) == number.unit]
    if own:
        return [sorted(chain.from_iterable(own))] if number.number.back else own
    return [group for group in inside if headings[group[0]].parent == outer and not _unit(headings, group)]


def _unit(headings: Sequence[Heading], group: Sequence[int]) -> str:
    mark = heading_enumerator(headings[group[0]].label)
    return mark.unit if mark else ""


def _name(question: str, number: Mention) -> str:
    """Return the words that may name the work: those before 第三十七条, or all but "Article 19"."""
    before = question[: number.start]
    return f"{before} {question[number.end :]}" if number.is_english else before


def _agreed(question: str, headings: Sequence[Heading], works: set[int]) -> SectionReference | None:
    """Return the section referred to in equally well named works; None if its headings in these works differ."""
    found = places_in(question, headings, works)
    is_one = len({normalised(headings[pointed.section].label) for pointed in found}) == 1
    return _meant(found, headings) if is_one else None


def rest_of(question: str, start: int, end: int) -> str:
    """Return a normalised question without the reference from `start` to `end`, and without words that only ask."""
    rest = question[:start] + " " + question[end:]
    rest = re.sub(
        "讲话|演讲|宣言|声明|报告|条约|公约|协定|文章|文件|全文|原文|本文|文中|里面|里|中|speech|declaration|treaty|convention|text|document",
        "",
        rest,
    )
    rest = _WHAT.sub("", rest)
    return re.sub(r"[\W的了呢吗是]+", " ", rest).strip()


def _by_number(question: str, number: Mention, headings: Sequence[Heading], works: set[int]) -> SectionReference | None:
    kind = number.kind
    tail = question[number.end : number.end + 4]
    if (suffix := re.match("的?(建议|主张)", tail)) and kind in ("条", "点", "项"):
        kind = suffix[1]
    rest = rest_of(question, number.start, number.end)
    rest = re.sub("^(建议|主张)|(建议|主张)$", "", rest).strip()
    if kind in PARAGRAPHS:
        named = _by_name(question[: number.start] + question[number.end :], headings, works)
        row = named.section if named else (min(works) if works else None)
        return None if row is None else SectionReference(row, rest, paragraph=number.number.count)
    found = []
    candidates = _groups_of_kind(headings, kind, works)
    if number.number.back and number.unit and all(_unit(headings, group) == number.unit for group in candidates):
        candidates = _by_work(headings, candidates)  # the last article of all chapters
    for group in candidates:
        row = member(headings, group, number.number)
        if row is not None:
            unnumbered = 0.0 if heading_enumerator(headings[group[0]].label) else 2.0
            found.append((_fits(headings, group, kind, rest, works) - unnumbered, -row))
    if not found or max(found)[0] < 0:
        return None
    row = -max(found)[1]
    return SectionReference(row, _without_parent(rest, headings[row].parent, headings))


_COUNT_ALONE = ("article", "chapter", "annex", "subpart", "principle")
_CALLED_SO = ("book", "title")
_ANNEXES = (("附件", "附录", "annex", "appendix", "schedule"), ("附表", "schedule"), ("附图",))
"""Words for an annex, those that people use for one another together."""
_LOOSE = ("section", "小节")
"""Words that people use for parts of any kind."""
_MAY_MEAN = {
    "section": ("section", ""),
    **dict.fromkeys(("article", "chapter", "点", "大点", "项", "point", "item"), ("",)),
}
"""Where no heading has a unit, the units that it may mean: 第一节 and 第一点 are no chapters, but may be 一、."""
_CLAUSE = "款"
"""What counts the paragraphs of an article, and headings only where they are called so."""


def _groups_of_kind(headings: Sequence[Heading], kind: str, works: set[int]) -> list[list[int]]:
    """Return the groups of sections in which a number with this unit may count.

    Articles, chapters and annexes count in groups of their own unit; if there are none, articles and chapters count in
    groups whose numbers have no unit. Books and titles count only sections called so; a number in brackets counts only
    such numbers.
    """
    every = groups(headings)
    if kind == BRACKETS:
        marks = ((group, heading_enumerator(headings[group[0]].label)) for group in every)
        return [group for group, mark in marks if mark and mark.style in ENCLOSED_STYLES]
    unit = UNITS.get(kind, "")
    own = [
        group
        for group in every
        if _unit(headings, group) == unit
        and (unit != "part" or headings[group[0]].label.lower().startswith(kind))
        and (unit in _COUNT_ALONE or kind in _CALLED_SO)
        and (not works or work_of(headings, group[0]) in works)
    ]
    if unit == "annex":
        return _called(headings, own, kind)
    if own or unit == "principle" or kind in _CALLED_SO:
        return own
    parts = [group for group in every if unit == "part" and _unit(headings, group) == unit]
    if parts and {work_of(headings, group[0]) for group in parts} == works:
        return parts  # a work with a 第一部分 and no 第四部分 does not mean its 四、
    if kind == _CLAUSE:
        return [group for group in every if _has_unit_written(headings[group[0]].label, kind)]
    if kind in _LOOSE or (unit or kind) not in _MAY_MEAN:
        return every
    units = (*_MAY_MEAN[unit or kind], *(["article"] if kind == "§" else []))
    return [group for group in every if _unit(headings, group) in units]


def _has_unit_written(label: str, unit: str) -> bool:
    mark = heading_enumerator(label)
    return mark is not None and unit in label.strip()[: mark.end]


def _called(headings: Sequence[Heading], annexes: Sequence[Sequence[int]], kind: str) -> list[list[int]]:
    """Return those of some annexes that are called as the question says; if none is, those that may be meant."""
    named = [[row for row in group if _bare_label(headings[row]).startswith(kind)] for group in annexes]
    meant = [
        [row for row in group if may_be_called(headings[row].label, kind)] for group in ([] if any(named) else annexes)
    ]
    return [group for group in (*named, *meant) if group]


def may_be_called(label: str, kind: str) -> bool:
    """Return whether an annex may be of this kind: 附录一 may be 附件一 and Annex 1, 附表一 is neither."""
    own = "".join(normalised(label).split())
    return any(kind in alike and own.startswith(alike) for alike in _ANNEXES)


def _bare_label(heading: Heading) -> str:
    return "".join(normalised(heading.label).split())


def _by_work(headings: Sequence[Heading], every: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the sections of some groups as one group for each work, in reading order."""
    found: dict[int, list[int]] = {}
    for group in every:
        found.setdefault(work_of(headings, group[0]), []).extend(group)
    return [sorted(group) for group in found.values()]


def _without_parent(rest: str, parent: int | None, headings: Sequence[Heading]) -> str:
    """Remove the name of the parent section from the rest of a question."""
    if parent is None:
        return rest
    label = bare(headings[parent].label)
    return " ".join(word for word in rest.split() if contained(word, label) <= 0.6)


def heading_called(question: str, headings: Sequence[Heading]) -> SectionReference | None:
    """Return the sections whose heading is all that a question asks for, in each work that has one: 总则写了什么？

    In the work that it names, if it names one: 消防条例的附则. None for any other question.
    """
    read = normalised_question(question)
    *before, name = (part.strip(_ENDS) for part in " ".join(_WHAT.sub(" ", read).split()).strip(_ENDS).split("的"))
    if len(name) < 2 or mentions(read) or not _WHAT.search(read):
        return None
    found = []
    for row, heading in enumerate(headings):
        if (
            heading.parent is None
            or not heading.label.rstrip(_ENDS).lower().endswith(name)
            or bare(heading.label) != name
        ):
            continue
        work = headings[work_of(headings, row)]
        if heading.first < heading.end and all(names_work(word, work) for word in before):
            found.append(row)
    return SectionReference(found[0], "", alike=tuple(found[1:])) if found else None


_ENDS = " 的?!。*—\u3000"
"""What may stand around the words of a heading, or of a question for one."""


def _by_name(question: str, headings: Sequence[Heading], works: set[int]) -> SectionReference | None:
    best: tuple[float, int, re.Match[str]] | None = None
    for match in [*_NAMED.finditer(question), *_EN_NAMED.finditer(question)]:
        title = match.groupdict().get("title") or match.groupdict().get("title2") or ""
        title = re.sub(r"^(讲话|演讲|宣言|声明|报告|文中|文章)?(里|中)?(关于|有关|的|谈|讲)*", "", title.strip())
        if len(title) < 2:
            continue
        for row, heading in enumerate(headings):
            if heading.level == 0 or (works and work_of(headings, row) not in works):
                continue
            score = contained(title, bare(heading.label)) + 0.2 * contained(bare(heading.label), title)
            if score >= (0.4 if match.groupdict().get("that") else 0.6) and (best is None or score > best[0]):
                best = (score, row, match)
    if best is None:
        return None
    return SectionReference(best[1], rest_of(question, best[2].start(), best[2].end()))
