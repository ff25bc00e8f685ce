"""Searches an opened index. An index is one folder, which common tools can read:

index.sqlite      the documents, and the contents of the index (index/storage/database.py)
segments/ID/      rows, a chunk each: vectors, token vectors, terms (index/storage/segment.py)
building/         vectors of an unfinished change (index/library.py)

Opening reads the contents, the sizes of the segments' files, and the small ones. A document is read when it is cited.
`index/library.py` changes an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexCorrupt, IndexStale, StoreError
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.backend import Found, Rows
from index.encoders.base import Embedder, Encoded
from index.encoders.centering import CommonComponents, center
from index.index_settings import SEARCH
from index.manifest import Manifest, check_model, rebuild, repair
from index.query import WeightedQuery
from index.row_scripts import in_han
from index.search.dense import Dense
from index.search.lexical import Lexical
from index.search.token_vectors import TokenRows, record_type
from index.storage.database import Database
from index.storage.lazy import Documents, Outline, Passages
from index.storage.lock import cannot_read
from index.storage.row_table import RowTable
from index.storage.segment import Segment
from index.storage.sources import check_source, fetch


class Index:
    """An opened index, one state of it. Safe to share between threads. Make one with `open`."""

    def __init__(
        self, database: Database, manifest: Manifest, segments: Sequence[Segment], common: CommonComponents
    ) -> None:
        self.folder = database.folder
        self._is_whole = False
        self.database = database
        self.manifest = manifest
        self.segments = tuple(segments)
        self.common = common
        self.lexical = Lexical([(segment.postings, segment.table["terms"]) for segment in segments])
        self.documents = Documents(database, manifest)
        # Not a method of this object: a cycle would keep a replaced index, with its open files, in memory.
        self._table = RowTable(segments, self.documents.numbers)
        self.passages = Passages(self.documents, self._table.cited, self.lexical.size)
        """The passage of each row; a long passage occurs once for each of its chunks."""
        self.outline = Outline(manifest, segments)
        vectors = [(segment.vector_store.vectors, segment.codes) for segment in segments]
        self._dense = Dense(vectors, manifest.model.dimension, manifest.shortlist)

    @classmethod
    def build(cls, folder: Path, sources: Sequence[Source], embedder: Embedder, *, progress: bool = False) -> Index:
        """Write an index of `sources` to `folder`, in place of one that is there, and open it.

        Raises SourceError for an edition that does not fit, StoreError if the folder holds something that is no
        index or cannot be written.
        """
        from index.library import Library

        Library(folder, lambda: embedder, progress=progress).replace_all([(source, "") for source in sources])
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path, *, replaced: Index | None = None) -> Index:
        """Open an index. `replaced`: an earlier state of it, with which it then shares the segments that stayed.

        Nothing needs closing: the files are closed when nothing refers to the index any more. Raises IndexNotFound,
        IndexCorrupt (a file is missing, truncated or altered; only the size of large files is checked), IndexStale
        (an older format, or another version of parser or chunker) or StoreError (it cannot be read).
        """
        database = Database.open(folder)
        manifest = database.contents()
        while True:
            try:
                return cls._open(database, manifest, replaced)
            except StoreError:
                newer = database.contents()
                if newer == manifest:
                    raise
                manifest = newer  # another process has changed the index meanwhile, and deleted a file

    @classmethod
    def _open(cls, database: Database, manifest: Manifest, replaced: Index | None) -> Index:
        folder = database.folder
        if outdated := manifest.outdated():
            versions = "; ".join(outdated)
            raise IndexStale(index_messages.OTHER_PROGRAM.format(versions=versions, remedy=rebuild(folder)), folder)
        shared = {segment.record.id: segment for segment in replaced.segments} if replaced else {}
        try:
            segments = [
                shared.get(record.id) or Segment.open(folder, record, manifest.model.dimension)
                for record in manifest.segments
            ]
            common = CommonComponents.loads(database.blob(manifest.common))
            return cls(database, manifest, segments, common)
        except OSError as error:
            raise cannot_read(folder, error) from error
        except (ValueError, KeyError) as error:
            message = index_messages.DATABASE_DAMAGED
            raise IndexCorrupt(message.format(path=folder, reason=error, remedy=repair(folder))) from error

    @cached_property
    def in_han(self) -> npt.NDArray[np.bool_]:
        """Shape (rows,): whether a row is in Chinese characters rather than in another script."""
        counts = np.concatenate([np.zeros((0, 2), np.int64), *(segment.letters() for segment in self.segments)])
        return in_han(counts, np.cumsum([0, *(record.rows for record in self.manifest.documents)]), self.text)

    @property
    def is_current(self) -> bool:
        """Whether the folder still holds this state, and no other process has changed it. Raises StoreError."""
        return self.database.is_current(self.manifest.checksum)

    def check_segments(self) -> None:
        """Read every byte of the segments. Raises IndexCorrupt or StoreError."""
        try:
            for segment in self.segments:
                segment.check()
        except OSError as error:
            raise cannot_read(self.folder, error) from error

    @contextmanager
    def damage_named(self) -> Iterator[None]:
        """Name the damaged file where a number out of a file that opening did not read whole makes no sense.

        Raises IndexCorrupt; the error itself if all files are whole.
        """
        # Noted, not raised: a product of matrices may report an invalid value that is only in a register's unused part.
        noted: list[str] = []
        try:
            with np.errstate(invalid="call", divide="call", over="call", call=lambda kind, _: noted.append(kind)):
                yield
        except (ArithmeticError, EOFError, LookupError, MemoryError, TypeError, ValueError, RuntimeError):
            self.check_segments()
            raise
        if noted and not self._is_whole:
            self.check_segments()
            self._is_whole = True

    def verify(self) -> None:
        """Read every byte, and parse every document again. Raises IndexCorrupt, IndexStale or StoreError."""
        for number, document in enumerate(self.manifest.documents):
            if parse_source(fetch(self.database, document)) != self.documents[number]:
                message = index_messages.OTHER_PROGRAM_FOR_DOCUMENT
                raise IndexStale(message.format(name=document.name, remedy=rebuild(self.folder)), self.folder)
        self.database.check()
        self.check_segments()

    def check_embedder(self, embedder: Embedder) -> None:
        """Raise IndexStale if another model made the vectors."""
        check_model(self.manifest, self.folder, embedder.name, embedder.fingerprint)

    def check_source(self, source: Source) -> None:
        """Raise IndexStale if the index has another version of this shipped text or of its edition."""
        check_source(self.manifest, self.folder, source)

    def keep_null_scores(self, key: str, scores: str) -> None:
        """Store null scores, unless the index has changed meanwhile. Raises StoreError: it may be read-only."""
        with Database.open(self.folder, write=True) as database:
            database.keep_null_scores(key, scores, checksum=self.manifest.checksum)

    def search(
        self,
        query: WeightedQuery,
        encoded: Encoded,
        limit: int,
        within: npt.NDArray[np.int64] | None = None,
    ) -> Found:
        """Return the `limit` rows closest in meaning and the `limit` rows with the highest BM25 scores.

        `encoded`: the encoded texts of the query, in order. `within`: the rows to search, ascending; None for all.
        """
        weights = np.array([query.weights], np.float32)
        vector = np.ascontiguousarray(weights @ center(self.common.question_mean, encoded.vectors))
        if within is not None and len(within) <= SEARCH.in_turn_rows:
            shared = self.lexical.at(query, within)
            most = np.lexsort((within, -shared))[:limit]
            return Found(self._dense.closest(vector[0], within, limit), within[most[shared[most] > 0]])
        if self.lexical.size <= SEARCH.in_turn_rows:
            (found,) = self._dense.search(vector, limit)
            return Found(found, self.lexical.top(query, limit))
        with ThreadPoolExecutor(1) as other:  # both release the GIL for most of their time
            dense = other.submit(self._dense.closest, vector[0], within, limit)
            return Found(sharing=self.lexical.top(query, limit, within), closest=dense.result())

    def tokens(self, rows: npt.NDArray[np.int64]) -> TokenRows:
        """Return the token vectors of some rows, in their order. Raises OSError."""
        parts = [np.zeros(0, record_type(self.manifest.model.dimension))]
        counts = [np.zeros(0, np.int64)]
        owners = self._table.owners(rows)
        for some in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(owners)) + 1) if len(rows) else ():
            owner = owners[some[0]]
            read, own = self.segments[owner].vector_store.tokens.read_rows(rows[some] - self._table.firsts[owner])
            parts.append(read)
            counts.append(own)
        records = self._table.records(rows)
        return TokenRows.join(parts[1:] or parts, np.concatenate(counts), records["start"], records["sentence"])

    def rows(self, rows: npt.NDArray[np.int64]) -> Rows:
        """Return the columns of some rows, in their order."""
        records = self._table.records(rows)
        names = ("document", "passage", "section", "around", "year")
        documents, passages, sections, lengths, years = (records[name].astype(np.int64) for name in names)
        base = documents << 32
        return Rows(documents, base | passages, base | sections, lengths, years)

    def rows_of(self, numbers: Iterable[int]) -> npt.NDArray[np.int64]:
        """Return the rows of some documents, ascending. `numbers`: positions in the manifest's list."""
        ends = np.cumsum([0, *(record.rows for record in self.manifest.documents)])
        parts = [np.arange(ends[number], ends[number + 1], dtype=np.int64) for number in sorted(set(numbers))]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def row_of(self, passage_id: str) -> int | None:
        """Return the first row of a passage; None if the index does not have the passage."""
        for segment, first in zip(self.segments, self._table.firsts, strict=False):
            found = np.flatnonzero(segment.table["passage_id"] == np.uint64(int(passage_id, 16)))
            if len(found):
                return int(first + found[0])
        return None

    def rows_of_passages(self, passage_ids: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return all rows of some passages, ascending; none for an id that the index does not have."""
        found = []
        for passage_id in passage_ids:
            row = self.row_of(passage_id)
            while row is not None and row < len(self.passages) and self.passages[row][1].id == passage_id:
                found.append(row)
                row += 1
        return np.array(sorted(found), np.int64)

    def text(self, row: int, *, with_context: bool = False) -> str:
        """Return the words of a chunk, for matching only, after its context if asked for.

        A quote is cut from its document.
        """
        segment, local = self._table.place(row)
        return segment.text(local)[0 if with_context else int(segment.table["context"][local]) :]

    def embedded(self, row: int, offsets: npt.NDArray[np.int32]) -> tuple[str, npt.NDArray[np.int32]]:
        """Return the embedded text of a row, its context before its words, and the ranges of its tokens in it.

        `offsets`: shape (tokens, 2), as `tokens` returns them for this row.
        """
        segment, local = self._table.place(row)
        record = segment.table[local]
        context, start = int(record["context"]), int(record["start"])
        return segment.text(local), offsets + np.where(offsets[:, :1] >= 0, context - start, context).astype(np.int32)
