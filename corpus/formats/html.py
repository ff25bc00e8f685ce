"""Reads HTML: blocks as lines, <h1>–<h6> as headings, tables as rows, boilerplate marked as non-body.

Left out is what browsers never show as text: <script>, <style>, <template>, <noscript>, pictures, hidden dialogs and
labels, and what is deleted. What a click or a script shows is text. Ruby text is left out because it would stand
between the characters of a quotation. The numbers that a browser puts before list items are left out because the file
does not contain them.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import Literal

from lxml import etree

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats.archive import local
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.html_boilerplate import find_boilerplate
from corpus.formats.inline_words import InlineWords, Role
from corpus.formats.properties import by_field, properties
from corpus.formats.structured_data import KINDS, structured_data
from corpus.formats.table_cells import Cell, only_lays_out
from corpus.text.encoding import decode
from corpus.text.scripts import WIDE

_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "ul", "ol", "dl"})
"""Blocks with an empty line before and after them, as in `innerText`."""
BLOCKS = _PARAGRAPHS | frozenset(
    re.findall(
        r"\w+",
        "address article aside body button caption center dd details dialog dir div dt fieldset figcaption figure "
        "footer form header hgroup hr html legend li main menu nav option search section select summary tbody td "
        "textarea tfoot th thead tr title",
    )
)
UNSEEN = frozenset(
    re.findall(
        r"[\w-]+",
        "script style template noscript del head svg canvas audio video iframe object embed map rt rp rtc annotation "
        "annotation-xml",
    )
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "x-big5": "big5hkscs"}
"""The encodings that browsers use for these names."""
_NOT_OF_PAGES = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"})
"""Python's names of encodings that no page is in. Punycode takes the square of the length; others change words."""
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{WIDE}])[ \t\f]*[\n\r][ \t\n\r\f]*(?=[{WIDE}])")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LINE_BREAK = "\x00"
"""Stands for <br> until blanks are collapsed. No file contains it, because the parser turns NUL into U+FFFD."""


def read_html(data: bytes, *, name: str) -> Extracted:
    """Return the text of a page. Raises SourceError if it cannot be decoded, is nested too deeply, or has no text."""
    root = parse_html(decode_html(data, name=name), name=name)
    writer = TextWriter(name)
    body = next((element for element in root if local(element) in ("body", "frameset")), root)
    write_blocks(writer, body, find_boilerplate(body))
    return writer.finish(_properties(root), whole_paragraphs=writer.has_headings)


def decode_html(data: bytes, *, name: str) -> str:
    """Return the text of the file in the encoding that it declares or, if the bytes do not fit, in a guessed one."""
    match = _CHARSET.search(data, 0, 4096) or _XML_ENCODING.match(data)
    declared = match[1].decode("ascii").lower() if match else ""
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and "utf" not in declared:
        try:
            encoding = codecs.lookup(_CHINESE.get(declared, declared)).name
            if encoding.replace("_", "-") not in _NOT_OF_PAGES:
                return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass  # pages often declare a wrong encoding
    return decode(data, name=name).text


def parse_html(text: str, *, name: str) -> etree._Element:
    """Return the root, parsed as browsers do. Raises SourceError if there is none or the nesting is too deep."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        # The XML declaration names the encoding of the bytes, which are already decoded.
        root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise SourceError(corpus_messages.NO_TEXT, name)
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise SourceError(corpus_messages.NESTED_ELEMENTS.format(most=FORMATS.html_depth), name)
    return root


def write_blocks(writer: TextWriter, root: etree._Element, boilerplate: dict[etree._Element, str]) -> dict[str, int]:
    """Write the text under `root`, and return the offset at which each element with an id begins.

    `boilerplate` maps each element that is not text to its kind of non-body.
    """
    return _BlockWriter(writer, boilerplate).run(root)


class _BlockWriter:
    """Writes the elements in one pass without recursion, because files may nest deeply."""

    def __init__(self, writer: TextWriter, boilerplate: dict[etree._Element, str]) -> None:
        self._writer = writer
        self._boilerplate = boilerplate
        self._kinds: list[str] = []
        self._words = InlineWords()
        self._level = 0
        self._pre = 0
        self._ids: dict[str, int] = {}

    def run(self, root: etree._Element) -> dict[str, int]:
        events = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in events:
            tag = local(element)
            if event == "start":
                if tag in UNSEEN or is_hidden(element):
                    events.skip_subtree()
                elif tag == "table" and self._add_table(element):
                    events.skip_subtree()
                    element.set("data-read", "")  # its end event still comes
                else:
                    self._start(element, tag)
            elif event == "end" and not (tag in UNSEEN or is_hidden(element) or "data-read" in element.attrib):
                self._end(element, tag)
            if event != "start" and element is not root and element.tail:
                self._words.add(_tail(element))
        self._flush()
        return self._ids

    def _start(self, element: etree._Element, tag: str) -> None:
        if tag in BLOCKS:
            self._flush(gap=tag in _PARAGRAPHS)
        for key in ("id", "name"):
            if anchor := element.get(key):
                self._ids.setdefault(anchor, self._writer.length)
        if element in self._boilerplate:
            self._flush()
            self._kinds.append(self._boilerplate[element])
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._level = int(tag[1])
        elif tag == "pre":
            self._pre += 1
        elif tag == "br":
            self._words.add(_LINE_BREAK)
        _open(self._words, element, tag)

    def _end(self, element: etree._Element, tag: str) -> None:
        if _role(element, tag):
            self._words.close()
        if tag in BLOCKS:
            self._flush(gap=tag in _PARAGRAPHS)
        if tag == "pre":
            self._pre -= 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._level = 0
        if element in self._boilerplate:
            self._flush()
            self._kinds.pop()

    def _flush(self, *, gap: bool = False) -> None:
        """Write the words since the last start or end of a block."""
        words = self._words.take()
        kind = self._kinds[0] if self._kinds else ""
        if self._pre:
            lines = words.replace(_LINE_BREAK, "\n")
            if kind or lines.count("\n") > FORMATS.html_pre_lines:  # such a page shows a text file
                for line in lines.split("\n"):
                    self._writer.line(line, non_body=_non_body(kind))
            else:
                self._writer.whole(lines)
        elif words.strip():
            text = collapse(words)
            if self._level:
                self._writer.line(text, level=self._level, non_body=_non_body(kind))
            else:
                for line in text.split("\n"):
                    self._writer.line(line, non_body=_non_body(kind))
        elif "\xa0" in words or _LINE_BREAK in words:
            gap = True
        if gap:
            self._writer.gap()

    def _add_table(self, table: etree._Element) -> bool:
        """Write a table and return True; return False for a table that only lays out a page."""
        rows = _rows(table)
        if not rows or self._kinds or table in self._boilerplate:
            return False
        self._flush(gap=True)
        for caption in table.iter("{*}caption"):
            if _is_of(caption, table):
                self._writer.line(inline_text(caption))
        self._writer.table(rows, _heads(table))
        return True


def collapse(words: str) -> str:
    """Return the words with blanks collapsed, line breaks within Chinese removed, and <br> as a line end."""
    words = _BLANKS.sub(" ", _BREAK_IN_CHINESE.sub("", words))
    return "\n".join(line.strip(" ") for line in words.split(_LINE_BREAK))


def inline_text(element: etree._Element) -> str:
    """Return the words under an element on one line."""
    words = InlineWords()
    events = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, part in events:
        tag = local(part)
        unseen = tag in UNSEEN or is_hidden(part)
        if event == "start":
            if unseen:
                events.skip_subtree()
            else:
                words.add(" " if tag in BLOCKS or tag == "br" else "")
                _open(words, part, tag)
        else:
            if event == "end" and not unseen and _role(part, tag):
                words.close()
            if part is not element:
                words.add(_tail(part))
    return collapse(words.take()).strip()


_EPUB = "{http://www.idpf.org/2007/ops}"
_SHIFTED: dict[str, Role] = {"sup": "raised", "sub": "lowered"}
_MATHS: dict[str, tuple[Role | None, ...]] = {
    "mfrac": ("numerator", "denominator"),
    "msup": (None, "raised"),
    "msub": (None, "lowered"),
    "msubsup": (None, "lowered", "raised"),
    "munder": (None, "lowered"),
    "mover": (None, "raised"),
    "munderover": (None, "lowered", "raised"),
}
"""The roles of the children of MathML's elements."""
_IN_MATHS = _MATHS.keys() | {"math", "mrow", "msqrt", "mroot", "mstyle", "mpadded", "semantics", "mtable", "mtr", "mtd"}
_STYLED = re.compile(r"vertical-align:(super|sub)\b")


def _role(element: etree._Element, tag: str) -> Role | None:
    """Return whether an element is raised, lowered or a part of a fraction."""
    if tag in _SHIFTED:
        return _SHIFTED[tag]
    if element.get("role") == "doc-noteref" or "noteref" in (element.get(f"{_EPUB}type"), element.get("epub:type")):
        return "raised"
    parent = element.getparent()
    if parent is not None and (roles := _MATHS.get(local(parent))):
        at = sum(1 for _ in islice(element.itersiblings("{*}*", preceding=True), len(roles)))
        return roles[at] if at < len(roles) else None
    styled = _STYLED.search((element.get("style") or "").replace(" ", "").lower())
    return None if styled is None or tag in BLOCKS else "raised" if styled[1] == "super" else "lowered"


def _open(words: InlineWords, element: etree._Element, tag: str) -> None:
    """Begin an element, with the text before its first child."""
    if role := _role(element, tag):
        words.open(role)
    if tag in ("msqrt", "mroot"):
        words.add("√")
    if element.text and not (tag in _IN_MATHS and element.text.isspace()):
        words.add(element.text)


def _tail(element: etree._Element) -> str:
    """Return the text after an element. In a formula blanks between elements are no text."""
    tail, parent = element.tail or "", element.getparent()
    return "" if parent is not None and local(parent) in _IN_MATHS and tail.isspace() else tail


def _rows(table: etree._Element) -> list[list[Cell]]:
    """Return the cells of each row of a data table; nothing for a table that only lays out a page."""
    rows = _elements(table)
    cells = [cell for row in rows for cell in row]
    if table.get("role") in ("presentation", "none") or only_lays_out(cells, "{*}td", "{*}th"):
        return []
    texts = [[inline_text(cell) for cell in row] for row in rows]
    several = sum(len(row) > 1 for row in texts)
    blocks = any(
        sum(1 for part in cell.iterdescendants("{*}p", "{*}div", "{*}li", "{*}h1", "{*}h2", "{*}h3")) > 3
        for cell in cells
    )
    if (
        several * 2 < len(texts)
        or blocks
        or any(len(cell) > FORMATS.html_longest_cell for row in texts for cell in row)
    ):
        return []
    return [
        [
            Cell(text, _covered(cell, "colspan"), _covered(cell, "rowspan"))
            for cell, text in zip(row, words, strict=True)
        ]
        for row, words in zip(rows, texts, strict=True)
    ]


def _elements(table: etree._Element) -> list[list[etree._Element]]:
    """Return the elements of the cells of each row that has some, without those of tables in them."""
    rows = (row for row in table.iter("{*}tr") if _is_of(row, table))
    return [cells for row in rows if (cells := [cell for cell in row if local(cell) in ("td", "th")])]


def _is_of(part: etree._Element, table: etree._Element) -> bool:
    return next(part.iterancestors("{*}table"), None) is table


def _covered(cell: etree._Element, name: str) -> int:
    """Return how many columns or rows a cell covers. `rowspan="0"`: all that follow."""
    value = (cell.get(name) or "").strip()
    count = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1
    return count or (FORMATS.table_merged if name == "rowspan" else 1)


def _heads(table: etree._Element) -> int | None:
    """Return how many rows a table marks as its head: those in <thead>, or of <th> alone. None if it marks none."""
    marked = 0
    for row in _elements(table):
        parent = row[0].getparent()
        within = parent.getparent() if parent is not None else None
        if not (within is not None and local(within) == "thead") and any(
            local(cell) == "td" and inline_text(cell) for cell in row
        ):
            break
        marked += 1
    if not marked and any(local(cell) == "th" for row in _elements(table) for cell in row):
        return 0  # its heads stand beside the rows
    return marked or None


def _non_body(kind: str) -> Literal["", "chrome", "contents"]:
    return "contents" if kind == "contents" else "chrome" if kind else ""


def is_hidden(element: etree._Element) -> bool:
    """Return whether a page never shows an element. What a click or a script shows is text: answers, whole articles."""
    if not isinstance(element.tag, str):
        return False
    if element.get("role") == "doc-backlink" or _is_arrow_back(element):
        return True
    style = (element.get("style") or "").replace(" ", "").lower()
    hidden = "hidden" in element.attrib or "display:none" in style or "visibility:hidden" in style
    return hidden and (bool(_DIALOG.search(_about(element))) or not _SENTENCE.search(_text_within(element)))


def _is_arrow_back(element: etree._Element) -> bool:
    """Return whether an element is the ↩ after a note, which leads to where the text cites it."""
    return local(element) == "a" and "#" in (element.get("href") or "") and bool(_ARROW.fullmatch(element.text or ""))


_ARROW = re.compile(r"\s*[↩↑⏎⤴][\ufe0e\ufe0f]?\s*")
_SENTENCE = re.compile(rf"[{WIDE}][^。！？；]{{3,}}[。！？；]|(?:[A-Za-z,'’-]+ ){{3,}}[A-Za-z'’-]+[.!?]")
_DIALOG = re.compile(
    r"dialog|modal|popup|popover|tooltip|toast|cookie|consent|overlay|sr-only|visually-hidden|menu|alert"
)
"""Words for what pages show beside their text, in the attributes of its element."""


def _about(element: etree._Element) -> str:
    return " ".join(element.get(name) or "" for name in ("class", "id", "role", "aria-modal")).lower()


def _text_within(element: etree._Element) -> str:
    """Return the first words under an element, without scripts and the like."""
    parts: list[str] = []
    length = 0
    events = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for number, (event, part) in enumerate(events):
        if event == "start" and local(part) in UNSEEN:
            events.skip_subtree()
            continue
        words = (part.text if event == "start" else part.tail if part is not element else "") or ""
        parts.append(words)
        length += len(words)
        if max(length, number) > FORMATS.html_hidden:
            break
    return " ".join("".join(parts).split())


def _properties(root: etree._Element) -> CitationFields | None:
    raw: dict[str, list[str]] = structured_data(root)
    for meta in root.iter("{*}meta"):
        key = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower().strip()
        if content := meta.get("content"):
            raw.setdefault(key.removeprefix("bepress_"), []).append(content)  # Digital Commons' names

    raw["<title>"] = [inline_text(element) for element in root.iter("{*}title")][:1]
    links = [link.get("href") or "" for link in root.iter("{*}link") if link.get("rel") == "canonical"]
    raw["<link rel=canonical>"] = links[:1]
    raw["<html lang>"] = [root.get("lang") or root.get(_XML_LANG) or ""]
    if "dc.source.volume" in raw or "dc.source.issue" in raw:  # elsewhere DC.Source is any source
        raw.setdefault("citation_journal_title", raw.get("dc.source", []))
    kind = KINDS.get(next(iter(raw.get("schema:@type", ())), ""))
    if raw.get("citation_journal_title"):
        kind = "article"
    elif kind is None and (links or "og:url" in raw):
        kind = "webpage"
    return properties(by_field(raw, "html"), kind=kind)
