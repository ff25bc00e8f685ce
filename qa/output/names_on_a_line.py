"""Names of documents on one line, as `index list` prints them and as a person types them."""

from __future__ import annotations

from collections.abc import Sequence


def one_line(name: str) -> str:
    """Return a name for a tab-separated line: tabs and line ends are escaped as in Python."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def as_stored(given: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the documents' names for those that a person gives: as they are, or as `index list` prints them."""
    printed = {one_line(name): name for name in names}
    return [name if name in names else printed.get(name, name) for name in given]
