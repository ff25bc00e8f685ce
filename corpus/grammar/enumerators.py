"""Enumerators: the numbers that lines begin with, and the shape of what follows them.

Lines are folded (`corpus.text.fold`) to half width, so that `(`, `,`, `:`, `;`, `!` and `?` stand for both widths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpus.corpus_settings import PARSER
from corpus.text.fold import fold
from corpus.text.numerals import (
    ENCLOSED,
    ENGLISH_CARDINAL,
    FORMAL_DIGITS,
    HAN_DIGITS,
    STEMS,
    letter_value,
    read_numeral,
)
from corpus.text.scripts import IDEOGRAPHS, has_han

_N = rf"[{HAN_DIGITS}{FORMAL_DIGITS}万萬\d]{{1,10}}"
_H = rf"[{HAN_DIGITS}]{{1,7}}"
_ROMAN = r"[IVXLC]{1,8}"
_LETTERS = ("A.", "(a)")
_CIRCLED = "①-⒇㉑-㉟㊱-㊿❶-➓⓫-⓾"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\\b"
_WORDS = "步骤|步驟|案例|问题|問題|任务|任務|专题|專題|场景|阶段|階段"
_PLAIN_ENGLISH = rf"\d{{1,3}}|{_ROMAN}|[ivxlc]{{1,8}}|[A-ZⅠ-Ⅻⅰ-ⅻ]"
_ENGLISH = rf"{_PLAIN_ENGLISH}|(?i:{ENGLISH_CARDINAL})"

_INSERTED = rf"(?:\s?之\s?(?P<t>{_H}|\d{{1,2}})(?=\s|$|[:.]))?"
"""第三章之一: inserted between two chapters, as Taiwan's laws do."""

_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("分编", rf"第\s?(?P<n>{_N})\s?分\s?编"),
        ("编", rf"【?第\s?(?P<n>{_N})\s?(?:编|編|篇|卷|部分|部份|单元|單元|部(?=\s|$))】?"),
        ("章", rf"第\s?(?P<n>{_N})\s?章{_INSERTED}"),
        ("节", rf"第\s?(?P<n>{_N})\s?(?:节|節){_INSERTED}"),
        ("编", rf"(?P<n>[{STEMS}A-Z])\s?(?:部分|部份|编|編|篇|卷)(?=\s|$|[:])"),
        ("条", rf"第\s?(?P<n>{_N})(?:\s?-\s?(?P<s>\d{{1,2}}))?\s?(?:条|條)(?:\s?之\s?(?P<t>{_H}|\d{{1,2}}(?!\d)))?"),
        ("原则", rf"(?:原则|原則|(?i:principle))\s?(?P<n>{_N})(?=\s|$|[:.])[:.]?\s*"),
        ("第一,", rf"第\s?(?P<n>{_H})\s?[,、]\s*"),
        ("一是", rf"(?P<n>{_H})是"),
        ("一、", rf"(?P<n>{_H})\s?、\s*"),
        ("一、", rf"(?P<n>{_H})(?:[.]\s*|\s+(?=[{IDEOGRAPHS}])|$)"),
        ("(一)", rf"(?:\(\s?(?P<n>{_H})\s?\)|(?P<m>[㈠-㈩㊀-㊉]))\s?[、.]?\s*"),
        ("壹、", rf"(?P<n>[{FORMAL_DIGITS}]{{1,5}})、\s*"),
        ("甲、", rf"(?P<n>[{STEMS}])(?:、|\.)\s*"),
        ("(甲)", rf"\(?(?P<n>[{STEMS}])\)\s*"),
        ("1.1.1", rf"(?P<o>\d{{1,2}}[.]\d{{1,2}})[.](?P<n>\d{{1,2}})[.]?(?:\s+|(?=[{IDEOGRAPHS}]))"),
        ("1.1", rf"(?P<o>\d{{1,2}})[.](?P<n>\d{{1,2}})[.]?(?:\s+|(?=[{IDEOGRAPHS}](?!分点)))"),
        ("1.", r"(?:(?P<n>\d{1,2})\s?[.、]|(?P<m>[⒈-⒛]))\s*(?!\d)"),
        ("1.", rf"(?P<n>\d{{1,2}})\s+(?=[{IDEOGRAPHS}])(?![年月日时分个人名项万亿多余倍岁周天号级度元])"),
        ("1.", rf"(?P<n>\d{{1,2}})\s{{1,3}}(?!{_MONTH})(?=[A-Z][A-Za-z][^.!?;:]{{1,58}}$)"),
        ("(1)", r"(?:\(\s?(?P<n>\d{1,2})\s?\)|(?P<m>\d{1,2})\))\s*"),
        ("(a)", r"\(\s?(?P<n>[a-z])\s?\)\s*"),
        ("步骤", rf"(?:{_WORDS})\s?(?P<n>{_N})\s?(?:[:.、]|\s(?=\S)|$)\s*"),
        ("①", rf"(?P<n>[{_CIRCLED}])\s*"),
        ("——", r"(?:—{1,2}|--)\s*(?=[^\s—-])"),
        ("part", rf"(?i:part|book|title)\s+(?P<n>{_ENGLISH})\b[.:]?\s*"),
        ("chapter", rf"(?i:chapter)\s+(?P<n>{_ENGLISH})\b[.:]?\s*"),
        ("article", rf"(?i:article)\s+(?P<n>{_ENGLISH})(?P<s>\s?(?:bis|ter|quater)|(?<=\d)[A-Z])?\b[.:]?\s*"),
        (
            "section",
            rf"(?:(?i:section|sec\.)|§)\s*(?:(?P<o>\d{{1,3}})\.)?(?P<n>\d{{1,3}}|{_ROMAN}|[ivxlc]{{1,8}}|[A-Z])\b[.:]?\s*",
        ),
        ("A.", r"(?P<n>[A-HJ-UWYZ])\.\s+(?=[A-Z])"),
        ("I.", rf"(?:(?P<n>{_ROMAN})\.\s+(?=[A-Z])|(?P<m>[Ⅰ-Ⅻ])\s?[.、]?\s*)"),
    )
)
_QUICK = re.compile(rf"[第【原步案问問任专專场阶階{HAN_DIGITS}{FORMAL_DIGITS}({STEMS}\d{ENCLOSED}Ⅰ-Ⅻ—\-§A-Za-z]")
_NOT_AN_ENUMERATOR = re.compile(rf"[{HAN_DIGITS}]{{1,3}}、[{HAN_DIGITS}]+(?:两|項|项|款|级|級|类|類|是|方面|、|等|者)")
_REFERENCE = re.compile(r"(?:《|的|和|或|及|与|與|至|到|规定|規定|所列|所称|以|之|、|[项項款])")

_LATIN_SUFFIXES = {"bis": 2, "ter": 3, "quater": 4}
_OF_HEADINGS = (
    ("附", re.compile(rf"附\s?[件录錄表图圖]\s?(?P<n>{_N}|[A-Z](?![A-Za-z]))\s?[:.、]?\s*")),
    ("附", re.compile(rf"(?i:annex|appendix|schedule)\s+(?P<n>{_ENGLISH})\b\s?[:.]?\s*")),
)
_LENIENT = (
    ("第一,", re.compile(rf"\**第\s?(?P<n>{_N})\s?款?[,、:\s]*")),
    ("一、", re.compile(rf"\**\(?(?P<n>[{HAN_DIGITS}]+|\d+)[)、.,]+\s*")),
)
"""Enumerators of a heading that a format or an edition marks, beyond those that `enumerator_of` reads."""

UNITS = {
    **dict.fromkeys(("编", "part", "篇", "卷", "部分", "部份", "大部分", "单元", "book", "title"), "part"),
    "分编": "subpart",
    **dict.fromkeys(("章", "chapter"), "chapter"),
    **dict.fromkeys(("节", "section", "sec", "小节", "§"), "section"),
    **dict.fromkeys(("条", "article", "art"), "article"),
    **dict.fromkeys(("原则", "principle"), "principle"),
    **dict.fromkeys(("附", "附件", "附录", "附表", "附图", "annex", "appendix", "schedule"), "annex"),
}
"""The unit of each style, and of the words of questions (in lower case and Simplified characters)."""
ENCLOSED_STYLES = ("(一)", "(甲)", "(1)", "(a)", "①")
"""Styles whose numbers stand in brackets or circles."""

CLAUSE_STOP = re.compile(r"[。!?;]")
_LATIN_STOP = re.compile(r"[!?;]|\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Enumerator:
    """The number that a line begins with."""

    style: str
    """How it counts: a key of `_STYLES`, or `附`."""
    number: int
    """0 where the style has no numbers."""
    end: int
    """Where the words after it begin in the line."""
    numeral: str = ""
    """The number as it is written, without brackets."""
    suffix: int = 0
    """1 of 第五条之一 and Article 5A, 2 of Article 5 bis; 0 for none."""
    outer: str = ""
    """The numbers before its own: 3 of 3.2, 3.2 of 3.2.1."""

    @property
    def unit(self) -> str:
        """The unit that it numbers; empty if the style does not say, as with 一、."""
        return UNITS.get(self.style, "")


Shape = Literal["title", "colon", "sentence", "opening", "list", "long"]
"""What follows an enumerator. `title`: a title without a full stop. `colon`: a title that ends with a colon.
`sentence`: one short sentence. `opening`: a short sentence and more text. `list`: an item that ends with a semicolon.
`long`: none of these."""


def enumerator_of(text: str) -> Enumerator | None:
    """Return the enumerator of a line, or None. It skips Markdown's emphasis around the number."""
    return _enumerator_of(text[: PARSER.longest_number])


def is_number_alone(text: str) -> bool:
    """Return whether a line is an enumerator and nothing else: 第一章, （三）."""
    enumerator = enumerator_of(text)
    return enumerator is not None and enumerator.end >= len(text)


@lru_cache(1 << 16)
def _enumerator_of(text: str) -> Enumerator | None:
    stars = len(text) - len(text.lstrip("*"))
    if not _QUICK.match(text, stars) or _NOT_AN_ENUMERATOR.match(text, stars):
        return None
    for style, pattern in _STYLES:
        if match := pattern.match(text, stars):
            if style in ("编", "章", "节", "条", "分编") and _REFERENCE.match(text, match.end()):
                return None
            groups = match.groupdict()
            digits = groups.get("n") or groups.get("m") or ""
            number = letter_value(digits) if style in _LETTERS else read_numeral(digits) if digits else 0
            if number is None:
                continue
            suffix = suffix_value(groups.get("s") or groups.get("t") or "")
            return Enumerator(style, number, match.end(), digits, suffix, groups.get("o") or "")
    return None


def suffix_value(written: str) -> int:
    """Return the value of a suffix of an article's number: 2 for 之二, bis or B; 0 for none."""
    written = written.strip().lower()
    return _LATIN_SUFFIXES.get(written) or read_numeral(written, prefer="letter") or 0


@lru_cache(1 << 17)
def heading_enumerator(label: str) -> Enumerator | None:
    """Return the enumerator of a line that is known to be a heading, or None if it has none.

    It therefore accepts more than `enumerator_of`, such as 附件二 and Annex B. `label` is not folded.
    """
    text = fold(label.strip()[: PARSER.longest_number], spread=False).text
    for style, pattern in _OF_HEADINGS:
        if (match := pattern.match(text)) and (number := read_numeral(match["n"])) is not None:
            return Enumerator(style, number, match.end(), match["n"])
    enumerator = _enumerator_of(text)
    if enumerator is None:
        for style, pattern in _LENIENT:
            if (match := pattern.match(text)) and (number := read_numeral(match["n"])) is not None:
                return Enumerator(style, number, match.end(), match["n"])
    return enumerator if enumerator and enumerator.numeral else None


def shape_of(text: str, enumerator: Enumerator) -> tuple[Shape, int]:
    """Return the shape of a line with an enumerator, and where its title ends (0 if it has none)."""
    stop = (CLAUSE_STOP if has_han(text) else _LATIN_STOP).search(text, enumerator.end)
    if stop is None:
        words = text.rstrip("* ")
        if words.endswith(":"):
            return ("colon", len(words)) if len(words) <= PARSER.longest_heading else ("long", 0)
        if len(words) > PARSER.longest_heading_in_series or words[-1:] in ",、":
            return "long", 0
        return "title", len(words)
    if stop.group() == ";":
        return "list", 0
    end = stop.start()
    if end > PARSER.longest_heading_in_series or ":" in text[enumerator.end : end]:
        return ("list" if text[-1] == ";" else "long"), 0
    rest = text[stop.end() :].strip('”’")* ')
    if not rest:
        return "sentence", end
    return ("list", end) if text[-1] == ";" else ("opening", end)
