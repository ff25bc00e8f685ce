"""Numbered lines read together with their series: 一、 二、 三、 …

A series whose items end with semicolons, or follow each other without a paragraph between, is a list; so is one
under an article of a law, and one that lays down rules in full sentences.
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
from corpus.parser.roles import ARTICLES, Lines, Role
from corpus.text.scripts import has_han

_SERIES = (
    "I.", "A.", "壹、", "甲、", "一、", "(一)", "(甲)", "1.", "1.1", "1.1.1", "(1)", "(a)", "①", "步骤", "section",
)  # fmt: skip
_STRONG = ("壹、", "甲、", "一、", "(一)", "(甲)", "section", "I.")
"""Styles that number headings more often than items."""
_MAY_BE_BARE = ("一、", "(一)", "I.", "1.")
"""Styles whose number alone may be a heading."""
_DASH_BOLD = re.compile(r"—{1,2}\*\*(?P<title>[^*]{2,40})\*\*")


def judge_enumerations(known: Lines) -> None:
    """Give roles to the numbered lines: headings, leads, and items that are neither."""
    in_article = _in_articles(known)
    for style in _SERIES:
        for run, outer in _runs(known, style):
            if style == "section":
                run = [place for place in run if is_english_heading(known, place)]
            if run and _may_be_headings(known, run, in_article):
                series = _Series.of(known, run)
                chosen = frozenset(place for item, place in enumerate(run) if _is_heading(known, run, item, series))
                _settle(known, style, run, chosen)
                if outer and known.roles[outer[0]].kind in ("heading", "run_in"):
                    for place in run:
                        if known.roles[place].kind != "plain":
                            known.roles[place] = replace(known.roles[place], inside=run[0])
        _add_lone(known, style, in_article)


def is_english_heading(known: Lines, place: int) -> bool:
    """Say of a number in English whether nothing follows it, a title in capitals, or a mark divides them."""
    text, end = known.text(place), known.words_from(place)
    rest = text[end:]
    return not rest or line_types.is_english_title(rest) or text[:end].rstrip()[-1] in ".:" or _is_short(rest)


def _is_short(rest: str) -> bool:
    return rest[0].isupper() and len(rest) <= 50 and not re.search(r"[.,;:?!]", rest)


def _runs(known: Lines, style: str) -> list[tuple[list[int], list[int]]]:
    """Return the places of each series of a style: numbers that go up, few of them missing; and of that around it.

    A series stands in an item of another where that goes on after it, or where nothing but a colon or the outer
    item's title comes between.
    """
    runs: list[list[int]] = []
    around: dict[int, list[int]] = {}
    open_runs: list[list[int]] = []
    heading = -1
    for place in range(len(known.lines)):
        if known.roles[place].kind == "heading" and known.style(place) != style:
            heading = place
            del open_runs[:-1]
        if known.style(place) != style or known.roles[place].kind != "plain":
            continue
        run = _goes_on(known, open_runs[-PARSER.nested_series :], place)
        if run is None:
            run = [place]
            latest = open_runs[-1] if open_runs else []
            if latest and latest[-1] > heading and (latest[-1] == place - 1 or known.text(place - 1)[-1] == ":"):
                around[place] = latest
            runs.append(run)
        else:
            start = open_runs.index(run, max(len(open_runs) - PARSER.nested_series, 0))
            around |= {inner[0]: run for inner in open_runs[start + 1 :] if inner[0] > run[0]}
            del open_runs[start]
            run.append(place)
        open_runs.append(run)
    return [(run, around.get(run[0], [])) for run in runs]


def _goes_on(known: Lines, runs: Sequence[list[int]], place: int) -> list[int] | None:
    """Return which of the series goes on here: the latest, unless the number is the next one of another only."""
    number = known.number(place)
    following = [run for run in reversed(runs) if known.number(run[-1]) + 1 == number]
    alike = [run for run in following if known.shapes[run[-1]][0] == known.shapes[place][0]]
    if alike or following:
        return (alike or following)[0]
    latest = runs[-1] if runs else None
    return (
        latest
        if latest and known.number(latest[-1]) < number <= known.number(latest[-1]) + PARSER.gap_in_series
        else None
    )


def _in_articles(known: Lines) -> list[bool]:
    """Say of each line whether it stands under an article of a law."""
    inside, out = False, []
    for role in known.roles:
        if role.style in ARTICLES:
            inside = True
        elif role.kind == "heading":
            inside = False
        out.append(inside)
    return out


def _may_be_headings(known: Lines, run: Sequence[int], in_article: Sequence[bool]) -> bool:
    """Say whether the series as a whole can be more than a list."""
    shapes = [known.shapes[place][0] for place in run]
    style = known.style(run[0])
    lists = shapes.count("list")
    good = sum(shape in ("title", "colon", "lead") for shape in shapes)
    if lists and (style not in _STRONG or lists >= good):
        return False
    if in_article[run[0]]:
        over_articles = all(
            shape == "title"
            and any(known.style(p) in ARTICLES for p in range(place + 1, min(place + 3, len(known.lines))))
            for place, shape in zip(run, shapes, strict=True)
        )
        return style in ("一、", "section") and over_articles
    rules = sum(
        shape != "title"
        and line_types.is_rule(known.text(place)[: known.shapes[place][1] or PARSER.longest_heading_in_series])
        for place, shape in zip(run, shapes, strict=True)
    )
    return rules <= len(run) / 3


@dataclass(frozen=True, slots=True)
class _Series:
    """What the items of a series have in common."""

    count: int
    first: int
    """The number that it begins with."""
    bodies: int
    """Items that something else follows than the next item."""
    titles: int
    leads: int

    @classmethod
    def of(cls, known: Lines, run: Sequence[int]) -> _Series:
        shapes = [known.shapes[place][0] for place in run]
        return cls(
            len(run),
            known.number(run[0]),
            sum(_has_body(known, run, item) for item in range(len(run))),
            shapes.count("title") + shapes.count("colon"),
            shapes.count("lead"),
        )


def _is_heading(known: Lines, run: Sequence[int], item: int, series: _Series) -> bool:
    """Say whether one item is a heading or a lead, by its own shape and those of the others."""
    place = run[item]
    text, shape, style = known.text(place), known.shapes[place][0], known.style(place)
    count, first = series.count, series.first
    many_bodies = count >= 2 and series.bodies >= 0.6 * count and first <= 2
    short = len(text) <= PARSER.longest_heading or series.titles >= 2
    if shape != "title" and not has_han(text) and not _is_english_lead(known, place):
        return False
    if shape == "title" and not text[known.words_from(place) :].strip("* "):
        return many_bodies and first == 1 and style in _MAY_BE_BARE
    if shape == "title" and style in _STRONG:
        return short and (count < 3 or series.bodies > 1 or series.titles < count) and _after_end(known, place)
    if shape in ("title", "colon"):
        return short and many_bodies
    if shape == "sentence" and _has_body(known, run, item) and series.leads + series.titles >= 0.75 * (count - 1) > 0:
        return True
    if shape == "sentence":
        return many_bodies and series.bodies >= 2
    return shape == "lead" and count >= 2 and first <= 2 and series.leads + series.titles >= 0.75 * count


def _is_english_lead(known: Lines, place: int) -> bool:
    """Say of a paragraph in English whether it opens with a few words that can be a title."""
    shape, end = known.shapes[place]
    words = known.text(place)[known.words_from(place) : end]
    return shape == "lead" and (len(words.split()) <= 5 or line_types.is_english_title(words))


def _add_lone(known: Lines, style: str, in_article: Sequence[bool]) -> None:
    """Take a title that has no brothers here for a heading where others of its kind are."""
    if style not in {role.style for role in known.roles if role.kind in ("heading", "run_in")}:
        return
    for run, _ in _runs(known, style):
        place = run[0]
        shape, end = known.shapes[place]
        alone = len(run) == 1 and known.number(place) == 1 and not in_article[place] and _has_body(known, run, 0)
        titled = shape in ("title", "lead") and len(known.text(place)) > known.words_from(place) + 1
        if alone and titled and not line_types.is_rule(known.text(place)[:end]):
            _settle(known, style, run, frozenset(run))


def _has_body(known: Lines, run: Sequence[int], item: int) -> bool:
    """Say whether something else than the next item follows."""
    after = run[item] + 1
    if after >= len(known.lines) or known.style(after) != known.style(run[item]):
        return after < len(known.lines)
    return after != run[item + 1] if item + 1 < len(run) else known.number(after) != 1


def _after_end(known: Lines, place: int) -> bool:
    """Say whether what stands before is finished; a heading does not interrupt a sentence."""
    return place == 0 or known.text(place - 1)[-1] not in ",、" or bool(known.lines[place - 1].level)


def _settle(known: Lines, style: str, run: Sequence[int], chosen: frozenset[int]) -> None:
    """Give the items their roles, and note what was doubtful."""
    for place in run:
        text, (shape, end) = known.text(place), known.shapes[place]
        start = len(text) - len(text.lstrip("*"))
        if place in chosen:
            kind: Literal["heading", "run_in"] = "run_in" if shape == "lead" else "heading"
            known.set(place, kind, style, start, end if shape == "lead" else len(text.rstrip("*")))
        elif chosen:
            known.roles[place] = Role("close", style=style)
    strong = style in _STRONG
    if not chosen and strong and any(known.shapes[place][0] in ("title", "lead") for place in run):
        known.warn(run[0], corpus_messages.LIKE_A_HEADING)
    for before, place in pairwise(run):
        if chosen and known.number(place) > known.number(before) + 1:
            known.warn(place, corpus_messages.NUMBER_MISSING)
    if chosen and strong and known.number(run[0]) > 1:
        known.warn(run[0], corpus_messages.NOT_FROM_ONE)


def judge_run_in_headings(known: Lines) -> None:
    """第一，… 一是… ——…: paragraphs that open with their own title."""
    for run in _dashes(known):
        for place in run:
            _judge_dash(known, place, alone=len(run) < 2)
    for style in ("第一,", "一是"):
        for run, _ in _runs(known, style):
            for place in run:
                shape, end = known.shapes[place]
                titled = (
                    shape in ("lead", "sentence")
                    and end <= PARSER.longest_run_in_heading
                    and known.text(place)[end] == "。"
                )
                if titled and end - known.words_from(place) >= 2 and (style != "一是" or len(run) >= 2):
                    known.set(place, "run_in", style, 0, end)
            if len(run) >= 2 and any(known.roles[place].kind == "run_in" for place in run):
                for place in run:
                    if known.roles[place].kind == "plain":
                        known.roles[place] = Role("close", style=style)


def _judge_dash(known: Lines, place: int, *, alone: bool) -> None:
    """An item of a list ends with its paragraph; its title is bold, or a short first sentence."""
    shape, end = known.shapes[place]
    start = known.words_from(place)
    if bold := _DASH_BOLD.match(known.text(place)):
        known.set(place, "run_in", "——", *bold.span("title"), limit=1)
    elif not alone and shape in ("lead", "sentence") and end - start <= PARSER.longest_dash_heading:
        known.set(place, "run_in", "——", start, end, limit=1)
    elif not alone:
        known.roles[place] = Role("close", style="——")


def _dashes(known: Lines) -> list[list[int]]:
    """Return the series of —— items: one after the other."""
    runs: list[list[int]] = []
    for place in range(len(known.lines)):
        if known.style(place) == "——" and known.roles[place].kind == "plain":
            if runs and place == runs[-1][-1] + 1:
                runs[-1].append(place)
            else:
                runs.append([place])
    return runs
