"""Opens an index where it is: in a folder or on a Milvus server. What a server needs is imported only for one."""

from __future__ import annotations

from collections.abc import Callable

from corpus.document import Document
from corpus.parse import parse_source
from corpus.source import Source
from index.backend import AnyIndex, AnyLibrary, AnyStore
from index.encoders.base import Embedder
from index.library import Library
from index.location import Location, MilvusAddress
from index.manifest import Manifest
from index.searcher import Index
from index.storage.database import Database


def open_index(where: Location, *, replaced: AnyIndex | None = None) -> AnyIndex:
    """Open an index. `replaced`: an earlier state of it. Raises as `Index.open`; IndexUnreachable for a server."""
    if isinstance(where, MilvusAddress):
        from index.milvus.milvus_index import MilvusIndex

        return MilvusIndex.open(where, replaced=replaced if isinstance(replaced, MilvusIndex) else None)
    return Index.open(where, replaced=replaced if isinstance(replaced, Index) else None)


def open_library(
    where: Location,
    embedder: Callable[[], Embedder],
    *,
    progress: bool = False,
    parse: Callable[[Source], Document] = parse_source,
) -> AnyLibrary:
    """Return what changes an index. The arguments are those of `Library`."""
    if isinstance(where, MilvusAddress):
        from index.milvus.milvus_library import MilvusLibrary

        return MilvusLibrary(where, embedder, progress=progress, parse=parse)
    return Library(where, embedder, progress=progress, parse=parse)


def open_store(where: Location) -> AnyStore:
    """Open the documents of an index. Raises as `Database.open`; IndexUnreachable for a server."""
    if isinstance(where, MilvusAddress):
        from index.milvus.milvus_store import MilvusStore

        return MilvusStore.open(where)
    return Database.open(where)


def read_manifest(where: Location) -> Manifest:
    """Return the contents of an index. Raises as `open_store`."""
    with open_store(where) as store:
        return store.contents()
