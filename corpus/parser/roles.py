"""The paragraphs of a work and the role of each: heading, run-in heading, plain text and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from corpus.grammar.enumerators import Enumerator, Shape, enumerator_of, shape_of
from corpus.message import Message
from corpus.parser.lines import Line

ARTICLES = ("条", "article", "原则")
"""Styles of the articles of a law. Numbered lines under an article are items of a list."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a paragraph is, and where its title stands."""

    kind: Literal["plain", "heading", "run_in", "salutation", "close", "end"] = "plain"
    """`heading`: a title by itself. `run_in`: a paragraph that opens with its own title (a run-in heading).
    `salutation`: names who is addressed. `close`: a numbered paragraph without a title, which ends the sections of its
    series. `end`: a line of the signature."""
    rank: float = 0
    """Depth of its kind of heading. A kind nests in the kinds of smaller rank."""
    start: int = 0
    """Where the title starts in the folded paragraph; `end` is where it ends."""
    end: int = 0
    limit: int = 0
    """How many paragraphs the section may hold; 0 for no limit."""
    style: str = ""
    """Its style of enumerator (`corpus.grammar.enumerators`), or `#`: marked by the format; `附`: an appendix; `+`: set
    by an edition; `序`, `跋` and `无`: without a number."""
    inside: int = -1
    """Index of the first item of its series if that is nested in a series of the same style; else -1."""


@dataclass(frozen=True, slots=True)
class UncertainRole:
    """A paragraph whose role the rules were not sure of."""

    index: int
    message: Message


@dataclass(slots=True)
class Paragraphs:
    """The paragraphs of a work, with what the rules have found so far. Methods take an index into `lines`."""

    lines: Sequence[Line]
    free: list[bool]
    """Whether the rules may decide; False where the format or an edition has decided."""
    enumerators: list[Enumerator | None]
    shapes: list[tuple[Shape, int]]
    """The shape, and where the title ends; only meaningful where there is an enumerator."""
    roles: list[Role]
    uncertain: list[UncertainRole] = field(default_factory=list)

    @classmethod
    def of(cls, lines: Sequence[Line], *, settled: frozenset[int]) -> Paragraphs:
        """Return the paragraphs. `settled` has the numbers of the lines that an edition decides about."""
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
        """Return where the words after the enumerator begin."""
        enumerator = self.enumerators[index]
        return enumerator.end if enumerator else 0

    def set(
        self, index: int, kind: Literal["heading", "run_in"], style: str, start: int, end: int, limit: int = 0
    ) -> None:
        self.roles[index] = Role(kind, 0, start, end, limit, style)

    def warn(self, index: int, message: Message) -> None:
        """Record that the rules were not sure about a paragraph."""
        self.uncertain.append(UncertainRole(index, message))
