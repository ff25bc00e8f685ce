"""Changes the index from the page: jobs run one at a time in the background, while questions are answered.

Uploads are read and parsed before their turn, in processes of their own (`qa/service/reading_pool.py`). The engine
answers from the index that it has opened until a job is done; then the index is reopened and the engine replaced. Only
new chunks are embedded (`index/library.py`).
"""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, Literal

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.document import Document
from corpus.errors import QAError, SourceError, StoreError
from corpus.parse import add_metadata, parse_source
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from index.backend import AnyLibrary
from index.backends import open_library, open_store, read_manifest
from index.intake import DocumentChange, NewDocument
from index.storage import sources
from qa import qa_messages
from qa.qa_settings import ANSWERS
from qa.service.background_engine import BackgroundEngine
from qa.service.counting_embedder import CountingEmbedder
from qa.service.reading_pool import ReadingPool

_LOG = logging.getLogger("yuanwen.changes")


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a job."""

    stage: Literal["waiting", "reading", "parsing", "working", "done", "failed"]
    """An upload is read and parsed, then waits again for the jobs before it."""
    share: float
    """0 to 1: the share of the new chunks that are embedded."""
    change: DocumentChange | None
    """The outcome for the document; None until the job is done, and for `describe`."""
    error: QAError | None
    """The error with which the job failed."""
    page: tuple[int, int] | None = None
    """While text is recognised: the number of the page, from 1, and of how many."""


class _Upload:
    """A file that is being added."""

    def __init__(self, number: int, filename: str, file: BinaryIO, size: int) -> None:
        self.number = number
        self.filename = filename
        self.file = file
        self.size = size
        self.is_cancelled = False
        self.process: ReadingProcess | None = None
        """The process that reads it now."""

    def check(self) -> None:
        """Raise SourceError if it was cancelled."""
        if self.is_cancelled:
            raise SourceError(corpus_messages.READING_CANCELLED, self.filename)

    def refused(self, error: SourceError) -> DocumentChange:
        """Return its outcome after an error."""
        return DocumentChange(self.filename, "refused", 0, str(error), error)


class IndexJobs:
    """The jobs that change the index of an engine. Safe to share between threads."""

    def __init__(
        self,
        engine: BackgroundEngine,
        *,
        new_process: Callable[[], ReadingProcess] = ReadingProcess,
        pool: ReadingPool | None = None,
        most_bytes: int | None = None,
    ) -> None:
        """`new_process`: makes what reads uploads, for tests. `pool`: that of other jobs, to read in turn with them.

        `most_bytes`: of all files together; a file that would make it more is refused. None: there is no limit.
        """
        self._engine = engine
        self._most_bytes = most_bytes
        self.pool = pool or ReadingPool(new_process)
        self._queue: queue.Queue[tuple[int, Callable[[int], DocumentChange | None]] | None] = queue.Queue()
        self._progress: dict[int, Progress] = {}
        self._uploads: dict[int, _Upload] = {}
        """Those that are not added or refused yet."""
        self._lock = threading.Lock()
        self._next = 1
        threading.Thread(target=self._work, name="change-index", daemon=True).start()

    @property
    def version(self) -> int:
        """The number of changes of the index since it was opened, by whichever process."""
        return self._engine.version

    def close(self) -> None:
        """Begin no job after those that wait."""
        self._queue.put(None)

    @property
    def waiting(self) -> tuple[int, int]:
        """How many uploads are not added or refused yet, and their bytes."""
        uploads = list(self._uploads.values())  # one step: others come and go meanwhile
        return len(uploads), sum(upload.size for upload in uploads)

    def add(self, filename: str, file: BinaryIO, size: int = 0) -> int:
        """Add a file of `size` bytes, and return the number of the job, for `progress` and `cancel`.

        `file` stands at its start; it is read and closed when its turn comes, so that what waits need not be in memory.
        `filename` is never used as a path. The same name with other bytes is another document.
        """
        upload = _Upload(self._new_number(), filename, file, size)
        self._uploads[upload.number] = upload
        self.pool.put(lambda: self._read(upload))
        return upload.number

    def cancel(self, number: int) -> None:
        """Stop adding a file. Too late, and for other jobs, it does nothing."""
        with self._lock:
            upload = self._uploads.get(number)
            if upload is None:
                return
            upload.is_cancelled = True
            process = upload.process
            before = self._progress.get(number)
            if before is not None and before.stage == "waiting":  # perhaps for long
                error = SourceError(corpus_messages.READING_CANCELLED, upload.filename)
                self._tell(number, Progress("failed", 0.0, upload.refused(error), error))
        if process is not None:
            process.cancel()

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
        with open_store(self._engine.engine().index.folder) as database:
            for record in database.contents().documents:
                if record.name == name:
                    source = sources.fetch(database, record)
                    return parse_source(replace(source, supplied=())), source.supplied
        raise _gone(name)

    def _has(self, name: str) -> bool:
        """Return whether the index on the disk has a document with this name. Raises StoreError."""
        return any(record.name == name for record in read_manifest(self._engine.engine().index.folder).documents)

    def _read(self, upload: _Upload) -> None:
        """Read and parse a file, then put the change that adds it into the queue."""
        with self._telling(upload.number), upload.file:
            try:
                with self._process(upload) as process:
                    self._tell(upload.number, Progress("reading", 0.0, None, None))
                    data = upload.file.read()
                    source = process.read(upload.filename, data, None, tell=partial(self._tell_page, upload.number))
                    self._tell(upload.number, Progress("parsing", 0.0, None, None))
                    document = process.parse(source)
            except SourceError as error:
                self._tell(upload.number, Progress("failed", 0.0, upload.refused(error), error))
                return
            self._tell(upload.number, Progress("waiting", 0.0, None, None))
            self._queue.put((upload.number, lambda _: self._add(upload, source, document)))

    def _add(self, upload: _Upload, source: Source, document: Document) -> DocumentChange:
        def parse(named: Source) -> Document:
            if named.name == document.name:
                return add_metadata(document, named)
            with self._process(upload) as process:
                return process.parse(named)

        def tell(share: float) -> None:
            upload.check()
            self._tell(upload.number, Progress("working", share, None, None))

        name = upload.filename.encode("utf-8", "replace")
        digest = hashlib.sha256(b"upload\0" + name + b"\0" + source.data).hexdigest()[:16]

        def read() -> Source:
            upload.check()
            self._check_room(upload, source)
            return source

        engine = self._engine.engine()
        embedder = CountingEmbedder(engine.embedder, tell)
        library = open_library(engine.index.folder, lambda: embedder, parse=parse)
        try:
            (change,) = library.add([NewDocument(digest, upload.filename, read)])
        except SourceError as error:  # it was cancelled while it was embedded
            return upload.refused(error)
        return change

    def _check_room(self, upload: _Upload, source: Source) -> None:
        """Raise SourceError if a file is new and makes the library too large."""
        catalog, most = self._engine.catalog, self._most_bytes
        if most is None or any(entry.sha256 == source.sha256 for entry in catalog.entries):
            return
        if catalog.size + len(source.data) > most:
            message = qa_messages.LIBRARY_FULL.format(size=-(-catalog.size // 1_000_000), most=most // 1_000_000)
            raise SourceError(message, upload.filename)

    @contextmanager
    def _process(self, upload: _Upload) -> Iterator[ReadingProcess]:
        """A process for an upload, which `cancel` ends. Raises SourceError if the upload was cancelled."""
        with self._lock:
            upload.check()
            upload.process = process = self.pool.take()
        try:
            yield process
        finally:
            with self._lock:
                upload.process = None
            if upload.is_cancelled:
                process.close()
            else:
                self.pool.give_back(process)

    def _library(self, number: int) -> AnyLibrary:
        engine = self._engine.engine()
        embedder = CountingEmbedder(
            engine.embedder, lambda share: self._tell(number, Progress("working", share, None, None))
        )
        return open_library(engine.index.folder, lambda: embedder)

    def _put(self, run: Callable[[int], DocumentChange | None]) -> int:
        number = self._new_number()
        self._queue.put((number, run))
        return number

    def _new_number(self) -> int:
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._tell(number, Progress("waiting", 0.0, None, None))
            self._progress.pop(number - ANSWERS.remembered_changes, None)
        return number

    def _tell(self, number: int, progress: Progress) -> None:
        self._progress[number] = progress
        if progress.stage in ("done", "failed"):
            self._uploads.pop(number, None)

    def _tell_page(self, number: int, page: int, pages: int) -> None:
        self._tell(number, Progress("reading", 0.0, None, None, (page, pages)))

    @contextmanager
    def _telling(self, number: int) -> Iterator[None]:
        """Make the progress of a job of an error. Any error ends the job, not the thread."""
        try:
            yield
        except QAError as error:
            self._tell(number, Progress("failed", 0.0, None, error))
        except Exception:
            _LOG.exception("A change failed.")
            self._tell(number, Progress("failed", 0.0, None, QAError(qa_messages.UNFORESEEN)))

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            number, run = job
            with self._telling(number):
                before = self._progress.get(number)
                if before is not None and before.stage == "failed":
                    continue  # it was cancelled while it waited
                self._tell(number, Progress("working", 0.0, None, None))
                change = run(number)
                if change is not None and change.what == "refused":
                    self._tell(number, Progress("failed", 0.0, change, change.error))
                    continue
                if change is None or change.what != "unchanged":
                    self._engine.fresh().reopen()
                self._tell(number, Progress("done", 1.0, change, None))


def _gone(name: str) -> StoreError:
    return StoreError(qa_messages.DOCUMENT_GONE.format(name=name))
