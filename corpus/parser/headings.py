"""Which lines are headings, and how deep: what the grammar allows, judged by a line's neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.grammar import line_types
from corpus.grammar.enumerators import mark_of
from corpus.grammar.heading_ranks import APPENDIX, UNDER_APPENDIX, known_rank, ranks_of, unnumbered_rank
from corpus.parser.lines import Line
from corpus.parser.numbered_series import is_english_heading, judge_enumerations, judge_run_in_headings
from corpus.parser.roles import ARTICLES, Lines, Role
from corpus.parser.unnumbered import find_refrains, find_signature, find_unnumbered

_DIVISIONS = ("编", "分编", "章", "节", "part", "chapter")
_ARTICLE_TITLE = re.compile(r"\s{0,3}(?:[【\[][^】\]]{1,30}[】\]]|\([^()。,;]{2,24}\)(?=\s|$))")
_WITHOUT_NUMBER = ("#", "附", "无", "序", "跋")


def outline(lines: Sequence[Line], *, wanted: Mapping[int, int], unwanted: frozenset[int]) -> Lines:
    """Return the lines with the role of each.

    `wanted` holds the levels of lines that an edition calls headings, `unwanted` those that it says are none.
    """
    known = Lines.of(lines, settled=unwanted | frozenset(wanted))
    for _, rule in HEADING_RULES:
        rule(known)
    if wanted:
        _want(known, wanted)
    _limit(known)
    return known


def _find_plain_cases(known: Lines) -> None:
    """Headings that need no neighbour: those of the format, 编 章 节, 附件; and salutations."""
    for place, line in enumerate(known.lines):
        if line.level:
            known.set(place, "heading", "#", 0, len(line.text))
            known.roles[place] = replace(known.roles[place], rank=known_rank(line.level))
        elif not known.free[place]:
            continue
        elif line_types.is_salutation(line.text) or (not place and line_types.is_recipient(line.text)):
            known.roles[place] = Role("salutation")
        elif line_types.appendix(line.text) and not _lists_annexes(known, place):
            known.set(place, "heading", "附", 0, len(line.text))
        elif _is_division(known, place):
            known.set(place, "heading", known.style(place), 0, len(line.text))


def _lists_annexes(known: Lines, place: int) -> bool:
    """Say whether 附件：… names what is attached, at the end of a notice, rather than opening an annex."""
    name, colon, title = known.text(place).partition(":")
    if not colon or not name.startswith("附"):
        return False
    after = place + 1
    while after < len(known.lines) and known.style(after) == "1." and known.shapes[after][0] == "title":
        after += 1
    listed = mark_of(title.strip() or (known.text(place + 1) if after > place + 1 else ""))
    rest = [known.text(at) for at in range(after, min(after + 4, len(known.lines)))]
    signed = any(
        line_types.is_date(text) and all(map(line_types.is_signature, rest[:at])) for at, text in enumerate(rest)
    )
    return signed or bool(listed and listed.number == 1 and (title or not rest))


def _is_division(known: Lines, place: int) -> bool:
    style = known.style(place)
    return (
        style in _DIVISIONS
        and known.shapes[place][0] == "title"
        and (not style.isascii() or is_english_heading(known, place))
    )


def _find_articles(known: Lines) -> None:
    """第十条　…: articles of a law; by themselves, or at the beginning of their first paragraph."""
    places = [place for place in range(len(known.lines)) if known.style(place) in ARTICLES]
    in_order = sum(known.number(b) == known.number(a) + 1 for a, b in pairwise(places))
    for item, place in enumerate(places):
        beside = places[item - 1 : item] + places[item + 1 : item + 2]
        if _is_article(known, place, in_order) or _stands_between(known, place, beside):
            _set_article(known, place)


def _stands_between(known: Lines, place: int, beside: Sequence[int]) -> bool:
    """Say whether Article 2 Parties shall … stands between 1, which opens an article, and 3; no mention of 2 does."""
    text, number = known.text(place), known.number(place)
    return (
        known.style(place) == "article"
        and [known.number(other) for other in beside] == [number - 1, number + 1]
        and known.roles[beside[0]].kind != "plain"
        and text[known.words_from(place)].isupper()
    )


def _is_article(known: Lines, place: int, in_order: int) -> bool:
    """Say whether a number of an article opens one, rather than a sentence about one."""
    if known.style(place) != "条":
        return is_english_heading(known, place)
    following = known.text(place)[known.words_from(place) :][:1]
    return not following or following.isspace() or following in "*:【[(" or in_order >= 2


def _set_article(known: Lines, place: int) -> None:
    text = known.text(place)
    start = len(text) - len(text.lstrip("*"))
    end = len(text[: known.words_from(place)].rstrip())
    if title := _ARTICLE_TITLE.match(text, known.words_from(place)):
        end = title.end()
    rest = text[end:].strip("* :")
    is_title = known.shapes[place][0] == "title" and len(rest) <= 30 and "," not in rest
    follows = place + 1 < len(known.lines) and known.style(place + 1) not in (*ARTICLES, *_DIVISIONS)
    if not rest or (is_title and follows):
        known.set(place, "heading", known.style(place), start, len(text))
    else:
        known.set(place, "run_in", known.style(place), start, end)


def _rank(known: Lines) -> None:
    """Say how deep each kind of heading is in this text."""
    headed = [
        (role.style, known.number(place)) for place, role in enumerate(known.roles) if role.style and role.inside < 0
    ]
    numbered = [(style, number) for style, number in headed if style not in _WITHOUT_NUMBER]
    ranks = ranks_of(numbered)
    plain = unnumbered_rank(headed, ranks)
    outermost = min([plain, *(ranks[style] for style, _ in numbered)])
    nested: dict[int, float] = {}
    last = 0.0
    for place, role in enumerate(known.roles):
        under_appendix = place > 0 and known.roles[place - 1].style == "附"
        rank = ranks.get(role.style)
        if role.style == "附":
            rank = UNDER_APPENDIX if under_appendix else APPENDIX
        elif role.style == "跋":
            rank = APPENDIX
        elif role.style == "序":
            rank = outermost
        elif role.style == "无":
            rank = UNDER_APPENDIX if under_appendix else plain
        if role.inside >= 0:  # the first of the list may be no heading itself
            rank = nested.setdefault(role.inside, last + 0.1)
        if rank is not None:
            known.roles[place] = replace(role, rank=rank)
        if role.kind in ("heading", "run_in"):
            last = known.roles[place].rank


def _want(known: Lines, wanted: Mapping[int, int]) -> None:
    """Make headings of the lines that the edition names, as deep as it says."""
    ranks: dict[int, float] = {}
    stack: list[float] = []
    for role in known.roles:
        if role.kind in ("heading", "run_in"):
            while stack and stack[-1] >= role.rank:
                stack.pop()
            stack.append(role.rank)
            ranks.setdefault(len(stack), role.rank)
    done: set[int] = set()
    for place, line in enumerate(known.lines):
        if line.number in wanted and line.number not in done:
            done.add(line.number)
            level = wanted[line.number]
            rank = ranks.get(level, ranks.get(level - 1, float(level)) + 0.5)
            known.roles[place] = Role("heading", rank, 0, len(line.text), style="+")


def _limit(known: Lines) -> None:
    """End the last point of a series after as many paragraphs as the others have, if all have the same."""
    series: dict[str, list[int]] = {}
    for place, role in [*enumerate(known.roles), (len(known.roles), Role("heading"))]:
        for style in list(series):
            outer = role.kind == "run_in" and style != role.style and role.rank < known.roles[series[style][0]].rank
            if role.kind in ("heading", "salutation", "end") or outer:
                _end_series(known, series.pop(style), place)
        if role.kind == "run_in" and role.style not in ("——", *ARTICLES):
            series.setdefault(role.style, []).append(place)


def _end_series(known: Lines, places: Sequence[int], end: int) -> None:
    gaps = {b - a for a, b in pairwise(places)}
    between = all(known.roles[p].kind == "plain" for a, b in pairwise(places) for p in range(a + 1, b))
    if len(places) >= 3 and len(gaps) == 1 and between and end - places[-1] > min(gaps):
        last = places[-1]
        known.roles[last] = replace(known.roles[last], limit=min(gaps))


HEADING_RULES: tuple[tuple[str, Callable[[Lines], None]], ...] = (
    ("what needs no neighbour", _find_plain_cases),
    ("articles of a law", _find_articles),
    ("numbered series", judge_enumerations),
    ("run-in headings", judge_run_in_headings),
    ("headings that come again", find_refrains),
    ("headings without a number", find_unnumbered),
    ("signature and date", find_signature),
    ("depth", _rank),
)
"""In their order. A rule gives roles to lines that no rule before it has given one (`Lines.free`, `Lines.set`)."""
