"""The sections of an index as a question may count or name them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Document, Passage, Section
from index.normalise import han_number, normalised

NUMERALS = "一二三四五六七八九十百"
_LABEL = re.compile(
    rf"^(?:第\s*(?P<a>[{NUMERALS}\d]+)\s*(?P<unit>[章节条编篇部分款]*)[,，、：:\s]*"
    rf"|[(（]?(?P<b>[{NUMERALS}]+|\d+)[)）、.．，]+\s*|(?:article|chapter|section|part)\s+(?P<c>\d+))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What `place` needs to know of a section."""

    section: Section
    parent: int | None
    """Row of the section around it; None for a work."""
    before: str
    """The paragraph just before the section starts: 为此，我提出以下建议。"""
    words: str
    """For a work: its title block, which may say what kind of text it is."""

    @property
    def label(self) -> str:
        return self.section.label

    @property
    def level(self) -> int:
        return self.section.level


def headings_of(documents: Sequence[Document]) -> list[Heading]:
    """Return all sections of the documents, in reading order."""
    found: list[Heading] = []
    rows: dict[int, int] = {}
    for document in documents:
        before = ""
        for block in document.blocks:
            if isinstance(block, Section):
                parent = None if block.parent is None else rows[id(block.parent)]
                rows[id(block)] = len(found)
                found.append(Heading(block, parent, before, ""))
            elif isinstance(block, Passage):
                before = document.quote(block.spans)
                if not block.paragraph:
                    row = rows[id(block.section)]
                    found[row] = dataclasses.replace(found[row], words=before)
    return found


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
