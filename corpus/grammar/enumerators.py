"""The numbers that lines begin with, and the shape of what follows them.

Lines come folded (`corpus.text.fold`): in half width, so that `(`, `,`, `:`, `;`, `!` and `?` stand for both widths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

LONGEST_HEADING = 40
"""Characters. Headings of speeches, reports and declarations are shorter; a longer line is a sentence."""
LONGEST_IN_SERIES = 64
"""Among other headings of its kind a heading may be as long as this."""

_HAN_DIGITS = "一二三四五六七八九十百千零〇○两"
_N = rf"[{_HAN_DIGITS}\d]{{1,8}}"
_H = rf"[{_HAN_DIGITS}]{{1,5}}"
_ROMAN = r"[IVXLC]{1,7}"
_ENCLOSED = (("①", "⑳"), ("⑴", "⒇"), ("⒈", "⒛"), ("㈠", "㈩"), ("Ⅰ", "Ⅻ"))
"""First and last of the rows of numbers that are one character."""
_FORMAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾", "一二二三三四五六六七八九十")
_LETTERS = ("A.", "(a)")
_MONTH = "(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\\b"
_WORD_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORDS = "步骤|步驟|案例|问题|問題|任务|任務|专题|專題|场景|阶段|階段"
_ENGLISH = rf"\d{{1,3}}|{_ROMAN}|(?i:{'|'.join(_WORD_NUMBERS)})"

_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("分编", rf"第\s?(?P<n>{_N})\s?分\s?编"),
        ("编", rf"【?第\s?(?P<n>{_N})\s?(?:编|編|篇|卷|部分|部份|单元|單元|部(?=\s|$))】?"),
        ("章", rf"第\s?(?P<n>{_N})\s?章"),
        ("节", rf"第\s?(?P<n>{_N})\s?(?:节|節)"),
        ("条", rf"第\s?(?P<n>{_N})(?:\s?-\s?\d{{1,2}})?\s?(?:条|條)(?:\s?之\s?{_H})?"),
        ("原则", rf"(?:原则|原則|(?i:principle))\s?(?P<n>{_N})(?=\s|$|[:.])[:.]?\s*"),
        ("第一,", rf"第\s?(?P<n>{_H})\s?[,、]\s*"),
        ("一是", rf"(?P<n>{_H})是"),
        ("一、", rf"(?P<n>{_H})\s?、\s*"),
        ("一、", rf"(?P<n>{_H})(?:[.]\s*|\s+(?=[\u4e00-\u9fff])|$)"),
        ("(一)", rf"(?:\(\s?(?P<n>{_H})\s?\)|(?P<m>[㈠-㈩]))\s?[、.]?\s*"),
        ("壹、", r"(?P<n>[壹贰貳叁參肆伍陆陸柒捌玖拾]{1,3})、\s*"),
        ("甲、", r"(?P<n>[甲乙丙丁戊己庚辛壬癸])(?:、|\.)\s*"),
        ("(甲)", r"\(?(?P<n>[甲乙丙丁戊己庚辛壬癸])\)\s*"),
        ("1.1.1", r"\d{1,2}(?:[.]\d{1,2}){1}[.](?P<n>\d{1,2})[.]?(?:\s+|(?=[\u4e00-\u9fff]))"),
        ("1.1", r"\d{1,2}[.](?P<n>\d{1,2})[.]?(?:\s+|(?=[\u4e00-\u9fff](?!分点)))"),
        ("1.", r"(?:(?P<n>\d{1,2})\s?[.、]|(?P<m>[⒈-⒛]))\s*(?!\d)"),
        ("1.", r"(?P<n>\d{1,2})\s+(?=[\u4e00-\u9fff])(?![年月日时分个人名项万亿多余倍岁周天号级度元])"),
        ("1.", rf"(?P<n>\d{{1,2}})\s{{1,3}}(?!{_MONTH})(?=[A-Z][A-Za-z][^.!?;:]{{1,58}}$)"),
        ("(1)", r"(?:\(\s?(?P<n>\d{1,2})\s?\)|(?P<m>\d{1,2})\))\s*"),
        ("(a)", r"\(\s?(?P<n>[a-z])\s?\)\s*"),
        ("步骤", rf"(?:{_WORDS})\s?(?P<n>{_N})\s?(?:[:.、]|\s(?=\S)|$)\s*"),
        ("①", r"(?P<n>[①-⑳⑴-⒇])\s*"),
        ("——", r"(?:—{1,2}|--)\s*(?=[^\s—-])"),
        ("part", rf"(?i:part|book|title)\s+(?P<n>{_ENGLISH})\b[.:]?\s*"),
        ("chapter", rf"(?i:chapter)\s+(?P<n>{_ENGLISH})\b[.:]?\s*"),
        ("article", rf"(?i:article)\s+(?P<n>{_ENGLISH})(?:\s?(?:bis|ter|quater)|(?<=\d)[A-Z])?\b[.:]?\s*"),
        ("section", rf"(?:(?i:section|sec\.)|§)\s*(?:\d{{1,3}}\.)?(?P<n>\d{{1,3}}|{_ROMAN})\b[.:]?\s*"),
        ("A.", r"(?P<n>[A-HJ-UWYZ])\.\s+(?=[A-Z])"),
        ("I.", rf"(?:(?P<n>{_ROMAN})\.\s+(?=[A-Z])|(?P<m>[Ⅰ-Ⅻ])\s?[.、]?\s*)"),
    )
)
_QUICK = re.compile(
    r"[第【原步案问問任专專场阶階壹贰貳叁參肆伍陆陸柒捌玖拾一二三四五六七八九十百零〇(甲乙丙丁戊己庚辛壬癸\d①-⒛㈠-㈩Ⅰ-Ⅻ—\-§A-Za-z]"
)
_NOT_A_MARK = re.compile(rf"[{_HAN_DIGITS}]{{1,3}}、[{_HAN_DIGITS}]+(?:两|項|项|款|级|級|类|類|是|方面|、|等|者)")
_REFERENCE = re.compile(r"(?:《|的|和|或|及|与|與|至|到|规定|規定|所列|所称|以|之|、|[项項款])")

CLAUSE_STOP = re.compile(r"[。!?;]")
_LATIN_STOP = re.compile(r"[!?;]|\.(?=\s|$)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Enumerator:
    """The number that a line begins with."""

    style: str
    """How it counts; a key of `RANKS`."""
    number: int
    """0 where the style has no numbers."""
    end: int
    """Where the words after it begin."""


Shape = Literal["title", "colon", "sentence", "lead", "list", "long"]
"""What follows a mark: a title without a full stop, a title that ends with a colon, a single short sentence, a
short sentence and more, an item that ends with a semicolon, or none of these."""


def mark_of(text: str) -> Enumerator | None:
    """Return the number that a line begins with; Markdown's emphasis around it is passed over."""
    return _mark_of(text[:_MARK_REACH])


def is_number_alone(text: str) -> bool:
    """第一章, （三）: a number with nothing after it."""
    mark = mark_of(text)
    return mark is not None and mark.end >= len(text)


_MARK_REACH = 80
"""Characters. No number is longer."""


@lru_cache(1 << 16)
def _mark_of(text: str) -> Enumerator | None:
    stars = len(text) - len(text.lstrip("*"))
    if not _QUICK.match(text, stars) or _NOT_A_MARK.match(text, stars):
        return None
    for style, pattern in _STYLES:
        if match := pattern.match(text, stars):
            if style in ("编", "章", "节", "条", "分编") and _REFERENCE.match(text, match.end()):
                return None
            groups = match.groupdict()
            digits = groups.get("n") or groups.get("m") or ""
            number = ord(digits) % 32 if style in _LETTERS else value(digits)
            return Enumerator(style, number, match.end())
    return None


def value(digits: str) -> int:
    """Return the number that Chinese, Arabic, Roman, circled or English digits stand for; 0 for none."""
    if not digits:
        return 0
    if digits.isdecimal():
        return int(digits)
    digits = digits.translate(_FORMAL)
    if digits[0] in "甲乙丙丁戊己庚辛壬癸":
        return "甲乙丙丁戊己庚辛壬癸".index(digits[0]) + 1
    for first, last in _ENCLOSED:
        if first <= digits[0] <= last:
            return ord(digits[0]) - ord(first) + 1
    if digits.lower() in _WORD_NUMBERS:
        return _WORD_NUMBERS.index(digits.lower()) + 1
    if digits.isascii():
        values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}.get(digit, 0) for digit in digits.upper()]
        return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
    return _han(digits)


_ONES = {digit: place for place, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}


def _han(digits: str) -> int:
    if not any(digit in "十百千" for digit in digits):
        return int("".join(str(_ONES.get(digit, digit)) for digit in digits)[:9])
    total, one = 0, 0
    for digit in digits:
        if digit in "十百千":
            total += (one or 1) * {"十": 10, "百": 100, "千": 1000}[digit]
            one = 0
        else:
            one = _ONES.get(digit, 0) if not digit.isdecimal() else int(digit)
    return total + one


def shape_of(text: str, mark: Enumerator) -> tuple[Shape, int]:
    """Return the shape of a marked line, and where its title ends."""
    stop = (CLAUSE_STOP if _CHINESE.search(text) else _LATIN_STOP).search(text, mark.end)
    if stop is None:
        words = text.rstrip("* ")
        if words.endswith(":"):
            return ("colon", len(words)) if len(words) <= LONGEST_HEADING else ("long", 0)
        if len(words) > LONGEST_IN_SERIES or words[-1:] in ",、":
            return "long", 0
        return "title", len(words)
    if stop.group() == ";":
        return "list", 0
    end = stop.start()
    if end > LONGEST_IN_SERIES or ":" in text[mark.end : end]:
        return ("list" if text[-1] == ";" else "long"), 0
    rest = text[stop.end() :].strip('”’")* ')
    if not rest:
        return "sentence", end
    return ("list", end) if text[-1] == ";" else ("lead", end)
