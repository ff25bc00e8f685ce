"""Writes an index: collects chunks, embeds and writes them as segments, merges segments, commits the change.

A segment is written in `building/`, synced to the disk, moved to `segments/`, and then named by the transaction that
commits the change. So the old state is whole until the new one is.
"""

from __future__ import annotations

import math
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.configuration import changed
from corpus.errors import IndexCorrupt, QAError, StoreError
from corpus.parse import PARSER_VERSION
from index import index_messages
from index.atomic_files import sync_folder
from index.chunks import CHUNKER_VERSION, Chunk, Heading
from index.encoders.base import Embedder
from index.encoders.centering import CommonComponents, center
from index.encoders.labels_apart import encode_chunks
from index.index_settings import INDEX
from index.manifest import DocumentRecord, Manifest, Model, SegmentRecord, Shortlist
from index.search.dense import Dense
from index.search.token_vectors import VECTORS_VERSION, pack
from index.storage.database import Database, digest_of
from index.storage.lock import clear
from index.storage.older_folder import OlderFolder
from index.storage.segment import (
    BUILDING,
    SEGMENTS,
    Segment,
    VectorStore,
    files_of,
    join_segments,
    place,
    seal,
    write_segment,
)
from index.storage.sources import StoredDocument, record_of


class IndexWriter:
    """An index while it is being changed. `commit` makes the added documents part of the index."""

    def __init__(self, database: Database) -> None:
        """Make a writer of an empty index. `open` makes one of the index that is there."""
        self.database = database
        self.folder = database.folder
        self.documents: list[DocumentRecord] = []
        self.dropped: set[str] = set()
        """Ids of documents that the next commit removes."""
        self.with_context = False
        self._model: Model | None = None
        self._common: str | None = None
        self._shortlist: Shortlist | None = None
        self._segments: list[Segment] = []
        self._reused: list[VectorStore] = []
        self._group = _Group()
        self._unplaced: list[tuple[SegmentRecord, Path]] = []
        self._parts: list[Path] = []
        self._unchecked: dict[int, Segment] = {}
        """The segments that must be read whole before anything is copied from them, by the id() of their stores: else
        the copy of a damaged file would pass for a whole one."""
        self._blobs: dict[str, bytes] = {}
        self._works: dict[str, str] = {}

    @classmethod
    def open(cls, database: Database, manifest: Manifest) -> IndexWriter:
        """Return a writer of an index. Raises IndexCorrupt if a segment is damaged, OSError if it cannot be read."""
        writer = cls(database)
        writer.documents = list(manifest.documents)
        writer.with_context = manifest.with_context
        writer._model, writer._common, writer._shortlist = manifest.model, manifest.common, manifest.shortlist
        writer._segments = [
            Segment.open(database.folder, record, manifest.model.dimension, checked=0) for record in manifest.segments
        ]
        writer._unchecked = {id(segment.vector_store): segment for segment in writer._segments}
        writer._reused = [segment.vector_store for segment in writer._segments]
        return writer

    @classmethod
    def anew(cls, database: Database, manifest: Manifest | OlderFolder | None, embedder: Embedder) -> IndexWriter:
        """Return a writer of an empty index, to write the same documents again.

        It takes over the vectors of equal chunks, if `embedder` made them, from the segments that are whole. Raises
        OSError.
        """
        writer = cls(database)
        model = manifest.model if manifest else None
        if manifest is None or model is None or model != _model_of(embedder):
            return writer
        if isinstance(manifest, Manifest):
            try:
                common = database.blob(manifest.common)
            except IndexCorrupt:
                return writer
        else:
            assert manifest.background is not None
            common = manifest.background
        writer._model, writer._common = model, digest_of(common)
        writer._blobs[writer._common] = common
        for record in manifest.segments:
            with suppress(QAError):
                segment = Segment.open(database.folder, record, model.dimension, checked=math.inf)
                writer._reused.append(segment.vector_store)
        return writer

    def fits(self, embedder: Embedder) -> bool:
        """Return whether the vectors of the index are of this model."""
        return self._model in (None, _model_of(embedder))

    def begin(self, embedder: Embedder, *, progress: bool) -> None:
        """Prepare to add documents. Raises OSError, QAError."""
        self._embedder, self._progress = embedder, progress
        self._model = _model_of(embedder)
        if self._common is None:
            common = CommonComponents.measure(embedder).dumps()
            self._common = digest_of(common)
            self._blobs[self._common] = common
        self._components = self._read_components()
        building = self.folder / BUILDING
        building.mkdir(exist_ok=True)
        for part in sorted(building.iterdir()):
            store_of = VectorStore.open_part(part, embedder.dimension)
            if store_of is not None:
                self._reused.append(store_of)
            elif not part.is_symlink():
                shutil.rmtree(part, ignore_errors=True)

    def add(self, stored: StoredDocument, chunks: Sequence[Chunk], outline: list[Heading]) -> None:
        """Add a document. Raises OSError, EmbedderError or StoreError."""
        if any(record.id == stored.id for record in self.documents):
            self.dropped.discard(stored.id)  # it was dropped, but is added again before the commit
            return
        record, blobs = record_of(stored, len(chunks))
        self.documents.append(record)
        self._blobs |= blobs
        self._works[stored.id] = stored.works()
        if sum(map(len, self._blobs.values())) > INDEX.staged_bytes:
            self.database.stage(self._blobs)
            self._blobs = {}
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

        Raises OSError, EmbedderError or StoreError; then the index is as it was.
        """
        if self._group.documents:
            self._flush()
        self._reused = []  # closes their files: Windows cannot move a folder with open files
        for record, path in self._unplaced:
            place(path, self.folder)
            self._enter(record)
        self._unplaced = []
        self._compact()
        if (self.folder / SEGMENTS).exists():
            sync_folder(self.folder / SEGMENTS)
        sync_folder(self.folder)
        self.documents = [record for record in self.documents if record.id not in self.dropped]
        self.dropped.clear()
        if self._model is None or self._common is None:
            raise StoreError(index_messages.NO_DOCUMENTS.format(folder=self.folder))
        manifest = Manifest(
            parser_version=PARSER_VERSION,
            chunker_version=CHUNKER_VERSION,
            settings=changed("parser", "chunks"),
            model=self._model,
            common=self._common,
            with_context=self.with_context,
            shortlist=self._shortlist if more else self._measured(),
            documents=tuple(self.documents),
            segments=tuple(segment.record for segment in self._segments),
        )
        self.database.commit(manifest, self._blobs, self._works)
        self._blobs, self._works, self._shortlist = {}, {}, manifest.shortlist
        self._reused = [segment.vector_store for segment in self._segments]
        clear(self.folder, manifest)

    def _enter(self, record: SegmentRecord) -> None:
        """Add a segment whose folder is in place to the index."""
        assert self._model is not None
        self._segments.append(Segment.open(self.folder, record, self._model.dimension, checked=0))

    def _check(self, store_of: VectorStore) -> None:
        """Read a segment whole, once. Raises IndexCorrupt, OSError."""
        if segment := self._unchecked.pop(id(store_of), None):
            segment.check()

    def _read_components(self) -> CommonComponents:
        assert self._common is not None
        data = self._blobs.get(self._common) or self.database.blob(self._common)
        return CommonComponents.loads(data)

    def _flush(self) -> None:
        """Embed the collected chunks and write them as a segment. The next commit adds it to the index."""
        group, self._group = self._group, _Group()
        salt = f"{VECTORS_VERSION}\0{self._embedder.fingerprint}"
        keys = np.array([chunk.key(salt) for chunk in group.chunks], np.uint64)
        taken = self._embed(group.chunks, keys)
        identity = secrets.token_hex(8)
        path = self.folder / BUILDING / identity
        dimension = self._embedder.dimension
        write_segment(path, group.chunks, group.document_of, keys, group.outline, taken, dimension)
        documents = tuple(group.documents)
        record = SegmentRecord(id=identity, documents=documents, rows=len(group.chunks), files=files_of(path))
        seal(path, {name: file.sha256 for name, file in record.files.items()})
        self._reused.append(VectorStore.open(path, dimension, record.files))
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
            if self._look_up(known, wanted, stores, places):
                self._check(known)
        missing = [number for number in np.argsort(first, kind="stable") if stores[number] is None]
        texts = [chunks[first[number]].text for number in missing]
        done = 0
        from tqdm import tqdm

        with tqdm(
            total=sum(map(len, texts)),
            desc="embedding",
            unit=" characters",
            unit_scale=True,
            disable=None if self._progress and texts else True,  # None: shown on a terminal only
        ) as bar:
            labels = [chunks[first[number]].labels for number in missing]
            for batch in encode_chunks(self._embedder, texts, labels) if texts else ():
                some = missing[done : done + len(batch.vectors)]
                own = [chunks[first[number]] for number in some]
                contexts, ends = [chunk.context for chunk in own], [chunk.ends for chunk in own]
                records = pack(batch, self._components.tokens, contexts, ends)
                part = self.folder / BUILDING / secrets.token_hex(8)
                self._parts.append(part)
                vectors = center(self._components.passage_mean, batch.vectors)
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
    ) -> bool:
        """Enter the store and the row of each wanted key that it has; return whether there was one."""
        if not len(wanted):
            return False
        keys = np.array(known.table["key"])
        at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
        rows = [row for row in np.flatnonzero(wanted[at] == keys) if stores[at[row]] is None]
        for row in reversed(rows):  # of equal keys, the first row counts
            stores[at[row]], places[at[row]] = known, row
        return bool(rows)

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
                for segment in run:
                    self._check(segment.vector_store)
                documents = tuple(sorted(kept, key=order.__getitem__))
                identity = secrets.token_hex(8)
                path = self.folder / SEGMENTS / identity
                parts = list(zip(run, gone, strict=True))
                rows = join_segments(path, parts, documents, run[0].vector_store.vectors.shape[1])
                self._enter(SegmentRecord(id=identity, documents=documents, rows=rows, files=files_of(path)))

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
        common = self._read_components()
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
