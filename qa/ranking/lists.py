"""Lists: a passage that opens a list (有下列情形之一的：), and the items that follow it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.qa_settings import UNITS
from qa.ranking.surroundings import Surroundings

_ANNOUNCES = re.compile(r"下列|以下|如下|\bthe following\b|\bas follows\b", re.IGNORECASE)
_SENTENCE_END = "。.!?;…"
_ITEM_END = ";,、"


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list: indices of passages of some surroundings."""

    opener: int
    items: tuple[int, ...]
    """The first passage of each item. An item ends where the next one begins."""
    end: int
    """Where the last item ends."""

    def __contains__(self, index: int) -> bool:
        return self.opener <= index < self.end

    def item_of(self, index: int) -> int:
        """Return the first passage of the item that holds a passage; the opener's own index for the opener."""
        return max((item for item in self.items if item <= index), default=self.opener)


class Lists:
    """The lists among the passages of some surroundings."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._passages = surroundings
        self._known: dict[int, ItemList | None] = {}

    def around(self, index: int) -> Iterator[ItemList]:
        """Yield the lists that a passage opens or is part of, the innermost first."""
        for opener in range(index, -1, -1):
            found = self.opened_by(opener)
            if found is not None and index in found:
                yield found

    def opened_by(self, opener: int) -> ItemList | None:
        """Return the list that a passage opens; None if it opens none."""
        if opener not in self._known:
            self._known[opener] = self._read(opener)
        return self._known[opener]

    def _read(self, opener: int) -> ItemList | None:
        first = opener + 1
        if first >= len(self._passages):
            return None
        if opener < self._passages.first and not self.announces(opener):
            return None  # any heading could be said to open what stands under it
        marker = self._passages.marker(first)
        if marker is None:
            items = self._unmarked(opener) if self.has_colon(opener) else ()
        elif marker.continues(self._passages.marker(opener)) or not self._opens_marked(opener):
            items = ()
        else:
            items = self._marked(opener)
            if len(items) < 2 and not self.has_colon(opener):
                items = ()
        if not items:
            return None
        nested = self.opened_by(items[-1])
        end = nested.end if nested else items[-1] + 1
        while end < len(self._passages) and self._is_body(end, items[-1], opener):
            end += 1
        return ItemList(opener, tuple(items), end)

    def _is_body(self, index: int, item: int, opener: int) -> bool:
        """Return whether a passage is in the section that an item has of its own."""
        section = self._passages.passages[item].section
        return self._passages.passages[index].section is section is not self._passages.passages[opener].section

    def has_colon(self, index: int) -> bool:
        return self._passages.last_character(index) == ":"

    def announces(self, index: int) -> bool:
        """Return whether a passage ends with a colon, or says that a list follows."""
        return self.has_colon(index) or bool(_ANNOUNCES.search(self._passages.ending(index)))

    def _opens_marked(self, opener: int) -> bool:
        """Return whether a passage opens the list of marked items that follows it.

        It announces it, or is no whole sentence (申请人应当提交), or the first item is none (…；).
        """
        if self.has_colon(opener):
            return True
        marker = self._passages.marker(opener + 1)
        return (
            marker is not None
            and marker.number in (0, 1)
            and (
                self.announces(opener)
                or self._passages.last_character(opener) not in _SENTENCE_END
                or self._passages.last_character(opener + 1) in _ITEM_END
            )
        )

    def _marked(self, opener: int) -> list[int]:
        """Return the items that begin with a number or a bullet."""
        items = [opener + 1]
        while (following := self._next_item(opener, items[-1])) is not None:
            items.append(following)
        return items

    def _next_item(self, opener: int, item: int) -> int | None:
        """Return the item after `item`. Between the two may be more paragraphs of a numbered item, or a list in it."""
        own, outer = self._passages.marker(item), self._passages.marker(opener)
        unmarked = 0
        for index in range(item + 1, len(self._passages)):
            marker = self._passages.marker(index)
            if self._is_body(index, item, opener):
                continue
            if marker is None:
                unmarked += 1
                if unmarked > (UNITS.item_paragraphs if own and own.number else 0):
                    return None
            elif marker.continues(own):
                return index
            elif outer and marker.continues(outer):
                return None  # the list in which the opener itself is an item goes on
        return None

    def _unmarked(self, opener: int) -> list[int]:
        """Return the items without number and bullet: the block of lines after the opener, or lines that are alike."""
        first = opener + 1
        if block := self._block(opener):
            return block
        items = [first]
        for index in range(first + 1, len(self._passages)):
            before = self._passages.last_character(index - 1)
            alike = self._is_scrap(index - 1) and self._is_scrap(index)
            if not (before in _ITEM_END or alike) or self._passages.is_apart(index) != self._passages.is_apart(first):
                break
            if self._passages.marker(index) or self.has_colon(index):
                break
            items.append(index)
        return items

    def _block(self, opener: int) -> list[int]:
        """Return the lines from an opener to the next empty line, if empty lines divide the text into blocks.

        HTML and DOCX lists are such blocks: the files do not contain their bullets and numbers.
        """
        passages, first = self._passages, opener + 1
        end = first + 1
        while end < len(passages) and not passages.is_apart(end) and not self.has_colon(end):
            end += 1
        divides = any(passages.is_apart(index) for index in (opener, first, end) if 0 < index < len(passages))
        return list(range(first, end)) if divides and not self.has_colon(first) else []

    def _is_scrap(self, index: int) -> bool:
        """Return whether a passage is a few words without a full stop."""
        short = self._passages.size(index, index + 1) <= UNITS.scrap
        return short and self._passages.last_character(index) not in _SENTENCE_END + ":"
