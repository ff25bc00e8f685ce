"""Reads the paragraphs of DrawingML, in which slides, charts and diagrams write their text."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from corpus.formats.inline_words import InlineWords, Role
from corpus.text.numerals import write_numeral

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATHS: dict[str, Role] = {
    f"{_M}sup": "raised",
    f"{_M}sub": "lowered",
    f"{_M}num": "numerator",
    f"{_M}den": "denominator",
}
_NUMERALS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "ea1Chs": "chineseCounting",
    "ea1Cht": "chineseCounting",
    "circleNum": "decimalEnclosedCircle",
}
_ENDS = {"Period": "{}. ", "ParenR": "{}) ", "ParenBoth": "({}) "}


def paragraphs(parent: etree._Element) -> Iterator[str]:
    """Yield the words of each paragraph, with its automatic number. Those of other paragraphs inside come after it."""
    counts: dict[int, int] = {}
    for paragraph in parent.iter(f"{A}p"):
        if words := _words(paragraph).strip():
            yield _number(paragraph, counts) + words


def _words(paragraph: etree._Element) -> str:
    words = InlineWords()
    _read(paragraph, words)
    return words.take()


def _read(element: etree._Element, words: InlineWords) -> None:
    for child in element:
        if child.tag in (f"{A}t", f"{_M}t"):
            words.add(child.text or "")
        elif child.tag == f"{A}br":
            words.add("\n")
        elif child.tag not in (_FALLBACK, f"{A}p"):
            role = _MATHS.get(str(child.tag)) or _role(child)
            if role:
                words.open(role)
            _read(child, words)
            if role:
                words.close()


def _role(run: etree._Element) -> Role | None:
    """Return whether a run stands above or below the line."""
    own = run.find(f"{A}rPr")
    shift = own.get("baseline", "0") if own is not None else "0"
    if not shift.strip("%-0"):
        return None
    return "lowered" if shift.startswith("-") else "raised"


def _number(paragraph: etree._Element, counts: dict[int, int]) -> str:
    """Count a paragraph of a numbered list, and return its number; empty for others."""
    own = paragraph.find(f"{A}pPr")
    level = int(own.get("lvl", "0")) if own is not None and own.get("lvl", "0").isdecimal() else 0
    for inner in [at for at in counts if at > level]:
        del counts[inner]
    found = own.find(f"{A}buAutoNum") if own is not None else None
    if found is None:
        counts.pop(level, None)
        return ""
    start = found.get("startAt", "1")
    counts[level] = counts[level] + 1 if level in counts else int(start) if start.isdecimal() else 1
    kind = found.get("type", "arabicPeriod")
    form = next((form for name, form in _NUMERALS.items() if kind.startswith(name)), "decimal")
    end = next((end for name, end in _ENDS.items() if kind.endswith(name)), "{} ")
    return end.format(write_numeral(min(counts[level], 99_999), form))
