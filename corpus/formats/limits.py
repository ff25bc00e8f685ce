"""How much a file may hold. What exceeds these is refused with a word, before it can fill the memory."""

from __future__ import annotations

MOST_BYTES = 256 << 20
"""Bytes of a file."""
MOST_UNPACKED = 512 << 20
"""Bytes of all that a ZIP file (DOCX, EPUB) unpacks to."""
MOST_PART = 64 << 20
"""Bytes of one XML or HTML part of it. lxml needs some ten times that."""
HIGHEST_RATIO = 200
"""Bytes unpacked for each byte of a ZIP file. Text packs 3 to 20 times; a bomb a thousand times."""
SMALL = 16 << 20
"""Bytes unpacked for which the ratio does not matter."""
MOST_PARTS = 20_000
"""Files in a ZIP file."""
MOST_PAGES = 20_000
"""Pages of a PDF."""
MOST_CHARACTERS = 40_000_000
"""Of extracted text; the Bible in Chinese has one million."""
