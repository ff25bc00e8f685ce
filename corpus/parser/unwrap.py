"""Joins the lines of paragraphs that a wrapping width or the inline elements of a web page broke."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.corpus_settings import PARSER
from corpus.document import Span
from corpus.grammar import letterhead, line_types
from corpus.grammar.enumerators import enumerator_of, shape_of
from corpus.parser.context import Context, JoinRule
from corpus.parser.lines import Line, fold_line
from corpus.text.scripts import has_han

_BLANKS = re.compile(r"\s*")
_LATIN_ENDS = ".!?:;\"'”’)|"
_SPLIT = ("编", "分编", "章", "节", "一、", "(一)", "part", "chapter", "条", "article")
"""Styles whose number may stand on one line and the title on the next."""
_OPENING = ("(", "《", "“", "【")
"""One of these alone on a line belongs to the next line."""
_WITHIN_PARAGRAPHS = ("一是", "第一,", "——", "1.", "1.1", "(1)", "①", "I.")
"""Styles whose numbers also stand inside a paragraph, so that a wrapped line may begin with one."""


def find_wrap(lines: Sequence[Line], fixed: Set[int]) -> JoinRule | None:
    """Return the rule that joins the lines of a file wrapped at a width; None if it is not wrapped.

    `fixed` has the numbers of the lines that are not joined with others.
    """
    free = [line for line in lines if _is_free(line, fixed)]
    return _exact_wrap(free) or _ragged_wrap(free)


def join_wrapped(lines: Sequence[Line], context: Context) -> list[Line]:
    """Return the paragraphs of a file wrapped at a width."""
    return _join(lines, context.wrap, context) if context.wrap else list(lines)


def join_inline(lines: Sequence[Line], context: Context) -> list[Line]:
    """Return the lines, those joined that a link or a formula broke, if paragraphs end with punctuation."""
    if context.whole_paragraphs or context.wrap:
        return list(lines)
    free = (line for line in lines if _is_free(line, context.fixed))
    long = [line for line in free if len(line.text) > 40 and has_han(line.text)]
    if len(long) < 3 or sum(not _is_open(line.text) for line in long) < 0.7 * len(long):
        return list(lines)
    return _join(lines, _InlineRule(lines), context)


def join_titles(lines: Sequence[Line], context: Context) -> list[Line]:
    """Return the lines, each number on a line of its own joined with the title on the next line."""
    return _join(lines, _SplitTitleRule(), context)


class _SplitTitleRule:
    """Joins a number, such as 第二章, with its title on the next line."""

    def goes_on(self, parts: Sequence[Line], line: Line) -> bool:
        if len(parts) > 1 or len(line.text) > 30 or line_types.is_apart(line.text):
            return False
        number = parts[0].text
        enumerator = enumerator_of(number) if len(number) <= 16 else None
        if (
            enumerator is None
            or enumerator.style not in _SPLIT
            or number[enumerator.end :].strip()
            or enumerator_of(line.text)
        ):
            return False
        if enumerator.style == "article":
            return line_types.is_short_line(line.text)
        if enumerator.style.isascii():
            return not line.after_blank and line_types.is_english_title(line.text)
        if enumerator.style == "条" and (len(line.text) > PARSER.longest_article_name or line_types.is_rule(line.text)):
            return False
        return has_han(line.text) and line_types.is_plain_title(line.text)


def _is_free(line: Line, fixed: Set[int]) -> bool:
    return not line.level and not line.kind and line.number not in fixed and not line_types.is_led_to_page(line.text)


def _join(lines: Sequence[Line], rule: JoinRule, context: Context) -> list[Line]:
    out: list[Line] = []
    parts: list[Line] = []
    for line in lines:
        if parts and all(_is_free(one, context.fixed) for one in (line, parts[-1])) and rule.goes_on(parts, line):
            parts.append(line)
            continue
        if parts:
            out.append(_merge(parts, context.text, spread=context.spread))
        parts = [line]
    if parts:
        out.append(_merge(parts, context.text, spread=context.spread))
    return out


def _merge(parts: Sequence[Line], text: str, *, spread: bool) -> Line:
    """Return several lines as one. Between two words, the span includes the line break, which counts as a blank."""
    if len(parts) == 1:
        return parts[0]
    spans: list[Span] = list(parts[0].spans)
    for before, part in pairwise(parts):
        first = part.spans[0]
        if _are_words(before.text[-1], part.text[0]) and _only_blanks(text, spans[-1].end, first.start):
            spans[-1:] = [Span(spans[-1].start, first.end), *part.spans[1:]]
        else:
            spans += part.spans
    return replace(
        parts[0],
        spans=tuple(spans),
        text=fold_line(text, spans, spread=spread),
        reach=parts[-1].reach,
        columns=parts[-1].columns,
    )


def _only_blanks(text: str, start: int, end: int) -> bool:
    return start <= end <= _BLANKS.match(text, start, end).end()  # type: ignore[union-attr]  # it always matches


def _are_words(before: str, after: str) -> bool:
    """Return whether a blank belongs between these characters: two words, or a number and a word."""
    return _is_latin(after) and (_is_latin(before) or (before.isdecimal() and after.isascii() and after.isalpha()))


def _is_latin(character: str) -> bool:
    """Return whether a character belongs to a script that separates words by blanks."""
    return character < "\u2000" and not character.isdigit()


def _is_open(text: str) -> bool:
    """Return whether a line ends without punctuation that ends a sentence or a clause."""
    return text[-1] not in "。!?;:…”’\"')）】》」』>|,、"


def _is_unended(text: str) -> bool:
    """Return whether a line ends inside a sentence, perhaps with a comma."""
    return text[-1] not in "。!?;:…”’\"')）】》」』>|"


def _exact_wrap(lines: Sequence[Line]) -> _WrapRule | None:
    """Return the rule of a file wrapped at an exact number of characters or columns; None for others."""
    if sum(_is_latin(line.text[-1]) for line in lines) > 0.6 * len(lines):
        return None  # such a wrap does not split words
    for measure, slack in (("reach", 0), ("columns", 1)):
        sizes = Counter(getattr(line, measure) for line in lines)
        width = max(sizes, key=lambda size: (sizes[size] + slack * sizes[size - 1], size), default=0)
        full = [line for line in lines if width - slack <= getattr(line, measure) <= width]
        shorter = sum(sizes[width - slack - less] for less in (1, 2, 3))
        longer = sum(count for size, count in sizes.items() if size > width)
        if (
            len(full) >= max(PARSER.fewest_lines_of_a_width, 0.08 * len(lines))
            and width >= 16
            and len(full) > shorter
            and longer <= 0.03 * len(lines)
            and sum(_is_unended(line.text) for line in full) >= 0.7 * len(full)
        ):
            return _WrapRule(lines, measure, width - slack, width - slack, latin=False)
    return None


def _ragged_wrap(lines: Sequence[Line]) -> _WrapRule | None:
    """Return the rule of a file wrapped near a width (hanging punctuation, whole words); None for others."""
    broken = [len(line.text) for line in lines if _is_unended(line.text)]
    if len(lines) < 6 or len(broken) < max(4, 0.3 * len(lines)):
        return None
    latin = sum(_is_latin(line.text[-1]) or line.text[-1] in ".,;:?!" for line in lines)
    if latin > 0.8 * len(lines):
        lengths = sorted(len(line.text) for line in lines)
        width = lengths[int(0.97 * (len(lengths) - 1))]
        broken = [len(line.text) for line in lines if line.text[-1] not in _LATIN_ENDS]
        near = sum(0.75 * width <= length <= width + 2 for length in broken)
        if 40 <= width <= 120 and near >= 0.6 * len(broken) and lengths[-1] <= 1.5 * width:
            return _WrapRule(lines, "text", width, width, latin=True)
        return None
    common, count = Counter(broken).most_common(1)[0]
    if count >= 3 and common >= 16:
        near = sum(common - 4 <= length <= common + 4 for length in broken)
        longer = sum(len(line.text) > common + 8 for line in lines)
        if near >= 0.6 * len(broken) and longer <= 0.08 * len(lines):
            return _WrapRule(lines, "text", common, common - 3, latin=False)
    return None


class _WrapRule:
    """Joins the lines of a file wrapped at a width."""

    def __init__(self, lines: Sequence[Line], measure: str, width: int, least: int, *, latin: bool) -> None:
        self._measure = measure
        self._width = width
        """A line of at least this length continues on the next, whatever it ends with."""
        self._least = least
        """A line of at least this length continues on the next if it ends inside a sentence."""
        self._latin = latin
        indented = sum(line.indent > 0 for line in lines)
        ends = sum(self._size([line]) < least for line in lines)
        ended = sum(self._size([line]) >= width and not _is_unended(line.text) for line in lines)
        self._goes_on_after_stop = ended > 2 * ends / max(width, 1)
        """More full lines end with a full stop than chance explains: most of them are inside a paragraph."""
        self._indents = 0.02 * len(lines) < indented < 0.7 * len(lines)
        """An indented line begins a paragraph."""
        apart = sum(line.after_blank for line in lines[1:])
        self._blanks = 0.02 * len(lines) < apart < 0.7 * len(lines) and not self._indents
        """Empty lines separate paragraphs."""

    def goes_on(self, parts: Sequence[Line], line: Line) -> bool:
        last = parts[-1]
        if line.after_blank or line_types.is_apart(last.text) or line_types.is_apart(line.text):
            return False
        if self._indents and line.indent > (0 if not last.indent or len(parts) == 1 else last.indent):
            return False
        if self._latin:
            first = line.text.split(" ", 1)[0]
            return not line_types.opens_with_enumerator(line.text) and len(last.text) + 1 + len(first) > self._width
        size = self._size(parts)
        if size < self._least:
            return False
        if self._indents or self._blanks:
            return True
        unended = _is_unended(last.text)
        enumerator = enumerator_of(line.text) if line_types.opens_with_enumerator(line.text) else None
        if enumerator and not unended and enumerator.style not in _WITHIN_PARAGRAPHS:
            return False
        if unended:
            return self._measure != "text" or not (len(parts) == 1 and line_types.is_title_like(last.text))
        return size >= self._width and self._goes_on_after_stop

    def _size(self, parts: Sequence[Line]) -> int:
        last = parts[-1]
        if self._measure == "reach":
            return last.reach
        if self._measure == "columns":
            return last.columns
        return len(last.text) + (min(last.indent, 2) if len(parts) == 1 else 0)


class _InlineRule:
    """Joins the lines of paragraphs that a link or a formula broke, in a file that is not wrapped."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._cut = _cut_in_series(lines)

    def goes_on(self, parts: Sequence[Line], line: Line) -> bool:
        last, words = parts[-1].text, line.text
        if last in _OPENING:
            return True
        if line_types.is_apart(words) or (line_types.opens_with_enumerator(words) and not words[0].isdigit()):
            return False
        if line.after_blank and not parts[-1].after_blank:
            return False
        if words[0] in "。,;、!?)”’》":
            return True
        if letterhead.is_named_as_a_document(last) and line_types.is_subtitle(words):
            return False
        if not _is_open(last):
            return False
        if min(len(last), len(words)) > PARSER.longest_broken_piece:
            return False  # two whole paragraphs, the first without its final punctuation
        if len(parts) > 1 or parts[0].spans[0].start in self._cut:
            return True  # a broken paragraph goes on until its final punctuation
        # A paragraph is broken if it is too long for a heading, or already has clauses.
        return not line_types.is_apart(last) and line_types.is_cut(last)


def _cut_in_series(lines: Sequence[Line]) -> set[int]:
    """Return the offsets of items that were cut: words follow in the items before and after (（二）坚持不懈用)."""
    cut: set[int] = set()
    last: dict[str, list[_Item]] = {}
    for line in lines:
        enumerator = enumerator_of(line.text)
        if enumerator is None or enumerator.style not in ("一、", "(一)", "1."):
            continue
        series = last.setdefault(enumerator.style, [])
        series.append(_Item(enumerator.number, shape_of(line.text, enumerator)[0] in ("opening", "long"), line))
        if len(series) >= 3:
            before, item, after = series[-3:]
            in_order = (before.number + 1, item.number + 1) == (item.number, after.number)
            if in_order and before.goes_on and after.goes_on and line_types.is_title_like(item.line.text):
                cut.add(item.line.spans[0].start)
    return cut


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    goes_on: bool
    """Words follow its title or first sentence."""
    line: Line
