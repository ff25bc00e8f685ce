"""Where a file goes on with another work: the regulation behind the notice that issues it, a second law or piece.

A title by itself proves nothing, so each rule wants a second witness: the work is named in 《》 before, its numbers
begin with one again under what stands below a title, or it opens as the work before did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.corpus_settings import PARSER
from corpus.grammar import letterhead, line_types
from corpus.grammar.enumerators import Enumerator, mark_of
from corpus.parser.lines import Line
from corpus.parser.title_block import title_block
from corpus.text.fold import bare

_NAMED = re.compile(r"《([^《》]{4,80})》")
_DIVISIONS = ("编", "章", "条", "壹、", "一、", "part", "chapter", "article")
_DATELINE = re.compile(r"(?:本报|新华社|中新社|人民网)[^。]{0,24}?(?:讯|电(?![话视子力影脑]))")
_ISSUES = re.compile(
    r"现[将把予]|予以[公发颁]布|印发给|关于(?:印发|公布|发布|颁布)|附件?\d{0,2}:|已[经由]?[^。]{0,40}(?:通过|批准|同意)"
)
"""Says that the document named beside it follows."""


def divide(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Return the lines of each work, in their order; of all lines where the format marks headings."""
    if any(line.level for line in lines):
        return [lines]
    places = [place for place, line in enumerate(lines) if not line.is_non_body]
    starts = [places[start] for start in _Finder([lines[place] for place in places]).starts()]
    return [lines[a:b] for a, b in zip([0, *starts], [*starts, len(lines)], strict=True)]


class _Finder:
    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._texts = [line.text for line in lines]
        self._title = ""
        """Of the work that is open."""
        self._first_words = ""
        self._last: dict[str, int] = {}
        """Styles that have numbered its lines so far, and the last number of each."""
        self._next = _next_marks(self._texts)

    def starts(self) -> list[int]:
        """Return the places at which a work after the first begins."""
        starts: list[int] = []
        named: dict[str, bool] = {}
        self._open(0)
        for place, text in enumerate(self._texts):
            if place > (starts[-1] if starts else 0) + 1 and self._begins(place, named):
                starts.append(place)
                self._open(place)
            for name in map(bare, _NAMED.findall(text)):
                named[name] = named.get(name, False) or bool(_ISSUES.search(text))
            if (mark := mark_of(text)) and mark.style in _DIVISIONS:
                self._last[mark.style] = mark.number
        return starts

    def _open(self, place: int) -> None:
        self._title = self._texts[place] if place < len(self._texts) else ""
        self._first_words = self._below(place)[1]
        self._last = {}

    def _begins(self, place: int, named: Mapping[str, bool]) -> bool:
        """`named` says of each name in 《》 so far whether its document is said to follow."""
        text, before = self._texts[place], self._texts[place - 1]
        if not _could_be_title(text) or not _is_end(before) or self._counts_on(place):
            return False
        subtitles, first = self._below(place)
        if _DATELINE.match(first) and _DATELINE.match(self._first_words):
            return self._has_title(place)
        mark = mark_of(first)
        one = mark is not None and mark.number == 1 and mark.style in _DIVISIONS
        opens = one or (first[-1:] in ("。", ":") and len(first) > 15) or line_types.contents_title(first)
        if opens and bare(text) in named and letterhead.is_named_as_a_document(text):
            shown = named[bare(text)] or one or subtitles or line_types.contents_title(first)
            return bool(shown) and self._has_title(place)
        apart = (
            subtitles
            or line_types.is_date(before)
            or text[: PARSER.alike_title_start] == self._title[: PARSER.alike_title_start]
        )
        restarts = mark is not None and one and mark.style in self._last and letterhead.is_named_as_a_document(text)
        speech = subtitles and line_types.is_salutation(first)
        return bool((restarts and apart) or speech) and self._has_title(place)

    def _counts_on(self, place: int) -> bool:
        """Say whether the numbers of the open work go on below: 一、 二、 here 三、."""
        mark = self._next[place]
        return mark is not None and mark.style in self._last and mark.number == self._last[mark.style] + 1

    def _below(self, place: int) -> tuple[int, str]:
        """Return how many lines that stand under titles follow, and the first of the body."""
        after = place + 1
        while after < min(len(self._texts), place + PARSER.lines_below_title) and line_types.is_subtitle(
            self._texts[after]
        ):
            after += 1
        return after - place - 1, self._texts[after] if after < len(self._texts) else ""

    def _has_title(self, place: int) -> bool:
        return (
            not self._lines[place].kind
            and title_block(self._lines[place : place + PARSER.lines_below_title * 2])[2] > 0
        )


def _next_marks(texts: Sequence[str]) -> list[Enumerator | None]:
    """Return for each line the first number of a division that stands behind it."""
    marks: list[Enumerator | None] = [None] * len(texts)
    for place in range(len(texts) - 1, 0, -1):
        mark = mark_of(texts[place])
        marks[place - 1] = mark if mark and mark.style in _DIVISIONS else marks[place]
    return marks


def _could_be_title(text: str) -> bool:
    return 4 <= len(text) <= 80 and not re.search(r"[。!?;:]", text) and text[-1] not in ",、" and not mark_of(text)


def _is_end(text: str) -> bool:
    """Say whether a work may end with these words."""
    return (text[-1] in "。!?…”)" or line_types.is_date(text)) and not line_types.appendix(text)
