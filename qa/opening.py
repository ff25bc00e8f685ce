"""From settings on a command line to an engine: where the index is, and what to do when it is missing or stale."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

from platformdirs import user_data_path

from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale
from corpus.load import SHIPPED, Source, load
from corpus.model import Document
from corpus.parse import parse_source
from index.bundled import BUNDLED_NAME
from index.embed import Embedder, open_embedder
from index.manifest import Manifest, rebuild
from index.store import Index, read_sources
from qa.engine import Engine
from qa.settings import Settings


def default_folder(model: str) -> Path:
    """Return where the index of a model is kept: one folder a model, so that a choice of model costs no rebuild."""
    folder = model
    if model != BUNDLED_NAME:
        readable = re.sub(r"[^\w.-]+", "-", model)[-40:].strip("-.")
        folder = f"{readable}-{hashlib.sha256(model.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    return user_data_path("yuanwen", appauthor=False) / "index" / folder


def open_engine(folder: Path | None, model: str, settings: Settings) -> Engine:
    """Return an engine over an index; None is the model's own folder.

    A stale index is built again, and so is a default one that does not exist yet; stderr says so. Raises
    IndexNotFound for a folder that was named and holds no index, IndexCorrupt, SourceError, EmbedderError.
    """
    named = folder is not None
    folder = folder or default_folder(model)
    if named:
        Manifest.read(folder)  # before the model is loaded: a wrong name is told at once
    embedder = open_embedder(model)
    try:
        index = Index.open(folder)
        index.check_embedder(embedder)
        index.check_source(load(SHIPPED))
    except IndexNotFound:
        if named:
            raise
        say(f"{folder}: there is no index here yet; building it.")
        index = build(folder, embedder)
    except IndexStale as error:
        say(f"{str(error).partition('. Rebuild')[0]}; building it again.")
        index = build(folder, embedder)
    return Engine(index, embedder, settings)


def stored_documents(folder: Path | None, model: str) -> tuple[Document, ...]:
    """Return the documents that `open_engine` will have, without the model. Raises what a wrong folder raises there."""
    if folder is not None:
        Manifest.read(folder)
    return tuple(parse_source(source) for source in sources_for(folder or default_folder(model)))


def open_documents(folder: Path | None, model: str) -> list[Document]:
    """Return the documents of an index, the shipped text as it is today, without loading a model.

    A default index that does not exist yet is built, and one of another format is built again, for which the model is
    needed. Raises as `open_engine` does.
    """
    named = folder is not None
    folder = folder or default_folder(model)
    try:
        manifest = Manifest.read(folder)
    except (IndexNotFound, IndexStale) as error:
        if named and isinstance(error, IndexNotFound):
            raise
        say(f"{folder}: there is no index of this version here yet; building it.")
        manifest = build(folder, open_embedder(model)).manifest
    sources = read_sources(folder, manifest)
    for source, record in zip(sources, manifest.documents, strict=True):
        if source.sha256 != record.sha256:
            raise IndexCorrupt(f"{folder}: {source.name} was altered (its SHA-256 differs). {rebuild(folder)}")
    shipped = load(SHIPPED)
    return [parse_source(shipped if source.name == shipped.name else source) for source in sources]


def build(folder: Path, embedder: Embedder) -> Index:
    """Build the index of `folder` again from the documents that it has, by default from the shipped text."""
    return Index.build(folder, sources_for(folder), embedder, progress=True)


def sources_for(folder: Path) -> list[Source]:
    """Return the documents of an index, the shipped text as it is today; just that one where there is no index."""
    shipped = load(SHIPPED)
    try:
        sources = read_sources(folder, Manifest.read(folder))
    except (IndexNotFound, IndexStale, IndexCorrupt):
        return [shipped]
    return [shipped if source.name == shipped.name else source for source in sources]


def say(words: str) -> None:
    """Tell the person at the terminal; stdout carries results only."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
