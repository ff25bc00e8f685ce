"""What a pass of the parser may know beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.parser.lines import Line


class JoinRule(Protocol):
    """Says which lines are one paragraph."""

    def goes_on(self, parts: Sequence[Line], line: Line) -> bool:
        """Say whether the paragraph that has `parts` so far goes on with `line`."""


@dataclass(frozen=True, slots=True)
class Context:
    """The same for all passes over the lines of one work."""

    text: str
    """The source. Lines hold spans of it."""
    spread: bool
    """Blanks stand between all ideographs and mean nothing."""
    fixed: frozenset[int]
    """Numbers of lines that an edition decides: they are not joined with others."""
    whole_paragraphs: bool
    """The format gives whole paragraphs (DOCX, HTML): no line is broken."""
    wrap: JoinRule | None
    """Joins lines that end at a width; None where they do not."""
