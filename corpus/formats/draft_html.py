"""Reads a draft in HTML: its blocks as paragraphs, block quotes, and notes by the links that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from corpus.formats.archive import local
from corpus.formats.draft_paragraphs import AFTER, BEFORE, DraftParagraph, Kind, clean, placed, with_marks
from corpus.formats.html import BLOCKS, UNSEEN, collapse, decode_html, is_hidden, parse_html

_LABEL = re.compile(r"\W*([0-9]{1,4}|[①-⑳]|[a-z]{1,4}|[*†‡§]+)\W*", re.IGNORECASE)
_BACK = re.compile(r"[\s↩↑^⏎\ufe0e]*")


def read(data: bytes, *, name: str) -> list[DraftParagraph]:
    """Return the paragraphs of a page. Raises SourceError if it cannot be decoded or is nested too deeply."""
    root = parse_html(decode_html(data, name=name), name=name)
    body = next((element for element in root if local(element) in ("body", "frameset")), root)
    notes = _Notes(body)
    found = list(_Walk(body, notes).paragraphs())
    return found if notes.citing else with_marks(found)


class _Notes:
    """Which links cite a note, which elements are notes, and which links lead back."""

    def __init__(self, body: etree._Element) -> None:
        order: dict[etree._Element, int] = {}
        targets: dict[str, etree._Element] = {}
        links: list[tuple[etree._Element, str]] = []
        for number, element in enumerate(body.iter()):
            order[element] = number
            for key in ("id", "name"):
                if anchor := element.get(key) if isinstance(element.tag, str) else None:
                    targets.setdefault(anchor, element)
            if local(element) == "a" and (element.get("href") or "").startswith("#"):
                links.append((element, (element.get("href") or "")[1:]))
        self.citing: dict[etree._Element, str] = {}
        """The links that cite a note, with its mark."""
        self.marks: dict[etree._Element, str] = {}
        """The blocks that are notes, with their marks."""
        self.back: set[etree._Element] = set()
        used: dict[str, etree._Element] = {}
        for link, anchor in links:
            target = targets.get(anchor)
            label = "".join(map(str, link.itertext())).strip() if len(link) < 4 else ""
            match = _LABEL.fullmatch(label)
            if target is None or not (match or _BACK.fullmatch(label)):
                continue
            if order[target] < order[link]:
                self.back.add(link)
            elif match and (block := _block_of(target)) is not None and block is not _block_of(link):
                mark = match[1] if used.setdefault(match[1], block) is block else f"{match[1]} #{anchor}"
                self.citing[link] = self.marks.setdefault(block, mark)


def _block_of(element: etree._Element) -> etree._Element | None:
    """Return the element if it is a block, else the nearest block that it stands in."""
    if local(element) in BLOCKS:
        return element
    return next((one for one in element.iterancestors() if local(one) in BLOCKS and local(one) != "body"), None)


class _Walk:
    """Reads the paragraphs in one walk without recursion, because files may nest deeply."""

    def __init__(self, body: etree._Element, notes: _Notes) -> None:
        self._body = body
        self._notes = notes
        self._words: list[str] = []
        self._marks: list[str] = []
        """Of the notes that are open."""
        self._quotes = self._inner = 0
        """How many block quotes, and quotations within a line, are open."""

    def paragraphs(self) -> Iterator[DraftParagraph]:
        events = etree.iterwalk(self._body, events=("start", "end", "comment", "pi"))
        for event, element in events:
            mark = self._notes.citing.get(element)
            is_read = mark is None and not self._is_left_out(element)
            if event == "start":
                if is_read:
                    yield from self._start(element)
                else:
                    events.skip_subtree()
                    self._words.append("" if mark is None else f"{BEFORE}{mark}{AFTER}")
                continue
            if event == "end" and is_read:
                yield from self._end(element)
            if element is not self._body:
                self._words.append(clean(element.tail or ""))
        yield from self._take()

    def _is_left_out(self, element: etree._Element) -> bool:
        if not isinstance(element.tag, str):
            return False
        return local(element) in UNSEEN or element in self._notes.back or is_hidden(element)

    def _start(self, element: etree._Element) -> Iterator[DraftParagraph]:
        tag = local(element)
        if tag in BLOCKS:
            yield from self._take()
        if element in self._notes.marks:
            self._marks.append(self._notes.marks[element])
        self._quotes += tag == "blockquote"
        if tag == "q":
            self._words.append("‘" if self._inner % 2 else "“")
            self._inner += 1
        self._words.append(("\n" if tag == "br" else "") + clean(element.text or ""))

    def _end(self, element: etree._Element) -> Iterator[DraftParagraph]:
        tag = local(element)
        if tag == "q":
            self._inner -= 1
            self._words.append("’" if self._inner % 2 else "”")
        if tag in BLOCKS:
            yield from self._take()
        self._quotes -= tag == "blockquote"
        if element in self._notes.marks:
            self._marks.pop()

    def _take(self) -> Iterator[DraftParagraph]:
        text = collapse("".join(self._words)).strip()
        self._words.clear()
        kind: Kind = "note" if self._marks else "quote" if self._quotes else "body"
        if text:
            yield placed(text, kind, self._marks[-1] if self._marks else "")
