"""Groups checked quotations by what a person has to do about them, and counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

from corpus.message import Message
from qa import check_report_messages, qa_messages
from qa.quotations.checker import Check

Group = Literal["misattributed", "altered", "absent", "level", "crosses", "exact", "too_short"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""The most severe first."""
SIGNS: dict[Group, str] = dict(zip(GROUPS, "⇄≠✕≈✓✓–", strict=True))
"""Stands before the words of a verdict, so that no colour has to be seen."""
_SAID: tuple[Group, ...] = ("exact", "crosses", "level", "altered", "misattributed", "absent", "too_short")


def group_of(check: Check) -> Group:
    """Return the group of a check."""
    if check.misattributed:
        return "misattributed"
    return "level" if check.only == "quote_level" else check.verdict


def verdict_of(check: Check) -> Message:
    """Return the verdict in words: of a misattributed quotation, that it is, and whether it is exact."""
    if check.misattributed and check.attribution:
        return _both((check.attribution, check.message), "", " ")
    return check.message


def counts(checks: Iterable[Check]) -> list[tuple[Group, int, Message]]:
    """Return each group that has some, with their number and what is said of it: 4 有出入（1 数字、2 标点）."""
    return counts_of((group_of(check), check.kinds[0] if check.kinds else "") for check in checks)


def counts_of(judged: Iterable[tuple[str, str]]) -> list[tuple[Group, int, Message]]:
    """Return what `counts` does for the group and the most important kind of difference of each check."""
    grouped: dict[str, Counter[str]] = {}
    for group, kind in judged:
        grouped.setdefault(group, Counter())[kind] += 1
    return [(group, grouped[group].total(), _counted(group, grouped[group])) for group in _SAID if group in grouped]


def _counted(group: Group, kinds: Counter[str]) -> Message:
    said = _number_of(kinds.total(), check_report_messages.GROUPS[group])
    if group != "altered":
        return said
    parts = [
        _of_kind(count, qa_messages.DIFFERENCES[kind])
        for kind, count in kinds.most_common()
        if kind in qa_messages.DIFFERENCES
    ]
    if not parts:
        return said
    shown = joined(parts, check_report_messages.SEPARATOR)
    return Message(zh=said.zh + "（" + shown.zh + "）", en=said.en + " (" + shown.en + ")")


def _of_kind(count: int, kind: Message) -> Message:
    """Return how many differ in something: 1 数字. In English it stands last: no plural is needed."""
    return Message(zh=" ".join((str(count), kind.zh)), en=": ".join((kind.en, str(count))))


def _number_of(count: int, what: Message) -> Message:
    return joined((Message(zh=str(count), en=str(count)), what), " ")


def joined(parts: Iterable[Message], between: Message | str) -> Message:
    """Return messages one after the other."""
    if isinstance(between, str):
        return _both(parts, between, between)
    return _both(parts, between.zh, between.en)


def _both(parts: Iterable[Message], chinese: str, english: str) -> Message:
    several = list(parts)
    return Message(zh=chinese.join(part.zh for part in several), en=english.join(part.en for part in several))
