"""Reads a fuzzer's bytes as choices, so that a changed byte changes the structure and hardly ever breaks it.

It is our own and not atheris's FuzzedDataProvider, because found cases are replayed where atheris is not installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tests.corpus.test_parse_laws import PIECES

T = TypeVar("T")

NASTY = (
    *"{}\\$&%#_~^\"'`*[]()<>!|=:-+.@,;；",
    *("--", "``", "''", "\n", "\r\n", "  ", "\t", "\u3000", "\0", "\x1b[2J", "\u202e", "\ufffe", "\ud800", "习", "1."),
    *("ER  - ", "TY  - JOUR", "@book{a,", "and", "https://a.b/c", "10.1000/a_{b}", "2021-09-17", "2021年9月", "12-15"),
)
"""Strings that citation forms, Markdown and terminals read as their own."""
_CHARACTERS = "的一是不了人在有甲乙丙丁戊ab1 2。，、；：？！“”（）()\n\n　．.-—…·*#>|[]<&\u2028\x85\ufeff\u200b"


class Choices:
    """A reader of choices. After the last byte each choice is the first of its list."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        """Whether bytes are left."""
        return self._at < len(self._data)

    def byte(self) -> int:
        """Return the next byte; 0 after the last."""
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def take(self, most: int) -> bytes:
        """Return the next bytes, at most `most`."""
        self._at += most
        return self._data[self._at - most : self._at]

    def rest(self) -> bytes:
        """Return all bytes that are left."""
        return self.take(max(len(self._data) - self._at, 0))

    def pick(self, some: Sequence[T]) -> T:
        """Return one of at most 256 items."""
        return some[self.byte() % len(some)]

    def text(self, most: int, pieces: Sequence[str] = PIECES) -> str:
        """Return a string made of at most `most` pieces and characters; a byte 255 ends it."""
        words: list[str] = []
        while self and len(words) < most:
            byte = self.byte()
            if byte == 255:
                break
            if byte < 160:
                words.append(pieces[byte % len(pieces)])
            elif byte < 240:
                words.append(_CHARACTERS[byte % len(_CHARACTERS)])
            else:
                words.append(self.take(4).decode("utf-8", "surrogateescape"))
        return "".join(words)

    def string(self, most: int, pieces: Sequence[str] = PIECES) -> str:
        """Return what is left as UTF-8, or a string of pieces: the first byte says which."""
        how = self.byte() % 8
        if how < 2:
            return self.rest().decode("utf-8", ("replace", "surrogateescape")[how])
        return self.text(most, pieces)
