"""The lines of a file, and the paragraphs that they make.

A line is usually a paragraph. It is less where a file wraps at a width or a web page broke a sentence at a
link, and more where a file has lost its line ends. Spans are passed on; no text is copied or changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from corpus import structure
from corpus.fold import fold
from corpus.model import Span

_LINE = re.compile(r"[^\r\n]+|\r\n|\r|\n")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of the source that may be a paragraph: a line of the file, several, or a part of one."""

    number: int
    """Of the line of the file that it begins on, from 1."""
    spans: tuple[Span, ...]
    text: str
    """The folded words, to be judged by."""
    indent: int = 0
    """Blanks before it."""
    after_blank: bool = False
    """An empty line, or nothing, stands before it."""
    level: int = 0
    """Of a heading that the format itself marks (`##`, “Heading 2”), 1 for the outermost; 0 for all others."""
    kind: Literal["", "whole", "chrome", "contents", "markup", "pointer"] = ""
    """`whole`: a paragraph that is nothing else, such as a table. The others are kinds of `Matter`."""

    @property
    def is_matter(self) -> bool:
        return self.kind not in ("", "whole")


def quote(text: str, spans: Sequence[Span]) -> str:
    return "".join(text[span.start : span.end] for span in spans)


def read_lines(text: str, *, spread: bool) -> list[Line]:
    """Return the non-blank lines, without the blanks at their ends."""
    lines: list[Line] = []
    number, blank = 1, True
    ended = True
    for match in _LINE.finditer(text):
        line = match.group()
        if line[0] in "\r\n":
            number += 1
            blank = blank or ended
            ended = True
        elif stripped := line.strip():
            indent = len(line) - len(line.lstrip())
            span = Span(match.start() + indent, match.start() + indent + len(stripped))
            lines.append(Line(number, (span,), fold(stripped, spread=spread).text, indent, blank))
            blank, ended = False, False
    return lines


def unfold_flat(lines: Sequence[Line], text: str, *, spread: bool) -> list[Line]:
    """Cut lines that hold many paragraphs, and lines on which a speaker and a salutation share."""
    out: list[Line] = []
    for place, line in enumerate(lines):
        cuts: list[int] = []
        if not spread and len(line.spans) == 1:
            if len(line.text) > _LONG_LINE:
                cuts = _flat_cuts(line.text)
            elif place < _HEAD:
                cuts = structure.head_cuts(line.text)
            cuts = cuts or structure.heading_cuts(line.text)
        if not cuts:
            out.append(line)
            continue
        start = line.spans[0].start
        for number, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(line.text)], strict=True)):
            part = text[start + a : start + b]
            if words := part.strip():
                first = start + a + len(part) - len(part.lstrip())
                span = Span(first, first + len(words))
                folded = fold(words, spread=spread).text
                out.append(Line(line.number, (span,), folded, line.indent, line.after_blank and not number))
    return out


_LONG_LINE = 500
"""Characters. Paragraphs are rarely longer; a line that is may be a text without line ends."""
_HEAD = 8
"""Lines in which a title block is looked for."""


def _flat_cuts(text: str) -> list[int]:
    """Return where paragraphs begin in a line that has lost its line ends: after blanks, and at numbered headings."""
    cuts: list[int] = []
    start = 0
    for match in _BLANKS.finditer(text):
        before, end = text[match.start() - 1 : match.start()], match.end()
        following = text[end : end + 80]
        if (
            (len(match.group()) > 1 and structure.is_wide(before + following[:1]))
            or (before in "。!?;:”)…" and structure.is_wide(following[:1] + before))
            or structure.opens_with_mark(following)
            or (end - start < 60 and structure.is_title_like(text[start : match.start()]))
            or structure.is_address(following.split(" ", 1)[0])
        ):
            cuts.append(end)
            start = end
    if not cuts or max(b - a for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)) > 2 * _LONG_LINE:
        # No blank is left either: only a number after the end of a sentence can tell.
        cuts = sorted({*cuts, *structure.marks_within(text)})
    return cuts


def join_broken(lines: Sequence[Line], text: str, *, fixed: Set[int]) -> list[Line]:
    """Make whole the paragraphs that a width, or a web page's inline elements, broke.

    `fixed` holds the numbers of lines that are not to be joined with others.
    """
    free = [line for line in lines if _is_free(line) and line.number not in fixed]
    width = _wrap_width(free)
    if width is not None:
        return _join(lines, text, _Wrapped(width, free), fixed)
    if _is_terminated_prose(free):
        return _join(lines, text, _Inline(lines), fixed)
    return list(lines)


def _is_free(line: Line) -> bool:
    return not line.level and not line.kind


def _join(lines: Sequence[Line], text: str, rule: _Wrapped | _Inline, fixed: Set[int]) -> list[Line]:
    out: list[Line] = []
    parts: list[Line] = []
    for line in lines:
        free = _is_free(line) and line.number not in fixed and parts and _is_free(parts[-1]) and parts[-1].number not in fixed
        if free and rule.goes_on(parts, line):
            parts.append(line)
            continue
        if parts:
            out.append(_merge(parts, text))
        parts = [line]
    if parts:
        out.append(_merge(parts, text))
    return out


def _merge(parts: Sequence[Line], text: str) -> Line:
    """Return one line of several; where letters meet, the break between them stays in as the blank it is."""
    if len(parts) == 1:
        return parts[0]
    spans: list[Span] = list(parts[0].spans)
    words = [parts[0].text]
    for before, part in zip(parts, parts[1:], strict=False):
        first = part.spans[0]
        if before.text[-1] < "\u2000" and part.text[0] < "\u2000" and not text[spans[-1].end : first.start].strip():
            spans[-1:] = [Span(spans[-1].start, first.end), *part.spans[1:]]
            words.append(" " + part.text)
        else:
            spans += part.spans
            words.append(part.text)
    return replace(parts[0], spans=tuple(spans), text="".join(words))


def _is_open(text: str) -> bool:
    """Say whether the words stop without a mark that ends a sentence or a clause."""
    return text[-1] not in "。!?;:…”’\"')）】》」』>|,、"


def _wrap_width(lines: Sequence[Line]) -> int | None:
    """Return the number of characters a file wraps its lines at; None where it does not."""
    broken = [len(line.text) for line in lines if text_open(line.text)]
    if len(lines) < 6 or len(broken) < max(4, 0.3 * len(lines)):
        return None
    common, count = Counter(broken).most_common(1)[0]
    if count >= 3 and common >= 16:
        near = sum(common - 4 <= length <= common + 4 for length in broken)
        longer = sum(len(line.text) > common + 8 for line in lines)
        if near >= 0.6 * len(broken) and longer <= 0.08 * len(lines):
            return common
    # Words of an alphabet are not cut, so that lines end raggedly before the width.
    lengths = sorted(len(line.text) for line in lines)
    width = lengths[int(0.97 * (len(lengths) - 1))]
    latin = [line for line in lines if line.text.isascii() or not structure.is_wide(line.text[-1])]
    if 40 <= width <= 120 and len(latin) > 0.8 * len(lines):
        near = sum(0.75 * width <= length <= width + 2 for length in broken)
        if near >= 0.7 * len(broken) and lengths[-1] <= 1.5 * width:
            return width
    return None


def text_open(text: str) -> bool:
    """Say whether a line stops in the middle of a sentence; a comma may stand there."""
    return text[-1] not in "。!?;:…”’\"')）】》」』>|" or text[-2:] in ("”的",)


class _Wrapped:
    """A file whose lines end at a width."""

    def __init__(self, width: int, lines: Sequence[Line]) -> None:
        self._width = width
        indented = [line.indent > 0 for line in lines]
        starts = sum(indented)
        self._indents = 0.02 * len(lines) < starts < 0.7 * len(lines)
        """Blanks at the beginning of a line mean that a paragraph begins."""
        self._latin = sum(line.text[-1] < "\u2000" for line in lines) > 0.8 * len(lines)

    def goes_on(self, parts: Sequence[Line], line: Line) -> bool:
        last = parts[-1].text
        if line.after_blank or structure.is_apart(last) or structure.is_apart(line.text):
            return False
        if self._indents and line.indent and (line.indent > parts[-1].indent or not parts[-1].indent):
            return False
        if self._latin:
            first = line.text.split(" ", 1)[0]
            return not structure.opens_with_mark(line.text) and (len(last) + 1 + len(first) > self._width)
        length = len(last) + (min(parts[0].indent, 2) if len(parts) == 1 else 0)
        if structure.opens_with_mark(line.text) and (not text_open(last) or length < self._width - 3):
            return False
        if self._indents:
            return length >= self._width - 3
        if text_open(last):
            return length >= self._width - 3 and not (len(parts) == 1 and structure.is_title_like(last))
        return length >= self._width


def _is_terminated_prose(lines: Sequence[Line]) -> bool:
    """Say whether paragraphs of this text end with a mark, so that one that does not was cut."""
    long = [line for line in lines if len(line.text) > 40 and structure.is_chinese(line.text)]
    return len(long) >= 3 and sum(not _is_open(line.text) for line in long) >= 0.8 * len(long)


class _Inline:
    """A file with whole paragraphs, but for some that a link or a formula broke."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._cut = _cut_in_series(lines)

    def goes_on(self, parts: Sequence[Line], line: Line) -> bool:
        last, words = parts[-1].text, line.text
        if structure.is_apart(words) or structure.opens_with_mark(words) and not words[0].isdigit():
            return False
        if line.after_blank and not parts[-1].after_blank:
            return False
        if words[0] in "。,;、!?)”’》":
            return True
        whole = "".join(part.text for part in parts)
        if not _is_open(last) or structure.is_apart(whole):
            return False
        # A paragraph is cut if it is too long for a heading, or already holds clauses; once cut it runs to its mark.
        return len(parts) > 1 or parts[0].number in self._cut or structure.is_cut(whole)


def _cut_in_series(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of lines that stop short while the items before and after go on: （二）坚持不懈用."""
    cut: set[int] = set()
    last: dict[str, list[tuple[int, str, int]]] = {}
    for line in lines:
        mark = structure.mark_of(line.text)
        if mark is None or mark.style not in ("一、", "(一)", "1."):
            continue
        shape = structure.shape_of(line.text, mark)[0]
        series = last.setdefault(mark.style, [])
        series.append((mark.number, shape, line.number))
        if len(series) >= 3:
            (a, before, _), (b, middle, number), (c, after, _) = series[-3:]
            if (a + 1, b + 1) == (b, c) and middle == "title" and {before, after} <= {"lead", "long"}:
                cut.add(number)
    return cut
