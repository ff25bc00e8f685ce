"""The index: documents and their passages' vectors, in one folder that can be read with common tools.

manifest.json     what is here; written last, so that a folder without it is no index
documents/0.txt   the bytes of each document as it came, and 0.toml, its edition file if it has one
passages.txt      the passages' ids, one a line; line i is row i of the vectors
vectors.faiss     a FAISS inner-product index over unit vectors less the background: scores are cosines
background.npy    shape (2, dimension), float32: the mean vectors of unrelated passages and questions
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from corpus.errors import IndexCorrupt, IndexStale, StoreError
from corpus.load import Source
from corpus.model import Document, Passage
from corpus.parse import parse_source
from index import background
from index.embed import Embedder, Vectors
from index.manifest import FORMAT, MANIFEST, DocumentRecord, Manifest, Model, file_record, rebuild

_PASSAGES = "passages.txt"
_VECTORS = "vectors.faiss"
_BACKGROUND = "background.npy"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer."""

    document: Document
    passage: Passage
    score: float
    """Cosine of question and passage, each less its background: -1 to 1, higher is closer, 0 is unrelated."""


class Index:
    """An opened index. Make one with `build` or `open`."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        sources: Sequence[Source],
        documents: Sequence[Document],
        vectors: Any,
        question_mean: Vectors,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.sources = tuple(sources)
        self.documents = tuple(documents)
        self._vectors = vectors
        self._question_mean = question_mean
        self._rows = [(document, passage) for document in documents for passage in document.passages]

    @classmethod
    def build(cls, folder: Path, sources: Sequence[Source], embedder: Embedder, *, progress: bool = False) -> Index:
        """Embed the passages of `sources` and write the index to `folder`, in place of one that is there.

        It is written beside and renamed: until it is whole, the folder keeps what it had. `progress` shows a
        bar on stderr. Raises SourceError for an edition that does not fit, StoreError if the folder holds
        something that is no index or cannot be written.
        """
        _refuse_foreign(folder)
        documents = [parse_source(source) for source in sources]
        passages = [(document, passage) for document in documents for passage in document.passages]
        texts = [document.quote(passage.spans) for document, passage in passages]
        means = np.stack(
            [
                embedder.embed_passages(background.PASSAGES).mean(axis=0),
                embedder.embed_questions(background.QUESTIONS).mean(axis=0),
            ]
        )
        vectors = faiss.IndexFlatIP(embedder.dimension)
        vectors.add(less(means[0], embedder.embed_passages(texts, progress=progress)))
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        except OSError as error:
            raise _cannot_write(folder, error) from error
        try:
            (beside / "documents").mkdir()
            for number, source in enumerate(sources):
                (beside / "documents" / f"{number}.txt").write_bytes(source.data)
                if source.edition is not None:
                    (beside / "documents" / f"{number}.toml").write_bytes(source.edition.encode())
            ids = "".join(f"{passage.id}\n" for _, passage in passages)
            (beside / _PASSAGES).write_bytes(ids.encode("ascii"))
            # Through memory, because FAISS opens paths in the locale's encoding.
            (beside / _VECTORS).write_bytes(faiss.serialize_index(vectors).tobytes())
            np.save(beside / _BACKGROUND, means, allow_pickle=False)
            manifest = Manifest(
                format=FORMAT,
                model=Model(name=embedder.name, fingerprint=embedder.fingerprint, dimension=embedder.dimension),
                passages=len(passages),
                documents=tuple(
                    DocumentRecord(
                        name=document.name,
                        sha256=document.sha256,
                        edition=source.edition is not None,
                        passages=len(document.passages),
                    )
                    for source, document in zip(sources, documents, strict=True)
                ),
                files={
                    path.relative_to(beside).as_posix(): file_record(path)
                    for path in sorted(beside.rglob("*"))
                    if path.is_file()
                },
            )
            manifest.write(beside)
            _swap(beside, folder)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return cls(folder, manifest, sources, documents, vectors, means[1])

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open an index and check every byte of it.

        Raises IndexNotFound, IndexCorrupt (a file is missing, truncated or altered) or IndexStale (another
        format, or passages that this program would cut otherwise).
        """
        manifest = Manifest.read(folder)
        for name, record in manifest.files.items():
            try:
                found = file_record(folder / name)
            except OSError as error:
                raise IndexCorrupt(f"{folder / name}: cannot be read ({error.strerror}). {rebuild(folder)}") from error
            if found.bytes != record.bytes:
                raise IndexCorrupt(f"{folder / name}: has {found.bytes} bytes, not {record.bytes}. {rebuild(folder)}")
            if found.sha256 != record.sha256:
                raise IndexCorrupt(f"{folder / name}: was altered (its SHA-256 differs). {rebuild(folder)}")
        sources = read_sources(folder, manifest)
        documents = [parse_source(source) for source in sources]
        ids = [passage.id for document in documents for passage in document.passages]
        if ids != (folder / _PASSAGES).read_text(encoding="ascii").split():
            raise IndexStale(f"{folder}: a version that cut passages otherwise built this index. {rebuild(folder)}")
        vectors = faiss.deserialize_index(np.frombuffer((folder / _VECTORS).read_bytes(), dtype=np.uint8))
        means = np.load(folder / _BACKGROUND, allow_pickle=False)
        return cls(folder, manifest, sources, documents, vectors, means[1])

    def check_embedder(self, embedder: Embedder) -> None:
        """Raise IndexStale if another model made the vectors."""
        model = self.manifest.model
        if (model.name, model.fingerprint) != (embedder.name, embedder.fingerprint):
            raise IndexStale(
                f"{self.folder}: the index was built with another model ({model.name} {model.fingerprint[:8]} is not "
                f"{embedder.name} {embedder.fingerprint[:8]}). {rebuild(self.folder)}"
            )

    def check_source(self, source: Source) -> None:
        """Raise IndexStale if the index holds another text, or another edition of it, under the source's name."""
        for stored in self.sources:
            if stored.name == source.name and (stored.data, stored.edition) != (source.data, source.edition):
                raise IndexStale(
                    f"{self.folder}: the index was built from another text or edition of {source.name}. "
                    f"{rebuild(self.folder)}"
                )

    def search(self, vector: Vectors, limit: int) -> list[Candidate]:
        """Return the `limit` passages closest to a question's vector, shape (dimension,), the closest first."""
        # FAISS pads with row -1 when asked for more rows than there are.
        limit = min(limit, len(self._rows))
        if limit < 1:
            return []
        scores, rows = self._vectors.search(less(self._question_mean, vector.reshape(1, -1)), limit)
        return [
            Candidate(*self._rows[int(row)], float(score))
            for score, row in zip(scores[0], rows[0], strict=True)
            if row >= 0
        ]


def less(mean: Vectors, vectors: Vectors) -> Vectors:
    """Return the rows of `vectors` less `mean`, of length 1 again."""
    centred = vectors - mean
    # A vector that is the mean has no direction: it stays 0 and is close to nothing.
    lengths = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return np.ascontiguousarray(centred / lengths, dtype=np.float32)


def read_sources(folder: Path, manifest: Manifest) -> list[Source]:
    """Return the documents that the folder stores. Raises IndexCorrupt if one cannot be read."""
    sources = []
    for number, record in enumerate(manifest.documents):
        path = folder / "documents" / f"{number}.txt"
        try:
            edition = path.with_suffix(".toml").read_bytes().decode() if record.edition else None
            sources.append(Source.from_bytes(record.name, path.read_bytes(), edition))
        except OSError as error:
            raise IndexCorrupt(f"{path}: cannot be read ({error.strerror}). {rebuild(folder)}") from error
    return sources


def _refuse_foreign(folder: Path) -> None:
    """Raise StoreError rather than replace a folder that somebody uses for something else."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise StoreError(f"{folder}: is not a folder. Name one with --index.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise StoreError(f"{folder}: holds files that are no index. Name an empty folder with --index.")


def _cannot_write(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{folder}: cannot be written ({error.strerror}). Make room there, or choose another with --index."
    )


def _swap(beside: Path, folder: Path) -> None:
    """Put the finished folder in its place. Raises OSError."""
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
        folder.replace(old)  # an empty folder may be replaced by another one
        beside.replace(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        beside.replace(folder)
