"""The documents that can be read now: what is known of all of them at once, and each of them when it is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Document, Passage
from index.searcher import Index


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A document in a list."""

    name: str
    passages: int
    size: int
    """Bytes of the file."""
    sha256: str
    """Of the file."""


@dataclass(frozen=True)
class Catalog:
    """Some documents. A large index has hundreds; nothing here parses more than what is asked for."""

    listed: tuple[CatalogEntry, ...]
    documents: Sequence[Document]
    """In the order of `listed`; of an index, each is read when it is asked for."""
    index: Index | None
    """Where they are stored; None where they are all in memory."""

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Catalog:
        """Return documents that are in memory."""
        some = tuple(documents)
        listed = (
            CatalogEntry(document.name, len(document.passages), len(document.text), document.sha256)
            for document in some
        )
        return cls(tuple(listed), some, None)

    @classmethod
    def of_index(cls, index: Index) -> Catalog:
        """Return the documents of an index."""
        files = index.manifest.files
        listed = (
            CatalogEntry(record.name, record.passages, files[f"documents/{record.id}.bin"].bytes, record.sha256)
            for record in index.manifest.documents
        )
        return cls(tuple(listed), index.documents, index)

    def get(self, name: str) -> Document | None:
        """Return the document of a name; None where there is none. Raises StoreError as `index.documents` does."""
        for number, listed in enumerate(self.listed):
            if listed.name == name:
                return self.documents[number]
        return None

    def named(self, names: Iterable[str]) -> list[Document]:
        """Return the documents of these names, as far as there are any."""
        found = (self.get(name) for name in dict.fromkeys(names))
        return [document for document in found if document is not None]

    def find(self, passage_id: str) -> tuple[Document, Passage] | None:
        """Return a passage with its document; None where there is none of that id, or it is none."""
        if self.index is not None:
            is_id = len(passage_id) == 16 and all(digit in "0123456789abcdef" for digit in passage_id)
            row = self.index.row_of(passage_id) if is_id else None
            return None if row is None else self.index.passages[row]
        for document in self.documents:
            for passage in document.passages:
                if passage.id == passage_id:
                    return document, passage
        return None
