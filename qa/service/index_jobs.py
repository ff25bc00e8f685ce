"""Changes the index from the page: jobs run one at a time in the background, while questions are answered.

The engine answers from the index that it has opened until a job is done; then the index is reopened and the engine
replaced. Only new chunks are embedded (`index/library.py`).
"""

from __future__ import annotations

import hashlib
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from corpus.bibliography.edition import CitationFields
from corpus.document import Document
from corpus.errors import QAError, StoreError
from corpus.parse import parse_source
from corpus.source import Source
from index.encoders.base import Embedder, Encoded, Vectors
from index.library import DocumentChange, Library, NewDocument
from index.storage import sources
from index.storage.database import Database, read_manifest
from qa import qa_messages
from qa.qa_settings import ANSWERS
from qa.service.background_engine import BackgroundEngine


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a job."""

    stage: Literal["waiting", "working", "done", "failed"]
    share: float
    """0 to 1: the share of the new chunks that are embedded."""
    change: DocumentChange | None
    """The outcome for the document; None until the job is done, and for `describe`."""
    error: QAError | None
    """The error with which the job failed."""


class IndexJobs:
    """The jobs that change the index of an engine. Safe to share between threads."""

    def __init__(self, engine: BackgroundEngine) -> None:
        self._engine = engine
        self._queue: queue.Queue[tuple[int, Callable[[int], DocumentChange | None]]] = queue.Queue()
        self._progress: dict[int, Progress] = {}
        self._lock = threading.Lock()
        self._next = 1
        threading.Thread(target=self._work, name="change-index", daemon=True).start()

    @property
    def version(self) -> int:
        """The number of changes of the index since it was opened, by whichever process."""
        return self._engine.version

    def add(self, filename: str, data: bytes) -> int:
        """Add a file, and return the number of the job, for `progress`.

        `filename` is never used as a path. The same name with other bytes is another document.
        """
        digest = hashlib.sha256(b"upload\0" + filename.encode("utf-8", "replace") + b"\0" + data).hexdigest()[:16]

        def run(number: int) -> DocumentChange | None:
            document = NewDocument(digest, filename, lambda: Source.from_file(filename, data, None))
            (change,) = self._library(number).add([document])
            return change

        return self._put(run)

    def remove(self, name: str) -> int:
        """Remove a document; return the number of the job. It also succeeds if the document is gone already."""

        def run(number: int) -> DocumentChange | None:
            try:
                return self._library(number).remove([name])[0]
            except StoreError:
                if self._has(name):
                    raise
                return DocumentChange(name, "removed", 0, "")

        return self._put(run)

    def describe(self, name: str, supplied: Sequence[CitationFields]) -> int:
        """Store the citation fields that a person supplies for a document; return the number of the job."""

        def run(number: int) -> None:
            try:
                self._library(number).describe(name, supplied)
            except StoreError:
                if self._has(name):
                    raise
                raise _gone(name) from None

        return self._put(run)

    def progress(self, number: int) -> Progress | None:
        """Return the progress of a job; None for an unknown number."""
        return self._progress.get(number)

    def supplied(self, name: str) -> tuple[Document, tuple[CitationFields, ...]]:
        """Return a document without its supplied citation fields, and these fields. Raises StoreError if it is gone."""
        with Database.open(self._engine.engine().index.folder) as database:
            for record in database.contents().documents:
                if record.name == name:
                    source = sources.fetch(database, record)
                    return parse_source(replace(source, supplied=())), source.supplied
        raise _gone(name)

    def _has(self, name: str) -> bool:
        """Return whether the index on the disk has a document with this name. Raises StoreError."""
        return any(record.name == name for record in read_manifest(self._engine.engine().index.folder).documents)

    def _library(self, number: int) -> Library:
        engine = self._engine.engine()
        embedder = _Counting(engine.embedder, lambda share: self._tell(number, Progress("working", share, None, None)))
        return Library(engine.index.folder, lambda: embedder)

    def _put(self, run: Callable[[int], DocumentChange | None]) -> int:
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._tell(number, Progress("waiting", 0.0, None, None))
            self._progress.pop(number - ANSWERS.remembered_changes, None)
        self._queue.put((number, run))
        return number

    def _tell(self, number: int, progress: Progress) -> None:
        self._progress[number] = progress

    def _work(self) -> None:
        while True:
            number, run = self._queue.get()
            self._tell(number, Progress("working", 0.0, None, None))
            try:
                change = run(number)
                if change is not None and change.what == "refused":
                    self._tell(number, Progress("failed", 0.0, change, change.error))
                    continue
                if change is None or change.what != "unchanged":
                    self._engine.fresh().reopen()
                self._tell(number, Progress("done", 1.0, change, None))
            except QAError as error:
                self._tell(number, Progress("failed", 0.0, None, error))
            except Exception:
                # Any error ends the job, not the thread. The terminal shows the traceback.
                traceback.print_exc(file=sys.stderr)
                self._tell(number, Progress("failed", 0.0, None, QAError(qa_messages.UNFORESEEN)))


def _gone(name: str) -> StoreError:
    return StoreError(qa_messages.DOCUMENT_GONE.format(name=name))


class _Counting:
    """An embedder that reports the share of its texts that are encoded."""

    def __init__(self, embedder: Embedder, tell: Callable[[float], None]) -> None:
        self._embedder = embedder
        self._tell = tell

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        done = 0
        for batch in self._embedder.encode_passages(texts, progress=progress):
            done += len(batch.vectors)
            self._tell(done / max(len(texts), 1))
            yield batch

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return self._embedder.encode_questions(texts)

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._embedder.surprisal(token_ids)
