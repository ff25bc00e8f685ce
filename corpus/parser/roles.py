"""What a paragraph is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from corpus.grammar.enumerators import Enumerator, Shape, mark_of, shape_of
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
class Unsure:
    """A paragraph whose role the rules were not sure of."""

    place: int
    message: Message


@dataclass(slots=True)
class Lines:
    """The lines of a work with what is known of each so far."""

    lines: Sequence[Line]
    free: list[bool]
    """The grammar may decide; not so for what the format or an edition settles."""
    marks: list[Enumerator | None]
    shapes: list[tuple[Shape, int]]
    """And where the title ends; of use where there is a mark."""
    roles: list[Role]
    unsure: list[Unsure] = field(default_factory=list)

    @classmethod
    def of(cls, lines: Sequence[Line], *, settled: frozenset[int]) -> Lines:
        """Read the lines; `settled` are the numbers of those that an edition decides."""
        free = [not (line.kind or line.level or line.number in settled) for line in lines]
        marks = [mark_of(line.text) if may else None for line, may in zip(lines, free, strict=True)]
        none: tuple[Shape, int] = ("long", 0)
        shapes = [shape_of(line.text, mark) if mark else none for line, mark in zip(lines, marks, strict=True)]
        return cls(lines, free, marks, shapes, [Role() for _ in lines])

    def text(self, place: int) -> str:
        return self.lines[place].text

    def number(self, place: int) -> int:
        mark = self.marks[place]
        return mark.number if mark else 0

    def style(self, place: int) -> str:
        mark = self.marks[place]
        return mark.style if mark else ""

    def words_from(self, place: int) -> int:
        """Where the words after the number begin."""
        mark = self.marks[place]
        return mark.end if mark else 0

    def set(
        self, place: int, kind: Literal["heading", "run_in"], style: str, start: int, end: int, limit: int = 0
    ) -> None:
        self.roles[place] = Role(kind, 0, start, end, limit, style)

    def warn(self, place: int, message: Message) -> None:
        """Note that the rules were not sure here."""
        self.unsure.append(Unsure(place, message))
