"""Which lines are headings: what the grammar allows, judged by a line's neighbours and the numbers around it.

A numbered line is read together with its series (一、 二、 三、 …). Series whose items end with semicolons, or
follow each other without a paragraph between, are lists; so is what stands under an article of a law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from corpus import structure
from corpus.lines import Line
from corpus.ranks import APPENDIX, UNDER_APPENDIX, known_rank, ranks_of, unnumbered_rank
from corpus.structure import Mark, Shape


@dataclass(frozen=True, slots=True)
class Role:
    """What a paragraph is."""

    kind: Literal["plain", "heading", "lead", "salutation", "close", "end"] = "plain"
    """`heading`: a title by itself. `lead`: a paragraph that opens with its own title. `salutation`: who is
    addressed. `close`: a numbered paragraph without a title; it ends its brothers' sections. `end`: a signature."""
    rank: float = 0
    """Depth among the kinds of heading: a kind nests in those of smaller rank."""
    start: int = 0
    """Where the title starts and ends in the folded paragraph."""
    end: int = 0
    limit: int = 0
    """How many paragraphs the section may hold; 0 for no limit."""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """A paragraph whose role the rules were not sure of."""

    place: int
    zh: str
    en: str


_HARD = ("编", "分编", "章", "节", "part", "chapter")
_ARTICLE = ("条", "article")
_SERIES = ("壹、", "一、", "(一)", "(甲)", "1.", "1.1", "1.1.1", "(1)", "①", "I.", "section")
_STRONG = ("壹、", "一、", "(一)", "(甲)", "section", "I.")
_LEADS = ("第一,", "一是", "——")
_DASH_BOLD = re.compile(r"—{1,2}\*\*(?P<title>[^*]{2,40})\*\*")
_ARTICLE_TITLE = re.compile(r"\s{0,3}(?:[【\[][^】\]]{1,30}[】\]]|\([^()。,;]{2,24}\)(?=\s|$))")
_GAP = 3
"""Numbers that may be missing in a series."""
_LONGEST_LEAD = 45
_LONGEST_DASH = 36


class Outline:
    """Gives each line its role."""

    def __init__(self, lines: Sequence[Line], *, wanted: Mapping[int, int], unwanted: frozenset[int]) -> None:
        """`wanted` holds the levels of lines that an edition calls headings, `unwanted` lines that are none."""
        self._lines = lines
        self.roles = [Role() for _ in lines]
        self.unsure: list[Unsure] = []
        self._marks: list[Mark | None] = [
            None if line.kind or line.level or line.number in unwanted or line.number in wanted else structure.mark_of(line.text)
            for line in lines
        ]
        self._shapes: list[tuple[Shape, int] | None] = [
            structure.shape_of(line.text, mark) if mark else None for line, mark in zip(lines, self._marks, strict=True)
        ]
        self._free = [not (line.kind or line.level or line.number in unwanted) for line in lines]
        self._simple()
        self._articles()
        self._series()
        self._leads()
        self._refrains()
        self._unnumbered()
        self._signature()
        self._rank(wanted)
        self._limit()

    def _simple(self) -> None:
        """Headings that need no neighbour: those of the format, 编 章 节, 附件, and salutations."""
        for place, line in enumerate(self._lines):
            mark, shape = self._marks[place], self._shapes[place]
            if line.level:
                self._set(place, "heading", known_rank(line.level), "#", 0, len(line.text))
            elif not self._free[place]:
                continue
            elif structure.is_salutation(line.text) or (not place and structure.is_recipient(line.text)):
                self.roles[place] = Role("salutation")
            elif structure.appendix(line.text):
                self._set(place, "heading", APPENDIX, "附", 0, len(line.text))
            elif mark and shape and mark.style in _HARD and shape[0] == "title" and self._is_english_heading(place, mark):
                self._set(place, "heading", 0, mark.style, 0, len(line.text))

    def _is_english_heading(self, place: int, mark: Mark) -> bool:
        """Of English styles: nothing after the number, a title in capitals, or a mark between them."""
        if not mark.style.isascii():
            return True
        text = self._lines[place].text
        rest = text[mark.end :]
        return not rest or structure.is_english_title(rest) or text[: mark.end].rstrip()[-1] in ".:"

    def _articles(self) -> None:
        """第十条　…: articles of a law; by themselves, or at the beginning of their first paragraph."""
        places = [place for place, mark in enumerate(self._marks) if mark and mark.style in _ARTICLE]
        in_order = sum(1 for a, b in pairwise(places) if self._number(b) == self._number(a) + 1)
        for place in places:
            mark, text = self._marks[place], self._lines[place].text
            assert mark is not None
            following = text[mark.end : mark.end + 1]
            apart = not following or following.isspace() or following in "*:【[(" or not mark.style.isascii() and in_order >= 2
            if mark.style == "article":
                apart = self._is_english_heading(place, mark)
            if not apart:
                continue
            start = len(text) - len(text.lstrip("*"))
            end = len(text[: mark.end].rstrip())
            if title := _ARTICLE_TITLE.match(text, mark.end):
                end = title.end()
            shape = self._shapes[place]
            rest = text[end:].strip("* :")
            follows = place + 1 < len(self._lines) and not self._marks[place + 1]
            if not rest or (shape and shape[0] == "title" and len(rest) <= 30 and follows and "," not in rest):
                self._set(place, "heading", 0, mark.style, start, len(text))
            else:
                self._set(place, "lead", 0, mark.style, start, end)

    def _series(self) -> None:
        in_article = self._in_articles()
        for style in _SERIES:
            for run in self._runs(style):
                self._judge(style, run, in_article)

    def _runs(self, style: str) -> list[list[int]]:
        """Return the places of each series of a style: numbers that go up, few of them missing."""
        runs: list[list[int]] = []
        for place, mark in enumerate(self._marks):
            if mark is None or mark.style != style or self.roles[place].kind != "plain":
                continue
            last = self._number(runs[-1][-1]) if runs else 0
            if runs and last < mark.number <= last + _GAP:
                runs[-1].append(place)
            else:
                runs.append([place])
        return runs

    def _number(self, place: int) -> int:
        mark = self._marks[place]
        return mark.number if mark else 0

    def _in_articles(self) -> list[bool]:
        """Say of each line whether it stands under an article of a law."""
        inside, out = False, []
        for role in self.roles:
            if role.style in _ARTICLE:
                inside = True
            elif role.kind == "heading" and role.style not in _ARTICLE:
                inside = False
            out.append(inside)
        return out

    def _judge(self, style: str, run: list[int], in_article: Sequence[bool]) -> None:
        """Decide which items of a series are headings."""
        if style == "section":
            run = [place for place in run if self._is_english_heading(place, self._mark(place))]
        kinds = {place: self._shape(place) for place in run}
        has_body = {place: self._has_body(place, style) for place in run}
        count = len(run)
        bodies = sum(has_body.values())
        titles = sum(kinds[place] in ("title", "colon") for place in run)
        leads = sum(kinds[place] == "lead" for place in run)
        lists = sum(kinds[place] == "list" for place in run)
        if not run or lists > max(titles + leads - 1, 0) or (lists and style not in _STRONG):
            return
        if in_article[run[0]] and not (
            style in ("一、", "section") and all(kinds[p] == "title" and self._before_article(p) for p in run)
        ):
            return
        strong = style in _STRONG
        if sum(structure.is_rule(self._lines[place].text[: self._end(place)]) for place in run) > count / 3:
            return
        chosen: list[int] = []
        for place in run:
            kind, text = kinds[place], self._lines[place].text
            bare = not text[self._mark(place).end :].strip("* ")
            if kind == "title" and bare:
                good = count >= 2 and bodies >= 0.6 * count and self._number(run[0]) == 1 and style in ("一、", "(一)", "I.", "1.")
            elif kind == "title" and strong:
                good = (len(text) <= structure.LONGEST_HEADING or titles >= 2) and (count < 3 or bodies > 1)
                good = good and self._after_end(place)
            elif kind in ("title", "colon"):
                good = count >= 2 and bodies >= 0.6 * count and self._number(run[0]) <= 2
                good = good and (len(text) <= structure.LONGEST_HEADING or titles >= 2)
            elif kind == "sentence":
                good = count >= 2 and bodies >= max(0.6 * count, 2) and self._number(run[0]) <= 2
            elif kind == "lead":
                good = count >= 2 and leads + titles >= 0.75 * count and self._number(run[0]) <= 2
            else:
                good = False
            if good:
                chosen.append(place)
        for place in run:
            text = self._lines[place].text
            start = len(text) - len(text.lstrip("*"))
            if place in chosen:
                lead = kinds[place] == "lead"
                end = self._end(place) if lead else len(text.rstrip("*"))
                self._set(place, "lead" if lead else "heading", 0, style, start, end)
            elif chosen:
                self.roles[place] = Role("close", style=style)
        self._doubt(style, run, chosen, kinds)

    def _doubt(self, style: str, run: list[int], chosen: list[int], kinds: Mapping[int, Shape]) -> None:
        if not chosen and style in _STRONG and any(kinds[place] in ("title", "lead") for place in run):
            self._say(run[0], "像标题，但按正文处理了。", "This looks like a heading and was taken for text.")
        for before, place in pairwise(chosen):
            if self._number(place) > self._number(before) + 1 and not set(run) & set(range(before + 1, place)):
                self._say(place, "编号不连续，前面可能漏了一个标题。", "A number is missing before this heading.")
        if chosen and style in _STRONG and self._number(chosen[0]) > 1 and run[0] == chosen[0]:
            self._say(chosen[0], "编号不是从一开始的。", "The numbers do not begin with one here.")

    def _say(self, place: int, zh: str, en: str) -> None:
        self.unsure.append(Unsure(place, zh, en))

    def _mark(self, place: int) -> Mark:
        mark = self._marks[place]
        assert mark is not None
        return mark

    def _shape(self, place: int) -> Shape:
        shape = self._shapes[place]
        assert shape is not None
        return shape[0]

    def _end(self, place: int) -> int:
        shape = self._shapes[place]
        assert shape is not None
        return shape[1]

    def _has_body(self, place: int, style: str) -> bool:
        """Say whether something else than the next item follows."""
        if place + 1 >= len(self._lines):
            return False
        mark = self._marks[place + 1]
        return mark is None or mark.style != style

    def _before_article(self, place: int) -> bool:
        return any(
            mark is not None and mark.style in _ARTICLE for mark in self._marks[place + 1 : place + 3]
        )

    def _after_end(self, place: int) -> bool:
        """Say whether what stands before is finished; a heading does not interrupt a sentence."""
        return place == 0 or self._lines[place - 1].text[-1] not in ",、" or bool(self._lines[place].level)

    def _set(self, place: int, kind: Literal["heading", "lead"], rank: float, style: str, start: int, end: int) -> None:
        self.roles[place] = Role(kind, rank, start, end, style=style)

    def _leads(self) -> None:
        """第一，… 一是… ——…: paragraphs that open with their own title."""
        for style in _LEADS:
            for run in self._runs(style) if style != "——" else self._dashes():
                for place in run:
                    text, (shape, end) = self._lines[place].text, (self._shape(place), self._end(place))
                    if style == "——":
                        bold = _DASH_BOLD.match(text)
                        start = self._mark(place).end
                        if bold:
                            self.roles[place] = Role("lead", 0, *bold.span("title"), limit=1, style=style)
                        elif len(run) >= 2 and shape in ("lead", "sentence") and end - start <= _LONGEST_DASH:
                            self.roles[place] = Role("lead", 0, start, end, limit=1, style=style)
                        elif len(run) >= 2:
                            self.roles[place] = Role("close", style=style)
                    elif shape in ("lead", "sentence") and end <= _LONGEST_LEAD and (style != "一是" or len(run) >= 2):
                        if text[end] == "。" and end - self._mark(place).end >= 2:
                            self._set(place, "lead", 0, style, 0, end)
                    elif len(run) >= 2 and any(self.roles[p].kind == "lead" for p in run):
                        self.roles[place] = Role("close", style=style)

    def _dashes(self) -> list[list[int]]:
        """Return the series of —— items: one after the other."""
        runs: list[list[int]] = []
        for place, mark in enumerate(self._marks):
            if mark and mark.style == "——" and self.roles[place].kind == "plain":
                if runs and place == runs[-1][-1] + 1:
                    runs[-1].append(place)
                else:
                    runs.append([place])
        return runs

    def _refrains(self) -> None:
        """Short sentences of one mould on lines of their own, a paragraph after each: 这是…的五年。"""
        run: list[int] = []
        for place, line in enumerate([*self._lines, None]):
            if line and self._is_refrain(place) and (not run or self._same_mould(run[-1], place)):
                run.append(place)
                continue
            if line and run and place < run[-1] + 2:
                continue
            if len(run) >= 3:
                for member in run:
                    self._set(member, "lead", 0, "无", 0, len(self._lines[member].text) - 1)
            run = [place] if line and self._is_refrain(place) else []

    def _is_refrain(self, place: int) -> bool:
        line = self._lines[place]
        return (
            self.roles[place].kind == "plain"
            and self._free[place]
            and not self._marks[place]
            and 6 <= len(line.text) <= 30
            and line.text.find("。") == len(line.text) - 1
            and place + 1 < len(self._lines)
            and len(self._lines[place + 1].text) > 60
        )

    def _same_mould(self, before: int, place: int) -> bool:
        one, other = self._lines[before].text, self._lines[place].text
        return place == before + 2 and one[:2] == other[:2] and one[-3:] == other[-3:]

    def _unnumbered(self) -> None:
        """Headings without a number: short lines among paragraphs that all end with a full stop."""
        prose = [line for line in self._lines if len(line.text) > 20 and not line.kind]
        ended = sum(line.text[-1] in "。!?;:…”’\"')）,." for line in prose)
        if any(line.level for line in self._lines):
            return
        clean = len(prose) >= 3 and ended >= 0.85 * len(prose)
        for place, line in enumerate(self._lines):
            if self.roles[place].kind != "plain" or not self._free[place] or self._marks[place]:
                continue
            if structure.front(line.text) and place + 1 < len(self._lines):
                self._set(place, "heading", 0, "序", 0, len(line.text))
            elif (clean or (place and self.roles[place - 1].style == "附")) and self._could_be_unnumbered(place):
                self._set(place, "heading", 0, "无", 0, len(line.text))
                if place and self.roles[place - 1].kind == "heading" and self.roles[place - 1].style != "附":
                    self._say(place, "没有编号，按标题处理了。", "Without a number; taken for a heading.")

    def _could_be_unnumbered(self, place: int) -> bool:
        line = self._lines[place]
        if place + 1 >= len(self._lines) or structure.is_subtitle(line.text) or not structure.is_plain_title(line.text):
            return False
        after = self._lines[place + 1]
        follows = self.roles[place + 1].kind in ("heading", "lead") or (
            len(after.text) > 20 and not structure.is_plain_title(after.text)
        ) or after.text[-1] in "。!?"
        before = self._lines[place - 1] if place else None
        finished = before is None or before.text[-1] in "。!?…”’\"')." or self.roles[place - 1].kind in ("heading", "salutation")
        if not structure.is_chinese(line.text):
            return bool(finished and follows and structure.is_english_title(line.text) and (line.after_blank or after.after_blank))
        return finished and follows and "  " not in line.text and not structure.is_name(line.text)

    def _signature(self) -> None:
        """Who signs, and the date: short lines at the end, the last of them a date."""
        ends = [place for place, role in enumerate(self.roles) if role.style == "附"] + [len(self._lines)]
        end = ends[0]
        if end < 2 or not structure.is_date(self._lines[end - 1].text) or not self._free[end - 1]:
            return
        start = end - 1
        while start > 1 and end - start < 4 and self._free[start - 1] and not self._marks[start - 1] and (
            structure.is_signature(self._lines[start - 1].text) and self.roles[start - 1].kind in ("plain", "heading")
            and self.roles[start - 1].style in ("", "无")
        ):
            start -= 1
        for place in range(start, end):
            self.roles[place] = Role("end")

    def _rank(self, wanted: Mapping[int, int]) -> None:
        """Say how deep each kind of heading is in this text."""
        numbered = [
            (role.style, self._number(place))
            for place, role in enumerate(self.roles)
            if role.kind in ("heading", "lead", "close") and role.style not in ("#", "附", "无", "序")
        ]
        ranks = ranks_of(numbered)
        plain = unnumbered_rank([(role.style, self._number(place)) for place, role in enumerate(self.roles) if role.style], ranks)
        outermost = min((ranks[style] for style, _ in numbered), default=25.0)
        for place, role in enumerate(self.roles):
            under_appendix = place > 0 and self.roles[place - 1].style == "附"
            if role.style == "附":
                self.roles[place] = replace(role, rank=UNDER_APPENDIX if under_appendix else APPENDIX)
            elif role.style in ranks:
                self.roles[place] = replace(role, rank=ranks[role.style])
            elif role.style == "序":
                self.roles[place] = replace(role, rank=outermost)
            elif role.style == "无":
                self.roles[place] = replace(role, rank=UNDER_APPENDIX if under_appendix else plain)
        if wanted:
            self._want(wanted)

    def _want(self, wanted: Mapping[int, int]) -> None:
        """Make headings of the lines that the edition names, as deep as it says."""
        known: dict[int, float] = {}
        stack: list[float] = []
        for role in self.roles:
            if role.kind in ("heading", "lead"):
                while stack and stack[-1] >= role.rank:
                    stack.pop()
                stack.append(role.rank)
                known.setdefault(len(stack), role.rank)
        done: set[int] = set()
        for place, line in enumerate(self._lines):
            if line.number in wanted and line.number not in done:
                done.add(line.number)
                level = wanted[line.number]
                rank = known.get(level, known.get(level - 1, 0.0) + 0.5)
                self.roles[place] = Role("heading", rank, 0, len(line.text), style="+")

    def _limit(self) -> None:
        """End the last point of a series after as many paragraphs as the others have, if all have the same."""
        series: dict[str, list[int]] = {}
        for place, role in [*enumerate(self.roles), (len(self.roles), Role("heading"))]:
            for style in [style for style in series if role.kind in ("heading", "salutation", "end") or (
                role.kind == "lead" and style != role.style and role.rank < self.roles[series[style][0]].rank
            )]:
                self._end_series(series.pop(style), place)
            if role.kind == "lead" and role.style not in ("——", *_ARTICLE):
                series.setdefault(role.style, []).append(place)

    def _end_series(self, places: list[int], end: int) -> None:
        gaps = {b - a for a, b in pairwise(places)}
        between = all(self.roles[p].kind == "plain" for a, b in pairwise(places) for p in range(a + 1, b))
        if len(places) >= 3 and len(gaps) == 1 and between and end - places[-1] > min(gaps):
            last = places[-1]
            self.roles[last] = replace(self.roles[last], limit=min(gaps))
