"""Reads and parses files in a process of its own, with limits, so that no file can hang, crash or exhaust the program.

One process (`corpus/reading_worker.py`) serves many files. It is ended when a file exceeds a limit (`READING`), when
reading is cancelled and when its parent ends; the next file gets a new one. What it sends is checked
(`corpus/reading_wire.py`, `corpus/document_json.py`).
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import corpus
from corpus import corpus_messages, document_json
from corpus.corpus_settings import READING
from corpus.document import Document
from corpus.errors import SourceError
from corpus.formats.draft_paragraphs import DraftParagraph, paragraphs_of
from corpus.formats.sheet_cells import SheetCell
from corpus.message import Message
from corpus.page_progress import Tell
from corpus.reading_wire import TooLong, from_utf8, page_of, receive, rest_record, seconds_for, send, source_of, utf8
from corpus.source import Source, name_of

_COMMAND = (sys.executable, "-P", "-m", "corpus.reading_worker")  # -P: the current folder is the user's


Result = TypeVar("Result")


def _not_told(page: int, pages: int) -> None:
    """Do nothing at a page."""


class ReadingProcess:
    """A process that reads and parses one file at a time. It starts on first use."""

    def __init__(self, *, command: Sequence[str] = _COMMAND) -> None:
        """`command`: what to run, for tests."""
        self._command = command
        self._child: _Child | None = None
        self._lock = threading.Lock()
        self._is_cancelled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process, without waiting for it, while there is something else to do."""
        with suppress(SourceError):  # the first file raises it again
            self._running("")

    def read(self, filename: str, data: bytes, edition: str | None, *, tell: Tell = _not_told) -> Source:
        """Return what `Source.from_file` returns. Raises SourceError as it does, or for a limit.

        `tell` is called with each page that is recognised, which takes seconds.
        """
        request = {"do": "read", "filename": filename, "edition": edition}

        def check(reply: dict[str, Any], text: bytes) -> Source:
            return source_of(reply["rest"], from_utf8(text), name=name_of(filename), data=data, edition=edition)

        return self.ask(request, data, check, filename, tell=tell)

    def parse(self, source: Source) -> Document:
        """Return what `parse_source` returns. Raises SourceError as it does, or for a limit."""
        request = {
            "do": "parse",
            "name": source.name,
            "sha256": source.sha256,
            "edition": source.edition,
            "rest": rest_record(source),
        }
        return self.ask(request, utf8(source.text), lambda _, found: document_json.loads(found, source), source.name)

    def cells(self, filename: str, data: bytes) -> list[list[SheetCell]]:
        """Return what `sheet_cells` returns. Raises SourceError as it does, or for a limit."""
        request = {"do": "cells", "filename": filename}

        def check(reply: dict[str, Any]) -> list[list[SheetCell]]:
            sheets = reply["sheets"]
            return [[SheetCell(int(row), int(column), str(text)) for row, column, text in one] for one in sheets]

        return self.ask(request, data, check, filename)

    def draft(self, filename: str, data: bytes) -> list[DraftParagraph]:
        """Return what `read_draft` returns. Raises SourceError as it does, or for a limit."""
        request = {"do": "draft", "filename": filename}
        return self.ask(request, data, lambda _, found: paragraphs_of(from_utf8(found)), filename)

    def cancel(self) -> None:
        """End the process, from any thread: the running call and all later ones raise SourceError."""
        with self._lock:
            self._is_cancelled = True
            if self._child is not None:
                self._child.cancel()

    def close(self) -> None:
        """End the process; another call starts a new one."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.end()

    def ask(
        self,
        request: dict[str, Any],
        data: bytes,
        check: Callable[..., Result],
        where: str,
        *,
        seconds: int | None = None,
        tell: Tell = _not_told,
    ) -> Result:
        """Return what `check` makes of the reply. Raises SourceError. `seconds`: None for those of reading a file.

        A file that breaks a used process gets a second try in a new one: an earlier file may have left it damaged.
        """
        while True:
            child = self._running(where)
            is_new = child.count == 0
            try:
                return _result(child.ask(request, data, seconds or seconds_for(len(data)), tell), check, where)
            except _Broken as broken:
                self.close()
                message = broken.message
                if is_new or not broken.may_be_worn:
                    raise SourceError(message, where) from broken

    def _running(self, where: str) -> _Child:
        """Return the process, which may have to be started. Raises SourceError if it cannot, or was cancelled."""
        with self._lock:
            if self._is_cancelled:
                raise SourceError(corpus_messages.READING_CANCELLED, where)
            if self._child is not None and not self._child.is_alive:
                self._child.end()
                self._child = None
            if self._child is None:
                try:
                    self._child = _Child(self._command)
                except OSError as error:
                    message = corpus_messages.READING_CANNOT_START.format(reason=error.strerror)
                    raise SourceError(message, where) from error
            return self._child


def _result(reply: tuple[dict[str, Any], list[bytes]], check: Callable[..., Result], where: str) -> Result:
    """Return what `check` makes of a reply. Raises SourceError for a refusal, _Broken for a reply without sense."""
    header, parts = reply
    match header:
        case {"status": "done"}:
            try:
                return check(header, *parts)
            except (ValueError, LookupError, TypeError, RecursionError) as error:
                raise _Broken(_failed(f"its reply makes no sense: {error}"), may_be_worn=True) from error
        case {"status": "refused", "zh": str(zh), "en": str(en), "where": str(place)}:
            message = Message(zh=zh, en=en)
            raise SourceError(message, place)
        case {"status": "failed", "reason": str(reason)}:
            message = _failed(reason)
            raise SourceError(message, where)
        case {"status": "memory"}:
            message = corpus_messages.READING_TOOK_TOO_MUCH_MEMORY
            raise _Broken(message.format(most=READING.most_memory, setting="reading.most_memory"), may_be_worn=True)
        case {"status": "files"}:
            message = corpus_messages.READING_OPENED_TOO_MANY_FILES
            raise _Broken(message.format(most=READING.open_files, setting="reading.open_files"), may_be_worn=True)
    raise _Broken(_failed("its reply makes no sense"), may_be_worn=True)


def _failed(reason: str) -> Message:
    printable = "".join(one if one.isprintable() else "?" for one in reason[: READING.longest_reason])
    return corpus_messages.READING_FAILED.format(reason=printable)


class _Broken(Exception):
    """The process exceeded a limit, ended or sent what makes no sense. It has to be ended."""

    def __init__(self, message: Message, *, may_be_worn: bool) -> None:
        """`may_be_worn`: the reason may be an earlier file rather than this one."""
        super().__init__(message.en)
        self.message = message
        self.may_be_worn = may_be_worn


_Outcome = tuple[dict[str, Any], list[bytes]] | Exception | tuple[int, int] | None
"""A reply, why there is none, the page that is recognised before there is one, or None if reading was cancelled."""


class _Child:
    """A running process with its pipes."""

    def __init__(self, command: Sequence[str]) -> None:
        """Raises OSError if it cannot be started."""
        root = str(Path(corpus.__file__).parents[1])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        group: dict[str, Any] = {}  # Ctrl-C is for the parent, and what the process starts ends with it
        if sys.platform == "win32":
            group["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        else:
            group["start_new_session"] = True
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            **group,
        )
        self.count = 0
        """The requests so far."""
        self._outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
        self._talk: threading.Thread | None = None
        self._has_ended = False
        self._kill = weakref.finalize(self, _kill, self._process)  # also when the program ends

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], data: bytes, seconds: int, tell: Tell) -> tuple[dict[str, Any], list[bytes]]:
        """Return the reply to a request, which may take `seconds`, and again for each page. Raises _Broken."""
        self.count += 1
        # In a thread, because no system lets a pipe be written and read with a limit of time everywhere.
        self._talk = threading.Thread(target=self._exchange, args=(request, data), daemon=True)
        self._talk.start()
        last = 0
        while True:
            try:
                outcome = self._outcomes.get(timeout=seconds)
            except queue.Empty:
                message = corpus_messages.READING_TOOK_TOO_LONG.format(seconds=seconds, setting="reading.seconds")
                raise _Broken(message, may_be_worn=False) from None
            match outcome:
                case (int(page), int(pages)) if page > last:  # never the same again, so there is an end
                    last = page
                    tell(page, pages)
                case (dict(), list()):
                    self._talk.join()
                    return outcome
                case _:
                    raise self._broken(outcome)

    def _broken(self, outcome: _Outcome) -> _Broken:
        """Return why there is no reply."""
        match outcome:
            case None:
                return _Broken(corpus_messages.READING_CANCELLED, may_be_worn=False)
            case TooLong() | MemoryError():
                message = corpus_messages.READING_RETURNED_TOO_MUCH
                message = message.format(most=READING.most_returned, setting="reading.most_returned")
                return _Broken(message, may_be_worn=False)
            case ValueError() | tuple():
                return _Broken(_failed(f"its reply makes no sense: {outcome}"), may_be_worn=True)
            case _:
                return _Broken(_failed(self._how_it_ended()), may_be_worn=True)

    def _exchange(self, request: dict[str, Any], data: bytes) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            send(self._process.stdin, request, data)
            while page := page_of((reply := receive(self._process.stdout, READING.most_returned))[0]):
                self._outcomes.put(page)
            self._outcomes.put(reply)
        except (EOFError, OSError, TooLong, ValueError, MemoryError) as error:
            self._outcomes.put(error)
        if self._has_ended:
            self._close_pipes()

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(READING.seconds_to_end)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        if code >= 0:
            return f"exit code {code}"
        return signal.Signals(-code).name if -code in {*signal.Signals} else f"signal {-code}"

    def cancel(self) -> None:
        """End the process; the call that runs raises _Broken."""
        self._outcomes.put(None)
        self.end()

    def end(self) -> None:
        """End the process and what it started."""
        self._has_ended = True
        self._kill()
        if self._talk is not None:
            self._talk.join(READING.seconds_to_end)
        # A process that left the group may still hold a pipe; then the thread that waits for it closes both.
        if self._talk is None or not self._talk.is_alive():
            self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what could not be written
                pipe.close()  # type: ignore[union-attr]  # both are pipes


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its group, and wait for it."""
    if sys.platform == "win32":
        process.kill()
    elif process.returncode is None:  # its number is not given away before it is waited for
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(READING.seconds_to_end)
