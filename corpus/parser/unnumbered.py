"""Headings without a number, and signatures: what only the lines around can tell."""

from __future__ import annotations

from collections.abc import Sequence

from corpus import corpus_messages
from corpus.corpus_settings import PARSER
from corpus.grammar import line_types
from corpus.parser.roles import Lines, Role
from corpus.text.scripts import has_han

_REFRAIN = range(5, 27)
"""Characters of a short sentence that stands for a heading."""


def find_refrains(known: Lines) -> None:
    """Short sentences on lines of their own, a long paragraph after each, time and again: 这是…的五年。"""
    run: list[int] = []
    for place in range(len(known.lines) + 1):
        is_one = place < len(known.lines) and _is_refrain(known, place)
        if is_one and (not run or place == run[-1] + 2):
            run.append(place)
        elif not run or place >= run[-1] + 2 or place == len(known.lines):
            if len(run) >= (3 if _one_mould(known, run) else 4):
                for member in run:
                    known.set(member, "run_in", "无", 0, len(known.text(member)) - 1)
            run = [place] if is_one else []


def _is_refrain(known: Lines, place: int) -> bool:
    text = known.text(place)
    return (
        known.roles[place].kind == "plain"
        and known.free[place]
        and not known.marks[place]
        and len(text) in _REFRAIN
        and text.find("。") == len(text) - 1
        and place + 1 < len(known.lines)
        and len(known.text(place + 1)) > 50
    )


def _one_mould(known: Lines, run: Sequence[int]) -> bool:
    texts = [known.text(place) for place in run]
    return len({text[:2] for text in texts}) == 1 or len({text[-3:] for text in texts}) == 1


def find_unnumbered(known: Lines) -> None:
    """Short lines among paragraphs that end with full stops; 序言 anywhere. None where the format marks headings."""
    if any(line.level for line in known.lines):
        return
    prose = [line.text for line in known.lines if _is_prose(line.text) and not line.kind]
    ended = sum(text[-1] in "。!?;:…”’\"')）,." for text in prose)
    clean = len(prose) >= 3 and ended >= 0.85 * len(prose)
    short = _short_titles(known) if clean else frozenset()
    bracketed = sum(line_types.is_bracketed(line.text) for line in known.lines) >= 2
    for place, line in enumerate(known.lines):
        if known.roles[place].kind != "plain" or not known.free[place] or known.marks[place]:
            continue
        if line_types.front(line.text) and place + 1 < len(known.lines):
            known.set(place, "heading", "序", 0, len(line.text))
        elif line_types.back(line.text) and place + 1 < len(known.lines):
            known.set(place, "heading", "跋", 0, len(line.text))
        elif end := line_types.abstract_end(line.text):
            known.set(place, "run_in", "序", 0, end, limit=1)
        elif bracketed and line_types.is_bracketed(line.text) and place + 1 < len(known.lines):
            known.set(place, "heading", "无", 0, len(line.text))
        elif (clean or _is_under_annex(known, place)) and (place in short or _could_be_heading(known, place)):
            known.set(place, "heading", "无", 0, len(line.text))
            if place and known.roles[place - 1].kind == "heading" and known.roles[place - 1].style != "附":
                known.warn(place, corpus_messages.UNNUMBERED_HEADING)


def _is_prose(text: str) -> bool:
    return len(text) > (PARSER.prose if has_han(text) else PARSER.english_prose)


def _short_titles(known: Lines) -> frozenset[int]:
    """Return the places of lines as short as a name (教育) that are titles: several, all of them different."""
    places = [
        place
        for place, line in enumerate(known.lines)
        if known.roles[place].kind == "plain"
        and known.free[place]
        and line_types.is_name(line.text)
        and _could_be_heading(known, place, named=True)
    ]
    words = {known.text(place) for place in places}
    return frozenset(places) if len(places) == len(words) >= PARSER.fewest_short_headings else frozenset()


def _is_under_annex(known: Lines, place: int) -> bool:
    """Say whether the line before is 附件1, without a title of its own."""
    return place > 0 and known.roles[place - 1].style == "附"


def _is_title(text: str) -> bool:
    return line_types.is_plain_title(text) and not line_types.is_rule(text)


def _could_be_heading(known: Lines, place: int, *, named: bool = False) -> bool:
    line = known.lines[place]
    if place + 1 >= len(known.lines) or line_types.is_subtitle(line.text) or not _is_title(line.text):
        return False
    after = known.lines[place + 1]
    follows = (
        known.roles[place + 1].kind in ("heading", "run_in")
        or (len(after.text) > PARSER.prose and not line_types.is_plain_title(after.text))
        or after.text[-1] in "。!?"
        or (_is_under_annex(known, place) and line_types.is_annex(known.text(place - 1)))
    )
    finished = (
        place == 0
        or known.text(place - 1)[-1] in "。!?…”’\"').:"
        or known.roles[place - 1].kind in ("heading", "salutation")
    )
    under = named or _is_under_annex(known, place)
    if not has_han(line.text):
        apart = (line.after_blank or after.after_blank or under) and not after.text[0].islower()
        plain = line.after_blank and after.after_blank and _is_prose(after.text) and line_types.is_short_line(line.text)
        return finished and follows and apart and (plain or line_types.is_english_title(line.text))
    return finished and follows and "  " not in line.text and (under or not line_types.is_name(line.text))


def find_signature(known: Lines) -> None:
    """Who signs, and the date: short lines at the end or before an appendix, the last of them a date."""
    end = next((place for place, role in enumerate(known.roles) if role.style == "附"), len(known.lines))
    if end < 2 or not known.free[end - 1] or not line_types.is_date(known.text(end - 1)):
        return
    start = end - 1
    while start > 1 and end - start < 4 and _may_sign(known, start - 1):
        start -= 1
    for place in range(start, end):
        known.roles[place] = Role("end")


def _may_sign(known: Lines, place: int) -> bool:
    role = known.roles[place]
    return (
        known.free[place]
        and not known.marks[place]
        and role.kind in ("plain", "heading")
        and role.style in ("", "无")
        and line_types.is_signature(known.text(place))
    )
