"""What a paragraph is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from corpus.grammar.enumerators import Enumerator, Shape, enumerator_of, shape_of
from corpus.message import Message
from corpus.parser.lines import Line

ARTICLES = ("条", "article", "原则")
"""Styles of articles of a law: under one, numbers are items of a list."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a paragraph is."""

    kind: Literal["plain", "heading", "run_in", "salutation", "close", "end"] = "plain"
    """`heading`: a title by itself. `run_in`: a paragraph that opens with its own title (a run-in heading).
    `salutation`: who is addressed. `close`: a numbered paragraph without a title; it ends the sections of its series.
    `end`: a signature."""
    rank: float = 0
    """Depth among the kinds of heading: a kind nests in those of smaller rank."""
    start: int = 0
    """Where the title starts and ends in the folded paragraph."""
    end: int = 0
    limit: int = 0
    """How many paragraphs the section may hold; 0 for no limit."""
    style: str = ""
    """How it counts (`corpus.grammar.enumerators`). `#`: marked by the format; `附`: an appendix; `序`, `跋` and `无`
    have no number."""
    inside: int = -1
    """The first place of its series, where that stands in an item of another series of its style."""


@dataclass(frozen=True, slots=True)
class UncertainRole:
    """A paragraph whose role the rules were not sure of."""

    index: int
    message: Message


@dataclass(slots=True)
class Paragraphs:
    """The lines of a work with what is known of each so far."""

    lines: Sequence[Line]
    free: list[bool]
    """The grammar may decide; not so for what the format or an edition settles."""
    enumerators: list[Enumerator | None]
    shapes: list[tuple[Shape, int]]
    """And where the title ends; of use where there is a mark."""
    roles: list[Role]
    uncertain: list[UncertainRole] = field(default_factory=list)

    @classmethod
    def of(cls, lines: Sequence[Line], *, settled: frozenset[int]) -> Paragraphs:
        """Read the lines; `settled` are the numbers of those that an edition decides."""
        free = [not (line.kind or line.level or line.number in settled) for line in lines]
        enumerators = [enumerator_of(line.text) if may else None for line, may in zip(lines, free, strict=True)]
        none: tuple[Shape, int] = ("long", 0)
        shapes = [
            shape_of(line.text, enumerator) if enumerator else none
            for line, enumerator in zip(lines, enumerators, strict=True)
        ]
        return cls(lines, free, enumerators, shapes, [Role() for _ in lines])

    def text(self, index: int) -> str:
        return self.lines[index].text

    def number(self, index: int) -> int:
        enumerator = self.enumerators[index]
        return enumerator.number if enumerator else 0

    def style(self, index: int) -> str:
        enumerator = self.enumerators[index]
        return enumerator.style if enumerator else ""

    def words_from(self, index: int) -> int:
        """Where the words after the number begin."""
        enumerator = self.enumerators[index]
        return enumerator.end if enumerator else 0

    def set(
        self, index: int, kind: Literal["heading", "run_in"], style: str, start: int, end: int, limit: int = 0
    ) -> None:
        self.roles[index] = Role(kind, 0, start, end, limit, style)

    def warn(self, index: int, message: Message) -> None:
        """Note that the rules were not sure here."""
        self.uncertain.append(UncertainRole(index, message))
