"""Finds where another work begins in a file: a regulation after the notice that issues it, a second law or article.

A title alone proves nothing, so each rule needs further evidence: the work was named in 《》 before, its numbers start
again with one below a title block, or it opens as the work before did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.corpus_settings import PARSER
from corpus.grammar import letterhead, line_types
from corpus.grammar.enumerators import Enumerator, enumerator_of
from corpus.parser.lines import Line
from corpus.parser.title_block import title_block
from corpus.text.fold import bare

_NAMED = re.compile(r"《([^《》]{4,80})》")
_DIVISIONS = ("编", "章", "条", "壹、", "一、", "part", "chapter", "article")
_DATELINE = re.compile(r"(?:本报|新华社|中新社|人民网)[^。]{0,24}?(?:讯|电(?![话视子力影脑]))")
_ISSUES = re.compile(
    r"现[将把予]|予以[公发颁]布|印发给|关于(?:印发|公布|发布|颁布)|附件?\d{0,2}:|已[经由]?[^。]{0,40}(?:通过|批准|同意)"
)
"""Words which say that the document named beside them follows."""


def split_works(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Return the lines of each work, in order. If the format marks headings, the file is one work."""
    if any(line.level for line in lines):
        return [lines]
    indices = [index for index, line in enumerate(lines) if not line.is_non_body]
    starts = [indices[start] for start in _WorkFinder([lines[index] for index in indices]).starts()]
    return [lines[a:b] for a, b in zip([0, *starts], [*starts, len(lines)], strict=True)]


class _WorkFinder:
    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._texts = [line.text for line in lines]
        self._title = ""
        """Title of the open work."""
        self._first_words = ""
        self._last: dict[str, int] = {}
        """The last number of each style that has numbered lines of the open work."""
        self._next = _next_enumerators(self._texts)

    def starts(self) -> list[int]:
        """Return the indices at which the works after the first begin."""
        starts: list[int] = []
        named: dict[str, bool] = {}
        self._open(0)
        for index, text in enumerate(self._texts):
            if index > (starts[-1] if starts else 0) + 1 and self._begins(index, named):
                starts.append(index)
                self._open(index)
            if names := _NAMED.findall(text):
                issues = bool(_ISSUES.search(text))
                for name in map(bare, names):
                    named[name] = named.get(name, False) or issues
            if (enumerator := enumerator_of(text)) and enumerator.style in _DIVISIONS:
                self._last[enumerator.style] = enumerator.number
        return starts

    def _open(self, index: int) -> None:
        self._title = self._texts[index] if index < len(self._texts) else ""
        self._first_words = self._below(index)[1]
        self._last = {}

    def _begins(self, index: int, named: Mapping[str, bool]) -> bool:
        """Return whether a work begins here.

        `named` maps each name in 《》 so far to whether the text says that its document follows.
        """
        text, before = self._texts[index], self._texts[index - 1]
        if not _could_be_title(text) or not _is_end(before) or self._counts_on(index):
            return False
        subtitles, first = self._below(index)
        if _DATELINE.match(first) and _DATELINE.match(self._first_words):
            return self._has_title(index)
        enumerator = enumerator_of(first)
        one = enumerator is not None and enumerator.number == 1 and enumerator.style in _DIVISIONS
        opens = one or (first[-1:] in ("。", ":") and len(first) > 15) or line_types.is_contents_title(first)
        if opens and bare(text) in named and letterhead.is_named_as_a_document(text):
            shown = named[bare(text)] or one or subtitles or line_types.is_contents_title(first)
            return bool(shown) and self._has_title(index)
        apart = (
            subtitles
            or line_types.is_date(before)
            or text[: PARSER.alike_title_start] == self._title[: PARSER.alike_title_start]
        )
        restarts = (
            enumerator is not None
            and one
            and enumerator.style in self._last
            and letterhead.is_named_as_a_document(text)
        )
        speech = subtitles and line_types.is_salutation(first)
        return bool((restarts and apart) or speech) and self._has_title(index)

    def _counts_on(self, index: int) -> bool:
        """Return whether the numbers of the open work continue below: 三、 after 一、 二、."""
        enumerator = self._next[index]
        return (
            enumerator is not None
            and enumerator.style in self._last
            and enumerator.number == self._last[enumerator.style] + 1
        )

    def _below(self, index: int) -> tuple[int, str]:
        """Return how many lines of a title block follow, and the first line of the body."""
        after = index + 1
        while after < min(len(self._texts), index + PARSER.lines_below_title) and line_types.is_subtitle(
            self._texts[after]
        ):
            after += 1
        return after - index - 1, self._texts[after] if after < len(self._texts) else ""

    def _has_title(self, index: int) -> bool:
        return (
            not self._lines[index].kind
            and title_block(self._lines[index : index + PARSER.lines_below_title * 2])[2] > 0
        )


def _next_enumerators(texts: Sequence[str]) -> list[Enumerator | None]:
    """Return for each line the first enumerator of a division after it, or None."""
    enumerators: list[Enumerator | None] = [None] * len(texts)
    for index in range(len(texts) - 1, 0, -1):
        enumerator = enumerator_of(texts[index])
        enumerators[index - 1] = enumerator if enumerator and enumerator.style in _DIVISIONS else enumerators[index]
    return enumerators


def _could_be_title(text: str) -> bool:
    return (
        4 <= len(text) <= 80 and not re.search(r"[。!?;:]", text) and text[-1] not in ",、" and not enumerator_of(text)
    )


def _is_end(text: str) -> bool:
    """Return whether a work may end with this line."""
    return (text[-1] in "。!?…”)" or line_types.is_date(text)) and not line_types.is_appendix(text)
