"""Where a document came from, as its record keeps it: digests, and its folder's name. No path of the user's is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

_SEPARATOR = "\n"
_NAME = "="
"""Begins the line with a folder's name. Earlier versions take that line for the digest of one more folder."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from."""

    place: str
    """A digest or other id of the place; a document from the same place replaces it. Empty for the shipped text."""
    content: str = ""
    """A digest of the bytes that were read there, and of the version that read them; empty if that was not kept."""
    folders: tuple[str, ...] = ()
    """The digests of the folders around it, the innermost first; empty if they were not kept."""
    folder_name: str = ""
    """The name of the innermost folder, in one line; empty if it was not kept."""

    @classmethod
    def parse(cls, origin: str) -> Self:
        """Return the origin in a record. Those of earlier versions have the place alone."""
        place, _, rest = origin.partition(_SEPARATOR)
        content, *lines = rest.split(_SEPARATOR)
        folders = tuple(line for line in lines if not line.startswith(_NAME))
        return cls(place, content, folders, next((line[len(_NAME) :] for line in lines if line.startswith(_NAME)), ""))

    def __str__(self) -> str:
        if not self.content:
            return self.place
        named = (f"{_NAME}{self.folder_name}",) if self.folder_name else ()
        return _SEPARATOR.join((self.place, self.content, *self.folders, *named))


def digest_of_place(where: str) -> str:
    """Return the digest of a path or another place."""
    return hashlib.sha256(where.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def digest_of_content(version: int, parts: Iterable[bytes | None]) -> str:
    """Return the digest of what was read, as a version of the readers reads it. `parts`: such as file and edition."""
    digest = hashlib.sha256(str(version).encode())
    for part in parts:
        digest.update(b"\0-" if part is None else b"\0+" + hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]
