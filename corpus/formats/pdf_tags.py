"""Reads the structure tree of a tagged PDF: which content of a page is a paragraph, a heading, a note, a cell."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.corpus_settings import PDF

Kind = Literal["paragraph", "heading", "note", "contents", "cell"]
_HEADINGS = {"Title": 1, "H": 1, **{f"H{level}": level for level in range(1, 7)}}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(_HEADINGS, "heading"),
    **dict.fromkeys(("P", "LI", "Caption", "BibEntry", "Formula", "Code"), "paragraph"),
    **dict.fromkeys(("Note", "FENote"), "note"),
    **dict.fromkeys(("TOC", "TOCI", "Index"), "contents"),
    **dict.fromkeys(("TD", "TH"), "cell"),
}
_WITHIN = ("note", "contents", "cell")
"""Kinds that keep their paragraphs together."""
_INLINE = frozenset(
    ("Span", "Link", "Annot", "Reference", "Quote", "Em", "Strong", "Sub", "Ruby", "RB", "RT", "RP", "Warichu", "Lbl")
)
_WITH_OBJECTS = frozenset({"Link", "Annot", "Form", "Reference"})
"""Types whose children without marked content are annotations, not text of another page."""


@dataclass(slots=True, eq=False)
class TaggedBlock:
    """A part of a page that its structure tree sets apart."""

    kind: Kind
    level: int
    """Of a heading, from 1."""
    order: int
    """Its number in the order of the page's tree."""
    row: tuple[int, int] = (0, 0)
    """Of a cell: the numbers of its table and of its row."""
    ids: list[int | None] = field(default_factory=list)
    """Its marked content in order; None for what is on another page."""

    @property
    def begins_before(self) -> bool:
        """Its text begins on an earlier page."""
        return bool(self.ids) and self.ids[0] is None

    @property
    def goes_on(self) -> bool:
        """Its text goes on on a later page."""
        return bool(self.ids) and self.ids[-1] is None


def read_tags(page: pypdfium2.PdfPage) -> dict[int, TaggedBlock]:
    """Return the block of each marked content of a page; nothing if the page is not tagged."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    reader = _Reader()
    try:
        for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            reader.read(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index), None, 0)
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    return {one: block for block in reader.blocks for one in block.ids if one is not None}


class _Reader:
    """Collects the blocks of a tree."""

    def __init__(self) -> None:
        self.blocks: list[TaggedBlock] = []
        self._tables = self._rows = 0

    def read(self, element: Any, block: TaggedBlock | None, depth: int) -> None:
        """Read an element of the tree, which stands in a block or in none."""
        if not element or depth > PDF.deepest_tag or len(self.blocks) > PDF.most_tags:
            return
        name = _type(element)
        self._tables += name == "Table"
        self._rows += name == "TR"
        kind = _KINDS.get(name)
        if kind and self._stands_apart(kind, name, block):
            block = self._open(kind, name)
        is_block = block is not None
        for index, child in _children(element):
            if child:
                if not is_block:  # text beside paragraphs: what stands together there is one
                    inline = _is_inline(child)
                    block = (block or self._open("paragraph", name)) if inline else None
                self.read(child, block, depth + 1)
                continue
            one = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index)
            if one < 0 and name in _WITH_OBJECTS:
                continue
            if block is None:
                block = self._open("paragraph", name)
            block.ids.append(one if one >= 0 else None)

    @staticmethod
    def _stands_apart(kind: Kind, name: str, block: TaggedBlock | None) -> bool:
        if block is None:
            return True
        if block.kind in _WITHIN:
            return kind == "cell"
        return name != "P" or len(block.ids) > 1  # the first paragraph of an item follows its number

    def _open(self, kind: Kind, name: str) -> TaggedBlock:
        block = TaggedBlock(kind, _HEADINGS.get(name, 0), len(self.blocks), (self._tables, self._rows))
        self.blocks.append(block)
        return block


def _children(element: Any) -> Iterator[tuple[int, Any]]:
    """Yield the number of each child and the child, or None for marked content."""
    for index in range(min(pdfium.FPDF_StructElement_CountChildren(element), PDF.most_tags)):
        yield index, pdfium.FPDF_StructElement_GetChildAtIndex(element, index)


def _is_inline(element: Any) -> bool:
    name = _type(element)
    return name in _INLINE or (name == "NonStruct" and not any(child for _, child in _children(element)))


def _type(element: Any) -> str:
    length = pdfium.FPDF_StructElement_GetType(element, None, 0)
    if not length or length > PDF.most_tags:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDF_StructElement_GetType(element, buffer, length)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
