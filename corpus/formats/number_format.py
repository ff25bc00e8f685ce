"""Writes a number of a sheet as its cell shows it: 5%, 1,234.50, 2021-09-17, by the format of the cell.

The formats are those of ECMA-376 (18.8.31): sections for positive, negative and zero numbers and for text, digits that
are shown always (0) or if there are any (#), and fields of dates and times.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from corpus.corpus_settings import FORMATS
from corpus.text.numerals import write_numeral

_TOKEN = re.compile(
    r"(?P<quoted>\"[^\"]*\")|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General)"
    r"|(?P<ampm>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-])|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|e+|a{3,4})"
    r"|(?P<digit>[0#?])|(?P<other>.)",
    re.DOTALL,
)
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_ELAPSED = re.compile(r"[hH]+|[mM]+|[sS]+")
_CHINESE_NUMERALS = {"DBNum1": "chineseCounting", "DBNum2": "chineseLegalSimplified"}
_EPOCH = datetime(1899, 12, 30)
_WEEKDAYS = "一二三四五六日"

Value = float | int | Decimal | date | datetime | time | timedelta


def shown(value: Value, code: str) -> str:
    """Return what a cell with this number format shows. A format that is not understood shows the plain number."""
    sections = _sections(code or "General")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date | time | timedelta):
        tokens = _tokens(sections[0])
        if not any(kind == "date" or (kind == "bracket" and _ELAPSED.fullmatch(text)) for kind, text in tokens):
            return value.isoformat(" ") if isinstance(value, datetime) else str(value)
        return _date(value, tokens)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return str(value)
    return _number(number, sections)


def _sections(code: str) -> list[str]:
    """Divide a format at the semicolons that are not quoted."""
    parts, part = [], ""
    for match in _TOKEN.finditer(code):
        if match.group() == ";":
            parts.append(part)
            part = ""
        else:
            part += match.group()
    return [*parts, part]


def _tokens(section: str) -> list[tuple[str, str]]:
    found = []
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup or "other"
        found.append((kind, match[kind].strip('"') if kind == "quoted" else match[kind]))
    return found


def _number(number: Decimal, sections: list[str]) -> str:
    section, is_signed = sections[0], True
    if any(map(_CONDITION.search, sections)):
        section = next((one for one in sections if _holds(one, number)), sections[-1])
    elif len(sections) > 1 and number < 0:
        section, is_signed = sections[1], False
    elif len(sections) > 2 and number == 0:
        section = sections[2]
    tokens = _tokens(section)
    words = _digits(abs(number), tokens)
    return f"-{words}" if number < 0 and is_signed and any(map(str.isdigit, words)) else words


def _holds(section: str, number: Decimal) -> bool:
    """Return whether the condition of a section holds, such as [>=10000]. One without a condition takes all."""
    condition = _CONDITION.search(section)
    if not condition:
        return True
    sign, limit = condition[1], Decimal(condition[2])
    return (number < limit and "<" in sign) or (number > limit and ">" in sign) or (number == limit and "=" in sign)


def _digits(number: Decimal, tokens: list[tuple[str, str]]) -> str:
    """Return a number that is not negative by the tokens of one section."""
    numeral = next((_CHINESE_NUMERALS.get(text) for kind, text in tokens if kind == "bracket"), None)
    if numeral:
        tokens = [("digit", "0") if kind == "general" else (kind, text) for kind, text in tokens]
    digits = [at for at, (kind, text) in enumerate(tokens) if kind == "digit"]
    if not digits:
        return "".join(_literal(kind, text, number) for kind, text in tokens).strip()
    first, last = digits[0], digits[-1]
    if any(kind == "other" and text == "/" for kind, text in tokens[first:last]):
        return _fraction(number, tokens, first, last)
    percent = sum(text == "%" and kind == "other" for kind, text in tokens)
    scaled = last + 1
    while scaled < len(tokens) and tokens[scaled] == ("other", ","):
        scaled += 1
    number = number.scaleb(2 * percent - 3 * (scaled - last - 1))
    exponent = next((at for at, (kind, _) in enumerate(tokens) if kind == "exponent"), None)
    if exponent is not None:
        return _scientific(number, tokens, exponent)
    if numeral and number == number.to_integral_value() and number <= FORMATS.docx_highest_number:
        words = write_numeral(int(number), numeral)
    else:
        words = _fixed(number, tokens[first : last + 1])
    before = "".join(_literal(kind, text, number) for kind, text in tokens[:first])
    after = "".join(_literal(kind, text, number) for kind, text in tokens[scaled:])
    return (before + words + after).strip()


def _fixed(number: Decimal, tokens: list[tuple[str, str]]) -> str:
    """Return a number with the decimal places, separators and signs between its digits that the tokens show."""
    point = next((at for at, token in enumerate(tokens) if token == ("other", ".")), len(tokens))
    places = [text for kind, text in tokens[point:] if kind == "digit"]
    whole = [text for kind, text in tokens[:point] if kind == "digit"]
    rounded = f"{_round(number, len(places)):f}"
    left, _, right = rounded.partition(".")
    least = len(right)
    while least and right[least - 1] == "0" and places[least - 1] != "0":
        least -= 1
    right = right[:least]
    left = left.lstrip("0").rjust(whole.count("0"), "0") if whole else left.lstrip("0")
    between = [(kind, text) for kind, text in tokens[:point] if kind != "digit"]
    if ("other", ",") in between:
        left = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", left)
    elif between:
        left = _spread(left, tokens[:point])
    return left + ("." + right if right or (("other", ".") in tokens and places and places[0] == "0") else "")


def _spread(digits: str, tokens: list[tuple[str, str]]) -> str:
    """Write digits from the right into a pattern such as 000-0000."""
    out = ""
    rest = digits
    for kind, text in reversed(tokens):
        if kind == "digit":
            out, rest = (rest[-1:] or ("0" if text == "0" else "")) + out, rest[:-1]
        elif rest or kind != "other":
            out = _literal(kind, text, Decimal(0)) + out
    return rest + out


def _scientific(number: Decimal, tokens: list[tuple[str, str]], at: int) -> str:
    places = sum(kind == "digit" for kind, _ in tokens[_point(tokens[:at]) : at])
    width = sum(kind == "digit" for kind, _ in tokens[at:])
    power = number.adjusted() if number else 0
    digits = _round(number.scaleb(-power), places)
    if digits >= 10:
        power, digits = power + 1, _round(number.scaleb(-power - 1), places)
    sign = "-" if power < 0 else "+" if tokens[at][1] == "E+" else ""
    return f"{digits:f}E{sign}{abs(power):0{width}}"


def _point(tokens: list[tuple[str, str]]) -> int:
    return next((at for at, token in enumerate(tokens) if token == ("other", ".")), len(tokens))


def _fraction(number: Decimal, tokens: list[tuple[str, str]], first: int, last: int) -> str:
    """Return 1 1/2, as `# ?/?` shows 1.5, with the nearest denominator that has as many digits."""
    from fractions import Fraction

    bar = next(at for at in range(first, last) if tokens[at] == ("other", "/"))
    width = sum(kind == "digit" for kind, _ in tokens[bar:])
    has_whole = any(kind == "other" and text == " " for kind, text in tokens[first:bar])
    whole = int(number) if has_whole else 0
    part = Fraction(number - whole).limit_denominator(10 ** min(width, 4) - 1)
    if part == 1:
        whole, part = whole + 1, Fraction(0)
    shown_part = f"{part.numerator}/{part.denominator}" if part or not has_whole else ""
    return " ".join(filter(None, (str(whole) if whole or not shown_part else "", shown_part)))


def _round(number: Decimal, places: int) -> Decimal:
    try:
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:  # more digits than a decimal has
        return number


def _literal(kind: str, text: str, number: Decimal) -> str:
    """Return what a token that is no digit shows."""
    if kind in ("quoted", "escaped", "other", "date", "ampm"):
        return text
    if kind == "general":
        return general(number)
    if kind == "bracket" and (currency := _CURRENCY.fullmatch(text)):
        return currency[1]
    return " " if kind == "space" else ""


def general(number: Decimal) -> str:
    """Return a number as a cell without a format shows it: up to eleven digits, none of them a zero at the end.

    A longer whole number keeps all its digits, which a program would hide: it may be the number of an order.
    """
    if not number:
        return "0"
    if number == number.to_integral_value() and number.adjusted() < FORMATS.sheet_whole_digits:
        return f"{number:.0f}"
    digits = FORMATS.sheet_digits
    power = number.adjusted()
    if -5 < power < digits:
        rounded = _round(number, max(digits - 1 - max(power, 0), 0))
        return f"{rounded:f}".rstrip("0").rstrip(".") if "." in f"{rounded:f}" else f"{rounded:f}"
    mantissa = f"{_round(number.scaleb(-power), 5):f}".rstrip("0").rstrip(".")
    return f"{mantissa}E{power:+03}"


def _date(value: date | time | timedelta, tokens: list[tuple[str, str]]) -> str:
    moment = _moment(value)
    is_halved = any(kind == "ampm" for kind, _ in tokens)
    out = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "date":
            out.append(_field(text, moment, is_minute=_is_minute(tokens, at), is_halved=is_halved))
        elif kind == "bracket" and _ELAPSED.fullmatch(text):
            seconds = (moment - _EPOCH).total_seconds()
            unit = {"h": 3600, "m": 60, "s": 1}[text[0].lower()]
            out.append(f"{int(seconds // unit):0{len(text)}}")
        elif kind == "ampm":
            first, _, second = text.partition("/")
            out.append(first if moment.hour < 12 else second)
        elif kind == "digit":  # of a fraction of a second
            out.append("0")
        else:
            out.append(_literal(kind, text, Decimal(0)))
    return "".join(out).strip().removesuffix(";@").removesuffix("@")


def _moment(value: date | time | timedelta) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time):
        return datetime.combine(_EPOCH, value.replace(tzinfo=None))
    return _EPOCH + value


def _is_minute(tokens: list[tuple[str, str]], at: int) -> bool:
    """Return whether m stands beside hours or seconds, where it means minutes."""
    fields = [(index, text[0].lower()) for index, (kind, text) in enumerate(tokens) if kind in ("date", "bracket")]
    fields = [(index, letter) for index, letter in fields if letter in "ymdhsea"]
    place = next(number for number, (index, _) in enumerate(fields) if index == at)
    before = fields[place - 1][1] if place else ""
    after = fields[place + 1][1] if place + 1 < len(fields) else ""
    return before == "h" or after == "s"


def _field(text: str, moment: datetime, *, is_minute: bool, is_halved: bool) -> str:
    letter, width = text[0].lower(), len(text)
    if letter in "ye":
        return f"{moment.year % 100:02}" if letter == "y" and width <= 2 else f"{moment.year}"
    if letter == "a":
        return ("星期" if width > 3 else "") + _WEEKDAYS[moment.weekday()]
    if letter in "md" and width > 2 and not is_minute:
        name = moment.strftime("%B" if letter == "m" else "%A")
        return name if width == 4 else name[:1] if width > 4 else name[:3]
    hour = (moment.hour % 12 or 12) if is_halved else moment.hour
    number = {"m": moment.minute if is_minute else moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return f"{number:0{min(width, 2)}}"
