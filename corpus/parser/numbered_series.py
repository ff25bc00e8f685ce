"""Finds headings among numbered lines. Each line is judged together with its series: 一、 二、 三、 …

A series is a list, not headings, if its items end with semicolons, follow each other without a paragraph between,
stand under an article of a law, or state rules in full sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from corpus import corpus_messages
from corpus.corpus_settings import PARSER
from corpus.grammar import line_types
from corpus.parser.roles import ARTICLES, Paragraphs, Role
from corpus.text.scripts import has_han

_SERIES = (
    "I.", "A.", "壹、", "甲、", "一、", "(一)", "(甲)", "1.", "1.1", "1.1.1", "(1)", "(a)", "①", "步骤", "section",
)  # fmt: skip
_STRONG = ("壹、", "甲、", "一、", "(一)", "(甲)", "section", "I.")
"""Styles that number headings more often than list items."""
_MAY_BE_BARE = ("一、", "(一)", "I.", "1.")
"""Styles of which a number without words may be a heading."""
_DASH_BOLD = re.compile(r"—{1,2}\*\*(?P<title>[^*]{2,40})\*\*")


def find_numbered_headings(paragraphs: Paragraphs) -> None:
    """Find the headings and run-in headings among numbered lines, and give these lines their roles."""
    in_article = _in_articles(paragraphs)
    for style in _SERIES:
        for series, outer in _find_series(paragraphs, style):
            if style == "section":
                series = [index for index in series if is_english_heading(paragraphs, index)]
            if series and _may_be_headings(paragraphs, series, in_article):
                counts = _SeriesCounts.of(paragraphs, series)
                chosen = frozenset(
                    index for item, index in enumerate(series) if _is_heading(paragraphs, series, item, counts)
                )
                _set_roles(paragraphs, style, series, chosen)
                if outer and paragraphs.roles[outer[0]].kind in ("heading", "run_in"):
                    for index in series:
                        if paragraphs.roles[index].kind != "plain":
                            paragraphs.roles[index] = replace(paragraphs.roles[index], inside=series[0])
        _add_single_headings(paragraphs, style, in_article)


def is_english_heading(paragraphs: Paragraphs, index: int) -> bool:
    """Return whether an English enumerator opens a heading.

    It does if nothing, a capitalised title or a short phrase follows it, or punctuation separates it from the rest.
    """
    text, end = paragraphs.text(index), paragraphs.words_from(index)
    rest = text[end:]
    return not rest or line_types.is_english_title(rest) or text[:end].rstrip()[-1] in ".:" or _is_short(rest)


def _is_short(rest: str) -> bool:
    return rest[0].isupper() and len(rest) <= 50 and not re.search(r"[.,;:?!]", rest)


def _find_series(paragraphs: Paragraphs, style: str) -> list[tuple[list[int], list[int]]]:
    """Return each series of a style with the series around it (empty if none), both as indices of paragraphs.

    The numbers of a series ascend, and few are missing. A series is nested in an item of another one if that one goes
    on after it, or if it follows the outer item at once or after a colon.
    """
    found: list[list[int]] = []
    around: dict[int, list[int]] = {}
    open_series: list[list[int]] = []
    heading = -1
    for index in range(len(paragraphs.lines)):
        if paragraphs.roles[index].kind == "heading" and paragraphs.style(index) != style:
            heading = index
            del open_series[:-1]
        if paragraphs.style(index) != style or paragraphs.roles[index].kind != "plain":
            continue
        series = _continued_series(paragraphs, open_series[-PARSER.nested_series :], index)
        if series is None:
            series = [index]
            latest = open_series[-1] if open_series else []
            if latest and latest[-1] > heading and (latest[-1] == index - 1 or paragraphs.text(index - 1)[-1] == ":"):
                around[index] = latest
            found.append(series)
        else:
            start = open_series.index(series, max(len(open_series) - PARSER.nested_series, 0))
            around |= {inner[0]: series for inner in open_series[start + 1 :] if inner[0] > series[0]}
            del open_series[start]
            series.append(index)
        open_series.append(series)
    return [(series, around.get(series[0], [])) for series in found]


def _continued_series(paragraphs: Paragraphs, open_series: Sequence[list[int]], index: int) -> list[int] | None:
    """Return the open series that the paragraph continues, or None.

    That is one whose next number this is, by preference with items of the same shape; otherwise the latest series,
    if few numbers are missing.
    """
    number = paragraphs.number(index)
    following = [series for series in reversed(open_series) if paragraphs.number(series[-1]) + 1 == number]
    alike = [series for series in following if paragraphs.shapes[series[-1]][0] == paragraphs.shapes[index][0]]
    if alike or following:
        return (alike or following)[0]
    latest = open_series[-1] if open_series else None
    return (
        latest
        if latest and paragraphs.number(latest[-1]) < number <= paragraphs.number(latest[-1]) + PARSER.gap_in_series
        else None
    )


def _in_articles(paragraphs: Paragraphs) -> list[bool]:
    """Return for each paragraph whether it stands under an article of a law."""
    inside, out = False, []
    for role in paragraphs.roles:
        if role.style in ARTICLES:
            inside = True
        elif role.kind == "heading":
            inside = False
        out.append(inside)
    return out


def _may_be_headings(paragraphs: Paragraphs, series: Sequence[int], in_article: Sequence[bool]) -> bool:
    """Return whether the items of a series can be headings, rather than a list."""
    shapes = [paragraphs.shapes[index][0] for index in series]
    style = paragraphs.style(series[0])
    lists = shapes.count("list")
    good = sum(shape in ("title", "colon", "opening") for shape in shapes)
    if lists and (style not in _STRONG or lists >= good):
        return False
    if in_article[series[0]]:
        over_articles = all(
            shape == "title"
            and any(paragraphs.style(p) in ARTICLES for p in range(index + 1, min(index + 3, len(paragraphs.lines))))
            for index, shape in zip(series, shapes, strict=True)
        )
        return style in ("一、", "section") and over_articles
    rules = sum(
        shape != "title"
        and line_types.is_rule(
            paragraphs.text(index)[: paragraphs.shapes[index][1] or PARSER.longest_heading_in_series]
        )
        for index, shape in zip(series, shapes, strict=True)
    )
    return rules <= len(series) / 3


@dataclass(frozen=True, slots=True)
class _SeriesCounts:
    """Counts over the items of a series, by which each item is judged."""

    items: int
    first: int
    """The number of the first item."""
    bodies: int
    """Items with a body: something other than the next item follows them."""
    titles: int
    openings: int

    @classmethod
    def of(cls, paragraphs: Paragraphs, series: Sequence[int]) -> _SeriesCounts:
        shapes = [paragraphs.shapes[index][0] for index in series]
        return cls(
            len(series),
            paragraphs.number(series[0]),
            sum(_has_body(paragraphs, series, item) for item in range(len(series))),
            shapes.count("title") + shapes.count("colon"),
            shapes.count("opening"),
        )


def _is_heading(paragraphs: Paragraphs, series: Sequence[int], item: int, counts: _SeriesCounts) -> bool:
    """Return whether an item is a heading or a run-in heading, by its own shape and those of the other items."""
    index = series[item]
    text, shape, style = paragraphs.text(index), paragraphs.shapes[index][0], paragraphs.style(index)
    count, first = counts.items, counts.first
    many_bodies = count >= 2 and counts.bodies >= 0.6 * count and first <= 2
    short = len(text) <= PARSER.longest_heading or counts.titles >= 2
    if shape != "title" and not has_han(text) and not _is_english_opening(paragraphs, index):
        return False
    if shape == "title" and not text[paragraphs.words_from(index) :].strip("* "):
        return many_bodies and first == 1 and style in _MAY_BE_BARE
    if shape == "title" and style in _STRONG:
        return (
            short
            and (count < 3 or counts.bodies > 1 or counts.titles < count)
            and _follows_complete_text(paragraphs, index)
        )
    if shape in ("title", "colon"):
        return short and many_bodies
    if (
        shape == "sentence"
        and _has_body(paragraphs, series, item)
        and counts.openings + counts.titles >= 0.75 * (count - 1) > 0
    ):
        return True
    if shape == "sentence":
        return many_bodies and counts.bodies >= 2
    return shape == "opening" and count >= 2 and first <= 2 and counts.openings + counts.titles >= 0.75 * count


def _is_english_opening(paragraphs: Paragraphs, index: int) -> bool:
    """Return whether an English paragraph opens with a few words that can be a title."""
    shape, end = paragraphs.shapes[index]
    words = paragraphs.text(index)[paragraphs.words_from(index) : end]
    return shape == "opening" and (len(words.split()) <= 5 or line_types.is_english_title(words))


def _add_single_headings(paragraphs: Paragraphs, style: str, in_article: Sequence[bool]) -> None:
    """Make a heading of a title that is alone in its series, if the work has other headings of this style."""
    if style not in {role.style for role in paragraphs.roles if role.kind in ("heading", "run_in")}:
        return
    for series, _ in _find_series(paragraphs, style):
        index = series[0]
        shape, end = paragraphs.shapes[index]
        alone = (
            len(series) == 1
            and paragraphs.number(index) == 1
            and not in_article[index]
            and _has_body(paragraphs, series, 0)
        )
        titled = shape in ("title", "opening") and len(paragraphs.text(index)) > paragraphs.words_from(index) + 1
        if alone and titled and not line_types.is_rule(paragraphs.text(index)[:end]):
            _set_roles(paragraphs, style, series, frozenset(series))


def _has_body(paragraphs: Paragraphs, series: Sequence[int], item: int) -> bool:
    """Return whether an item has a body: something other than the next item follows it."""
    after = series[item] + 1
    if after >= len(paragraphs.lines) or paragraphs.style(after) != paragraphs.style(series[item]):
        return after < len(paragraphs.lines)
    return after != series[item + 1] if item + 1 < len(series) else paragraphs.number(after) != 1


def _follows_complete_text(paragraphs: Paragraphs, index: int) -> bool:
    """Return whether the paragraph before is complete: a heading does not interrupt a sentence."""
    return index == 0 or paragraphs.text(index - 1)[-1] not in ",、" or bool(paragraphs.lines[index - 1].level)


def _set_roles(paragraphs: Paragraphs, style: str, series: Sequence[int], chosen: frozenset[int]) -> None:
    """Give the items of a series their roles, and record warnings."""
    for index in series:
        text, (shape, end) = paragraphs.text(index), paragraphs.shapes[index]
        start = len(text) - len(text.lstrip("*"))
        if index in chosen:
            kind: Literal["heading", "run_in"] = "run_in" if shape == "opening" else "heading"
            paragraphs.set(index, kind, style, start, end if shape == "opening" else len(text.rstrip("*")))
        elif chosen:
            paragraphs.roles[index] = Role("close", style=style)
    strong = style in _STRONG
    if not chosen and strong and any(paragraphs.shapes[index][0] in ("title", "opening") for index in series):
        paragraphs.warn(series[0], corpus_messages.LIKE_A_HEADING)
    for before, index in pairwise(series):
        if chosen and paragraphs.number(index) > paragraphs.number(before) + 1:
            paragraphs.warn(index, corpus_messages.NUMBER_MISSING)
    if chosen and strong and paragraphs.number(series[0]) > 1:
        paragraphs.warn(series[0], corpus_messages.NOT_FROM_ONE)


def find_run_in_headings(paragraphs: Paragraphs) -> None:
    """Find run-in headings in paragraphs that begin with 第一，… 一是… or ——…"""
    for series in _find_dash_series(paragraphs):
        for index in series:
            _set_dash_role(paragraphs, index, alone=len(series) < 2)
    for style in ("第一,", "一是"):
        for series, _ in _find_series(paragraphs, style):
            for index in series:
                shape, end = paragraphs.shapes[index]
                titled = (
                    shape in ("opening", "sentence")
                    and end <= PARSER.longest_run_in_heading
                    and paragraphs.text(index)[end] == "。"
                )
                if titled and end - paragraphs.words_from(index) >= 2 and (style != "一是" or len(series) >= 2):
                    paragraphs.set(index, "run_in", style, 0, end)
            if len(series) >= 2 and any(paragraphs.roles[index].kind == "run_in" for index in series):
                for index in series:
                    if paragraphs.roles[index].kind == "plain":
                        paragraphs.roles[index] = Role("close", style=style)


def _set_dash_role(paragraphs: Paragraphs, index: int, *, alone: bool) -> None:
    """Give a —— item its role. Its title is bold or a short first sentence, and its section ends with the paragraph."""
    shape, end = paragraphs.shapes[index]
    start = paragraphs.words_from(index)
    if bold := _DASH_BOLD.match(paragraphs.text(index)):
        paragraphs.set(index, "run_in", "——", *bold.span("title"), limit=1)
    elif not alone and shape in ("opening", "sentence") and 0 < end - start <= PARSER.longest_dash_heading:
        paragraphs.set(index, "run_in", "——", start, end, limit=1)
    elif not alone:
        paragraphs.roles[index] = Role("close", style="——")


def _find_dash_series(paragraphs: Paragraphs) -> list[list[int]]:
    """Return each series of adjacent —— items."""
    found: list[list[int]] = []
    for index in range(len(paragraphs.lines)):
        if paragraphs.style(index) == "——" and paragraphs.roles[index].kind == "plain":
            if found and index == found[-1][-1] + 1:
                found[-1].append(index)
            else:
                found.append([index])
    return found
