"""Questions that point at a place in the text: 最后一条建议, 宣言第三部分, 防务合作那一节, "the section on drugs"."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.text.normalise import han_number, normalised
from index.chunks import Heading
from qa.question.heading_labels import NUMERALS, bare, contained, groups, ordinal, unit, work_of
from qa.question.work_names import titled_works

_KINDS = "部分|大部分|大点|部份|条|點|点|项|节|章|段落|段|款|编|篇|小节|方面|个?建议|个?主张|板块"
_OF = "(?:个|條|条|点|项|大|小)?"
_NTH = re.compile(
    rf"(?:(?P<back>倒数)?第\s*(?P<n>[{NUMERALS}\d]+)|(?P<last>最后(?:的?一|面)?|末尾?的?一?)|(?P<first>首先?|头一|开头))"
    rf"{_OF}(?P<kind>{_KINDS})"
)
_EN_NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_EN_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_EN_KINDS = "part|section|chapter|article|recommendation|proposal|suggestion|point|paragraph|item"
_EN_NTH = re.compile(
    rf"(?P<word>{'|'.join(_EN_NUMBERS)}|last|final|\d+(?:st|nd|rd|th))\s+(?P<kind>{_EN_KINDS})s?\b"
    rf"|(?P<kind2>{_EN_KINDS})\s+(?P<number>{'|'.join(_EN_CARDINALS)}|\d+|[ivx]+)\b"
)
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
    r"|(是|有)(关于)?(什么|哪些|啥|怎么说的|怎样的)(内容)?(呢)?|(的)?(主要)?内容(是)?(什么)?"
    r"|的?标题(是什么|叫什么)?|讲的是什么|请问|帮我|找到?|列出|看看|一下|概括|总结|大意"
    r"|\b(what|does|do|did|is|are|was|were|the|of|in|say|says|said|about|tell|me|give|show|contain|contents?|cover|"
    r"discuss|written|stand|it|in|to|state|read|mention)\b"
)


@dataclass(frozen=True, slots=True)
class SectionReference:
    """A section that a question points at."""

    section: int
    rest: str
    """The question without its pointing words; empty where it asks for the section itself."""
    opening: bool = False
    """It asks for what stands before the first section."""
    paragraph: int | None = None
    """From 1, where it asks for one paragraph of the section; −1 for the last."""


def neighbour(before: SectionReference, step: int, headings: Sequence[Heading]) -> SectionReference | None:
    """Return the section, or the paragraph, that comes `step` after a place; None at the ends."""
    if before.paragraph is not None:
        moved = before.paragraph + step
        return None if moved == 0 else SectionReference(before.section, "", paragraph=moved)
    group = next((rows for rows in groups(headings) if before.section in rows), [])
    at = group.index(before.section) + step if group else -1
    return SectionReference(group[at], "") if 0 <= at < len(group) else None


_FEW_WORKS = 3
"""Among more works, a question has to name the one in which it counts."""
_WORK_KINDS = (
    ("讲话|演讲|致辞|发言|speech|address|remarks", "讲话|演讲|致辞|发言"),
    ("宣言|声明|declaration", "宣言|声明"),
    ("报告|report", "报告"),
    ("宪法|constitution", "宪法"),
)


def _named_works(headings: Sequence[Heading], question: str) -> set[int]:
    """Works that the question names by kind or by title; empty where it names none."""
    found = set()
    for row, heading in enumerate(headings):
        if heading.level != 0:
            continue
        about = normalised(heading.label + heading.words)
        for asked, own in _WORK_KINDS:
            if re.search(asked, question) and re.search(own, about):
                found.add(row)
    return found


def _fits(headings: Sequence[Heading], group: list[int], kind: str, rest: str, works: set[int]) -> float:
    first = headings[group[0]]
    score = 0.0
    if works:
        score += 4.0 if work_of(headings, group[0]) in works else -4.0
    how = unit(first.label)
    if kind in ("部分", "大部分", "部份", "章", "编", "篇", "板块", "part", "chapter", "section"):
        score += {1: 2.0, 2: 0.5}.get(first.level, 0.0)
        # 第三，… is a point that is made, hardly a part.
        score += 1.0 if how in ("、", "第章", "第编", "第部分") else -1.0 if how == "第" else 0.0
    if kind in ("节", "小节", "section"):
        score += 1.0 if how in ("（", "第节") else 0.0
    if kind in (
        "条",
        "点",
        "项",
        "建议",
        "个建议",
        "主张",
        "article",
        "recommendation",
        "proposal",
        "suggestion",
        "point",
        "item",
        "款",
    ):
        score += 2.0 if how.startswith("第") else 0.0
    if how.startswith("第") and len(how) > 1 and how[1:] == kind:
        score += 3.0
    if re.search("建议|recommendation|proposal|suggestion", kind + rest) and re.search(
        "建议|主张", normalised(first.before)
    ):
        score += 3.0
    if first.parent is not None and rest:
        score += 3.0 * contained(rest, bare(headings[first.parent].label)) if len(rest) > 1 else 0.0
    return score + 0.1 * min(len(group), 5)


def sibling(before: SectionReference, pointed: SectionReference, headings: Sequence[Heading]) -> SectionReference:
    """Return the section beside `before` that bears the number of `pointed`; `pointed` itself where none does."""
    group = next((rows for rows in groups(headings) if before.section in rows), [])
    number = ordinal(headings[pointed.section].label)
    row = next((row for row in group if number is not None and ordinal(headings[row].label) == number), None)
    return pointed if row is None else dataclasses.replace(pointed, section=row)


def place(question: str, headings: Sequence[Heading]) -> SectionReference | None:
    """Return the section that a question points at, or None."""
    asked = normalised(question)
    if not any(pattern.search(asked) for pattern in (_NTH, _EN_NTH, _NAMED, _EN_NAMED, _OPENING)):
        return None  # before the headings are looked at: there may be a hundred thousand
    works = _named_works(headings, asked)
    if sum(heading.level == 0 for heading in headings) > _FEW_WORKS:
        match = _NTH.search(asked) or _EN_NTH.search(asked)
        if match and (with_context := titled_works(headings, _name(asked, match))):
            return _agreed(asked if match.re is _EN_NTH else asked[match.start() :], headings, with_context)
        if len(works) != 1:
            return None  # the third part of which one?
    return _place_in(asked, headings, works)


def _place_in(asked: str, headings: Sequence[Heading], works: set[int]) -> SectionReference | None:
    """Return the section that a question points at, best in one of `works`; in any, where these are none."""
    matches = [*_NTH.finditer(asked)] or [*_EN_NTH.finditer(asked)]
    match = matches[0] if matches else None
    if len(matches) > 1 and matches[1]["kind"] not in ("段", "段落", "paragraph"):
        outer = _by_number(asked[: matches[1].start()], matches[0], headings, works)
        index = _index(matches[1].groupdict())
        inner = [r for r, h in enumerate(headings) if outer and h.parent == outer.section]
        if outer and inner and index is not None:
            row = next((r for r in inner if ordinal(headings[r].label) == index), inner[-1] if index < 0 else None)
            return None if row is None else SectionReference(row, _rest(asked, matches[0].start(), matches[-1].end()))
    if (opening := _OPENING.search(asked)) and works and not match:
        return SectionReference(min(works), _rest(asked, opening.start(), opening.end()), opening=True)
    if match:
        found = _by_number(asked, match, headings, works)
        if found:
            return found
    return _by_name(asked, headings, works)


def _name(asked: str, match: re.Match[str]) -> str:
    """Return the words that may name the work: those before 第三十七条, or all around "Article 19"."""
    before = asked[: match.start()]
    return before if match.re is _NTH else f"{before} {asked[match.end() :]}"


def _agreed(asked: str, headings: Sequence[Heading], works: set[int]) -> SectionReference | None:
    """Return the section that is pointed at in equally well named works; None where its headings there differ."""
    found = [pointed for work in sorted(works) if (pointed := _place_in(asked, headings, {work}))]
    found = [pointed for pointed in found if work_of(headings, pointed.section) in works]
    if len({normalised(headings[pointed.section].label) for pointed in found}) != 1:
        return None
    work = headings[work_of(headings, found[0].section)]
    title = normalised(work.label + work.words)
    return dataclasses.replace(found[0], rest=" ".join(word for word in found[0].rest.split() if word not in title))


def _rest(asked: str, start: int, end: int) -> str:
    rest = asked[:start] + " " + asked[end:]
    rest = re.sub(
        "讲话|演讲|宣言|声明|报告|文章|文件|全文|原文|本文|文中|里面|里|中|speech|declaration|text|document", "", rest
    )
    rest = _WHAT.sub("", rest)
    return re.sub(r"[\W的了呢吗是]+", " ", rest).strip()


def _by_number(
    asked: str, match: re.Match[str], headings: Sequence[Heading], works: set[int]
) -> SectionReference | None:
    said = match.groupdict()
    kind = said.get("kind") or said.get("kind2") or ""
    tail = asked[match.end() : match.end() + 4]
    if (suffix := re.match("的?(建议|主张)", tail)) and kind in ("条", "点", "项"):
        kind += suffix[1]
    index = _index(said)
    if index is None:
        return None
    rest = _rest(asked, match.start(), match.end())
    rest = re.sub("^(建议|主张)|(建议|主张)$", "", rest).strip()
    if kind in ("段", "段落", "paragraph"):
        named = _by_name(asked[: match.start()] + asked[match.end() :], headings, works)
        row = named.section if named else (min(works) if works else None)
        return None if row is None else SectionReference(row, rest, paragraph=index)
    kind = re.sub("^(条|点|项|个)(?=建议|主张)", "", kind)
    found = []
    for group in groups(headings):
        row = _member(headings, group, index)
        if row is not None:
            unnumbered = 2.0 if unit(headings[group[0]].label) == "—" else 0.0
            found.append((_fits(headings, group, kind, rest, works) - unnumbered, -row))
    if not found or max(found)[0] < 0:
        return None
    row = -max(found)[1]
    return SectionReference(row, _without_parent(rest, headings[row].parent, headings))


def _member(headings: Sequence[Heading], group: Sequence[int], index: int) -> int | None:
    """Return the section of a group that bears a number, or that is counted so where they bear none."""
    if index < 0:
        return group[index] if len(group) >= -index else None
    if unit(headings[group[0]].label) == "—":
        return group[index - 1] if 0 < index <= len(group) else None
    return next((row for row in group if ordinal(headings[row].label) == index), None)


def _without_parent(rest: str, parent: int | None, headings: Sequence[Heading]) -> str:
    """Take the name of the section around out of what is left of a question."""
    if parent is None:
        return rest
    label = bare(headings[parent].label)
    return " ".join(word for word in rest.split() if contained(word, label) <= 0.6)


_COUNTED = {
    word: number
    for words in (_EN_NUMBERS, _EN_CARDINALS, ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"))
    for number, word in enumerate(words, start=1)
} | {"last": -1, "final": -1}


def _index(groups: dict[str, str | None]) -> int | None:
    """Return the number that was matched, from 1, or from −1 backwards."""
    if groups.get("last"):
        return -1
    if groups.get("first"):
        return 1
    said = groups.get("n") or groups.get("word") or groups.get("number")
    if not said:
        return None
    digits = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", said)
    number = _COUNTED.get(digits) or (int(digits) if digits.isdecimal() else han_number(digits))
    return -number if number and groups.get("back") else number


def _by_name(asked: str, headings: Sequence[Heading], works: set[int]) -> SectionReference | None:
    best: tuple[float, int, re.Match[str]] | None = None
    for match in [*_NAMED.finditer(asked), *_EN_NAMED.finditer(asked)]:
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
    return SectionReference(best[1], _rest(asked, best[2].start(), best[2].end()))
