"""The sections of an index as a question may count or name them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.text.normalise import han_number, normalised
from index.chunks import Heading

NUMERALS = "〇零一二三四五六七八九十百千"
_LABEL = re.compile(
    rf"^(?:第\s*(?P<a>[{NUMERALS}\d]+)\s*(?P<unit>[章节条编篇部分款]*)[,，、：:\s]*"
    rf"|[(（]?(?P<b>[{NUMERALS}]+|\d+)[)）、.．，]+\s*|(?:article|chapter|section|part)\s+(?P<c>\d+))",
    re.IGNORECASE,
)


def work_of(headings: Sequence[Heading], row: int) -> int:
    while (parent := headings[row].parent) is not None:
        row = parent
    return row


def ordinal(label: str) -> int | None:
    """The number that a heading carries: 三、安全领域 → 3, 第二，走安危共担之路 → 2."""
    match = _LABEL.match(label.strip())
    if not match:
        return None
    digits = match["a"] or match["b"] or match["c"]
    return int(digits) if digits.isdigit() else han_number(digits)


def unit(label: str) -> str:
    """How the heading counts: 第·条, 第·章, 、 or （."""
    text = label.strip()
    match = _LABEL.match(text)
    if not match:
        return "—"
    if match["a"]:
        return "第" + (match["unit"] or "")
    return "（" if text[0] in "(（" else "、"


def bare(label: str) -> str:
    """The heading without its number."""
    return normalised(_LABEL.sub("", label.strip()).strip("*— 　"))


def _bigrams(text: str) -> set[str]:
    text = re.sub(r"\W+", "", text)
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def contained(name: str, label: str) -> float:
    """Share of the name's character pairs that the label holds, 0 to 1."""
    wanted = _bigrams(name)
    return len(wanted & _bigrams(label)) / len(wanted)


def groups(headings: Sequence[Heading]) -> list[list[int]]:
    """Brothers and sisters that count in the same way."""
    found: dict[tuple[int | None, str], list[int]] = {}
    for row, heading in enumerate(headings):
        if heading.level > 0:
            found.setdefault((heading.parent, unit(heading.label)), []).append(row)
    return list(found.values())
