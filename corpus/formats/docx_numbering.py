"""Computes the automatic numbers of lists and headings, which Word shows and a DOCX file does not contain.

The reader writes them before the words of their paragraph, as Word does when it saves plain text. Bullets are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docx.document import Document as Docx
from lxml import etree

from corpus.corpus_settings import FORMATS
from corpus.formats.archive import parse_xml
from corpus.text.numerals import write_numeral

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVEL_NUMBER = re.compile(r"%([1-9])")
_TIGHT = "、．。）】」』〉》：，"
"""Characters at the end of a number after which no blank is written."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    """One of the names of `w:numFmt`."""
    pattern: str = ""
    """Such as `第%1章` or `%1.%2`."""
    restart: int | None = None
    """The level, from 1, whose numbers restart this one; None: any outer level; 0: none."""
    legal: bool = False
    """All its numbers are shown as Arabic digits."""
    tight: bool = False
    """Nothing stands between the number and the words."""
    style: str | None = None
    """The paragraph style that uses this level."""


@dataclass(frozen=True, slots=True)
class _List:
    """A `w:num`: a use of an abstract list, with its overrides."""

    counter: str
    """Id of the `w:abstractNum` whose counter it shares."""
    levels: dict[int, _Level]
    starts: dict[int, int]
    """The start of each level that restarts when this list is first used."""


class Numbering:
    """Counts the paragraphs of a document in reading order."""

    def __init__(self, document: Docx, *, name: str) -> None:
        styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")}
        self._styles = {identity: style for identity, style in styles.items() if identity}
        self._default = next((identity for identity, style in self._styles.items() if _is_default(style)), None)
        self._lists = _lists(document, self._styles, name)
        self._by_style = {
            (list_id, level.style): depth
            for list_id, one in self._lists.items()
            for depth, level in one.levels.items()
            if level.style
        }
        self._counts: dict[str, dict[int, int]] = {}
        self._used: set[str] = set()

    def of(self, paragraph: etree._Element) -> str:
        """Count the paragraph, and return its number as Word shows it with the blank after it; empty if it has none."""
        list_id, depth = self._list_of(paragraph)
        used = self._lists.get(list_id)
        if used is None or depth not in used.levels:
            return ""
        counts = self._counts.setdefault(used.counter, {})
        if list_id not in self._used:
            self._used.add(list_id)
            for at, start in used.starts.items():
                counts[at] = start - 1
        level = used.levels[depth]
        counts[depth] = min(counts.get(depth, used.starts.get(depth, level.start) - 1) + 1, FORMATS.docx_highest_number)
        for inner in [at for at in counts if at > depth]:
            restart = used.levels[inner].restart if inner in used.levels else None
            if restart is None or 0 < depth + 1 <= restart:
                del counts[inner]
        return _shown(used, depth, counts)

    def _list_of(self, paragraph: etree._Element) -> tuple[str, int]:
        """Return the id of the list and the level, from 0, of a paragraph or its style; an empty id for none."""
        own = paragraph.find(f"{_W}pPr")
        named = own.find(f"{_W}pStyle") if own is not None else None
        list_id, depth = _list_of_properties(own)
        for identity, style in self._bases(_value(named) or self._default):
            if list_id is not None:
                break
            list_id, by_style = _list_of_properties(style.find(f"{_W}pPr"))
            if depth is None:
                depth = self._by_style.get((list_id or "", identity), by_style)
        return list_id or "", depth or 0

    def _bases(self, identity: str | None) -> Iterator[tuple[str, etree._Element]]:
        """Yield a style, the style that it is based on, and so on."""
        for _ in range(FORMATS.docx_style_depth):
            if identity is None or identity not in self._styles:
                return
            style = self._styles[identity]
            yield identity, style
            identity = _value(style.find(f"{_W}basedOn"))


def _shown(used: _List, depth: int, counts: dict[int, int]) -> str:
    level = used.levels[depth]
    if level.form in ("bullet", "none") and "%" not in level.pattern:
        return ""

    def one(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        outer = used.levels.get(at, _Level())
        return write_numeral(counts.get(at, used.starts.get(at, outer.start)), "decimal" if level.legal else outer.form)

    words = _LEVEL_NUMBER.sub(one, level.pattern).strip()
    return words if not words or level.tight or words[-1] in _TIGHT else words + " "


def _lists(document: Docx, styles: dict[str, etree._Element], name: str) -> dict[str, _List]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/numbering"):
            root = parse_xml(relation.target_part.blob, name=name)
            return _read(root, styles)
    return {}


def _read(root: etree._Element, styles: dict[str, etree._Element]) -> dict[str, _List]:
    counters = {element.get(f"{_W}abstractNumId") or "": element for element in root.iter(f"{_W}abstractNum")}
    uses = {element.get(f"{_W}numId") or "": element for element in root.iter(f"{_W}num")}
    lists: dict[str, _List] = {}
    read: dict[str, dict[int, _Level]] = {}
    for list_id, element in uses.items():
        counter = _value(element.find(f"{_W}abstractNumId")) or ""
        abstract = counters.get(counter)
        link = _value(abstract.find(f"{_W}numStyleLink")) if abstract is not None else None
        if link in styles:  # a list style defines the levels
            linked, _ = _list_of_properties(styles[link].find(f"{_W}pPr"))
            counter = _value(uses[linked].find(f"{_W}abstractNumId")) or "" if linked in uses else counter
            abstract = counters.get(counter)
        if counter not in read:  # many lists may share it
            read[counter] = _levels(abstract) if abstract is not None else {}
        levels = dict(read[counter])
        starts: dict[int, int] = {}
        for change in element.iterfind(f"{_W}lvlOverride"):
            depth = _integer(change.get(f"{_W}ilvl"), 0)
            levels |= _levels(change)
            if (start := change.find(f"{_W}startOverride")) is not None:
                starts[depth] = _integer(_value(start), 1)
        lists[list_id] = _List(counter, levels, starts)
    return lists


def _levels(parent: etree._Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for element in parent.iterfind(f"{_W}lvl"):
        parts = {part.tag.removeprefix(_W): part for part in element if isinstance(part.tag, str)}
        words = {tag: _value(part) for tag, part in parts.items()}
        depth = _integer(element.get(f"{_W}ilvl"), 0)
        if depth >= FORMATS.docx_list_levels:
            continue
        restart = words.get("lvlRestart")
        levels[depth] = _Level(
            start=_integer(words.get("start"), 1),
            form=words.get("numFmt") or "decimal",
            pattern=(words.get("lvlText") or "")[: FORMATS.docx_longest_number],
            restart=None if restart is None else _integer(restart, 0),
            legal="isLgl" in parts and words["isLgl"] not in ("0", "false", "off"),
            tight=words.get("suff") == "nothing",
            style=words.get("pStyle"),
        )
    return levels


def _list_of_properties(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """Return the id of the list (`0`: no list) and the level in paragraph properties; None for what is missing."""
    own = properties.find(f"{_W}numPr") if properties is not None else None
    if own is None:
        return None, None
    depth = _value(own.find(f"{_W}ilvl"))
    return _value(own.find(f"{_W}numId")), None if depth is None else _integer(depth, 0)


def _is_default(style: etree._Element) -> bool:
    return style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true")


def _value(element: etree._Element | None) -> str | None:
    return element.get(f"{_W}val") if element is not None else None


def _integer(words: str | None, otherwise: int) -> int:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) <= 5 else otherwise
