"""Reads a file as lines, which the passes then turn into paragraphs.

A line is usually a paragraph. It is a part of one if the file is wrapped at a width or a web page broke a sentence at
a link (`unwrap`), and holds several if the file has lost its line ends (`unfold`). Passes hand on spans; they do not
change the source.
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
"""Zero-width characters that editors leave at the beginning of lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the source that may be a paragraph: a line of the file, several lines, or a part of one."""

    number: int
    """Number of the line of the file that it begins on, from 1."""
    spans: tuple[Span, ...]
    text: str
    """The folded words, which the rules judge."""
    indent: int = 0
    """Number of blanks before it."""
    reach: int = 0
    """Length in characters of the line of the file that it ends on, including the blanks at both ends."""
    columns: int = 0
    """The same in terminal columns, of which an ideograph takes two."""
    after_blank: bool = False
    """It follows an empty line, or is the first line."""
    level: int = 0
    """Level of a heading that the format marks (`##`, “Heading 2”), from 1 for the outermost; 0 for all other lines."""
    kind: Literal["", "whole", "chrome", "contents", "markup", "pointer"] = ""
    """`whole`: a paragraph that is never a heading nor joined, such as a table. Others: kinds of `NonBody`."""

    @property
    def is_non_body(self) -> bool:
        return self.kind not in ("", "whole")


def quote(text: str, spans: Sequence[Span]) -> str:
    return "".join(text[span.start : span.end] for span in spans)


def count_lines(text: str) -> int:
    """Return the number of the last line of a text, from 1, as `Line.number` counts."""
    return text.count("\n") + text.count("\r") - text.count("\r\n") + 1


def read_lines(text: str, *, spread: bool) -> list[Line]:
    """Return the lines that are not blank, without the blanks at their ends."""
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
    """Return the folded words of some spans, with each line break as a blank."""
    words = quote(text, spans)
    return fold(words, spread=spread).text.translate(_ONE_LINE) or words


_ONE_LINE = {ord("\n"): " ", ord("\r"): " "}
