"""Normalises text for matching: width, case, script and numbers. Normalised text is never shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from opencc import OpenCC

from corpus.corpus_settings import PARSER
from corpus.text.numerals import HAN_DIGITS, read_numeral
from corpus.text.radicals import as_characters
from corpus.text.scripts import IDEOGRAPHS
from corpus.text.variants import as_common

_T2S = OpenCC("t2s")
_PLAIN = HAN_DIGITS.replace("两", "").replace("兩", "")
_HAN_NUMBER = rf"(?:[{_PLAIN}]|(?<![{_PLAIN}万亿\d])两)(?:[{_PLAIN}万亿]|两(?=[百千万亿])){{0,98}}"
"""两 is a unit after a number (二两), but not in 一万两千."""
_BIG_DIGIT = "[壹贰叁参肆伍陆柒捌玖]"
_FORMAL = (
    rf"(?:{_BIG_DIGIT}[拾佰仟]|[壹贰叁肆柒捌玖][万亿])(?:零?{_BIG_DIGIT}?[拾佰仟万亿]){{0,16}}(?:零?{_BIG_DIGIT})?"
)
"""叁拾万, 伍佰; no 大陆万里, 参加."""
_NUMBER = re.compile(
    r"(?P<percent>百分之)?"
    r"(?:(?P<arabic>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"|(?P<han>{_FORMAL}|{_HAN_NUMBER})(?:点(?P<point>[零〇一二三四五六七八九]{{1,20}})(?![十百千分]))?)"
    r"(?:(?P<scale>[百千]?[万亿]+|[百千](?![克米瓦卡赫帕伏焦分]))|\s?(?P<word>thousand|million|billion|trillion)\b)?"
    r"\s?(?P<sign>%|percent\b|per cent\b)?"
)
_SHORT = re.compile(r"(.*([百千万亿]))([一二三四五六七八九])")
"""一万二 is 12,000: a digit that ends a numeral counts tenths of the unit before it. Not in 第一百五条."""
_SEVERAL = re.compile("两[一二三四五六七八九]")
_TENTHS = {"百": 10, "千": 100, "万": 1000, "亿": 10_000_000}
_HAN_ZEROS = {"百": 2, "千": 3, "万": 4, "亿": 8}
_ZEROS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_NO_YEAR = re.compile(r"年(?:代|后|前(?![一二三四\d])|[以之]?来|[以之][前后]|的?历史)")
"""What follows a number that is not a year: 2020年代 is a decade, 2000年前 and 2000年历史 count years."""
_NEXT_YEAR = re.compile(r"\s?(?:[至到和与及或、~—–-]|to\b|and\b)\s?(?:1[5-9]|20)\d\d年")
_COUNTS = re.compile(rf"[{IDEOGRAPHS}\d$%]|[.,-]\d|\s[元块人名个只头吨斤米里户所家次件项条亩台辆座平公立]|s\b")
"""What follows a number without 年 that counts something or continues (2000人, 1600 元, 1999-2000, the 2020s)."""
_NUMBERS = re.compile(r"(?:[\d.,$-]|第|§|\b(?:sections?|sec\.|articles?|no\.|page|p\.))\s?$")
"""What precedes a number that numbers something (Section 1681), or is the end of a longer number."""
_OF_TIME = re.compile(r"\b(?:in|of|by|since|until|till|from|during|for|the|year|and|to|before|after)\s$")
_RANGES = ((0x2E80, 0xD800), (0xF900, 0xFFF0), (0x20000, 0x323B0))
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """Return `text` in Simplified characters, of the same length, so that offsets stay true."""
    text = _LONE_SURROGATE.sub("\ufffd", text)  # OpenCC refuses lone surrogates
    whole: str = _T2S.convert(text)
    if len(whole) == len(text):
        return whole
    each = (_T2S.convert(character) for character in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(each, text, strict=True))


def compatible(text: str) -> str:
    """Return `text` in NFKC, with common characters in place of radicals and variants. Its length may change."""
    return as_common(unicodedata.normalize("NFKC", as_characters(text)))


def normalised(text: str) -> str:
    """Return `text` with full width, variants, case and script folded. Its length may change.

    >>> normalised("ＧＤＰ 與髙橋")
    'gdp 与高桥'
    """
    return simplified(compatible(text).lower())


@lru_cache(maxsize=1)
def character_pairs() -> str:
    """Return each Chinese or full-width character that `normalised` makes another character, and that one after it."""
    every = [chr(code) for first, end in _RANGES for code in range(first, end)]
    folded = normalised("\n".join(every)).split("\n")  # converted at once: one by one takes a second
    pairs = zip(every, folded, strict=True)
    return "".join(one + other for one, other in pairs if one != other and len(other) == 1)


def numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, value) of every number in a normalised text: 300亿, 三百亿 and 30000000000 are one value.

    The value is a decimal numeral, with `%` for a percentage.
    """
    for match in _NUMBER.finditer(text):
        if match["arabic"]:
            mantissa = match["arabic"].replace(",", "")
        elif (number := _han_value(match["han"], is_ordinal=text.endswith("第", 0, match.start()))) is None:
            continue  # 七八十 and 两三 are not single numbers
        else:
            mantissa = str(number)
        if match["point"]:
            mantissa += "." + "".join(str(int(unicodedata.numeric(digit))) for digit in match["point"])
        value = _scaled(mantissa, _ZEROS[match["word"]] if match["word"] else _han_zeros(match["scale"] or ""))
        yield match.start(), match.end(), value + ("%" if match["percent"] or match["sign"] else "")


def years_in(text: str) -> list[tuple[int, int]]:
    """Return (year, end) of every year in a normalised text: 2025年, 二〇二五年, 2021和2022年, "in 2025", 2025.

    Without 年, four digits are a year only if they neither count nor number anything (1600 元, "Section 1681").

    >>> years_in("二〇二五年到2030年, 1600 元")
    [(2025, 4), (2030, 10)]
    """
    found = []
    for start, end, value in numbers(text):
        if not _YEAR.fullmatch(value):
            continue
        written = text[start:end].rstrip()
        end = start + len(written)
        before, after = text[max(start - PARSER.near_year, 0) : start], text[end : end + PARSER.near_year]
        if after.lstrip().startswith("年"):
            is_year = not _NO_YEAR.match(after.lstrip())
        elif _NEXT_YEAR.match(after):
            is_year = True
        else:
            is_year = written.isdecimal() and not _COUNTS.match(after) and not _NUMBERS.search(before)
            is_year = is_year and (not re.match(r"\s[a-z]", after) or bool(_OF_TIME.search(before)))
        if is_year:
            found.append((int(value), end))
    return found


def _han_value(numeral: str, *, is_ordinal: bool) -> int | None:
    if _SEVERAL.match(numeral):
        return None
    short = _SHORT.fullmatch(numeral)
    if short and not is_ordinal and (whole := read_numeral(short[1])) is not None:
        return whole + int(unicodedata.numeric(short[3])) * _TENTHS[short[2]]
    return read_numeral(numeral)


def _han_zeros(scale: str) -> int:
    return sum(_HAN_ZEROS[character] for character in scale)


def _scaled(mantissa: str, zeros: int) -> str:
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction.ljust(zeros, "0")[:zeros]
    rest = fraction[zeros:].rstrip("0")
    return (digits.lstrip("0") or "0") + (f".{rest}" if rest else "")
