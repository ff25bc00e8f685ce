"""The lines of a file, and the paragraphs that they make.

A line is usually a paragraph. It is less where a file wraps at a width or a web page broke a sentence at a
link (`unwrap`), and more where a file has lost its line ends (`unfold`). Spans are passed on; no text is copied or
changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.document import Span
from corpus.text.fold import fold

_LINE = re.compile(r"[^\r\n]+|\r\n|\r|\n")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]+")
"""Marks of no width that editors leave at the beginning of lines."""


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
    reach: int = 0
    """Characters of the line of the file that it ends on, the blanks at both ends included."""
    columns: int = 0
    """The same in columns of a terminal, where an ideograph takes two."""
    after_blank: bool = False
    """An empty line, or nothing, stands before it."""
    level: int = 0
    """Of a heading that the format itself marks (`##`, “Heading 2”), 1 for the outermost; 0 for all others."""
    kind: Literal["", "whole", "chrome", "contents", "markup", "pointer"] = ""
    """`whole`: a paragraph that is nothing else, such as a table. The others are kinds of `NonBody`."""

    @property
    def is_non_body(self) -> bool:
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
            start = match.start() + indent
            if (unseen := _UNSEEN.match(stripped)) and unseen.end() < len(stripped):
                lines.append(Line(number, (Span(start, start + unseen.end()),), unseen.group(), kind="markup"))
                words = stripped[unseen.end() :].lstrip()
                start += len(stripped) - len(words)
                stripped = words
            if not stripped:
                continue
            span = Span(start, start + len(stripped))
            folded = fold(stripped, spread=spread).text
            columns = len(line.encode("gb18030", "replace"))
            lines.append(Line(number, (span,), folded or stripped, indent, len(line), columns, blank))
            blank, ended = False, False
    return lines


def fold_line(text: str, spans: Sequence[Span], *, spread: bool) -> str:
    """Return the folded words of some spans; a line break in them is a blank like others."""
    words = quote(text, spans)
    return fold(words, spread=spread).text.translate(_ONE_LINE) or words


_ONE_LINE = {ord("\n"): " ", ord("\r"): " "}
