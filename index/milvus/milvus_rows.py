"""The rows of an index on a Milvus server: numbered, read in batches, kept in memory for the next question.

The key of a row is ID-CHUNK: the id of its document, which is a digest of all that was read, and the number of the
chunk in it. So the same document gives the same keys, whoever writes it, and a row never changes. A row whose document
is not in the catalogue has no number, and no search returns it.
"""

from __future__ import annotations

import base64
import threading
import zlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexCorrupt
from index import index_messages
from index.backend import RowNumbers
from index.encoders.base import Vectors
from index.index_settings import MILVUS
from index.milvus.bm25_sparse import counted
from index.milvus.milvus_client import MilvusConnection, Record
from index.milvus.milvus_store import ROW_NUMBERS, ROW_TEXTS, MilvusStore
from index.search.token_vectors import Records, record_type

_Kept = TypeVar("_Kept")


def key_of(document: str, chunk: int) -> str:
    """Return the key of a row."""
    return f"{document}-{chunk:08d}"


def packed(text: str) -> str:
    """Return the words of a row as a field holds them: any text, also what is no valid Unicode."""
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 1)).decode("ascii")


def unpacked(text: str) -> str:
    """Return what was `packed`. Raises ValueError."""
    try:
        return zlib.decompress(base64.b64decode(text, validate=True)).decode("utf-8", "surrogatepass")
    except zlib.error as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row without its vectors."""

    numbers: Mapping[str, int]
    """By the names of `ROW_NUMBERS`: those of `Chunk`, the number of its terms, and the pieces of its token vectors."""
    text: str
    """The embedded text: the context, then the words."""
    _counts: list[Counter[str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        return self.text[self.numbers["context"] :]

    def counts(self) -> Counter[str]:
        """Return how often it has each term; counted once."""
        if not self._counts:
            self._counts.append(counted(self.text))
        return self._counts[0]


class Kept(Generic[_Kept]):
    """What was used last, up to some sum of sizes. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, tuple[_Kept, int]] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, keys: Iterable[str]) -> dict[str, _Kept]:
        with self._turn:
            found = {key: self._kept[key][0] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        return found

    def put(self, key: str, value: _Kept, size: int) -> None:
        with self._turn:
            if key not in self._kept:
                self._kept[key] = value, size
                self._size += size
            while self._size > self._most and self._kept:
                self._size -= self._kept.popitem(last=False)[1][1]


class MilvusRows:
    """The rows of one state. Safe to share between threads."""

    def __init__(self, server: MilvusConnection, store: MilvusStore, replaced: MilvusRows | None = None) -> None:
        """`replaced`: the rows of an earlier state, whose memory this one goes on to use."""
        self._server = server
        self._collection = server.address.collection
        self._store = store
        self._records = tuple(stored.record for stored in store.catalogue.documents)
        self.firsts = np.cumsum([0, *(record.rows for record in self._records)], dtype=np.int64)
        """Shape (documents + 1,): the first row of each document, and the number of rows."""
        self.size = int(self.firsts[-1])
        self._numbers = {record.id: number for number, record in enumerate(self._records)}
        self._kept: Kept[StoredRow] = replaced._kept if replaced else Kept(MILVUS.kept_rows)
        self._tokens: Kept[Records] = replaced._tokens if replaced else Kept(MILVUS.kept_token_bytes)
        self._kind = record_type(store.contents().model.dimension)

    def documents(self, rows: RowNumbers) -> npt.NDArray[np.int64]:
        """Return shape (rows,): the number of the document of each row."""
        return np.searchsorted(self.firsts, rows, "right").astype(np.int64) - 1

    def key(self, row: int) -> str:
        """Return the key of a row."""
        number = int(np.searchsorted(self.firsts, row, "right")) - 1
        return key_of(self._records[number].id, row - int(self.firsts[number]))

    def number(self, key: str) -> int | None:
        """Return the row with a key; None if its document is not in this state."""
        document, _, chunk = key.rpartition("-")
        number = self._numbers.get(document)
        if number is None or not chunk.isdigit() or int(chunk) >= self._records[number].rows:
            return None
        return int(self.firsts[number]) + int(chunk)

    def cited(self, row: int) -> tuple[int, int]:
        """Return the number of the document of a row, and the number of its passage in it."""
        (one,) = self.get(np.array([row], np.int64))
        return int(self.documents(np.array([row]))[0]), one.numbers["passage"]

    def get(self, rows: RowNumbers) -> list[StoredRow]:
        """Return rows, in their order. Raises IndexCorrupt if the server lacks one."""
        keys = [self.key(row) for row in rows.tolist()]
        found = self._kept.get(keys)
        if len(found) < len(set(keys)):
            # The neighbours too: whether a passage goes on in the next chunk is asked of each candidate.
            around = np.unique(np.concatenate([rows - 1, rows, rows + 1]))
            around = around[(around >= 0) & (around < self.size)] if len(rows) > 1 else rows
            wanted = [key for key in map(self.key, around.tolist()) if key not in found]
            for record in self._read(wanted):
                one = StoredRow({name: int(record[name]) for name in ROW_NUMBERS}, unpacked(record["text"]))
                found[record["pk"]] = one
                self._kept.put(record["pk"], one, 1)
        for key, row in zip(keys, rows.tolist(), strict=True):
            if key not in found:
                raise self._missing(row)
        return [found[key] for key in keys]

    def texts(self, rows: RowNumbers) -> list[str]:
        """Return the embedded texts of rows."""
        return [one.text for one in self.get(rows)]

    def counts(self, rows: RowNumbers) -> list[Counter[str]]:
        """Return how often each row has each term."""
        return [one.counts() for one in self.get(rows)]

    def tokens(self, rows: RowNumbers) -> list[Records]:
        """Return the token records of rows, in their order. Raises IndexCorrupt if some are missing."""
        keys = [self.key(row) for row in rows.tolist()]
        found = self._tokens.get(keys)
        counts = {key: one.numbers["pieces"] for key, one in zip(keys, self.get(rows), strict=True) if key not in found}
        read = self._store.pieces.read(
            [f"tokens:{key}" for key in counts], {f"tokens:{k}": n for k, n in counts.items()}
        )
        for key, row in zip(keys, rows.tolist(), strict=True):
            if key not in counts:
                continue
            data = read.get(f"tokens:{key}")
            if data is None or len(data) % self._kind.itemsize:
                raise self._missing(row)
            found[key] = np.frombuffer(data, self._kind)
            self._tokens.put(key, found[key], len(data))
        return [found[key] for key in keys]

    def nearest(self, vector: Vectors, limit: int, documents: Sequence[int] | None = None) -> RowNumbers:
        """Return the rows with the greatest inner products, the greatest first; of some documents, by number."""
        limit = min(limit, self.size)
        return self._numbered(
            lambda more: self._server.nearest(self._collection, vector, more, self._within(documents)), limit
        )

    def sparse(
        self, vectors: Sequence[Mapping[int, float]], limit: int, documents: Sequence[int] | None = None
    ) -> list[RowNumbers]:
        """Return, for each sparse vector, the rows with the greatest inner products, the greatest first."""
        limit = min(limit, self.size)
        if len(vectors) == 1 and vectors[0]:

            def search(more: int) -> list[str]:
                (hits,) = self._server.sparse(self._collection, vectors, more, self._within(documents))
                return [key for key, _ in hits]

            return [self._numbered(search, limit)]
        asked = [vector for vector in vectors if vector]
        found = iter(self._server.sparse(self._collection, asked, limit, self._within(documents)))
        return [self._known([key for key, _ in next(found)] if vector else []) for vector in vectors]

    def of_passages(self, passage_ids: Sequence[int]) -> RowNumbers:
        """Return all rows of some passages, ascending."""
        if not passage_ids:
            return np.zeros(0, np.int64)
        condition = f"passage_id in {[f'{one:016x}' for one in passage_ids]}".replace("'", '"')
        return np.sort(self._known([row["pk"] for row in self._server.select(self._collection, condition, ["pk"])]))

    def _numbered(self, search: Callable[[int], list[str]], limit: int) -> RowNumbers:
        """Return the first `limit` rows of a search; where rows of removed documents come among them, search on."""
        asked = limit
        while True:
            keys = search(asked)
            rows = self._known(keys)
            if len(rows) >= limit or len(keys) < asked or asked > 4 * limit:
                return rows[:limit]
            asked *= 2

    def _known(self, keys: Iterable[str]) -> RowNumbers:
        rows = (self.number(key) for key in keys)
        return np.array([row for row in rows if row is not None], np.int64)

    def _within(self, documents: Sequence[int] | None) -> str:
        if documents is None:
            return ""
        return f"document in {[self._records[number].id for number in documents]}".replace("'", '"')

    def _read(self, keys: Sequence[str]) -> Iterable[Record]:
        for start in range(0, len(keys), MILVUS.batch_rows):
            some = keys[start : start + MILVUS.batch_rows]
            yield from self._server.get(self._collection, some, [*ROW_TEXTS, *ROW_NUMBERS])

    def _missing(self, row: int) -> IndexCorrupt:
        name = self._records[int(self.documents(np.array([row]))[0])].name
        return IndexCorrupt(index_messages.PIECES_MISSING.format(name=name), self._server.address)
