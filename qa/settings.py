"""Every tunable, with its unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How the engine asks."""

    top: int = 3
    """Hits in an answer, and nearest passages of a not-found, at most."""
    candidates: int = 100
    """Passages that are compared token by token: as many from FAISS, and as many from BM25."""
    longest_question: int = 2000
    """Characters; a longer question is rejected."""
