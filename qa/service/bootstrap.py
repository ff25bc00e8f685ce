"""Opens and builds the index of an engine: finds its folder, and handles a missing or stale index."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from corpus.document import Document
from corpus.errors import IndexNotFound, IndexStale, StoreError
from corpus.parse import parse_source
from corpus.source import SHIPPED, Source, load
from index import index_messages
from index.backend import AnyIndex, AnyLibrary
from index.backends import open_index, open_library, open_store, read_manifest
from index.catalog import Catalog
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.intake import DocumentChange, NewDocument
from index.library import Library, Repaired
from index.location import Location, MilvusAddress
from index.searcher import Index
from index.storage import sources
from index.storage.older_folder import OlderFolder
from qa.qa_settings import Settings
from qa.service import early_models

if TYPE_CHECKING:
    from corpus.reading_process import ReadingProcess
    from qa.engine import Engine
    from qa.service.folder_sync import FolderSync
    from qa.service.folder_watch import FolderWatch

_SHIPPED = NewDocument("", SHIPPED.stem, lambda: load(SHIPPED))


def default_folder(model: str) -> Path:
    """Return the default index folder of a model. Each model has its own, so that changing models rebuilds nothing."""
    folder = model
    if model != BUNDLED_NAME:
        readable = re.sub(r"[^\w.-]+", "-", model)[-40:].strip("-.")
        folder = f"{readable}-{hashlib.sha256(model.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    return user_data_path("yuanwen", appauthor=False) / "index" / folder


def open_engine(folder: Location | None, model: str, settings: Settings, reranker: str | None = None) -> Engine:
    """Return an engine over an index. `folder`: None for the model's default folder. `reranker`: a cross-encoder.

    A stale index is rebuilt, and a missing default index is built; both are announced on stderr. Raises IndexNotFound
    if a named folder holds no index, IndexCorrupt, SourceError, EmbedderError.
    """
    from qa.engine import Engine  # a page is served before these are imported
    from qa.ranking.reranker import CrossEncoderReranker

    named = folder is not None
    folder = folder or default_folder(model)
    if named:
        _check_named(folder)  # before the model is loaded, so that a wrong folder is reported at once
    cross_encoder = None if reranker is None else CrossEncoderReranker.from_name(reranker)
    embedder = early_models.begun() or open_embedder(model)
    try:
        index = open_index(folder)
        index.check_embedder(embedder)
        index.check_source(load(SHIPPED))
    except IndexNotFound:
        if named:
            raise
        say(f"{folder}: there is no index here yet; building it.")
        index = build(folder, embedder)
    except IndexStale as error:
        if isinstance(folder, MilvusAddress):
            raise  # others ask it too
        say(f"{str(error).partition('. Rebuild')[0]}; building it again.")
        library(folder, lambda: embedder).refresh(_current)
        index = Index.open(folder)
    return Engine(index, embedder, settings, cross_encoder)


def open_beside(engine: Engine, folder: Path) -> Engine:
    """Return an engine over another folder with the models of one that is open; a new folder gets an empty index.

    Raises StoreError, and what `Library.refresh` does where an older index is built again.
    """
    from qa.engine import Engine

    if not has_index(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        Library(folder, lambda: engine.embedder).replace_all([])
    try:
        index = Index.open(folder)
        index.check_embedder(engine.embedder)
    except IndexStale:
        library(folder, lambda: engine.embedder).refresh(_current)
        index = Index.open(folder)
    return Engine(index, engine.embedder, engine.settings, engine.reranker)


def stored_catalog(folder: Location | None, model: str) -> Catalog:
    """Return the catalog of the index, without opening the model. Raises as `open_engine` does for a wrong folder."""
    if folder is not None:
        _check_named(folder)
    folder = folder or default_folder(model)
    try:
        index = open_index(folder)
        index.check_source(load(SHIPPED))
        return Catalog.of_index(index)
    except IndexNotFound:
        return Catalog.of([parse_source(load(SHIPPED))])
    except IndexStale:  # `open_engine` will rebuild it
        if isinstance(folder, MilvusAddress):
            raise
        stored, _ = _stored(folder)
        return Catalog.of(parse_source(_current(source, origin)) for source, origin in stored)


def open_documents(folder: Location | None, model: str) -> list[Document]:
    """Return the documents of an index, with the current shipped text, without opening a model.

    A missing default index is built and an index of another format is rebuilt; these need the model. Raises as
    `open_engine` does.
    """
    named = folder is not None
    folder = folder or default_folder(model)
    try:
        with open_store(folder) as database:
            stored, damaged = sources.all_stored(database)
            for record in database.contents().documents if damaged else ():
                sources.fetch(database, record)  # raises
    except (IndexNotFound, IndexStale) as error:
        if (named and isinstance(error, IndexNotFound)) or isinstance(folder, MilvusAddress):
            raise
        say(f"{folder}: there is no index of this version here yet; building it.")
        return [*build(folder, open_embedder(model)).documents]
    return [parse_source(_current(source, origin)) for source, origin in stored]


def _check_named(folder: Location) -> None:
    """Raise StoreError if a folder that the user named holds no index, or one that cannot be used."""
    with suppress(IndexStale):  # of an older format
        read_manifest(folder)


def _stored(folder: Location) -> tuple[list[tuple[Source, str]], list[str]]:
    """Return the intact sources of an index of any format, each with its origin, and the names of the damaged ones.

    Both are empty where there is no index.
    """
    try:
        with open_store(folder) as database:
            return sources.all_stored(database)
    except (IndexNotFound, IndexStale):
        older = OlderFolder.read(folder) if isinstance(folder, Path) else None
        return (older.documents, older.damaged) if older else ([], [])


def library(folder: Location, embedder: Callable[[], Embedder]) -> AnyLibrary:
    """Return what changes an index, with a bar on stderr while it embeds."""
    return open_library(folder, embedder, progress=True)


def build(folder: Location, embedder: Embedder) -> AnyIndex:
    """Rebuild the index of `folder` from its documents, and embed all of them; from the shipped text if it is new.

    The current shipped text replaces the stored one, also if that is damaged. An index from which it was removed does
    not get it back. Raises IndexCorrupt if another document is damaged; then nothing has changed.
    """
    opened = library(folder, lambda: embedder)
    if not has_index(folder):
        [*opened.add([_SHIPPED])]
    else:
        if SHIPPED.stem in _stored(folder)[1]:
            [*opened.add([_SHIPPED])]  # heals it
        opened.refresh(_current, reuse=False)
    return open_index(folder)


def repair(folder: Location, embedder: Callable[[], Embedder]) -> Repaired:
    """Put right what can be put right. Raises as `Library.repair`."""
    if isinstance(folder, MilvusAddress):
        raise StoreError(index_messages.ADD_AGAIN, folder)
    return Library(folder, embedder, progress=True).repair()


def has_index(folder: Location) -> bool:
    """Return whether there is an index, of any format, whole or damaged. Raises nothing."""
    try:
        read_manifest(folder)
    except IndexNotFound:
        return False
    except StoreError:
        pass
    return True


def add(
    folder: Location | None,
    model: str,
    paths: Sequence[str],
    name: str | None,
    *,
    reading: ReadingProcess,
    embedder: Callable[[], Embedder] | None = None,
) -> Iterator[DocumentChange]:
    """Add files, folders with their contents and, for `-`, stdin to an index. `folder`: None for the default folder.

    A missing default index gets the shipped text too. A document from a path that was added before replaces the old
    one. `reading` reads and parses the files. `embedder` returns the model where it is open already. Raises StoreError,
    EmbedderError.
    """
    from qa.service.folder_sync import files_at

    files, refused, folders = files_at(paths, name)
    yield from refused
    yield from folder_sync(folder, model, reading, embedder).add(files, folders, before=shipped_first(folder, model))


def watch(folder: Location | None, model: str, root: Path, *, reading: ReadingProcess) -> FolderWatch:
    """Return what keeps an index in step with a folder. `folder`: of the index, None for the default one."""
    from qa.service.folder_watch import FolderWatch

    sync = folder_sync(folder, model, reading)
    return FolderWatch(root, folder or default_folder(model), sync, before=shipped_first(folder, model))


def folder_sync(
    folder: Location | None, model: str, reading: ReadingProcess, embedder: Callable[[], Embedder] | None = None
) -> FolderSync:
    """Return what brings files into an index. `folder`: None for the default one."""
    from qa.service.folder_sync import FolderSync

    opened = embedder or (lambda: open_embedder(model))
    return FolderSync(folder or default_folder(model), reading, opened, progress=True)


def shipped_first(folder: Location | None, model: str) -> list[NewDocument]:
    """Return the shipped text, if the index is the default one and there is none yet."""
    return [_SHIPPED] if folder is None and not has_index(default_folder(model)) else []


def _current(source: Source, origin: str) -> Source:
    """Return the current shipped text for an older one; return other sources, which have an origin, unchanged."""
    shipped = load(SHIPPED)
    is_ours = not origin and source.name == shipped.name
    return dataclasses.replace(shipped, supplied=source.supplied) if is_ours else source


def say(words: str) -> None:
    """Print to stderr; stdout is for results only."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
