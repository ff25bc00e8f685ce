"""How many examples a property is tried with, where one of them takes long."""

from __future__ import annotations

import os


def budget(examples: int) -> int:
    """Return `examples`; a quarter of them for `make quick`."""
    return max(examples // 4, 5) if os.environ.get("HYPOTHESIS_PROFILE") == "quick" else examples
