"""Reads the Markdown that affects structure: headings, tables, code, comments. Other markup stays in the text."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.corpus_settings import PARSER
from corpus.document import Span, Table
from corpus.parser.lines import Line
from corpus.parser.pipe_tables import pipe_table
from corpus.text.fold import fold
from corpus.text.numerals import HAN_DIGITS

_ATX = re.compile(r"(#{1,6})[ \t\u3000]+(?=\S)")
_CLOSING = re.compile(r"(?<![ \t])[ \t]+#+$")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.+?)</h\1>", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*$")
_COMMENT_END = "-->"
_OPEN_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_TAG = re.compile(rf"{_OPEN_TAG.pattern}|<!--.*?{_COMMENT_END}")
_BREAKS = re.compile(r"(?:<\s?/?br\s?/?>\s*)+", re.IGNORECASE)
_LINK_ITEM = re.compile(r"(?:[-*+]|\d{1,2}\.)\s+\[[^\]]*\]\(#[^)]*\)")
_LIST_ITEM = re.compile(r"(?:>\s*)*(?:[-*+]|\d{1,3}[.)])\s+\S")
_ARTICLE_ITEM = re.compile(rf"[-*+]\s+(?=\**第\s?[{HAN_DIGITS}\d]{{1,8}}\s?[编章节条])")
"""A list item that is an article, or a chapter in a table of contents."""
_SETEXT = re.compile(r"={3,}|-{3,}")


def is_markdown(lines: Sequence[Line]) -> bool:
    """Return whether a text is Markdown: it has headings, code fences, or front matter and a heading."""
    headings = sum(bool(_ATX.match(line.text)) for line in lines)
    first = next((line.text for line in lines if not _TAG.match(line.text)), "")
    return (
        headings >= 2
        or bool(_ATX.match(first))
        or sum(bool(_FENCE.match(line.text)) for line in lines) >= 2
        or headings + _underlined(lines) >= 2
        or (bool(lines) and lines[0].text == "---" and headings >= 1)
    )


def _underlined(lines: Sequence[Line]) -> int:
    """Return the number of titles with a line of = or - under them."""
    return sum(
        bool(_SETEXT.fullmatch(line.text)) and not line.after_blank and _may_be_title(title)
        for title, line in pairwise(lines)
    )


def read_markdown(lines: Sequence[Line], text: str) -> tuple[list[Line], list[Table]]:
    """Return the lines with markup as lines of its own, headings with their level, code as wholes; and the tables."""
    out: list[Line] = []
    tables: list[Table] = []
    index = _front_matter(lines, text, out)
    fences = _fence_ends(lines)
    while index < len(lines):
        line = lines[index]
        if not _FENCE.match(line.text) and (found := pipe_table(lines, index, text)):
            out += found.lines
            tables.append(found.table)
            index = found.end
            continue
        end = _block_end(lines, index, fences)
        if end is not None:
            kind = "markup" if line.text.startswith("<!--") else "whole"
            out.append(_whole(lines[index:end], text, "markup" if kind == "markup" else "whole"))
            index = end
            continue
        following = lines[index + 1] if index + 1 < len(lines) else None
        if following and not following.after_blank and _SETEXT.fullmatch(following.text) and _may_be_title(line):
            out += [replace(line, level=1 if following.text[0] == "=" else 2), replace(following, kind="markup")]
            index += 2
            continue
        out += _parts(line, text)
        index += 1
    return out, tables


def _may_be_title(line: Line) -> bool:
    return not line.level and len(line.text) <= 80 and not re.match(r"[|>#<`~*+-]", line.text)


def _front_matter(lines: Sequence[Line], text: str, out: list[Line]) -> int:
    if lines and lines[0].text == "---":
        for index in range(1, min(len(lines), 60)):
            if lines[index].text in ("---", "..."):
                out.append(_whole(lines[: index + 1], text, "markup"))
                return index + 1
    return 0


def _fence_ends(lines: Sequence[Line]) -> dict[int, int]:
    """Return the index of the line that closes each code fence; a fence that none closes is missing.

    A closing line consists of the same character as the fence, at least as often. Lines are read from the last, and
    those that can still close something are kept as a stack: the nearest on top, each further one longer.
    """
    ends: dict[int, int] = {}
    closing: dict[str, list[tuple[int, int]]] = {"`": [], "~": []}
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text
        if fence := _FENCE.match(text):
            mark, length = fence[1][0], len(fence[1])
            stack = closing[mark]
            place = bisect.bisect_right(stack, -length, key=lambda one: -one[0])
            if place:
                ends[index] = stack[place - 1][1]
            if length == len(text):
                while stack and stack[-1][0] <= length:
                    stack.pop()
                stack.append((length, index))
    return ends


def _block_end(lines: Sequence[Line], index: int, fences: Mapping[int, int]) -> int | None:
    """Return the index after the code, table or comment that begins here; None if none begins."""
    first = lines[index].text
    if _FENCE.match(first):
        return fences.get(index, index) + 1
    if first.startswith("|") and first.count("|") >= 2:
        end = index + 1
        while (
            end < min(len(lines), index + PARSER.markdown_table_rows)
            and lines[end].text.startswith("|")
            and not lines[end].after_blank
        ):
            end += 1
        return end
    if first.startswith("<!--") and "-->" not in first:
        for end in range(index + 1, min(len(lines), index + 200)):
            if "-->" in lines[end].text:
                return end + 1 if lines[end].text.endswith("-->") else None
    return None


def _whole(lines: Sequence[Line], text: str, kind: str) -> Line:
    """Return a block as one line, whose span includes the line ends inside it."""
    span = Span(lines[0].spans[0].start, lines[-1].spans[-1].end)
    words = fold(text[span.start : span.end], spread=False).text
    return replace(lines[0], spans=(span,), text=words, kind="markup" if kind == "markup" else "whole")


def _parts(line: Line, text: str) -> list[Line]:
    """Return the line, with the markup at its ends as lines of their own."""
    start, end = line.spans[0].start, line.spans[-1].end
    raw = text[start:end]
    if not _without_tags(raw).strip(" \t\u3000>*_=-|:"):
        return [replace(line, kind="markup")]
    if match := _ATX.match(raw):
        closing = _CLOSING.search(raw, match.end())
        return _cut(line, text, match.end(), closing.start() if closing else len(raw), level=len(match[1]))
    if match := _HTML_HEADING.fullmatch(raw):
        return _cut(line, text, match.start(2), match.end(2), level=int(match[1]))
    if _LINK_ITEM.fullmatch(raw):
        return [replace(line, kind="contents")]
    opening = _BREAKS.match(raw) or _ARTICLE_ITEM.match(raw)
    first = opening.end() if opening else 0
    last = len(raw)
    for match in _BREAKS.finditer(raw, first):
        if match.end() == len(raw):
            last = match.start()
    parts = _cut(line, text, first, last) if (first or last < len(raw)) and first < last else [line]
    return [
        replace(part, kind="whole") if not part.kind and (_LIST_ITEM.match(part.text) or part.text[0] == ">") else part
        for part in parts
    ]


def _without_tags(raw: str) -> str:
    """Return a line without its tags and comments. Behind the last --> no comment is looked for: none ends there."""
    end = raw.rfind(_COMMENT_END) + len(_COMMENT_END) if _COMMENT_END in raw else 0
    return _TAG.sub("", raw[:end]) + _OPEN_TAG.sub("", raw[end:])


def _cut(line: Line, text: str, first: int, last: int, *, level: int = 0) -> list[Line]:
    """Return characters [first, last) of the line as a line, and what stands before and after as markup lines."""
    start, out = line.spans[0].start, []
    for a, b, inner in ((0, first, False), (first, last, True), (last, line.spans[-1].end - start, False)):
        part = text[start + a : start + b]
        if words := part.strip():
            begin = start + a + len(part) - len(part.lstrip())
            span = Span(begin, begin + len(words))
            folded = fold(words, spread=False).text
            out.append(
                replace(line, spans=(span,), text=folded, level=level if inner else 0, kind="" if inner else "markup")
            )
    return out
