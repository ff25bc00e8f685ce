"""Widens the changed parts of a comparison to whole numbers, dates and words: 2000 → 1000 rather than 2 → 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby

_DIGIT = r"[0-9０-９]"
_NUMERAL = "[〇零一二两三四五六七八九十百千万亿兆廿卅壹贰叁肆伍陆柒捌玖拾佰仟两兩萬億貳參陸]"
_DATE = rf"(?:(?:{_DIGIT}{{2,4}}|[〇零○一二三四五六七八九]{{2,4}})年)?(?:{_DIGIT}{{1,2}}|{_NUMERAL}{{1,3}})月"
NUMBER = re.compile(
    rf"{_DATE}(?:(?:{_DIGIT}{{1,2}}|{_NUMERAL}{{1,3}})[日号號])?"
    rf"|(?:百|千|万)分之(?:{_DIGIT}+(?:[.．]{_DIGIT}+)?|{_NUMERAL}+(?:点{_NUMERAL}+)?)"
    rf"|{_DIGIT}+(?:[.．,，:：/-]{_DIGIT}+)*[%％‰℃°]?"
    rf"|{_NUMERAL}+(?:点{_NUMERAL}+)?"
)
"""A number as a reader sees one: with its percent sign, a date with year, month and day, Chinese numerals."""
_LETTERS = "A-Za-zÀ-ÖØ-öø-ɏͰ-ϿЀ-ӿ"
_WORD = re.compile(rf"[{_LETTERS}]+(?:['’-][{_LETTERS}]+)*")
Pair = tuple[str, str]
"""A part of the quotation and the part of the source aligned with it."""


def widened(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yield the pairs, joined where a number or a word of either side is partly changed.

    What the pairs say, one after the other, stays the same on both sides.
    """
    cells = list(chain.from_iterable(_cells(pair) for pair in pairs))
    changed = [quoted != source for quoted, source in cells]
    joined = [False] * len(cells)
    """Whether a cell belongs to the one before it."""
    wholes = [whole for side in (0, 1) for whole in _wholes([cell[side] for cell in cells])]
    going = True
    while going:  # what one side joins may be part of a number or a word of the other
        going = False
        for first, end in wholes:
            if any(changed[first:end]) and not (all(changed[first:end]) and all(joined[first + 1 : end])):
                changed[first:end] = [True] * (end - first)
                joined[first + 1 : end] = [True] * (end - first - 1)
                going = True
    number = 0
    groups: list[int] = []
    for is_joined in joined:
        number += not is_joined
        groups.append(number)
    for _, group in groupby(zip(groups, cells, strict=True), key=lambda one: one[0]):
        parts = [cell for _, cell in group]
        yield "".join(quoted for quoted, _ in parts), "".join(source for _, source in parts)


def _cells(pair: Pair) -> Iterator[Pair]:
    """Yield a changed pair as it is, and each character of an equal one."""
    quoted, source = pair
    yield from ((character, character) for character in quoted) if quoted == source else (pair,)


def _wholes(parts: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of cells that a number or a word of one side touches, of those with more than one cell."""
    ends: list[int] = []
    """Of each character of the side: the cell that has it."""
    for cell, part in enumerate(parts):
        ends += [cell] * len(part)
    text = "".join(parts)
    for pattern in (NUMBER, _WORD):
        for match in pattern.finditer(text):
            first, last = ends[match.start()], ends[match.end() - 1]
            if first != last:
                yield first, last + 1
