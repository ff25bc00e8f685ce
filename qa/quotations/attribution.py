"""Reads which works the words beside a quotation name, and finds them among the works of the documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.document import Document, Section
from corpus.text.normalise import normalised
from qa.qa_settings import QUOTATIONS

_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_ASIDE = re.compile(r"[（(〔\[][^（）()〔〕\[\]]*[）)〕\]]")
_STATE = "中华人民共和国"
"""Statutes are named with it and without it."""
Work = tuple[int, int | None]
"""The number of a document, and of a work in it; None for all of it."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """What is said of a quotation's source, and what that is among the documents."""

    named: tuple[str, ...]
    """The titles, as they were written."""
    works: frozenset[Work]
    """The works that they name; empty if the documents have none of them."""


def titles_in(text: str) -> list[str]:
    """Return the titles in 《 》 of a text, without the marks, each once."""
    return list(dict.fromkeys(title.strip() for title in _TITLE.findall(text) if title.strip()))


class Catalogue:
    """The names of the works of some documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    @cached_property
    def _names(self) -> Mapping[str, frozenset[Work]]:
        """The works of each name, as `_plain` has it: titles, and the names of the documents."""
        names: dict[str, set[Work]] = {}
        for number, document in enumerate(self._documents):
            own: list[tuple[str, int | None]] = [(document.name, None)]
            for row, work in enumerate(document.works):
                own += [(work.label, row), (document.about(work).title.text, row)]
            for name, place in own:
                if plain := _plain(name):
                    names.setdefault(plain, set()).add((number, place))
        return {name: frozenset(works) for name, works in names.items()}

    def read(self, text: str) -> Attribution | None:
        """Return what a text beside a quotation names: titles in 《 》, else known titles and names; None for none."""
        titles = titles_in(text)
        if titles:
            return Attribution(tuple(titles), frozenset().union(*map(self._works, titles)))
        plain = normalised(text)
        known = [name for name in self._names if len(name) >= QUOTATIONS.shortest_name and _stands_in(name, plain)]
        longest = [name for name in known if not any(name != other and name in other for other in known)]
        if not longest:
            return None
        works = frozenset[Work]().union(*(self._names[name] for name in longest))
        return Attribution(tuple(map(self._written, longest)), works)

    def _written(self, plain: str) -> str:
        """Return a name as its document has it."""
        number, row = min(self._names[plain], key=lambda work: (work[0], work[1] or 0))
        document = self._documents[number]
        return document.name if row is None else document.works[row].label

    def _works(self, title: str) -> frozenset[Work]:
        """Return the works that a title names: equal ones, else those that have it in theirs, else abbreviated ones."""
        plain = _plain(title)
        if not plain:
            return frozenset()
        if plain in self._names:
            return self._names[plain]
        holding = [
            name for name in self._names if plain in name or (len(name) >= QUOTATIONS.shortest_name and name in plain)
        ]
        shortened = holding or [name for name in self._names if _shortens(plain, name)]
        return frozenset[Work]().union(*(self._names[name] for name in shortened))


def agrees(works: Iterable[Work], document: int, own: Sequence[Section], at: Iterable[Section | None]) -> bool:
    """Return whether a place in a document, whose works are `own`, lies in one of some works."""
    rows = {row for number, row in works if number == document}
    return None in rows or any(work is own[row] for row in rows if row is not None for work in at)


def _plain(name: str) -> str:
    """Return a name for comparison: without brackets, blanks and marks, simplified, in small letters."""
    plain = "".join(filter(str.isalnum, normalised(_ASIDE.sub("", name)) or normalised(name)))
    return plain.removeprefix(_STATE) or plain


def _stands_in(name: str, text: str) -> bool:
    """Return whether a name, blanks and marks aside, stands in a text, in Latin script as a whole word."""
    letters = "".join(filter(str.isalnum, text))
    if name not in letters:
        return False
    if not name.isascii():
        return True
    spaced = r"[\W_]*".join(map(re.escape, name))
    return bool(re.search(rf"(?<![a-z0-9]){spaced}(?![a-z0-9])", text))


def _shortens(short: str, name: str) -> bool:
    """Return whether 个保法 is short for 个人信息保护法: its characters in order, the first and the last ones too."""
    if not QUOTATIONS.shortest_abbreviation <= len(short) < len(name):
        return False
    characters = iter(name)
    return short[0] == name[0] and short[-1] == name[-1] and all(one in characters for one in short)
