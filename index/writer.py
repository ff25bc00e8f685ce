"""An index while it is being changed: what it will hold, and what of that is on disk already."""

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
    """Rows come in the order of documents; `commit` makes what was added so far the index."""

    def __init__(self, folder: Path, manifest: Manifest | None) -> None:
        self.folder = folder
        self.documents: list[DocumentRecord] = list(manifest.documents) if manifest else []
        self.dropped: set[str] = set()
        """Ids of documents that go with the next commit."""
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
        """Return the index of a folder as it is, or an empty one. Raises StoreError for a folder of something else."""
        refuse_foreign(folder)
        try:
            return cls(folder, Manifest.read(folder))
        except (QAError, OSError, ValueError):
            return cls(folder, None)

    def fits(self, embedder: Embedder) -> bool:
        """Whether this model made the vectors that are there."""
        return self._model in (None, _model_of(embedder))

    def anew(self, embedder: Embedder, *, reuse: bool) -> IndexWriter:
        """Return a draft without documents. With `reuse`, vectors of the old rows serve where the text is the same."""
        writer = IndexWriter(self.folder, None)
        writer.dropped = self.dropped
        if reuse and self._model == _model_of(embedder):
            writer._reused = self._reused
            writer._model, writer._background = self._model, self._background
            writer._files = {name: self._files[name] for name in self._files if name == self._background}
        return writer

    def begin(self, embedder: Embedder, *, progress: bool) -> None:
        """Get ready to add documents. Raises OSError or EmbedderError."""
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
                shutil.rmtree(part, ignore_errors=True)  # it was being written

    def add(self, stored: StoredDocument, rows: Sequence[Chunk], outline: list[Heading]) -> None:
        """Add a document. Raises OSError or EmbedderError."""
        document = stored.document
        if any(record.id == stored.id for record in self.documents):
            self.dropped.discard(stored.id)  # it came back before it was gone
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
                rows=len(rows),
            )
        )
        if not self.has_room(len(rows)):
            self._flush()
        self._group.begin(stored.id, outline)
        for row in rows:
            if len(self._group.rows) == INDEX.largest_segment:
                self._flush()
                self._group.begin(stored.id, None)
            self._group.add(row)

    def has_room(self, rows: int) -> bool:
        """Whether so many rows still go into the segment that is being filled, or into one that is empty."""
        return not self._group.rows or len(self._group.rows) + rows <= INDEX.largest_segment

    def commit(self, *, more: bool = False) -> None:
        """Make what was added the index, without what was dropped. `more`: another commit follows at once.

        Raises OSError or EmbedderError.
        """
        if self._group.documents:
            self._flush()
        self._reused = []  # closes their files: Windows moves no folder that holds an open one
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
        """Take a segment that lies in its place into the index."""
        assert self._model is not None
        self._segments.append(Segment.open(self.folder, record, self._model.dimension))
        for name in FILES:
            path = f"{SEGMENTS}/{record.id}/{name}"
            self._files[path] = file_record(self.folder / path)

    def _flush(self) -> None:
        """Embed and write the rows that came since the last time, as a segment that nobody knows of yet."""
        group, self._group = self._group, _Group()
        salt = f"{VECTORS_VERSION}\0{self._embedder.fingerprint}"
        keys = np.array([row.key(salt) for row in group.rows], np.uint64)
        taken = self._embed(group.rows, keys)
        record = SegmentRecord(id=secrets.token_hex(8), documents=tuple(group.documents), rows=len(group.rows))
        path = self.folder / BUILDING / record.id
        dimension = self._embedder.dimension
        write_segment(path, group.rows, group.document_of, keys, group.outline, taken, dimension)
        self._reused.append(VectorStore.open(path, dimension))
        self._unplaced.append((record, path))
        for part in self._parts:  # they are in the segment
            shutil.rmtree(part, ignore_errors=True)
        self._parts = []

    def _embed(self, rows: Sequence[Chunk], keys: npt.NDArray[np.uint64]) -> list[tuple[VectorStore, int]]:
        """Return where the vectors of each row lie; embed those that lie nowhere, and keep them part by part."""
        wanted, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        stores: list[VectorStore | None] = [None] * len(wanted)
        places = np.zeros(len(wanted), np.int64)
        for known in self._reused:
            self._look_up(known, wanted, stores, places)
        missing = [number for number in np.argsort(first, kind="stable") if stores[number] is None]
        texts = [rows[first[number]].text for number in missing]
        done = 0
        with tqdm(
            total=sum(map(len, texts)),
            desc="embedding",
            unit=" characters",
            unit_scale=True,
            disable=None if self._progress and texts else True,  # None: tqdm shows itself on a terminal only
        ) as bar:
            for batch in self._embedder.encode_passages(texts) if texts else ():
                some = missing[done : done + len(batch.vectors)]
                own = [rows[first[number]] for number in some]
                contexts, ends = [row.context for row in own], [row.ends for row in own]
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
        """Write segments again that lose documents or are to be one with their neighbours."""
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
        """Yield (first, last) of the segments that become one each."""
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
    """Rows that become one segment."""

    def __init__(self) -> None:
        self.rows: list[Chunk] = []
        self.documents: list[str] = []
        self.document_of: list[int] = []
        self.outline: dict[str, list[Heading]] = {}

    def begin(self, identity: str, outline: list[Heading] | None) -> None:
        """What follows is of this document; with its outline where it begins here."""
        self.documents.append(identity)
        if outline is not None:
            self.outline[identity] = outline

    def add(self, row: Chunk) -> None:
        self.rows.append(row)
        self.document_of.append(len(self.documents) - 1)


def _model_of(embedder: Embedder) -> Model:
    return Model(name=embedder.name, fingerprint=embedder.fingerprint, dimension=embedder.dimension)


def _there(store_of: VectorStore | None) -> VectorStore:
    if store_of is None:
        raise AssertionError("the embedder gave fewer texts than it was given")
    return store_of
