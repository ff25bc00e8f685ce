"""The grammar of headings: what a line of Chinese official prose is, judged by the line alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NUMERAL = "[一二三四五六七八九十百零〇]+"
_SENTENCE_STOP = re.compile(r"[。！？；!?]")

_LONGEST_HEADING = 40
"""Characters. Headings of speeches, reports and declarations are shorter; a longer line is a sentence."""
_LONGEST_TITLE = 60

_HEADINGS = (
    (1, re.compile(rf"{_NUMERAL}、(?=\S)")),
    (2, re.compile(rf"[（(]{_NUMERAL}[）)](?=\S)")),
)
_ORDINAL_LEAD = re.compile(rf"(?P<title>第{_NUMERAL}，[^，。；：！？]{{2,30}})。")
_DASH_LEAD = re.compile(r"——\*\*(?P<title>[^*]{2,40})\*\*")
_ORDINAL_RANK = 5
_DASH_RANK = 6

_SALUTATION = re.compile(
    r"(?:尊敬的|亲爱的|各位|同志们|同胞们|朋友们|女士们|先生们)[^。；]{0,40}[，！：,!:]|(?:同志们|朋友们|同胞们)[！：]"
)
_POINTER = re.compile(r"[（(](?:下转|上接).{1,20}版[）)]")
_SENTENCE = re.compile(r".*?(?:(?:[。！？；!?;…]|\.(?=\s|$))+[”’」』）)\]\"']*\s*|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that is a title by itself."""

    rank: int
    """Depth among the kinds of heading: a kind nests in those of smaller rank."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A paragraph that opens with its own title."""

    rank: int
    start: int
    """Where the title starts and ends in the paragraph."""
    end: int
    is_item: bool
    """An item of a list (——…): the section ends with its paragraph. Otherwise it runs to the next heading."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that is neither heading nor paragraph."""

    kind: Literal["salutation", "pointer"]


def classify(paragraph: str) -> Heading | Lead | Aside | None:
    """Say what a paragraph is; None for a plain one. `paragraph` has no blanks at its ends."""
    if _POINTER.fullmatch(paragraph):
        return Aside("pointer")
    if len(paragraph) <= _LONGEST_HEADING and _SALUTATION.fullmatch(paragraph):
        return Aside("salutation")
    if match := _ORDINAL_LEAD.match(paragraph):
        return Lead(_ORDINAL_RANK, match.start("title"), match.end("title"), is_item=False)
    if match := _DASH_LEAD.match(paragraph):
        return Lead(_DASH_RANK, match.start("title"), match.end("title"), is_item=True)
    if len(paragraph) <= _LONGEST_HEADING and not _SENTENCE_STOP.search(paragraph) and paragraph[-1] not in "，：,:、":
        for rank, pattern in _HEADINGS:
            if pattern.match(paragraph):
                return Heading(rank)
    return None


def title_block_length(paragraphs: list[str]) -> int:
    """Return how many of the first paragraphs are the title, subtitle, date and speaker; 0 where there is no title."""
    if not paragraphs or classify(paragraphs[0]) or not _is_title_line(paragraphs[0], _LONGEST_TITLE):
        return 0
    length = 1
    while length < min(len(paragraphs), 6) and (
        _is_title_line(paragraphs[length], _LONGEST_HEADING) and not classify(paragraphs[length])
    ):
        length += 1
    # A text of nothing but short lines is a list or a poem, not a title.
    return length if length < len(paragraphs) else 0


def _is_title_line(paragraph: str, longest: int) -> bool:
    return len(paragraph) <= longest and not re.search(r"[。！？；：，.,;:!?]", paragraph)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as ranges that tile it, each with the marks and blanks that close it."""
    return [match.span() for match in _SENTENCE.finditer(text) if match.group()]
