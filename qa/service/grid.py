"""Asks many questions, of a library or of each of its documents, and keeps what is answered in a file.

The file has a JSON object a line and only grows until the run is finished: whatever stops it, what was answered stays,
and the same run goes on from there. Each line names its run by everything that an answer depends on.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from corpus.configuration import changed
from corpus.document import Document, Span
from corpus.errors import QAError
from qa import grid_messages
from qa.engine import Engine
from qa.output.grid_table import Provenance
from qa.output.json_records import reply_as_json
from qa.qa_settings import GRID
from qa.ranking import RANKER_VERSION
from qa.reply import Answer, NotFound, Reply, at_most

_MARK = {"yuanwen": "grid", "format": 1}
"""The first line of the file: without it the file is somebody else's."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """The reply to one question in one column."""

    row: int
    """The number of the question, from 0."""
    column: int
    reply: Mapping[str, Any]
    """As the command line writes it (`qa/output/json_records.py`); without `near`."""
    is_kept: bool
    """Whether it was answered before."""


def columns_of(names: Sequence[str], *, across: bool) -> tuple[tuple[str, ...], ...]:
    """Return the columns of a grid, each the names of the documents to ask; empty for all.

    `across`: one for each document. Else they are asked together.
    """
    return tuple((name,) for name in names) if across else (tuple(names),)


def is_usually_across(documents: int) -> bool:
    """Return whether so many documents have a column each, where nobody says otherwise."""
    return 2 <= documents <= GRID.documents


def made_with(engine: Engine, columns: Sequence[tuple[str, ...]], *, top: int, form: str) -> Provenance:
    """Return what a grid of these columns is made with, now."""
    asked = {name for documents in columns for name in documents}
    return Provenance(
        version=version(),
        index=engine.index.manifest.checksum,
        documents=[entry for entry in engine.catalog.entries if not asked or entry.name in asked],
        model=engine.embedder.name,
        reranker=None if engine.reranker is None else engine.reranker.name,
        form=form,
        top=top,
    )


def answer_grid(
    questions: Sequence[str],
    ask: Callable[..., Reply],
    columns: Sequence[tuple[str, ...]] = ((),),
    *,
    top: int = 1,
    form: str = "own",
    kept: GridAnswers | None = None,
) -> Iterator[GridCell]:
    """Yield the cells question by question, each when it is answered. Who stops asking for them stops it.

    `ask`: as `Engine.ask`; each question is asked alone, and the same one once. A blank one has no cell.
    `top`: passages of a cell, at most. `form`: of citations. `kept`: what was answered before, and takes what is new.
    Raises as `Engine.ask`, and QAError if `kept` cannot be written; what was yielded is kept.
    """
    known = GridAnswers.in_memory() if kept is None else kept
    for row, question in enumerate(questions):
        for column, documents in enumerate(columns if question.strip() else ()):
            reply = known.get(question, documents)
            is_kept = reply is not None
            if reply is None:
                found = at_most(ask(question, documents=documents, alone=True), top)
                reply = known.keep(question, documents, reply_as_json(_without_near(found), None, form))
            yield GridCell(row, column, reply, is_kept)


def _without_near(reply: Reply) -> Reply:
    return dataclasses.replace(reply, near=()) if isinstance(reply, Answer | NotFound) else reply


def run_id(engine: Engine, **options: object) -> str:
    """Return a digest of everything that the answers of a run depend on: index, model, program and options."""
    depends = [engine.index.manifest.checksum, engine.embedder.fingerprint, engine.settings]
    depends += [version(), RANKER_VERSION, sorted(changed("ranking").items()), sorted(options.items())]
    return hashlib.sha256(repr(depends).encode("utf-8", "surrogateescape")).hexdigest()


def version() -> str:
    """Return the version of this program; empty where it is not installed."""
    with suppress(metadata.PackageNotFoundError):
        return metadata.version("yuanwen")
    return ""


class GridAnswers:
    """What is answered in a run, in memory and in a file."""

    def __init__(self, run: str, file: Path | None) -> None:
        """Use `open` or `in_memory`."""
        self.run = run
        self.file = file
        self.others = 0
        """The number of answers in the file that belong to other runs. They stay until the run is finished."""
        self._replies: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
        self._written: set[str] = set()

    def __len__(self) -> int:
        return len(self._replies)

    @classmethod
    def in_memory(cls) -> Self:
        """Return answers that end with the process."""
        return cls("", None)

    @classmethod
    @contextmanager
    def open(cls, file: Path, run: str, document: Callable[[str], Document | None]) -> Iterator[Self]:
        """Yield the answers of a run that are in `file`, which need not be there.

        `document` returns a document by its name: an answer whose quotes are not its slices does not count. Raises
        QAError if another process has the file, it is somebody else's, or it cannot be read or written.
        """
        lock = FileLock(file.with_name(f"{file.name}.lock"), blocking=False, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise QAError(grid_messages.IN_USE, file) from error
        except OSError as error:
            raise _not_written(error, file) from error
        try:
            answers = cls(run, file)
            answers._read(document)
            try:
                yield answers
            finally:
                if not (len(answers) or answers.others):  # there is nothing to keep
                    answers.finish()
        finally:
            lock.release()
            with suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)

    def get(self, question: str, documents: tuple[str, ...]) -> dict[str, Any] | None:
        """Return the reply; None if it is not answered yet."""
        return self._replies.get((question, documents))

    def keep(self, question: str, documents: tuple[str, ...], reply: dict[str, Any]) -> dict[str, Any]:
        """Keep a reply, and return it as it will be read. Raises QAError if it cannot be written."""
        line = {"run": self.run, "question": question, "documents": documents, "reply": reply}
        self._append(line)
        self._replies[question, documents] = reply
        return reply

    def note_output(self, data: bytes) -> None:
        """Note that `data` is written as output, which the same run may replace."""
        self._append({"output": hashlib.sha256(data).hexdigest()})

    def wrote(self, data: bytes) -> bool:
        """Return whether these bytes were noted."""
        return hashlib.sha256(data).hexdigest() in self._written

    def finish(self) -> None:
        """Delete the file, once its answers stand elsewhere."""
        if self.file is not None:
            with suppress(OSError):
                self.file.unlink(missing_ok=True)

    def _read(self, document: Callable[[str], Document | None]) -> None:
        assert self.file is not None
        try:
            data = self.file.read_bytes() if self.file.exists() else b""
        except OSError as error:
            raise _not_written(error, self.file) from error
        lines = data.splitlines()
        if not lines:
            self._append(_MARK)
        elif _line(lines[0]) != _MARK:
            raise QAError(grid_messages.NOT_OURS, self.file)
        for line in map(_line, lines[1:]):
            if isinstance(output := line.get("output"), str):
                self._written.add(output)
            elif line.get("run") != self.run:
                self.others += bool(line)
            elif _is_verbatim(line, document):
                self._replies[line["question"], tuple(line["documents"])] = line["reply"]

    def _append(self, line: Mapping[str, Any]) -> None:
        """Append a line; where the last one was cut off while it was written, on a line of its own."""
        if self.file is None:
            return
        data = json.dumps(line).encode() + b"\n"
        try:
            with self.file.open("ab+", buffering=0) as out:
                before = out.seek(0, os.SEEK_END)
                if before:
                    out.seek(before - 1)
                    data = data if out.read(1) == b"\n" else b"\n" + data
                while data:  # one write may take a part of it only
                    data = data[out.write(data) :]
        except OSError as error:
            raise _not_written(error, self.file) from error


def _line(line: bytes) -> dict[str, Any]:
    """Return the JSON object of a line; an empty one for a line that was cut off."""
    with suppress(ValueError, RecursionError):
        if isinstance(record := json.loads(line), dict):
            return record
    return {}


def _is_verbatim(line: Mapping[str, Any], document: Callable[[str], Document | None]) -> bool:
    """Return whether a line is an answer whose quotes are slices of the documents."""
    with suppress(KeyError, TypeError, ValueError):
        for hit in line["reply"]["hits"]:
            source = document(hit["document"])
            spans = [Span(start, end) for start, end in hit["spans"]]
            if source is None or source.sha256 != hit["source_sha256"] or source.quote(spans) != hit["text"]:
                return False
        return isinstance(line["question"], str) and isinstance(line["documents"], list)
    return False


def _not_written(error: OSError, file: Path) -> QAError:
    return QAError(grid_messages.CANNOT_BE_WRITTEN.format(reason=error.strerror), file)
