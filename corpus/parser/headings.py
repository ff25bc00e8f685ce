"""Decides which paragraphs are headings, and how deep, from the grammar of each line and from its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.grammar import line_types
from corpus.grammar.enumerators import enumerator_of
from corpus.grammar.heading_ranks import APPENDIX, UNDER_APPENDIX, format_rank, ranks_of, unnumbered_rank
from corpus.parser.lines import Line
from corpus.parser.numbered_series import find_numbered_headings, find_run_in_headings, is_english_heading
from corpus.parser.roles import ARTICLES, Paragraphs, Role
from corpus.parser.unnumbered import find_refrains, find_signature, find_unnumbered

_DIVISIONS = ("编", "分编", "章", "节", "part", "chapter")
_ARTICLE_TITLE = re.compile(r"\s{0,3}(?:[【\[][^】\]]{1,30}[】\]]|\([^()。,;]{2,24}\)(?=\s|$))")
_WITHOUT_NUMBER = ("#", "附", "无", "序", "跋")


def find_headings(lines: Sequence[Line], *, wanted: Mapping[int, int], settled: frozenset[int]) -> Paragraphs:
    """Return the paragraphs with their roles.

    `wanted` maps the number of each line that an edition makes a heading to its level. `settled` has these numbers and
    those of the lines that an edition says are not headings.
    """
    paragraphs = Paragraphs.of(lines, settled=settled)
    for _, rule in HEADING_RULES:
        rule(paragraphs)
    if wanted:
        _set_wanted(paragraphs, wanted)
    _limit_last_sections(paragraphs)
    return paragraphs


def _find_plain_cases(paragraphs: Paragraphs) -> None:
    """Find what a line shows by itself: headings of the format, 编 章 节, 附件, and salutations."""
    for index, line in enumerate(paragraphs.lines):
        if line.level:
            paragraphs.set(index, "heading", "#", 0, len(line.text))
            paragraphs.roles[index] = replace(paragraphs.roles[index], rank=format_rank(line.level))
        elif not paragraphs.free[index]:
            continue
        elif line_types.is_salutation(line.text) or (not index and line_types.is_recipient(line.text)):
            paragraphs.roles[index] = Role("salutation")
        elif line_types.is_appendix(line.text) and not _lists_annexes(paragraphs, index):
            paragraphs.set(index, "heading", "附", 0, len(line.text))
        elif _is_division(paragraphs, index):
            paragraphs.set(index, "heading", paragraphs.style(index), 0, len(line.text))


def _lists_annexes(paragraphs: Paragraphs, index: int) -> bool:
    """Return whether 附件：… lists the attachments at the end of a notice, rather than opening an annex."""
    if line_types.is_titled_annex(paragraphs.text(index)):
        beside = [at for at in (index - 1, index + 1) if 0 <= at < len(paragraphs.lines)]
        return index + 1 not in beside or any(line_types.is_titled_annex(paragraphs.text(at)) for at in beside)
    name, colon, title = paragraphs.text(index).partition(":")
    if not colon or not name.startswith("附"):
        return False
    after = index + 1
    while after < len(paragraphs.lines) and paragraphs.style(after) == "1." and paragraphs.shapes[after][0] == "title":
        after += 1
    listed = enumerator_of(title.strip() or (paragraphs.text(index + 1) if after > index + 1 else ""))
    rest = [paragraphs.text(at) for at in range(after, min(after + 4, len(paragraphs.lines)))]
    signed = any(
        line_types.is_date(text) and all(map(line_types.is_signature, rest[:at])) for at, text in enumerate(rest)
    )
    return signed or bool(listed and listed.number == 1 and (title or not rest))


def _is_division(paragraphs: Paragraphs, index: int) -> bool:
    style = paragraphs.style(index)
    return (
        style in _DIVISIONS
        and paragraphs.shapes[index][0] == "title"
        and (not style.isascii() or is_english_heading(paragraphs, index))
    )


def _find_articles(paragraphs: Paragraphs) -> None:
    """Find the articles of a law (第十条　…), on lines of their own or as run-in headings."""
    indices = [index for index in range(len(paragraphs.lines)) if paragraphs.style(index) in ARTICLES]
    in_order = sum(paragraphs.number(b) == paragraphs.number(a) + 1 for a, b in pairwise(indices))
    for item, index in enumerate(indices):
        beside = indices[item - 1 : item] + indices[item + 1 : item + 2]
        if _is_article(paragraphs, index, in_order) or _stands_between(paragraphs, index, beside):
            _set_article(paragraphs, index)


def _stands_between(paragraphs: Paragraphs, index: int, beside: Sequence[int]) -> bool:
    """Return whether an English article number stands between its predecessor and its successor.

    “Article 2 Parties shall …” then opens an article; a sentence that mentions Article 2 seldom stands there.
    """
    text, number = paragraphs.text(index), paragraphs.number(index)
    return (
        paragraphs.style(index) == "article"
        and [paragraphs.number(other) for other in beside] == [number - 1, number + 1]
        and paragraphs.roles[beside[0]].kind != "plain"
        and text[paragraphs.words_from(index)].isupper()
    )


def _is_article(paragraphs: Paragraphs, index: int, in_order: int) -> bool:
    """Return whether an article number opens an article, rather than a sentence about one."""
    if paragraphs.style(index) != "条":
        return is_english_heading(paragraphs, index)
    following = paragraphs.text(index)[paragraphs.words_from(index) :][:1]
    return not following or following.isspace() or following in "*:【[(" or in_order >= 2


def _set_article(paragraphs: Paragraphs, index: int) -> None:
    text = paragraphs.text(index)
    start = len(text) - len(text.lstrip("*"))
    end = len(text[: paragraphs.words_from(index)].rstrip())
    if title := _ARTICLE_TITLE.match(text, paragraphs.words_from(index)):
        end = title.end()
    rest = text[end:].strip("* :")
    is_title = paragraphs.shapes[index][0] == "title" and len(rest) <= 30 and "," not in rest
    follows = index + 1 < len(paragraphs.lines) and paragraphs.style(index + 1) not in (*ARTICLES, *_DIVISIONS)
    if not rest or (is_title and follows):
        paragraphs.set(index, "heading", paragraphs.style(index), start, len(text))
    else:
        paragraphs.set(index, "run_in", paragraphs.style(index), start, end)


def _set_ranks(paragraphs: Paragraphs) -> None:
    """Give each heading its rank: how deep its kind is in this text."""
    headed = [
        (role.style, paragraphs.number(index))
        for index, role in enumerate(paragraphs.roles)
        if role.style and role.inside < 0
    ]
    numbered = [(style, number) for style, number in headed if style not in _WITHOUT_NUMBER]
    ranks = ranks_of(numbered)
    plain = unnumbered_rank(headed, ranks)
    outermost = min([plain, *(ranks[style] for style, _ in numbered)])
    nested: dict[int, float] = {}
    last = 0.0
    for index, role in enumerate(paragraphs.roles):
        under_appendix = index > 0 and paragraphs.roles[index - 1].style == "附"
        rank = ranks.get(role.style)
        if role.style == "附":
            rank = UNDER_APPENDIX if under_appendix else APPENDIX
        elif role.style == "跋":
            rank = APPENDIX
        elif role.style == "序":
            rank = outermost
        elif role.style == "无":
            rank = UNDER_APPENDIX if under_appendix else plain
        if role.inside >= 0:  # the first item of the series may not be a heading
            rank = nested.setdefault(role.inside, last + 0.1)
        if rank is not None:
            paragraphs.roles[index] = replace(role, rank=rank)
        if role.kind in ("heading", "run_in"):
            last = paragraphs.roles[index].rank


def _set_wanted(paragraphs: Paragraphs, wanted: Mapping[int, int]) -> None:
    """Make headings of the lines that the edition names, at the levels that it gives."""
    ranks: dict[int, float] = {}
    stack: list[float] = []
    for role in paragraphs.roles:
        if role.kind in ("heading", "run_in"):
            while stack and stack[-1] >= role.rank:
                stack.pop()
            stack.append(role.rank)
            ranks.setdefault(len(stack), role.rank)
    done: set[int] = set()
    for index, line in enumerate(paragraphs.lines):
        if line.number in wanted and line.number not in done:
            done.add(line.number)
            level = wanted[line.number]
            rank = ranks.get(level, ranks.get(level - 1, float(level)) + 0.5)
            paragraphs.roles[index] = Role("heading", rank, 0, len(line.text), style="+")


def _limit_last_sections(paragraphs: Paragraphs) -> None:
    """Limit the last section of a series to as many paragraphs as the others have, if all the others have the same."""
    series: dict[str, list[int]] = {}
    for index, role in [*enumerate(paragraphs.roles), (len(paragraphs.roles), Role("heading"))]:
        for style in list(series):
            outer = (
                role.kind == "run_in" and style != role.style and role.rank < paragraphs.roles[series[style][0]].rank
            )
            if role.kind in ("heading", "salutation", "end") or outer:
                _end_series(paragraphs, series.pop(style), index)
        if role.kind == "run_in" and role.style not in ("——", *ARTICLES):
            series.setdefault(role.style, []).append(index)


def _end_series(paragraphs: Paragraphs, indices: Sequence[int], end: int) -> None:
    gaps = {b - a for a, b in pairwise(indices)}
    between = all(paragraphs.roles[p].kind == "plain" for a, b in pairwise(indices) for p in range(a + 1, b))
    if len(indices) >= 3 and len(gaps) == 1 and between and end - indices[-1] > min(gaps):
        last = indices[-1]
        paragraphs.roles[last] = replace(paragraphs.roles[last], limit=min(gaps))


HEADING_RULES: tuple[tuple[str, Callable[[Paragraphs], None]], ...] = (
    ("what needs no neighbour", _find_plain_cases),
    ("articles of a law", _find_articles),
    ("numbered series", find_numbered_headings),
    ("run-in headings", find_run_in_headings),
    ("headings that come again", find_refrains),
    ("headings without a number", find_unnumbered),
    ("signature and date", find_signature),
    ("depth", _set_ranks),
)
"""In the order in which they run. A rule gives roles to paragraphs that no earlier rule has given one."""
