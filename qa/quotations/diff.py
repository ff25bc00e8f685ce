"""The differences between a quotation and the source: as steps, and by kind."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Literal, get_args

import numpy as np

from corpus.text.normalise import compatible, simplified
from qa.quotations.alignment import ELLIPSIS, Pairing, folded
from qa.quotations.stream import Quotation, Stream, Stretch, agree
from qa.quotations.whole_words import NUMBER, widened

Only = Literal["quote_level", "punctuation", "script"]
"""What alone sets a quotation apart from the source: `qa.qa_messages.ONLY` has it in words."""
Op = Literal["equal", "replace", "insert", "delete"]
Kind = Literal[
    "number", "changed", "missing", "extra", "omission", "punctuation", "script", "width", "case", "form", "blanks"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The most important first; `qa.qa_messages.DIFFERENCES` has them in words."""

_OPENING, _CLOSING = frozenset("“‘「『﹁﹃"), frozenset("”’」』﹂﹄")
_LEVELS = tuple(map(set, ("“‘", "”’", "「『", "」』", "﹁﹃", "﹂﹄")))
_ELLIPSIS = re.compile(rf"[\[(（【〔]?(?:[{ELLIPSIS}。·]{{2,}}|…|略)[\])）】〕]?")
_FOLDS: tuple[tuple[Kind, Callable[[str], str]], ...] = (
    ("case", str.lower),
    ("script", simplified),
    ("punctuation", folded),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the quotation and the part of the source aligned with it."""

    op: Op
    """What makes the quotation the source's wording, as in difflib: `insert` is words that it lacks, `delete` words
    that the source lacks."""
    quoted: str
    source: str
    kinds: tuple[Kind, ...]
    """The kinds of difference in it; empty for `equal`."""


def only_difference(steps: Iterable[Step]) -> Only | None:
    """Return the one harmless kind of difference that all steps have; None if one has another.

    `quote_level`: “ ” turned into ‘ ’ or back, which a quotation inside quotation marks requires.
    """
    found = {_harmless(step) for step in steps if step.op != "equal"}
    if found == {"level"}:
        return "quote_level"
    if found and found <= {"level", "marks", "punctuation"}:
        return "punctuation"
    return "script" if "script" in found and found <= {"level", "marks", "script"} else None


def _harmless(step: Step) -> str:
    """Return `level` or `marks` (another style) for quotation marks, else `punctuation` or `script`, else nothing."""
    quoted, source = step.quoted, step.source
    if (
        quoted
        and len(quoted) == len(source)
        and all(a == b or {a, b} <= _OPENING or {a, b} <= _CLOSING for a, b in zip(quoted, source, strict=True))
    ):
        return "level" if all(a == b or {a, b} in _LEVELS for a, b in zip(quoted, source, strict=True)) else "marks"
    if step.kinds == ("punctuation",):
        return "punctuation"
    return "script" if step.kinds and {*step.kinds} <= {"script", "form"} else ""


def compare(quotation: Quotation, stream: Stream, pairing: Pairing) -> tuple[Stretch, tuple[Step, ...]]:
    """Return the stretch of the stream and the steps.

    The `source` parts, joined, are the stretch's text. The `quoted` parts, joined, are the quotation, with its line
    breaks as in the source. In `equal` steps both are the same.
    """
    walk = _Walk(quotation, stream)
    pairs = widened((step.quoted, step.source) for step in _joined(walk.steps(pairing)))
    steps = tuple(_joined(_step(quoted, source) for quoted, source in pairs))
    return Stretch(walk.start, walk.end, frozenset(walk.left_out)), steps


class _Walk:
    """Walks along both sides, and notes each `**` of the source that the quotation omits."""

    def __init__(self, quotation: Quotation, stream: Stream) -> None:
        self._quoted, self._key = quotation.text, quotation.key
        self._stream, self._source = stream, stream.key
        self._gaps, self._source_gaps = (set(key.gaps.tolist()) for key in (self._key, self._source))
        self.start = self.end = 0
        self.left_out: list[int] = []

    def steps(self, pairing: Pairing) -> Iterator[Step]:
        self.start, self.end = int(self._source.at[pairing.start]), int(self._source.at[pairing.end - 1]) + 1
        yield from self._head(pairing.start)
        i, j = 0, pairing.start
        for next_i, next_j, length in (*pairing.runs, (len(self._key.text), pairing.end, 0)):
            yield from self._changed(i, next_i, j, next_j, is_first=i == 0, is_last=length == 0)
            for k in range(length):
                if k:
                    yield from self._gap(next_i + k, next_j + k)
                yield _step(self._key.text[next_i + k], self._source.text[next_j + k])
            i, j = next_i + length, next_j + length
        yield from self._tail(pairing.end)

    def _changed(self, i: int, next_i: int, j: int, next_j: int, *, is_first: bool, is_last: bool) -> Iterator[Step]:
        """Yield the steps between two runs. Words that one side lacks include the gap after them."""
        if i < next_i and j < next_j:
            if not is_first:
                yield from self._gap(i, j)
            yield _step(self._between(i, next_i), self._source_between(j, next_j))
            if not is_last:
                yield from self._gap(next_i, next_j)
        elif i < next_i:
            quoted = self._between(i, next_i)
            if is_last:
                quoted = self._gap_at(i) + quoted
            else:
                if not is_first:
                    yield from self._gap(i, next_j)
                quoted += self._gap_at(next_i)
            yield _step(quoted, "")
        elif j < next_j:
            yield from self._gap(next_i, j)
            words = self._source_between(j, next_j)
            yield _step("", words + self._source_gap(next_j, keep_marks=False))
        elif not is_first and not is_last:
            yield from self._gap(next_i, next_j)

    def _between(self, i: int, end: int) -> str:
        return self._quoted[self._key.at[i] : self._key.at[end - 1] + 1]

    def _source_between(self, j: int, end: int) -> str:
        return self._without_marks(int(self._source.at[j]), int(self._source.at[end - 1]) + 1)

    def _without_marks(self, start: int, end: int) -> str:
        is_mark = self._stream.is_mark[start:end]
        self.left_out += (np.flatnonzero(is_mark) + start).tolist()
        return "".join(compress(self._stream.text[start:end], ~is_mark))

    def _gap_at(self, i: int) -> str:
        return self._key.gap(self._quoted, i) if i in self._gaps else ""

    def _source_gap(self, j: int, *, keep_marks: bool) -> str:
        if j not in self._source_gaps:
            return ""
        start, end = int(self._source.at[j - 1]) + 1, int(self._source.at[j])
        return self._stream.text[start:end] if keep_marks else self._without_marks(start, end)

    def _gap(self, i: int, j: int) -> Iterator[Step]:
        """Yield the step of the gap before character i of the quotation and j of the source. Neither is the first."""
        if i not in self._gaps and j not in self._source_gaps:
            return
        quoted = self._gap_at(i)
        source = self._source_gap(j, keep_marks="**" in quoted)
        is_border = self._stream.is_border(self._source, j)
        before, after = self._source.text[j - 1], self._source.text[j]
        if agree(quoted, source, is_border=is_border, before=before, after=after):
            if source:
                yield Step("equal", source, source, ())
        else:
            yield _step(quoted, source)

    def _head(self, j: int) -> Iterator[Step]:
        if "**" in self._gap_at(0):
            if "**" in self._source.gap(self._stream.text, j):
                self.start = self._stream.text.rindex("**", 0, self.start)
                between = self._stream.text[self.start : int(self._source.at[j])]
                yield Step("equal", between, between, ())
            else:
                yield _step(self._gap_at(0), "")

    def _tail(self, j: int) -> Iterator[Step]:
        gap = self._gap_at(len(self._key.text))
        if "**" in gap:
            if "**" in self._source.gap(self._stream.text, j):
                end = self._stream.text.index("**", self.end) + 2
                between, self.end = self._stream.text[self.end : end], end
                yield Step("equal", between, between, ())
            else:
                yield _step(gap, "")


def _step(quoted: str, source: str) -> Step:
    if quoted == source:  # words may be equal where they were too few to align
        return Step("equal", quoted, source, ())
    op: Op = "replace" if quoted and source else "delete" if quoted else "insert"
    kinds = _kinds(quoted, source)
    return Step(op, quoted, source, tuple(kind for kind in KINDS if kind in kinds))


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """Join neighbouring steps of the same op."""
    for (op, kinds), several in itertools.groupby(steps, key=lambda step: (step.op, step.kinds)):
        group = list(several)
        yield Step(op, "".join(step.quoted for step in group), "".join(step.source for step in group), kinds)


def _kinds(quoted: str, source: str) -> set[Kind]:
    """Return the kinds of difference between two strings; one of them may be empty."""
    seen, seen_source = _visible(quoted), _visible(source)
    if seen == seen_source:
        return _compatible(quoted, source) | {"blanks"}
    if not (seen and seen_source):
        return _one_sided(seen or seen_source, "extra" if seen else "missing")
    if folds := _folds(seen, seen_source):
        return folds
    if _ELLIPSIS.fullmatch(seen):
        return {"omission"}
    if len(seen) == len(seen_source) > 1:
        return {kind for a, b in zip(seen, seen_source, strict=True) if a != b for kind in _kinds(a, b)}
    if not _has_words(seen + seen_source):
        return {"punctuation"}
    return {"number"} if _is_number(seen) and _is_number(seen_source) else {"changed"}


def _one_sided(words: str, kind: Kind) -> set[Kind]:
    if kind == "extra" and _ELLIPSIS.fullmatch(words):
        return {"omission"}
    if not _has_words(words):
        return {"punctuation"}
    return {"number", kind} if _is_number(words) else {kind}


def _folds(quoted: str, source: str) -> set[Kind]:
    """Return the kinds of difference between two strings that fold to the same string; none if they do not."""
    kinds = _compatible(quoted, source)
    sides = [compatible(side) for side in (quoted, source)]
    for kind, fold in _FOLDS:
        if sides[0] == sides[1]:
            break
        after = [fold(side) for side in sides]
        if after[0] == after[1]:
            kinds.add(kind)
        sides = after
    if sides[0] != sides[1]:
        return set()
    return kinds if _has_words(quoted + source) else kinds | {"punctuation"}


def _compatible(quoted: str, source: str) -> set[Kind]:
    """Return the kinds width or Unicode form, if two strings differ in nothing else that counts."""
    if compatible(quoted) == quoted and compatible(source) == source:
        return set()
    if _shifted_digits(quoted) != _shifted_digits(source):
        return {"number"}  # 105 for 10⁵
    wide, wide_source = ({unicodedata.east_asian_width(c) in "FW" for c in side} for side in (quoted, source))
    return {"width"} if wide != wide_source else {"form"} if _has_words(quoted + source) else set()


def _shifted_digits(text: str) -> str:
    return "".join(c for c in text if unicodedata.decomposition(c).startswith(("<super>", "<sub>")) and _is_number(c))


def _visible(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _is_number(text: str) -> bool:
    if NUMBER.fullmatch(text):
        return True
    return all(unicodedata.numeric(character, None) is not None or character in ".,%两" for character in text)
