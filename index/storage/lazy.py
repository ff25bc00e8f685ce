"""Lazy sequences of an opened index: documents, passages, outline. They read files on first use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol, overload

from corpus.document import Document, Passage
from corpus.errors import IndexCorrupt, IndexStale
from index import index_messages
from index.chunks import Heading
from index.index_settings import INDEX
from index.manifest import Manifest
from index.storage.sources import DocumentStore, fetch_document


class Documents(Sequence[Document]):
    """The documents of an index in its order. Each is read on first use; the last few stay in memory."""

    def __init__(self, database: DocumentStore, manifest: Manifest) -> None:
        self._database = database
        self._checksum = manifest.checksum
        self._records = manifest.documents
        self._opened: OrderedDict[int, Document] = OrderedDict()
        self._lock = threading.Lock()
        self.numbers = {record.id: number for number, record in enumerate(manifest.documents)}
        """The number of each document in the manifest's list, by its id."""

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, number: int) -> Document: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Document]: ...
    def __getitem__(self, number: int | slice) -> Document | Sequence[Document]:
        """Raises IndexCorrupt if the file was altered, IndexStale if the index has been changed meanwhile."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        number = range(len(self))[number]
        with self._lock:
            document = self._opened.get(number)
            if document is None:
                document = self._open(number)
            self._opened[number] = document
            self._opened.move_to_end(number)
            while len(self._opened) > 1 and sum(len(one.text) for one in self._opened.values()) > INDEX.kept_characters:
                self._opened.popitem(last=False)
            return document

    def _open(self, number: int) -> Document:
        record = self._records[number]
        try:
            return fetch_document(self._database, record)
        except IndexCorrupt as error:
            if self._database.is_current(self._checksum):
                raise
            message = index_messages.CHANGED_WHILE_OPEN.format(name=record.name)
            raise IndexStale(message, self._database.folder) from error


class Passages(Sequence[tuple[Document, Passage]]):
    """The passage of each row, with its document."""

    def __init__(self, documents: Documents, place: Callable[[int], tuple[int, int]], size: int) -> None:
        """`place` returns the number of a row's document and the number of its passage in it."""
        self._documents = documents
        self._place = place
        self._size = size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, row: int) -> tuple[Document, Passage]: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[tuple[Document, Passage]]: ...
    def __getitem__(self, row: int | slice) -> tuple[Document, Passage] | Sequence[tuple[Document, Passage]]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        number, passage = self._place(range(len(self))[row])
        document = self._documents[number]
        return document, document.passages[passage]

    def __iter__(self) -> Iterator[tuple[Document, Passage]]:
        return (self[row] for row in range(len(self)))


class HasOutline(Protocol):
    """What stores the sections of some documents."""

    def outline(self) -> dict[str, list[Heading]]:
        """Return the sections, by document id."""
        ...


class Outline(Sequence[Heading]):
    """The sections of all documents in reading order; `parent`, `first` and `end` count over all documents.

    The words of a work begin with the name of its document, which may be all that tells two editions apart.
    They are read on first use: most questions refer to no section.
    """

    def __init__(self, manifest: Manifest, segments: Sequence[HasOutline]) -> None:
        self._records = manifest.documents
        self._segments = segments

    @cached_property
    def _headings(self) -> list[Heading]:
        return self.of(range(len(self._records)))

    def of(self, numbers: Collection[int]) -> list[Heading]:
        """Return the sections of some documents, by number; `parent` counts over these sections only."""
        found: list[Heading] = []
        by_document: dict[str, list[Heading]] = {}
        for segment in self._segments:
            by_document |= segment.outline()
        row = 0
        for number, record in enumerate(self._records):
            base = len(found)
            for one in by_document.get(record.id, []) if number in numbers else ():
                parent = None if one.parent is None else one.parent + base
                named = f"{record.name} {one.words}" if parent is None and record.name != one.label else one.words
                found.append(replace(one, parent=parent, words=named, first=one.first + row, end=one.end + row))
            row += record.rows
        return found

    def __len__(self) -> int:
        return len(self._headings)

    @overload
    def __getitem__(self, number: int) -> Heading: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Heading]: ...
    def __getitem__(self, number: int | slice) -> Heading | Sequence[Heading]:
        return self._headings[number]
