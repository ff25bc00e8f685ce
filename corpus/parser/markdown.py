"""Reads the Markdown that affects structure: headings, tables, code, comments. Other markup stays in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.document import Span, Table
from corpus.parser.lines import Line
from corpus.parser.markdown_blocks import MarkdownBlock, find_blocks
from corpus.parser.pipe_tables import lines_before, read_table
from corpus.text.fold import fold
from corpus.text.numerals import HAN_DIGITS

_ATX = re.compile(r"(#{1,6})[ \t\u3000]+(?=\S)")
_CLOSING = re.compile(r"(?<![ \t])[ \t]+#+$")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.+?)</h\1>", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*$")
_FRONT_MATTER = {"---": ("---", "..."), "+++": ("+++",)}
"""The line over front matter in YAML and in TOML, with those that may end it."""
_KEY = re.compile(r"(?:title|authors?|date|tags|categories|layout)\s?[:=]", re.IGNORECASE)
_COMMENT = "<!--"
_COMMENT_END = "-->"
_OPEN_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_TAG = re.compile(rf"{_OPEN_TAG.pattern}|<!--.*?{_COMMENT_END}")
_BREAKS = re.compile(r"(?:<\s?/?br\s?/?>\s*)+", re.IGNORECASE)
_LINK_ITEM = re.compile(r"(?:[-*+]|\d{1,2}\.)\s+\[[^\]]*\]\(#[^)]*\)")
_WHOLE = re.compile(r"(?:>\s*)*(?:[-*+]|\d{1,3}[.)])\s+\S|>|\||\[\^[^\]\s]+\]:")
"""What begins an item of a list, a quotation, a row of bars or a footnote: none of them is a heading."""
_IMAGE = re.compile(r"\[?!\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])(?:\]\([^()]*\))?")
_SIGN = re.compile(r"\${2,}|\[\[?_?toc_?\]\]?|(?:>\s*)+\[!\w+\]|\[?!\[\]\([^()]*\)(?:\]\([^()]*\))?", re.IGNORECASE)
"""A line for programs: the bounds of a formula, the place of the contents, the kind of a note, a picture."""
_ARTICLE_ITEM = re.compile(rf"[-*+]\s+(?=\**第\s?[{HAN_DIGITS}\d]{{1,8}}\s?[编章节条])")
"""A list item that is an article, or a chapter in a table of contents."""
_SETEXT = re.compile(r"={3,}|-{3,}")


def is_markdown(lines: Sequence[Line]) -> bool:
    """Return whether a text is Markdown: it has headings, code fences, or front matter."""
    headings = sum(bool(_ATX.match(line.text)) for line in lines)
    first = next((line.text for line in lines if not _TAG.match(line.text)), "")
    return (
        headings >= 2
        or bool(_ATX.match(first))
        or sum(bool(_FENCE.match(line.text)) for line in lines) >= 2
        or headings + _underlined(lines) >= 2
        or (bool(lines) and lines[0].text == "---" and headings >= 1)
        or any(_KEY.match(line.text) for line in lines[1 : _front_matter_end(lines)])
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
    index, begin = _front_matter(lines, text, out)
    # The rest begins on the last line of the front matter: a line of no words.
    blocks = {block.first: block for block in find_blocks(text[begin:], lines[index - 1].number if index else 1)}
    while index < len(lines):
        line = lines[index]
        if block := blocks.get(line.number):
            end = lines_before(lines, index, block.end)
            made, table = _read_block(block, lines[index:end], text)
            out += made
            tables += [table] if table and table.rows else []
            index = end
            continue
        if behind := _comment_end(lines, index):
            out += _comment(lines[index:behind], text)
            index = behind
            continue
        following = lines[index + 1] if index + 1 < len(lines) else None
        if following and not following.after_blank and _SETEXT.fullmatch(following.text) and _may_be_title(line):
            out += [replace(line, level=1 if following.text[0] == "=" else 2), replace(following, kind="markup")]
            index += 2
            continue
        out += _parts(line, text)
        index += 1
    return out, tables


def _read_block(block: MarkdownBlock, lines: Sequence[Line], text: str) -> tuple[list[Line], Table | None]:
    """Return the lines that those of a block make, and its table."""
    match block.kind:
        case "table":
            return read_table(block, lines, text)
        case "code":  # or prose under an indent, whose lines may belong together
            return [*lines], None
        case "open_fence":  # perhaps by mistake, up to the end of the text: its lines are no headings, nor one passage
            return [
                replace(lines[0], kind="markup"),
                *(replace(line, kind=line.kind or "whole") for line in lines[1:]),
            ], None
        case "fence":
            return [_whole(lines, text, "whole")], None
        case "markup":
            return [_whole(lines, text, "markup")], None


def _may_be_title(line: Line) -> bool:
    return not line.level and len(line.text) <= 80 and not re.match(r"[|>#<`~*+-]", line.text)


def _front_matter(lines: Sequence[Line], text: str, out: list[Line]) -> tuple[int, int]:
    """Add the front matter. Return the index of the line after it, and where it ends."""
    end = _front_matter_end(lines)
    if end:
        out.append(_whole(lines[:end], text, "markup"))
    return end, lines[end - 1].spans[-1].end if end else 0


def _front_matter_end(lines: Sequence[Line]) -> int:
    """Return the index of the line after the front matter; 0 if there is none."""
    ends = _FRONT_MATTER.get(lines[0].text, ()) if lines else ()
    return next((index + 1 for index in range(1, min(len(lines), 60)) if lines[index].text in ends), 0)


def _comment_end(lines: Sequence[Line], index: int) -> int | None:
    """Return the index after the line on which the comment ends that begins here; None if it ends on this one."""
    first = lines[index].text
    if first.startswith(_COMMENT) and _COMMENT_END not in first:
        for end in range(index + 1, min(len(lines), index + 200)):
            if _COMMENT_END in lines[end].text:
                return end + 1
    return None


def _comment(lines: Sequence[Line], text: str) -> Iterator[Line]:
    """Yield a comment of several lines, and what stands behind it on the last."""
    yield _whole(lines[:-1], text, "markup")
    last = lines[-1]
    start, end = last.spans[0].start, last.spans[-1].end
    yield from _cut(last, text, text.index(_COMMENT_END, start, end) + len(_COMMENT_END) - start, end - start)


def _whole(lines: Sequence[Line], text: str, kind: str) -> Line:
    """Return a block as one line, whose span includes the line ends inside it."""
    span = Span(lines[0].spans[0].start, lines[-1].spans[-1].end)
    words = fold(text[span.start : span.end], spread=False).text
    return replace(lines[0], spans=(span,), text=words, kind="markup" if kind == "markup" else "whole")


def _parts(line: Line, text: str) -> list[Line]:
    """Return the line, with the markup at its ends as lines of their own."""
    start, end = line.spans[0].start, line.spans[-1].end
    raw = text[start:end]
    if not raw[0].isalnum() and (_SIGN.fullmatch(raw) or not _without_tags(raw).strip(" \t\u3000>*_=-|:+")):
        return [replace(line, kind="markup")]
    if match := _ATX.match(raw):
        closing = _CLOSING.search(raw, match.end())
        return _cut(line, text, match.end(), closing.start() if closing else len(raw), level=len(match[1]))
    if match := _HTML_HEADING.fullmatch(raw):
        return _cut(line, text, match.start(2), match.end(2), level=int(match[1]))
    if _LINK_ITEM.fullmatch(raw):
        return [replace(line, kind="contents")]
    if image := _IMAGE.fullmatch(raw):
        return [replace(part, kind=part.kind or "whole") for part in _cut(line, text, *image.span(1))]
    first, last = _words(raw)
    parts = _cut(line, text, first, last) if (first or last < len(raw)) and first < last else [line]
    return [part if part.kind or not _WHOLE.match(part.text) else replace(part, kind="whole") for part in parts]


def _words(raw: str) -> tuple[int, int]:
    """Return where the words of a line begin and end, between line breaks and comments."""
    opening = _BREAKS.match(raw) or _ARTICLE_ITEM.match(raw)
    first, last = opening.end() if opening else 0, len(raw)
    for match in _BREAKS.finditer(raw, first) if "<" in raw else ():
        if match.end() == len(raw):
            last = match.start()
    if raw.startswith(_COMMENT):
        first = raw.find(_COMMENT_END) + len(_COMMENT_END) if _COMMENT_END in raw else 0
    if raw.endswith(_COMMENT_END) and _COMMENT in raw:
        begin = raw.rfind(_COMMENT)
        last = begin if raw.find(_COMMENT_END, begin) + len(_COMMENT_END) == len(raw) else last
    return first, last


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
