"""The connection to a Milvus server. Only this module imports pymilvus, and only when a server is asked for.

Each method is one call of the server. What it raises is ours: IndexUnreachable where the server does not answer,
StoreError where it refuses.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from packaging.version import InvalidVersion, Version

from corpus.errors import IndexUnreachable, StoreError
from index import index_messages
from index.encoders.base import Vectors
from index.index_settings import MILVUS
from index.location import MilvusAddress

Record = dict[str, Any]
TOKEN_VARIABLE = "YUANWEN_MILVUS_TOKEN"
"""The environment variable with `user:password` or an API key; an address holds no secret."""
_OLDEST = "2.4"
"""From which on the server searches sparse vectors by inner product."""
_STRONG = "Strong"
"""Each read sees every write that was answered before, by whichever client."""


class MilvusConnection:
    """A connection, opened when it is first used, and opened anew after the server was gone. Threads may share it."""

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self._open: Any = None
        self._turn = threading.Lock()

    def has(self, collection: str) -> bool:
        """Return whether the server has a collection."""
        return bool(self._call(lambda client: client.has_collection(collection, timeout=MILVUS.timeout)))

    def fields(self, collection: str) -> dict[str, int]:
        """Return the names of a collection's fields, each with its dimension; 0 for those that are no vectors."""
        found = self._call(lambda client: client.describe_collection(collection, timeout=MILVUS.timeout))
        return {one["name"]: int(one.get("params", {}).get("dim", 0)) for one in found["fields"]}

    def create(
        self, collection: str, texts: Sequence[str], looked_up: Sequence[str], numbers: Sequence[str], dimension: int
    ) -> None:
        """Create a collection, unless another process just did.

        `texts`: fields of text; the first is the key. `looked_up`: those that conditions name.
        `numbers`: fields of whole numbers.
        `dimension`: of the field `vector`; beside it there is a field `terms` of sparse vectors. 0: neither; a field
        `none` stands in, because a collection must have a vector.
        """

        def make(client: Any) -> None:
            from pymilvus import DataType

            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            for number, name in enumerate(texts):
                longest = MILVUS.longest_key if not number or name in looked_up else MILVUS.longest_text
                schema.add_field(name, DataType.VARCHAR, max_length=longest, is_primary=not number)
            for name in numbers:
                schema.add_field(name, DataType.INT64)
            indexes = client.prepare_index_params()
            if dimension:
                schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
                schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
                indexes.add_index("vector", metric_type="IP", **self._dense_index())
                indexes.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            else:
                schema.add_field("none", DataType.FLOAT_VECTOR, dim=2)
                indexes.add_index("none", index_type="FLAT", metric_type="L2")
            for name in looked_up:
                indexes.add_index(name, index_type="INVERTED")
            client.create_collection(
                collection, schema=schema, index_params=indexes, consistency_level=_STRONG, timeout=MILVUS.timeout
            )

        refused = None
        if not self.has(collection):
            try:
                self._call(make)
                return
            except IndexUnreachable:
                raise
            except StoreError as error:  # perhaps another process creates it at this moment
                refused = error
        self._wait_until_loaded(collection, refused)

    def _wait_until_loaded(self, collection: str, refused: StoreError | None) -> None:
        """Wait until a collection that another process creates can be searched. Raises what refused to create it."""
        until = time.monotonic() + MILVUS.creation
        while True:
            try:
                if self.has(collection):
                    self._call(lambda client: client.load_collection(collection, timeout=MILVUS.timeout))
                    return
            except StoreError as error:
                refused = refused or error
            if time.monotonic() > until:
                raise refused or StoreError(index_messages.FOREIGN_COLLECTION, self.address)
            time.sleep(0.1)

    def put(self, collection: str, rows: Sequence[Record]) -> None:
        """Write rows, in place of those with the same key."""
        self._call(lambda client: client.upsert(collection, list(rows), timeout=MILVUS.timeout))

    def get(self, collection: str, keys: Sequence[str], names: Sequence[str]) -> list[Record]:
        """Return the rows with these keys that there are, in any order."""
        if not keys:
            return []
        found = self._call(
            lambda client: client.get(
                collection, ids=list(keys), output_fields=list(names), timeout=MILVUS.timeout, consistency_level=_STRONG
            )
        )
        return [dict(one) for one in found]

    def select(self, collection: str, condition: str, names: Sequence[str]) -> Iterator[Record]:
        """Yield the rows that fulfil a condition, of which nothing may come from a person."""
        iterator = self._call(
            lambda client: client.query_iterator(
                collection,
                filter=condition,
                output_fields=list(names),
                batch_size=MILVUS.batch_rows,
                timeout=MILVUS.timeout,
                consistency_level=_STRONG,
            )
        )
        while rows := self._call(lambda _: iterator.next()):
            yield from (dict(one) for one in rows)
        with suppress(StoreError):
            self._call(lambda _: iterator.close())

    def delete(self, collection: str, condition: str) -> None:
        """Delete the rows that fulfil a condition, of which nothing may come from a person."""
        self._call(lambda client: client.delete(collection, filter=condition, timeout=MILVUS.timeout))

    def nearest(self, collection: str, vector: Vectors, limit: int, condition: str) -> list[str]:
        """Return the keys of the rows whose vectors have the greatest inner products with one, the greatest first."""
        parameters = {} if self.address.is_file else {"ef": max(limit, MILVUS.hnsw_search)}
        return [
            key for key, _ in self._search(collection, "vector", [vector.tolist()], limit, condition, parameters)[0]
        ]

    def sparse(
        self, collection: str, vectors: Sequence[Mapping[int, float]], limit: int, condition: str = ""
    ) -> list[list[tuple[str, float]]]:
        """Return, for each sparse vector, the keys of the rows with the greatest inner products above 0, with these."""
        found = self._search(collection, "terms", [dict(one) for one in vectors], limit, condition, {})
        return [[(key, score) for key, score in one if score > 0] for one in found]

    def _search(
        self, collection: str, field: str, data: list[Any], limit: int, condition: str, parameters: Record
    ) -> list[list[tuple[str, float]]]:
        if limit < 1 or not data:
            return [[] for _ in data]
        found = self._call(
            lambda client: client.search(
                collection,
                data=data,
                anns_field=field,
                limit=limit,
                filter=condition,
                search_params={"metric_type": "IP", "params": parameters},
                timeout=MILVUS.timeout,
                consistency_level=_STRONG,
            )
        )
        return [[(str(_key_of(hit)), float(hit["distance"])) for hit in hits] for hits in found]

    def _dense_index(self) -> Record:
        if self.address.is_file:
            return {"index_type": "FLAT"}
        return {"index_type": "HNSW", "params": {"M": MILVUS.hnsw_links, "efConstruction": MILVUS.hnsw_build}}

    def _call(self, call: Callable[[Any], Any]) -> Any:
        try:
            return call(self._client())
        except StoreError:
            raise
        except Exception as error:  # pymilvus raises those of gRPC and others, too
            raise self._named(error) from error

    def _named(self, error: Exception) -> StoreError:
        _, details = _status_of(error)
        reason = (details or str(getattr(error, "message", "") or error)).partition("\n")[0][:200]
        if _is_gone(error):
            with self._turn:
                self._open = None  # the next call connects anew
            return IndexUnreachable(index_messages.SERVER_UNREACHABLE.format(reason=reason), self.address)
        return StoreError(index_messages.SERVER_REFUSED.format(reason=reason), self.address)

    def _client(self) -> Any:
        with self._turn:
            if self._open is None:
                self._open = self._connected()
            return self._open

    def _connected(self) -> Any:
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise StoreError(index_messages.NO_PYMILVUS, self.address) from error
        for name in logging.root.manager.loggerDict:
            if name.partition(".")[0] == "pymilvus":  # what it logs, it raises too
                logging.getLogger(name).setLevel(logging.CRITICAL)
        token = os.environ.get(TOKEN_VARIABLE, "")
        try:
            client = MilvusClient(uri=self.address.uri, token=token, timeout=MILVUS.timeout)
        except ImportError as error:  # milvus-lite
            raise StoreError(index_messages.NO_PYMILVUS, self.address) from error
        except Exception as error:
            if self.address.is_file:
                raise StoreError(index_messages.FILE_IN_USE, self.address) from error
            raise
        found = "" if self.address.is_file else str(client.get_server_version())
        with suppress(InvalidVersion):
            if found and Version(found.removeprefix("v").partition("-")[0]) < Version(_OLDEST):
                raise StoreError(index_messages.SERVER_TOO_OLD.format(found=found, needed=_OLDEST), self.address)
        for collection in self.address.collections:
            if client.has_collection(collection, timeout=MILVUS.timeout):
                client.load_collection(collection, timeout=MILVUS.timeout)
        return client


@cache
def connection(address: MilvusAddress) -> MilvusConnection:
    """Return the connection of this process to a server."""
    return MilvusConnection(address)


def _key_of(hit: Any) -> Any:
    return hit["pk"] if "pk" in hit else hit["id"]


def _status_of(error: Exception) -> tuple[str, str]:
    """Return the name of the code of an error of gRPC (UNAVAILABLE, …) and its details; empty of another error."""
    code, details = getattr(error, "code", None), getattr(error, "details", None)
    if not (callable(code) and callable(details)):
        return "", ""
    name = str(getattr(code(), "name", ""))
    return name, str(details() or name)


def _is_gone(error: Exception) -> bool:
    """Return whether an error means that the server cannot be reached."""
    if code := _status_of(error)[0]:
        return code in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED")
    named = f"{type(error).__name__} {error}".lower()
    return any(words in named for words in _GONE)


_GONE = ("unavailable", "deadline", "timeout", "connect", "channel", "not ready", "closed")
