"""A segment: consecutive rows of an index, in a folder of their own, written once and never changed.

rows.npy       a record for each row: its passage, the ends of its text and tokens, its number of terms (`ROW`)
texts.bin      the embedded texts in row order, UTF-8: for matching words, never shown
vectors.npy    (rows, dimension) float16, centred, of length 1
codes.faiss    the same vectors as 2-bit codes, for a large index (index/search/dense.py)
tokens*        token vectors, in other files in a large segment (index/search/token_file.py)
terms.*.npy    character n-grams (index/search/postings.py)
outline.json   the sections of each document that begins in this segment
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexCorrupt
from index import index_messages
from index.atomic_files import sync_tree
from index.chunks import Chunk, Heading
from index.encoders.base import Vectors
from index.index_settings import INDEX
from index.manifest import FileRecord, SegmentRecord, check_file, file_record, repair
from index.mapped_arrays import map_array
from index.row_scripts import Counts, count
from index.search import postings
from index.search.dense import codes_of, open_codes
from index.search.postings import Postings
from index.search.token_file import FORMS, TOKENS, Block, TokenFile, write_tokens
from index.search.token_vectors import Records
from index.storage.database_file import check_plain

ROW = np.dtype(
    [
        *(("key", "<u8"), ("passage_id", "<u8"), ("tokens", "<u8"), ("text", "<u8")),
        *(("document", "<u4"), ("passage", "<u4"), ("start", "<i4"), ("sentence", "<i4")),
        *(("context", "<i4"), ("terms", "<i4"), ("section", "<u4"), ("around", "<u4"), ("year", "<u4")),
    ]
)
"""`tokens`, `text`: ends of the row's tokens and text. `document`: a number in the segment's list. Others: `Chunk`."""

SEGMENTS = "segments"
BUILDING = "building"
"""The folder for vectors and segments of an unfinished change."""
_ROWS, _TEXTS, _OUTLINE = "rows.npy", "texts.bin", "outline.json"
VECTORS, CODES = "vectors.npy", "codes.faiss"
_OTHERS = (_ROWS, _TEXTS, _OUTLINE, VECTORS, CODES, *postings.FILES)
FILES = (*_OTHERS, TOKENS)
"""The files of a segment; a large one has another of `FORMS`."""
_DIGESTS = "digests.json"
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class VectorStore:
    """Rows with their vectors, of a segment or of an unfinished change; other segments copy them from here."""

    table: npt.NDArray[np.void]
    """Shape (rows,), of `ROW`. In an unfinished change only `key` and `tokens` are set."""
    vectors: npt.NDArray[np.float16]
    tokens: TokenFile

    @classmethod
    def open(cls, folder: Path, dimension: int, names: Collection[str] = (TOKENS,)) -> VectorStore:
        """`names`: of the files in the folder. Raises OSError or ValueError; the latter also if they do not fit."""
        table, vectors = map_array(folder / _ROWS, ROW), map_array(folder / VECTORS, (np.float16, (dimension,)))
        if len(table) != len(vectors):
            raise ValueError("the files do not fit each other")
        tokens = TokenFile.open(folder / _tokens_of(names)[0], dimension, table["tokens"])
        return cls(table, vectors, tokens)

    @classmethod
    def write(
        cls, folder: Path, keys: npt.NDArray[np.uint64], vectors: Vectors, records: Records, ends: npt.NDArray[np.int64]
    ) -> None:
        """Write newly embedded rows, for `open_part`. `ends`: the end of each row's records. Raises OSError."""
        folder.mkdir(parents=True)
        table = np.zeros(len(keys), ROW)
        table["key"], table["tokens"] = keys, ends
        (folder / TOKENS).write_bytes(records.tobytes())
        np.save(folder / VECTORS, vectors.astype(np.float16), allow_pickle=False)
        np.save(folder / _ROWS, table, allow_pickle=False)
        seal(folder)

    @classmethod
    def open_part(cls, folder: Path, dimension: int) -> VectorStore | None:
        """Open the rows of an unfinished change; None if writing them was cut off or they were altered."""
        try:
            if not stat.S_ISREG(os.lstat(folder / _DIGESTS).st_mode):
                return None  # reading a pipe would not end
            digests = json.loads((folder / _DIGESTS).read_bytes())
            part = (_ROWS, VECTORS, *_tokens_of(digests))
            if not all(stat.S_ISREG(os.lstat(folder / name).st_mode) for name in part):
                return None
            if any(file_record(folder / name).sha256 != digests[name] for name in part):
                return None
            return cls.open(folder, dimension, digests)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Segment:
    """An opened segment. Its files are mapped or open, so that it stays readable after another process deletes it."""

    record: SegmentRecord
    folder: Path
    vector_store: VectorStore
    postings: Postings
    _codes: Bytes
    words: Bytes
    """The bytes of `texts.bin`."""
    _outline: Bytes
    _letters: list[Counts] = field(default_factory=list, compare=False)
    _opened: list[Any] = field(default_factory=list, compare=False)
    """The codes, once they are opened: later states of the index share the segment, and need not open them again."""
    _turn: threading.Lock = field(default_factory=threading.Lock, compare=False)

    @classmethod
    def open(cls, index: Path, record: SegmentRecord, dimension: int, *, checked: float | None = None) -> Segment:
        """Open a segment after checking its files: their sizes, and the SHA-256 of those up to `checked` bytes.

        `checked`: None for small files, infinity for all. Raises IndexCorrupt if a file is missing, altered or a link;
        OSError if there are too many open files.
        """
        checked = INDEX.checked_at_opening if checked is None else checked
        folder = index / SEGMENTS / record.id
        check_plain(index, SEGMENTS, is_folder=True)
        check_plain(index, f"{SEGMENTS}/{record.id}", is_folder=True)
        if {*record.files} not in ({*_OTHERS, *tokens} for tokens in FORMS):
            raise _damaged(index, folder, "its list of files is another")
        for name, file in record.files.items():
            check_file(index, folder / name, file, whole=file.bytes <= checked)
        try:
            codes, texts, outline = (_mapped(folder / name) for name in (CODES, _TEXTS, _OUTLINE))
            vectors = VectorStore.open(folder, dimension, record.files)
            return cls(record, folder, vectors, Postings.open(folder), codes, texts, outline)
        except (FileNotFoundError, ValueError, LookupError, EOFError) as error:
            # A damaged large file, whose digest opening does not check.
            for name, file in record.files.items():
                check_file(index, folder / name, file, whole=True)
            raise _damaged(index, folder, error) from error

    def check(self) -> None:
        """Read every byte. Raises IndexCorrupt, or OSError."""
        for name, file in self.record.files.items():
            check_file(self.folder.parent.parent, self.folder / name, file, whole=True)

    def codes(self) -> Any:
        """Return the FAISS index of the codes, opened once. They are checked whole: FAISS trusts what it reads.

        Raises IndexCorrupt.
        """
        with self._turn:
            if not self._opened:
                if hashlib.sha256(self._codes.data).hexdigest() != self.record.files[CODES].sha256:
                    index, path = self.folder.parent.parent, self.folder / CODES
                    raise IndexCorrupt(index_messages.ALTERED.format(path=path, remedy=repair(index)))
                self._opened.append(open_codes(np.array(self._codes), self.vector_store.vectors))
        return self._opened[0]

    @property
    def table(self) -> npt.NDArray[np.void]:
        """Shape (rows,), of `ROW`."""
        return self.vector_store.table

    def text(self, row: int) -> str:
        """Return the embedded text of a row."""
        start, end = int(self.table["text"][row - 1]) if row else 0, int(self.table["text"][row])
        return self.words[start:end].tobytes().decode("utf-8", "surrogatepass")

    def letters(self) -> Counts:
        """Return the letters of each row by their script (`index/row_scripts.py`); counted once."""
        if not self._letters:
            self._letters.append(count(self.words, self.table["text"].astype(np.int64)))
        return self._letters[0]

    def outline(self) -> dict[str, list[Heading]]:
        """Return the sections of the documents that begin in this segment, by document id."""
        record: dict[str, list[list[Any]]] = json.loads(self._outline.tobytes())
        return {identity: [Heading(*entry) for entry in entries] for identity, entries in record.items()}


def write_segment(
    folder: Path,
    chunks: Sequence[Chunk],
    document_of: Sequence[int],
    keys: npt.NDArray[np.uint64],
    outline: dict[str, list[Heading]],
    taken: Sequence[tuple[VectorStore, int]],
    dimension: int,
) -> None:
    """Write a segment. `taken`: the store, and the row in it, of each chunk's vectors. Raises OSError."""
    folder.mkdir(parents=True)
    counted, lengths = Postings.of(chunk.text for chunk in chunks)
    counted.write(folder)
    texts = [chunk.text.encode("utf-8", "surrogatepass") for chunk in chunks]
    (folder / _TEXTS).write_bytes(b"".join(texts))
    table = np.zeros(len(chunks), ROW)
    table["key"], table["document"], table["terms"] = keys, document_of, lengths
    table["text"] = np.cumsum(np.array([*map(len, texts)], np.uint64))
    for name in ("passage_id", "passage", "start", "sentence", "context", "section", "around", "year"):
        table[name] = [getattr(chunk, name) for chunk in chunks]
    _write_outline(folder, outline)
    _write_vectors(folder, table, taken, dimension)


def join_segments(
    folder: Path, parts: Sequence[tuple[Segment, frozenset[str]]], documents: Sequence[str], dimension: int
) -> int:
    """Merge segments, without the rows of some documents; return the number of rows. Raises OSError.

    The set in each part holds the ids of the documents to leave out. `documents`: those that stay, in order.
    """
    folder.mkdir(parents=True)
    place = {identity: number for number, identity in enumerate(documents)}
    masks, tables, taken = [], [np.zeros(0, ROW)], []
    outline: dict[str, list[Heading]] = {}
    size = 0
    with (folder / _TEXTS).open("wb") as texts:
        for segment, without in parts:
            gone = np.array([identity in without for identity in segment.record.documents], bool)
            table = np.array(segment.table)
            mask = ~gone[table["document"]] if len(gone) else np.zeros(0, bool)
            masks.append(mask)
            kept = np.flatnonzero(mask)
            starts = np.concatenate([[0], table["text"][:-1]]).astype(np.int64) if len(table) else table["text"]
            lengths = table["text"].astype(np.int64) - starts
            for first, last in _runs(kept):
                texts.write(segment.words[starts[first] : starts[last] + lengths[last]].tobytes())
            table = table[kept]
            table["text"] = np.cumsum(lengths[kept]) + size
            size = int(table["text"][-1]) if len(table) else size
            numbers = np.array([place.get(identity, 0) for identity in segment.record.documents], np.uint32)
            table["document"] = numbers[table["document"]]
            tables.append(table)
            taken += [(segment.vector_store, int(row)) for row in kept]
            outline |= {one: own for one, own in segment.outline().items() if one not in without}
    whole = np.concatenate(tables)
    Postings.join([(segment.postings, mask) for (segment, _), mask in zip(parts, masks, strict=True)]).write(folder)
    _write_outline(folder, outline)
    _write_vectors(folder, whole, taken, dimension)
    return len(whole)


def _write_vectors(
    folder: Path, table: npt.NDArray[np.void], taken: Sequence[tuple[VectorStore, int]], dimension: int
) -> None:
    """Copy the vectors and token records from their stores; then write the table, with the ends of the tokens."""
    vectors = np.zeros((len(taken), dimension), np.float16)
    runs = [*_store_runs(taken)]
    at = 0
    for vector_store, first, last in runs:
        vectors[at : at + last - first + 1] = vector_store.vectors[first : last + 1]
        at += last - first + 1

    def blocks() -> Iterator[Block]:
        for vector_store, first, last in runs:
            yield from vector_store.tokens.blocks(first, last)

    table["tokens"] = write_tokens(folder, blocks, len(taken), dimension)
    np.save(folder / VECTORS, vectors, allow_pickle=False)
    (folder / CODES).write_bytes(codes_of(vectors))
    np.save(folder / _ROWS, table, allow_pickle=False)


def _write_outline(folder: Path, outline: dict[str, list[Heading]]) -> None:
    record = {identity: [astuple(section) for section in sections] for identity, sections in outline.items()}
    (folder / _OUTLINE).write_text(json.dumps(record), encoding="ascii")


def seal(folder: Path, digests: dict[str, str] | None = None) -> None:
    """Mark the rows of an unfinished change as whole, for `VectorStore.open_part`. Raises OSError."""
    digests = digests or {name: file_record(folder / name).sha256 for name in (_ROWS, VECTORS, TOKENS)}
    (folder / _DIGESTS).write_text(json.dumps(digests), encoding="ascii")


def place(folder: Path, index: Path) -> None:
    """Move a finished segment to the others. Raises OSError."""
    (folder / _DIGESTS).unlink()
    (index / SEGMENTS).mkdir(exist_ok=True)
    folder.replace(index / SEGMENTS / folder.name)


def files_of(folder: Path) -> dict[str, FileRecord]:
    """Sync a finished segment to the disk, and return its files. Raises OSError."""
    sync_tree(folder)
    tokens = _tokens_of([path.name for path in folder.iterdir()])
    return {name: file_record(folder / name) for name in (*_OTHERS, *tokens)}


def _tokens_of(names: Collection[str]) -> tuple[str, ...]:
    """Return the files of tokens among some names. Raises ValueError if there are none."""
    found = [form for form in FORMS if {*form} <= {*names}]
    if not found:
        raise ValueError("there is no file of tokens")
    return found[0]


def _damaged(index: Path, path: Path, reason: object) -> IndexCorrupt:
    return IndexCorrupt(index_messages.CANNOT_BE_READ.format(path=path, reason=reason, remedy=repair(index)))


def _mapped(path: Path) -> Bytes:
    """Map a file as bytes. Raises OSError."""
    if not path.stat().st_size:
        return np.zeros(0, np.uint8)
    return np.memmap(path, np.uint8, "r").view(np.ndarray)


def _runs(rows: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each run of consecutive numbers."""
    if len(rows):
        cuts = np.flatnonzero(np.diff(rows) != 1)
        yield from zip(rows[np.r_[0, cuts + 1]].tolist(), rows[np.r_[cuts, len(rows) - 1]].tolist(), strict=True)


def _store_runs(taken: Sequence[tuple[VectorStore, int]]) -> Iterator[tuple[VectorStore, int, int]]:
    """Yield (store, first, last) of each run of consecutive rows in one store."""
    at = 0
    while at < len(taken):
        vector_store, first = taken[at]
        end = at + 1
        while end < len(taken) and taken[end][0] is vector_store and taken[end][1] == first + end - at:
            end += 1
        yield vector_store, first, first + end - at - 1
        at = end
