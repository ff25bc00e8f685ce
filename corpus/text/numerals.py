"""Numbers written as Word's automatic lists write them: 一百零一, 壹, ①, iv, c."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DIGITS = "〇一二三四五六七八九"
_COUNTING = ("零一二三四五六七八九", "十百千")
_FORMAL = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟")
_FORMAL_TRADITIONAL = ("零壹貳參肆伍陸柒捌玖", "拾佰仟")
_HAN = {
    "chineseCounting": _COUNTING,
    "chineseCountingThousand": _COUNTING,
    "taiwaneseCounting": _COUNTING,
    "taiwaneseCountingThousand": _COUNTING,
    "japaneseCounting": _COUNTING,
    "chineseLegalSimplified": _FORMAL,
    "ideographLegalTraditional": _FORMAL_TRADITIONAL,
}
_ROWS = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
}
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def numeral(number: int, form: str) -> str:
    """Return a number in a form of `w:numFmt`; in Arabic digits where the form does not reach or is not known."""
    if form in ("none", "bullet"):
        return ""
    plain = str(number)
    if number < 1:
        return plain
    if number <= len(row := _ROWS.get(form, "")):
        return row[number - 1]
    if form in _HAN and number < 10_000:
        return _han(number, *_HAN[form])
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
    """Return 十一, 二十, 一百零一, 一千零一十."""
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
