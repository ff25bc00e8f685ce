"""How much a file may hold. What exceeds these is refused with a word, before it can fill the memory."""

from __future__ import annotations
