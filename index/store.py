"""The index: documents and what finds their passages, in one folder that can be read with common tools.

manifest.json     what is here; written last, so that a folder without it is no index
documents/0.txt   the bytes of each document as it came, and 0.toml, its edition file if it has one
passages.txt      the passages' ids, one a line; line i is row i everywhere below
vectors.faiss     a FAISS inner-product index over unit vectors less the background: scores are cosines
tokens.*.npy      token vectors (index/tokens.py)
bm25/             character n-grams (index/lexical.py), as bm25s writes them
background.npz    what the model says of unrelated text (index/background.py)
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from corpus.errors import IndexCorrupt, IndexStale, StoreError
from corpus.load import Source
from corpus.model import Document, Passage
from corpus.parse import parse_source
from index.background import Common, less
from index.embed import Embedder, Encoded
from index.lexical import Lexical
from index.manifest import FORMAT, MANIFEST, DocumentRecord, Manifest, Model, file_record, rebuild
from index.tokens import Tokens

_PASSAGES = "passages.txt"
_VECTORS = "vectors.faiss"
_BM25 = "bm25"


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that may answer a question, in row order."""

    rows: npt.NDArray[np.int64]
    """Shape (candidates,): their rows in the index, ascending."""
    lexical: npt.NDArray[np.float32]
    """Shape (candidates,), 0 to 1: `Lexical.scores`."""


class Index:
    """An opened index. Make one with `build` or `open`."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        sources: Sequence[Source],
        documents: Sequence[Document],
        *,
        vectors: Any,
        tokens: Tokens,
        lexical: Lexical,
        common: Common,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.sources = tuple(sources)
        self.documents = tuple(documents)
        self.passages = [(document, passage) for document in documents for passage in document.passages]
        """By row."""
        self.tokens = tokens
        self.lexical = lexical
        self.common = common
        self._vectors = vectors

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
        # Among many documents, which may be near duplicates of each other, title and section path tell them apart.
        # In a single one they are the same words before every paragraph, and blur it.
        contexts = [_context(document, passage) if len(documents) > 1 else "" for document, passage in passages]
        texts = [
            context + document.quote(passage.spans)
            for context, (document, passage) in zip(contexts, passages, strict=True)
        ]
        common = Common.measure(embedder)
        vectors = faiss.IndexFlatIP(embedder.dimension)

        def encode() -> Iterator[Encoded]:
            lengths = np.array([len(context) for context in contexts], np.int32)
            for batch in embedder.encode_passages(texts, progress=progress):
                some = lengths[vectors.ntotal : vectors.ntotal + len(batch.vectors)]
                vectors.add(less(common.passage_mean, batch.vectors))
                # Offsets count from the passage's own text; a token of its context ends at 0 or before.
                batch.offsets[:] -= np.repeat(some, np.diff(batch.starts))[:, None]
                yield batch

        tokens = Tokens.pack(encode(), common.tokens)
        lexical = Lexical.build(texts)
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
            tokens.write(beside)
            lexical.write(beside / _BM25)
            common.write(beside)
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
        return cls.open(folder)

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
        return cls(
            folder,
            manifest,
            sources,
            documents,
            vectors=vectors,
            tokens=Tokens.open(folder),
            lexical=Lexical.open(folder / _BM25, manifest.passages),
            common=Common.open(folder),
        )

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

    def search(self, parts: Sequence[tuple[str, float]], encoded: Encoded, limit: int) -> Candidates:
        """Return the `limit` passages that are closest in meaning, and the `limit` that share most of its terms.

        `parts` are the texts that make up the question and what each counts; `encoded` holds them, in their order.
        """
        # FAISS pads with row -1 when asked for more rows than there are.
        limit = min(limit, len(self.passages))
        if limit < 1:
            return Candidates(np.zeros(0, np.int64), np.zeros(0, np.float32))
        counts = np.array([[counts for _, counts in parts]], np.float32)
        vector = counts @ less(self.common.question_mean, encoded.vectors)
        _, found = self._vectors.search(vector, limit)
        shares = self.lexical.scores(parts)
        sharing = np.argpartition(-shares, limit - 1)[:limit]
        rows = np.union1d(found[0][found[0] >= 0], sharing[shares[sharing] > 0]).astype(np.int64)
        return Candidates(rows, shares[rows])


def title_of(document: Document) -> str:
    """Return what tells a document from the others of a collection: its name, and the titles of its works."""
    return " ".join([document.name, *(section.label for section in document.sections if section.level == 0)])


def _context(document: Document, passage: Passage) -> str:
    """Return what stands before the passage's own text where the model and BM25 read it; never shown."""
    work = passage.section.work.label
    head = work if work == document.name else f"{document.name} {work}"
    return "".join(f"{label}\n" for label in (head, *(part.label for part in passage.section.path)))


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
