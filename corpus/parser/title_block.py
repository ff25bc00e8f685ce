"""Finds the title block of a work: title, subtitle, date, place of adoption, speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.corpus_settings import PARSER
from corpus.grammar import letterhead, line_types
from corpus.grammar.enumerators import enumerator_of
from corpus.parser.lines import Line
from corpus.text.scripts import has_han

_GOES_ON = re.compile(r"关于|關於|(?:印发|公布|转发|批转)")
"""How a title continues whose first line is the issuing organ."""
_GLUED_SUBTITLE = re.compile(r"(?<=[^\s—]{4})——(?=\d|在)")


def title_block(lines: Sequence[Line]) -> tuple[int, int, int]:
    """Return (start of the title, end of the title, end of the title block) as indices of lines; zeros without a title.

    The block includes the lines above the title: the issuing organ and the document number.
    """
    over = 0
    while (
        over < min(len(lines), PARSER.lines_over_title)
        and not lines[over].kind
        and letterhead.is_masthead(lines[over].text)
    ):
        over += 1
    first = over
    while (
        over < min(len(lines), PARSER.lines_over_title)
        and not lines[over].kind
        and letterhead.is_organ(lines[over].text)
    ):
        over += 1
    if 0 < over < len(lines) and _is_named(lines[over].text) and (length := _length(lines[over:])):
        begins = first if _GOES_ON.match(lines[over].text) and over > first else over
        return begins, over + 1, over + length
    if first and (length := _length(lines[first:])):
        return first, first + 1, first + length
    length = _length(lines)
    return 0, min(length, 1), length


def _is_named(text: str) -> bool:
    return bool(_GOES_ON.match(text)) or letterhead.is_named_as_a_document(text)


def _length(lines: Sequence[Line]) -> int:
    """Return how many of the first lines are the title and the lines below it; 0 if there is no title."""
    if not lines or not _is_title(lines):
        return 0
    length = certain = 1
    while length < min(len(lines), PARSER.title_block_lines):
        line = lines[length]
        words = line.text
        if (
            line.kind
            or line.level
            or line_types.is_title_like(words)
            or line_types.is_salutation(words)
            or line_types.is_contents_title(words)
            or line_types.abstract_end(words)
            or (line_types.is_bracketed(words) and sum(line_types.is_bracketed(line.text) for line in lines[:40]) >= 2)
        ):
            break
        if line_types.is_subtitle(words) and words[-1] not in "。!?;:," and not enumerator_of(words.lstrip("—-")):
            length += 1
            certain = length
        elif line_types.is_title_line(words, PARSER.longest_heading) and not enumerator_of(words):
            length += 1
        else:
            break
    length = _trimmed(lines, length, certain)
    # A text of short lines only is a list or a poem without a title.
    return length if length < len(lines) else 0


def _is_title(lines: Sequence[Line]) -> bool:
    first = lines[0].text
    if lines[0].level:
        return not _is_counted(lines)
    return not (
        any(line.level for line in lines[: PARSER.title_block_lines])
        or lines[0].kind
        or line_types.is_title_like(first)
        or line_types.is_salutation(first)
        or line_types.is_contents_title(first)
        or enumerator_of(first)
        or not (
            line_types.is_title_line(first, PARSER.longest_title)
            or _is_long_title(lines)
            or _is_english_title(lines)
            or letterhead.is_named_as_a_document(first)
        )
    )


def _is_counted(lines: Sequence[Line]) -> bool:
    """Return whether the first heading is the first of a series, as 第一章 is before 第二章, and so titles no work."""
    mark = enumerator_of(lines[0].text)
    if mark is None:
        return False
    others = (enumerator_of(line.text) for line in lines[1:] if line.level == lines[0].level)
    return any(other and (other.style, other.number) == (mark.style, mark.number + 1) for other in others)


def _trimmed(lines: Sequence[Line], length: int, certain: int) -> int:
    """Return the length without the short lines at its end that may be the first heading."""
    if length == certain or length >= len(lines) or line_types.is_salutation(lines[length].text):
        return length
    while length > certain and not (
        line_types.is_name(lines[length - 1].text) or lines[length - 2].text[-1] in "的和与于及对"
    ):
        length -= 1
    return length


def _is_long_title(lines: Sequence[Line]) -> bool:
    """Return whether a line with commas is a title, because a subtitle follows it."""
    first = lines[0].text
    return (
        4 <= len(first) <= 100
        and not re.search(r"[。!?;:]", first)
        and first[-1] not in ",、"
        and (
            bool(_GLUED_SUBTITLE.search(first))
            or (len(lines) > 1 and line_types.is_subtitle(lines[1].text) and lines[1].text[-1] not in "。;:")
        )
    )


def _is_english_title(lines: Sequence[Line]) -> bool:
    """Return whether a longer line, or one with a comma, is an English title: no full stop, an empty line after it."""
    first = lines[0].text
    return (
        not has_han(first)
        and 4 <= len(first) <= PARSER.longest_english_title
        and (first[0].isupper() or first[0].isdigit())
        and not re.search(r"[.!?;](?:\s|$)", first)
        and first[-1] not in ",:"
        and len(lines) > 1
        and lines[1].after_blank
    )


def title_end(title: str) -> int:
    """Return where the title ends in its line: before a subtitle on the same line, if there is one."""
    match = _GLUED_SUBTITLE.search(title)
    return match.start() if match else len(title)
