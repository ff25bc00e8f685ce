"""The styles of an OpenDocument file: which text is hidden, raised or a heading, and the numbers of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from corpus.corpus_settings import FORMATS
from corpus.formats.inline_words import Role
from corpus.text.numerals import write_numeral

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_PATTERN = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}num-list-format"
_LEVEL_NUMBER = re.compile(r"%(\d{1,2})%")
_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "①": "decimalEnclosedCircle",
    "１": "decimalFullWidth",
}
"""Forms of numbers by the first character of `style:num-format`, by their names in DOCX."""
_TIGHT = "、．。）】」』〉》：，"
"""Characters at the end of a number after which no blank is written."""


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    """One of `_FORMS`; empty for a bullet."""
    pattern: str
    """Such as `第%1%章` or `%1%.%2%`."""
    start: int


class Styles:
    """The styles of a file, by name."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._styles: dict[tuple[str, str], etree._Element] = {}
        self.lists: dict[str, dict[int, _Level]] = {}
        self.outline: dict[int, _Level] = {}
        for root in roots:
            for element in root.iter(f"{STYLE}style"):
                key = (element.get(f"{STYLE}family", ""), element.get(f"{STYLE}name", ""))
                self._styles[key] = element
            for element in root.iter(f"{TEXT}list-style"):
                self.lists[element.get(f"{STYLE}name", "")] = _levels(element)
            for element in root.iter(f"{TEXT}outline-style"):
                self.outline = _levels(element)

    def _bases(self, family: str, name: str | None) -> Iterator[etree._Element]:
        """Yield a style, the style that it is based on, and so on."""
        for _ in range(FORMATS.docx_style_depth):
            element = self._styles.get((family, name or ""))
            if element is None:
                return
            yield element
            name = element.get(f"{STYLE}parent-style-name")

    def _property(self, family: str, name: str | None, key: str) -> str:
        for element in self._bases(family, name):
            for properties in element.iterfind(f"{STYLE}text-properties"):
                if (value := properties.get(key)) is not None:
                    return value
        return ""

    def is_hidden(self, family: str, name: str | None) -> bool:
        return self._property(family, name, f"{TEXT}display") in ("none", "condition")

    def role(self, name: str | None) -> Role | None:
        """Return whether a span is raised or lowered."""
        position = self._property("text", name, f"{STYLE}text-position").split()
        first = position[0] if position else "0%"
        if first in ("super", "sub"):
            return "raised" if first == "super" else "lowered"
        if not first.strip("%-0"):
            return None
        return "lowered" if first.startswith("-") else "raised"

    def is_title(self, name: str | None) -> bool:
        names = {element.get(f"{STYLE}name") for element in self._bases("paragraph", name)}
        return name == "Title" or "Title" in names

    def level(self, name: str | None) -> int:
        """Return the outline level of a paragraph style; 0 for none."""
        for element in self._bases("paragraph", name):
            if words := element.get(f"{STYLE}default-outline-level"):
                return integer(words, 0)
        return 0


class ListCounter:
    """Counts the items of lists in reading order."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counts: dict[str, dict[int, int]] = {}
        """By list, the last number of each level."""
        self._last: dict[str, str] = {}
        """The last list of each style."""

    def begin(self, element: etree._Element, style: str, outer: str) -> str:
        """Begin a list, and return its key: that of the list it continues, or a new one. `outer`: the list around."""
        identity = element.get(XML_ID) or f"#{len(self._counts)}"
        before = element.get(f"{TEXT}continue-list")
        if outer:
            return outer
        if before in self._counts:
            self._counts[identity] = self._counts[before]
        elif element.get(f"{TEXT}continue-numbering") == "true" and style in self._last:
            self._counts[identity] = self._counts[self._last[style]]
        else:
            self._counts[identity] = {}
        self._last[style] = identity
        return identity

    def item(self, key: str, style: str, depth: int, start: str | None) -> str:
        """Count an item of a list at a depth from 1, and return its number with the blank after it."""
        return _number(self._styles.lists.get(style, {}), self._counts.setdefault(key, {}), depth, start)

    def heading(self, depth: int) -> str:
        """Count a heading, and return its number."""
        return _number(self._styles.outline, self._counts.setdefault("", {}), depth, None)


def _number(levels: dict[int, _Level], counts: dict[int, int], depth: int, start: str | None) -> str:
    for inner in [at for at in counts if at > depth]:
        del counts[inner]
    level = levels.get(depth, _Level("", "", 1))
    counts[depth] = min(counts.get(depth, level.start - 1) + 1, FORMATS.docx_highest_number)
    if start is not None:
        counts[depth] = integer(start, 1)

    def one(match: re.Match[str]) -> str:
        at = int(match[1])
        outer = levels.get(at, _Level("", "", 1))
        return write_numeral(counts.get(at, outer.start), outer.form) if outer.form else ""

    words = _LEVEL_NUMBER.sub(one, level.pattern).strip() if level.form else ""
    return words if not words or words[-1] in _TIGHT else words + " "


def _levels(element: etree._Element) -> dict[int, _Level]:
    levels = {}
    for level in element:
        depth = integer(level.get(f"{TEXT}level"), 0)
        form = _FORMS.get((level.get(f"{STYLE}num-format") or "")[:1], "")
        shown = integer(level.get(f"{TEXT}display-levels"), 1)
        numbers = ".".join(f"%{at}%" for at in range(max(depth - shown + 1, 1), depth + 1))
        usual = level.get(f"{STYLE}num-prefix", "") + numbers + level.get(f"{STYLE}num-suffix", "")
        pattern = (level.get(_PATTERN) or usual)[: FORMATS.docx_longest_number]
        levels[depth] = _Level(form, pattern, integer(level.get(f"{TEXT}start-value"), 1))
    return levels


def integer(words: str | None, otherwise: int) -> int:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) <= 7 else otherwise
