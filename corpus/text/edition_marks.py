"""Finds what tells editions of a work apart: 2015年修正, 第58号令, v2.1. Titles, file names and questions name them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.text.normalise import normalised, numbers, years_in

_VERSION = re.compile(
    r"(?<![a-z\d.])(?:v|ver\.?|version|revision|rev\.?|版本)\s?(?P<a>\d+(?:\.\d+)*)(?![\d.]*\d)"
    r"|(?<![\d.])(?P<b>\d+(?:\.\d+)+)\s?版"
)
_NUMBERED = re.compile(r"(?:\bno\.|\bnumber|\bdecree|\border)\s?(?P<n>\d+)\b")
_NUMBER_AFTER = re.compile(r"\s?号(?![线楼院机手])")
_DAY_BEFORE = re.compile(r"月\s?$")
Mark = tuple[str, str]
"""What distinguishes an edition, such as ("year", "2015"), ("number", "58") or ("version", "2.1")."""


@lru_cache(maxsize=4096)
def marks(words: str) -> frozenset[Mark]:
    """Return the years, numbers and versions in some words."""
    text = normalised(words).replace("_", " ")
    return frozenset([*(("year", str(year)) for year, _ in years_in(text)), *_numbers(text), *_versions(text)])


def _numbers(text: str) -> Iterator[Mark]:
    for start, end, value in numbers(text):
        if _NUMBER_AFTER.match(text, end) and not _DAY_BEFORE.search(text[:start]):
            yield "number", value
    yield from (("number", match["n"]) for match in _NUMBERED.finditer(text))


def _versions(text: str) -> Iterator[Mark]:
    return (("version", match["a"] or match["b"]) for match in _VERSION.finditer(text))
