"""The years in a question, and what each is the year of: what happened, what was planned, or the work itself.

A yearly report looks back on the year before and plans its own: the facts of 2018 are in the report of 2019.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.text.normalise import normalised, years_in
from corpus.text.numerals import HAN_DIGITS, read_numeral
from qa.question.words import words

_WORKS = "报告|讲话|演讲|致辞|宣言|白皮书|年报|年鉴"
_MAY_BE_WORKS = (
    "声明|公报|规划|计划|纲要|办法|条例|规定|规则|规程|规范|准则|标准|制度|细则|决定|通知|意见|合同|协议|章程|手册"
    "|修正案?|修订|(?<!出)版本?|法"
)
"""These name a work only at the end of a phrase: 2018年的计划, but not 2018年计划改造多少."""
_FILLER = r"[^,。?!\d的了是有将哪什几多里中]{0,12}?"
_EN_WORKS = (
    "reports?|address|speech|declaration|edition|version|revision|regulations?|rules|law|act|measures|contract|agreement"
    "|policy|handbook"
)
CHINESE_WORK = rf"(?:{_WORKS}|(?:{_MAY_BE_WORKS})(?=$|[里中内说讲提写指对是的有第,。?!:》)]|关于|怎|如何))"
"""A pattern of a word for a work, in normalised text."""
ENGLISH_WORK = rf"\s(?:[\w’'-]+\s){{0,4}}?(?:{_EN_WORKS})\b"
"""The same, with the words before it, which belong to it."""
_NAMES_A_WORK = re.compile(rf"(?:年度?)?(?:{_FILLER}的)?{_FILLER}{CHINESE_WORK}|{ENGLISH_WORK}")
"""After a year: 2010年政府工作报告 is not about 2010 in every line."""
_OF_A_WORK = re.compile(rf"\b(?:{_EN_WORKS})\s(?:of|for|from)\s(?:the\syear\s)?$")
"""Before a year: "the report of 2010"."""
_PLANS = frozenset(["目标", "预期", "拟", "要", "将", "将要", "计划", "打算", "力争", "争取", "准备", "会"])
_EN_PLANS = re.compile(r"\b(?:targets?|goals?|plans?|planned|aims?|aimed|will|expected|projected|forecast|intends?)\b")
_RELATIVE = (
    (re.compile("(?<![过失])去年|(?<![以])上一?年(?![级纪龄满]|度级)|\\b(?:last|previous) year\\b"), -1),
    (re.compile("(?<!当)今年(?![级轻])|(?<![基资样成版文])本年(?![级龄])|\\bthis year\\b"), 0),
    (re.compile("(?<![说证表简])明年|\\bnext year\\b"), 1),
)
_YEAR_BEFORE = re.compile(
    "过去的?一年|一年来|(?:工作|情况|任务|成绩)的?(?:回顾|总结)|\\b(?:past year|year in review)\\b"
)
_YEARS_BEFORE = re.compile(
    rf"(?:过去的?(?P<past>[{HAN_DIGITS}]+|\d+)|(?P<since>[{HAN_DIGITS}]+|\d+))个?年(?(past)|来)"
    r"|\b(?:past|last) (?P<en>[a-z]+|\d+) years\b"
)


@dataclass(frozen=True, slots=True)
class AskedYears:
    """The years that a question names."""

    works: frozenset[int]
    """Of works: 2018年政府工作报告, "the 2018 report"."""
    facts: frozenset[int]
    """Of what happened, or is planned."""
    steps: frozenset[int]
    """From the year of a work: −1 for 去年, 0 for 今年, 1 for 明年."""
    asks_plan: bool
    """Whether the question asks for an aim or a plan."""

    def __bool__(self) -> bool:
        return bool(self.works or self.facts or self.steps)


@lru_cache(maxsize=256)  # one question is read several times
def asked_years(question: str) -> AskedYears:
    """Return the years that a question names."""
    text = normalised(question)
    works, facts = set[int](), set[int]()
    for year, end in years_in(text):
        is_work = _NAMES_A_WORK.match(text, end) or _OF_A_WORK.search(text[: end - len(str(year))])
        (works if is_work else facts).add(year)
    plans = any(word.text in _PLANS for word in words(text)) or bool(_EN_PLANS.search(text))
    return AskedYears(frozenset(works), frozenset(facts), frozenset(_steps(text)), plans)


def _steps(text: str) -> Iterator[int]:
    return (step for pattern, step in _RELATIVE if pattern.search(text))


@lru_cache(maxsize=4096)
def period_of(label: str, own: int) -> tuple[int, int] | None:
    """Return the first and the last year that a heading speaks of; None if it does not say.

    `own`: the year of its work, 0 if unknown, from which 过去一年 counts: 过去五年工作回顾 of 2018 is (2013, 2017).
    """
    text = normalised(label)
    if named := [year for year, _ in years_in(text)]:
        return min(named), max(named)
    if not own:
        return None
    if (match := _YEARS_BEFORE.search(text)) and (
        count := read_numeral(match["past"] or match["since"] or match["en"])
    ):
        return own - count, own - 1
    if steps := [*_steps(text), *([-1] if _YEAR_BEFORE.search(text) else [])]:
        return own + min(steps), own + max(steps)
    return None
