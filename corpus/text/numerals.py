"""Numerals: one reader and one writer for texts, headings, questions and Word's lists.

The reader takes Arabic digits of any width, Chinese numerals (common, formal, Traditional), 甲乙丙 and 子丑寅, Roman
numerals, letters, enclosed numerals (①, ㈠, ⒈), and English words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from corpus.corpus_settings import PARSER

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DIGITS = "〇一二三四五六七八九"
_COUNTING = ("零一二三四五六七八九", "十百千")
_FORMAL = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟")
_FORMAL_TRADITIONAL = ("零壹貳參肆伍陸柒捌玖", "拾佰仟")
_WRITTEN = {
    "chineseCounting": _COUNTING,
    "chineseCountingThousand": _COUNTING,
    "taiwaneseCounting": _COUNTING,
    "taiwaneseCountingThousand": _COUNTING,
    "japaneseCounting": _COUNTING,
    "chineseLegalSimplified": _FORMAL,
    "ideographLegalTraditional": _FORMAL_TRADITIONAL,
}
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROWS = {
    "ideographTraditional": STEMS,
    "ideographZodiac": BRANCHES,
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
}
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
FORMS = (
    *_WRITTEN, *_ROWS, "decimal", "ideographDigital", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter",
    "decimalZero", "decimalFullWidth", "numberInDash",
)  # fmt: skip
"""Names of `w:numFmt` that `write_numeral` knows."""

_PLAIN_ONES = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_FORMAL_ONES = {
    digit: value
    for row in ("零壹贰叁肆伍陆柒捌玖", "零壹貳參肆伍陸柒捌玖", "零壹弍参肆伍陆柒捌玖")
    for value, digit in enumerate(row)
}
_ONES = _PLAIN_ONES | _FORMAL_ONES
_TENS = {"廿": 20, "卄": 20, "卅": 30, "卌": 40}
_SCALES = ((10**8, "亿億"), (10**4, "万萬"))

HAN_DIGITS = "一二三四五六七八九零〇○两兩十百千廿卄卅卌"
"""The characters of Chinese numerals below ten thousand, for use inside a character class."""
FORMAL_DIGITS = "壹贰貳叁參参弍肆伍陆陸柒捌玖拾佰仟"
"""The same of formal numerals. Some are common characters as well (大陆, 参加)."""
HAN_NUMERAL = rf"[{HAN_DIGITS}{FORMAL_DIGITS}万萬\d]{{1,16}}"
"""A pattern of numerals in Chinese texts, Arabic digits among them. `read_numeral` says which are numbers."""
ENCLOSED = r"\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3229\u3251-\u325f\u3280-\u3289\u32b1-\u32bf"
"""Numerals in circles or brackets or with a full stop that are one character (①, ⑴, ⒈, ❶, ㈠, ㉑, ㊀)."""

_CARDINALS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
_DECADES = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = (
    {word: value for words in (_CARDINALS, _ORDINALS) for value, word in enumerate(words, start=1)}
    | {word: value * 10 for value, word in enumerate(_DECADES, start=2)}
    | {word[:-1] + "ieth": value * 10 for value, word in enumerate(_DECADES, start=2)}
)
_DECADE = "|".join(_DECADES)
ENGLISH_CARDINAL = (
    rf"(?:(?:{_DECADE})(?:[- ](?:{'|'.join(_CARDINALS[:9])})\b)?|{'|'.join(sorted(_CARDINALS, key=len, reverse=True))})"
)
ENGLISH_ORDINAL = (
    rf"(?:(?:{_DECADE})[- ](?:{'|'.join(_ORDINALS[:9])})"
    rf"|{'|'.join(sorted((word for word in _WORDS if word.endswith(('st', 'nd', 'rd', 'th'))), key=len, reverse=True))}"
    r"|\d+(?:st|nd|rd|th))"
)
"""Patterns of one to ninety-nine in lower case."""

_ZERO = "[零〇○]"
_ONE = r"(?:[一二三四五六七八九两兩壹贰貳弍叁參参肆伍陆陸柒捌玖]|\d(?!\d))"
_GROUP = re.compile(
    rf"(?=.)(?P<thousands>{_ONE}?[千仟])?(?:{_ZERO}?(?P<hundreds>(?:{_ONE}|(?<![^零〇○]))[百佰]))?"
    rf"(?:{_ZERO}?(?P<tens>[廿卄卅卌]|{_ONE}?[十拾]))?(?:{_ZERO}?(?P<ones>{_ONE}))?"
)
_PLAIN_GROUP = re.compile("[一二三四五六七八九两零〇十百千廿]{1,9}")
_DIGIT_BY_DIGIT = re.compile(f"[{''.join(_ONES)}]+")
_VALID_ROMAN = re.compile(r"(?=.)m{0,3}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})")
_ORDINAL_DIGITS = re.compile(r"(\d+)(?:st|nd|rd|th)")
_ENCLOSURE = re.compile(r"[(\[【〔]\s*(.+?)\s*[)\]】〕]|-\s*(.+?)\s*-|(.+?)\.?")


@lru_cache(maxsize=4096)
def read_numeral(text: str, *, prefer: Literal["", "roman", "letter"] = "") -> int | None:
    """Return the value of a numeral, or None if `text` as a whole is not one.

    一百零五 and 一百五 are 105, 二〇二一 is 2021, (三) and ③ are 3, "twenty-first" is 21. `prefer` decides how to read
    letters that can be Roman numerals; by default I, V, X and longer ones are Roman, others count by the alphabet.
    """
    if _PLAIN_GROUP.fullmatch(text) and (number := _read_group(text)) is not None:
        return number  # most headings, in a fraction of the time
    text = unicodedata.normalize("NFKC", text).strip()
    if not 0 < len(text) <= PARSER.longest_numeral:
        return None
    if match := _ENCLOSURE.fullmatch(text):
        text = next(part for part in match.groups() if part)
    if text.isdecimal():
        return int(text)
    if len(text) == 1:
        for row in (STEMS, BRANCHES):
            if text in row:
                return row.index(text) + 1
        enclosed = unicodedata.numeric(text, -1.0) if unicodedata.category(text) == "No" else -1.0
        if enclosed >= 0 and enclosed.is_integer():  # ❶, which NFKC leaves; not ½
            return int(enclosed)
    if text.isascii():
        return _read_latin(text, prefer)
    return _read_han(text)


def _read_latin(text: str, prefer: str) -> int | None:
    small = text.lower()
    if match := _ORDINAL_DIGITS.fullmatch(small):
        return int(match[1])
    if small in _WORDS:
        return _WORDS[small]
    decade, _, one = small.replace(" ", "-").partition("-")
    if decade in _DECADES and _WORDS.get(one, 10) < 10:
        return _WORDS[decade] + _WORDS[one]
    if prefer == "letter" or (not prefer and len(text) == 1 and small not in "ivx"):
        return letter_value(text) or roman_value(text)
    return roman_value(text) or (letter_value(text) if len(text) == 1 else None)


def roman_value(text: str) -> int | None:
    """Return the value of a Roman numeral, 14 for XIV or xiv; None if it is not one."""
    if not (text.isupper() or text.islower()) or not _VALID_ROMAN.fullmatch(small := text.lower()):
        return None
    total = 0
    for size, numeral in _ROMAN:
        while small.startswith(numeral):
            total += size
            small = small[len(numeral) :]
    return total


def letter_value(text: str) -> int | None:
    """Return the number of a letter as Word's lists count, 3 for C or c, 28 for bb; None for anything else."""
    if not text.isascii() or not text.isalpha() or len(set(text)) != 1 or len(text) > 9:
        return None
    return ord(text[0].lower()) - ord("a") + 1 + 26 * (len(text) - 1)


def _read_han(text: str) -> int | None:
    """Return the value of a Chinese numeral; None if its parts do not make a number (百千, 七八十)."""
    if _DIGIT_BY_DIGIT.fullmatch(text):
        return int("".join(str(_ONES[character]) for character in text))
    for size, names in _SCALES:
        place = max(text.rfind(name) for name in names)
        if place >= 0:
            head = 1 if place == 0 else _read_below(text[:place], size)
            tail = 0 if place + 1 == len(text) else _read_below(text[place + 1 :], size)
            return head * size + tail if head and tail is not None else None
    return _read_group(text)


def _read_below(text: str, size: int) -> int | None:
    """Return the value of the part before or after 万 or 亿. Beside 亿, it may contain 万."""
    if text.isdecimal():
        return int(text)
    if any(name in text for scale, names in _SCALES if scale >= size for name in names):
        return None
    return _read_han(text.lstrip("零〇○")) if any(name in text for name in _SCALES[1][1]) else _read_group(text)


def _read_group(text: str) -> int | None:
    """Return the value of a numeral below ten thousand. A unit without a digit before it counts once."""
    match = _GROUP.fullmatch(text)
    if match is None:
        return None
    total = _ones(match["ones"]) if match["ones"] else 0
    for name, unit in (("thousands", 1000), ("hundreds", 100), ("tens", 10)):
        written = match[name]
        if written:
            total += _TENS.get(written) or (_ones(written[0]) if len(written) > 1 else 1) * unit
    return total


def _ones(digit: str) -> int:
    return int(digit) if digit.isdecimal() else _ONES[digit]


def write_numeral(number: int, form: str) -> str:
    """Return a number in a form of `w:numFmt`; in Arabic digits if the form does not reach so far or is unknown."""
    if form in ("none", "bullet"):
        return ""
    plain = str(number)
    if number < 1:
        return plain
    if number <= len(row := _ROWS.get(form, "")):
        return row[number - 1]
    if form in _WRITTEN and number < 10_000:
        return _han(number, *_WRITTEN[form])
    return _in_western(number, plain, form)


def _in_western(number: int, plain: str, form: str) -> str:
    match form:
        case "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital":
            return "".join(_DIGITS[int(digit)] for digit in plain)
        case "upperRoman" | "lowerRoman" if number < 4000:
            return _roman(number).upper() if form == "upperRoman" else _roman(number)
        case "upperLetter" | "lowerLetter" if number <= 26 * 9:  # after z come aa, bb, cc
            letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letters.upper() if form == "upperLetter" else letters
        case "decimalZero":
            return f"{number:02}"
        case "decimalFullWidth" | "decimalFullWidth2":
            return plain.translate(_WIDE)
        case "numberInDash":
            return f"- {plain} -"
    return plain


def _roman(number: int) -> str:
    out = ""
    for size, letters in _ROMAN:
        out += letters * (number // size)
        number %= size
    return out


def _han(number: int, ones: str, tens: str) -> str:
    """Return a number below ten thousand in Chinese: 十一, 二十, 一百零一, 一千零一十."""
    out, gap = "", False
    digits = str(number)
    for place, digit in enumerate(digits):
        power = len(digits) - 1 - place
        if digit == "0":
            gap = bool(out)
            continue
        out += (ones[0] if gap else "") + ones[int(digit)] + (tens[power - 1] if power else "")
        gap = False
    return out[1:] if 10 <= number < 20 and ones[1] == "一" else out
