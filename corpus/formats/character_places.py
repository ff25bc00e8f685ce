"""Finds where the characters of a page's text stand on the page: aligns the text with the characters of the file.

The text was extracted from these very characters, but in reading order, without running heads in the middle, with
hyphens, raised characters and blanks written in another way. So nearly all of it is found again in long runs, each of
which may stand anywhere in the file; what lies between them is short, and stands beside them.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from corpus.corpus_settings import ORIGINALS

Box = tuple[float, float, float, float]
"""Left, top, right and bottom edge on the page, as fractions of its width and height, from its top left corner."""
PlacedCharacter = tuple[str, Box]
_ALIKE = {"\u00ad": "-", "\u2010": "-", "\u2011": "-", "−": "-", "\u0002": "-"}


def place_characters(text: str, characters: Sequence[PlacedCharacter]) -> list[Box | None]:
    """Return the box of each character of `text`, the text of one page; None for blanks and what is not there."""
    wanted = list(_comparable(text))
    there = list(_comparable(character for character, _ in characters))
    found = _Alignment("".join(one for one, _ in wanted), "".join(one for one, _ in there)).found
    boxes: list[Box | None] = [None] * len(text)
    for (_, index), at in zip(wanted, found, strict=True):
        if at >= 0:
            boxes[index] = union(boxes[index], characters[there[at][1]][1])
    return boxes


def union(one: Box | None, other: Box) -> Box:
    """Return the smallest box around two."""
    if one is None:
        return other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _comparable(characters: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield what each character has in common with its other forms, with its index: ⁵ and 5 are alike, and ﬁ and fi."""
    for index, character in enumerate(characters):
        for part in unicodedata.normalize("NFKC", character):
            if not part.isspace():
                yield _ALIKE.get(part, part), index


class _Alignment:
    """Where each character of a text stands in another one; each of the other one is used once."""

    def __init__(self, text: str, other: str) -> None:
        self._text = text
        self._other = other
        self._is_free = [True] * len(other)
        self.found = [-1] * len(text)
        """The index in the other text; -1 for a character that is not there."""
        for length in (32, 12, 6, 3, 2, 1):
            self._match(length)

    def _match(self, length: int) -> None:
        places = self._places(length)
        at = 0
        while at <= len(self._text) - length:
            size, place = self._best(at, length, places.get(self._text[at : at + length], ()))
            for step in range(size):
                self.found[at + step] = place + step
                self._is_free[place + step] = False
            at += size or 1

    def _places(self, length: int) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        free = 0
        for end, is_free in enumerate(self._is_free, start=1):
            free = free + 1 if is_free else 0
            if free >= length:
                places[self._other[end - length : end]].append(end - length)
        return places

    def _best(self, at: int, length: int, places: Sequence[int]) -> tuple[int, int]:
        """Return length and place of the longest run that begins here; of equal ones, the nearest to what is before."""
        if not places or self.found[at] >= 0:
            return 0, 0
        expected = self.found[at - 1] + 1 if at and self.found[at - 1] >= 0 else 0
        middle = bisect_left(places, expected)
        runs = [
            (size, -abs(place - expected), place)
            for place in places[max(middle - ORIGINALS.places_of_run, 0) : middle + ORIGINALS.places_of_run]
            if (size := self._run(at, place)) >= length
            and (length >= ORIGINALS.sure_run or len(places) == 1 or self._is_beside(at, place, size))
        ]
        size, _, place = max(runs, default=(0, 0, 0))
        return size, place

    def _run(self, at: int, place: int) -> int:
        size = 0
        while (
            at + size < len(self._text)
            and place + size < len(self._other)
            and self._text[at + size] == self._other[place + size]
            and self.found[at + size] < 0
            and self._is_free[place + size]
        ):
            size += 1
        return size

    def _is_beside(self, at: int, place: int, size: int) -> bool:
        """Return whether a short run stands where its neighbours do, as far as they are known."""
        before = next(
            (self.found[index] for index in range(at - 1, max(at - 4, -1), -1) if self.found[index] >= 0), None
        )
        after = next((found for found in self.found[at + size : at + size + 3] if found >= 0), None)
        if before is None and after is None:
            return False
        return any(
            distance is not None and 0 <= distance <= ORIGINALS.beside
            for distance in (
                None if before is None else place - before,
                None if after is None else after - place - size + 1,
            )
        )
