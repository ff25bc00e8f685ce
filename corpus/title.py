"""Where the title block of a work ends: title, subtitle, date, place of adoption, speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus import structure
from corpus.lines import Line
from corpus.marks import LONGEST_HEADING, mark_of

_MOST = 8
_GLUED_SUBTITLE = re.compile(r"(?<=[^\s—]{4})——(?=\d|在)")


def title_block_length(lines: Sequence[Line]) -> int:
    """Return how many of the first lines are the title block; 0 where there is no title."""
    if not lines:
        return 0
    first = lines[0].text
    if not lines[0].level and any(line.level for line in lines[:_MOST]):
        return 0
    if not lines[0].level and (
        lines[0].kind
        or structure.is_title_like(first)
        or structure.is_salutation(first)
        or structure.contents_title(first)
        or mark_of(first)
        or not (structure.is_title_line(first, structure.LONGEST_TITLE) or _is_long_title(lines))
    ):
        return 0
    length = certain = 1
    while length < min(len(lines), _MOST):
        line = lines[length]
        words = line.text
        if (
            line.kind
            or line.level
            or structure.is_title_like(words)
            or structure.is_salutation(words)
            or structure.contents_title(words)
        ):
            break
        if structure.is_subtitle(words) and words[-1] not in "。!?;:," and not mark_of(words.lstrip("—-")):
            length += 1
            certain = length
        elif structure.is_title_line(words, LONGEST_HEADING) and not mark_of(words):
            length += 1
        else:
            break
    length = _trimmed(lines, length, certain)
    # A text of nothing but short lines is a list or a poem, not a title.
    return length if length < len(lines) else 0


def _trimmed(lines: Sequence[Line], length: int, certain: int) -> int:
    """Give back short lines at the end that may be the first heading."""
    if length == certain or length >= len(lines) or structure.is_salutation(lines[length].text):
        return length
    while length > certain and not (
        structure.is_name(lines[length - 1].text) or lines[length - 2].text[-1] in "的和与于及对"
    ):
        length -= 1
    return length


def _is_long_title(lines: Sequence[Line]) -> bool:
    """Say whether a line with commas is a title: a subtitle follows it."""
    first = lines[0].text
    return (
        4 <= len(first) <= 100
        and not re.search(r"[。!?;:]", first)
        and first[-1] not in ",、"
        and (
            bool(_GLUED_SUBTITLE.search(first))
            or (len(lines) > 1 and structure.is_subtitle(lines[1].text) and lines[1].text[-1] not in "。;:")
        )
    )


def title_end(title: str) -> int:
    """Return where the title ends in the first line; a subtitle may stand on the same line."""
    match = _GLUED_SUBTITLE.search(title)
    return match.start() if match else len(title)
