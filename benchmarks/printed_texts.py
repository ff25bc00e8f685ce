"""Texts to print, with what a reader must find in them, and the variants in which they are set."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.formats import blocks_of
from corpus.document import Document
from corpus.errors import SourceError
from corpus.formats.extracted_text import TextWriter
from corpus.parse import parse, parse_source
from corpus.source import SHIPPED, load

_SENTENCE = re.compile(r"[。；]|[.;](?= )")
_BLANKS = re.compile(r"\s+")
_LONGEST = 900
CONTENTS = {True: "目录", False: "Contents"}
"""The title of a table of contents, in Chinese and in English."""
WATERMARK = {True: "内部资料", False: "CONFIDENTIAL"}


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a text to print."""

    kind: Literal["heading", "paragraph", "quote", "item", "caption"]
    text: str
    level: int = 0
    """Of a heading, from 1."""
    note: str = ""
    """Its footnote, whose mark stands after the first sentence."""

    @property
    def halves(self) -> tuple[str, str]:
        """The text before and after the mark of the note."""
        match = _SENTENCE.search(self.text)
        at = match.end() if match else len(self.text)
        return self.text[:at], self.text[at:]


@dataclass(frozen=True, slots=True)
class Variant:
    """How a text is set."""

    name: str
    columns: int
    is_chinese: bool
    paper: tuple[int, int]
    """Width and height in millimetres."""
    size: float
    """Of the text, in points."""
    indented: bool
    """The first line is set in; else a gap stands between paragraphs."""
    justified: bool
    heads: bool
    numbers: bool
    notes: bool
    contents: bool
    watermark: bool
    title_page: bool
    roman: bool
    """Title and contents have Roman page numbers."""
    leads: bool
    """The first clause of some paragraphs is bold."""
    extras: bool
    """Block quotations, numbered lists and captions."""

    @classmethod
    def drawn(cls, producer: str, number: int) -> Variant:
        """Return a variant of a producer: the same for the same number."""
        draw = random.Random(f"{producer} {number}")
        columns = number // 2 % 3 + 1
        papers = ((210, 297), (216, 279), (184, 260), (148, 210))[: 4 if columns == 1 else 2]
        yes = [draw.random() < 0.5 for _ in range(12)]
        return cls(
            f"{producer}-{number}",
            columns,
            draw.random() < 0.6,
            draw.choice(papers),
            draw.choice((10.5, 11, 12)) if columns == 1 else draw.choice((9, 10)),
            indented=yes[0],
            justified=yes[1],
            heads=yes[2],
            numbers=yes[3],
            notes=yes[4],
            contents=yes[5],
            watermark=draw.random() < 0.3,
            title_page=yes[6],
            roman=yes[7],
            leads=yes[8],
            extras=yes[9],
        )

    @property
    def kinds(self) -> list[str]:
        """Its names in the tables of results."""
        flags = ("heads", "numbers", "notes", "contents", "watermark", "leads", "extras", "title_page")
        return [
            f"{self.columns} column{'s' if self.columns > 1 else ''}",
            "Chinese" if self.is_chinese else "English",
            "indented" if self.indented else "gaps",
            "justified" if self.justified else "ragged",
            *(flag for flag in flags if getattr(self, flag)),
        ]


def documents(folder: Path | None) -> dict[bool, list[list[Item]]]:
    """Return the texts by whether they are Chinese. Without a folder, the shipped text."""
    paths = sorted(path for path in folder.rglob("*.txt")) if folder else [SHIPPED]
    out: dict[bool, list[list[Item]]] = {True: [], False: []}
    for path in paths:
        try:
            document = parse_source(load(path))
        except SourceError:
            continue
        items = list(_items(document))
        words = "".join(item.text for item in items)
        if len(items) > 10 and max(len(item.text) for item in items) < 6000:
            out[sum(character > "\u2e80" for character in words) > len(words) / 2].append(items)
    return out


def _items(document: Document) -> Iterator[Item]:
    for block in blocks_of(document):
        words = _BLANKS.sub(" ", block.text).strip().replace("\u2010", "-")  # which few fonts have
        if words and not block.rows and not (block.level and len(words) > 60):
            yield Item("heading" if block.level else "paragraph", words, min(block.level, 3))


def excerpt(texts: Sequence[Sequence[Item]], variant: Variant, length: int) -> list[Item]:
    """Return about `length` characters of one of the texts, with what the variant adds to it."""
    draw = random.Random(variant.name)
    items = list(draw.choice(texts))
    first = draw.randrange(max(len(items) // 2, 1))
    first = next((at for at in range(first, len(items)) if items[at].level), 0)
    out = [Item("heading", "岚河沿岸诸镇文献选录" if variant.is_chinese else "Documents of the Lanhe Valley", 1)]
    count = figures = 0
    for number, item in enumerate(items[first:]):
        if count > length:
            break
        if item.level:
            if out[-1].level and out[-1].level >= item.level:
                out.pop()  # a heading without text
            out.append(Item("heading", item.text, max(item.level, 2)))
            continue
        text = item.text
        if len(text) > _LONGEST * (1 if variant.is_chinese else 2):
            continue
        count += len(text)
        note = _note(number, variant.is_chinese) if variant.notes and number % 4 == 1 else ""
        quoted = variant.extras and number % 7 == 3
        out.append(Item("quote" if quoted else "paragraph", text, note="" if quoted else note))
        if variant.extras and number % 9 == 5:
            out += [Item("item", words) for words in _list(variant.is_chinese)]
        if variant.extras and number % 11 == 6:
            figures += 1
            words = f"图{figures}　岚河渡口旧址示意" if variant.is_chinese else f"Figure {figures}. The old ferry"
            out.append(Item("caption", words))
    while out[-1].level:
        out.pop()
    return out


def _note(number: int, is_chinese: bool) -> str:
    if is_chinese:
        return f"见《岚河渡志》卷{number}，第{number * 3}页。" + "原书作“渡户”，据州志改。" * (number % 3)
    more = " The copy in the county office differs." * (number % 3)
    return f"See the Gazetteer of Lanhe, vol. {number}, p. {3 * number}.{more}"


def _list(is_chinese: bool) -> tuple[str, ...]:
    if is_chinese:
        return (
            "1. 渡船每日卯时开渡，酉时停渡，遇有急递公文不在此限，船工不得推托，也不得另外收取船钱。",
            "2. 每船限载二十人。",
            "3. 水位高过石阶第七级时一律停渡，由渡头张贴告示，并派人知会两岸各铺。",
        )
    return (
        "1. The ferry runs from sunrise to sunset, except for letters of the prefecture, which cross at any hour.",
        "2. No boat takes more than twenty persons.",
        "3. When the water stands above the seventh step nobody crosses, and a notice is put up on both banks.",
    )


def lead(item: Item, variant: Variant) -> tuple[str, str]:
    """Return the bold beginning of a paragraph and the rest of what stands before its note."""
    before = item.halves[0] if item.note else item.text
    at = max(before.find("，"), before.find(", ")) if variant.leads and len(item.text) % 3 == 0 else -1
    return (before[:at], before[at:]) if 0 < at < 25 and item.kind == "paragraph" else ("", before)


def reference(items: Sequence[Item], name: str) -> Document:
    """Return the document that a reader makes of the items if it sees their structure."""
    writer = TextWriter(name)
    for item in items:
        writer.line(item.text, level=item.level)
        if item.note:
            writer.note(item.note)
    extracted = writer.finish(None)
    return parse(extracted.text, name=name, layout=extracted.layout)
