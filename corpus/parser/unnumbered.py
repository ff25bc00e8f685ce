"""Finds headings without a number, and signatures, by the lines around them."""

from __future__ import annotations

from collections.abc import Sequence

from corpus import corpus_messages
from corpus.corpus_settings import PARSER
from corpus.grammar import line_types
from corpus.parser.roles import Paragraphs, Role
from corpus.text.scripts import has_han

_REFRAIN = range(5, 27)
"""Length in characters of a short sentence that serves as a heading."""


def find_refrains(paragraphs: Paragraphs) -> None:
    """Find refrains: a series of short sentences, each on its own line before a long paragraph (这是…的五年。)."""
    series: list[int] = []
    for index in range(len(paragraphs.lines) + 1):
        is_one = index < len(paragraphs.lines) and _is_refrain(paragraphs, index)
        if is_one and (not series or index == series[-1] + 2):
            series.append(index)
        elif not series or index >= series[-1] + 2 or index == len(paragraphs.lines):
            if len(series) >= (3 if _one_mould(paragraphs, series) else 4):
                for member in series:
                    paragraphs.set(member, "run_in", "无", 0, len(paragraphs.text(member)) - 1)
            series = [index] if is_one else []


def _is_refrain(paragraphs: Paragraphs, index: int) -> bool:
    text = paragraphs.text(index)
    return (
        paragraphs.roles[index].kind == "plain"
        and paragraphs.free[index]
        and not paragraphs.enumerators[index]
        and len(text) in _REFRAIN
        and text.find("。") == len(text) - 1
        and index + 1 < len(paragraphs.lines)
        and len(paragraphs.text(index + 1)) > 50
    )


def _one_mould(paragraphs: Paragraphs, series: Sequence[int]) -> bool:
    texts = [paragraphs.text(index) for index in series]
    return len({text[:2] for text in texts}) == 1 or len({text[-3:] for text in texts}) == 1


def find_unnumbered(paragraphs: Paragraphs) -> None:
    """Find short lines among paragraphs that end with full stops, and 序言 and the like anywhere.

    Find nothing if the format marks headings.
    """
    if any(line.level for line in paragraphs.lines):
        return
    prose = [line.text for line in paragraphs.lines if _is_prose(line.text) and not line.kind]
    ended = sum(text[-1] in "。!?;:…”’\"')）,." for text in prose)
    clean = len(prose) >= 3 and ended >= 0.85 * len(prose)
    short = _short_titles(paragraphs) if clean else frozenset()
    bracketed = sum(line_types.is_bracketed(line.text) for line in paragraphs.lines) >= 2
    for index, line in enumerate(paragraphs.lines):
        if paragraphs.roles[index].kind != "plain" or not paragraphs.free[index] or paragraphs.enumerators[index]:
            continue
        if line_types.is_unnumbered_part(line.text) and index + 1 < len(paragraphs.lines):
            paragraphs.set(index, "heading", "序", 0, len(line.text))
        elif line_types.is_back_matter(line.text) and index + 1 < len(paragraphs.lines):
            paragraphs.set(index, "heading", "跋", 0, len(line.text))
        elif end := line_types.abstract_end(line.text):
            paragraphs.set(index, "run_in", "序", 0, end, limit=1)
        elif bracketed and line_types.is_bracketed(line.text) and index + 1 < len(paragraphs.lines):
            paragraphs.set(index, "heading", "无", 0, len(line.text))
        elif (clean or _is_under_annex(paragraphs, index)) and (index in short or _could_be_heading(paragraphs, index)):
            paragraphs.set(index, "heading", "无", 0, len(line.text))
            if index and paragraphs.roles[index - 1].kind == "heading" and paragraphs.roles[index - 1].style != "附":
                paragraphs.warn(index, corpus_messages.UNNUMBERED_HEADING)


def _is_prose(text: str) -> bool:
    return len(text) > (PARSER.prose if has_han(text) else PARSER.english_prose)


def _short_titles(paragraphs: Paragraphs) -> frozenset[int]:
    """Return the indices of titles as short as a name (教育), if there are several and all differ."""
    indices = [
        index
        for index, line in enumerate(paragraphs.lines)
        if paragraphs.roles[index].kind == "plain"
        and paragraphs.free[index]
        and line_types.is_name(line.text)
        and _could_be_heading(paragraphs, index, named=True)
    ]
    words = {paragraphs.text(index) for index in indices}
    return frozenset(indices) if len(indices) == len(words) >= PARSER.fewest_short_headings else frozenset()


def _is_under_annex(paragraphs: Paragraphs, index: int) -> bool:
    """Return whether the line before is the heading of an appendix (附件1)."""
    return index > 0 and paragraphs.roles[index - 1].style == "附"


def _is_title(text: str) -> bool:
    return line_types.is_plain_title(text) and not line_types.is_rule(text)


def _could_be_heading(paragraphs: Paragraphs, index: int, *, named: bool = False) -> bool:
    line = paragraphs.lines[index]
    if index + 1 >= len(paragraphs.lines) or line_types.is_subtitle(line.text) or not _is_title(line.text):
        return False
    after = paragraphs.lines[index + 1]
    follows = (
        paragraphs.roles[index + 1].kind in ("heading", "run_in")
        or (len(after.text) > PARSER.prose and not line_types.is_plain_title(after.text))
        or after.text[-1] in "。!?"
        or (_is_under_annex(paragraphs, index) and line_types.is_annex(paragraphs.text(index - 1)))
    )
    finished = (
        index == 0
        or paragraphs.text(index - 1)[-1] in "。!?…”’\"').:"
        or paragraphs.roles[index - 1].kind in ("heading", "salutation")
    )
    under = named or _is_under_annex(paragraphs, index)
    if not has_han(line.text):
        apart = (line.after_blank or after.after_blank or under) and not after.text[0].islower()
        plain = line.after_blank and after.after_blank and _is_prose(after.text) and line_types.is_short_line(line.text)
        return finished and follows and apart and (plain or line_types.is_english_title(line.text))
    return finished and follows and "  " not in line.text and (under or not line_types.is_name(line.text))


def find_signature(paragraphs: Paragraphs) -> None:
    """Find the signature: short lines at the end or before an appendix, the last of which is a date."""
    end = next((index for index, role in enumerate(paragraphs.roles) if role.style == "附"), len(paragraphs.lines))
    if end < 2 or not paragraphs.free[end - 1] or not line_types.is_date(paragraphs.text(end - 1)):
        return
    start = end - 1
    while start > 1 and end - start < 4 and _may_sign(paragraphs, start - 1):
        start -= 1
    for index in range(start, end):
        paragraphs.roles[index] = Role("end")


def _may_sign(paragraphs: Paragraphs, index: int) -> bool:
    role = paragraphs.roles[index]
    return (
        paragraphs.free[index]
        and not paragraphs.enumerators[index]
        and role.kind in ("plain", "heading")
        and role.style in ("", "无")
        and line_types.is_signature(paragraphs.text(index))
    )
