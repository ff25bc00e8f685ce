"""The documents that can be read now: their names and sizes at once, and each document when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Document, Passage
from index.searcher import Index


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What a list shows of a document."""

    name: str
    passages: int
    """The number of its passages."""
    size: int
    """Bytes of the file; of a document in memory, code points of its text."""
    sha256: str
    """Of the file."""


@dataclass(frozen=True)
class Catalog:
    """All documents. A large index has hundreds of them; only those that are asked for are parsed."""

    entries: tuple[CatalogEntry, ...]
    documents: Sequence[Document]
    """In the order of `entries`; those of an index are read when they are asked for."""
    index: Index | None
    """Where the documents are stored; None where all are in memory."""

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Catalog:
        """Return a catalog of documents in memory."""
        in_memory = tuple(documents)
        entries = (
            CatalogEntry(document.name, len(document.passages), len(document.text), document.sha256)
            for document in in_memory
        )
        return cls(tuple(entries), in_memory, None)

    @classmethod
    def of_index(cls, index: Index) -> Catalog:
        """Return a catalog of the documents of an index."""
        files = index.manifest.files
        entries = (
            CatalogEntry(stored.name, stored.passages, files[f"documents/{stored.id}.bin"].bytes, stored.sha256)
            for stored in index.manifest.documents
        )
        return cls(tuple(entries), index.documents, index)

    @property
    def size(self) -> int:
        """The sizes of all documents together, as `CatalogEntry.size` counts them."""
        return sum(entry.size for entry in self.entries)

    def get(self, name: str) -> Document | None:
        """Return the document of this name; None where there is none. Raises StoreError as `index.documents` does."""
        for number, entry in enumerate(self.entries):
            if entry.name == name:
                return self.documents[number]
        return None

    def named(self, names: Iterable[str]) -> list[Document]:
        """Return the documents of these names, each once; names without a document are left out."""
        found = (self.get(name) for name in dict.fromkeys(names))
        return [document for document in found if document is not None]

    def find(self, passage_id: str) -> tuple[Document, Passage] | None:
        """Return the passage of this id with its document; None where no passage has it."""
        if self.index is not None:
            is_id = len(passage_id) == 16 and all(digit in "0123456789abcdef" for digit in passage_id)
            row = self.index.row_of(passage_id) if is_id else None
            return None if row is None else self.index.passages[row]
        for document in self.documents:
            for passage in document.passages:
                if passage.id == passage_id:
                    return document, passage
        return None
