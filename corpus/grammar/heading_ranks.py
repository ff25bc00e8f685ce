"""Ranks of the kinds of headings: how deep each is, in general and in one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

APPENDIX = 5.0
"""Rank of 附件 and 注释, which stand beside the text and not in its last section."""
UNDER_APPENDIX = 6.0
_ORDER = (
    "part", "编", "分编", "chapter", "章", "节", "I.", "A.", "壹、", "甲、", "一、", "(一)", "1.", "(甲)", "1.1",
    "1.1.1", "(1)", "(a)", "①", "步骤", "section", "条", "article", "原则", "第一,", "一是", "——",
)  # fmt: skip
_RANKS = {style: 20.0 + index for index, style in enumerate(_ORDER)}
_SWAPS = (
    ("一、", "(一)"),
    ("一、", "1."),
    ("一、", "(甲)"),
    ("甲、", "一、"),
    ("甲、", "(一)"),
    ("甲、", "1."),
    ("(一)", "(甲)"),
    ("1.", "(甲)"),
    ("(一)", "1."),
    ("section", "article"),
    ("I.", "section"),
    ("A.", "I."),
    ("一、", "步骤"),
    ("(一)", "步骤"),
    ("1.", "步骤"),
    ("A.", "1."),
)
"""Pairs of styles of which either may be the outer one."""

_RUN_IN_STYLES = ("——", "一是", "第一,")


def format_rank(level: int) -> float:
    """Return the rank of a heading that the format marks at a level."""
    return 10.0 + level


def ranks_of(numbered: Sequence[tuple[str, int]]) -> dict[str, float]:
    """Return the rank of each style. A style that starts again after each heading of another is the inner one."""
    ranks = dict(_RANKS)
    for outer, inner in _SWAPS:
        if _restarts(numbered, outer, inner) < 2 <= _restarts(numbered, inner, outer) and ranks[outer] < ranks[inner]:
            ranks[outer] = ranks[inner] + 0.5
    return ranks


def unnumbered_rank(all_headings: Sequence[tuple[str, int]], ranks: Mapping[str, float]) -> float:
    """Return the rank of headings without a number.

    They are outside the numbered headings if those start again under each of them, or all stand under the last.
    Otherwise they are inside the innermost style whose numbers continue after them.
    """
    present = sorted({ranks[style] for style, _ in all_headings if style in ranks and style not in _RUN_IN_STYLES})
    if not present:
        return 25.5
    outermost = next(style for style, rank in ranks.items() if rank == present[0])
    styles = [style for style, _ in all_headings]
    indices = [
        index for index, style in enumerate(styles) if style == "无" and "附" not in styles[max(index - 1, 0) : index]
    ]
    first = next(index for index, (style, _) in enumerate(all_headings) if style == outermost)
    before = sum(index < first for index in indices)
    all_before = 2 <= before == len(indices) and "#" not in styles
    if before and (all_before or _restarts(all_headings, "无", outermost) >= 1):
        return 7.0
    return max((ranks[style] for style in _around_unnumbered(all_headings)), default=present[0]) + 0.25


def _around_unnumbered(all_headings: Sequence[tuple[str, int]]) -> set[str]:
    """Return the styles whose numbers continue across a heading without a number: （三） … （四）."""
    last: dict[str, int] = {}
    between: set[str] = set()
    styles: set[str] = set()
    for style, number in all_headings:
        if style == "无":
            between |= last.keys()
        elif style in _RANKS and style not in _RUN_IN_STYLES:
            if style in between and number == last[style] + 1:
                styles.add(style)
            between.discard(style)
            last[style] = number
    return styles


def _restarts(numbered: Sequence[tuple[str, int]], outer: str, inner: str) -> int:
    """Return how often `inner` starts again with one after an `outer`, minus how often it counts on across one."""
    restarts, seen, crossed = 0, False, False
    for style, number in numbered:
        if style == outer:
            crossed = seen
        elif style == inner:
            if crossed:
                restarts += 1 if number == 1 else -1
            seen, crossed = True, False
    return restarts
