"""The interface of an index: what `qa/` and `web/` ask of one, wherever it is stored.

Two implementations: a folder (`index/searcher.py`, `index/library.py`: the default) and a Milvus server
(`index/milvus/`). `index/backends.py` opens either.

A row is a chunk. Rows are numbered from 0 on, document by document in the manifest's order, and each document's in
reading order: row = first row of its document + number of the chunk. A number holds for one state of an index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
import numpy.typing as npt

from corpus.bibliography.edition import CitationFields
from corpus.document import Document, Passage
from corpus.source import Source
from index.encoders.base import Embedder, Encoded
from index.encoders.centering import CommonComponents
from index.location import Location
from index.manifest import Manifest
from index.query import WeightedQuery
from index.search.token_vectors import TokenRows
from index.storage.lazy import Outline
from index.storage.sources import DocumentStore

if TYPE_CHECKING:
    from index.intake import DocumentChange, NewDocument

RowNumbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The rows that may answer a question, in row order."""

    rows: RowNumbers
    """Shape (candidates,): ascending."""
    lexical: npt.NDArray[np.float32]
    """Shape (candidates,), 0 to 1: `Lexical.scores`."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of numbers about some rows, each of shape (rows,)."""

    documents: npt.NDArray[np.int64]
    """The number of the document in the manifest's list."""
    passages: npt.NDArray[np.int64]
    """An id for each passage, ascending: the rows of one passage share it."""
    sections: npt.NDArray[np.int64]
    """An id for each innermost section: its rows share it."""
    section_lengths: npt.NDArray[np.int64]
    """The number of characters directly in that section."""
    years: npt.NDArray[np.int64]
    """The year in the headings above the row; 0 for none."""

    def take(self, places: npt.NDArray[np.int64]) -> Rows:
        """Return a selection of these rows, by position, in the given order."""
        return Rows(*(getattr(self, field.name)[places] for field in fields(Rows)))


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that the two searches for a question found, the best of each first."""

    closest: RowNumbers
    """Shape (rows,): by meaning."""
    sharing: RowNumbers
    """Shape (rows,): by BM25."""

    def best(self, limit: int) -> RowNumbers:
        """Return the first `limit` rows of both, ascending."""
        return np.union1d(self.closest[:limit], self.sharing[:limit]).astype(np.int64)


class AnyLexical(Protocol):
    """BM25 over the rows of an index (`index/search/lexical.py` has the meaning of each method)."""

    size: int

    def weights(self, terms: Iterable[str]) -> Mapping[str, float]: ...
    def has(self, term: str) -> bool: ...
    def known(self, wanted: Iterable[str]) -> frozenset[str]: ...
    def at(self, query: WeightedQuery, rows: RowNumbers) -> npt.NDArray[np.float32]: ...
    def rows_with(self, wanted: Sequence[str], limit: int) -> RowNumbers: ...


class AnyIndex(Protocol):
    """An opened index, one state of it. Safe to share between threads. Its methods raise StoreError."""

    @property
    def folder(self) -> Location: ...
    @property
    def manifest(self) -> Manifest: ...
    @property
    def database(self) -> DocumentStore: ...
    @property
    def common(self) -> CommonComponents: ...
    @property
    def lexical(self) -> AnyLexical: ...
    @property
    def documents(self) -> Sequence[Document]: ...
    @property
    def passages(self) -> Sequence[tuple[Document, Passage]]: ...
    @property
    def outline(self) -> Outline: ...
    @property
    def in_han(self) -> npt.NDArray[np.bool_]: ...
    @property
    def is_current(self) -> bool: ...

    def damage_named(self) -> AbstractContextManager[None]: ...
    def verify(self) -> None: ...
    def check_embedder(self, embedder: Embedder) -> None: ...
    def check_source(self, source: Source) -> None: ...
    def keep_null_scores(self, key: str, scores: str) -> None: ...

    def search(self, query: WeightedQuery, encoded: Encoded, limit: int, within: RowNumbers | None = None) -> Found: ...
    def tokens(self, rows: RowNumbers) -> TokenRows: ...
    def rows(self, rows: RowNumbers) -> Rows: ...
    def rows_of(self, numbers: Iterable[int]) -> RowNumbers: ...
    def row_of(self, passage_id: str) -> int | None: ...
    def rows_of_passages(self, passage_ids: Iterable[str]) -> RowNumbers: ...
    def text(self, row: int, *, with_context: bool = False) -> str: ...
    def embedded(self, row: int, offsets: npt.NDArray[np.int32]) -> tuple[str, npt.NDArray[np.int32]]: ...


class AnyLibrary(Protocol):
    """What changes an index (`index/library.py` has the meaning of each method). Its methods raise StoreError."""

    def add(self, documents: Iterable[NewDocument]) -> Iterator[DocumentChange]: ...
    def remove(self, names: Sequence[str]) -> list[DocumentChange]: ...
    def describe(self, name: str, supplied: Sequence[CitationFields]) -> None: ...
    def relocate(self, origins: Mapping[str, str]) -> None: ...
    def replace_all(self, sources: Sequence[tuple[Source, str]]) -> None: ...
    def refresh(self, current: Callable[[Source, str], Source] = ..., *, reuse: bool = True) -> None: ...


class AnyStore(DocumentStore, Protocol):
    """The documents of an index, opened to be read; a context manager that closes it."""

    def contents(self) -> Manifest: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
