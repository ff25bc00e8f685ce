"""Every tunable, with its unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How the engine asks."""

    top: int = 3
    """Hits in an answer, and nearest passages of a not-found, at most."""
    bar: float = 0.15
    """The confidence, 0 to 1, from which a passage is shown as an answer. Low, because a passage that does not
    answer is seen through at a glance, and one that is withheld is not."""
    longest_question: int = 2000
    """Characters; a longer question is rejected."""
