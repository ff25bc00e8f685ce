"""The catalog: names, sizes and works of all documents, and each document itself when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Document, Metadata, Passage
from corpus.source import Source
from index.backend import AnyIndex
from index.chunks import title_of
from index.origin import Origin
from index.storage.sources import fetch, works_of


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One line of a document list."""

    name: str
    title: str
    """The titles of its works, with blanks between them."""
    passages: int
    """The number of its passages."""
    size: int
    """Bytes of the file; of a document in memory, code points of its text."""
    sha256: str
    """Of the file."""
    works: tuple[Metadata, ...] = ()
    """What is known of its works, in order; empty if that was not stored."""
    folder: str = ""
    """A digest of the folder it was added from (`index/origin.py`); empty if it was not kept."""
    folder_name: str = ""


@dataclass(frozen=True, eq=False)
class Catalog:
    """All documents, in one state. A large index has hundreds of them; a document is parsed when it is first read."""

    entries: tuple[CatalogEntry, ...]
    documents: Sequence[Document]
    """In the order of `entries`; documents of an index are read on first use."""
    index: AnyIndex | None
    """The index that stores the documents; None if all are in memory."""

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Catalog:
        """Return a catalog of documents in memory."""
        in_memory = tuple(documents)
        entries = (
            CatalogEntry(
                document.name,
                _titles(title_of(document), document.name),
                len(document.passages),
                len(document.text),
                document.sha256,
                document.metadata,
            )
            for document in in_memory
        )
        return cls(tuple(entries), in_memory, None)

    @classmethod
    def of_index(cls, index: AnyIndex) -> Catalog:
        """Return a catalog of the documents of an index."""
        works = works_of(index.database)
        origins = (Origin.parse(stored.origin) for stored in index.manifest.documents)
        entries = (
            CatalogEntry(
                stored.name,
                _titles(stored.title, stored.name),
                stored.passages,
                stored.bytes,
                stored.sha256,
                works.get(stored.id, ()),
                next(iter(origin.folders), ""),
                origin.folder_name,
            )
            for stored, origin in zip(index.manifest.documents, origins, strict=True)
        )
        return cls(tuple(entries), index.documents, index)

    @property
    def size(self) -> int:
        """The sum of `CatalogEntry.size` over all documents."""
        return sum(entry.size for entry in self.entries)

    def get(self, name: str) -> Document | None:
        """Return the document with this name; None if there is none. Raises StoreError as `index.documents` does."""
        for number, entry in enumerate(self.entries):
            if entry.name == name:
                return self.documents[number]
        return None

    def source(self, name: str) -> Source | None:
        """Return the stored file of the document with this name; None if there is none, or all are in memory.

        Raises IndexCorrupt if it was altered, StoreError if it cannot be read.
        """
        if self.index is not None:
            for record in self.index.manifest.documents:
                if record.name == name:
                    return fetch(self.index.database, record)
        return None

    def named(self, names: Iterable[str]) -> list[Document]:
        """Return the documents with these names, each once. A name without a document is skipped."""
        found = (self.get(name) for name in dict.fromkeys(names))
        return [document for document in found if document is not None]

    def find(self, passage_id: str) -> tuple[Document, Passage] | None:
        """Return the passage with this id and its document; None if there is none."""
        if self.index is not None:
            is_id = len(passage_id) == 16 and all(digit in "0123456789abcdef" for digit in passage_id)
            with self.index.damage_named():
                row = self.index.row_of(passage_id) if is_id else None
                return None if row is None else self.index.passages[row]
        for document in self.documents:
            for passage in document.passages:
                if passage.id == passage_id:
                    return document, passage
        return None


def _titles(title: str, name: str) -> str:
    """Return the titles in a document's `title_of`."""
    return title.removeprefix(name).strip()
