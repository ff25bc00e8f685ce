"""What a pass of the parser receives beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.parser.lines import Line


class JoinRule(Protocol):
    """Decides which lines make up one paragraph."""

    def goes_on(self, parts: Sequence[Line], line: Line) -> bool:
        """Return whether `line` continues the paragraph that consists of `parts` so far."""


@dataclass(frozen=True, slots=True)
class Context:
    """What all passes over the lines of one work share."""

    text: str
    """The source; the lines hold spans of it."""
    spread: bool
    """A blank stands between all ideographs and has no meaning."""
    fixed: frozenset[int]
    """Numbers of the lines that an edition decides about; no pass joins them with others."""
    whole_paragraphs: bool
    """The format gives whole paragraphs (DOCX, HTML): no line is broken."""
    wrap: JoinRule | None
    """The rule that joins lines wrapped at a width; None if the file is not wrapped."""
