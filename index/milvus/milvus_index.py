"""Searches an index on a Milvus server. The server finds rows; fusion, token vectors and all that follows are ours.

A process holds the catalogue of the documents and, from the first question on, their headings; rows, words and token
vectors are read for the candidates of a question. So any number of processes may ask one server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexCorrupt, IndexStale
from corpus.parse import parse_source
from corpus.source import Source
from corpus.text.scripts import has_han
from index import index_messages
from index.backend import Found, RowNumbers, Rows
from index.chunks import Heading
from index.encoders.base import Embedder, Encoded
from index.encoders.centering import CommonComponents, center
from index.location import MilvusAddress
from index.manifest import check_model, rebuild
from index.milvus.milvus_client import connection
from index.milvus.milvus_lexical import MilvusLexical
from index.milvus.milvus_rows import MilvusRows
from index.milvus.milvus_store import MilvusStore, check_versions
from index.query import WeightedQuery
from index.row_scripts import count_texts, in_han
from index.row_sets import are_in
from index.search.token_vectors import TokenRows, record_type
from index.storage.lazy import Documents, Outline, Passages
from index.storage.sources import check_source, fetch


class _Outlines:
    """The sections of all documents, read at once."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store

    def outline(self) -> dict[str, list[Heading]]:
        return {
            identity: [Heading(*entry) for entry in json.loads(data)]
            for identity, data in self._store.outlines().items()
        }


class MilvusIndex:
    """An opened index, one state of it. Safe to share between threads. Make one with `open`."""

    def __init__(self, store: MilvusStore, common: CommonComponents, replaced: MilvusIndex | None) -> None:
        self.database = store
        self.manifest = store.contents()
        self.common = common
        self._rows: MilvusRows = MilvusRows(connection(store.folder), store, replaced._rows if replaced else None)
        self.lexical = MilvusLexical(self._rows)
        self.documents = Documents(store, self.manifest)
        self.passages = Passages(self.documents, self._rows.cited, self._rows.size)
        """The passage of each row; a long passage occurs once for each of its chunks."""
        self.outline = Outline(self.manifest, [_Outlines(store)])

    @classmethod
    def open(cls, address: MilvusAddress, *, replaced: MilvusIndex | None = None) -> MilvusIndex:
        """Read the catalogue. `replaced`: an earlier state, whose rows in memory this one shares.

        Raises IndexNotFound, IndexStale (another format, or version of parser or chunker), IndexCorrupt,
        IndexUnreachable, StoreError.
        """
        store = MilvusStore.open(address)
        check_versions(address, store.contents())
        try:
            common = CommonComponents.loads(store.blob(store.contents().common))
        except (ValueError, KeyError) as error:
            raise IndexCorrupt(index_messages.PIECES_MISSING.format(name="common"), address) from error
        return cls(store, common, replaced)

    @property
    def folder(self) -> MilvusAddress:
        """The address."""
        return self.database.folder

    @cached_property
    def in_han(self) -> npt.NDArray[np.bool_]:
        """Shape (rows,): whether a row is in Chinese characters rather than in another script.

        In a large index a document is in the script of its sampled rows; without one, in that of its title.
        """
        sampled, texts = self.lexical.sample()
        counts, firsts = count_texts(texts), self._rows.firsts
        if len(sampled) == self._rows.size:
            return in_han(counts, firsts, self.text)
        owners = self._rows.documents(sampled)
        sums = np.zeros((len(firsts) - 1, 2), np.int64)
        np.add.at(sums, owners, counts)
        titles = np.array([has_han(record.title) for record in self.manifest.documents])
        found = np.where(np.isin(np.arange(len(sums)), owners), sums[:, 0] > sums[:, 1], titles)
        return np.repeat(found, np.diff(firsts))

    @property
    def is_current(self) -> bool:
        """Whether no process has changed the index since. Raises IndexUnreachable."""
        return self.database.is_current(self.manifest.checksum)

    @contextmanager
    def damage_named(self) -> Iterator[None]:
        """Every read checks what it got: there is nothing to find out after an error."""
        yield

    def verify(self) -> None:
        """Read every row and its token vectors, and parse every document again. Raises IndexCorrupt or IndexStale."""
        for number, record in enumerate(self.manifest.documents):
            if parse_source(fetch(self.database, record)) != self.documents[number]:
                message = index_messages.OTHER_PROGRAM_FOR_DOCUMENT
                remedy = rebuild(self.folder)
                raise IndexStale(message.format(name=record.name, remedy=remedy), self.folder)
            rows = self.rows_of([number])
            self._rows.get(rows)
            self._rows.tokens(rows)

    def check_embedder(self, embedder: Embedder) -> None:
        """Raise IndexStale if another model made the vectors."""
        check_model(self.manifest, self.folder, embedder.name, embedder.fingerprint)

    def check_source(self, source: Source) -> None:
        """Raise IndexStale if the index has another version of this shipped text or of its edition."""
        check_source(self.manifest, self.folder, source)

    def keep_null_scores(self, key: str, scores: str) -> None:
        """Store null scores. Raises StoreError."""
        self.database.keep_null_scores(key, scores)

    def search(self, query: WeightedQuery, encoded: Encoded, limit: int, within: RowNumbers | None = None) -> Found:
        """Return the `limit` rows closest in meaning and the `limit` rows with the highest BM25 scores.

        `within`: the rows to search, ascending. The server is asked for their documents.
        """
        weights = np.array([query.weights], np.float32)
        vector = np.ascontiguousarray(weights @ center(self.common.question_mean, encoded.vectors))
        numbers = None if within is None else np.unique(self._rows.documents(within)).tolist()
        with ThreadPoolExecutor(1) as other:
            dense = other.submit(self._rows.nearest, vector[0], limit, numbers)
            sharing = self.lexical.top(query, limit, numbers)
            found = dense.result()
        if within is not None:
            found, sharing = found[are_in(found, within)], sharing[are_in(sharing, within)]
        return Found(found, sharing)

    def tokens(self, rows: RowNumbers) -> TokenRows:
        """Return the token vectors of some rows, in their order."""
        parts = self._rows.tokens(rows)
        stored = [one.numbers for one in self._rows.get(rows)]
        counts = np.array([len(part) for part in parts], np.int64)
        starts, sentences = (np.array([one[name] for one in stored], np.int32) for name in ("start", "sentence"))
        empty = np.zeros(0, record_type(self.manifest.model.dimension))
        return TokenRows.join(parts or [empty], counts, starts, sentences)

    def rows(self, rows: RowNumbers) -> Rows:
        """Return the columns of some rows, in their order."""
        stored = [one.numbers for one in self._rows.get(rows)]
        names = ("passage", "section", "around", "year")
        passages, sections, around, years = (np.array([one[name] for one in stored], np.int64) for name in names)
        documents = self._rows.documents(rows)
        base = documents << 32
        return Rows(documents, base | passages, base | sections, around, years)

    def rows_of(self, numbers: Iterable[int]) -> RowNumbers:
        """Return the rows of some documents, ascending."""
        firsts = self._rows.firsts
        parts = [np.arange(firsts[number], firsts[number + 1], dtype=np.int64) for number in sorted(set(numbers))]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def row_of(self, passage_id: str) -> int | None:
        """Return the first row of a passage, by 16 hex digits; None if the index does not have the passage."""
        rows = self._rows.of_passages([int(passage_id, 16)])
        return int(rows[0]) if len(rows) else None

    def rows_of_passages(self, passage_ids: Iterable[str]) -> RowNumbers:
        """Return all rows of some passages, ascending; none for an id that the index does not have."""
        return self._rows.of_passages([int(one, 16) for one in passage_ids])

    def text(self, row: int, *, with_context: bool = False) -> str:
        """Return the words of a chunk, for matching only, after its context if asked for."""
        (one,) = self._rows.get(np.array([row], np.int64))
        return one.text if with_context else one.words

    def embedded(self, row: int, offsets: npt.NDArray[np.int32]) -> tuple[str, npt.NDArray[np.int32]]:
        """Return the embedded text of a row, and the ranges of its tokens in it: see `Index.embedded`."""
        (one,) = self._rows.get(np.array([row], np.int64))
        context, start = one.numbers["context"], one.numbers["start"]
        return one.text, offsets + np.where(offsets[:, :1] >= 0, context - start, context).astype(np.int32)
