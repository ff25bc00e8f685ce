"""Writes an index: collects chunks, embeds and writes them as segments, merges segments, commits the manifest."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from corpus.configuration import changed
from corpus.errors import QAError, StoreError
from corpus.parse import PARSER_VERSION
from index import index_messages
from index.chunks import CHUNKER_VERSION, Chunk, Heading, title_of
from index.encoders.base import Embedder
from index.encoders.centering import CommonComponents, center
from index.index_settings import INDEX
from index.manifest import (
    BACKGROUND,
    FORMAT,
    DocumentRecord,
    FileRecord,
    Manifest,
    Model,
    SegmentRecord,
    Shortlist,
    background_of,
    file_record,
)
from index.search.dense import Dense
from index.search.token_vectors import VECTORS_VERSION, pack
from index.storage import parse_cache, sources
from index.storage.lock import BUILDING, clear, refuse_foreign
from index.storage.segment import FILES, SEGMENTS, Segment, VectorStore, join_segments, write_segment
from index.storage.sources import StoredDocument


class IndexWriter:
    """An index while it is being changed. `commit` makes the added documents part of the index."""

    def __init__(self, folder: Path, manifest: Manifest | None) -> None:
        self.folder = folder
        self.documents: list[DocumentRecord] = list(manifest.documents) if manifest else []
        self.dropped: set[str] = set()
        """Ids of documents that the next commit removes."""
        self.with_context = manifest.with_context if manifest else False
        self._model = manifest.model if manifest else None
        self._files: dict[str, FileRecord] = dict(manifest.files) if manifest else {}
        self._shortlist = manifest.shortlist if manifest else None
        self._segments = (
            [Segment.open(folder, record, manifest.model.dimension) for record in manifest.segments] if manifest else []
        )
        self._background = background_of(manifest) if manifest else None
        self._reused: list[VectorStore] = [segment.vector_store for segment in self._segments]
        self._group = _Group()
        self._unplaced: list[tuple[SegmentRecord, Path]] = []
        self._parts: list[Path] = []

    @classmethod
    def open(cls, folder: Path) -> IndexWriter:
        """Return a writer of the index in a folder, or of an empty index. Raises StoreError for a foreign folder."""
        refuse_foreign(folder)
        try:
            return cls(folder, Manifest.read(folder))
        except (QAError, OSError, ValueError):
            return cls(folder, None)

    def fits(self, embedder: Embedder) -> bool:
        """Return whether the vectors of the index are of this model."""
        return self._model in (None, _model_of(embedder))

    def restarted(self, embedder: Embedder, *, reuse: bool) -> IndexWriter:
        """Return a writer of an empty index in the same folder. `reuse`: take over the vectors of equal chunks."""
        writer = IndexWriter(self.folder, None)
        writer.dropped = self.dropped
        if reuse and self._model == _model_of(embedder):
            writer._reused = self._reused
            writer._model, writer._background = self._model, self._background
            writer._files = {name: self._files[name] for name in self._files if name == self._background}
        return writer

    def begin(self, embedder: Embedder, *, progress: bool) -> None:
        """Prepare to add documents. Raises OSError or EmbedderError."""
        self._embedder, self._progress = embedder, progress
        self._model = _model_of(embedder)
        if self._background is None:
            self._background = f"{BACKGROUND}{secrets.token_hex(4)}.npz"
            CommonComponents.measure(embedder).write(self.folder / self._background)
            self._files[self._background] = file_record(self.folder / self._background)
        self._common = CommonComponents.open(self.folder / self._background)
        building = self.folder / BUILDING
        building.mkdir(exist_ok=True)
        for part in sorted(building.iterdir()):
            try:
                self._reused.append(VectorStore.open(part, embedder.dimension))
            except (OSError, ValueError, EOFError, KeyError):
                shutil.rmtree(part, ignore_errors=True)  # it is incomplete

    def add(self, stored: StoredDocument, chunks: Sequence[Chunk], outline: list[Heading]) -> None:
        """Add a document. Raises OSError or EmbedderError."""
        document = stored.document
        if any(record.id == stored.id for record in self.documents):
            self.dropped.discard(stored.id)  # it was dropped, but is added again before the commit
            return
        self._files |= sources.keep(self.folder, stored)
        self._files |= parse_cache.keep(self.folder, stored.id, document)
        self.documents.append(
            DocumentRecord(
                id=stored.id,
                name=document.name,
                title=title_of(document),
                sha256=document.sha256,
                origin=stored.origin,
                passages=len(document.passages),
                rows=len(chunks),
            )
        )
        if not self.has_room(len(chunks)):
            self._flush()
        self._group.begin(stored.id, outline)
        for chunk in chunks:
            if len(self._group.chunks) == INDEX.largest_segment:
                self._flush()
                self._group.begin(stored.id, None)
            self._group.add(chunk)

    def has_room(self, rows: int) -> bool:
        """Return whether so many rows fit into the segment that is being filled; always true for an empty one."""
        return not self._group.chunks or len(self._group.chunks) + rows <= INDEX.largest_segment

    def commit(self, *, more: bool = False) -> None:
        """Commit the added documents and remove the dropped ones. `more`: another commit follows at once.

        Raises OSError or EmbedderError.
        """
        if self._group.documents:
            self._flush()
        self._reused = []  # closes their files: Windows cannot move a folder with open files
        for record, path in self._unplaced:
            (self.folder / SEGMENTS).mkdir(exist_ok=True)
            path.replace(self.folder / SEGMENTS / record.id)
            self._enter(record)
        self._unplaced = []
        self._compact()
        self.documents = [record for record in self.documents if record.id not in self.dropped]
        self.dropped.clear()
        if self._model is None:
            raise StoreError(index_messages.NO_DOCUMENTS.format(folder=self.folder))
        names = {record.id for record in self.documents}
        manifest = Manifest(
            format=FORMAT,
            parser_version=PARSER_VERSION,
            chunker_version=CHUNKER_VERSION,
            settings=changed("parser", "chunks"),
            model=self._model,
            with_context=self.with_context,
            documents=tuple(self.documents),
            segments=tuple(segment.record for segment in self._segments),
            shortlist=self._shortlist if more else self._measured(),
            files={
                name: record
                for name, record in sorted(self._files.items())
                if not name.startswith(f"{sources.DOCUMENTS}/") or Path(name).stem in names
            },
        )
        manifest.write(self.folder)
        self._files, self._shortlist = dict(manifest.files), manifest.shortlist
        self._reused = [segment.vector_store for segment in self._segments]
        clear(self.folder, manifest)

    def _enter(self, record: SegmentRecord) -> None:
        """Add a segment whose folder is in place to the index."""
        assert self._model is not None
        self._segments.append(Segment.open(self.folder, record, self._model.dimension))
        for name in FILES:
            path = f"{SEGMENTS}/{record.id}/{name}"
            self._files[path] = file_record(self.folder / path)

    def _flush(self) -> None:
        """Embed the collected chunks and write them as a segment. The next commit adds it to the index."""
        group, self._group = self._group, _Group()
        salt = f"{VECTORS_VERSION}\0{self._embedder.fingerprint}"
        keys = np.array([chunk.key(salt) for chunk in group.chunks], np.uint64)
        taken = self._embed(group.chunks, keys)
        record = SegmentRecord(id=secrets.token_hex(8), documents=tuple(group.documents), rows=len(group.chunks))
        path = self.folder / BUILDING / record.id
        dimension = self._embedder.dimension
        write_segment(path, group.chunks, group.document_of, keys, group.outline, taken, dimension)
        self._reused.append(VectorStore.open(path, dimension))
        self._unplaced.append((record, path))
        for part in self._parts:  # the segment holds them now
            shutil.rmtree(part, ignore_errors=True)
        self._parts = []

    def _embed(self, chunks: Sequence[Chunk], keys: npt.NDArray[np.uint64]) -> list[tuple[VectorStore, int]]:
        """Return the store and the row of each chunk's vectors. Chunks without vectors are embedded and stored."""
        wanted, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        stores: list[VectorStore | None] = [None] * len(wanted)
        places = np.zeros(len(wanted), np.int64)
        for known in self._reused:
            self._look_up(known, wanted, stores, places)
        missing = [number for number in np.argsort(first, kind="stable") if stores[number] is None]
        texts = [chunks[first[number]].text for number in missing]
        done = 0
        with tqdm(
            total=sum(map(len, texts)),
            desc="embedding",
            unit=" characters",
            unit_scale=True,
            disable=None if self._progress and texts else True,  # None: shown on a terminal only
        ) as bar:
            for batch in self._embedder.encode_passages(texts) if texts else ():
                some = missing[done : done + len(batch.vectors)]
                own = [chunks[first[number]] for number in some]
                contexts, ends = [chunk.context for chunk in own], [chunk.ends for chunk in own]
                records = pack(batch, self._common.tokens, contexts, ends)
                part = self.folder / BUILDING / secrets.token_hex(8)
                self._parts.append(part)
                vectors = center(self._common.passage_mean, batch.vectors)
                VectorStore.write(part, wanted[some], vectors, records, batch.starts[1:])
                store_of = VectorStore.open(part, self._embedder.dimension)
                for place, number in enumerate(some):
                    stores[number], places[number] = store_of, place
                bar.update(sum(map(len, texts[done : done + len(some)])))
                done += len(some)
        return [(_there(stores[number]), int(places[number])) for number in inverse]

    @staticmethod
    def _look_up(
        known: VectorStore,
        wanted: npt.NDArray[np.uint64],
        stores: list[VectorStore | None],
        places: npt.NDArray[np.int64],
    ) -> None:
        if not len(wanted):
            return
        keys = np.array(known.table["key"])
        at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
        for row in np.flatnonzero(wanted[at] == keys):
            if stores[at[row]] is None:
                stores[at[row]], places[at[row]] = known, row

    def _compact(self) -> None:
        """Rewrite segments that lose documents, and merge small neighbours."""
        assert self._model is not None or not self._segments
        segments, self._segments = self._segments, []
        order = {record.id: number for number, record in enumerate(self.documents)}
        for first, last in self._runs(segments):
            run = segments[first : last + 1]
            gone = [frozenset(self.dropped.intersection(segment.record.documents)) for segment in run]
            if len(run) == 1 and not gone[0]:
                self._segments.append(run[0])
                continue
            kept = {one for segment in run for one in segment.record.documents} - self.dropped
            if kept:
                documents = sorted(kept, key=order.__getitem__)
                identity = secrets.token_hex(8)
                path = self.folder / SEGMENTS / identity
                parts = list(zip(run, gone, strict=True))
                rows = join_segments(path, parts, documents, run[0].vector_store.vectors.shape[1])
                self._enter(SegmentRecord(id=identity, documents=tuple(documents), rows=rows))
        live = {segment.record.id for segment in self._segments}
        self._files = {
            name: record
            for name, record in self._files.items()
            if not name.startswith(f"{SEGMENTS}/") or name.split("/")[1] in live
        }

    def _runs(self, segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
        """Yield (first, last) of each run of segments to merge into one."""
        runs: list[tuple[int, int, int]] = []
        for number, segment in enumerate(segments):
            gone = np.array([one in self.dropped for one in segment.record.documents], bool)
            rows = int((~gone[np.array(segment.table["document"])]).sum()) if gone.any() else segment.record.rows
            runs.append((number, number, rows))
            while (
                len(runs) > 1 and runs[-2][2] < 2 * runs[-1][2] and runs[-2][2] + runs[-1][2] <= INDEX.largest_segment
            ):
                (first, _, before), (_, last, after) = runs[-2:]
                runs[-2:] = [(first, last, before + after)]
        yield from ((first, last) for first, last, _ in runs)

    def _measured(self) -> Shortlist | None:
        assert self._model is not None
        dense = Dense(
            [(segment.vector_store.vectors, segment.codes) for segment in self._segments], self._model.dimension, None
        )
        known = self._shortlist
        if known is not None and known.rows / INDEX.shortlist_drift <= dense.size <= known.rows * INDEX.shortlist_drift:
            return known
        assert self._background is not None
        common = CommonComponents.open(self.folder / self._background)
        return dense.measure(center(common.question_mean, common.questions.vectors))


class _Group:
    """Chunks that become one segment."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.documents: list[str] = []
        self.document_of: list[int] = []
        self.outline: dict[str, list[Heading]] = {}

    def begin(self, identity: str, outline: list[Heading] | None) -> None:
        """Start the chunks of a document. `outline`: None if the document began in an earlier segment."""
        self.documents.append(identity)
        if outline is not None:
            self.outline[identity] = outline

    def add(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        self.document_of.append(len(self.documents) - 1)


def _model_of(embedder: Embedder) -> Model:
    return Model(name=embedder.name, fingerprint=embedder.fingerprint, dimension=embedder.dimension)


def _there(store_of: VectorStore | None) -> VectorStore:
    if store_of is None:
        raise AssertionError("the embedder gave fewer texts than it was given")
    return store_of
