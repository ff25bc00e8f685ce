"""Splits lines that hold several paragraphs: a file that lost its line ends, a title block on one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.corpus_settings import PARSER
from corpus.document import cut_all
from corpus.grammar import line_types
from corpus.grammar.enumerators import is_number_alone
from corpus.parser.context import Context
from corpus.parser.lines import Line, fold_line, quote
from corpus.text.fold import fold
from corpus.text.numerals import HAN_DIGITS, read_numeral
from corpus.text.scripts import has_han, has_wide

_BLANKS = re.compile(r"\s+")
_ENDS_BEFORE_GAP = re.compile(r"[。!?:]\s{2,}(?=\S)")
_ENDS_BEFORE_NUMBER = re.compile(rf"[。!?:”)]\s+(?=(?:[{HAN_DIGITS}]{{1,3}}、|\([{HAN_DIGITS}]{{1,3}}\))\S)")
_N = rf"[{HAN_DIGITS}\d]{{1,8}}"
_NUMBERED = re.compile(rf"第(?P<n>{_N})(?P<unit>[编章节条])(?=\s)")
_ENDS = re.compile(r"[。!?;:”)]\s*$")
_MENTIONS = re.compile(r"[依照据按和及与或至、本同反]\s*$")
_WIDE_BLANKS = re.compile(r"\s{2,}")
_STOPS = re.compile(r"[。!?;]")


def unfold_flat(lines: Sequence[Line], context: Context) -> list[Line]:
    """Return the lines, those split that hold several paragraphs or both a speaker and a salutation."""
    out: list[Line] = []
    size = sum(len(line.text) for line in lines)
    for index, line in enumerate(lines):
        cuts: list[int] = []
        if not line.level and not line.kind:
            if not context.spread and _is_flat(line.text, size):
                cuts = _flat_cuts(line.text)
            elif index < PARSER.head_lines:
                cuts = line_types.head_cuts(line.text)
            cuts = cuts or line_types.heading_cuts(line.text)
        out += _cut_line(line, context.text, cuts, spread=context.spread) if cuts else [line]
    return out


def _is_flat(text: str, size: int) -> bool:
    """Return whether a line holds paragraphs that lost their line ends; the text has `size` characters."""
    return (
        len(text) > max(PARSER.long_line, size // 2)
        or len(_ENDS_BEFORE_GAP.findall(text)) >= 3
        or len(_ENDS_BEFORE_NUMBER.findall(text)) >= 2
        or bool(_articles(text))
    )


def _cut_line(line: Line, text: str, cuts: Sequence[int], *, spread: bool) -> list[Line]:
    """Return the parts of a line that is split at some offsets of its folded text."""
    whole = quote(text, line.spans)
    folded = fold(whole, spread=spread)
    ends = [0, *(folded.start(offset) for offset in cuts), len(whole)]
    ranges: list[tuple[int, int]] = []
    for start, end in pairwise(ends):
        words = whole[start:end]
        if stripped := words.strip():
            first = start + len(words) - len(words.lstrip())
            ranges.append((first, first + len(stripped)))
    return [
        replace(
            line,
            spans=spans,
            text=fold_line(text, spans, spread=spread),
            after_blank=line.after_blank and not number,
        )
        for number, spans in enumerate(cut_all(line.spans, ranges))
    ]


def _prose(text: str) -> tuple[int, int]:
    """Return where the sentences of a flat text begin and end. Outside them, a blank stands for a line end."""
    stops = [match.end() for match in _STOPS.finditer(text)]
    if not stops or not has_han(text):
        return 0, len(text)
    blanks = (match.end() for match in _BLANKS.finditer(text, 0, stops[0]))
    first = next((end for end in blanks if line_types.opens_with_enumerator(text[end : end + 80])), stops[0])
    return first, stops[-1]


def _is_loose(text: str, blank: re.Match[str], start: int) -> bool:
    """Return whether a blank outside the sentences may be a line end: not in 张 三, 首页 > 新闻, 第一章 总则."""
    before, after = (
        text[max(start, blank.start() - 16) : blank.start()].rsplit(" ", 1)[-1],
        text[blank.end() : blank.end() + 16],
    )
    token = after.split(" ", 1)[0]
    return (
        len(token) > 4
        and (has_wide(token[0]) or bool(re.match(r"\d{4}[年-]", token)))
        and before[-1:] not in "><»|/[【(:"
        and token[0] not in ">»|/]】)"
        and not is_number_alone(before)
    )


def _is_title(text: str) -> bool:
    """Return whether a text is a numbered title, with words after the number."""
    return line_types.is_title_like(text) and not is_number_alone(text.rstrip())


def _articles(text: str) -> list[int]:
    """Return where the articles and chapters of a law begin; nothing for fewer than two articles.

    Their numbers ascend, and they follow the end of a sentence or the title of a chapter. An article that is only
    mentioned (依照第三十条 处罚) does not.
    """
    starts: list[int] = []
    last: dict[str, int] = {}
    articles, latest = 0, ""
    for match in _NUMBERED.finditer(text):
        unit, number = match["unit"], read_numeral(match["n"]) or 0
        before = text[max(match.start() - 8, 0) : match.start()]
        apart = bool(_ENDS.search(before)) or latest != "条" if articles else not _MENTIONS.search(before)
        if apart and (
            0 < number - last[unit] <= PARSER.gap_between_articles if unit in last else number == 1 or not match.start()
        ):
            starts.append(match.start())
            last[unit], latest = number, unit
            articles += unit == "条"
            if unit in "编章":
                last.pop("节", None)
    return starts if articles >= 2 else []


def _flat_cuts(text: str) -> list[int]:
    """Return where paragraphs begin in a line that has lost its line ends: after blanks, and at numbered headings."""
    if articles := _articles(text):
        gaps = {match.end() for match in _WIDE_BLANKS.finditer(text, 0, articles[0])}  # in the title block
        gaps |= {match.end() for match in _ENDS_BEFORE_GAP.finditer(text)}
        return sorted({*articles, *gaps} - {0})
    cuts: list[int] = []
    start = 0
    wide = [match.end() for match in _WIDE_BLANKS.finditer(text) if match.start()]
    if len(wide) >= 4 and len(text) < PARSER.long_line * len(wide):
        return wide  # if wide blanks stand for the line ends, single ones belong to the text
    head, tail = _prose(text)
    for match in _BLANKS.finditer(text):
        before, end = text[match.start() - 1 : match.start()], match.end()
        following = text[end : end + 80]
        if (
            (not head < end <= tail and _is_loose(text, match, start))
            or (len(match.group()) > 1 and has_wide(before + following[:1]))
            or (before in "。!?;:”)…" and has_wide(following[:1] + before))
            or line_types.opens_with_enumerator(following)
            or (end - start < 60 and _is_title(text[start : match.start()]))
            or line_types.is_address(following.split(" ", 1)[0])
        ):
            cuts.append(end)
            start = end
    if not cuts or max(b - a for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)) > 2 * PARSER.long_line:
        # There are no blanks either: only a number after the end of a sentence shows a paragraph.
        cuts = sorted({*cuts, *line_types.enumerators_within(text)})
    return cuts
